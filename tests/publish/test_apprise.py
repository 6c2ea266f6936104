"""Through apprise to fakes over HTTP and SMTP: what arrives, and what is made of every kind of failure."""

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from ipaddress import ip_network

import pytest
from fakes.plan import Plan
from fakes.publishers.hooks import Hooks
from fakes.publishers.smtp import Mailbox

from bot.mistake import Mistake
from bot.publish import apprise_
from bot.publish.apprise_ import SCHEMES, AppriseChannel, trouble
from bot.publish.bounded import BoundedAdapter
from bot.publish.egress import Egress
from scheduler.chat import Undelivered
from templates.post import Post

NEAR = Egress((ip_network("127.0.0.0/8"),))
OP = "a1b2"


async def _fails(channel: AppriseChannel, post: Post) -> Undelivered:
    with pytest.raises(Undelivered) as problem:
        await channel.publish(OP, post, repeat=False)
    return problem.value


async def test_a_webhook_gets_title_and_body_once(hook: Hooks, threads: ThreadPoolExecutor, post: Post) -> None:
    await AppriseChannel(hook.url(), NEAR, threads).publish(OP, post, repeat=False)
    ((path, got),) = hook.got
    assert (path, got["title"], got["message"]) == ("hook", post.title, post.body)


async def test_a_repeat_says_that_it_may_be_one(hook: Hooks, threads: ThreadPoolExecutor, post: Post) -> None:
    await AppriseChannel(hook.url(), NEAR, threads).publish(OP, post, repeat=True)
    assert hook.got[0][1]["message"] == "(May be a repeat.) Customers cannot pay."


async def test_mail_reaches_every_receiver_with_its_subject_and_no_header_of_the_text(
    mail: Mailbox, threads: ThreadPoolExecutor, post: Post
) -> None:
    """SEC-073: a line break in a title makes no header."""
    channel = AppriseChannel(mail.url("a@example.com", "b@example.com"), NEAR, threads)
    await channel.publish(OP, replace(post, title="Checkout\r\nBcc: eve@example.com"), repeat=False)
    assert sorted(to for to, _ in mail.got) == ["a@example.com", "b@example.com"]
    assert all(each["Bcc"] is None and "Checkout" in str(each["Subject"]) for _, each in mail.got)


async def test_posts_in_a_row_wait_for_nothing_but_the_mail_server(
    mail: Mailbox, threads: ThreadPoolExecutor, post: Post
) -> None:
    channel = AppriseChannel(mail.url("a@example.com", "b@example.com"), NEAR, threads)
    begun = time.monotonic()
    for _ in range(3):
        await channel.publish(OP, post, repeat=False)
    assert len(mail.got) == 6
    assert time.monotonic() - begun < 4.0


@pytest.mark.parametrize(
    ("fault", "reason", "permanent", "unsure"),
    [
        ("is refused", "refused (HTTP 403)", True, False),
        ("fails", "failed without a clear answer", False, True),
        ("loses its reply", "failed without a clear answer", False, True),
        ("answers elsewhere", "refused (HTTP 307)", True, False),
    ],
)
async def test_a_failure_is_told_for_what_it_is(  # noqa: PLR0917 - pytest passes them by name
    hook: Hooks, threads: ThreadPoolExecutor, post: Post, fault: str, reason: str, permanent: bool, unsure: bool
) -> None:
    """SEC-092: a redirect is not followed."""
    hook.faults.plan = Plan(f"1st post {fault}")
    hook.faults.elsewhere = f"{hook.base}/elsewhere"
    problem = await _fails(AppriseChannel(hook.url(), NEAR, threads), post)
    assert (problem.reason, problem.permanent, problem.unsure) == (reason, permanent, unsure)
    assert [path for path, _ in hook.got] == (["hook"] if fault == "loses its reply" else [])


async def test_too_many_at_once_waits_as_long_as_it_is_told(
    hook: Hooks, threads: ThreadPoolExecutor, post: Post
) -> None:
    hook.faults.plan = Plan("1st post is limited for 2 s")
    problem = await _fails(AppriseChannel(hook.url(), NEAR, threads), post)
    assert (problem.retry_after, problem.unsure, problem.permanent) == (2.0, False, False)


async def test_nobody_there_is_certainly_not_delivered(threads: ThreadPoolExecutor, post: Post, hook: Hooks) -> None:
    channel = AppriseChannel("json://127.0.0.1:9/hook", NEAR, threads)
    problem = await _fails(channel, post)
    assert problem.permanent is False
    assert hook.got == []


async def test_sec_094_who_does_not_answer_is_left_and_their_thread_set_free(
    hook: Hooks, threads: ThreadPoolExecutor, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apprise_, "WITHIN", 0.3)
    hook.faults.plan = Plan("1st to 6th post hangs")
    channel = AppriseChannel(hook.url(), NEAR, threads)
    began = time.monotonic()
    problems = await asyncio.gather(*(_fails(channel, post) for _ in range(4)))
    assert {(each.reason, each.unsure) for each in problems} == {("no answer within 10 seconds", True)}
    assert time.monotonic() - began < 2
    hook.faults.plan.clear()
    # All four threads were held; now they are free again.
    async with asyncio.timeout(3):
        await asyncio.gather(*(asyncio.get_running_loop().run_in_executor(threads, time.sleep, 0.01) for _ in range(4)))


async def test_half_of_the_receivers_is_no_success_and_is_not_sent_again_by_itself(
    mail: Mailbox, threads: ThreadPoolExecutor, post: Post
) -> None:
    mail.plan = Plan("2nd data is refused")
    problem = await _fails(AppriseChannel(mail.url("a@example.com", "b@example.com"), NEAR, threads), post)
    assert len(mail.got) == 1
    assert problem.unsure


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1/x",
        "ftp://example.com/x",
        "data:text/plain,x",
        "syslog://",
        "dbus://",
        "exec://id",
        "windows://",
        "rsyslog://example.com",
        "mqtt://example.com/topic",
        "",
    ],
)
def test_sec_095_a_scheme_that_is_not_listed_is_refused_without_repeating_the_address(url: str) -> None:
    why = trouble(url, NEAR)
    assert why.startswith("must begin with one of")
    assert "passwd" not in why


@pytest.mark.parametrize("part", ["attach=/etc/passwd", "redirect=yes", "template=/etc/passwd", "verify=no", "pgp=yes"])
def test_sec_095_attachments_files_and_weaker_checks_cannot_be_configured(part: str) -> None:
    assert "must not say" in trouble(f"jsons://hooks.example.com/secret?{part}", Egress())


def test_sec_093_an_odd_port_is_refused_until_internal_networks_are_allowed() -> None:
    assert trouble("json://hooks.example.com:6379/x", Egress()) == "must not name an unusual port"
    assert trouble("json://hooks.example.com:6379/x", NEAR) == ""


def test_sec_096_with_a_list_of_hosts_no_other_is_used() -> None:
    listed = Egress(hosts=("example.com",))
    assert trouble("jsons://hooks.example.com/x", listed) == ""
    assert "is not among outbound.hosts" in trouble("jsons://hooks.example.org/x", listed)
    assert "is not among outbound.hosts" in trouble("mailtos://u:p@example.com?smtp=mail.evil.org", listed)


async def test_sec_090_an_internal_address_is_not_reached_unless_it_is_allowed(
    hook: Hooks, threads: ThreadPoolExecutor, post: Post
) -> None:
    port = hook.base.rpartition(":")[2]
    for host in ("127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "017700000001"):
        try:
            channel = AppriseChannel(f"json://{host}:{port}/x", Egress((ip_network("192.0.2.0/24"),)), threads)
        except Mistake:
            continue
        problem = await _fails(channel, post)
        assert problem.unsure is False
    assert hook.got == []


def test_an_address_that_is_not_complete_is_said_at_the_start(threads: ThreadPoolExecutor) -> None:
    with pytest.raises(Mistake, match="not complete") as mistake:
        AppriseChannel("wecombot://", Egress(), threads)
    assert "wecombot" not in str(mistake.value)


@pytest.mark.parametrize(
    "url",
    [
        "wecombot://a2b1c0d9-1234",
        "dingtalk://abcdefgh12345678",
        "feishu://abcd-efgh-1234",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general",
        "mailtos://user:word@example.com?to=team@example.com",
        f"twilio://AC{'a' * 32}:{'b' * 32}@15551234567/15557654321",
        "jsons://hooks.example.com/path",
    ],
)
def test_the_services_that_the_documentation_names_are_understood(url: str, threads: ThreadPoolExecutor) -> None:
    assert url.partition("://")[0] in SCHEMES
    assert AppriseChannel(url, Egress(), threads).looks is False


async def test_sec_140_no_log_line_holds_the_address(
    hook: Hooks, threads: ThreadPoolExecutor, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    hook.faults.plan = Plan("1st post fails")
    with caplog.at_level(logging.DEBUG):
        await _fails(AppriseChannel(hook.url("s3cret-token"), NEAR, threads), post)
    assert [each.name for each in caplog.records if "s3cret" in each.getMessage()] == ["aiohttp.access"]  # the fake's


async def test_sec_094_an_endless_answer_is_cut(
    hook: Hooks, threads: ThreadPoolExecutor, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BoundedAdapter, "most", 4)
    await AppriseChannel(hook.url(), NEAR, threads).publish(OP, post, repeat=False)
    assert len(hook.got) == 1
