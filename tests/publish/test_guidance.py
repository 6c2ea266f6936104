"""Support and Sales have rooms of their own, a hotline its answers, all from the record customers read (CHN-7)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from conversation import ADA, CLEO, DAN, SETTINGS, Conversation, conversation

from bot.config import read
from bot.slack.app import _own
from incidents.channels import DEFAULT, Audience, Channel, Medium, chosen
from incidents.policy import Policy
from scheduler.outlets import Publisher
from templates.post import Post

DESK = Channel("desk", Medium.HOTLINE, "apprise", audience=(Audience.SUPPORT,))
FIRST = "/status investigating --service Checkout --symptom errors when paying --action checking it"
SECOND = (
    '/status identified --because "seen" --cause a faulty setting reached our servers --share 40% '
    "--functions card payment --fix rolling it back --workaround pay by invoice"
)
PLAN = (
    "/maintenance schedule 2031-04-06 02:00-04:00 Sign-in: move the database to new machines "
    '--effect "nobody can sign in"'
)


@asynccontextmanager
async def rooms(
    *channels: Channel, declare: str = "/incident sev1 Checkout down", policy: Policy = SETTINGS.policy, **own: object
) -> AsyncIterator[Conversation]:
    """An incident whose liaison is Cleo, in a house where Support and Sales have rooms."""
    named = {"support_room": "support", "sales_room": "sales"} | own
    house = replace(SETTINGS.house, channels=channels, **named)  # type: ignore[arg-type]
    settings = replace(SETTINGS, house=house, policy=policy)
    taking = {channel.name: cast("Publisher", Taking()) for channel in channels}
    async with conversation(settings, publishers=taking) as call:
        await call.says(ADA, declare, "#general")
        await call.says(ADA, "!ic take ic")
        await call.says(CLEO, "!ic take customer-liaison")
        yield call


class Taking:
    """A channel that keeps what it is given."""

    looks = False

    def __init__(self) -> None:
        self.got: list[Post] = []

    async def publish(self, op: str, post: Post, *, repeat: bool) -> str:
        self.got.append(post)
        return ""


async def test_chn_7_support_has_every_answer_at_every_post_and_the_older_ones_are_taken_back() -> None:
    async with rooms() as call:
        await call.says(CLEO, FIRST)
        first = call.seen(to="#support", slot="support-1")[-1]
        assert first.text.startswith("SEV-1 / P0 · Checkout down · update 1\n")
        assert "We are still investigating and do not want to guess." in first.text
        assert "/incident us" in first.text.replace("\x05", ""), "how a new symptom is reported (AUD-2)"
        await call.says(CLEO, SECOND)
        second = call.seen(to="#support", slot="support-2")[-1]
        for answer in ("a faulty setting reached our servers", "pay by invoice", "Will I be compensated?"):
            assert answer in second.text
        assert call.seen(to="#support", slot="support-1")[-1].text.endswith("Replaced by update 2.")


async def test_chn_7_sales_reads_what_customers_read_and_nothing_technical() -> None:
    async with rooms() as call:
        await call.says(CLEO, FIRST)
        await call.says(CLEO, SECOND)
        update = (await call.incident()).update
        assert update
        card = call.seen(to="#sales", slot="sales-2")[-1]
        assert update.body in card.text
        assert "Will I be compensated?" in card.text
        assert "Why does this happen?" not in card.text
        assert "Replaced by update 2" in call.seen(to="#sales", slot="sales-1")[-1].text


async def test_chn_7_a_new_estimate_is_in_the_newest_answers() -> None:
    async with rooms(policy=replace(SETTINGS.policy, eta_public="on_request")) as call:
        await call.says(DAN, "!take technical-lead")
        await call.says(CLEO, FIRST)
        await call.says(CLEO, SECOND)
        shown = len(call.seen(to="#support", slot="support-2"))
        await call.says(DAN, "!eta 45m")
        cards = call.seen(to="#support", slot="support-2")
        assert len(cards) == shown + 1
        at = (await call.incident()).estimates[-1].public_at
        assert f"We expect normal service by {at:%H:%M} UTC" in cards[-1].text


@pytest.mark.parametrize("own", ["support", "sales"])
async def test_who_has_no_room_of_their_own_is_told_nothing_there(own: str) -> None:
    async with rooms(
        support_room="" if own == "support" else "help", sales_room="" if own == "sales" else "deals"
    ) as call:
        await call.says(CLEO, FIRST)
        here, there = ("support", "sales") if own == "sales" else ("sales", "support")
        assert call.seen(to="#help" if here == "support" else "#deals", slot=f"{here}-1")
        assert not call.seen(slot=f"{there}-1")


async def test_g9_of_a_private_incident_neither_room_hears_anything() -> None:
    async with rooms(declare="/incident sev1 --private Checkout down") as call:
        assert (await call.incident()).private
        await call.says(CLEO, FIRST)
        assert (await call.incident()).updates == 1
        assert call.seen(to="#support") == call.seen(to="#sales") == []


async def test_chn_7_planned_maintenance_is_told_there_too() -> None:
    async with rooms() as call:
        await call.says(DAN, PLAN, "#general")
        await call.says(DAN, "/maintenance announce 1", "#general")
        for room in ("#support", "#sales", "#status"):
            assert call.seen(to=room, text="nobody can sign in")


async def test_chn_1h_a_service_desk_gets_the_answers_before_customers_ask() -> None:
    async with rooms(DESK, replace(DESK, name="page", kind=Medium.STATUS_PAGE, audience=(Audience.USERS,))) as call:
        await call.says(CLEO, FIRST)
        desk = cast("Taking", call.play.core.publishing._outlets.publishers["desk"])
        (post,) = desk.got
        assert post.title == "Investigating - Checkout: errors when paying"
        assert "Is my data safe?" in post.body
        due = (await call.incident()).next_update_due()
        assert due
        assert f"Next update by {due:%H:%M} UTC" in post.body, "the time that this very post promises"
        assert post.body.endswith("Update 1 · https://status.example.com")
    choices = chosen(
        [replace(DESK, name="page", kind=Medium.STATUS_PAGE, audience=(Audience.USERS,)), DESK],
        DEFAULT,
        column="sev2",
        subject="incident",
    )
    assert [choice.channel.name for choice in choices] == ["desk", "page"], "CHN-5: Support first"


async def test_chn_7_a_chat_of_support_has_the_answers_below_the_post() -> None:
    group = Channel("wecom", Medium.IM, "apprise", audience=(Audience.SUPPORT,))
    async with rooms(group, matrix={Audience.SUPPORT: {"sev1": ("im",)}}) as call:
        await call.says(CLEO, FIRST)
        (post,) = cast("Taking", call.play.core.publishing._outlets.publishers["wecom"]).got
        update = (await call.incident()).update
        assert update
        assert post.body.startswith(update.body)
        assert "Is my data safe?" in post.body


def test_the_rooms_are_named_in_the_file_and_may_be_other_channels_in_slack(tmp_path: Path) -> None:
    written = '[rooms]\nsupport = "#help-desk"\nsales = "sales"\n[slack]\nsales_channel = "C0123456789"\n'
    (tmp_path / "sitrep.toml").write_text(written, encoding="utf-8")
    config = read(str(tmp_path / "sitrep.toml"), {})
    house = config.settings.house
    assert (house.support_room, house.sales_room) == ("help-desk", "sales")
    assert config.slack
    assert _own(config.slack, house) == {
        "status": "status",
        "incidents": "incidents",
        "help-desk": "help-desk",
        "sales": "C0123456789",
    }
    assert config.slack.own_channels == {
        "status_channel": "status",
        "announce_channel": "incidents",
        "support_channel": "help-desk",
        "sales_channel": "C0123456789",
    }
