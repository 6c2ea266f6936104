"""More time for planned work, as people ask for it, clear it and read it (LIFE-12, APPR-1 to APPR-7)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from conversation import ADA, BOB, CLEO, DAN, Conversation, conversation
from test_maintenance import ON_CALL, PLAN, log, posts, the, until

from commands.settings import Settings
from incidents.channels import Audience, Channel, Medium
from incidents.policy import Approval

EXTEND = "/maintenance extend 30m because copying the data takes longer"
HOUSE = replace(
    ON_CALL.house,
    languages=("en", "fr"),
    channels=(Channel("banner", Medium.IN_APP, "hand", link="https://admin.example.com"),),
    matrix={Audience.USERS: {"maintenance": ("in-app",)}},
)


def settings(mode: str = "on", *, small: bool = False) -> Settings:
    approval = Approval(mode="on" if mode == "on" else "off")
    policy = replace(ON_CALL.policy, approval=approval, small_team=small)
    return replace(ON_CALL, house=HOUSE, policy=policy)


@asynccontextmanager
async def under_way(given: Settings) -> AsyncIterator[Conversation]:
    """Dan's work goes on since 02:00; Bob stands in for him, Ada is on call, Cleo is the duty manager."""
    async with conversation(given) as talk:
        await talk.says(DAN, PLAN, "#general")
        cleared = given.policy.approval.on
        who, label = (BOB, "Approve and announce") if cleared else (DAN, "Announce")
        await talk.presses(who, label, "@" if cleared else "#general")
        await until(talk, "2031-04-06 02:10")
        await talk.says(DAN, "/maintenance start", "#general")
        talk.news()
        yield talk


@pytest.fixture
async def talk() -> AsyncIterator[Conversation]:
    async with under_way(settings()) as begun:
        yield begun


async def test_appr_1_a_later_end_is_looked_at_cleared_and_only_then_read(talk: Conversation) -> None:
    await talk.says(DAN, "/maintenance extend", "#general")
    looked = await talk.fills(
        DAN, "no button", {"minutes": "30m", "because": "copying the data takes longer"}, "#general"
    )
    assert looked.card
    assert looked.card.title == "Preview: not sent yet"
    assert [fold.label for fold in looked.card.folds] == ["Français", "banner: in the product to customers, in English"]
    sent = await talk.presses(DAN, "Send for approval", "#general")
    assert sent.card
    assert sent.card.title == "Sent for approval"
    asked = [seen for seen in talk.news() if seen.kind == "private" and "For approval" in seen.text]
    assert [seen.to for seen in asked] == ["@bob", "@cleo", "@ada"]
    assert "copying the data takes longer" in asked[0].text
    assert len(await posts(talk)) == 3, "nobody has read it yet"
    assert (await talk.says(DAN, "/maintenance approve 1", "#general")).refused
    await talk.wait(seconds=90)
    await talk.presses(BOB, "Approve", "@")
    assert (await posts(talk))[-1].record.template == "STG-24b"
    assert talk.seen(to="#status", text="copying the data takes longer")
    assert talk.seen(to="@dan", kind="private", text="@bob approved your later end")
    assert (await log(talk))[-2:] == [
        "Dan Nowak: a later end, 04:30 UTC, sent for approval to Bob Lindqvist or Cleo Marchetti or Ada Okafor: "
        "copying the data takes longer",
        "Dan Nowak: extended to 04:30 UTC: copying the data takes longer; cleared by Bob Lindqvist after 90 s",
    ]


async def test_appr_1_returned_it_comes_back_and_customers_read_the_old_end(talk: Conversation) -> None:
    await talk.says(DAN, EXTEND, "#general")
    await talk.fills(BOB, "Return…", {"remark": "an hour, rather"}, "@")
    assert talk.seen(to="@dan", kind="private", text="an hour, rather")
    found = await the(talk)
    assert (found.extension, f"{found.ends_at:%H:%M}") == (None, "04:00")
    assert (await talk.presses(BOB, "Approve", "@")).refused
    again = await talk.presses(DAN, "Back to the form", "@")
    assert again.card
    assert again.card.form


async def test_appr_4_who_clears_it_may_change_it_and_its_author_reads_what(talk: Conversation) -> None:
    await talk.says(DAN, EXTEND, "#general")
    answer = await talk.fills(BOB, "Edit and approve…", {"minutes": "60m", "because": "it will be done ASAP"}, "@")
    assert answer.card
    assert answer.card.title == "Not posted yet", "the rules of wording hold for whoever clears it, too"
    await talk.fills(BOB, "no button", {"minutes": "60m", "because": "copying the data takes an hour more"}, "@")
    assert f"{(await the(talk)).ends_at:%H:%M}" == "05:00"
    assert "with changes. It reads now" in talk.seen(to="@dan", kind="private")[-1].text
    assert (await log(talk))[-1].endswith("cleared by Bob Lindqvist after 0 s, with changes")


async def test_appr_6_an_old_button_clears_nothing(talk: Conversation) -> None:
    await talk.says(DAN, EXTEND, "#general")
    first = talk.seen(to="@bob", kind="private", text="For approval")
    assert first
    extension = (await the(talk)).extension
    assert extension
    await talk.says(DAN, "/maintenance extend 45m because checking takes longer", "#general")
    for stale in (f"/maintenance approve 1 {extension.number}-0", f"/maintenance approve 1 edit {extension.number}"):
        shown = await talk.says(BOB, stale, "@")
        assert shown.card
        assert shown.card.text.startswith("Not approved")
        assert "checking takes longer" in shown.card.text
    assert f"{(await the(talk)).ends_at:%H:%M}" == "04:00"
    bare = await talk.says(CLEO, "/maintenance approve", "@")
    assert bare.card
    await talk.presses(CLEO, "Approve", "@")
    assert f"{(await the(talk)).ends_at:%H:%M}" == "04:45"


async def test_appr_3_it_is_reminded_of_and_survives_a_restart(talk: Conversation) -> None:
    await talk.says(DAN, EXTEND, "#general")
    await talk.restart()
    talk.news()
    await talk.wait(minutes=3)
    reminded = [seen.to for seen in talk.news() if "still waits for approval" in seen.text]
    assert reminded == ["@bob", "@cleo", "@ada"]
    shown = await talk.says(DAN, "/maintenance show", "#general")
    assert "04:30 UTC, waits for approval" in str(shown.card)
    await talk.presses(ADA, "Approve", "@")
    assert f"{(await the(talk)).ends_at:%H:%M}" == "04:30"


async def test_where_nothing_is_cleared_the_form_is_looked_at_and_the_line_posts_at_once() -> None:
    async with under_way(settings("off")) as talk:
        looked = await talk.says(DAN, EXTEND + " --preview", "#general")
        assert looked.card
        assert looked.card.title == "Preview: not sent yet"
        assert f"{(await the(talk)).ends_at:%H:%M}" == "04:00"
        assert (await talk.says(BOB, "/maintenance longer 1 x", "#general")).refused
        other = await talk.says(DAN, "/maintenance longer 1 x", "#general")
        assert other.card
        assert other.card.text.startswith("It reads differently by now")
        await talk.presses(DAN, "Post", "#general")
        assert f"{(await the(talk)).ends_at:%H:%M}" == "04:30"
        await talk.says(DAN, EXTEND, "#general")
        assert f"{(await the(talk)).ends_at:%H:%M}" == "05:00"


async def test_appr_7_a_small_team_posts_it_alone_with_a_reason() -> None:
    alone = replace(settings(small=True), roster=replace(ON_CALL.roster, primary=None, duty_manager=None))
    async with under_way(alone) as talk:
        await talk.says(DAN, "/maintenance owner 1 @bob", "#general")
        await talk.says(BOB, EXTEND, "#general")
        assert (await talk.says(BOB, "/maintenance approve 1", "#general")).refused
        await talk.wait(minutes=5)
        await talk.says(BOB, '/maintenance approve 1 --because "nobody else is awake"', "#general")
        assert (await log(talk))[-1].endswith("posted alone: nobody else is awake")
