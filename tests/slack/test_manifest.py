"""The manifest that sitrep prints for Slack: nothing that Slack would refuse, and no right that is not used."""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes.slack import scopes as slack_s
from fakes.slack.workspace import Kind
from hypothesis import given
from hypothesis import strategies as st
from wire import wired

from bot.mistake import Mistake
from bot.slack.manifest import SCOPES, manifest, troubles, written
from bot.slack.scopes import CALLS, EVENTS, LISTENING, bot_events, bot_scopes
from bot.slack.settings import RESERVED, Commands, Privacy, SlackSettings
from bot.slack.yaml import as_yaml

ROOT = Path(__file__).parents[2]
SOCKET, HTTP = SlackSettings(), SlackSettings(mode="http")
URL = "https://sitrep.example.com"
KINDS: list[Kind] = ["public", "private", "im", "mpim"]


def read_yaml(text: str) -> Any:
    """The kind of YAML we write, read strictly: two blanks a level, texts in double quotes, JSON's other values."""
    lines = [(len(line) - len(line.lstrip(" ")), line.lstrip(" ")) for line in text.removesuffix("\n").split("\n")]
    value, rest = block(lines, 0)
    assert rest == []
    return value


Lines = list[tuple[int, str]]


def block(lines: Lines, depth: int) -> tuple[Any, Lines]:
    if lines[0][1].startswith("- "):
        return sequence(lines, depth)
    mapping: dict[str, Any] = {}
    while lines and lines[0][0] == depth:
        found = re.fullmatch(r'([a-z_]+|"(?:[^"\\]|\\.)*"):(?: (.+))?', lines[0][1])
        assert found, lines[0]
        key = ast.literal_eval(found[1]) if found[1].startswith('"') else found[1]
        assert key not in mapping
        mapping[key], lines = (scalar(found[2]), lines[1:]) if found[2] else block(lines[1:], depth + 2)
    return mapping, lines


def sequence(lines: Lines, depth: int) -> tuple[list[Any], Lines]:
    found = []
    while lines and lines[0][0] == depth:
        inner = lines[0][1].removeprefix("- ")
        assert inner != lines[0][1]
        if re.match(r'(?:[a-z_]+|"(?:[^"\\]|\\.)*"):(?: |$)|- ', inner):
            value, lines = block([(depth + 2, inner), *lines[1:]], depth + 2)
        else:
            value, lines = scalar(inner), lines[1:]
        found.append(value)
    return found, lines


def scalar(text: str) -> Any:
    """The escapes we write mean the same in Python."""
    return ast.literal_eval(text) if text.startswith('"') else json.loads(text)


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["name", "no", "on", "a b", "7"]), inner)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=8), TREES, min_size=1))
def test_whatever_is_written_as_yaml_is_read_again(tree: dict[str, Any]) -> None:
    text = as_yaml(tree)
    assert all(character == "\n" or character.isprintable() for character in text)
    assert read_yaml(text) == tree


@pytest.mark.parametrize("settings", [SOCKET, HTTP], ids=["socket", "http"])
def test_both_forms_say_the_same(settings: SlackSettings) -> None:
    url = URL if settings.mode == "http" else ""
    content = manifest(settings, url=url)
    assert json.loads(written(settings, url=url, form="json")) == content
    assert read_yaml(written(settings, url=url)) == content


def test_socket_mode_names_no_address() -> None:
    text = written(SOCKET)
    assert "request_url" not in text
    assert "https://" not in text
    assert manifest(SOCKET)["settings"]["socket_mode_enabled"] is True


def test_http_mode_sends_everything_to_one_address() -> None:
    content = manifest(HTTP, url=f"{URL}/")
    where = f"{URL}/slack/events"
    assert content["settings"]["event_subscriptions"]["request_url"] == where
    assert content["settings"]["interactivity"]["request_url"] == where
    assert {command["url"] for command in content["features"]["slash_commands"]} == {where}
    assert content["settings"]["socket_mode_enabled"] is False


def test_the_features_are_all_there() -> None:
    features = manifest(SOCKET)["features"]
    assert [command["command"] for command in features["slash_commands"]] == ["/incident", "/ic", "/incident-status"]
    assert all(command["should_escape"] for command in features["slash_commands"])
    assert [(each["name"], each["type"]) for each in features["shortcuts"]] == [
        ("Declare incident", "global"),
        ("Add to timeline", "message"),
    ]
    assert features["app_home"]["home_tab_enabled"]
    assert not features["app_home"]["messages_tab_read_only_enabled"]
    assert manifest(SOCKET)["settings"]["org_deploy_enabled"] is False


def test_the_words_are_short_enough() -> None:
    assert list(troubles(SOCKET)) == []
    assert list(troubles(HTTP, URL)) == []


def named(incident: str) -> SlackSettings:
    return SlackSettings(commands=Commands(incident=incident))


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_a_name_of_slack_s_own_is_refused_with_the_list(word: str) -> None:
    with pytest.raises(Mistake) as refusal:
        written(named(f"/{word}"))
    assert str(refusal.value).startswith(f"/{word}: must not be one of Slack's own: ")
    assert all(other in str(refusal.value) for other in RESERVED)


def test_the_list_has_all_that_were_seen_refused() -> None:
    seen = """me status away dnd shrug remind msg feed who collapse expand leave join open search topic mute pro
    shortcuts archive"""
    assert set(seen.split()) <= RESERVED


@pytest.mark.parametrize("name", ["incident", "/", "/Incident", "/in cident", "/incident!", "/" + "a" * 32, "/é", ""])
def test_a_name_that_slack_cannot_have_is_refused(name: str) -> None:
    with pytest.raises(Mistake, match="must be a / and then at most 31"):
        written(named(name))
    assert written(named("/" + "a" * 31))


def test_a_name_that_comes_twice_is_refused() -> None:
    with pytest.raises(Mistake, match="/ic: must be the name of one command only"):
        written(named("/ic"))


def test_every_reason_is_told_at_once() -> None:
    with pytest.raises(Mistake) as refusal:
        written(replace(HTTP, commands=Commands("/status", "/me", "/me")), url="http://x.example")
    assert len(str(refusal.value).splitlines()) == 5


@pytest.mark.parametrize(
    "url",
    ["", "http://sitrep.example.com", "sitrep.example.com", "https://", "https://a b", "https://x?y", "https://a@b"],
)
def test_http_mode_needs_a_public_address(url: str) -> None:
    with pytest.raises(Mistake, match="Slack must reach Sitrep at an https:// address"):
        written(HTTP, url=url)


def test_an_address_without_need_or_without_end_is_refused() -> None:
    with pytest.raises(Mistake, match=r'slack\.mode is "socket"'):
        written(SOCKET, url=URL)
    with pytest.raises(Mistake, match="--url: must have at most"):
        written(HTTP, url=f"{URL}/{'x' * 3000}")


def test_commands_only_needs_no_right_to_read_messages() -> None:
    quiet = manifest(replace(SOCKET, privacy="commands"))
    asked, heard = quiet["oauth_config"]["scopes"]["bot"], quiet["settings"]["event_subscriptions"]["bot_events"]
    assert [scope for scope in asked if "history" in scope or scope == "reactions:read"] == []
    assert [event for event in heard if event.startswith(("message", "reaction"))] == []
    assert "app_mention" in heard
    assert {"commands", "chat:write", "app_mentions:read", "users:read.email"} <= set(asked)


def test_all_hears_every_kind_of_room() -> None:
    kinds = ("channels", "groups", "im", "mpim")
    assert {f"message.{kind}" for kind in kinds} <= set(bot_events("all"))
    assert {f"{kind}:history" for kind in kinds} <= set(bot_scopes("all"))


@pytest.mark.parametrize("privacy", ["all", "commands"])
def test_sec_150_no_scope_is_asked_for_without_a_call_or_an_event(privacy: Privacy) -> None:
    wanted = {name for name in SCOPES if privacy == "all" or name not in LISTENING}
    used = {scope for name in wanted for scope in SCOPES[name]}
    assert set(bot_scopes(privacy)) == used | {"commands"}


def called() -> Iterator[tuple[str, str]]:
    """Every method of the Web API that our code names, with the file."""
    method = re.compile(r"(?:chat|conversations|pins|bookmarks|reactions|users|usergroups|views|files|team|bots)\.\w+")
    for path in (ROOT / "bot" / "slack").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and method.fullmatch(node.value):
                yield node.value, path.name


def test_sec_150_every_call_in_the_code_has_its_scopes_in_the_table() -> None:
    assert {(method, file) for method, file in called() if method not in CALLS} == set()


@pytest.mark.parametrize("method", sorted(CALLS))
def test_sec_150_slack_would_let_every_call_in(method: str) -> None:
    """As the stand-in knows the rules: for public and private rooms at least, whatever is called there."""
    for kind in KINDS[:2]:
        alternatives = (
            slack_s.for_method("conversations.open", "im")
            if method == "conversations.open"
            else (slack_s.for_method(method, kind))
        )
        assert not alternatives or set(alternatives) & set(CALLS[method]), (method, kind)


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_sec_150_slack_would_send_every_event(event: str) -> None:
    where: dict[str, Kind] = {"message.groups": "private", "message.im": "im", "message.mpim": "mpim"}
    kind = where.get(event, "private" if event.startswith("group_") else "public")
    alternatives = slack_s.for_event(event.partition(".")[0], kind)
    assert not alternatives or set(alternatives) & set(EVENTS[event])


async def test_every_event_that_is_heard_is_subscribed_to_and_the_other_way_round(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        assert wire.side.bolt
        heard = set(wire.side.bolt.heard())
    assert {event.partition(".")[0] for event in EVENTS} == heard
