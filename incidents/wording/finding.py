"""What is wrong with a post, where, and what to write instead (WL-1)."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``start`` and ``end`` count characters of the field as it was written; 0 and 0 when something is missing."""

    id: str
    severity: Level
    field: str
    start: int
    end: int
    message: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule has found, before it is put into words. ``found`` are the words, or what is missing."""

    field: str
    start: int = 0
    end: int = 0
    found: str = ""
    suggestion: str = ""
    level: Level | None = None
    """None: as the rule says."""
