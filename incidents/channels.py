"""Where public posts go: the register of channels, and who hears of what where (table 10.3, CHN-3, REG-1 to REG-8)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from incidents.severity import Severity
from incidents.stage import Stage


class Audience(StrEnum):
    """AUD-1 to AUD-12, as far as they are told by a channel."""

    USERS = "users"
    PARTNERS = "partners"
    VIP = "vip"
    MEDIA = "media"
    REGULATORS = "regulators"
    MANAGEMENT = "management"
    SUPPORT = "support"
    SALES = "sales"
    ENGINEERING = "engineering"


INTERNAL = frozenset({Audience.MANAGEMENT, Audience.SUPPORT, Audience.SALES, Audience.ENGINEERING})
"""Colleagues, who may read what customers do not (AUD-14)."""


class Medium(StrEnum):
    """What a channel is (CHN-1)."""

    STATUS_PAGE = "status-page"
    EMAIL = "email"
    SMS = "sms"
    IM = "im"
    SOCIAL = "social"
    IN_APP = "in-app"
    PHONE = "phone"
    PRESS = "press"
    REGULATOR = "regulator"
    HOTLINE = "hotline"
    UPDATES_ROOM = "updates-room"
    INCIDENT_ROOM = "incident-room"


Subject = Literal["incident", "maintenance", "security"]
How = Literal["apprise", "statuspage", "webhook", "hand"]

COLUMNS = ("sev1", "sev2", "sev3", "sev4", "sev5", "maintenance")


@dataclass(frozen=True, slots=True)
class Channel:
    """One line of the register. ``by`` is who posts there: an integration, or a person by `hand` (REG-6).

    ``severities``, ``stages`` and ``subjects`` narrow what it is used for; empty means all. ``languages`` are carried
    one after the other; empty means the one that posts are written in. ``owner`` and ``backup``
    are ids of people, ``access`` says where the login is kept, never what it is (REG-5). ``length`` is in
    characters, for `sms` in parts (CHN-2); None is what the medium allows.
    """

    name: str
    kind: Medium
    by: How
    audience: tuple[Audience, ...] = (Audience.USERS,)
    severities: tuple[Severity, ...] = ()
    stages: tuple[Stage, ...] = ()
    subjects: tuple[Subject, ...] = ("incident", "maintenance")
    languages: tuple[str, ...] = ()
    length: int | None = None
    link: str = ""
    owner: str = ""
    backup: str = ""
    access: str = ""
    last_tested: date | None = None
    tested_by: str = ""
    testable: bool = False
    """There is a private target that a test may go to (REG-8)."""
    broken: str = ""
    """Why Sitrep cannot post there, as its configuration stands (REG-6)."""


STALE = 90
"""Days after which a channel should be tested again."""


def lacking(channel: Channel, today: date) -> Iterator[str]:
    """What an organisation has not written down or done yet, a few words for each thing (REG-9)."""
    if not channel.owner:
        yield "has no owner"
    if not channel.access:
        yield "has no access note, so somebody would have to search for the login"
    if channel.last_tested is None:
        yield "was never tested"
    elif (days := (today - channel.last_tested).days) > STALE:
        yield f"was last tested {days} days ago"


Matrix = Mapping[Audience, Mapping[str, tuple[str, ...]]]
"""For each audience and column the media or channels that are told; in brackets those that a person may add."""

_IN_SEVERITY = ("sev1", "sev2", "sev3", "sev4", "sev5")


def _row(sev1: str, sev2: str, sev3: str, low: str, maintenance: str) -> dict[str, tuple[str, ...]]:
    cells = (sev1, sev2, sev3, low, low, maintenance)
    return {column: tuple(cell.split()) for column, cell in zip(COLUMNS, cells, strict=True)}


DEFAULT: Matrix = {
    Audience.USERS: _row(
        "status-page email in-app social sms",
        "status-page email in-app (social)",
        "status-page (email)",
        "",
        "status-page email in-app",
    ),
    Audience.PARTNERS: _row("status-page email im", "status-page email im", "status-page", "", "email im"),
    Audience.VIP: _row("phone im status-page", "(phone) im status-page", "im", "", "email"),
    Audience.MEDIA: _row("press", "(press)", "", "", ""),
    Audience.REGULATORS: _row("(regulator)", "(regulator)", "", "", "(regulator)"),
    Audience.MANAGEMENT: _row("updates-room email phone", "updates-room", "updates-room", "", "updates-room"),
    Audience.SUPPORT: _row(
        "incident-room updates-room hotline",
        "incident-room updates-room hotline",
        "updates-room hotline",
        "updates-room hotline",
        "updates-room email hotline",
    ),
    Audience.SALES: _row("updates-room email", "updates-room email", "updates-room", "", "email"),
    Audience.ENGINEERING: _row("incident-room", "incident-room", "incident-room", "incident-room", "incident-room"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A channel that a post can go to; ``wanted`` unless the matrix only allows it."""

    channel: Channel
    wanted: bool


def chosen(
    channels: Sequence[Channel], matrix: Matrix, *, column: str, stage: Stage | None = None, subject: Subject
) -> list[Choice]:
    """The channels for one post, in their turn (CHN-3, CHN-5)."""
    found = [
        Choice(channel, wanted)
        for channel in channels
        if _used_for(channel, column, stage, subject) and (wanted := _in_matrix(channel, matrix, column)) is not None
    ]
    return sorted(found, key=lambda choice: turn(choice.channel))


@dataclass(frozen=True, slots=True)
class Offer:
    """A channel that a post may go to. ``wanted`` by the matrix; ``bound``: it carries an earlier post (CHN-6)."""

    channel: Channel
    wanted: bool
    bound: bool = False

    def taken(self, picks: Mapping[str, bool]) -> bool:
        """Whoever was told before is told again; of the others a person may add some and leave some out (CHN-3)."""
        return self.bound or picks.get(self.channel.name, self.wanted)


def turn(channel: Channel) -> int:
    """Who answers customers comes first, then status pages, then all others (CHN-5)."""
    return _TURNS.get(channel.kind, len(_TURNS))


_TURNS = {Medium.HOTLINE: 0, Medium.STATUS_PAGE: 1}


def column_of(severity: Severity) -> str:
    return _IN_SEVERITY[severity - 1]


def _used_for(channel: Channel, column: str, stage: Stage | None, subject: Subject) -> bool:
    if subject not in channel.subjects or (channel.stages and stage not in channel.stages):
        return False
    if subject == "security" and channel.kind is Medium.SMS:
        return False
    if column not in _IN_SEVERITY or not channel.severities:
        return True
    return column in map(column_of, channel.severities)


def _in_matrix(channel: Channel, matrix: Matrix, column: str) -> bool | None:
    """True: told. False: may be told. None: not for them."""
    found: bool | None = None
    for audience in channel.audience:
        entries = matrix.get(audience, {}).get(column, ())
        if channel.name in entries or channel.kind.value in entries:
            return True
        if f"({channel.name})" in entries or f"({channel.kind.value})" in entries:
            found = False
    return found
