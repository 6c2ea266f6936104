"""What Slack sends, read without trust in its shape: a field that is missing or of another kind is empty (REL-016)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.slack.typed import begins_quoted, forwarded

Payload = Mapping[str, Any]

_TS = re.compile(r"[0-9]{1,11}\.[0-9]{1,6}")
_ID = re.compile(r"[A-Z][A-Z0-9]{1,30}")
SAID = frozenset({"", "thread_broadcast", "file_share", "me_message", "bot_message"})
"""Subtypes that are somebody's words; all others are grey lines or changes."""


def text(body: object, *path: str) -> str:
    """The text at the end of a path of keys; empty when there is none."""
    found = part(body, *path[:-1]).get(path[-1])
    return found if isinstance(found, str) else ""


def part(body: object, *path: str) -> Payload:
    """The object at the end of a path of keys; an empty one when there is none."""
    for key in path:
        body = body.get(key) if isinstance(body, Mapping) else None
    return body if isinstance(body, Mapping) else {}


def parts(body: object, key: str) -> list[Payload]:
    found = body.get(key) if isinstance(body, Mapping) else None
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def id_of(body: object, *path: str) -> str:
    """An id of Slack's, in its form; empty otherwise."""
    found = text(body, *path)
    return found if _ID.fullmatch(found) else ""


def ts_of(body: object, *path: str) -> str:
    found = text(body, *path)
    return found if _TS.fullmatch(found) else ""


def moment(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


def is_direct(channel: str) -> bool:
    """A conversation with one person alone: there, nothing is said in a room."""
    return channel.startswith("D")


@dataclass(frozen=True, slots=True)
class Message:
    """``raw`` is the text as Slack escaped it, with what was attached."""

    channel: str
    ts: str
    user: str
    raw: str
    thread_ts: str = ""
    bot: str = ""
    quoted: bool = False

    @property
    def source(self) -> str:
        return f"slack:{self.channel}:{self.ts}"

    @property
    def speaker(self) -> str:
        """A user id; a bot's own id where it has no user."""
        return self.user or self.bot

    @property
    def in_thread(self) -> bool:
        return self.thread_ts not in ("", self.ts)


def message(body: Payload, *, channel: str = "") -> Message | None:
    """Somebody's message, None for what is nobody's words or cannot be read. History names no channel."""
    channel = channel or id_of(body, "channel")
    ts, user, bot = ts_of(body, "ts"), id_of(body, "user"), id_of(body, "bot_id")
    if not (channel and ts and (user or bot)) or text(body, "subtype") not in SAID:
        return None
    shared = forwarded(body.get("attachments"))
    return Message(
        channel=channel,
        ts=ts,
        user=user,
        raw=words(body),
        thread_ts=ts_of(body, "thread_ts"),
        bot=bot,
        quoted=shared or begins_quoted(body.get("blocks")),
    )


def words(body: Payload) -> str:
    """The text, and for each file its name and where it is kept; of a forwarded message its words (TL-4)."""
    said = [text(body, "text")]
    said += [text(each, "text") for each in parts(body, "attachments") if each.get("is_share") is True]
    said += [f"{text(file, 'name')} {text(file, 'permalink')}".strip() for file in parts(body, "files")]
    return "\n".join(piece for piece in said if piece)
