"""What can have happened to a post before it went out, and to the facts it is made of."""

from dataclasses import dataclass, field

from incidents.event import Event
from incidents.person import Person
from incidents.records import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPreviewed(Event):
    """``by`` looked at a post before sending it; nobody else sees anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSubmitted(Event):
    """``replaced`` is the text that waited before; ``renewed`` says that what is known changed its words (APPR-6).

    ``crisis``: the words are the same, and more people have to say yes to them (CRI-9).

    ``needs`` is how many different people have to say yes, ``ahead`` the minutes until the post is due (CAD-6).
    """

    draft: Draft
    approvers: tuple[Person, ...]
    needs: int = 1
    ahead: int | None = None
    replaced: Draft | None = None
    renewed: bool = False
    crisis: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReturned(Event):
    draft: Draft
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCleared(Event):
    """One yes of several: ``left`` are those still missing, ``people`` who may give them (SEC-20)."""

    draft: Draft
    seconds: int
    left: tuple[str, ...]
    people: tuple[Person, ...]
    edited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftApproved(Event):
    """``seconds`` from submission to decision (KPI-8). ``alone`` is why its author needed nobody else (APPR-7).

    ``edited`` says that the approver changed it, ``late`` what had changed in the incident meanwhile (APPR-6).
    """

    draft: Draft
    seconds: int
    revision: int
    edited: bool = False
    alone: str = ""
    late: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDropped(Event):
    """It became meaningless before anybody decided."""

    draft: Draft
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsGiven(Event):
    """The technical lead's fact sheet (STG-7): ``facts`` may reach customers, ``sheet`` stays inside."""

    facts: dict[str, str]
    sheet: dict[str, str] = field(default_factory=dict)
