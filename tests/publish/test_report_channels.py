"""The public report on channels: mail, Statuspage's postmortem, press by hand (STG-32, CHN-1d, CHN-1i, CHN-3)."""

from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import cast

import aiohttp
import pytest
from conversation import BOB, CLEO, DAN, EVE, SETTINGS, Conversation, conversation
from fakes.plan import Plan
from fakes.publishers.hooks import Hooks
from fakes.publishers.smtp import Mailbox
from fakes.publishers.statuspage import KEY, PAGE, FakeStatuspage
from publish.conftest import NEAR
from publish.test_every_publisher import SIGNING
from test_account import REPORT, over

from bot.publish.apprise_ import AppriseChannel
from bot.publish.statuspage import Page, Statuspage
from bot.publish.webhook import Webhook
from incidents.channels import Audience, Channel, Medium
from scheduler.chat import Undelivered
from scheduler.outlets import Publisher
from templates.post import Post

MAIL = Channel("mail", Medium.EMAIL, "apprise")
SMS = Channel("sms", Medium.SMS, "apprise")
PAGE_CHANNEL = Channel("page", Medium.STATUS_PAGE, "statuspage")
PRESS = Channel(
    "press", Medium.PRESS, "hand", (Audience.MEDIA,), link="https://press.example.com", access="ask @eve", owner=EVE.id
)


@asynccontextmanager
async def told(publishers: Mapping[str, object], *channels: Channel) -> AsyncIterator[Conversation]:
    settings = replace(SETTINGS, house=replace(SETTINGS.house, channels=channels))
    async with conversation(settings, publishers=cast("Mapping[str, Publisher]", publishers)) as call:
        await over(call)
        yield call


async def published(call: Conversation, **more: str) -> None:
    await call.says(BOB, "/incident account")
    await call.fills(BOB, "Send for approval", REPORT | more)
    for who in (DAN, CLEO):
        await call.presses(who, "Publish report")


def results(call: Conversation) -> list[str]:
    return call.seen(to="#inc-1", slot="reported-1")[-1].text.splitlines()[1:]


async def test_stg_32_it_goes_to_mail_statuspage_and_press_in_the_words_that_were_cleared(
    mail: Mailbox, hook: Hooks, page: FakeStatuspage, shared: aiohttp.ClientSession, threads: ThreadPoolExecutor
) -> None:
    publishers = {
        "mail": AppriseChannel(mail.url("all@example.com"), NEAR, threads),
        "sms": AppriseChannel(hook.url("sms"), NEAR, threads),
        "page": Statuspage(Page(PAGE, KEY, page.base), shared),
    }
    async with told(publishers, MAIL, SMS, PAGE_CHANNEL, PRESS) as call:
        before, texts = len(mail.got), len(hook.got)
        await published(call)
        card = call.seen(to="@dan", kind="private", text="Public report for approval")[-1].card
        assert card
        assert {fact.label: fact.value for fact in card.facts}["Goes also to"] == "page, mail, press"
        (there,) = page.incidents
        assert there["postmortem"]["body"].startswith("Customers in Europe saw error messages when paying")
        assert (there["postmortem"]["told"], there["status"]) == (1, "postmortem")
        sent = mail.got[-1][1]
        assert sent["Subject"] == "Report - Checkout: error messages when paying"
        words = sent.get_payload(decode=True)
        assert isinstance(words, bytes)
        assert card.folds[0].value.partition("\n\n")[2] in words.decode().replace("\r\n", "\n")
        assert (len(mail.got) - before, len(hook.got) - texts) == (1, 0), "too long for an SMS"
        assert [line[:9] for line in results(call)] == ["✓ mail 14", "✓ page 14", "✍ press: "]
        by_hand = call.seen(to="@bob", kind="private", text="post the public report to press by hand")[-1].card
        assert by_hand
        assert {fact.label for fact in by_hand.facts} == {"Text", "Where", "Access", "First"}
        assert not (await call.says(EVE, "!account posted press")).refused, "who owns the channel may say so"
        assert results(call)[2].endswith(f"by hand: {EVE.name}")
        rows = [entry.text for entry in await call.timeline() if entry.text.startswith("Public report 1 stands")]
        assert rows == [f"Public report 1 stands on {name}" for name in ("page", "mail", "press by hand")]


async def test_chn_3_what_fails_is_in_its_authors_hand_and_may_be_sent_again(
    hook: Hooks, threads: ThreadPoolExecutor
) -> None:
    async with told({"mail": AppriseChannel(hook.url("mail"), NEAR, threads)}, MAIL) as call:
        hook.faults.plan = Plan("1st post is refused")
        sent = len(hook.got)
        await published(call)
        card = call.seen(to="@bob", kind="private", text="mail did not take it: refused (HTTP 403)")[-1].card
        assert card
        assert [button.label for button in card.buttons] == ["I posted it by hand", "Send it again"]
        for words, why in (
            ("!account send fax", "There is no channel"),
            ("!account send mail 2", "no longer the newest"),
        ):
            answer = await call.says(BOB, words)
            assert answer.card
            assert why in answer.card.text
        assert (await call.says(EVE, "!account send mail")).refused
        await call.presses(BOB, "Send to mail again")
        assert len(hook.got) == sent + 1
        assert results(call)[0].startswith("✓ mail")
        refused = await call.says(BOB, "!account posted mail")
        assert refused.refused


async def test_chn_3_a_channel_may_be_left_out_and_a_version_follows_where_one_stands(
    hook: Hooks, threads: ThreadPoolExecutor
) -> None:
    publishers = {"mail": AppriseChannel(hook.url("mail"), NEAR, threads)}
    async with told(publishers, MAIL, PRESS) as call:
        first = await call.says(BOB, "/incident account")
        assert first.card
        assert first.card.form
        boxes = {field.name: field.value for field in first.card.form.fields if field.name.startswith("channel:")}
        assert boxes == {"channel:mail": "on", "channel:press": "on"}
        before = len(hook.got)
        await published(call, **{"channel:mail": "on", "channel:press": ""})
        assert results(call)[1] == "– press: left out"
        assert call.seen(to="@bob", kind="private", text="press by hand") == []
        barred = await call.says(BOB, "!account --channels fax")
        assert barred.refused
        await published(call, prevention="test every setting twice", **{"channel:press": ""})
        assert [got["title"] for _, got in hook.got[before:]] == ["Report - Checkout: error messages when paying"] * 2
        assert "test every setting twice" in hook.got[-1][1]["message"]


async def test_appr_6_the_seal_is_of_every_channels_words_too(hook: Hooks, threads: ThreadPoolExecutor) -> None:
    """A choice that changes after somebody read it is another version."""
    async with told({"mail": AppriseChannel(hook.url("mail"), NEAR, threads)}, MAIL) as call:
        await call.says(BOB, "/incident account")
        await call.fills(BOB, "Send for approval", REPORT)
        account = (await call.incident()).account
        assert account
        assert replace(account, carried={}).seal != account.seal


async def test_gen_12_a_test_instance_sends_no_report(hook: Hooks, threads: ThreadPoolExecutor) -> None:
    house = replace(SETTINGS.house, channels=(MAIL,), test_mode=True)
    publishers = cast("Mapping[str, Publisher]", {"mail": AppriseChannel(hook.url("mail"), NEAR, threads)})
    async with conversation(replace(SETTINGS, house=house), publishers=publishers) as call:
        await over(call)
        await published(call)
        assert hook.got == []


@pytest.fixture
def report(post: Post) -> Post:
    return replace(post, kind="report", number=1, stage="postmortem", body="It was a setting.", ref="")


@pytest.mark.parametrize(
    "plan", ["1st post loses its reply", "2nd post loses its reply", "1st post fails", "2nd post fails"]
)
async def test_g3_statuspage_tells_its_subscribers_once_whatever_becomes_of_the_answers(
    page: FakeStatuspage, shared: aiohttp.ClientSession, post: Post, report: Post, plan: str
) -> None:
    """Written down, then published: each of the two may fail, or work without an answer."""
    there = Statuspage(Page(PAGE, KEY, page.base), shared)
    await there.publish("op-1", post, repeat=False)
    page.faults.plan = Plan(plan)
    with pytest.raises(Undelivered) as problem:
        await there.publish("op-2", report, repeat=False)
    assert problem.value.unsure
    page.faults.plan.clear()
    found = await there.find("op-2", report)
    assert (found is not None) == (plan == "2nd post loses its reply")
    await there.publish("op-2", report, repeat=False)
    kept = page.incidents[0]["postmortem"]
    assert (kept["body"], kept["told"]) == ("It was a setting.", 1)
    assert await there.find("op-2", report) == "i1"
    assert len(page.updates) == 1


async def test_a_page_that_never_had_the_incident_takes_no_report(
    page: FakeStatuspage, shared: aiohttp.ClientSession, report: Post
) -> None:
    there = Statuspage(Page(PAGE, KEY, page.base), shared)
    with pytest.raises(Undelivered, match="no incident") as problem:
        await there.publish("op-1", report, repeat=False)
    assert problem.value.permanent


async def test_our_own_webhook_says_that_it_is_the_report(
    hook: Hooks, shared: aiohttp.ClientSession, report: Post
) -> None:
    await Webhook(f"{hook.base}/hook", SIGNING, NEAR, shared).publish("op", report, repeat=False)
    assert (hook.got[0][1]["type"], hook.got[0][1]["stage"]) == ("report", "postmortem")
