"""What can have happened to the crisis that an incident is (CRI-3, CRI-7)."""

from dataclasses import dataclass

from incidents.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisDeclared(Event):
    """``old`` is the level it had before; 0: it was none."""

    level: int
    old: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisEnded(Event):
    """After ``seconds``, at ``level``."""

    level: int
    seconds: int
    reason: str = ""
