"""The real web chat behind a bad connection: a plan says what goes wrong, call by call."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from scheduler.chat import Chat


@dataclass
class Fault:
    """``after``: the work is done, only its reply is lost."""

    problem: Exception
    after: bool = False
    times: int = 1


@dataclass
class Plan:
    """``faults`` by the name of the call; ``calls`` is what was tried, ``now`` when."""

    faults: dict[str, list[Fault]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    words: dict[str, list[Fault]] = field(default_factory=dict)
    """By words on the card that is shown."""

    def wrong(self, name: str, what: str) -> Fault | None:
        found = list(self.faults.get(name, []))
        for words, faults in self.words.items():
            found += faults if words in what else []
        for fault in found:
            if fault.times:
                fault.times -= 1
                return fault
        return None


class FlakyChat:
    platform = "web"

    def __init__(self, chat: Chat, plan: Plan) -> None:
        self._chat = chat
        self._plan = plan

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        act = getattr(self._chat, name)

        async def tried(*args: Any, **more: Any) -> Any:
            self._plan.calls.append(name)
            fault = self._plan.wrong(name, repr(args))
            if fault and not fault.after:
                raise fault.problem
            result = await act(*args, **more)
            if fault:
                raise fault.problem
            return result

        return tried
