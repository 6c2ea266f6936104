"""What one channel was given, and what it carries (CHN-3, CHN-6)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from incidents.consistency import Told

OutletState = Literal["waiting", "sent", "failed", "by hand", "done"]
"""``by hand``: a person is to post it there; ``done``: they have."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """``wanted`` is the revision it is to carry, ``number`` the one it is known to carry, 0 for none.

    ``at`` is when the state last changed, ``asked_at`` since when it is to carry ``wanted``. ``ref`` is what the
    channel calls the post, ``by`` who posted it by hand.
    """

    wanted: int
    state: OutletState
    at: datetime
    asked_at: datetime
    number: int = 0
    reason: str = ""
    by: str = ""
    ref: str = ""
    told: Told | None = None

    @property
    def settled(self) -> bool:
        return self.state in ("sent", "done")
