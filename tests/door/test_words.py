"""What people type comes back as they typed it, or as a clear private sentence."""

import pytest
from conversation import ADA, BOB, CLEO, DAN
from crash.world import World
from hostile import CORPUS

from commands.clean import clean, one_line
from storage.tables import heard, incident, outbox, timeline, web_message, web_room

SHORT = [text for text in CORPUS if len(text) <= 3_100]


once = pytest.mark.on("sqlite")
"""A corpus through the same columns as in the others, which are gone through on both databases."""


@once
@pytest.mark.parametrize(
    "typed", ["!ntoe it began at 13:55", "/incident resovle", "!ic tiemline", "/incident frobnicate"]
)
async def test_an_unknown_word_is_answered_in_private_with_the_nearest(here: World, typed: str) -> None:
    room = await here.declares()
    before = await here.rows(outbox)
    answer = await here.says(DAN, typed, room=room)
    nearest = {"!ntoe": "note", "resovle": "resolve", "tiemline": "timeline"}
    wanted = next((right for wrong, right in nearest.items() if wrong in typed), "help")
    assert answer.card
    shown = f"{answer.card.title} {answer.card.text} {[button.label for button in answer.card.buttons]}"
    assert wanted in shown
    assert await here.rows(outbox) == before


async def test_rel_118_any_text_in_a_title_is_stored_clean(here: World) -> None:
    for number, text in enumerate(SHORT, start=1):
        answer = await here.says(BOB, "declare", via="form", fields={"severity": "sev3", "title": text})
        assert answer.incident == number, repr(text)
        kept = await here.incident(number)
        assert kept.title == (one_line(text) or "Untitled incident")
    await here.delivery.drain()
    assert {row["state"] for row in await here.rows(outbox)} <= {"sent", "superseded"}
    await _everything_is_storable(here)


async def test_rel_118_any_text_in_a_note_is_stored_clean(here: World) -> None:
    room = await here.declares()
    wanted = []
    for text in CORPUS:
        answer = await here.says(DAN, "note", via="form", fields={"text": text}, incident=1, room=room)
        assert not answer.failed, repr(text[:40])
        if clean(text).text.strip():
            wanted.append(clean(text).text.strip())
    assert [entry.text for entry in await here.timeline() if entry.type == "note"] == wanted
    await here.delivery.drain()
    await _everything_is_storable(here)


@once
@pytest.mark.parametrize(
    "words", ["!note {}", "!decide {}", "!todo {}", "!propose {}", "!task @bob 10m {}", "/incident rename {}"]
)
async def test_rel_118_any_text_in_one_line_is_answered_and_stored_clean(here: World, words: str) -> None:
    room = await here.under_command()
    for text in SHORT:
        answer = await here.says(ADA, words.format(text), room=room)
        assert not answer.failed, repr(text)
    await here.delivery.drain()
    await _everything_is_storable(here)


@once
async def test_rel_118_any_text_in_a_public_post_is_stored_clean(here: World) -> None:
    room = await here.under_command()
    for text in SHORT:
        fields = {"stage": "investigating", "text": text, "symptom": text, "action_now": text}
        answer = await here.says(CLEO, "update", via="form", fields=fields, incident=1, room=room)
        assert not answer.failed, repr(text)
    await here.delivery.drain()
    await _everything_is_storable(here)


async def test_rel_118_any_text_as_the_name_of_a_field_is_harmless(here: World) -> None:
    """A browser sends what its owner likes, names of fields included."""
    room = await here.under_command()
    for text in SHORT:
        fields = {"stage": "investigating", "text": "We are looking into it.", text: "x"}
        answer = await here.says(CLEO, "update", via="form", fields=fields, incident=1, room=room)
        assert not answer.failed, repr(text)
    await _everything_is_storable(here)


@pytest.mark.parametrize("text", ["a\x00b", "lone \ud800", "😀", "x" * 3_001])
async def test_rel_118_whatever_a_platform_calls_its_deliveries_rooms_and_messages_never_raises(
    here: World, text: str
) -> None:
    for _ in range(2):
        answer = await here.says(DAN, "/incident list", delivery=text, room=f"web:{text}", source=f"web:message:{text}")
        assert answer.card
    assert not (await here.says(DAN, "/incident list")).refused


async def _everything_is_storable(world: World) -> None:
    """No control characters but newline, no half characters, in any text of any table."""
    for table in (incident, timeline, outbox, heard, web_message, web_room):
        for row in await world.rows(table):
            for name in row.keys() - _AS_JSON:
                if isinstance(value := row[name], str):
                    assert clean(value, limit=len(value)).text == value, (table.name, name, value[:200])


_AS_JSON = {"state", "payload", "reply", "card"}
"""Cards carry marks of their own, which are control characters that JSON escapes."""
