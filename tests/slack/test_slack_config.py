"""[slack] in sitrep.toml, its tokens in the environment, and what sitrep makes of them."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.config import Config, read
from bot.config_errors import ConfigError
from bot.mistake import Mistake
from bot.slack.settings import Commands, SlackSettings, ready

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "sitrep.example.toml").read_text(encoding="utf-8")
BOT, APP, SECRET = "xoxb-123456789012-abcdefghij", "xapp-1-A0SITREP-42-0123456789", "8f742231b10e8888abcd99yyyzzz85a5"
TOKENS = {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "SLACK_SIGNING_SECRET": SECRET}

Configured = Callable[..., Config]


@pytest.fixture
def configured(tmp_path: Path) -> Configured:
    def configure(text: str = "", environment: dict[str, str] | None = None) -> Config:
        file = tmp_path / "sitrep.toml"
        file.write_text(text, encoding="utf-8")
        return read(str(file), environment or {})

    return configure


def settings(config: Config) -> SlackSettings:
    assert config.slack is not None
    return config.slack


def test_without_a_word_of_slack_there_is_none(configured: Configured) -> None:
    assert configured().slack is None
    assert configured(EXAMPLE).slack is None


def test_two_tokens_are_enough(configured: Configured) -> None:
    found = settings(configured("", {"SLACK_BOT_TOKEN": f" {BOT}\n", "SLACK_APP_TOKEN": APP}))
    assert (found.bot_token, found.app_token, found.mode, found.privacy) == (BOT, APP, "socket", "all")
    assert (found.commands, found.pin_emoji) == (Commands(), "pushpin")
    assert (found.status_channel, found.announce_channel) == ("status", "incidents")
    assert found.api_url == "https://slack.com/api/"
    assert found.lacking == ()
    ready(found)


def test_everything_can_be_said_in_the_file(configured: Configured) -> None:
    text = """
    [slack]
    mode = "http"
    privacy = "commands"
    status_channel = "C0123456789"
    announce_channel = "#all-incidents"
    pin_emoji = ":round_pushpin:"
    call_url = "https://meet.example.com/incident"
    dashboard_url = "https://grafana.example.com/d/1"
    team = "T0HOME42"
    app = "A0SITREP"
    api_url = "https://slack-gov.com/api/"
    commands = { incident = "/outage", status = "/outage-status" }
    """
    found = settings(configured(text, {**TOKENS, "SLACK_PREVIOUS_SIGNING_SECRET": "y" * 32}))
    assert found == SlackSettings(
        bot_token=BOT,
        app_token=APP,
        signing_secret=SECRET,
        previous_signing_secret="y" * 32,
        mode="http",
        team="T0HOME42",
        app="A0SITREP",
        commands=Commands("/outage", "/ic", "/outage-status"),
        privacy="commands",
        status_channel="C0123456789",
        announce_channel="all-incidents",
        pin_emoji="round_pushpin",
        call_url="https://meet.example.com/incident",
        dashboard_url="https://grafana.example.com/d/1",
        api_url="https://slack-gov.com/api/",
    )
    assert found.secrets == (SECRET.encode(), b"y" * 32)


def test_channels_are_called_like_the_rooms_unless_said_otherwise(configured: Configured) -> None:
    found = settings(configured('[rooms]\nstatus = "public"\nannounce = "all"\n[slack]\n'))
    assert (found.status_channel, found.announce_channel) == ("public", "all")


def test_the_example_is_right_when_its_marks_are_taken_away(configured: Configured) -> None:
    lines = [re.sub(r"^# (?=\[|\w+ = )", "", line) for line in EXAMPLE.splitlines()]
    found = settings(configured("\n".join(lines), TOKENS))
    assert found.call_url == "https://meet.example.com/incident"
    assert found.commands == Commands()


def test_a_secret_is_never_shown(configured: Configured) -> None:
    config = configured("[slack]\n", {**TOKENS, "SLACK_PREVIOUS_SIGNING_SECRET": "z" * 32})
    for secret in (*TOKENS.values(), "z" * 32):
        assert secret not in repr(config.slack)
        assert secret not in repr(config)
        assert secret not in f"{config}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1-A0SITREP-42-0123456789"),
        ("SLACK_BOT_TOKEN", "xoxp-123456789012-abcdefghij"),
        ("SLACK_BOT_TOKEN", "xoxb-short"),
        ("SLACK_APP_TOKEN", "xoxb-123456789012-abcdefghij"),
        ("SLACK_SIGNING_SECRET", "two words and more of them"),
        ("SLACK_SIGNING_SECRET", "x"),
        ("SLACK_PREVIOUS_SIGNING_SECRET", "pass·word·pass·word·pass"),
    ],
)
def test_a_wrong_token_is_named_and_not_shown(name: str, value: str, configured: Configured) -> None:
    with pytest.raises(ConfigError, match=f"^{name}: must ") as refusal:
        configured("", {name: value})
    assert value not in str(refusal.value).partition(": ")[2]


BAD = [
    ("mode = 'smoke'", "2: slack.mode: must be 'socket' or 'http'"),
    ("privacy = 'none'", "2: slack.privacy: must be 'all' or 'commands'"),
    ("bot_token = 'xoxb-1'", "2: slack.bot_token: there is no such key"),
    ("comands = {}", "2: slack.comands: there is no such key; did you mean commands?"),
    (
        "commands = { incident = '/status' }",
        "2: slack.commands.incident: must not be one of Slack's own: archive, away,",
    ),
    ("commands = { ic = 'ic' }", "2: slack.commands.ic: must be a / and then at most 31"),
    ("commands = { ic = '/incident' }", "2: slack.commands.ic: must be the name of one command only"),
    ("status_channel = 'C 1'", "2: slack.status_channel: must be a channel's id such as C0123456789, or its name"),
    ("announce_channel = 'status'", "2: slack.announce_channel: must be another channel than the one for public posts"),
    ("pin_emoji = '📌'", "2: slack.pin_emoji: must be the name of an emoji such as pushpin"),
    ("call_url = 'zoom'", "2: slack.call_url: must be an address that begins"),
    ("team = 'acme'", "2: slack.team: must be a workspace's id such as T0123456789"),
    ("app = 'sitrep'", "2: slack.app: must be an app's id such as A0123456789"),
    ("api_url = 'http://slack.com/api'", "2: slack.api_url: must be an https:// address"),
    ("api_url = 'https://slack.com@evil.example/'", "2: slack.api_url: must be an https:// address"),
    ("api_url = 'http://localhost.evil.example/'", "2: slack.api_url: must be an https:// address"),
]


@pytest.mark.parametrize(("line", "said"), BAD, ids=[said[:44] for _, said in BAD])
def test_rel_225_a_mistake_is_named_with_its_line(line: str, said: str, configured: Configured) -> None:
    with pytest.raises(ConfigError) as refusal:
        configured(f"[slack]\n{line}\n")
    assert [sentence for sentence in refusal.value.sentences if sentence.startswith(f"sitrep.toml:{said}")]


@pytest.mark.parametrize(
    ("mode", "missing", "named"),
    [
        ("socket", "SLACK_BOT_TOKEN", ["SLACK_BOT_TOKEN"]),
        ("socket", "SLACK_APP_TOKEN", ["SLACK_APP_TOKEN"]),
        ("socket", "SLACK_SIGNING_SECRET", []),
        ("http", "SLACK_SIGNING_SECRET", ["SLACK_SIGNING_SECRET"]),
        ("http", "SLACK_APP_TOKEN", []),
    ],
)
def test_what_is_lacking_depends_on_the_mode(mode: str, missing: str, named: list[str], configured: Configured) -> None:
    tokens = {name: token for name, token in TOKENS.items() if name != missing}
    found = settings(configured(f'[slack]\nmode = "{mode}"\n', tokens))
    assert [sentence.partition(":")[0] for sentence in found.lacking] == named


Sitrep = Callable[..., Result]


@pytest.fixture
def sitrep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sitrep:
    monkeypatch.chdir(tmp_path)
    for name in TOKENS:
        monkeypatch.delenv(name, raising=False)
    return lambda *words, **environment: CliRunner().invoke(main, words, env=environment)


@pytest.mark.parametrize("secret", ["", "  "])
def test_sec_008_http_mode_without_a_secret_does_not_start(secret: str, sitrep: Sitrep, tmp_path: Path) -> None:
    (tmp_path / "sitrep.toml").write_text('[slack]\nmode = "http"\n', encoding="utf-8")
    result = sitrep("serve", SLACK_BOT_TOKEN=BOT, SLACK_SIGNING_SECRET=secret)
    assert result.exit_code == 1
    assert result.stderr.startswith('SLACK_SIGNING_SECRET: is needed in Slack (slack.mode is "http")')
    assert not (tmp_path / "data").exists()


def test_sec_008_nothing_is_lacking_or_nothing_starts() -> None:
    with pytest.raises(Mistake) as refusal:
        ready(SlackSettings(mode="http"))
    assert [line.partition(":")[0] for line in str(refusal.value).splitlines()] == [
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
    ]


def test_the_manifest_needs_neither_a_file_nor_a_token(sitrep: Sitrep, tmp_path: Path) -> None:
    result = sitrep("manifest", "slack")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("_metadata:\n")
    assert json.loads(sitrep("manifest", "slack", "--format", "json").stdout)["settings"]["socket_mode_enabled"]
    assert list(tmp_path.iterdir()) == []


def test_the_manifest_is_that_of_the_configuration(sitrep: Sitrep, tmp_path: Path) -> None:
    text = '[web]\nbase_url = "https://sitrep.example.com"\n[slack]\nmode = "http"\ncommands = { ic = "/call" }\n'
    (tmp_path / "sitrep.toml").write_text(text, encoding="utf-8")
    made = json.loads(sitrep("manifest", "slack", "--format", "json").stdout)
    assert [(each["command"], each["url"]) for each in made["features"]["slash_commands"]][1] == (
        "/call",
        "https://sitrep.example.com/slack/events",
    )
    other = sitrep("manifest", "slack", "--url", "https://other.example.com")
    assert 'request_url: "https://other.example.com/slack/events"' in other.stdout


def test_a_manifest_that_slack_would_refuse_is_not_printed(sitrep: Sitrep, tmp_path: Path) -> None:
    (tmp_path / "sitrep.toml").write_text('[slack]\nmode = "http"\n', encoding="utf-8")
    result = sitrep("manifest", "slack")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("In HTTP mode Slack must reach Sitrep at an https:// address")
    assert sitrep("manifest", "teams").exit_code == 2


def test_settings_and_manifest_load_none_of_slack_s_libraries() -> None:
    code = "import sys, bot.config, bot.slack.manifest; print(*sorted({n.split('.')[0] for n in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {"slack_sdk", "slack_bolt", "aiohttp"} & set(loaded.split()) == set()
