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
    picks: dict[str, bool] = field(default_factory=dict)
    """Channels that its author added or left out, by name (CHN-3)."""
    carried: dict[str, Wording] = field(default_factory=dict)
    """What each channel that it goes to is given (CHN-4)."""
    left_out: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return self.texts[self.language].title

    @property
    def seal(self) -> str:
        """What a button carries: it is good for exactly these words, in every language, on these channels (APPR-6)."""
        said = (*sorted(self.texts.items()), *sorted(self.carried.items()))
        parts = [repr((key, text.title, text.body)) for key, text in said]
        return sha256("\n".join([str(self.number), *parts]).encode()).hexdigest()[:12]
