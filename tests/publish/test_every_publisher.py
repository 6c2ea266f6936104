"""Every way of posting against a stand-in that keeps what it took: well, slow, failing, half failing, and again.

The rooms of chats, the pages as files and posts by hand have tests of their own: tests/scheduler/test_delivery.py,
tests/public/test_files.py, tests/publish/test_publishing.py.
"""

from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

import aiohttp
import pytest
from fakes.publishers.companies import ACCOUNT, KEY, NUMBERS, SLACK, TOKEN, Companies, companies
from fakes.publishers.faults import Faults
from fakes.publishers.hooks import Hooks
from fakes.publishers.smtp import Mailbox
from fakes.publishers.statuspage import KEY as PAGE_KEY
from fakes.publishers.statuspage import PAGE, FakeStatuspage
from publish.conftest import NEAR
from requests.adapters import HTTPAdapter

from bot.publish.apprise_ import AppriseChannel
from bot.publish.numbered import meant
from bot.publish.statuspage import Page, Statuspage
from bot.publish.webhook import Webhook
from scheduler.chat import Undelivered
from scheduler.outlets import Publisher
from templates.post import Post

COMPANIES = {
    "wecom": f"wecombot://{KEY}",
    "dingtalk": f"dingtalk://{TOKEN}",
    "feishu": "feishu://abcd-efgh-1234",
    "lark": "lark://abcd-efgh-1234",
    "slack": f"slack://{SLACK}/#general",
    "teams": "workflows://prod.westus.logic.azure.com/workflow1/signature1",
    "sms": f"twilio://{ACCOUNT}:{'b' * 32}@15551234567/{NUMBERS[0].lstrip('+')}",
}
EVERY = [*COMPANIES, "mail", "json", "webhook", "statuspage"]
SIGNING = f"127.0.0.1:whsec_{b64encode(b'k' * 32).decode()}"
FINAL = {
    "wecom": "refused (error 93000)",
    "dingtalk": "refused (error 300001)",
    "feishu": "refused (error 19001)",
    "lark": "refused (error 19001)",
    "slack": "refused (HTTP 404)",
    "teams": "refused (HTTP 401)",
    "sms": "refused (HTTP 401)",
    "json": "refused (HTTP 403)",
    "webhook": "refused (HTTP 403)",
    "statuspage": "refused (HTTP 401)",
}


@dataclass
class Stand:
    """One publisher and what its readers saw. ``gone`` takes away what the address leads to."""

    made: Callable[[], Publisher]
    got: Callable[[], list[str]]
    faults: Faults | Mailbox
    busy: Callable[[], object]
    gone: Callable[[], object]
    sent: int = 0
    key: str = PAGE_KEY

    async def publish(self, post: Post, *, repeat: bool = False) -> None:
        """Each time another post, and a channel that has not sent before: the same would be slowed down."""
        self.sent += 1
        said = replace(post, number=self.sent, body=f"Words {self.sent} to read")
        await self.made().publish(f"op{self.sent}", said, repeat=repeat)

    def holds(self, number: int) -> bool:
        return any(f"Words {number} to read" in text for text in self.got())

    async def fails(self, post: Post) -> Undelivered:
        with pytest.raises(Undelivered) as problem:
            await self.publish(post)
        return problem.value


@pytest.fixture
async def company(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Companies]:
    """Where the network begins, every host is the stand-in."""
    real = HTTPAdapter.send
    async with companies() as made:

        def led_here(self: HTTPAdapter, request: Any, *arguments: Any, **named: Any) -> Any:
            there = request.copy()
            there.url = request.url.replace("https:/", made.base, 1)
            return real(self, there, *arguments, **named)

        monkeypatch.setattr(HTTPAdapter, "send", led_here)
        yield made


@pytest.fixture
def stand(request: pytest.FixtureRequest, threads: ThreadPoolExecutor) -> Stand:
    """Only the stand-in that is needed is started."""
    name = request.param
    if name == "mail":
        return _mail(request.getfixturevalue("mail"), threads)
    if name == "statuspage":
        return _page(request.getfixturevalue("page"), request.getfixturevalue("shared"))
    if name in COMPANIES:
        return _company(request.getfixturevalue("company"), COMPANIES[name], threads)
    hook: Hooks = request.getfixturevalue("hook")
    if name == "json":
        return _hook(hook, lambda: AppriseChannel(hook.url(), NEAR, threads), "message")
    shared: aiohttp.ClientSession = request.getfixturevalue("shared")
    return _hook(hook, lambda: Webhook(f"{hook.base}/hook", SIGNING, NEAR, shared), "body")


def _company(there: Companies, url: str, threads: ThreadPoolExecutor) -> Stand:
    return Stand(
        lambda: AppriseChannel(url, NEAR, threads),
        lambda: there.got,
        there.faults,
        lambda: setattr(there, "busy", 1),
        lambda: setattr(there, "known", False),
    )


def _mail(mail: Mailbox, threads: ThreadPoolExecutor) -> Stand:
    return Stand(
        lambda: AppriseChannel(mail.url("all@example.com"), NEAR, threads),
        lambda: [str(each.get_payload(decode=True)) for _, each in mail.got],
        mail,
        lambda: mail.plan.add("1st * fails"),
        lambda: mail.plan.add("1st * is refused"),
    )


def _hook(hook: Hooks, made: Callable[[], Publisher], words: str) -> Stand:
    return Stand(
        made,
        lambda: [got[words] for _, got in hook.got],
        hook.faults,
        lambda: hook.faults.plan.add("1st * is limited for 2 s"),
        lambda: hook.faults.plan.add("1st * is refused"),
    )


def _page(page: FakeStatuspage, shared: aiohttp.ClientSession) -> Stand:
    made = Stand(
        lambda: Statuspage(Page(PAGE, made.key, page.base), shared),
        lambda: page.updates,
        page.faults,
        lambda: page.faults.plan.add("1st * is limited for 2 s"),
        lambda: setattr(made, "key", "revoked"),
    )
    return made


def each(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("stand", names, indirect=True)


@each(*EVERY)
async def test_it_takes_each_post_once_also_when_it_takes_its_time(stand: Stand, post: Post) -> None:
    await stand.publish(post)
    stand.faults.slow = 0.03
    await stand.publish(post)
    assert [stand.holds(1), stand.holds(2), len(stand.got())] == [True, True, 2]


@each(*EVERY)
async def test_what_fails_there_may_be_sent_again_and_arrives(stand: Stand, post: Post) -> None:
    """Whether it arrived is open, so the next try looks first or says that it may be a repeat."""
    stand.faults.plan.add("1st * fails")
    problem = await stand.fails(post)
    assert (problem.permanent, problem.unsure) == (False, True)
    assert stand.got() == []
    await stand.publish(post, repeat=True)
    assert stand.holds(2)


@each(*EVERY)
async def test_half_a_failure_is_never_taken_for_a_success_or_a_failure(stand: Stand, post: Post) -> None:
    """It took effect and nobody heard of it."""
    stand.faults.plan.add("1st * loses its reply")
    problem = await stand.fails(post)
    assert (problem.permanent, problem.unsure) == (False, True)
    assert [stand.holds(1), len(stand.got())] == [True, 1]


@each(*(name for name in EVERY if name != "mail"))
async def test_too_many_at_once_is_no_refusal_and_is_tried_again(stand: Stand, post: Post) -> None:
    """Some say it with HTTP 200 and a number."""
    stand.busy()
    problem = await stand.fails(post)
    assert (problem.reason, problem.permanent, problem.unsure) == ("too many at once", False, False)
    assert stand.got() == []
    await stand.publish(post)
    assert stand.holds(2)


@each(*FINAL)
async def test_who_is_not_let_in_any_more_is_told_at_once(
    stand: Stand, post: Post, request: pytest.FixtureRequest
) -> None:
    """GEN-8: a robot that somebody removed answers 200, and is no success all the same."""
    stand.gone()
    problem = await stand.fails(post)
    assert (problem.reason, problem.permanent) == (FINAL[request.node.callspec.params["stand"]], True)
    assert stand.got() == []


async def test_nobody_waits_before_the_first_word(company: Companies, threads: ThreadPoolExecutor, post: Post) -> None:
    """Apprise's own pauses, up to five seconds, are for services that say by themselves when it is too much."""
    began = monotonic()
    await AppriseChannel(COMPANIES["lark"], NEAR, threads).publish("op", post, repeat=False)
    assert (len(company.got), monotonic() - began < 3) == (1, True)


async def test_some_numbers_that_got_it_and_one_that_did_not_is_for_a_person(
    company: Companies, threads: ThreadPoolExecutor, post: Post
) -> None:
    company.unreachable = {NUMBERS[1]}
    url = COMPANIES["sms"] + f"/{NUMBERS[1].lstrip('+')}"
    with pytest.raises(Undelivered) as problem:
        await AppriseChannel(url, NEAR, threads).publish("op", post, repeat=False)
    assert (problem.value.reason, problem.value.permanent) == ("some of its receivers got it and some did not", True)
    assert len(company.got) == 1


@pytest.mark.parametrize("name", ["slack", "teams"])
async def test_no_strangers_picture_stands_in_a_post(
    company: Companies, threads: ThreadPoolExecutor, post: Post, name: str
) -> None:
    await AppriseChannel(COMPANIES[name], NEAR, threads).publish("op", post, repeat=False)
    assert b"http" not in company.raw[0].replace(b"http://adaptivecards.io/schemas/", b"")


@pytest.mark.parametrize(
    ("status", "body", "found"),
    [
        (200, b"<html>proxy</html>", (502, 0)),
        (200, b'{"errmsg": "ok"}', (502, 0)),
        (200, b"[0]", (502, 0)),
        (200, b'{"errcode": "0"}', (502, 0)),
        (200, b'{"errcode": 0}', (200, 0)),
        (200, b'{"errcode": -1}', (429, -1)),
        (500, b"", (500, 0)),
    ],
)
def test_an_answer_without_a_number_is_of_somebody_else_in_between(
    status: int, body: bytes, found: tuple[int, int]
) -> None:
    assert meant("https://oapi.dingtalk.com/robot/send", status, body) == found
    assert meant("https://hooks.example.com/x", status, body) == (status, 0)
