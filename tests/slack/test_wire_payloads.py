"""Everything that leaves for Slack in a whole incident: within all limits, and one of each kind as a golden file.

`UPDATE_GOLDEN=1 pytest tests/slack/test_wire_payloads.py` writes the files anew; then read the difference.
"""

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fakes.slack.blocks import check_message_blocks, view_complaints
from fakes.slack.ledger import Called
from slack_sdk.models.blocks import Block
from slack_sdk.models.metadata import Metadata
from slack_sdk.models.views import View
from whole_incident import everything, installed
from wire import Wire

from bot.slack.limits import check_message, check_view

pytestmark = pytest.mark.timeout(90)

GOLDEN = Path(__file__).parent / "golden" / "wire"
Json = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """The first payload of this method whose JSON has these words in it."""

    method: str
    words: str = ""


KINDS = {
    "announcement": Kind("chat.postMessage", "Customers have been told"),
    "answer_beside_a_message": Kind("chat.postEphemeral", "Roles"),
    "answer_in_the_acknowledgement": Kind("ack", "Timeline"),
    "answer_that_came_late": Kind("response_url", "is declared"),
    "bookmark": Kind("bookmarks.add"),
    "call_into_a_thread": Kind("chat.postMessage", "Called in:"),
    "delayed_by_slack": Kind("chat.postEphemeral", "Delayed by Slack"),
    "form": Kind("views.open"),
    "form_as_text": Kind("ack", "Fill in"),
    "form_with_a_mistake": Kind("submitted", "errors"),
    "goes_on_in_a_thread": Kind("chat.postMessage", "goes on in a thread"),
    "headline": Kind("chat.postMessage", "Take command"),
    "headline_edited": Kind("chat.update", "Take command"),
    "home": Kind("views.publish", "Your roles"),
    "invitation": Kind("conversations.invite"),
    "mark": Kind("reactions.add"),
    "name_was_taken": Kind("chat.postMessage", "belonged to somebody else"),
    "not_run": Kind("chat.postEphemeral", "it was not run"),
    "page": Kind("chat.postMessage", "PAGE"),
    "pin": Kind("pins.add"),
    "public_post": Kind("chat.postMessage", "Customers cannot complete checkout"),
    "purpose": Kind("conversations.setPurpose"),
    "room": Kind("conversations.create", "checkout"),
    "room_private": Kind("conversations.create", '"is_private": "true"'),
    "run_in_a_thread": Kind("chat.postMessage", "is run in this thread"),
    "topic": Kind("conversations.setTopic"),
    "working": Kind("ack", "Working on it"),
}
_MASKED = (
    (re.compile(r"\b([ABCDTUVW])(?=[A-Z0-9]*\d)[A-Z0-9]{9,11}\b"), r"\g<1>0"),
    (re.compile(r"\b1\d{9}\.\d{6}\b"), "1.000000"),
    (re.compile(r"/p1\d{15}\b"), "/p1000000"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "0p"),
    (re.compile(r"\b\d{13}\.\d{12}\.0p"), "a trigger"),
    (re.compile(r'("private_metadata": )"(?:[^"\\]|\\.)*"'), r'\1"sealed"'),
)


@pytest.fixture
async def sent(tmp_path: Path) -> dict[str, list[Json]]:
    """By method, in order; what our acknowledgements say is there as `ack` and `submitted`."""
    async with installed(tmp_path, "all") as wire:
        wire.slack.channel("inc-1-checkout-returns-500s", members=[wire.person("eve")], with_app=False)
        await everything(wire, "all")
        await _rarely(wire)
        return _sent(wire)


async def _rarely(wire: Wire) -> None:
    """What a good day does not bring."""
    ada, room = wire.person("ada"), await wire.room(3)
    await ada.types(room.id, "!roles")
    await ada.types(room.id, "!note said long ago", at=wire.time.wall() - 600)
    wire.slack.fault("error", "views.open", code="expired_trigger_id")
    await ada.slash(room.id, "/incident note")
    await ada.slash(room.id, "/incident note")
    await ada.submits(text="it began", at="half past nonsense")
    await ada.closes()
    wire.slack.fault("ratelimited", "chat.postMessage", retry_after="15")
    await ada.slash(room.id, "/incident decide we roll back")
    await wire.wait(minutes=1)
    await ada.opens_home()
    await ada.slash("#general", "/incident sev1 Payments are down")
    await wire.wait(minutes=1)
    wire.slack.policy.may_create_channels = False
    await ada.slash("#general", "/incident sev1 Nobody can log in")
    await wire.wait(minutes=1)
    await _slowly(wire)


async def _slowly(wire: Wire) -> None:
    """Somebody else holds the database for longer than a command waits."""
    assert wire.core.database.file
    with closing(sqlite3.connect(wire.core.database.file, timeout=10, isolation_level=None)) as c:
        c.execute("begin immediate")
        await wire.person("ada").slash("#general", "/incident sev4 Slow going")
        c.execute("rollback")
    await wire.settle()


def _sent(wire: Wire) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for call in wire.slack.ledger.calls():
        found.setdefault(call.method, []).append(_read(call))
    for effect in wire.slack.ledger:
        if effect.method == "response_url":
            found.setdefault("response_url", []).append({"text": effect.text, "blocks": effect.blocks})
    for delivery in wire.slack.outgoing.deliveries:
        name = {"slash_commands": "ack", "interactive": "submitted"}.get(delivery.what)
        if name and delivery.answer:
            found.setdefault(name, []).append(delivery.answer)
    return found


def _read(call: Called) -> Json:
    """Structures travel as JSON inside a form."""
    structured = ("blocks", "view", "metadata")
    return {key: json.loads(value) if key in structured else value for key, value in call.args.items()}


def chosen(sent: dict[str, list[Json]], kind: Kind) -> Json:
    for each in sent.get(kind.method, []):
        if kind.words in json.dumps(each, ensure_ascii=False):
            return each
    raise AssertionError(f"no {kind.method} says {kind.words!r}")


def masked(payload: Json) -> str:
    text = json.dumps(payload, ensure_ascii=False, indent=1, sort_keys=True)
    for pattern, instead in _MASKED:
        text = pattern.sub(instead, text)
    return text + "\n"


async def test_one_payload_of_each_kind_is_as_it_was(sent: dict[str, list[Json]]) -> None:
    files = {f"{name}.json": masked(chosen(sent, kind)) for name, kind in KINDS.items()}
    if os.environ.get("UPDATE_GOLDEN") == "1":
        GOLDEN.mkdir(exist_ok=True)
        for old in GOLDEN.glob("*.json"):
            old.unlink()
        for name, text in files.items():
            (GOLDEN / name).write_text(text, encoding="utf-8")
    assert {path.name: path.read_text(encoding="utf-8") for path in GOLDEN.glob("*.json")} == files


async def test_all_that_leaves_fits_by_our_table_and_by_the_models(sent: dict[str, list[Json]]) -> None:
    checked = 0
    for method, payload in ((method, each) for method, all_of in sent.items() for each in all_of):
        checked += 1
        for view in _views(payload):
            assert check_view(view) == [], method
            assert view_complaints(view, view["type"]) == [], method
            View(**view).validate_json()
        if payload.get("blocks"):
            assert check_message(payload["text"], payload["blocks"]) == [], method
            check_message_blocks(payload["blocks"])
            # Nothing was dropped that the models do not know.
            assert [model.to_dict() for model in Block.parse_all(payload["blocks"])] == payload["blocks"], method
        if payload.get("metadata"):
            assert Metadata(**payload["metadata"]).to_dict() == payload["metadata"]
    assert checked > 100


def _views(payload: Json) -> Iterator[Json]:
    if isinstance(payload.get("view"), dict):
        yield payload["view"]


async def test_every_kind_of_call_that_leaves_has_a_golden_payload(sent: dict[str, list[Json]]) -> None:
    """Calls that only ask carry nothing that anybody sees."""
    asking = (
        "auth.test",
        "apps.connections.open",
        "conversations.join",
        "conversations.open",
        "conversations.unarchive",
    )
    shows = {
        method for method in sent if method not in asking and not re.search(r"\.(info|list|history|replies)$", method)
    }
    asks = {"users.conversations", "users.lookupByEmail", "chat.getPermalink"}
    assert shows - asks - {kind.method for kind in KINDS.values()} == set()
