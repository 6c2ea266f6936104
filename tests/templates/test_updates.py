"""Public posts."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from incidents.declaring import declare
from incidents.incident import Incident
from incidents.person import Person
from incidents.policy import Policy
from incidents.records import Update
from incidents.severity import Severity
from incidents.stage import LABELS, Stage
from templates import known
from templates.house import House
from templates.updates import FIELDS, SCOPING, Draft, draft

ADA = Person(id="ada@example.org", name="Ada Lovelace", handle="ada")
T0 = datetime(2031, 4, 2, 14, 2, 40, tzinfo=UTC)
HOUSE = House(support_contact="help@example.org", subscribe_url="https://status.example.org/subscribe")
BARE = House()
OPEN = (Stage.INVESTIGATING, Stage.IDENTIFIED, Stage.MONITORING)
EXAMPLES = {field.name: field.hint for fields in (*FIELDS.values(), SCOPING) for field in fields}
KINDS = [("", stage) for stage in Stage] + [
    (kind, stage) for kind in ("holding", "no-news", "scoping") for stage in OPEN
]


def checkout(title: str = "Checkout returns 500s") -> Incident:
    return declare(id=1, title=title, severity=Severity.SEV1, by=ADA, now=T0, policy=Policy())


def posted(incident: Incident, stage: Stage = Stage.INVESTIGATING) -> Incident:
    at = T0 + timedelta(minutes=4)
    incident.update = Update(1, stage, "title", "body", ADA, at, at + timedelta(minutes=26), "STG-10")
    incident.clocks.first_public_at = at
    incident.stage = stage
    return incident


def write(
    incident: Incident,
    stage: Stage,
    kind: str = "",
    facts: dict[str, str] | None = None,
    *,
    house: House = HOUSE,
    text: str = "",
    after: int = 30,
) -> Draft:
    now = T0 + timedelta(minutes=after)
    due = datetime(2031, 4, 2, 15, 0, tzinfo=UTC)
    return draft(stage, kind, facts or {}, incident=incident, house=house, now=now, next_update_at=due, text=text)


@pytest.mark.parametrize(("kind", "stage"), KINDS)
def test_a_template_with_every_fact_has_no_gap(kind: str, stage: Stage) -> None:
    made = write(posted(checkout()), stage, kind, EXAMPLES)
    assert made.unknown == ()
    assert "[?]" not in made.title + made.body
    assert not re.search(r"\{|\}|\.\.|None| ,| \.|  |\n\n\n", made.body)


@pytest.mark.parametrize(("kind", "stage"), KINDS)
def test_a_paragraph_has_at_most_three_sentences(kind: str, stage: Stage) -> None:
    for paragraph in write(posted(checkout()), stage, kind, EXAMPLES).body.split("\n\n"):
        assert len(re.findall(r"[.!?](?:\s|$)", paragraph)) <= 3, paragraph


@pytest.mark.parametrize(("kind", "stage"), KINDS)
def test_a_required_fact_that_is_missing_is_named_and_seen(kind: str, stage: Stage) -> None:
    made = write(posted(checkout()), stage, kind)
    assert (made.unknown != ()) == ("[?]" in made.body)
    for name in made.unknown:
        fewer = EXAMPLES | {name: ""}
        assert write(posted(checkout()), stage, kind, fewer).unknown == (name,)
        assert "[?]" in write(posted(checkout()), stage, kind, fewer).body


@pytest.mark.parametrize(("kind", "stage"), KINDS)
@pytest.mark.parametrize("facts", [{}, EXAMPLES])
def test_nothing_internal_is_in_a_post(kind: str, stage: Stage, facts: dict[str, str]) -> None:
    incident = posted(checkout("SEV-1: Checkout returns 500s"))
    made = write(incident, stage, kind, facts)
    shown = f"{made.title}\n{made.body}"
    assert not re.search(r"SEV-?\d|\bP[0-3]\b", shown)
    assert incident.room_name not in shown
    assert "Ada" not in shown


@pytest.mark.parametrize("house", [HOUSE, BARE])
@pytest.mark.parametrize("title", ["", "Checkout returns 500s", "Checkout: payments fail", "{{7*7}} [?]"])
@pytest.mark.parametrize("kind", ["holding", "no-news"])
@pytest.mark.parametrize("stage", OPEN)
@pytest.mark.parametrize("before", [True, False])
def test_holding_and_no_news_are_always_complete(
    kind: str, stage: Stage, title: str, house: House, before: bool
) -> None:
    incident = posted(checkout(title), stage) if before else checkout(title)
    made = write(incident, stage, kind, house=house)
    assert made.unknown == ()
    assert "[?]" not in made.body
    assert "Next update by 15:00 UTC." in made.body


def test_the_holding_statement() -> None:
    made = write(checkout("Checkout: payments fail"), Stage.INVESTIGATING, "holding")
    assert made.template == "STG-10"
    assert made.title == "Investigating - Checkout: payments fail"
    assert made.body == (
        "We are aware that customers cannot use Checkout as expected since 14:02 UTC. "
        "We are investigating and confirming who is affected.\n\n"
        "Next update by 15:00 UTC. Subscribe: https://status.example.org/subscribe\n\n"
        "Questions: help@example.org"
    )


def test_without_a_service_it_is_our_service() -> None:
    made = write(checkout(""), Stage.INVESTIGATING, "holding", house=BARE)
    assert made.title == "Investigating - reports about our service"
    assert "cannot use our service as expected" in made.body
    assert "Subscribe" not in made.body


def test_no_news_names_the_last_post() -> None:
    made = write(posted(checkout()), Stage.INVESTIGATING, "no-news")
    assert made.body.startswith("The situation is unchanged since our last update at 14:06 UTC.\n\nWe continue to")


def test_no_news_goes_on_with_what_is_known() -> None:
    facts = {"affected_share": "40%", "regions": "Europe", "fix_plain": "rolling back"}
    made = write(posted(checkout(), Stage.IDENTIFIED), Stage.IDENTIFIED, "no-news", facts)
    assert "14:06 UTC: 40% of customers in Europe are affected." in made.body
    assert "We continue: rolling back." in made.body


def test_no_news_before_any_post_is_a_holding_statement() -> None:
    assert write(checkout(), Stage.INVESTIGATING, "no-news").template == "STG-10"


def test_own_words_get_a_full_stop_and_the_closing() -> None:
    made = write(checkout(), Stage.INVESTIGATING, text="Customers cannot complete checkout")
    assert made.unknown == ()
    assert made.template == "text"
    assert made.title == "Investigating - Checkout returns 500s"
    assert made.body == (
        "Customers cannot complete checkout.\n\n"
        "Next update by 15:00 UTC. Subscribe: https://status.example.org/subscribe\n\n"
        "Questions: help@example.org"
    )


@pytest.mark.parametrize("text", ["Is it over?", "It works.", "We say “it works.”", "已恢复。"])
def test_own_words_that_end_get_no_second_stop(text: str) -> None:
    assert write(checkout(), Stage.IDENTIFIED, text=text).body.startswith(f"{text}\n\n")


def test_own_words_on_resolving_get_times_data_and_thanks() -> None:
    incident = posted(checkout())
    incident.data_statement = "No data was lost or changed."
    incident.clocks.resolved_at = T0 + timedelta(minutes=90, seconds=50)
    made = write(incident, Stage.RESOLVED, text="Checkout works again")
    assert made.body == (
        "Checkout works again.\n\n"
        "The incident lasted 1 h 31 min (14:02 UTC - 15:33 UTC).\n\n"
        "No data was lost or changed.\n\n"
        "Thank you for your patience. Questions: help@example.org"
    )


def test_an_estimate_is_given_or_its_absence_stated() -> None:
    without = {name: value for name, value in EXAMPLES.items() if name != "eta_time"}
    assert "We expect normal service by 16:00 UTC." in write(checkout(), Stage.IDENTIFIED, facts=EXAMPLES).body
    assert "There is no reliable estimate yet" in write(checkout(), Stage.IDENTIFIED, facts=without).body


def test_withdrawn_names_the_first_report() -> None:
    made = write(posted(checkout()), Stage.WITHDRAWN)
    assert made.body.startswith("At 14:06 UTC we reported an issue with our service.")


def test_without_a_cadence_no_time_is_promised() -> None:
    made = draft(Stage.IDENTIFIED, "", EXAMPLES, incident=checkout(), house=HOUSE, now=T0, next_update_at=None)
    assert made.body.endswith("We will post here as soon as there is something new.\n\nQuestions: help@example.org")


def test_facts_given_now_win_over_older_ones() -> None:
    incident = checkout()
    incident.facts = {"service": "Checkout", "symptom": "errors"}
    assert write(incident, Stage.IDENTIFIED, facts={"symptom": "delays"}).title == "Identified - Checkout: delays"


def test_what_people_type_stays_literal() -> None:
    incident = checkout("{{7*7}} {% raw %} ${7*7}")
    made = write(incident, Stage.INVESTIGATING, text="Now {{7*7}} {% if %}")
    assert made.title == f"{LABELS['en'][Stage.INVESTIGATING]} - {incident.title}"
    assert made.body.startswith("Now {{7*7}} {% if %}.\n\n")
    facts = dict.fromkeys(EXAMPLES, "{{7*7}}")
    assert "{{7*7}}" in write(incident, Stage.IDENTIFIED, facts=facts).body


@pytest.mark.parametrize(
    ("share", "shown"),
    [("40%", "40% of customers"), ("about 200 users", "about 200 users"), ("all", "All customers"), ("", "")],
)
def test_a_share_says_of_whom(share: str, shown: str) -> None:
    given = known.values({"affected_share": share}, incident=checkout(), house=HOUSE, now=T0, next_update_at=None)
    assert given["share_of_customers"] == shown


def test_a_long_incident_names_the_day() -> None:
    made = write(posted(checkout()), Stage.INVESTIGATING, "no-news", after=24 * 60)
    assert "our last update at 2031-04-02 14:06 UTC" in made.body


def test_a_holding_statement_does_not_take_the_stage_back() -> None:
    made = write(posted(checkout(), Stage.IDENTIFIED), Stage.IDENTIFIED, "holding")
    assert (made.stage, made.template) == (Stage.IDENTIFIED, "STG-13")


@pytest.mark.parametrize(
    ("before", "resolving", "now", "shown"),
    [
        ("", "Still being checked.", "", "Still being checked"),
        ("Still being checked", "No data was lost.", "", "No data was lost"),
        ("Still being checked", "Still being checked.", "No data was lost.", "No data was lost"),
        ("", "", "No data was lost.", "No data was lost"),
        ("", "", "[?]", ""),
    ],
)
def test_the_newest_word_on_data_counts(before: str, resolving: str, now: str, shown: str) -> None:
    incident = checkout()
    incident.facts = {"data_statement": before}
    incident.data_statement = resolving
    given = {"data_statement": now} if now else {}
    found = known.values(given, incident=incident, house=HOUSE, now=T0, next_update_at=None)
    assert found["data_statement"] == shown
