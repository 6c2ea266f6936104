"""What goes wrong on the way: the plan of every fake, and a shorthand for what only Slack's answers can be."""

from typing import Literal

from fakes.plan import Outcome, Plan, Rule

FaultKind = Literal[
    "refuse", "delay", "late", "ratelimited", "status", "html", "truncated", "empty", "drop", "error", "hang"
]


class Faults(Plan):
    """`history_lag` hides messages younger than that many seconds from history and replies.

    An answer may be an error code of Slack's, a status, `html` (a proxy's error page), `half` of the true answer,
    `nothing` at all, or `later:X`: 429 with X for its Retry-After, `later:` without one.
    """

    def __init__(self, seed: int) -> None:
        super().__init__(seed=seed)
        self.history_lag = 0.0

    def clear(self) -> None:
        super().clear()
        self.history_lag = 0.0

    def fault(
        self,
        kind: FaultKind,
        method: str = "*",
        *,
        times: int | None = 1,
        skip: int = 0,
        seconds: float = 0.0,
        retry_after: str | None = "30",
        status: int = 200,
        code: str = "internal_error",
        worked: bool = True,
    ) -> Rule:
        """The next ``times`` calls after ``skip``, or all; one after the other where several are added."""
        answers = {"status": str(status), "html": f"html:{status}", "truncated": "half", "empty": "nothing"}
        answers |= {"error": code, "ratelimited": f"later:{'' if retry_after is None else retry_after}"}
        if kind in answers:
            outcome = Outcome("answers", answer=answers[kind], worked=kind in ("truncated", "empty"))
        elif kind in ("late", "delay"):
            outcome = Outcome("slow" if kind == "late" else "waits", seconds)
        elif kind == "hang":
            outcome = Outcome("hangs")
        else:
            outcome = Outcome("reply lost" if kind == "drop" and worked else "fails")
        rule = Rule(method, outcome, skip + 1, None if times is None else skip + times, in_turn=True)
        self.rules.append(rule)
        return rule
