"""What the public writes, from a feed: Atom, RSS, JSON Feed, or a list as Mastodon gives it (CHN-8).

Read only, under the same limits as everything that leaves this machine (SEC-090 to SEC-094).
"""

import html
import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree

import aiohttp

from bot.mistake import Mistake
from bot.publish import http
from bot.publish.egress import Egress
from bot.publish.webhook import misleading
from incidents.outside import Reply
from scheduler.chat import Undelivered

_MOST = 200
_LONGEST = 2_000
_TAGS = re.compile(r"<[^<>]*>")
_TEXTS = ("content", "content_text", "content_html", "summary", "description", "text", "title")
_TIMES = ("date_published", "published", "updated", "pubDate", "created_at")
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class PublicReplies:
    def __init__(self, url: str, egress: Egress, shared: aiohttp.ClientSession) -> None:
        """Raises Mistake, which never repeats the address."""
        if why := misleading(url, egress):
            raise Mistake(f"its address {why}")
        self._url = url
        self._shared = shared

    async def read(self) -> Sequence[Reply]:
        return list(parsed(await http.fetch(self._shared, self._url)))[:_MOST]


def parsed(body: bytes) -> Iterable[Reply]:
    """Raises Undelivered for what is no feed. An entry without a time or without words is left out."""
    start = body.lstrip()[:1]
    entries = _from_json(body) if start in (b"{", b"[") else _from_xml(body)
    for entry in entries:
        at = _moment(next((entry[name] for name in _TIMES if entry.get(name)), ""))
        text = _plain(" ".join(str(entry[name]) for name in _TEXTS if entry.get(name)))
        if at and text:
            yield Reply(at, text)


def _from_json(body: bytes) -> list[dict[str, Any]]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Undelivered("its answer is no feed") from None
    entries = found.get("items") if isinstance(found, dict) else found
    return [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []


def _from_xml(body: bytes) -> list[dict[str, Any]]:
    """Nothing that declares entities is read: they are what makes a small file a large one (SEC-094)."""
    if _DECLARES.search(body):
        raise Undelivered("its answer declares entities, and no feed needs any", permanent=True)
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - without declarations there is nothing to expand
    except (ElementTree.ParseError, ValueError, LookupError):
        raise Undelivered("its answer is no feed") from None
    entries = [each for each in root.iter() if _local(each.tag) in ("entry", "item")]
    return [{_local(part.tag): "".join(part.itertext()) for part in entry} for entry in entries]


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAGS.sub(" ", text[: 4 * _LONGEST])).split())[:_LONGEST]


def _moment(text: object) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(str(text).strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None
