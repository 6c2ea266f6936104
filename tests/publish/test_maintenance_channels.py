"""Planned maintenance on channels: told, failed, by hand, cleared, given to another (APPR-2, CHN-3)."""

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any, cast

import aiohttp
import pytest
from conversation import ADA, BOB, CLEO, DAN, EVE, SETTINGS, Conversation, conversation
from fakes.plan import Plan
from fakes.publishers.hooks import Hooks
from fakes.publishers.smtp import Mailbox
from fakes.publishers.statuspage import KEY, PAGE, FakeStatuspage
from publish.test_every_publisher import SIGNING

from bot.publish.apprise_ import AppriseChannel
from bot.publish.egress import Egress
from bot.publish.statuspage import Page, Statuspage
from bot.publish.webhook import Webhook
from commands.line import Line
from commands.settings import Contact, Roster, Settings
from incidents.channels import Audience, Channel, Matrix, Medium
from incidents.components import Component
from incidents.maintenance import Maintenance
from incidents.policy import Approval, Approvers
from scheduler.chat import Undelivered
from scheduler.outlets import Publisher
from storage import maintenances
from templates.card import Card

NEAR = Egress((ip_network("127.0.0.0/8"),))
MAIL = Channel("mail", Medium.EMAIL, "apprise")
CHAT = Channel("wecom", Medium.IM, "apprise", audience=(Audience.PARTNERS,), languages=("zh-CN",))
SMS = Channel("sms", Medium.SMS, "apprise")
PAGE_CHANNEL = Channel("page", Medium.STATUS_PAGE, "statuspage")
BANNER = Channel("banner", Medium.IN_APP, "hand", link="https://admin.example.com", access="vault entry banner")
MATRIX: Matrix = {
    Audience.USERS: {"maintenance": ("email", "status-page", "in-app", "sms")},
    Audience.PARTNERS: {"maintenance": ("im",)},
}
PLAN = (
    "/maintenance schedule 2031-04-06 02:00-04:00 Sign-in: move the database to new machines "
    '--effect "nobody can sign in" --not-affected "people who are signed in"'
)
SOON = PLAN.replace("04-06 02:00-04:00", "04-03 14:30-16:30")
LINK = "https://status.example.com"


def settings(*channels: Channel, approval: Approval | None = None) -> Settings:
    house = replace(
        SETTINGS.house,
        channels=channels,
        matrix=MATRIX,
        languages=("en", "zh-CN"),
        components=(Component("Sign-in"), Component("Search")),
    )
    return replace(
        SETTINGS,
        house=house,
        roster=Roster(primary=Contact(ADA), directory=SETTINGS.roster.directory),
        policy=replace(SETTINGS.policy, approval=approval or Approval()),
    )


def talking(given: Settings, publishers: Mapping[str, object]) -> Any:
    return conversation(given, publishers=cast("Mapping[str, Publisher]", publishers))


async def the(talk: Conversation) -> Maintenance:
    async with talk.database.read() as c:
        found = await maintenances.by_id(c, 1)
    assert found
    return found


async def log(talk: Conversation) -> list[str]:
    async with talk.database.read() as c:
        return [row.text for row in await maintenances.read_log(c, 1)]


async def until(talk: Conversation, moment: str) -> None:
    await talk.play.until(datetime.fromisoformat(moment).replace(tzinfo=UTC))


def private(talk: Conversation, who: str, text: str) -> Card:
    found = talk.seen(to=who, kind="private", text=text)[-1].card
    assert found
    return found


async def test_every_step_reaches_every_channel_in_its_own_words(
    hook: Hooks, mail: Mailbox, page: FakeStatuspage, shared: aiohttp.ClientSession, threads: ThreadPoolExecutor
) -> None:
    page.components["s1"] = {"id": "s1", "name": "Sign-in", "status": "operational"}
    publishers = {
        "mail": AppriseChannel(mail.url("all@example.com"), NEAR, threads),
        "sms": AppriseChannel(hook.url("sms"), NEAR, threads),
        "wecom": AppriseChannel(hook.url("wecom"), NEAR, threads),
        "page": Statuspage(Page(PAGE, KEY, page.base, components={"Sign-in": "s1"}), shared),
    }
    async with talking(settings(MAIL, SMS, CHAT, PAGE_CHANNEL), publishers) as talk:
        answer = await talk.says(DAN, SOON, "#general")
        assert answer.card
        shown = {fold.label.partition(":")[0]: fold.value for fold in answer.card.folds}
        assert list(shown) == ["简体中文", "mail, page", "sms", "wecom"], "the same words are shown once"
        assert (mail.got, hook.got, page.incidents) == ([], [], [])
        await talk.says(DAN, "/maintenance announce 1", "#general")
        got = {path: post["message"] for path, post in hook.got}
        assert got["sms"].startswith("Scheduled - maintenance of Sign-in, 2031-04-03. On 2031-04-03, ")
        assert got["sms"].endswith(LINK)
        assert got["wecom"].endswith(f"第 1 次更新 · {LINK}")
        assert shown["wecom"].endswith(got["wecom"]), "what was read is what was sent"
        assert mail.got[0][1]["Subject"] == "Scheduled - maintenance of Sign-in, 2031-04-03"
        (there,) = page.incidents
        assert (there["status"], there["scheduled_for"]) == ("scheduled", "2031-04-03T14:30:00+00:00")
        await until(talk, "2031-04-03 14:30")
        await talk.says(DAN, "/maintenance start", "#general")
        assert page.components["s1"]["status"] == "under_maintenance"
        await talk.says(DAN, "/maintenance extend 30m because copying the data takes longer", "#general")
        assert there["scheduled_until"] == "2031-04-03T17:00:00+00:00"
        await talk.says(DAN, "/maintenance complete", "#general")
        assert (there["status"], page.components["s1"]["status"]) == ("completed", "operational")
        assert len(page.updates) == len(mail.got) == 5, "announced twice, started, extended, completed"
        assert "post 5 stands on page" in await log(talk)


async def test_g3_the_page_shows_nothing_twice_and_keeps_incidents_apart(
    page: FakeStatuspage, shared: aiohttp.ClientSession
) -> None:
    publishers = {"page": Statuspage(Page(PAGE, KEY, page.base), shared)}
    given = settings(PAGE_CHANNEL)
    house = replace(given.house, matrix={Audience.USERS: {"maintenance": ("page",), "sev1": ("page",)}})
    page.faults.plan = Plan("1st post loses its reply")
    async with talking(replace(given, house=house), publishers) as talk:
        await talk.says(ADA, "/incident sev1 Checkout down", "#general")
        await talk.says(DAN, PLAN, "#general")
        await talk.says(DAN, "/maintenance announce 1", "#general")
        await talk.wait(minutes=1)
        await talk.says(ADA, "/status investigating Customers cannot pay.")
        assert [each["status"] for each in page.incidents] == ["investigating", "scheduled"]
        assert [len(each["incident_updates"]) for each in page.incidents] == [1, 1]


async def test_chn_3_what_fails_is_in_its_owners_hand_and_may_be_sent_again(
    hook: Hooks, threads: ThreadPoolExecutor
) -> None:
    hook.faults.plan = Plan("1st to 3rd post is limited for 2 s")
    async with talking(settings(MAIL), {"mail": AppriseChannel(hook.url("mail"), NEAR, threads)}) as talk:
        await talk.says(DAN, PLAN, "#general")
        await talk.says(DAN, "/maintenance announce 1", "#general")
        await talk.wait(minutes=1)
        card = private(talk, "@dan", "mail did not take it: too many at once")
        assert card.facts[0].value.startswith("Scheduled - maintenance of Sign-in")
        shown = await talk.says(DAN, "/maintenance show 1", "#general")
        assert shown.card
        assert "✗ mail: too many at once" in {fact.label: fact.value for fact in shown.card.facts}["Channels"]
        assert (await talk.says(EVE, "/maintenance send 1 mail", "#general")).refused
        assert (await talk.says(DAN, "/maintenance send 1 fax", "#general")).refused
        await talk.presses(DAN, "Send it again", "@sitrep")
        assert len(hook.got) == 1
        assert (await talk.says(DAN, "/maintenance posted 1 mail", "#general")).refused, "it carries it"
        assert (await log(talk))[-2:] == ["post 1 sent to mail again", "post 1 stands on mail"]


async def test_reg_10_a_channel_that_a_person_posts_to_is_a_card_with_text_place_and_access() -> None:
    async with talking(settings(BANNER), {}) as talk:
        await talk.says(DAN, PLAN, "#general")
        await talk.says(DAN, "/maintenance announce 1", "#general")
        card = private(talk, "@dan", "post it to banner by hand")
        assert {fact.label for fact in card.facts} == {"Text", "Where", "Access"}
        assert (await talk.says(DAN, "/maintenance send 1 banner", "#general")).refused
        await talk.presses(DAN, "I posted it by hand", "@sitrep")
        assert (await log(talk))[-1] == "post 1 stands on banner by hand"
        assert (await the(talk)).outlets["banner"].by == DAN.name


async def test_gen_12_a_test_instance_tells_nobody_outside(hook: Hooks, threads: ThreadPoolExecutor) -> None:
    given = settings(MAIL)
    given = replace(given, house=replace(given.house, test_mode=True))
    async with talking(given, {"mail": AppriseChannel(hook.url("mail"), NEAR, threads)}) as talk:
        await talk.says(DAN, PLAN, "#general")
        await talk.says(DAN, "/maintenance announce 1", "#general")
        assert hook.got == []


NAMED = Approval(mode="on", approvers={"maintenance": Approvers(people=(CLEO,))})


async def test_appr_2_whom_the_organisation_named_clears_exactly_what_was_read(
    hook: Hooks, threads: ThreadPoolExecutor
) -> None:
    publishers = {"mail": AppriseChannel(hook.url("mail"), NEAR, threads)}
    async with talking(settings(MAIL, approval=NAMED), publishers) as talk:
        answer = await talk.says(DAN, PLAN, "#general")
        assert answer.card
        assert "It goes out as soon as Cleo Marchetti agrees." in answer.card.text
        assert [button.label for button in answer.card.buttons] == ["Cancel it"]
        assert (await talk.says(DAN, "/maintenance announce 1", "#general")).refused
        card = private(talk, "@cleo", "nobody can sign in")
        assert any(fold.label.startswith("mail: e-mail to customers") for fold in card.folds)
        says = card.buttons[0].says
        given = talk.play.settings
        other = replace(MAIL, languages=("zh-CN",))
        talk.play.settings = replace(given, house=replace(given.house, channels=(other,)))
        await talk.restart()
        shown = await talk.hears(Line(CLEO, says, talk.now, "press", via="button"))
        assert shown.card
        assert shown.card.text.startswith("Not approved: since you read it, something has changed.")
        assert hook.got == []
        typed = await talk.says(CLEO, "/maintenance announce 1", "#general")
        assert typed.card
        assert typed.card.buttons[0].label == "Approve and announce"
        await talk.hears(Line(CLEO, typed.card.buttons[0].says, talk.now, "press again", via="button"))
        assert len(hook.got) == 1
        assert (await the(talk)).approved_by == CLEO


async def test_appr_2_its_owner_clears_what_somebody_else_planned_and_nobody_their_own() -> None:
    async with talking(settings(approval=Approval(mode="on")), {}) as talk:
        await talk.says(DAN, f"{PLAN} --owner @bob", "#general")
        assert (await talk.says(DAN, "/maintenance announce 1", "#general")).refused
        await talk.presses(BOB, "Approve and announce", "@sitrep")
        assert (await the(talk)).approved_by == BOB
    alone = settings(approval=Approval(mode="on"))
    async with talking(replace(alone, roster=SETTINGS.roster), {}) as talk:
        await talk.says(DAN, PLAN, "#general")
        refused = await talk.says(DAN, "/maintenance announce 1", "#general")
        assert refused.card
        assert "Name an owner or a backup" in refused.card.text
        await talk.says(DAN, "/maintenance owner 1 @bob", "#general")
        await talk.says(BOB, "/maintenance announce 1", "#general")
        await talk.presses(BOB, "Approve and announce", "#general")
        assert (await the(talk)).announced


async def test_wl_2_forbidden_wording_is_kept_back_until_somebody_says_why() -> None:
    bad = PLAN.replace("nobody can sign in", "sign-in will be back ASAP")
    async with talking(settings(), {}) as talk:
        answer = await talk.says(DAN, bad, "#general")
        assert answer.card
        assert answer.card.form
        assert answer.card.title == "Not planned yet"
        assert "✗" in answer.card.text
        assert await log(talk) == []
        await talk.fills(DAN, "no button", {"override": "a quotation"}, "#general")
        assert (await log(talk))[0].startswith("scheduled; wording rules LINT-")
        await talk.says(DAN, "/maintenance announce 1", "#general")
        await until(talk, "2031-04-06 02:00")
        await talk.says(DAN, "/maintenance start", "#general")
        kept = await talk.says(DAN, "/maintenance extend 30m because it will be done ASAP", "#general")
        assert kept.card
        assert kept.card.title == "Not posted yet"
        assert "extended" not in (await log(talk))[-1]
        late = '/maintenance extend 30m --because "it will be done ASAP" --override "a quotation"'
        assert not (await talk.says(DAN, late, "#general")).refused
        assert "a quotation" in (await log(talk))[-1]


async def test_it_is_given_to_somebody_else_who_then_answers_for_it() -> None:
    async with talking(settings(), {}) as talk:
        await talk.says(DAN, f"{PLAN} --backup @bob", "#general")
        assert (await talk.says(EVE, "/maintenance owner 1 @eve", "#general")).refused
        assert (await talk.says(DAN, "/maintenance owner 1 @dan", "#general")).refused
        await talk.says(ADA, "/maintenance owner 1 @bob", "#general")
        found = await the(talk)
        assert (found.owner, found.backup) == (BOB, DAN)
        assert (
            "Ada Okafor gives this maintenance from Dan Nowak to Bob Lindqvist" in private(talk, "@dan", "gives").text
        )
        assert [button.label for button in private(talk, "@bob", "gives").buttons] == ["Announce", "Cancel it"]
        await talk.presses(BOB, "Announce", "@sitrep")
        assert (await log(talk))[1:] == ["given from Dan Nowak to Bob Lindqvist", "announced to customers"]
        await until(talk, "2031-04-06 02:00")
        assert talk.seen(to="@bob", kind="private", text="Maintenance 1 ·")


@pytest.mark.parametrize("words", ["owner 1", "owner 1 @nobody", "send 1", "posted 1 mail"])
async def test_what_cannot_be_done_is_refused_in_private(words: str) -> None:
    async with talking(settings(), {}) as talk:
        await talk.says(DAN, PLAN, "#general")
        answer = await talk.says(DAN, f"/maintenance {words}", "#general")
        assert answer.refused


async def test_chk_what_somebody_changes_on_the_page_is_told_its_owner_once_and_mended_by_one_press(
    page: FakeStatuspage, shared: aiohttp.ClientSession
) -> None:
    page.components["s1"] = {"id": "s1", "name": "Sign-in", "status": "operational"}
    publishers = {"page": Statuspage(Page(PAGE, KEY, page.base, components={"Sign-in": "s1"}), shared)}
    async with talking(settings(PAGE_CHANNEL), publishers) as talk:
        await talk.says(DAN, f"{PLAN} --backup @bob", "#general")
        await talk.says(DAN, "/maintenance announce 1", "#general")
        comparing, (there,) = talk.play.core.comparing, page.incidents
        await comparing.look()
        written = len(await log(talk))
        there |= {"status": "completed", "scheduled_until": "2031-04-06T03:00:00+00:00"}
        page.components["s1"]["status"] = "major_outage"
        for _ in range(2):
            await comparing.look()
            await talk.play.settle()
        for who in ("@dan", "@bob"):
            card = private(talk, who, "channels say different things")
            assert card.text.splitlines() == [
                "page says completed, while the record says scheduled (CHK-8).",
                "page shows Sign-in as major_outage, the record as operational (CHK-2).",
                "page gives another time for the end (CHK-3).",
            ]
        assert len(await log(talk)) == written + 1, "told once"
        await talk.presses(DAN, "Send it again to page", "@sitrep")
        assert (there["status"], there["scheduled_until"]) == ("scheduled", "2031-04-06T04:00:00+00:00")
        await comparing.look()
        assert (await log(talk))[-1] == "post 1 stands on page", "and nothing differs any more"
        page.by_hand("We move the database of sign-in next week.")
        await comparing.look()
        await talk.play.settle()
        assert "did not come from here" in private(talk, "@dan", "(CHK-10)").text
        await talk.says(DAN, "/maintenance cancel 1 because the vendor is not ready", "#general")
        assert there["status"] == "completed", "they have no word for cancelled"
        await comparing.look()
        assert (await log(talk))[-1] == "all channels say the same again"


async def test_chk_7_a_channel_that_lags_for_five_minutes_is_told_its_owner() -> None:
    async with talking(settings(MAIL), {"mail": Never()}) as talk:
        await talk.says(DAN, PLAN, "#general")
        await talk.says(DAN, "/maintenance announce 1", "#general")
        await talk.play.core.comparing.look()
        assert (await the(talk)).contradictions == ()
        talk.play.now += timedelta(minutes=5)
        await talk.play.core.comparing.look()
        await talk.play.settle()
        assert private(talk, "@dan", "mail carries update 0 of 1 (CHK-7)").buttons


async def test_a_webhook_names_a_maintenance_apart_from_incidents_and_tells_no_number(
    hook: Hooks, shared: aiohttp.ClientSession
) -> None:
    """The same for every post about it, so that a receiver keeps them together."""
    publishers = {"mail": Webhook(f"{hook.base}/hook", SIGNING, NEAR, shared)}
    async with talking(settings(replace(MAIL, by="webhook")), publishers) as talk:
        await talk.says(DAN, PLAN, "#general")
        await talk.says(DAN, "/maintenance announce 1", "#general")
        await talk.says(DAN, "/maintenance cancel 1 because the vendor is not ready", "#general")
        first, last = (got for _, got in hook.got)
        assert "incident" not in first
        assert re.fullmatch(r"[0-9a-f]{16}", first["maintenance"])
        assert first["maintenance"] == last["maintenance"]
        assert (first["stage"], last["stage"]) == ("scheduled", "cancelled")
        assert (first["started_at"], first["ends_at"]) == ("2031-04-06T02:00:00+00:00", "2031-04-06T04:00:00+00:00")
        assert first["name"] == "Sign-in: move the database to new machines"


class Never:
    """A channel that is not reached."""

    looks = False

    async def publish(self, *_: object, **__: object) -> str:
        raise Undelivered("too many at once", retry_after=59)
