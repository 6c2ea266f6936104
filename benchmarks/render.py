"""How long it takes to write one update for eight channels in each of four languages."""

import time
from datetime import UTC, datetime, timedelta
from statistics import median

from benchmarks.figure import Figure
from commands.composing import Wish, compose
from incidents.channels import Audience, Channel, Medium
from incidents.declaring import declare
from incidents.incident import Incident
from incidents.person import Person
from incidents.policy import Policy
from incidents.records import Draft
from incidents.severity import Severity
from incidents.stage import Stage
from templates.house import House
from templates.phrases import LANGUAGES
from templates.samples import sample

CLEO = Person("cleo@example.com", "Cleo Marchetti", "cleo")
NOW = datetime(2031, 4, 2, 14, 0, tzinfo=UTC)

_KINDS: tuple[tuple[Medium, Audience], ...] = (
    (Medium.STATUS_PAGE, Audience.USERS),
    (Medium.EMAIL, Audience.USERS),
    (Medium.SMS, Audience.USERS),
    (Medium.SOCIAL, Audience.USERS),
    (Medium.IN_APP, Audience.USERS),
    (Medium.IM, Audience.PARTNERS),
    (Medium.EMAIL, Audience.MANAGEMENT),
    (Medium.EMAIL, Audience.SALES),
)
CHANNELS = tuple(
    Channel(f"{medium}-{audience}-{language}".lower(), medium, "apprise", audience=(audience,), languages=(language,))
    for medium, audience in _KINDS
    for language in LANGUAGES
)


async def measure(*, rounds: int = 40) -> list[Figure]:
    """Milliseconds of processor time, of the slowest stage; the first use of each template was paid before."""
    incident, house = _incident(), _house()
    for stage in Stage:
        _took(incident, stage, house)
    slowest = max(median(_took(incident, stage, house) for _ in range(rounds)) for stage in Stage)
    return [Figure("render-update-ms", 1000 * slowest, "ms", 50, "lower")]


def _took(incident: Incident, stage: Stage, house: House) -> float:
    began = time.thread_time()
    made = compose(Wish(stage=stage, facts=_facts()), stage, incident=incident, house=house, by=CLEO, now=NOW)
    took = time.thread_time() - began
    _complete(made)
    return took


def _complete(made: Draft) -> None:
    assert len(made.texts) == len(LANGUAGES), made.texts
    assert len(made.reach.carried) == len(CHANNELS), made.reach.carried
    assert all(text.body for text in made.reach.carried.values())


def _incident() -> Incident:
    return declare(
        id=1,
        title="Checkout: payments fail",
        severity=Severity.SEV1,
        by=CLEO,
        now=NOW - timedelta(minutes=30),
        policy=Policy(),
    )


def _house() -> House:
    return House(status_url="https://status.example.com", languages=LANGUAGES, zone="Europe/Paris", channels=CHANNELS)


def _facts() -> dict[str, str]:
    """As people give them in four languages."""
    others = {f"{name}@{code}": value for code in LANGUAGES[1:] for name, value in sample(code).items()}
    return sample("en") | others
