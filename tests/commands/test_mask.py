"""`!mask` as people say it: the record keeps who and why, nobody is shown the words again (TL-8)."""

import json

import pytest
from conversation import ADA, BOB, CLEO, DAN, Conversation, conversation
from sqlalchemy import select
from test_account import REPORT, over
from test_approval import ON, settings
from test_approval import led as approving

from bot.export import export
from commands.line import Line
from incidents.person import Person
from storage import rooms
from storage.tables import metadata
from storage.timeline import Entry
from templates import plain
from templates.documents import Format

SECRET = "joe.bloggs_of_customer"
FORMATS: tuple[Format, ...] = ("md", "json", "csv")


@pytest.fixture
async def led(call: Conversation, ada: Person, bob: Person) -> Conversation:
    """Ada commands, Bob is scribe."""
    await call.says(ada, "/incident sev2 Checkout is down", "#general")
    await call.presses(ada, "Take command")
    await call.says(ada, "/incident assign scribe @bob")
    return call


async def _entry(call: Conversation, seq: int) -> Entry:
    return next(entry for entry in await call.timeline() if entry.seq == seq)


async def _saying(call: Conversation, words: str = SECRET) -> int:
    """The first entry that says it."""
    return next(entry.seq for entry in await call.timeline() if words in entry.text and entry.type != "correction")


async def _left(call: Conversation, words: str = SECRET) -> list[str]:
    """Tables other than the timeline that still say it."""
    found = []
    async with call.database.read() as c:
        for table in metadata.sorted_tables:
            rows = (await c.execute(select(table))).all()
            if table.name != "timeline" and any(words.lower() in str(value).lower() for row in rows for value in row):
                found.append(table.name)
    return found


async def test_tl_8_words_are_masked_with_a_reason_and_the_row_stays(
    led: Conversation, bob: Person, eve: Person
) -> None:
    await led.says(eve, f"!note {SECRET} cannot pay, nor can others")
    seq = await _saying(led)
    answer = await led.says(bob, f'!mask {seq} "{SECRET}" --because "customer\'s e-mail"')
    assert (answer.refused, answer.card) == (False, None)
    entry = await _entry(led, seq)
    assert (entry.text, entry.masked) == ("[masked] cannot pay, nor can others", "customer's e-mail")
    row = (await led.timeline())[-1]
    assert (row.type, row.text, row.refers_to, row.actor, row.at) == (
        "correction",
        "masked: customer's e-mail",
        seq,
        "Bob Lindqvist",
        led.now,
    )
    assert led.seen(to="#inc-1", text=f"entry {seq} masked: customer's e-mail (Bob Lindqvist)")
    async with led.database.read() as c:
        kept = (await c.execute(select(metadata.tables["timeline"].c.text))).scalars().all()
    assert f"{SECRET} cannot pay, nor can others" in kept


SAID = [
    "!note {} cannot pay",
    "!find {} was charged twice",
    "TODO: call {} back",
    "!decide refund {} --by @bob",
    "!task @bob 10m call {}",
    "!propose we call {}",
    "/incident rename Checkout fails for {}",
    "/incident page @dan {} waits",
    "/incident sev1 {} is a hospital",
    "/status investigating {} cannot pay.\n\nWe are looking into it. " + "Nobody else is affected. " * 20,
    "/status skip {} was told by phone",
]


@pytest.mark.parametrize("words", SAID)
@pytest.mark.parametrize("whole", [False, True])
async def test_tl_8_masked_words_come_out_of_nothing_that_is_shown(
    led: Conversation, ada: Person, bob: Person, words: str, whole: bool
) -> None:
    assert not (await led.says(ada, words.format(SECRET))).refused
    await led.wait(minutes=1)
    for page in ("!timeline", "!brief", "/incident roles", "/status"):
        await led.says(ada, page)
    for entry in await led.timeline():
        # A proposal that carried is two entries; each is masked for itself.
        if SECRET in entry.text and entry.type != "correction":
            await led.says(bob, f"!mask {entry.seq} {'' if whole else SECRET} --because private")
    assert await _left(led) == []
    await led.restart()
    await led.wait(minutes=2)
    led.news()
    for asked in (
        "!timeline",
        "!timeline 1",
        "!brief",
        "/incident list",
        "/status",
        "/status update",
        "!timeline --key",
    ):
        answer = await led.says(ada, asked)
        assert SECRET not in str(answer.card)
    assert not [seen for seen in led.news() if SECRET in seen.text]
    assert await _left(led) == []
    for fmt in FORMATS:
        document = "".join([piece async for piece in export(led.database, 1, fmt, led.play.settings.house)])
        assert SECRET not in document
        assert "masked" in document


@pytest.mark.parametrize("whole", [False, True])
async def test_a_masked_entry_hides_its_corrections_earlier_and_later(
    led: Conversation, bob: Person, whole: bool
) -> None:
    await led.says(bob, f"!note {SECRET} waits")
    seq = await _saying(led)
    await led.says(bob, f"!correct {seq} {SECRET} waited since noon")
    await led.says(bob, f"!mask {seq} {'' if whole else SECRET} --because private")
    later = await led.says(bob, f"!correct {seq} the customer {SECRET} waited")
    assert later.refused == whole
    if whole:
        # The line that was refused is not about the entry any more, it is new.
        assert await _left(led) == ["heard", "web_message"]
    entry = await _entry(led, seq)
    assert SECRET not in f"{entry.text} {entry.corrected} {entry.reads}"
    assert entry.reads == ("[masked]" if whole else "the customer [masked] waited")
    assert not [row for row in await led.timeline() if SECRET in row.text]


async def test_what_was_posted_in_the_room_is_edited(led: Conversation, bob: Person) -> None:
    await led.says(bob, f"!note {SECRET} waits")
    led.news()
    await led.says(bob, f"!mask {await _saying(led)} --because private")
    edits = [seen.text for seen in led.news() if seen.kind == "edit"]
    assert edits == ["14:00:00 UTC note: [masked] (Bob Lindqvist)"]


async def test_the_headline_and_the_announcement_follow_when_the_title_is_masked(
    led: Conversation, ada: Person
) -> None:
    await led.says(ada, f"/incident rename {SECRET} cannot pay")
    led.news()
    await led.says(ada, f"!mask {await _saying(led)} {SECRET} --because private")
    news = led.news()
    assert (await led.incident()).title == "[masked] cannot pay"
    assert {"headline", "announcement"} <= {seen.slot for seen in news if "[masked] cannot pay" in seen.text}


async def test_masking_a_note_leaves_the_headline_alone(led: Conversation, ada: Person) -> None:
    await led.says(ada, f"!note {SECRET} waits")
    led.news()
    await led.says(ada, f"!mask {await _saying(led)} --because private")
    assert not [seen for seen in led.news() if seen.slot == "headline"]


async def test_two_masks_hide_both_and_the_second_finds_the_copies_of_the_first(led: Conversation, bob: Person) -> None:
    await led.says(bob, f"!note {SECRET} lives in Utrecht with a dog")
    seq = await _saying(led)
    await led.says(bob, f"!mask {seq} {SECRET} --because e-mail")
    await led.says(bob, f"!mask {seq} utrecht --because address")
    assert (await _entry(led, seq)).text == "[masked] lives in [masked] with a dog"
    assert (await _left(led), await _left(led, "Utrecht")) == ([], [])
    await led.says(bob, f"!mask {seq} --because all of it")
    assert (await _entry(led, seq)).text == "[masked]"
    assert await _left(led, "with a dog") == []


async def test_a_short_entry_that_is_masked_takes_nothing_else_along(
    led: Conversation, ada: Person, eve: Person
) -> None:
    await led.says(eve, "!note ok")
    seq = await _saying(led, "ok")
    await led.says(ada, "!note ok so far, the broker is back")
    await led.says(eve, f"!mask {seq} --because a slip")
    assert (await _entry(led, seq)).text == "[masked]"
    async with led.database.read() as c:
        shown = [str(card) for card in (await c.execute(select(metadata.tables["web_message"].c.card))).scalars()]
    assert [card for card in shown if "ok so far, the broker is back" in card]
    assert [card for card in shown if "note: [masked] (Eve Tanaka)" in card]


async def test_nobody_hides_others_words_by_masking_their_own(led: Conversation, ada: Person, eve: Person) -> None:
    await led.says(ada, "!note the broker is back")
    await led.says(eve, "!note broker!")
    before = await led.timeline()
    await led.says(eve, f"!mask {before[-1].seq} broker --because why not")
    assert (await led.timeline())[: len(before) - 1] == before[:-1]
    assert await _left(led, "the broker is back") == ["heard", "outbox", "web_message"]


async def test_a_message_that_became_an_entry_is_masked_where_it_stands(
    led: Conversation, ada: Person, bob: Person, eve: Person
) -> None:
    await led.says(eve, f"{SECRET} has called")
    await led.reacts(bob)
    await led.says(eve, f"{SECRET} called again", "thread")
    for entry in await led.timeline():
        if SECRET in entry.text:
            await led.says(ada, f"!mask {entry.seq} {SECRET} --because private")
    assert await _left(led) == []
    assert (await led.timeline())[-1].text == "masked: private"


async def test_editing_the_message_of_an_entry_masked_whole_brings_nothing_back(led: Conversation, eve: Person) -> None:
    await led.says(eve, f"{SECRET} has called", "thread")
    seq = await _saying(led)
    await led.says(eve, f"/incident mask {seq} --because private", "@")
    await led.people.edits(eve, f"{SECRET} has really called")
    entry = await _entry(led, seq)
    assert (entry.reads, entry.corrected) == ("[masked]", None)
    await led.deletes(eve)
    assert (await _entry(led, seq)).withdrawn


@pytest.mark.parametrize("who", ["ada", "bob", "eve"])
async def test_tl_8_author_scribe_and_commander_mask(
    led: Conversation, ada: Person, bob: Person, eve: Person, who: str
) -> None:
    await led.says(eve, f"!note {SECRET}")
    people = {"ada": ada, "bob": bob, "eve": eve}
    assert not (await led.says(people[who], f"!mask {await _saying(led)} --because private")).refused
    assert await _left(led) == []


async def test_tl_8_others_are_refused_in_private(led: Conversation, ada: Person, cleo: Person, dan: Person) -> None:
    await led.says(ada, "/incident assign deputy @cleo")
    await led.says(ada, f"!note {SECRET}")
    seq = await _saying(led)
    led.news()
    for who in (cleo, dan):
        answer = await led.says(who, f"/incident mask {seq} --because private")
        assert answer.refused
        assert answer.card
        assert answer.card.text.startswith("Only its author, the Scribe,")
    assert (await _entry(led, seq)).text == SECRET
    assert [seen.kind for seen in led.news() if seen.kind != "refused"] == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("!mask", "Which entry?"),
        ("!mask 99 --because private", "There is no entry 99."),
        ("!mask 5", "Why?"),
        ('!mask 5 "waits" --because ""', "Why?"),
        ("!mask 5 somebody else --because private", "Entry 5 does not say that."),
    ],
)
async def test_what_cannot_be_masked_is_refused_with_the_reason(
    led: Conversation, ada: Person, words: str, told: str
) -> None:
    await led.says(ada, f"!note {SECRET} waits")
    answer = await led.says(ada, words)
    assert answer.refused
    assert answer.card
    assert answer.card.text.startswith(told)
    assert (await _entry(led, 5)).text == f"{SECRET} waits"


async def test_what_is_masked_is_not_masked_again(led: Conversation, ada: Person) -> None:
    await led.says(ada, f"!note {SECRET} waits")
    await led.says(ada, f"!mask 5 {SECRET} --because private")
    assert (await led.says(ada, f"!mask 5 {SECRET} --because private")).refused
    assert not (await led.says(ada, "!mask 5 --because all")).refused
    assert (await led.says(ada, "!mask 5 --because all")).refused


async def test_the_reason_does_not_repeat_what_it_hides(led: Conversation, ada: Person) -> None:
    await led.says(ada, f"!note {SECRET} waits")
    await led.says(ada, f'!mask 5 "{SECRET}" --because "{SECRET} is a customer"')
    assert (await _entry(led, 5)).masked == "[masked] is a customer"
    assert await _left(led) == []


async def test_the_timeline_says_that_it_is_masked_and_why(led: Conversation, ada: Person) -> None:
    await led.says(ada, f"!note {SECRET} waits")
    await led.says(ada, f"!mask 5 {SECRET} --because a customer")
    answer = await led.says(ada, "!timeline")
    assert answer.card
    assert "note: [masked] waits (masked: a customer) (Ada Okafor) #5" in plain.text(answer.card)


async def test_an_export_says_who_masked_what_why_and_when(led: Conversation, ada: Person) -> None:
    await led.says(ada, f"!note {SECRET} waits")
    await led.says(ada, f"!mask 5 {SECRET} --because a customer")
    house = led.play.settings.house
    read = json.loads("".join([piece async for piece in export(led.database, 1, "json", house)]))
    entry, mask = (next(row for row in read["entries"] if row["number"] == number) for number in (5, 6))
    assert (entry["text"], entry["masked"], entry["key"]) == ("[masked] waits", "a customer", False)
    assert (mask["text"], mask["refers_to"], mask["actor"], mask["at"]) == (
        "masked: a customer",
        5,
        "Ada Okafor",
        f"{led.now:%Y-%m-%d %H:%M:%S}",
    )
    assert read["entries"][0]["key"] is True


async def test_a_message_of_another_chat_is_left_to_its_author(led: Conversation, ada: Person) -> None:
    async with led.database.read() as c:
        room = await rooms.of(c, 1, "web") or ""
    line = Line(ada, f"{SECRET} waits", led.now, "slack:1", room=room, thread=True, source="slack:C1:1.2")
    await led.hears(line)
    answer = await led.says(ada, f"!mask {await _saying(led)} --because private")
    assert not answer.refused
    assert answer.card
    assert "still stands in Slack" in answer.card.text
    assert await _left(led) == []


async def test_what_waits_for_approval_is_masked_and_read_anew_before_anybody_publishes_it() -> None:
    """From the fact sheet into the words of a post that waits, and into a preview of the next (APPR-6, TL-8)."""
    async with conversation(settings(ON)) as call:
        await approving(call)
        await call.says(DAN, "!take technical-lead")
        await call.says(DAN, "/incident facts")
        await call.fills(DAN, "no button", {"symptom": f"errors for {SECRET}", "affected_who": f"{SECRET} and others"})
        await call.says(CLEO, "!update investigating")
        await call.fills(CLEO, "no button", {"symptom": f"errors for {SECRET}", "action_now": "checking the cache"})
        await call.says(CLEO, "/status preview investigating")
        assert call.seen(to="@ada", kind="private", text=SECRET)
        seq = await _saying(call)
        call.news()
        assert not (await call.says(ADA, f"!mask {seq} {SECRET} --because private")).refused
        anew = [seen for seen in call.news() if "see errors for [masked]" in seen.text and "What is known" in seen.text]
        assert "@ada" in [seen.to for seen in anew]
        incident = await call.incident()
        assert incident.draft
        assert incident.draft.number == 2
        assert await _left(call) == []
        await call.restart()
        await call.presses(ADA, "Approve")
        posted = call.seen(to="#status")
        assert len(posted) == 1
        assert "rrors for [masked]" in posted[0].text
        assert await _left(call) == []


async def test_a_report_that_waits_loses_the_masked_words_and_every_yes_for_the_old_ones() -> None:
    """Through the door, in what is stored, in the cards of those who clear it, and to the page (STG-32, APPR-6)."""
    async with conversation() as call:
        await over(call)
        said = f"The mail came from {SECRET} at night."
        await call.says(BOB, f"!note {said}")
        await call.says(BOB, "/incident account")
        await call.fills(BOB, "Send for approval", REPORT | {"text": said})
        await call.presses(DAN, "Publish report")
        seq = await _saying(call)
        assert not (await call.says(ADA, f"!mask {seq} {SECRET} --because private")).refused
        incident = await call.incident()
        assert incident.account
        assert (incident.account.number, incident.account.cleared) == (2, {})
        assert "from [masked] at night" in incident.account.texts["en"].body
        for to in ("#inc-1", "@dan", "@cleo"):
            assert "from [masked] at night" in call.seen(to=to, text="report")[-1].text
        assert await _left(call) == []
        for who in (DAN, CLEO):
            assert not (await call.presses(who, "Publish report")).refused
        assert "from [masked] at night" in call.seen(to="#status")[-1].text
        assert await _left(call) == []
