"""What every event has: when it was said, and by whom."""

from dataclasses import dataclass
from datetime import datetime

from incidents.person import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """``at`` is when it was said; ``by`` is who said it."""

    at: datetime
    by: Person
