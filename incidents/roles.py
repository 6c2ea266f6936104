"""Who can hold what, and what goes together (ROLE-1 to ROLE-5, ROLE-19)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from incidents.person import Person


class Role(StrEnum):
    IC = "ic"
    DEPUTY = "deputy"
    SCRIBE = "scribe"
    CUSTOMER_LIAISON = "customer-liaison"
    INTERNAL_LIAISON = "internal-liaison"
    SME = "sme"
    TECHNICAL_LEAD = "technical-lead"

    @property
    def label(self) -> str:
        """The full title: on a call it is never just "IC" (ROLE-34)."""
        return LABELS[self]

    @property
    def single(self) -> bool:
        """At most one person holds it (ROLE-2)."""
        return self in SINGLE


LABELS = {
    Role.IC: "Incident Commander",
    Role.DEPUTY: "Deputy",
    Role.SCRIBE: "Scribe",
    Role.CUSTOMER_LIAISON: "Customer Liaison",
    Role.INTERNAL_LIAISON: "Internal Liaison",
    Role.SME: "Expert",
    Role.TECHNICAL_LEAD: "Technical Lead",
}
SINGLE = frozenset({Role.IC, Role.SCRIBE, Role.CUSTOMER_LIAISON, Role.INTERNAL_LIAISON, Role.TECHNICAL_LEAD})

GROWTH = (Role.IC, Role.SCRIBE, Role.DEPUTY, Role.CUSTOMER_LIAISON, Role.INTERNAL_LIAISON)
"""The order in which a response adds roles (ROLE-3)."""

SPELLINGS: dict[str, Role] = {
    "ic": Role.IC,
    "commander": Role.IC,
    "command": Role.IC,
    "incident-commander": Role.IC,
    "incident-lead": Role.IC,
    "lead": Role.IC,
    "deputy": Role.DEPUTY,
    "scribe": Role.SCRIBE,
    "customer-liaison": Role.CUSTOMER_LIAISON,
    "customer": Role.CUSTOMER_LIAISON,
    "liaison": Role.CUSTOMER_LIAISON,
    "comms": Role.CUSTOMER_LIAISON,
    "comms-liaison": Role.CUSTOMER_LIAISON,
    "comms-lead": Role.CUSTOMER_LIAISON,
    "communications": Role.CUSTOMER_LIAISON,
    "cl": Role.CUSTOMER_LIAISON,
    "internal-liaison": Role.INTERNAL_LIAISON,
    "internal": Role.INTERNAL_LIAISON,
    "il": Role.INTERNAL_LIAISON,
    "sme": Role.SME,
    "expert": Role.SME,
    "resolver": Role.SME,
    "technical-lead": Role.TECHNICAL_LEAD,
    "tech-lead": Role.TECHNICAL_LEAD,
    "tl": Role.TECHNICAL_LEAD,
}


def read(word: str) -> Role | None:
    """The role a word names: any case, `_` or blank for the hyphen."""
    return SPELLINGS.get(word.strip().lower().replace("_", "-").replace(" ", "-"))


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody in a role; ``service`` says for which system an expert speaks."""

    person: Person
    role: Role
    since: datetime
    service: str = ""


Verdict = Literal["yes", "warn", "small", "no"]
"""``small``: only in small-team mode, and then with a warning."""

_IC, _DEP, _SCR, _CUS, _INT, _SME = "ic", "deputy", "scribe", "customer-liaison", "internal-liaison", "sme"

_PAIRS: dict[frozenset[str], Verdict] = {
    frozenset({_IC, _DEP}): "no",
    frozenset({_IC, _SCR}): "no",
    frozenset({_IC, _CUS}): "small",
    frozenset({_IC, _INT}): "small",
    frozenset({_IC, _SME}): "no",
    frozenset({_DEP, _SCR}): "yes",
    frozenset({_DEP, _CUS}): "warn",
    frozenset({_DEP, _INT}): "yes",
    frozenset({_DEP, _SME}): "no",
    frozenset({_SCR, _CUS}): "warn",
    frozenset({_SCR, _INT}): "yes",
    frozenset({_SCR, _SME}): "no",
    frozenset({_CUS, _INT}): "yes",
    frozenset({_CUS, _SME}): "warn",
    frozenset({_INT, _SME}): "warn",
    frozenset({_SME}): "warn",
}


def combine(one: Role, other: Role) -> Verdict:
    """May one person hold both (ROLE-19)? The technical lead is an expert the commander named (ROLE-16)."""
    if {one, other} == {Role.SME, Role.TECHNICAL_LEAD}:
        return "yes"
    pair = frozenset("sme" if role is Role.TECHNICAL_LEAD else role.value for role in (one, other))
    return _PAIRS.get(pair, "no")
