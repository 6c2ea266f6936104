"""The public report on an incident that is over, while it waits for a yes and once customers read it (STG-32)."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from incidents.person import Person
from incidents.records import Wording


@dataclass(frozen=True, slots=True)
class Account:
    """``texts`` holds every language, ``language`` is the one it is written in; ``number`` counts the versions.

    ``facts`` are as its author gave them, ``cleared`` is who has said yes for what.
    """

    number: int
    texts: dict[str, Wording]
    language: str
    author: Person
    submitted_at: datetime
    facts: dict[str, str] = field(default_factory=dict)
    cleared: dict[str, Person] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    """Which template and version each language came from (STG-4)."""
    reason: str = ""
    """Which wording rules were set aside, and why (WL-2)."""

    @property
    def title(self) -> str:
        return self.texts[self.language].title

    @property
    def seal(self) -> str:
        """What a button carries: it is good for exactly these words, in every language (APPR-6)."""
        parts = [repr((code, text.title, text.body)) for code, text in sorted(self.texts.items())]
        return sha256("\n".join([str(self.number), *parts]).encode()).hexdigest()[:12]
