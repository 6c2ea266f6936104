"""From `/status` to every channel and back into the room's card, on the real core (CHN-3 to CHN-6, REG-10, G3)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_network
from typing import cast

import aiohttp
import pytest
from conversation import ADA, CLEO, EVE, SETTINGS, Conversation, conversation
from fakes.plan import Plan
from fakes.publishers.hooks import Hooks
from fakes.publishers.smtp import Mailbox
from fakes.publishers.statuspage import KEY, PAGE, FakeStatuspage

from bot.publish.apprise_ import AppriseChannel
from bot.publish.egress import Egress
from bot.publish.statuspage import Page, Statuspage
from incidents.channels import Channel, Medium
from incidents.severity import Severity
from scheduler.outlets import Publisher
from storage import post_figures
from storage.tables import outbox
from templates.card import Card

NEAR = Egress((ip_network("127.0.0.0/8"),))
MAIL = Channel("mail", Medium.EMAIL, "apprise", owner="dan@example.com")
SMS = Channel("sms", Medium.SMS, "apprise", severities=(Severity.SEV1,), access="vault entry sms")
PAGE_CHANNEL = Channel("page", Medium.STATUS_PAGE, "statuspage")
SOCIAL = Channel("social", Medium.SOCIAL, "hand", link="https://social.example", access="ask @dan")


@asynccontextmanager
async def told(
    channels: Sequence[Channel], publishers: Mapping[str, object], *, declare: str = "/incident sev1 Checkout down"
) -> AsyncIterator[Conversation]:
    """An incident whose liaison is Cleo."""
    settings = replace(SETTINGS, house=replace(SETTINGS.house, channels=tuple(channels)))
    async with conversation(settings, publishers=cast("Mapping[str, Publisher]", publishers)) as call:
        await call.says(ADA, declare, "#general")
        await call.says(ADA, "!ic take ic")
        await call.says(CLEO, "!ic take customer-liaison")
        call.news()
        yield call


class Died(BaseException):
    """The process was killed at this point."""


def results(call: Conversation, number: int = 1) -> str:
    """The newest state of the room's card."""
    return call.seen(to="#inc-1", slot=f"published-{number}")[-1].text


def card(call: Conversation, text: str) -> Card:
    found = call.seen(to="@cleo", kind="private", text=text)[-1].card
    assert found
    return found


@pytest.fixture
def mailer(hook: Hooks, threads: ThreadPoolExecutor) -> AppriseChannel:
    return AppriseChannel(hook.url("mail"), NEAR, threads)


async def test_one_publish_reaches_every_channel_and_the_card_says_so(
    hook: Hooks, mail: Mailbox, page: FakeStatuspage, shared: aiohttp.ClientSession, threads: ThreadPoolExecutor
) -> None:
    publishers = {
        "sms": AppriseChannel(hook.url("sms"), NEAR, threads),
        "mail": AppriseChannel(mail.url("all@example.com"), NEAR, threads),
        "page": Statuspage(Page(PAGE, KEY, page.base), shared),
    }
    async with told([MAIL, SMS, PAGE_CHANNEL, SOCIAL], publishers) as call:
        await call.says(CLEO, "/status investigating Customers cannot pay.")
        assert results(call).splitlines()[1:] == [
            "✓ mail 14:00 UTC",
            "✓ sms 14:00 UTC",
            "✓ page 14:00 UTC",
            "✍ social: to be posted by hand",
        ]
        assert len(page.updates) == len(mail.got) == len(hook.got) == 1
        assert hook.got[0][1]["message"].endswith(" https://status.example.com")
        assert "Update 1 · https://status.example.com" in page.updates[0]
        rows = [entry.text for entry in await call.timeline() if entry.type == "post"]
        assert "Update 1 stands on page" in rows
        assert (await call.incident()).outlets["page"].ref == "i1"


async def test_reg_10_what_is_posted_by_hand_has_text_place_and_access_ready(hook: Hooks) -> None:
    async with told([SOCIAL], {}) as call:
        await call.says(CLEO, "/status investigating Customers cannot pay.")
        facts = {fact.label: fact.value for fact in card(call, "post update 1 to social by hand").facts}
        assert facts["Where"] == "https://social.example"
        assert facts["Access"] == "ask @dan"
        assert facts["Text"].endswith("Customers cannot pay. https://status.example.com")
        await call.presses(CLEO, "I posted to social by hand")
        assert "✓ social 14:00 UTC, by hand: Cleo Marchetti" in results(call)
        again = await call.says(CLEO, "!channels done social")
        assert again.refused


async def test_chn_3_three_tries_then_a_person_has_the_text(hook: Hooks, mailer: AppriseChannel) -> None:
    hook.faults.plan = Plan("1st to 3rd post is limited for 2 s")
    async with told([MAIL], {"mail": mailer}) as call:
        await call.says(CLEO, "/status investigating Customers cannot pay.")
        assert "… mail: on its way" in results(call)
        await call.wait(minutes=1)
        assert len(hook.faults.plan.met) == 3
        assert "✗ mail: too many at once" in results(call)
        told_card = card(call, "post update 1 to mail by hand")
        assert "mail did not take update 1" in told_card.text
        assert [button.label for button in told_card.buttons] == ["I posted it by hand", "Send it again"]
        await call.presses(CLEO, "Send to mail again")
        assert "✓ mail" in results(call)
        assert len(hook.got) == 1
        assert "Update 1 not sent to mail: too many at once" in [entry.text for entry in await call.timeline()]


async def test_a_wish_to_wait_for_long_is_given_to_a_person_at_once(hook: Hooks, mailer: AppriseChannel) -> None:
    hook.faults.plan = Plan("1st post is limited for 3600 s")
    async with told([MAIL], {"mail": mailer}) as call:
        await call.says(CLEO, "/status investigating Customers cannot pay.")
        assert "✗ mail" in results(call)


async def test_g3_without_an_answer_it_is_repeated_once_and_says_so(hook: Hooks, mailer: AppriseChannel) -> None:
    """Class C: e-mail, SMS and webhooks cannot be looked up."""
    hook.faults.plan = Plan("1st post loses its reply")
    async with told([MAIL], {"mail": mailer}) as call:
        await call.says(CLEO, "/status investigating Customers cannot pay.")
        await call.wait(minutes=1)
        assert [got["message"].startswith("(May be a repeat.)") for _, got in hook.got] == [False, True]
        assert "✓ mail" in results(call)
        assert "Update 1 stands on mail (may have been sent twice)" in [e.text for e in await call.timeline()]


async def test_g3_never_more_than_one_repeat(hook: Hooks, mailer: AppriseChannel) -> None:
    hook.faults.plan = Plan("1st to 3rd post loses its reply")
    async with told([MAIL], {"mail": mailer}) as call:
        await call.says(CLEO, "/status investigating Customers cannot pay.")
        await call.wait(minutes=2)
        assert len(hook.got) == 2
        assert "✗ mail: no answer twice" in results(call)


async def test_g3_statuspage_shows_nothing_twice_whatever_becomes_of_the_answer(
    page: FakeStatuspage, shared: aiohttp.ClientSession
) -> None:
    """Class A: looked up before it is sent again."""
    page.faults.plan = Plan("1st post loses its reply")
    async with told([PAGE_CHANNEL], {"page": Statuspage(Page(PAGE, KEY, page.base), shared)}) as call:
        await call.says(CLEO, "/status investigating Customers cannot pay.")
        await call.wait(minutes=1)
        assert len(page.updates) == 1
        assert "✓ page" in results(call)
        page.faults.plan = Plan("1st post fails; 2nd post loses its reply")
        await call.says(CLEO, "/status investigating More customers cannot pay now.")
        await call.wait(minutes=1)
        assert len(page.updates) == 2
        assert len(page.incidents) == 1


async def test_a_crash_between_sending_and_writing_it_down_counts_as_unsure(
    hook: Hooks, mailer: AppriseChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with told([MAIL], {"mail": mailer}) as call:

        async def dies(*_: object, **__: object) -> None:
            raise Died

        outlets = call.play.core.publishing._outlets
        with monkeypatch.context() as patch:
            patch.setattr(outlets, "_tell", dies)
            with pytest.raises(BaseExceptionGroup):
                await call.says(CLEO, "/status investigating Customers cannot pay.")
        await call.restart()
        await call.wait(minutes=3)
        await call.play.settle()
        assert [got["message"].startswith("(May be a repeat.)") for _, got in hook.got] == [False, True]
        assert "✓ mail" in results(call)


async def test_what_was_told_but_not_settled_is_not_sent_again(
    hook: Hooks, mailer: AppriseChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storage import settling as rows

    async with told([MAIL], {"mail": mailer}) as call:

        async def dies(*_: object, **__: object) -> bool:
            raise Died

        with monkeypatch.context() as patch:
            patch.setattr("scheduler.publishing.settling.settle", dies)
            with pytest.raises(BaseExceptionGroup):
                await call.says(CLEO, "/status investigating Customers cannot pay.")
        assert rows.settle is not dies
        await call.restart()
        await call.wait(minutes=3)
        await call.play.settle()
        assert len(hook.got) == 1
        assert "✓ mail" in results(call)
        async with call.database.read() as c:
            states = [row.state for row in await c.execute(outbox.select().where(outbox.c.kind == "publish"))]
        assert states == ["sent"]


async def test_chn_6_a_new_revision_goes_to_every_channel_that_carried_the_old_one(
    hook: Hooks, mailer: AppriseChannel, threads: ThreadPoolExecutor
) -> None:
    """Also when the severity is lower by now: an SMS that told of the outage is followed by one that ends it."""
    both = {"mail": mailer, "sms": AppriseChannel(hook.url("sms"), NEAR, threads)}
    async with told([MAIL, SMS], both) as call:
        await call.says(CLEO, "/status investigating Customers cannot pay.")
        await call.says(ADA, "/incident sev3 --because few are affected")
        await call.says(CLEO, "/status investigating More customers cannot pay now.")
        assert sorted(path for path, _ in hook.got) == ["mail", "mail", "sms", "sms"]
        refused = await call.says(CLEO, "!channels send sms 1")
        assert refused.refused


async def test_sec_044_a_private_incident_reaches_no_channel(hook: Hooks, mailer: AppriseChannel) -> None:
    declare = "/incident sev1 private Checkout down"
    async with told([MAIL, SOCIAL], {"mail": mailer}, declare=declare) as call:
        incident = await call.incident()
        if not incident.private:
            async with call.database.begin() as c:
                from storage import incidents

                incident.private = True
                await incidents.save(c, incident)
        await call.says(CLEO, "/status investigating Customers cannot pay.")
        assert (await call.incident()).updates == 1
        assert (await call.incident()).outlets == {}
        assert hook.got == []


async def test_gen_12_a_test_instance_tells_nobody_outside(hook: Hooks, mailer: AppriseChannel) -> None:
    house = replace(SETTINGS.house, channels=(MAIL,), test_mode=True)
    publishers = cast("Mapping[str, Publisher]", {"mail": mailer})
    async with conversation(replace(SETTINGS, house=house), publishers=publishers) as call:
        await call.says(ADA, "/incident sev1 Checkout down", "#general")
        await call.says(ADA, "/status investigating Customers cannot pay.")
        assert hook.got == []


async def test_a_channel_that_is_not_set_up_fails_visibly() -> None:
    async with told([MAIL], {}) as call:
        await call.says(CLEO, "/status investigating Customers cannot pay.")
        assert "✗ mail: this channel is not set up; see sitrep doctor" in results(call)


async def test_chn_5_rooms_then_status_pages_then_the_others(
    hook: Hooks, page: FakeStatuspage, shared: aiohttp.ClientSession, mailer: AppriseChannel
) -> None:
    page.faults.slow = 0.2
    seen: list[int] = []

    class Noticed(AppriseChannel):
        async def publish(self, op: str, post: object, *, repeat: bool) -> str:
            seen.append(len(page.updates))
            return ""

    mailer.__class__ = Noticed
    publishers = {"mail": mailer, "page": Statuspage(Page(PAGE, KEY, page.base), shared)}
    async with told([MAIL, PAGE_CHANNEL], publishers) as call:
        await call.says(CLEO, "/status investigating Customers cannot pay.")
    assert seen == [1]


async def test_who_may_send_again_and_what_is_refused(hook: Hooks, mailer: AppriseChannel) -> None:
    async with told([MAIL, SOCIAL], {"mail": mailer}) as call:
        for words, why in (
            ("!channels send mail", "Nothing has been posted yet"),
            ("!channels send", "Which channel?"),
            ("!channels send fax", "There is no channel “fax”"),
            ("!channels send mail x", "no update’s number"),
            ("!channels paint", "is nothing to do with channels"),
        ):
            answer = await call.says(CLEO, words)
            assert answer.refused
            assert answer.card
            assert why in answer.card.text
        await call.says(CLEO, "/status investigating Customers cannot pay.")
        assert (await call.says(EVE, "!channels send mail")).refused
        assert (await call.says(CLEO, "!channels send social")).refused
        assert not (await call.says(CLEO, "!channels send mail")).refused
        assert len(hook.got) == 2


async def test_reg_9_the_register_shows_the_access_note_only_to_those_who_post() -> None:
    async with told([SMS, SOCIAL], {}) as call:
        seen = {who.handle: await call.says(who, "/incident channels") for who in (CLEO, EVE)}
        liaison, stranger = (answer.card.text if answer.card else "" for answer in seen.values())
        assert "vault entry sms" in liaison
        assert "vault entry sms" not in stranger
        assert "Never tested" in stranger
        assert "sev1" in stranger


async def test_chk_a_page_that_was_changed_by_hand_is_found_told_once_and_mended_by_one_press(
    page: FakeStatuspage, shared: aiohttp.ClientSession
) -> None:
    async with told([PAGE_CHANNEL], {"page": Statuspage(Page(PAGE, KEY, page.base), shared)}) as call:
        await call.says(CLEO, "/status investigating Customers cannot pay.")
        comparing = call.play.core.comparing
        await comparing.look()
        call.news()
        page.incidents[0]["status"] = "resolved"
        for _ in range(2):
            await comparing.look()
            await call.play.settle()
        told_card = card(call, "channels say different things")
        assert "page says resolved, while the record says investigating (CHK-8)." in told_card.text
        assert len(call.seen(to="@ada", text="channels say different things")) == 1
        await call.wait(minutes=2)
        await call.presses(CLEO, "Send update 1 again to page")
        assert page.incidents[0]["status"] == "investigating"
        async with call.database.read() as c:
            (kept,) = await post_figures.differences(c, 1)
        assert (kept.rule, kept.channel, kept.private) == ("CHK-8", "page", False)
        assert kept.ended_at
        assert (kept.ended_at - kept.found_at).total_seconds() == 120
        await comparing.look()
        written = len(page.updates)
        assert (await call.says(ADA, "!channels send page 1")).refused
        await call.play.settle()
        assert len(page.updates) == written
        assert "All channels say the same again" not in [e.text for e in await call.timeline()]


async def test_chk_7_a_channel_that_lags_for_five_minutes_is_told(hook: Hooks) -> None:
    async with told([SOCIAL], {}) as call:
        await call.says(CLEO, "/status investigating Customers cannot pay.")
        await call.play.core.comparing.look()
        assert not call.seen(text="channels say different things")
        await call.wait(minutes=6)
        await call.play.core.comparing.look()
        await call.play.settle()
        assert "social carries update 0 of 1" in card(call, "channels say different things").text


async def test_chk_10_what_staff_add_there_themselves_is_told_once_and_our_words_can_be_put_on_top(
    page: FakeStatuspage, shared: aiohttp.ClientSession
) -> None:
    async with told([PAGE_CHANNEL], {"page": Statuspage(Page(PAGE, KEY, page.base), shared)}) as call:
        for words in ("investigating Customers cannot pay.", "investigating Customers cannot pay by card."):
            await call.says(CLEO, f"/status {words}")
        await look(call, 2)
        assert not call.seen(text="channels say different things")
        page.by_hand("It is only a small hiccup, all is well.")
        await look(call, 2)
        warned = card(call, "channels say different things")
        assert (
            "an update that did not come from here: “It is only a small hiccup, all is well.” (CHK-10)." in warned.text
        )
        assert [button.label for button in warned.buttons] == ["Send update 2 again to page", "Post a correction"]
        assert warned.tone == "warn"
        assert len(call.seen(to="@ada", text="channels say different things")) == 1
        await call.presses(CLEO, "Send update 2 again to page")
        assert page.updates[-1].startswith("Customers cannot pay by card.")
        await look(call, 2)
        assert len(call.seen(to="@ada", text="channels say different things")) == 1


async def test_chk_10_a_post_of_its_own_about_the_same_is_told_and_one_about_something_else_not(
    page: FakeStatuspage, shared: aiohttp.ClientSession
) -> None:
    async with told([PAGE_CHANNEL], {"page": Statuspage(Page(PAGE, KEY, page.base), shared)}) as call:
        await call.says(CLEO, "/status investigating Customers cannot pay.")
        page.by_hand("Old results are shown.", name="Search index is late")
        page.by_hand("It was down an hour ago.", name="Checkout down", status="resolved")
        await look(call)
        assert not call.seen(text="channels say different things")
        page.by_hand("We are looking into it.", name="Checkout is down for some")
        await look(call, 2)
        warned = card(call, "channels say different things")
        assert "page has another post about this: “Checkout is down for some: We are looking into it.”" in warned.text
        assert [button.label for button in warned.buttons] == ["Post a correction"]
        assert len(call.seen(to="@cleo", text="channels say different things")) == 1


async def look(call: Conversation, times: int = 1) -> None:
    for _ in range(times):
        await call.play.core.comparing.look()
        await call.play.settle()
