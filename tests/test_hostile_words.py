"""Whatever people type stays text: it mentions nobody, links nowhere and is never a template (SEC-060, SEC-082)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from conversation import ADA, CLEO, DAN, EVERYBODY, Conversation
from hostile import CORPUS
from sqlalchemy import select

from commands.clean import clean
from storage.tables import web_message
from templates import marks

KNOWN = {person.id for person in EVERYBODY}
TYPED = ("/incident rename {}", "!note {}", "!task @dan 10m {}", "!propose {}", "!decide {}")
SHORT = [text for text in CORPUS if len(text) < 500]


@pytest.fixture
async def running(call: Conversation) -> Conversation:
    await call.says(DAN, "/incident sev1 Checkout", "#general")
    await call.says(ADA, "!ic take ic", "room")
    await call.says(CLEO, "!ic take customer-liaison", "room")
    return call


async def _cards(call: Conversation) -> list[dict[str, Any]]:
    async with call.database.read() as c:
        rows = await c.execute(select(web_message.c.card).where(web_message.c.card.is_not(None)))
        return [json.loads(row.card) for row in rows]


def _texts(value: object) -> Iterator[str]:
    """Every piece of text in a card."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


async def test_sec_060_nothing_typed_becomes_a_mention_or_a_link(running: Conversation) -> None:
    for number, payload in enumerate(SHORT):
        for typed in (TYPED[0], TYPED[1 + number % (len(TYPED) - 1)]):
            await running.says(ADA, typed.format(payload), "room")
    room = (await running.incident(1)).room_name
    for card in await _cards(running):
        for text in _texts(card):
            for span in marks.spans(text):
                assert span.kind != "mention" or span.ref in KNOWN, text
                assert span.kind != "room" or span.text in (room, "incidents", "status"), text
                assert not any(sign in span.text for sign in "\x02\x03\x04\x0e\x0f\x1f\x00"), text


@pytest.mark.parametrize(
    "template", ["{{7*7}}", "{% for x in range(9) %}x{% endfor %}", "${7*7}", "#{7*7}", "<%= 7*7 %>"]
)
async def test_sec_082_template_syntax_is_shown_as_it_was_typed(running: Conversation, template: str) -> None:
    for typed in TYPED:
        await running.says(ADA, typed.format(template), "room")
    await running.says(CLEO, f"/status investigating {template} fails", "room")
    texts = [text for card in await _cards(running) for text in _texts(card)]
    shown = [text for text in texts if template in text]
    assert len(shown) >= len(TYPED)
    assert not [text for text in texts if "49" in text]
    (post,) = running.seen(to="#status")
    assert f"{template} fails." in post.text


async def test_a_hostile_note_is_on_the_record_or_was_refused(running: Conversation) -> None:
    for payload in SHORT:
        before = len(await running.timeline(1))
        answer = await running.says(DAN, f"!note {payload}", "room")
        wanted = clean(payload).text.strip()
        added = len(await running.timeline(1)) - before
        assert added == 1 or answer.refused or (answer.card and not wanted), payload
