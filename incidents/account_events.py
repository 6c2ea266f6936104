"""What can have happened to the public report on an incident (STG-32)."""

from dataclasses import dataclass

from incidents.account_records import Account
from incidents.event import Event
from incidents.person import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSubmitted(Event):
    """``people`` may say yes to it. ``renewed``: its words are others than those that waited (APPR-6)."""

    account: Account
    people: tuple[Person, ...]
    renewed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCleared(Event):
    """One yes of several; ``left`` are those still missing, ``people`` who may give them."""

    account: Account
    left: tuple[str, ...]
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReturned(Event):
    account: Account
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPublished(Event):
    """Customers read it; ``seconds`` from submission to the last yes (KPI-8)."""

    account: Account
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCarried(Event):
    """A channel took version ``number``, or will not; ``by_hand``: ``by`` posted it there."""

    channel: str
    number: int
    sent: bool
    reason: str = ""
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSentAgain(Event):
    channel: str
    number: int
