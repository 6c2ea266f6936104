"""What goes wrong on the way: a seeded plan of faults, per method."""

import random
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Literal

FaultKind = Literal[
    "refuse", "delay", "late", "ratelimited", "status", "html", "truncated", "empty", "drop", "error", "hang", "flap"
]
_WORKED: dict[FaultKind, bool] = {"late": True, "drop": True, "truncated": True, "empty": True}


@dataclass
class Fault:
    """One rule of the plan.

    refuse       the connection ends before anything was read as a call
    delay, late  `seconds` of silence before the work, or after it
    ratelimited  429 with this `retry_after`; None leaves the header out
    status       an empty body with this `status`
    html         a proxy's error page, status 200 unless told otherwise
    truncated    half of the true answer
    empty        200 without a body
    drop         the work is done, then the connection ends
    error        ok: false with this `code`
    hang         the connection stays open and nobody answers (half-open)
    flap         429 for every second call, for as long as times=None says

    `worked` says whether the call took effect all the same; each kind has its own natural answer.
    """

    kind: FaultKind
    method: str = "*"
    times: int | None = 1
    skip: int = 0
    chance: float = 1.0
    seconds: float = 0.0
    retry_after: str | None = "30"
    status: int = 200
    code: str = "internal_error"
    worked: bool | None = None
    met: int = 0

    @property
    def takes_effect(self) -> bool:
        return _WORKED.get(self.kind, False) if self.worked is None else self.worked


class Faults:
    """The plan. `history_lag` hides messages younger than that many seconds from history and replies."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._plan: list[Fault] = []
        self.history_lag = 0.0
        self.met: list[tuple[str, FaultKind]] = []

    def add(self, fault: Fault) -> Fault:
        self._plan.append(fault)
        return fault

    def clear(self) -> None:
        self._plan.clear()
        self.history_lag = 0.0

    def meet(self, method: str) -> Fault | None:
        """The first rule that wants this call; it is used up after its `times`."""
        for fault in self._plan:
            if fnmatch(method, fault.method) and self._wants(fault):
                self.met.append((method, fault.kind))
                return fault
        return None

    def _wants(self, fault: Fault) -> bool:
        if fault.times is not None and fault.met >= fault.times + fault.skip:
            return False
        if fault.chance < 1.0 and self._random.random() >= fault.chance:
            return False
        fault.met += 1
        if fault.kind == "flap":
            return (fault.met - fault.skip) % 2 == 1 and fault.met > fault.skip
        return fault.met > fault.skip
