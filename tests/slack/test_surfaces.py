"""Hostile words over the wire, and what everybody's Slack then shows: SEC-062 to SEC-065."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes.slack.person import Person
from wire import Wire, wired

pytestmark = pytest.mark.timeout(60)

MASS = ["<!channel>", "<!here|here>", "<!everyone>", "<!subteam^S1>", "@channel @here @everyone"]
LINKS = [
    "<https://evil.example|https://bank.example>",
    "[https://bank.example](https://evil.example)",
    "<!date^1392734382^{date_num}^https://evil.example|https://bank.example>",
]
BROKEN_OUT = ['"}],"blocks":[', '{"type":"section","text":"x"}', "\\u003c!channel\\u003e", "]}'", '","blocks":[{"a":"']
PLAIN = "a <b> & *c*"


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    async with wired(tmp_path) as begun:
        yield begun


async def said_everywhere(wire: Wire, texts: list[str]) -> None:
    """Typed as a title, a note, a task, a decision, an update and in the thread, then shown wherever it is shown."""
    ada = wire.person("ada")
    room = await wire.declare(ada)
    await ada.slash(room.name, "/ic take ic")
    thread = await wire.thread()
    for text in texts:
        for word in ("rename", "note", "decide", "task @bob 10m", "propose", "status investigating"):
            assert (await ada.slash(room.name, f"/incident {word} {text}")).acked
        await ada.types(room.name, text, thread=thread, raw=True)
        await wire.settle()
    await shown(wire, ada, room.name)


async def shown(wire: Wire, who: Person, room: str) -> None:
    for word in ("timeline", "brief", "tasks", "roles", "list", "due"):
        await who.slash(room, f"/incident {word}")
    await who.opens_home()
    await wire.settle()


def payloads(wire: Wire) -> list[dict[str, Any]]:
    """All calls that show something, structures read; and what our acknowledgements say."""
    made = [
        {key: json.loads(value) if key in ("blocks", "view", "metadata") else value for key, value in call.args.items()}
        for call in wire.slack.ledger.calls()
        if {"text", "blocks", "view"} & set(call.args)
    ]
    return made + [each.answer for each in wire.slack.outgoing.deliveries if isinstance(each.answer, dict)]


def objects(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inside in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(inside)


async def test_sec_062_over_the_wire_nobody_calls_everybody_by_a_text(wire: Wire) -> None:
    await said_everywhere(wire, MASS)
    assert wire.slack.ledger.visible(text="everyone"), "it is shown"
    assert [token for _, token in wire.slack.ledger.live() if token.kind in ("broadcast", "usergroup")] == []


async def test_sec_063_over_the_wire_no_link_shows_another_host(wire: Wire) -> None:
    await said_everywhere(wire, LINKS)
    assert wire.slack.ledger.visible(text="evil.example"), "it is shown"
    tokens = [token for _, token in wire.slack.ledger.live()]
    assert [
        token for token in tokens if token.kind in ("link", "date") and "example" in token.value + token.label
    ] == []
    assert [token for token in tokens if "bank.example" in token.label] == []


async def test_sec_064_over_the_wire_peoples_words_are_plain_text_or_encoded(wire: Wire) -> None:
    await said_everywhere(wire, [PLAIN])
    found = {"mrkdwn": 0, "plain_text": 0}
    for part in (part for payload in payloads(wire) for part in objects(payload)):
        if part.get("type") not in found or not isinstance(part.get("text"), str):
            continue
        if "a <b> &" in part["text"] or "a &lt;b&gt; &amp;" in part["text"]:
            found[part["type"]] += 1
        if part["type"] == "mrkdwn":
            assert "<b>" not in part["text"]
            assert not re.search(r"(?<!\u00ad)\*c\*", part["text"])
    assert found["plain_text"] + found["mrkdwn"] > 5, found


@pytest.mark.parametrize("said", BROKEN_OUT)
async def test_sec_065_over_the_wire_json_in_a_text_stays_text(tmp_path: Path, said: str) -> None:
    """What leaves has the same shape as with a harmless text of the same length."""
    shapes = []
    for number, text in enumerate((said, "x" * len(said))):
        folder = tmp_path / str(number)
        folder.mkdir()
        async with wired(folder) as wire:
            await said_everywhere(wire, [text])
            shapes.append(sorted({json.dumps(shape(each), sort_keys=True) for each in payloads(wire)}))
    assert shapes[0] == shapes[1]


def shape(value: object) -> object:
    """Which objects stand in which, without their texts."""
    if isinstance(value, dict):
        return {key: shape(inside) for key, inside in value.items() if key != "value"}
    return [shape(inside) for inside in value] if isinstance(value, list) else type(value).__name__
