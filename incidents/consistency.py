"""Do all channels say the same? What each carries is compared with the record (CHK-1 to CHK-10)."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from incidents.components import ComponentState
from incidents.records import Clocks, Update, Wording
from incidents.stage import LABELS, Stage

GRACE = timedelta(minutes=5)
"""How long a channel may lag behind (CHK-7)."""


@dataclass(frozen=True, slots=True)
class Told:
    """What readers of a channel are told. None: this channel does not say it, or cannot be asked."""

    number: int
    stage: Stage | None = None
    step: str = ""
    """Of planned maintenance: how far it is, in the words of its stages."""
    components: dict[str, ComponentState] | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    next_update_at: datetime | None = None
    facts: dict[str, str] = field(default_factory=dict)
    by_others: str = ""
    """The newest words there about this incident, if they did not come from here (CHK-10)."""
    beside: tuple[str, ...] = ()
    """Open posts of somebody else's on the same channel, about whatever it is (CHK-10)."""


def told(update: Update, clocks: Clocks) -> Told:
    """What the record says, which is right by definition (CHN-4)."""
    return Told(
        number=update.number,
        stage=update.stage,
        components=dict(update.components),
        started_at=clocks.impact_started_at or clocks.declared_at,
        ended_at=clocks.impact_ended_at if update.stage is Stage.RESOLVED else None,
        next_update_at=update.next_update_at,
        facts={name: update.facts[name] for names in _FACTS.values() for name in names if name in update.facts},
    )


_QUOTED = 120
_FACTS = {
    "CHK-4": ("affected_share",),
    "CHK-5": ("eta_time",),
    "CHK-6": ("cause_plain", "workaround"),
}
_LABEL = {
    "affected_share": "the affected share",
    "eta_time": "the expected recovery",
    "cause_plain": "the cause",
    "workaround": "the workaround",
}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """``rule`` is the check that failed; ``says`` ends the sentence that begins with the channel's name."""

    rule: str
    channel: str
    says: str
    level: Literal["warning", "error", "urgent"] = "error"
    beside: bool = False
    """It stands apart from our post, so sending ours again mends nothing."""

    @property
    def key(self) -> str:
        """By which it is known that people were told."""
        return f"{self.rule}:{self.channel}{'/beside' if self.beside else ''}"


def contradictions(
    truth: Told, carried: Mapping[str, Told], *, about: Callable[[str], bool] = lambda text: False
) -> list[Contradiction]:
    """Every difference between the record and what channels carry, urgent ones first.

    ``about`` tells whether somebody else's words are about this incident (CHK-10).
    """
    found = [difference for name, said in sorted(carried.items()) for difference in _differences(truth, name, said)]
    found += [each for name, said in sorted(carried.items()) for each in _by_others(name, said, about)]
    return sorted(found, key=lambda each: ("urgent", "error", "warning").index(each.level))


def _differences(truth: Told, name: str, said: Told) -> Iterator[Contradiction]:
    if said.number < truth.number:
        yield Contradiction("CHK-7", name, f"carries update {said.number} of {truth.number}")
    yield from _progress(truth, name, said)
    for component, state in sorted((said.components or {}).items()):
        right = (truth.components or {}).get(component)
        if right and right is not state:
            yield Contradiction("CHK-2", name, f"shows {component} as {state.value}, the record as {right.value}")
    yield from _times(truth, name, said)
    for rule, facts in _FACTS.items():
        for fact in facts:
            if fact in said.facts and fact in truth.facts and said.facts[fact] != truth.facts[fact]:
                level: Literal["warning", "error"] = "warning" if rule == "CHK-6" else "error"
                yield Contradiction(rule, name, f"gives {_LABEL[fact]} differently", level)


def _by_others(name: str, said: Told, about: Callable[[str], bool]) -> Iterator[Contradiction]:
    if said.by_others:
        yield Contradiction(
            "CHK-10", name, f"shows an update that did not come from here: “{_short(said.by_others)}”", "warning"
        )
    if found := next(filter(about, said.beside), ""):
        yield Contradiction("CHK-10", name, f"has another post about this: “{_short(found)}”", "warning", beside=True)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _QUOTED else f"{text[: _QUOTED - 1]}…"


def _progress(truth: Told, name: str, said: Told) -> Iterator[Contradiction]:
    if said.stage and truth.stage and said.stage is not truth.stage:
        yield _stages(truth.stage, name, said.stage)
    if said.step and truth.step and said.step != truth.step:
        yield _steps(truth.step, name, said.step)


def _stages(right: Stage, name: str, said: Stage) -> Contradiction:
    """One says it is over and the other does not: that sends people away who still need help (CHK-8)."""
    if Stage.RESOLVED in (right, said):
        return Contradiction("CHK-8", name, f"says {said}, while the record says {right}", "urgent")
    return Contradiction("CHK-1", name, f"says {said}, while the record says {right}")


def _steps(right: str, name: str, said: str) -> Contradiction:
    """Whoever reads that the work is over goes back to theirs (CHK-8)."""
    over = {"completed", "cancelled"} & {right, said}
    words = f"says {said.replace('_', ' ')}, while the record says {right.replace('_', ' ')}"
    return Contradiction("CHK-8", name, words, "urgent") if over else Contradiction("CHK-1", name, words)


def _times(truth: Told, name: str, said: Told) -> Iterator[Contradiction]:
    for rule, label, mine, theirs in (
        ("CHK-3", "start", truth.started_at, said.started_at),
        ("CHK-3", "end", truth.ended_at, said.ended_at),
        ("CHK-5", "next update", truth.next_update_at, said.next_update_at),
    ):
        if mine and theirs and abs(mine - theirs) >= timedelta(minutes=1):
            yield Contradiction(rule, name, f"gives another time for the {label}")


def across_languages(texts: Mapping[str, Wording], stage: Stage) -> list[str]:
    """What differs between the languages of one post: a sentence each, none when they agree (CHK-9, STG-34).

    The first language is the one it was written in.
    """
    if not texts:
        return []
    first, *others = texts
    found = [f"{language}: does not begin with its stage" for language in texts if not _staged(texts, language, stage)]
    right = _stated(texts[first])
    for language in others:
        stated = _stated(texts[language])
        found += [
            f"{language}: {kind} {_list(right[kind] ^ stated[kind])} not in both {first} and {language}"
            for kind in right
            if right[kind] != stated[kind]
        ]
    return found


def _staged(texts: Mapping[str, Wording], language: str, stage: Stage) -> bool:
    """A title without a stage in the first language needs none in the others."""
    first = next(iter(texts))
    if not texts[first].title.startswith(LABELS.get(first, {}).get(stage, "\0")):
        return True
    return texts[language].title.startswith(LABELS.get(language, {}).get(stage, ""))


_LINK = re.compile(r"https?://[^\s<>\"'，。、；（）]+", re.IGNORECASE)
_TIME = re.compile(r"(?<![\d:.])(\d{1,2})\s?(?::|h)\s?([0-5]\d)(?!\d)(?:\s?([ap])\.?m\b)?", re.IGNORECASE)
_SHARE = re.compile(r"(\d+(?:[.,]\d+)?)\s?[%\uff05]")
# Days are written with the month's name in one language and its number in another.
_DAY = re.compile(
    r"\d{4}-\d\d-\d\d|(?:\d{4}年)?\d{1,2}月\d{1,2}[日号]|\d{1,2}(?:st|nd|rd|th|er|\.)?\s+[^\W\d_]{3,12}\.?\s+\d{4}"
    r"|[A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def _stated(text: Wording) -> dict[str, frozenset[str]]:
    """The links, times, shares and numbers of a text, in one spelling."""
    rest = f"{text.title}\n{text.body}"
    links = frozenset(link.rstrip(".,;:!?)") for link in _LINK.findall(rest))
    rest = _DAY.sub(" ", _LINK.sub(" ", rest))
    times = frozenset(_time(*match) for match in _TIME.findall(rest))
    rest = _TIME.sub(" ", rest)
    shares = frozenset(share.replace(",", ".") for share in _SHARE.findall(rest))
    numbers = frozenset(number.replace(",", ".").lstrip("0") for number in _NUMBER.findall(_SHARE.sub(" ", rest)))
    return {"link": links, "time": times, "percentage": shares, "number": numbers}


def _time(hour: str, minute: str, half: str) -> str:
    hours = int(hour) % 12 + (12 if half.lower() == "p" else 0) if half else int(hour)
    return f"{hours:02}:{minute}"


def _list(parts: frozenset[str]) -> str:
    return ", ".join(sorted(parts))
