"""What a value of sitrep.toml may be. Every rule here is a sentence that can follow the name of the key."""

import re
from collections.abc import Callable
from difflib import get_close_matches
from ipaddress import ip_network
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from bot.slack.settings import command_trouble
from incidents import roles

_EMAIL = re.compile(r"[^@\s<>,;\"']+@[^@\s<>,;\"']+\.[^@\s<>,;\"'.]+")
_HANDLE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_ROOM = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_URL = re.compile(r"(?:https?://[^\s/?#]+(?:[/?#]\S*)?)?")
_PHONE = re.compile(r"(?:\+?[0-9][0-9 ()/.-]{2,30})?")
HOST = re.compile(r"[\w.:%-]+")
_CHANNEL = re.compile(r"(?:[CG][A-Z0-9]{6,20}|[a-z0-9][a-z0-9_-]{0,79})?")
TEAM, APP = re.compile(r"(?:T[A-Z0-9]{4,20})?"), re.compile(r"(?:A[A-Z0-9]{4,20})?")
_BOT = re.compile(r"B[A-Z0-9]{4,20}")
_EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}")
API = re.compile(r"https://[\w.-]+(?::\d+)?(?:/[\w./-]*)?|http://(?:localhost|127\.0\.0\.1)(?::\d+)?(?:/[\w./-]*)?")
_RESERVED = frozenset({"all", "channel", "everyone", "here", "sitrep"})
_LONGEST = 28 * 24 * 60


def wrong(sentence: str) -> PydanticCustomError:
    return PydanticCustomError("sitrep", "{sentence}", {"sentence": sentence})


def matching(pattern: re.Pattern[str], sentence: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise wrong(sentence)
        return value

    return AfterValidator(check)


_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


def matching_time() -> AfterValidator:
    return matching(_TIME, "must be a time of day such as 09:00")


def matching_trigger() -> AfterValidator:
    return matching(re.compile(r"[a-z][a-z0-9 -]{0,39}"), "must be a few lower-case words such as personal data")


def one_line(value: str) -> str:
    if not value.isprintable():
        raise wrong("must be one line without control characters")
    return value.strip()


def _zone(name: str) -> str:
    if name not in available_timezones():
        near = get_close_matches(name, available_timezones(), 1)
        raise wrong(f"must be a time zone such as Europe/Warsaw{f'; did you mean {near[0]}?' if near else ''}")
    return name


def _minutes(least: int) -> Callable[[Any], int | None]:
    def check(value: Any) -> int | None:
        if value == "none":
            return None
        if type(value) is not int or not least <= value <= _LONGEST:
            raise wrong(f'must be a whole number of minutes, {least} to {_LONGEST}, or "none"')
        return value

    return check


def _unreserved(handle: str) -> str:
    if handle in _RESERVED:
        raise wrong("must not be a word that chats keep for everybody")
    return handle


def _command(name: str) -> str:
    if trouble := command_trouble(name):
        raise wrong(trouble)
    return name


def _approver(text: str) -> str:
    """A role in its own spelling, or an e-mail address in lower case."""
    role = roles.read(text)
    if role:
        return role.value
    if not _EMAIL.fullmatch(text):
        raise wrong("must be a role such as ic or deputy, or an e-mail address such as ada@example.com")
    return text.lower()


def _network(text: str) -> str:
    try:
        network = ip_network(text)
    except ValueError:
        raise wrong("must be an address or a network such as 10.0.0.0/8") from None
    if not network.prefixlen:
        raise wrong("must not be every address there is: anybody could say who they are")
    return text


Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(one_line)]
Statement = Annotated[str, Field(min_length=1, max_length=600), AfterValidator(one_line)]
Email = Annotated[
    str,
    Field(max_length=254),
    AfterValidator(str.lower),
    matching(_EMAIL, "must be an e-mail address such as ada@example.com"),
]
Approver = Annotated[str, AfterValidator(_approver)]
Handle = Annotated[
    str,
    AfterValidator(lambda value: value.removeprefix("@").lower()),
    matching(_HANDLE, "must be a handle: letters, digits, dot, hyphen"),
    AfterValidator(_unreserved),
]
Phone = Annotated[str, matching(_PHONE, "must be a phone number such as +48 22 123 45 67")]
RoomName = Annotated[
    str,
    AfterValidator(lambda value: value.removeprefix("#")),
    matching(_ROOM, "must be a room name: small letters, digits, hyphen"),
]
NoRoom = Annotated[
    str,
    AfterValidator(lambda value: value.removeprefix("#")),
    matching(re.compile(f"(?:{_ROOM.pattern})?"), "must be a room name: small letters, digits, hyphen; or empty"),
]
Address = Annotated[
    str,
    Field(max_length=500),
    matching(_URL, "must be an address that begins with http:// or https://"),
    AfterValidator(lambda value: value.rstrip("/")),
]
Channel = Annotated[
    str,
    AfterValidator(lambda value: value.removeprefix("#")),
    matching(_CHANNEL, "must be a channel's id such as C0123456789, or its name"),
]
Command = Annotated[str, AfterValidator(_command)]
Bot = Annotated[str, matching(_BOT, "must be a bot's id such as B0123456789")]
Emoji = Annotated[
    str,
    AfterValidator(lambda value: value.strip(":")),
    matching(_EMOJI, "must be the name of an emoji such as pushpin"),
]
Network = Annotated[str, AfterValidator(_network)]
Zone = Annotated[str, AfterValidator(_zone)]
Minutes = Annotated[int | None, BeforeValidator(_minutes(1))]
Watch = Annotated[int, Field(ge=0, le=_LONGEST)]

STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)
