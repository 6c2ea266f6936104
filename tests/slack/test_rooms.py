"""An incident's room: ours and nobody else's, with everybody in it who can come in (REL-050 to REL-062)."""

import re
from typing import Any

import pytest
from conversation import BOB
from hypothesis import given, settings
from hypothesis import strategies as st
from office import OP, Office, card, created, office, op, post, refused
from structlog.testing import capture_logs

from bot.slack.chat import SlackChat
from bot.slack.furnishing import Furnishing
from bot.slack.posts import Posts
from bot.slack.refs import spot
from bot.slack.rooms import names
from commands.line import Line
from incidents.declaring import room_name
from incidents.person import Person
from scheduler.chat import Place, Room
from storage import rooms

pytestmark = pytest.mark.timeout(30)


async def described(here: Office, *, op: str = OP) -> Room:
    """Opened, and marked: its first topic brings the mark."""
    room = await here.room(op=op)
    await here.chat.topic(f"{op}.topic", room.ref, "SEV-1")
    return room


async def bound(here: Office) -> Room:
    """Opened for incident 1, and nothing was done there yet."""
    await here.door.say(Line(BOB, "/incident sev1 Checkout", here.now(), "line"))
    room = await here.room()
    async with here.database.begin() as c:
        await rooms.bind(c, 1, platform="slack", ref=room.ref, name=room.name)
    return room


def anew(here: Office) -> SlackChat:
    """Another process on the same database."""
    return SlackChat(here.workspace, here.people, here.database, channels={})


async def test_a_room_is_made_with_one_call_and_gets_its_op_into_the_purpose_with_its_first_topic(
    here: Office,
) -> None:
    room = await here.room()
    made = here.slack.rooms.room("inc-1-checkout")
    assert (room.ref, room.name) == (f"slack:{made.id}", "inc-1-checkout")
    assert made.kind == "public"
    for topic in ("SEV-1", "SEV-2"):
        await here.chat.topic(op(1), room.ref, topic)
    assert OP in made.purpose
    assert here.methods() == ["conversations.create", "conversations.setPurpose", *["conversations.setTopic"] * 2]


async def test_whoever_finds_a_room_that_was_never_described_does_that(here: Office) -> None:
    """Its process ended right after it had opened the room."""
    room = await bound(here)
    await anew(here).topic(op(2), room.ref, "SEV-1")
    made = here.slack.rooms.room("inc-1-checkout")
    assert made.purpose.startswith("Incident 1, run with Sitrep.")
    assert made.topic == "SEV-1"


@pytest.mark.parametrize("taken", [False, True])
async def test_and_leaves_a_room_alone_that_is_described_or_not_ours(here: Office, taken: bool) -> None:
    room = await bound(here)
    made = here.slack.rooms.room("inc-1-checkout")
    if taken:
        made.creator = here.slack.person("eve").id
    else:
        made.purpose = "What people have written"
    later, before = anew(here), made.purpose
    for topic in ("SEV-1", "SEV-2"):
        await later.topic(op(2), room.ref, topic)
    assert made.purpose == before
    assert here.methods().count("conversations.info") == 1


@pytest.mark.parametrize("kind", ["ratelimited", "error"])
async def test_a_mark_that_cannot_be_set_now_is_set_later_and_one_never_is_no_trouble(here: Office, kind: Any) -> None:
    room = await here.room()
    here.slack.fault(kind, "conversations.setPurpose", retry_after="5", code="restricted_action")
    if kind == "ratelimited":
        await refused(here.chat.topic(op(2), room.ref, "SEV-1"))
        here.slack.clock.advance(6)
    await here.chat.topic(op(2), room.ref, "SEV-1")
    made = here.slack.rooms.room("inc-1-checkout")
    assert (OP in made.purpose) == (kind == "ratelimited")
    assert made.topic == "SEV-1"


@pytest.mark.parametrize(("kind", "marked"), [("error", False), ("ratelimited", True)])
async def test_whoever_may_not_look_writes_nothing_and_who_may_later_does(
    here: Office, kind: Any, marked: bool
) -> None:
    room = await bound(here)
    later = anew(here)
    here.slack.fault(kind, "conversations.info", retry_after="5", code="missing_scope")
    if marked:
        await refused(later.topic(op(2), room.ref, "SEV-1"))
        here.slack.clock.advance(6)
    await later.topic(op(2), room.ref, "SEV-1")
    made = here.slack.rooms.room("inc-1-checkout")
    assert (bool(made.purpose), made.topic) == (marked, "SEV-1")


async def test_sec_039_a_private_room_is_private_from_its_very_first_call(here: Office) -> None:
    await here.room(room_name(1, ""), private=True)
    first = here.slack.ledger.calls()[0]
    assert (first.method, first.args["is_private"], first.args["name"]) == ("conversations.create", "true", "inc-1")
    assert here.slack.rooms.room("inc-1").kind == "private"
    assert [effect.text for effect in here.slack.ledger if effect.kind == "create"] == ["private"]


async def test_sec_039_without_private_channels_a_private_incident_is_told_nowhere(here: Office) -> None:
    here.slack.policy.may_create_channels = False
    told = await refused(here.room(private=True))
    assert told.permanent
    assert "private" in told.reason
    assert here.slack.ledger.visible() == []


async def test_rel_050_a_taken_name_gets_the_next_suffix_and_the_foreign_channel_is_left_alone(here: Office) -> None:
    eve = here.slack.person("eve")
    for name in ("inc-1-checkout", "inc-1-checkout-2", "inc-1-checkout-3"):
        here.slack.channel(name, members=[eve])
    room = await here.room()
    assert room.name == "inc-1-checkout-4"
    assert created(here) == ["inc-1-checkout-4"]
    touched = {effect.channel for effect in here.slack.ledger}
    assert touched == {"inc-1-checkout-4"}
    assert "#inc-1-checkout-3 belonged to somebody else" in " ".join(here.slack.screen("inc-1-checkout-4")).replace(
        "\u00ad", ""
    )


async def test_rel_050_no_name_is_longer_than_80(here: Office) -> None:
    long = "inc-1-" + "x" * 74
    here.slack.channel(long, with_app=False, members=[here.slack.person("eve")])
    assert (await here.room(long)).name == "inc-1-" + "x" * 72 + "-2"


async def test_sec_040_channels_that_an_attacker_made_before_us_are_never_adopted(here: Office) -> None:
    """The next 20 names, one of them with a purpose that pretends to be ours, and with our bot invited."""
    eve = here.slack.person("eve")
    for number in range(1, 21):
        name = "inc-1-checkout" + (f"-{number}" if number > 1 else "")
        here.slack.channel(name, members=[eve], with_app=True).purpose = f"[{OP}]"
    with capture_logs() as logs:
        room = await here.room()
    assert room.name == f"inc-1-checkout-{OP[:8]}"
    assert {effect.channel for effect in here.slack.ledger} == {room.name}
    assert [line for line in logs if line["action"] == "slack_name_taken"]


async def test_sec_040_a_public_channel_is_no_home_for_a_private_incident(here: Office) -> None:
    channel = here.slack.channel("inc-1")
    channel.creator, channel.purpose = here.slack.app.user_id, f"[{OP}]"
    room = await here.room("inc-1", private=True)
    assert room.name == "inc-1-2"


@pytest.mark.parametrize("kind", ["drop", "truncated", "empty"])
@pytest.mark.parametrize("private", [True, False])
async def test_rel_051_our_own_channel_of_an_unknown_outcome_is_recognised(
    here: Office, kind: Any, private: bool
) -> None:
    here.slack.fault(kind, "conversations.create")
    room = await here.room(private=private)
    assert room.name == "inc-1-checkout"
    assert created(here) == ["inc-1-checkout"]


@pytest.mark.parametrize("marked", [False, True])
async def test_rel_051_also_by_whoever_comes_after_a_crash(here: Office, marked: bool) -> None:
    """It is marked at once, before anybody comes in; then it is known even with people in it."""
    here.slack.fault("drop", "conversations.create")
    here.slack.fault("refuse", "users.conversations")
    await refused(here.room())
    if marked:
        here.slack.fault("drop", "conversations.setPurpose")
        await refused(here.room())
        here.slack.rooms.room("inc-1-checkout").members.append(here.slack.person("eve").id)
    room = await here.room()
    assert room.name == "inc-1-checkout"
    assert created(here) == ["inc-1-checkout"]
    assert OP in here.slack.rooms.room("inc-1-checkout").purpose


async def test_rel_051_but_not_another_incidents_channel_of_ours(here: Office) -> None:
    """The same number again: another database speaks for the same app."""
    await described(here, op=op(5))
    assert (await here.room(op=op(6))).name == "inc-1-checkout-2"


async def test_rel_051_nor_one_without_a_tag_in_which_people_are(here: Office) -> None:
    channel = here.slack.channel("inc-1-checkout", members=[here.slack.person("eve")])
    channel.creator = here.slack.app.user_id
    assert (await here.room()).name == "inc-1-checkout-2"


@settings(max_examples=200)
@given(st.one_of(st.text(max_size=500), st.sampled_from(["🔥" * 9, "-- __", "שלום עולם", "ﷺ" * 90, "ß" * 500])))
def test_rel_052_whatever_the_title_the_name_is_valid_with_its_longest_suffix(title: str) -> None:
    for name in names(room_name(123456, title), OP):
        assert re.fullmatch(r"[a-z0-9_-]{1,80}", name)
        assert name.startswith("inc-123456")
    assert len(set(names(room_name(1, title), OP))) == len(list(names(room_name(1, title), OP)))


@pytest.mark.parametrize("why", ["policy", "scope"])
async def test_rel_053_without_channels_of_its_own_an_incident_lives_in_a_thread_and_says_so(
    here: Office, why: str
) -> None:
    if why == "policy":
        here.slack.policy.may_create_channels = False
    else:
        here.slack.app.scopes.discard("channels:manage")
    room = await here.room()
    (root,) = here.slack.ledger.visible("incidents", kind="message")
    assert room.ref == f"slack:{root.channel_id}:{root.ts}"
    assert "is run in this thread" in root.text
    assert why == "policy" or "channels:manage" in root.text
    assert (await here.room()).ref == room.ref
    assert len(here.slack.ledger.visible("incidents", kind="message")) == 1


async def test_rel_053_everything_then_stands_in_that_thread(here: Office) -> None:
    here.slack.policy.may_create_channels = False
    here.slack.person("bob")
    room = await here.room()
    here.slack.clock.advance(2)
    timeline = await post(here, Place(room=room.ref), op=op(1))
    await here.chat.topic(op(2), room.ref, "SEV-1")
    await here.chat.pin(op(3), timeline)
    for number, place in enumerate([Place(room=room.ref, thread=timeline), Place(room=room.ref)]):
        here.slack.clock.advance(2)
        await post(here, place, op=op(10 + number))
    here.slack.clock.advance(2)
    await here.chat.invite(op(4), room.ref, [BOB])
    await here.chat.invite(op(4), room.ref, [BOB])
    here.slack.clock.advance(2)
    root = room.ref.rpartition(":")[2]
    said = here.slack.ledger.visible("incidents", kind="message")[1:]
    assert [effect.thread_ts for effect in said] == [root] * 4
    assert here.slack.rooms.room("incidents").topic == ""
    assert await here.chat.find(op(10), Place(room=room.ref)) is not None


async def test_a_card_of_a_thread_is_posted_anew_in_that_thread(here: Office) -> None:
    here.slack.policy.may_create_channels = False
    room = await here.room()
    here.slack.clock.advance(2)
    ref = await post(here, Place(room=room.ref))
    await here.slack.rooms.removes_message("incidents", ref.split(":")[1])
    here.slack.clock.advance(2)
    anew = await here.chat.edit(op(8), ref, card())
    assert anew
    assert here.slack.ledger.visible("incidents", kind="message")[-1].thread_ts == room.ref.rpartition(":")[2]


async def test_rel_054_an_archived_channel_is_opened_again_where_that_is_allowed(here: Office) -> None:
    room = await here.room()
    await here.slack.rooms.archives("inc-1-checkout")
    here.slack.policy.bots_may_unarchive = True
    await post(here, Place(room=room.ref))
    assert here.slack.rooms.room("inc-1-checkout").archived is False


async def test_rel_054_else_the_reason_is_that_it_is_archived(here: Office) -> None:
    room = await here.room()
    ref = await post(here, Place(room=room.ref))
    await here.slack.rooms.archives("inc-1-checkout")
    here.slack.clock.advance(2)
    for call in (
        here.chat.post(op(8), Place(room=room.ref), card(), slot="", incident=1),
        here.chat.edit(op(9), ref, card()),
    ):
        told = await refused(call)
        assert (told.reason, told.permanent) == ("archived", True)


async def test_rel_055_a_deleted_channel_is_given_up_at_once(here: Office) -> None:
    room = await here.room()
    await here.slack.rooms.deletes("inc-1-checkout")
    told = await refused(post(here, Place(room=room.ref)))
    assert told.permanent
    assert "channel_not_found" in told.reason


async def test_rel_056_a_renamed_channel_breaks_nothing(here: Office) -> None:
    room = await here.room()
    ref = await post(here, Place(room=room.ref))
    await here.slack.rooms.renames("inc-1-checkout", "war-room")
    here.slack.clock.advance(2)
    await here.chat.pin(op(1), ref)
    await here.chat.topic(op(2), room.ref, "SEV-1")
    await here.chat.edit(op(3), ref, card("Worse"))
    await post(here, Place(room=room.ref), op=op(4))
    assert here.slack.rooms.room("war-room").topic == "SEV-1"
    assert len(here.slack.ledger.visible("war-room", kind="message")) == 1


@pytest.mark.parametrize("public_writing", [True, False])
async def test_rel_058_kicked_out_of_a_public_channel_it_joins_again(here: Office, public_writing: bool) -> None:
    room = await here.room()
    ref = await post(here, Place(room=room.ref))
    if not public_writing:
        here.slack.app.scopes.discard("chat:write.public")
    await here.slack.rooms.kicks_app("inc-1-checkout")
    here.slack.clock.advance(2)
    await post(here, Place(room=room.ref), op=op(8))
    await here.chat.pin(op(9), ref)
    assert here.slack.app.user_id in here.slack.rooms.room("inc-1-checkout").members
    assert len(here.slack.ledger.op(op(8))) == 1


async def test_rel_058_kicked_out_of_a_private_one_it_says_so(here: Office) -> None:
    room = await here.room(private=True)
    await here.slack.rooms.kicks_app("inc-1-checkout")
    told = await refused(post(here, Place(room=room.ref)))
    assert told.permanent


def crowd(here: Office, many: int, **more: Any) -> list[Person]:
    people = [here.slack.person(f"p{number}", **more) for number in range(many)]
    return [Person(f"{each.user.email}", each.user.real_name, each.user.name) for each in people]


async def known(here: Office, people: list[Person]) -> None:
    """They have spoken in Slack before."""
    for person in people:
        user = here.slack.workspace.user_named(person.handle)
        assert user
        await here.people.learn(user.as_json(with_email=True))


async def test_rel_060_of_thirty_whoever_can_come_comes_and_the_rest_is_named(here: Office) -> None:
    people = crowd(here, 28)
    here.slack.person("guest", guest="multi")
    guest = Person("guest@example.com", "Guest", "guest")
    stranger = Person("zoe@example.com", "Zoe", "zoe")
    await known(here, [*people, guest])
    room = await here.room()
    here.slack.channel("inc-1-checkout", members=[here.slack.person("p3")])
    await here.chat.invite(op(1), room.ref, [*people, guest, stranger])
    members = here.slack.rooms.room("inc-1-checkout").members
    assert {here.slack.person(f"p{number}").id for number in range(28)} <= set(members)
    (note,) = here.slack.ledger.visible("inc-1-checkout", kind="message")
    assert note.text.replace("\u00ad", "") == "Not invited: @guest (is a guest), @zoe (not known in Slack)."
    assert note.tokens == []


async def test_rel_060_the_same_where_slack_calls_a_part_of_it_an_error(here: Office) -> None:
    people = crowd(here, 3)
    here.slack.person("guest", guest="single")
    guest = Person("guest@example.com", "Guest", "guest")
    await known(here, [*people, guest])
    here.slack.policy.forced_invite_is_ok = False
    room = await here.room()
    await here.chat.invite(op(1), room.ref, [guest, *people])
    assert len(here.slack.rooms.room("inc-1-checkout").members) == 4
    assert len(here.slack.ledger.visible("inc-1-checkout", text="guest of one channel only")) == 1


async def test_rel_060_a_repeated_invitation_is_silent(here: Office) -> None:
    people = crowd(here, 2)
    await known(here, people)
    room = await here.room()
    for _ in range(3):
        await here.chat.invite(op(1), room.ref, people)
    assert here.slack.ledger.visible("inc-1-checkout", kind="message") == []
    await here.chat.invite(op(2), room.ref, people[:1])
    assert len([effect for effect in here.slack.ledger if effect.kind == "invite"]) == 2


async def test_rel_060_whoever_never_spoke_is_found_by_address(here: Office) -> None:
    bob = here.slack.person("bob")
    room = await here.room()
    await here.chat.invite(op(1), room.ref, [BOB])
    assert bob.id in here.slack.rooms.room("inc-1-checkout").members
    assert await here.people.users([BOB]) == {BOB.id: bob.id}


async def test_rel_061_two_thousand_are_invited_a_thousand_at_a_time(here: Office) -> None:
    people = [Person(f"slack:U{number:06}", f"P{number}", f"p{number}") for number in range(2000)]
    for person in people:
        here.slack.person(person.handle)
    room = await here.room()
    users = [here.slack.person(person.handle).id for person in people]
    await Furnishing(here.workspace, Posts(here.workspace)).invite(spot(room.ref), users)
    calls = here.slack.ledger.calls("conversations.invite")
    assert [len(call.args["users"].split(",")) for call in calls] == [1000, 1000]
    assert [call.answer for call in calls] == ["ok", "ok"]
    assert len(here.slack.rooms.room("inc-1-checkout").members) == 2001


async def test_the_same_topic_is_not_set_twice_and_a_long_one_is_cut(here: Office) -> None:
    room = await here.room()
    for text in ("one", "one", "two & <!channel> " + "é " * 200):
        await here.chat.topic(op(1), room.ref, text)
    first, second = (call.args["topic"] for call in here.slack.ledger.calls("conversations.setTopic"))
    assert first == "one"
    assert len(second) <= 250
    assert "<!channel>" not in second


@pytest.mark.parametrize("code", ["restricted_action", "too_many_pins", "not_pinnable", "message_not_found"])
async def test_rel_062_a_pin_that_will_never_hold_is_one_quiet_note(here: Office, code: str) -> None:
    room = await here.room()
    ref = await post(here, Place(room=room.ref))
    here.slack.fault("error", "pins.add", code=code)
    await here.chat.pin(op(1), ref)
    assert len(here.slack.ledger.visible("inc-1-checkout", text="could not be pinned")) == 1


async def test_rel_062_nor_does_a_topic_or_a_bookmark_stop_anything(tmp_path: Any) -> None:
    async with office(tmp_path, links=[("Call", "https://meet.example.com/x")]) as here:
        room = await here.room()
        ref = await post(here, Place(room=room.ref))
        here.slack.fault("error", "conversations.setTopic", code="restricted_action")
        here.slack.fault("error", "bookmarks.add", code="too_many_bookmarks")
        await here.chat.topic(op(1), room.ref, "x")
        here.slack.app.scopes.discard("bookmarks:write")
        here.slack.faults.clear()
        await here.chat.pin(op(2), ref)
        notes = [effect.text for effect in here.slack.ledger.visible("inc-1-checkout", kind="message")][1:]
        assert len(notes) <= 2
        assert here.slack.rooms.room("inc-1-checkout").pins


async def test_the_links_become_bookmarks_once(tmp_path: Any) -> None:
    links = [("Call", "https://meet.example.com/x"), ("Dashboard", "https://sitrep.example.com")]
    async with office(tmp_path, links=links) as here:
        room = await here.room()
        ref = await post(here, Place(room=room.ref))
        for number in range(3):
            await here.chat.pin(op(number), ref)
        assert [each["title"] for each in here.slack.rooms.room("inc-1-checkout").bookmarks] == ["Call", "Dashboard"]


async def test_a_message_pinned_already_is_fine(here: Office) -> None:
    room = await here.room()
    ref = await post(here, Place(room=room.ref))
    for _ in range(2):
        await here.chat.pin(op(1), ref)
    assert len(here.slack.ledger.visible("inc-1-checkout", kind="message")) == 1
