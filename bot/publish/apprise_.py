"""E-mail, SMS, WeCom, DingTalk, Feishu, Teams, Slack, webhooks: through apprise, by an administrator's address.

Class C: what was sent cannot be found again, so an unsure answer allows one repeat, which says that it is one (G3).
"""

import asyncio
import logging
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from bot.mistake import Mistake
from bot.publish.egress import Egress, Forbidden
from bot.publish.guard import Watch, watched
from incidents.consistency import Told
from scheduler.chat import Undelivered
from templates.post import Post

if TYPE_CHECKING:
    from apprise import NotifyBase

_WORDS = """mailto mailtos json jsons wecombot dingtalk feishu lark workflow workflows slack
twilio vonage nexmo clickatell plivo msgbird bulksms d7sms sinch clicksend seven serwersms smsmanager"""
SCHEMES = frozenset(_WORDS.split())
"""What may be configured. Apprise knows a hundred more: files, buses and desktops of this machine among them."""

WITHIN = 10.0
"""Seconds that a send may take (SEC-094)."""

_PORTS = frozenset({25, 80, 443, 465, 587, 2525, 8080, 8443})
_AT_ONCE = 16
_PAUSE = 0.1
"""Seconds between two receivers of one address."""
_REPEATED = {
    "en": "(May be a repeat.)",
    "zh-CN": "(可能重复发送)",
    "fr": "(Peut-être un doublon.)",
    "pl": "(Być może powtórzenie.)",
}
_BAD_PARAMETERS = frozenset({"attach", "attachment", "redirect", "template", "verify", "pgp", "pgpkey"})


def trouble(url: str, egress: Egress) -> str:
    """Why an address cannot be used, as the end of a sentence that never repeats it; empty when it can (SEC-095)."""
    scheme = url.partition("://")[0].lower()
    if scheme not in SCHEMES:
        return f"must begin with one of {', '.join(sorted(SCHEMES))}, then ://"
    try:
        parts = urlsplit(url)
        port, parameters = parts.port, parse_qs(parts.query)
    except ValueError:
        return "is no address that can be read"
    if barred := sorted(_BAD_PARAMETERS & {name.lower() for name in parameters}):
        return f"must not say {barred[0]}: Sitrep decides that"
    if port and port not in _PORTS and not egress.networks:
        return "must not name an unusual port"
    try:
        for host in (parts.hostname or "", *parameters.get("smtp", ())) if _has_host(scheme) else ():
            egress.check_host(host)
    except Forbidden as problem:
        return str(problem)
    return ""


def _has_host(scheme: str) -> bool:
    """Elsewhere a token stands in the host's place."""
    return scheme in ("json", "jsons", "mailto", "mailtos", "workflow", "workflows")


class AppriseChannel:
    """One address. Built once, so that a wrong one is found at the start."""

    looks = False

    def __init__(self, url: str, egress: Egress, threads: ThreadPoolExecutor) -> None:
        """Raises Mistake, which never repeats the address."""
        if why := trouble(url, egress):
            raise Mistake(f"its address {why}")
        found = _built(url)
        if found is None:
            raise Mistake("its address is not complete; see docs/channels.md for its form")
        # Some of them pause for seconds before the first message already; who is too fast is told so, and tries again.
        found.request_rate_per_sec = min(found.request_rate_per_sec, _PAUSE)
        self._target = found
        self._egress = egress
        self._threads = threads

    async def publish(self, op: str, post: Post, *, repeat: bool) -> str:
        body = f"{_REPEATED.get(post.language, _REPEATED['en'])} {post.body}" if repeat else post.body
        await self._carried(post.title, body)
        return ""

    async def _carried(self, title: str, body: str) -> None:
        watch = Watch(self._egress)
        loop = asyncio.get_running_loop()
        sending = loop.run_in_executor(self._threads, self._send, watch, title, body)
        try:
            sent = await asyncio.wait_for(asyncio.shield(sending), WITHIN)
        except TimeoutError:
            watch.cut()
            sending.add_done_callback(_over)
            raise Undelivered("no answer within 10 seconds", unsure=watch.connected) from None
        if not sent:
            raise _problem(watch)

    async def tell(self, title: str, text: str) -> None:
        """No post: a word to those who look after Sitrep. Sent once; raises Undelivered."""
        await self._carried(title, text)

    async def find(self, op: str, post: Post) -> str | None:
        return None

    async def read(self, ref: str) -> Told | None:
        return None

    def _send(self, watch: Watch, title: str, body: str) -> bool:
        from apprise import NotifyFormat

        with watched(watch):
            return bool(self._target.notify(body=body, title=title, body_format=NotifyFormat.TEXT))


def _over(sending: "asyncio.Future[bool]") -> None:
    """Nobody waits for it any more; asked, so that nobody complains that nobody asked."""
    if not sending.cancelled():
        sending.exception()


def _problem(watch: Watch) -> Undelivered:
    """What the connections and answers of a failed send tell of it."""
    if not watch.connected:
        return Undelivered(watch.refused or "could not be reached", permanent=bool(watch.refused))
    refused = [status for status in watch.statuses if status >= 300]
    if not watch.statuses or any(status >= 500 for status in refused) or not refused:
        return Undelivered("failed without a clear answer", unsure=True)
    if len(refused) < len(watch.statuses):
        return Undelivered("some of its receivers got it and some did not", permanent=True)
    if 429 in refused:
        return Undelivered("too many at once", retry_after=watch.retry_after)
    why = f"error {watch.number}" if watch.number else f"HTTP {refused[0]}"
    return Undelivered(f"refused ({why})", permanent=True)


@cache
def threads() -> ThreadPoolExecutor:
    """Their own, so that a provider that hangs takes nobody else's."""
    return ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="publish")


def _built(url: str) -> "NotifyBase | None":
    with warnings.catch_warnings():
        # Its old corners use modules that Python is about to drop.
        warnings.simplefilter("ignore", DeprecationWarning)
        return _instance(url)


def _instance(url: str) -> "NotifyBase | None":
    import apprise

    from bot.publish.bounded import install

    install()
    # They tell their own logs what they send and where; ours has one line for each decision, and no secrets (SEC-140).
    for name in ("apprise", "urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    asset = apprise.AppriseAsset(
        app_id="Sitrep",
        app_desc="Sitrep",
        app_url="",
        # Their icon is on somebody else's server, which would learn who reads our posts.
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        http_redirects=False,
        pgp_autogen=False,
        pem_autogen=False,
        interpret_escapes=False,
        allow_templates=False,
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        service_timeout=WITHIN,
    )
    return apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
