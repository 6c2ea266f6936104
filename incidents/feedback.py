"""What customers report: counted, compared with what is known, answered in time (FB rules)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from incidents import cadence
from incidents.customer_events import AnswersAsked, FeedbackAnswered, FeedbackReported
from incidents.customer_records import Report
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.person import Person
from incidents.phase import Phase
from incidents.roles import Role

ANSWER_WITHIN = 5
"""Minutes in which whoever wrote hears from us (FB-1, CAD-24a)."""

PERIOD = timedelta(minutes=10)
"""Reports are summed over this (FB-3)."""

ALARM = 3
"""So many like reports within a period, and nothing is known: that may be an incident (INC-8)."""

MOST = 100_000

_BLANKS = re.compile(r"[\W_]+")
_MANY = 40
_UNSPACED = "\u2e80"
"""Signs from here on are written without spaces between the words."""
_COMPLAINING = """
and are but can cannot cant could customers does doesn don error errors fail fails failing for from get has have
isn not nothing our the their them they this users was when while with won work working works you
aux avec clients des dans est les marche nos par pas peut peuvent plus pour que qui sont sur une
dla jest klienci nie ich oraz przy się czy gdy które
"""
_COMMON = frozenset((*_COMPLAINING.split(), *"无法不能失败错误客户用我们的了是有在没"))


@dataclass(frozen=True, slots=True)
class Tally:
    """What came in during the last ten minutes, in the ten before, and altogether (FB-3)."""

    last: int = 0
    before: int = 0
    total: int = 0
    new: tuple[str, ...] = ()
    """Symptoms and regions of the last ten minutes that nobody had named before."""

    @property
    def trend(self) -> str:
        if self.last == self.before:
            return "steady"
        return "rising" if self.last > self.before else "falling"


def report(
    incident: Incident,
    symptom: str,
    *,
    count: int = 1,
    customer: str = "",
    channel: str = "",
    component: str = "",
    region: str = "",
    by: Person,
    now: datetime,
) -> Report:
    """Customers said something; anybody may pass it on (FB-2)."""
    if incident.phase in (Phase.CLOSED, Phase.CANCELLED, Phase.DISMISSED):
        raise Refused(f"This incident is {incident.phase.label}. Is it something new?", choices=("declare",))
    check(symptom, count)
    number = len(incident.reports) + 1
    known = region and any(region.casefold() in place.casefold() for place in _regions(incident))
    made = Report(
        number=number,
        count=count,
        symptom=symptom,
        at=now,
        by=by,
        customer=customer,
        channel=channel,
        component=component,
        region=region,
        new_symptom=not any(alike(symptom, other) for other in _symptoms(incident)),
        new_region=bool(region) and not known,
    )
    incident.reports.append(made)
    cadence.arm(incident, f"feedback:{number}", now + timedelta(minutes=ANSWER_WITHIN), now=now)
    incident.record(FeedbackReported(at=now, by=by, report=made))
    return made


def check(symptom: str, count: int) -> None:
    """Raises Refused for what says nothing."""
    if not symptom:
        raise Refused("What do customers see?", hint='!feedback 12 "cannot pay"')
    if not 1 <= count <= MOST:
        raise Refused(f"How many customers? Between 1 and {MOST}.", hint='!feedback 12 "cannot pay"')


def _symptoms(incident: Incident) -> list[str]:
    told = [incident.facts.get("symptom", ""), incident.facts.get("functions", ""), incident.title]
    return [text for text in (*told, *(each.symptom for each in incident.reports)) if text]


def _regions(incident: Incident) -> list[str]:
    told = [incident.facts.get(name, "") for name in ("regions", "affected_who")]
    return [text for text in (*told, *(each.region for each in incident.reports)) if text]


def alike(one: str, other: str) -> bool:
    """Whether two people mean the same, as far as words tell: half of the shorter text's words stand in the other.

    >>> alike("cannot pay", "can't pay by card"), alike("cannot pay", "cannot log in")
    (True, False)
    """
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    found = sum(any(word.startswith(each) or each.startswith(word) for each in longer) for word in shorter)
    return found > 0 and 2 * found >= len(shorter)


def words(text: str) -> list[str]:
    """In small letters and in order, without what stands between them."""
    return _BLANKS.sub(" ", text.casefold()).split()


def _words(text: str) -> set[str]:
    """Without those that every complaint has. Where words are not spaced, signs stand for them."""
    found: set[str] = set()
    for word in words(text)[:_MANY]:
        if word > _UNSPACED:
            found |= set(word[:_MANY]) - _COMMON
        elif len(word) > 2 and word not in _COMMON:
            found.add(word)
    return found


def tally(reports: Iterable[Report], *, now: datetime) -> Tally:
    last = before = total = 0
    new: list[str] = []
    for each in reports:
        total += each.count
        age = now - each.at
        if age < PERIOD:
            last += each.count
            new += [each.symptom] if each.new_symptom else []
            new += [each.region] if each.new_region else []
        elif age < 2 * PERIOD:
            before += each.count
    return Tally(last, before, total, tuple(dict.fromkeys(new)))


def answered(incident: Incident, number: int | None, *, by: Person, now: datetime) -> None:
    """The first answer is out; without a number to everybody who waits (FB-1). Said again it changes nothing."""
    if number is not None and not 1 <= number <= len(incident.reports):
        raise Refused("There is no such report.", hint="!feedback shows them")
    waiting = [each for each in incident.reports if not each.answered_by and number in (None, each.number)]
    done = tuple(replace(each, answered_by=by) for each in waiting)
    for each in done:
        incident.reports[each.number - 1] = each
        cadence.fulfil(incident, f"feedback:{each.number}")
    if done:
        incident.record(FeedbackAnswered(at=now, by=by, reports=done))
    elif number is None:
        raise Refused("Nobody waits for an answer.")


def ask_answers(incident: Incident, *, by: Person, now: datetime) -> None:
    """From now on the standard answers stand in the room and follow every post (FB-8)."""
    if not incident.answers_wanted:
        incident.answers_wanted = True
        incident.record(AnswersAsked(at=now, by=by))


def may_read_customers(incident: Incident, person: Person) -> bool:
    """Who a customer is, only those see who answer them or lead."""
    passed_on = any(each.by.id == person.id for each in incident.reports)
    return passed_on or incident.holds(person, Role.CUSTOMER_LIAISON, Role.IC, Role.DEPUTY)
