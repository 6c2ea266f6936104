"""What customers have been told: the public stages and the ways between them (LIFE-10, LIFE-17, LIFE-18)."""

from dataclasses import dataclass
from enum import StrEnum

from incidents.errors import Refused


class Stage(StrEnum):
    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"

    @property
    def final(self) -> bool:
        return self in (Stage.RESOLVED, Stage.WITHDRAWN)


LABELS: dict[str, dict[Stage, str]] = {
    "en": {
        Stage.INVESTIGATING: "Investigating",
        Stage.IDENTIFIED: "Identified",
        Stage.MONITORING: "Monitoring",
        Stage.RESOLVED: "Resolved",
        Stage.WITHDRAWN: "Withdrawn (false alarm)",
    },
    "zh-CN": {
        Stage.INVESTIGATING: "调查中",
        Stage.IDENTIFIED: "已确定",
        Stage.MONITORING: "监控中",
        Stage.RESOLVED: "已解决",
        Stage.WITHDRAWN: "已撤回(误报)",
    },
    "fr": {
        Stage.INVESTIGATING: "Analyse en cours",
        Stage.IDENTIFIED: "Cause identifiée",
        Stage.MONITORING: "Surveillance",
        Stage.RESOLVED: "Résolu",
        Stage.WITHDRAWN: "Retiré (fausse alerte)",
    },
    "pl": {
        Stage.INVESTIGATING: "Badanie problemu",
        Stage.IDENTIFIED: "Przyczyna ustalona",
        Stage.MONITORING: "Monitorowanie",
        Stage.RESOLVED: "Rozwiązano",
        Stage.WITHDRAWN: "Wycofano (fałszywy alarm)",
    },
}


@dataclass(frozen=True, slots=True)
class Move:
    """How one stage may follow another: freely, or only when the speaker says why (`asks` is then the question)."""

    asks: str = ""


_I, _D, _M, _R, _W = Stage
_RELAPSE = "Why back? The post must say that the assumed cause was wrong or that it came back."
_AGAIN = "Is it the same problem again? Say so, the post must tell it."

MOVES: dict[tuple[Stage | None, Stage], Move] = {
    (None, _I): Move(),
    (None, _D): Move("Is the cause already confirmed at the first notice?"),
    (None, _M): Move("Is the fix already applied at the first notice?"),
    (None, _R): Move("Was it opened and solved at once?"),
    (_I, _I): Move(),
    (_I, _D): Move(),
    (_I, _M): Move("Did the fix work before the cause was named?"),
    (_I, _R): Move("Did it recover by itself? The post must say so."),
    (_I, _W): Move(),
    (_D, _I): Move(_RELAPSE),
    (_D, _D): Move(),
    (_D, _M): Move(),
    (_D, _R): Move("Why is monitoring skipped?"),
    (_M, _I): Move(_RELAPSE),
    (_M, _D): Move(_RELAPSE),
    (_M, _M): Move(),
    (_M, _R): Move(),
    (_R, _I): Move(_AGAIN),
    (_R, _D): Move(_AGAIN),
    (_R, _R): Move(),
}


def allowed_after(stage: Stage | None) -> tuple[Stage, ...]:
    return tuple(to for to in Stage if (stage, to) in MOVES)


def check(old: Stage | None, new: Stage, *, reason: str) -> None:
    """Raise Refused when `new` may not follow `old`, or may only with a reason that is missing (LIFE-17)."""
    move = MOVES.get((old, new))
    if move is None:
        ways = " or ".join(allowed_after(old)) or "nothing: it is over"
        raise Refused(f"After {old or 'no post at all'} comes {ways}, not {new}.")
    if move.asks and not reason:
        raise Refused(
            f"From {old or 'no post yet'} straight to {new} needs a reason. {move.asks}",
            hint=f'/status {new} --because "your reason" what customers should read',
        )


def read(word: str) -> Stage | None:
    """The stage a word names, in any case."""
    lowered = word.lower()
    return Stage(lowered) if lowered in Stage.__members__.values() else None
