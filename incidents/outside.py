"""What the public says of an incident, and who of the house may speak to it in person (CHN-8, CHN-9)."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from incidents import feedback
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.outside_events import LeaderSpeaks, MoodSoured
from incidents.person import CLOCK, Person
from incidents.phase import Phase
from incidents.publishing import SPEAKERS
from incidents.severity import Severity
from incidents.stage import Stage

ALARM = 3
"""So many angry replies within a period, and more than in the one before, are worth a word (**ours**)."""

_SILENT = timedelta(minutes=30)
"""So long nobody is told again."""

_QUOTES = 3


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody outside wrote, and when."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Mood:
    """Angry replies of the last ten minutes and of the ten before; ``heard`` are all of the last ten."""

    heard: int
    last: int
    before: int
    quotes: tuple[str, ...] = ()

    @property
    def souring(self) -> bool:
        return self.last >= ALARM and self.last > self.before


def mood(replies: Iterable[Reply], *, now: datetime) -> Mood:
    """What is older than twenty minutes, or said to be of later than now, does not count."""
    lately = sorted((each for each in replies if each.at <= now), key=lambda each: each.at, reverse=True)
    last = [each for each in lately if now - each.at < feedback.PERIOD]
    before = [each for each in lately if feedback.PERIOD <= now - each.at < 2 * feedback.PERIOD]
    angry = [each.text for each in last if negative(each.text)]
    return Mood(len(last), len(angry), sum(negative(each.text) for each in before), tuple(angry[:_QUOTES]))


def negative(text: str) -> bool:
    """Whether it holds a word of anger, in any of the four languages.

    >>> negative("This is a scandal!"), negative("cannot pay since two")
    (True, False)
    """
    plain = f" {' '.join(feedback.words(text))} "
    return any(f" {stem}" in plain for stem in _stems()) or any(sign in text for sign in _signs())


@cache
def _lists() -> dict[str, list[str]]:
    return tomllib.loads((Path(__file__).parent / "anger.toml").read_text(encoding="utf-8"))


@cache
def _stems() -> tuple[str, ...]:
    return tuple(stem for language, stems in _lists().items() if language != "zh-CN" for stem in stems)


def _signs() -> list[str]:
    """Chinese is written without blanks."""
    return _lists()["zh-CN"]


def concerned(incidents: Sequence[Incident], text: str) -> Incident | None:
    """The incident that a reply is about: by its words, else the gravest that customers were told of."""
    told = [each for each in incidents if each.public and each.update and each.phase is not Phase.TRIAGE]
    about = [each for each in told if any(name and feedback.alike(name, text) for name in _names(each))]
    return min(about or told, key=lambda each: (each.severity, -each.id), default=None)


def _names(incident: Incident) -> Iterable[str]:
    return (incident.title, *(incident.facts.get(name, "") for name in ("service", "symptom")), *incident.components)


def worth_telling(incident: Incident, mood: Mood, *, now: datetime) -> bool:
    told = incident.soured_at
    return mood.souring and (told is None or now - told >= _SILENT)


def sour(incident: Incident, mood: Mood, *, now: datetime) -> None:
    """Whoever speaks to customers hears of it, once in a while; nobody outside gets an answer by itself (CHN-8)."""
    if worth_telling(incident, mood, now=now):
        incident.soured_at = now
        incident.record(
            MoodSoured(at=now, by=CLOCK, heard=mood.heard, last=mood.last, before=mood.before, quotes=mood.quotes)
        )


def speak(incident: Incident, name: str, *, by: Person, now: datetime) -> None:
    """``name`` speaks in public about a SEV-1, in the words of the newest post (CHN-9). Raises Refused."""
    update = incident.update
    if incident.private or update is None or incident.stage is Stage.WITHDRAWN:
        raise Refused("Customers have read nothing of this incident that somebody could stand up for.")
    if incident.severity is not Severity.SEV1:
        raise Refused(f"This is a {incident.severity.label}: a leader speaks in public about a SEV-1 that many see.")
    if not incident.holds(by, *SPEAKERS):
        raise Refused("The Customer Liaison, the Incident Commander or the Deputy asks a leader to speak.")
    incident.record(LeaderSpeaks(at=now, by=by, name=name, number=update.number))
