"""Who looks on and asks in an incident's room is told where the news is (AUD-13)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from conversation import ADA, BOB, CLEO, DAN, EVE, SETTINGS
from crash.world import ON_CALL, World
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from commands.run import TALK, Answer
from incidents.person import Person
from storage.database import Database
from storage.tables import heard, outbox
from templates import plain

QUESTION = "Do customers of the shop notice?"


@contextmanager
def looks(here: World) -> Iterator[list[str]]:
    """Each statement that is sent to the database; one that writes fails."""
    seen: list[str] = []

    def sent(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    def refused(*_args: object, **_named: object) -> None:
        raise AssertionError("a unit of work for talk")

    engine = here.database._reader.sync_engine
    event.listen(engine, "before_cursor_execute", sent)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Database, "begin", refused)
        yield seen
    event.remove(engine, "before_cursor_execute", sent)


def text(answer: Answer) -> str:
    return plain.text(answer.card) if answer.card else ""


async def asks(here: World, who: Person, room: str, words: str = QUESTION) -> str:
    with looks(here):
        answer = await here.says(who, words, room=room)
    assert not answer.visible, "it stays talk"
    assert not answer.refused
    return text(answer)


async def test_aud_13_a_stakeholder_is_told_once_where_to_ask(here: World) -> None:
    here.door.settings = replace(SETTINGS, house=replace(SETTINGS.house, support_room="help", sales_room="deals"))
    room = await here.under_command()
    rows = await here.rows(heard), await here.rows(outbox)
    assert await asks(here, EVE, room) == (
        "You have no part in this incident, and this room is for those who work on it. Please ask in #status: what is "
        "known is told there, Support in #help, Sales in #deals.\n\nHere to help? Then tell @ada."
    )
    assert await asks(here, EVE, room) == ""
    assert await asks(here, DAN, room, "还要多久？ ") != "", "each for themselves, and in the full-width sign"
    assert (await here.rows(heard), await here.rows(outbox)) == rows
    other = await here.declares("/incident sev3 Search is slow")
    assert "Here to help? Then /incident take." in await asks(here, EVE, other), "once in each incident"


async def test_aud_13_who_has_a_part_is_not_answered(here: World) -> None:
    here.door.settings = ON_CALL
    room = await here.declares(who=CLEO)
    await here.says(DAN, "!take ic", room=room)
    assert [await asks(here, who, room) for who in (ADA, BOB, CLEO, DAN)] == [""] * 4, "on call, declared, has a role"
    await here.says(DAN, "!task @eve 10m look at the pool", room=room)
    assert await asks(here, EVE, room) == ""
    await here.says(EVE, "!task done 1", room=room)
    assert await asks(here, EVE, room) != "", "with nothing to do any more"


async def test_aud_13_other_talk_costs_no_look_and_a_question_one(here: World) -> None:
    room = await here.declares()
    for words, place in (("is it up? yes", room), ("Looking now", room), ("?!", room), (QUESTION, "")):
        with looks(here) as seen:
            assert await here.says(EVE, words, room=place) == TALK
        assert seen == [], words
    with looks(here) as seen:
        await here.says(EVE, QUESTION, room="web:general")
        assert len([each for each in seen if each.startswith("SELECT")]) == 1
    with looks(here) as seen:
        await here.says(EVE, QUESTION, room=room)
    assert len([each for each in seen if each.startswith("SELECT")]) == 1


async def test_aud_13_nobody_is_sent_away_from_a_private_incident_or_one_that_is_over(here: World) -> None:
    room = await here.declares("/incident sev2 Keys were stolen --private")
    assert (await here.incident()).private
    assert await asks(here, EVE, room) == ""
    over = await here.declares("/incident sev4 Search is slow")
    await here.says(ADA, "/incident cancel it was a test of the alarm", room=over)
    assert not (await here.incident(2)).phase.active
    assert await asks(here, EVE, over) == ""


async def test_aud_13_talk_does_not_fail_with_the_database(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    room = await here.declares()

    def away(_database: Database) -> None:
        raise OperationalError("SELECT", {}, OSError("disk"))

    with monkeypatch.context() as patched:
        patched.setattr(Database, "read", away)
        assert await here.says(EVE, QUESTION, room=room) == TALK
    assert await asks(here, EVE, room) != "", "nothing was told yet"


async def test_aud_13_what_is_remembered_is_bounded(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.pointing._MANY", 1)
    room = await here.declares()
    assert [bool(await asks(here, who, room)) for who in (EVE, EVE, DAN, EVE)] == [True, False, True, True]
