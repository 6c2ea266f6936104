"""`!key` as people say it: what the review begins with, and who says so (TL-8)."""

from collections.abc import Sequence

import pytest
from conversation import Conversation

from incidents.person import Person
from storage.timeline import Entry
from templates import plain


async def _recorded(call: Conversation, ada: Person, bob: Person) -> None:
    """Ada commands, Bob is scribe; entry 5 is a note."""
    await call.says(ada, "/incident sev2 Checkout is down", "#general")
    await call.presses(ada, "Take command")
    await call.says(ada, "/incident assign scribe @bob")
    await call.says(ada, "!note the cache was restarted")
    assert (await call.timeline())[-1].seq == 5


async def _entry(call: Conversation, seq: int) -> Entry:
    return next(entry for entry in await call.timeline() if entry.seq == seq)


async def _shown(call: Conversation, who: Person, words: str) -> str:
    answer = await call.says(who, words)
    assert answer.card
    return plain.text(answer.card)


async def test_tl_8_the_scribe_marks_a_key_event_and_takes_the_mark_back(
    call: Conversation, ada: Person, bob: Person
) -> None:
    await _recorded(call, ada, bob)
    call.news()
    assert not (await call.says(bob, "!key 5")).refused
    assert (await _entry(call, 5)).key
    assert [seen.text for seen in call.news() if seen.to.startswith("#inc-1")] == [
        "14:00:00 UTC entry 5 is a key event: the cache was restarted (Bob Lindqvist)"
    ]
    row = (await call.timeline())[-1]
    assert (row.type, row.text, row.refers_to, row.actor) == ("correction", "key event", 5, "Bob Lindqvist")
    await call.restart()
    assert (await _entry(call, 5)).key
    assert not (await call.says(ada, "/incident key #5 off")).refused
    assert not (await _entry(call, 5)).key
    assert (await call.timeline())[-1].text == "no longer a key event"


async def test_tl_8_only_scribe_commander_and_review_owner_mark_key_events(
    *, call: Conversation, ada: Person, bob: Person, cleo: Person, dan: Person, eve: Person
) -> None:
    await _recorded(call, ada, bob)
    await call.says(ada, "/incident assign deputy @cleo")
    await call.says(dan, "!note a note of Dan's")
    for who, seq in ((cleo, 5), (dan, 7), (eve, 5)):
        answer = await call.says(who, f"!key {seq}")
        assert answer.refused
        assert answer.card
        assert "Only the Scribe, the Incident Commander and the review’s owner" in answer.card.text
        assert not (await _entry(call, seq)).key
    await call.says(ada, '/incident resolve No data was lost. --because "it is well"')
    await call.says(ada, "/incident review @dan")
    assert (await call.incident()).review_owner == dan
    assert not (await call.says(dan, "!key 7")).refused


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("!key", "Which entry?"),
        ("!key twelve", "Which entry?"),
        ("!key 99", "There is no entry 99."),
        ("!key ² off", "Which entry?"),
        ("!key 5 perhaps", "On or off?"),
        ("!key 5 off", "Entry 5 is no key event."),
        ("!key 1 on", "Entry 1 is a key event already."),
    ],
)
async def test_what_cannot_be_marked_is_refused_with_the_reason(
    call: Conversation, ada: Person, bob: Person, words: str, told: str
) -> None:
    await _recorded(call, ada, bob)
    answer = await call.says(ada, words)
    assert answer.refused
    assert answer.card
    assert answer.card.text.startswith(told)


async def test_a_withdrawn_entry_is_no_key_event(call: Conversation, ada: Person, bob: Person) -> None:
    await _recorded(call, ada, bob)
    await call.says(ada, "!key 5")
    await call.says(ada, "/incident withdraw 5 wrong incident")
    assert not (await _entry(call, 5)).key
    assert (await call.says(ada, "!key 5")).refused


async def test_tl_8_levels_phases_posts_and_the_end_are_key_events_by_themselves(
    call: Conversation, ada: Person, bob: Person
) -> None:
    await _recorded(call, ada, bob)
    await call.says(ada, "/incident sev1 payments fail too")
    await call.says(ada, "/status investigating Customers cannot pay.")
    keys = [entry.type for entry in await call.timeline() if entry.key]
    assert set(keys) == {"status", "severity", "post"}
    await call.says(ada, "!key 1 off")
    assert not (await _entry(call, 1)).key


async def test_the_timeline_shows_the_key_events_alone_page_by_page(
    call: Conversation, ada: Person, bob: Person
) -> None:
    await _recorded(call, ada, bob)
    text = await _shown(call, ada, "/incident timeline --key")
    assert text.startswith("Key events of Checkout is down")
    assert "★ 14:00:00 UTC status: Declared SEV-2" in text
    assert "cache" not in text
    await call.says(ada, "!key 1 off")
    assert "No entry is a key event." in await _shown(call, ada, "!timeline --key")
    for number in range(30):
        await call.says(bob, f"!note step {number}")
        seq = (await call.timeline())[-1].seq
        await call.says(bob, f"!key {seq}")
    await call.wait(seconds=1)
    last = await call.says(ada, "!timeline --key")
    assert last.card
    assert "page 2 of 2" in last.card.title
    assert _steps(last.card.text.splitlines()) == [25, 26, 27, 28, 29]
    earlier = await call.presses(ada, "Earlier")
    assert earlier.card
    assert _steps(earlier.card.text.splitlines()) == list(range(25))
    assert "step 0" in await _shown(call, ada, "!timeline --key 1")
    assert "★" in await _shown(call, ada, "!timeline")


def _steps(lines: Sequence[str]) -> list[int]:
    return [int(line.partition("step ")[2].split()[0]) for line in lines]


async def test_a_star_on_a_recorded_message_marks_it(call: Conversation, ada: Person, bob: Person, eve: Person) -> None:
    await _recorded(call, ada, bob)
    await call.says(eve, "the queue grows", "thread")
    seq = (await call.timeline())[-1].seq
    assert (await call.reacts(eve, "⭐")).refused
    assert not (await _entry(call, seq)).key
    assert not (await call.reacts(bob, "⭐")).refused
    assert (await _entry(call, seq)).key
    rows = len(await call.timeline())
    await call.reacts(ada, "⭐")
    assert len(await call.timeline()) == rows


async def test_a_star_on_talk_is_only_a_star(call: Conversation, ada: Person, bob: Person, eve: Person) -> None:
    await _recorded(call, ada, bob)
    before = await call.timeline()
    await call.says(eve, "well done")
    assert not (await call.reacts(eve, "⭐")).refused
    assert await call.timeline() == before
