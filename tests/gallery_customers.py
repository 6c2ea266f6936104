"""The gallery's samples of estimates, of what customers report and of the standard answers."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from incidents import eta, feedback, publishing
from incidents.customer_events import EstimatePassed
from incidents.eta import History
from incidents.events import Reminded
from incidents.incident import Incident
from incidents.person import CLOCK, Person
from incidents.stage import Stage
from templates import estimates, feedback_cards, standard_answers
from templates.card import Card, Form
from templates.house import House

Happens = Callable[[Incident], None]


def happenings(said: str, by: Person, now: datetime) -> dict[str, Happens]:
    def revised(incident: Incident) -> None:
        _announced(incident, said, by, now)
        eta.estimate(incident, 90, certainty="low", by=by, now=now)

    def held(incident: Incident) -> None:
        eta.estimate(incident, 40, certainty="medium", by=by, now=now)
        incident.news.clear()
        eta.hold(incident, by=by, now=now)

    def passed(incident: Incident) -> None:
        _announced(incident, said, by, now)
        late = EstimatePassed(at=now, by=CLOCK, estimate=incident.estimates[0], closed=True)
        incident.news = [replace(late, closed=False), late]

    def answered(incident: Incident) -> None:
        report(incident, said, by, now)
        incident.news.clear()
        feedback.answered(incident, 1, by=by, now=now)

    return {
        "estimated": lambda incident: eta.estimate(incident, 40, certainty="medium", by=by, now=now),
        "estimate_revised": revised,
        "estimate_held": held,
        "estimate_passed": passed,
        "feedback": lambda incident: report(incident, said, by, now),
        "feedback_answered": answered,
        "answers": lambda incident: feedback.ask_answers(incident, by=by, now=now),
    }


def reminders(
    reminded: Callable[..., Reminded], ada: Person, cleo: Person, dan: Person, now: datetime
) -> dict[str, Happens]:
    """About an estimate and a report there must be."""

    def asked(incident: Incident) -> None:
        eta.estimate(incident, 40, certainty="medium", by=ada, now=now)
        incident.news = [reminded("eta", -10, dan, escalated=(ada,)), reminded("eta", 0, dan)]

    def waiting(incident: Incident) -> None:
        report(incident, "cannot pay", ada, now)
        incident.news = [reminded("feedback:1", 0, cleo, escalated=(ada,))]

    return {"reminded_eta": asked, "reminded_feedback": waiting}


def _announced(incident: Incident, said: str, by: Person, now: datetime) -> None:
    eta.estimate(incident, 40, certainty="medium", by=by, now=now)
    publishing.publish(incident, Stage.IDENTIFIED, title=said, body="15:00", template="x", by=by, now=now, reason=said)
    incident.news.clear()


def report(incident: Incident, said: str, by: Person, now: datetime) -> None:
    feedback.report(incident, said, count=12, customer=said, region=said, by=by, now=now)


def shown(incident: Incident, said: str, house: House, by: Person, now: datetime) -> Iterator[tuple[str, Card]]:
    """``incident`` is changed."""
    history = History((40, 50, 90))
    yield "eta none", estimates.card(incident, history, house, now, may=True)
    _announced(incident, said, by, now)
    later = now + timedelta(hours=2)
    yield "eta", estimates.card(incident, History((40,)), house, later, may=False)
    report(incident, said, by, now)
    everywhere = replace(house, languages=("en", "zh-CN", "fr", "pl"))
    yield "feedback", feedback_cards.overview(incident, house, now, reader=by)
    yield "feedback receipt", feedback_cards.receipt(incident, incident.reports[0], everywhere, now)
    yield "us known", feedback_cards.known([incident], said, 3, house, now)
    yield "us unknown", feedback_cards.unknown(said, 1, house, now)
    yield "us several", feedback_cards.unknown(said, 3, house, now)
    yield "answers", standard_answers.card(incident, everywhere, now)


def forms(incident: Incident, house: House) -> Iterator[tuple[str, Form]]:
    yield "estimate", estimates.form(incident)
    yield "feedback", feedback_cards.form(house)
