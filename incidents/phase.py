"""What the responders are doing: the internal phases (LIFE-1 to LIFE-9). Never changed by a public stage."""

from enum import StrEnum

from incidents.errors import Refused


class Phase(StrEnum):
    TRIAGE = "triage"
    SIZE_UP = "size_up"
    STABILISE = "stabilise"
    VERIFY = "verify"
    RESOLVED = "resolved"
    REVIEW = "review"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    DISMISSED = "dismissed"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ")

    @property
    def active(self) -> bool:
        """Somebody is still working on it; deadlines run only now (CAD-23)."""
        return self in ACTIVE


ACTIVE = frozenset({Phase.TRIAGE, Phase.SIZE_UP, Phase.STABILISE, Phase.VERIFY})

LEADS_TO: dict[Phase, tuple[Phase, ...]] = {
    Phase.TRIAGE: (Phase.SIZE_UP, Phase.DISMISSED),
    Phase.SIZE_UP: (Phase.STABILISE, Phase.VERIFY, Phase.CANCELLED),
    Phase.STABILISE: (Phase.VERIFY, Phase.SIZE_UP),
    Phase.VERIFY: (Phase.RESOLVED, Phase.SIZE_UP, Phase.STABILISE),
    Phase.RESOLVED: (Phase.REVIEW, Phase.SIZE_UP),
    Phase.REVIEW: (Phase.CLOSED, Phase.SIZE_UP),
    Phase.CLOSED: (),
    Phase.CANCELLED: (Phase.CLOSED,),
    Phase.DISMISSED: (Phase.CLOSED,),
}


def check(old: Phase, new: Phase) -> None:
    """Raise Refused when `new` does not follow `old`."""
    if new not in LEADS_TO[old]:
        ways = " or ".join(phase.label for phase in LEADS_TO[old]) or "nothing: it is over"
        raise Refused(f"After {old.label} comes {ways}, not {new.label}.")


def read(word: str) -> Phase | None:
    lowered = word.lower().replace("-", "_").replace(" ", "_")
    return Phase(lowered) if lowered in Phase.__members__.values() else None
