"""The headline card and the topic."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from gallery import ADA, BOB, DAN

from incidents import declaring, staffing
from incidents.incident import Incident
from incidents.phase import Phase
from incidents.policy import Policy
from incidents.records import Task
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import Stage
from templates.card import Card
from templates.headline import headline, topic
from templates.house import House
from templates.marks import plain

NOW = datetime(2031, 4, 2, 14, 20, tzinfo=UTC)
HOUSE = House()


def declared(severity: Severity = Severity.SEV1, title: str = "Checkout returns 500s") -> Incident:
    return declaring.declare(id=1, title=title, severity=severity, by=ADA, now=NOW, policy=Policy())


def facts(card: Card) -> dict[str, str]:
    return {fact.label: plain(fact.value) for fact in card.facts}


def labels(card: Card) -> list[str]:
    return [button.label for button in card.buttons]


def primary(card: Card) -> list[str]:
    return [button.label for button in card.buttons if button.style == "primary"]


def test_a_new_incident_says_what_is_open() -> None:
    card = headline(declared(), HOUSE, NOW)
    assert card.title == "🔴 SEV-1 / P0 · Checkout returns 500s"
    assert facts(card) == {
        "Status": "nothing posted yet",
        "Phase": "size up",
        "Incident Commander": "nobody",
        "Deputy": "nobody",
        "Scribe": "nobody",
        "Customer Liaison": "nobody",
        "Internal Liaison": "nobody",
        "Experts": "nobody",
        "Next update": "aim 14:25 UTC, due 14:35 UTC, in 15 min",
    }
    assert card.tone == "bad"


def test_the_eight_buttons_are_always_there_in_one_order() -> None:
    assert [(button.label, button.says) for button in headline(declared(), HOUSE, NOW).buttons] == [
        ("Take command", "take ic"),
        ("Take a role", "take"),
        ("Severity", "severity"),
        ("Post update", "update"),
        ("Note", "note"),
        ("Page", "page"),
        ("Hand over", "handover"),
        ("Resolve", "resolve"),
    ]


def test_the_roles_are_named_with_mentions() -> None:
    incident = declared()
    staffing.assign(incident, Role.IC, to=ADA, by=ADA, now=NOW)
    staffing.assign(incident, Role.SME, to=DAN, by=DAN, now=NOW, service="database")
    staffing.assign(incident, Role.SME, to=BOB, by=BOB, now=NOW, service="checkout")
    staffing.assign(incident, Role.TECHNICAL_LEAD, to=DAN, by=ADA, now=NOW)
    shown = facts(headline(incident, HOUSE, NOW))
    assert shown["Incident Commander"] == "@ada"
    assert shown["Technical Lead"] == "@dan"
    assert shown["Experts"] == "@bob (checkout), @dan (database)"


@pytest.mark.parametrize(
    ("minutes", "expected", "hurry"),
    [
        (-1, "aim 14:25 UTC, due 14:35 UTC, in 16 min", False),
        (0, "aim 14:25 UTC, due 14:35 UTC, in 15 min", True),
        (4, "aim 14:25 UTC, due 14:35 UTC, in 11 min", True),
        (5, "14:35 UTC, in 10 min", True),
        (15, "14:35 UTC, now", True),
        (19, "14:35 UTC, overdue by 4 min", True),
        (24 * 60, "2031-04-02 14:35 UTC, overdue by 23 h 45 min", True),
    ],
)
def test_the_next_update_is_named_with_its_time(minutes: int, expected: str, hurry: bool) -> None:
    incident = declared()
    staffing.assign(incident, Role.IC, to=ADA, by=ADA, now=NOW)
    card = headline(incident, HOUSE, NOW + timedelta(minutes=minutes))
    assert facts(card)["Next update"] == expected
    assert primary(card) == (["Post update"] if hurry else [])


def test_where_nothing_is_owed_it_says_so_and_command_comes_first() -> None:
    card = headline(declared(Severity.SEV4), HOUSE, NOW)
    assert facts(card)["Next update"] == "none due"
    assert primary(card) == ["Take command"]
    assert card.tone == "plain"


def test_it_says_how_to_call_a_commander_and_where_everybody_else_reads() -> None:
    incident = declared()
    assert plain(headline(incident, HOUSE, NOW).text) == (
        "Call an Incident Commander: /ic page · For everybody else: #incidents"
    )
    incident.private = True
    assert plain(headline(incident, HOUSE, NOW).text) == "Call an Incident Commander: /ic page · a private incident"


def test_times_are_in_the_zone_of_the_house() -> None:
    card = headline(declared(), House(zone="Europe/Warsaw"), NOW)
    assert facts(card)["Next update"] == "aim 16:25 CEST, due 16:35 CEST, in 15 min"


def test_open_tasks_and_the_owner_of_the_review_are_shown() -> None:
    incident = declared()
    incident.tasks.append(Task(number=1, person=BOB, text="look", given_by=ADA, given_at=NOW, due_at=NOW))
    incident.review_owner = DAN
    assert facts(headline(incident, HOUSE, NOW))["Open tasks"] == "1"
    assert facts(headline(incident, HOUSE, NOW))["Review"] == "@dan"


@pytest.mark.parametrize(
    ("phase", "severity", "expected", "tone"),
    [
        (Phase.RESOLVED, Severity.SEV1, ["Reopen", "Review owner"], "good"),
        (Phase.RESOLVED, Severity.SEV4, ["Reopen", "Review owner", "Close"], "good"),
        (Phase.REVIEW, Severity.SEV1, ["Reopen", "Close"], "good"),
        (Phase.CANCELLED, Severity.SEV1, ["Close"], "plain"),
        (Phase.CLOSED, Severity.SEV1, [], "plain"),
    ],
)
def test_afterwards_only_what_may_follow_is_offered(
    phase: Phase, severity: Severity, expected: list[str], tone: str
) -> None:
    incident = declared(severity)
    incident.phase = phase
    card = headline(incident, HOUSE, NOW)
    assert labels(card) == expected
    assert card.tone == tone
    assert card.title.startswith(f"✅ {phase.label.capitalize()} · ")
    assert "Next update" not in facts(card)


def test_the_tone_calms_while_the_effect_is_checked() -> None:
    incident = declared()
    incident.phase = Phase.VERIFY
    assert headline(incident, HOUSE, NOW).tone == "warn"


def test_the_topic_is_one_plain_line() -> None:
    incident = declared()
    assert topic(incident, HOUSE) == "SEV-1 / P0 · size up · no IC · nothing posted · next update 14:35 UTC"
    staffing.assign(incident, Role.IC, to=ADA, by=ADA, now=NOW)
    incident.stage = Stage.INVESTIGATING
    incident.deadlines.clear()
    assert topic(incident, HOUSE) == "SEV-1 / P0 · size up · IC Ada Lovelace · Investigating"


@pytest.mark.parametrize("title", ["{{7*7}}", "<!channel>", "<script>alert(1)</script>", "{% for x in y %}"])
def test_a_title_is_shown_letter_by_letter(title: str) -> None:
    assert headline(declared(title=title), HOUSE, NOW).title == f"🔴 SEV-1 / P0 · {title}"


def test_it_is_made_fast_enough_to_follow_every_event() -> None:
    incident, rounds = declared(), 200
    best = min(_seconds(incident, rounds) for _ in range(5))
    assert best / rounds < 400e-6 * 3, "three times the budget on a busy machine is a fault, not noise"


def _seconds(incident: Incident, rounds: int) -> float:
    start = time.perf_counter()
    for _ in range(rounds):
        headline(incident, HOUSE, NOW)
    return time.perf_counter() - start
