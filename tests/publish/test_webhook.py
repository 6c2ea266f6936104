"""Our own webhook against a receiver that checks its signature: what arrives, what does not, and who may sign."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace

import aiohttp
import pytest
from fakes.plan import Plan
from fakes.publishers.hooks import Hooks
from publish.conftest import NEAR

from bot.mistake import Mistake
from bot.publish.egress import Egress
from bot.publish.webhook import Webhook, keys, trouble
from scheduler.chat import Undelivered
from templates.post import Post

OLD, NEW = (f"127.0.0.1:whsec_{base64.b64encode(letter * 32).decode()}" for letter in (b"o", b"n"))
AT = 1_930_000_000.7


def webhook(hook: Hooks, shared: aiohttp.ClientSession, secret: str = NEW) -> Webhook:
    return Webhook(f"{hook.base}/hook", secret, NEAR, shared, clock=lambda: AT)


def expected(letter: bytes, body: bytes, *, at: str = "1930000000") -> str:
    """As Standard Webhooks has its receivers do it."""
    signed = f"op-1.{at}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(letter * 32, signed, hashlib.sha256)).decode()


async def test_sec_098_what_is_sent_is_signed_with_its_time(
    hook: Hooks, shared: aiohttp.ClientSession, post: Post
) -> None:
    await webhook(hook, shared).publish("op-1", replace(post, body="不能付款 & <b>"), repeat=False)
    ((headers, body),) = hook.raw
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("op-1", "1930000000")
    assert headers["webhook-signature"] == expected(b"n", body)
    assert headers["webhook-signature"] != expected(b"n", body, at="1930000001")
    assert headers["webhook-signature"] != expected(b"n", body + b" ")
    content = json.loads(body)
    assert content["body"] == "不能付款 & <b>"
    assert (content["stage"], content["number"], content["components"]) == (
        "investigating",
        1,
        {"Checkout": "major_outage"},
    )
    assert "42" not in str(content["incident"]) or len(content["incident"]) == 16
    assert not content["repeat"]


async def test_sec_098_while_a_key_replaces_another_both_sign(
    hook: Hooks, shared: aiohttp.ClientSession, post: Post
) -> None:
    await webhook(hook, shared, f"{OLD} {NEW} other.example.com:{NEW.partition(':')[2]}").publish(
        "op-1", post, repeat=True
    )
    ((headers, body),) = hook.raw
    assert headers["webhook-signature"] == f"{expected(b'o', body)} {expected(b'n', body)}"
    assert json.loads(body)["repeat"]


async def test_sec_098_another_host_needs_its_secret_entered_again(hook: Hooks, shared: aiohttp.ClientSession) -> None:
    """A key that was made for one receiver signs nothing for another, whoever changes the address."""
    moved = f"{hook.base.replace('127.0.0.1', 'localhost')}/hook"
    with pytest.raises(Mistake, match="another host than its signing key was made for") as problem:
        Webhook(moved, NEW, NEAR, shared)
    assert NEW.partition(":")[2] not in str(problem.value)
    again = NEW.replace("127.0.0.1", "localhost")
    assert trouble(moved, again, NEAR) == ""
    assert hook.got == []


@pytest.mark.parametrize(
    ("url", "secret", "why"),
    [
        ("http://hooks.example.com/x", "", "must begin with https://"),
        ("https://u:p@hooks.example.com/x", "", "must not hold a user's name"),
        ("https://hooks.example.com:22/x", "", "must not name an unusual port"),
        ("https://hooks.example.com:x/", "", "is no address"),
        ("https:///x", "", "must begin with https://"),
        ("https://hooks.example.com/x", "", "needs a signing key"),
        ("https://hooks.example.com/x", "hooks.example.com:whsec_c2hvcnQ=", "needs a signing key"),
        ("https://hooks.example.com/x", f"hooks.example.com:{'x' * 40}", "needs a signing key"),
        ("https://hooks.example.com/x", "hooks.example.com:whsec_***", "needs a signing key"),
    ],
)
def test_sec_093_what_cannot_be_an_address_or_a_key_is_said_at_the_start(url: str, secret: str, why: str) -> None:
    assert trouble(url, secret, Egress()).startswith(why)


def test_sec_096_with_a_list_of_hosts_no_other_is_used() -> None:
    assert "not among outbound.hosts" in trouble("https://a.example.com/", NEW, Egress(hosts=("b.example.com",)))
    assert keys("") == []


async def test_sec_092_a_redirect_is_followed_nowhere(hook: Hooks, shared: aiohttp.ClientSession, post: Post) -> None:
    for target in (f"{hook.base}/elsewhere", "file:///etc/passwd", f"{hook.base}/hook", "http://169.254.169.254/"):
        hook.faults.plan, hook.faults.elsewhere = Plan("1st post answers elsewhere"), target
        with pytest.raises(Undelivered, match=r"refused \(HTTP 307\)") as problem:
            await webhook(hook, shared).publish("op-1", post, repeat=False)
        assert problem.value.permanent
    assert hook.got == []


@pytest.mark.parametrize(("fault", "unsure"), [("fails", True), ("loses its reply", True), ("is refused", False)])
async def test_a_failure_is_told_for_what_it_is(
    *, hook: Hooks, shared: aiohttp.ClientSession, post: Post, fault: str, unsure: bool
) -> None:
    hook.faults.plan = Plan(f"1st post {fault}")
    with pytest.raises(Undelivered) as problem:
        await webhook(hook, shared).publish("op-1", post, repeat=False)
    assert problem.value.unsure is unsure
    assert (await webhook(hook, shared).find("op-1", post), await webhook(hook, shared).read("x")) == (None, None)


async def test_sec_090_an_internal_address_is_not_connected_to(hook: Hooks, post: Post) -> None:
    from bot.publish import http

    async with http.session(Egress()) as outside:
        strict = Webhook(f"{hook.base}/hook", NEW, NEAR, outside)
        with pytest.raises(Undelivered, match="internal") as problem:
            await strict.publish("op-1", post, repeat=False)
    assert problem.value.permanent
    assert hook.got == []
