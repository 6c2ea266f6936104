"""Private answers: refusals, help, lists, what is due, the timeline, the brief."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from commands.settings import Contact
from incidents import proposals, publishing, staffing, tasks
from incidents.declaring import declare
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.person import Person
from incidents.policy import Policy
from incidents.records import Page, Proposal
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import Stage
from storage.timeline import Entry
from templates import answers, overviews, plain
from templates.brief import brief, briefing
from templates.card import Card
from templates.house import House
from templates.timeline_page import timeline_card

ADA = Person(id="ada@example.org", name="Ada Lovelace", handle="ada")
BOB = Person(id="bob@example.org", name="Bob Boole", handle="bob")
T0 = datetime(2031, 4, 2, 14, 2, 30, tzinfo=UTC)
NOW = T0 + timedelta(minutes=10)
HOUSE = House()


def checkout(severity: Severity = Severity.SEV1, number: int = 1) -> Incident:
    incident = declare(id=number, title="Checkout returns 500s", severity=severity, by=ADA, now=T0, policy=Policy())
    staffing.assign(incident, Role.IC, to=ADA, by=ADA, now=T0)
    return incident


def posted() -> Incident:
    incident = checkout()
    publishing.publish(
        incident, Stage.INVESTIGATING, title="Investigating - x", body="y.", template="STG-10", by=ADA, now=T0
    )
    return incident


def facts(card: Card) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in plain.text(Card(facts=card.facts)).splitlines())


def says(card: Card) -> list[str]:
    return [button.says for button in card.buttons]


def test_a_refusal_offers_what_can_be_said_instead() -> None:
    card = answers.refusal(Refused("Not so.", hint="sev1", choices=("sev1", "sev2")))
    assert card.text == "Not so.\n\nType: sev1"
    assert card.tone == "warn"
    assert says(card) == ["sev1", "sev2"]
    assert answers.refusal(Refused("No.")).text == "No."


def test_an_unknown_word_is_met_with_the_nearest() -> None:
    card = answers.unknown_word("resovle", ["resolve"], ["/incident resolve"])
    assert plain.text(card) == "I do not know “resovle”. Did you mean resolve?\n\n/incident resolve"
    assert says(card) == ["resolve", "help"]
    assert answers.unknown_word("x", [], []).text == "I do not know “x”."


def test_help_is_in_the_order_of_an_incident() -> None:
    usages = [("!note <text>", "keep it"), ("/incident [sev1] <title>", "declare"), ("/incident sev1 …", "declare")]
    shown = plain.text(answers.help_card([*usages, ("/incident resolve", ""), ("/odd", "odd")]))
    assert shown.splitlines() == [
        "What you can say",
        *("Start", "/incident [sev1] <title> – declare", "/incident sev1 … – declare", ""),
        *("Timeline", "!note <text> – keep it", ""),
        *("End", "/incident resolve", ""),
        *("More", "/odd – odd"),
    ]


def test_done_is_good_and_a_bug_has_a_reference() -> None:
    assert answers.done("Noted.").tone == "good"
    assert "in the log as 7f3a." in answers.bug_card("7f3a").text


def test_the_definition_is_the_organisation_s_own() -> None:
    card = answers.definition_card(Policy(definition="When it hurts.", major_definition="When it hurts much."))
    assert card.text.startswith("When it hurts.\n\nWhen it hurts much.\n\n")
    assert says(card) == ["declare"]


def test_commanders_on_call_get_a_line_each() -> None:
    roster = [("Primary", Contact(ADA, "+49 30 1")), ("Backup", Contact(BOB)), ("Shadow", None)]
    shown = plain.text(answers.ic_list(roster, ["+49 30 112"]))
    assert "Primary: Ada Lovelace @ada, +49 30 1\nBackup: Bob Boole @bob, no phone on file\n\n" in shown
    assert "Shadow" not in shown
    assert shown.endswith("!ic page")


def test_a_missing_backup_is_said() -> None:
    roster = [("Primary", Contact(ADA, "1")), ("Backup", None)]
    assert "Backup: nobody scheduled" in plain.text(answers.ic_list(roster, []))


def test_an_empty_schedule_shows_the_emergency_contacts() -> None:
    roster = [("Primary", None), ("Backup", None)]
    shown = plain.text(answers.ic_list(roster, ["Duty desk +49 30 112"]))
    assert "Nobody is scheduled as Incident Commander.\nEmergency contacts:\nDuty desk +49 30 112" in shown
    assert "No emergency contact is configured either." in plain.text(answers.ic_list(roster, []))


def test_the_worst_open_incident_comes_first() -> None:
    card = overviews.incident_list([checkout(Severity.SEV3), checkout(Severity.SEV1, 2)], HOUSE, NOW)
    first, second = plain.text(card).removeprefix("Open incidents\n").split("\n\n")
    assert first == (
        "SEV-1 / P0 Checkout returns 500s #inc-2-checkout-returns-500s\n"
        "size up · for 10 min · Incident Commander @ada · next update 14:17 UTC"
    )
    assert second.startswith("SEV-3 / P2")
    assert "next update" not in overviews.incident_list([checkout(Severity.SEV5)], HOUSE, NOW).text
    assert overviews.incident_list([], HOUSE, NOW).text == "No incident is open."


def test_roles_say_who_and_what() -> None:
    incident = checkout()
    staffing.assign(incident, Role.SME, to=BOB, by=ADA, now=T0, service="database")
    shown = facts(overviews.roles_card(incident))
    assert shown["Incident Commander"] == "@ada – leads and decides; repairs nothing"
    assert shown["Scribe"].startswith("nobody – writes down")
    assert shown["Expert"].startswith("@bob (database) – ")
    assert facts(overviews.roles_card(None))["Scribe"].startswith("writes down")


def test_the_public_stage_and_monitoring_are_told_apart() -> None:
    before = facts(overviews.state_card(checkout(), HOUSE, NOW))
    assert before["Public stage"] == "nothing posted yet"
    assert before["Last public post"] == "none"
    assert before["Next public post due"] == "14:17 UTC (in 5 min)"
    assert before["Monitoring"] == "not connected"
    after = facts(overviews.state_card(posted(), HOUSE, NOW))
    assert after["Public stage"] == "Investigating"
    assert after["Last public post"] == "14:02 UTC, Investigating - x"


def test_a_decision_not_to_post_is_shown() -> None:
    incident = checkout(Severity.SEV3)
    publishing.skip_post(incident, reason="only we see it", by=ADA, now=T0)
    assert facts(overviews.state_card(incident, HOUSE, NOW))["Next public post due"] == "none: only we see it"


def test_everything_due_is_listed_with_its_owner() -> None:
    incident = checkout()
    tasks.give(incident, "look at the database", to=BOB, minutes=5, by=ADA, now=T0)
    early = facts(overviews.due_card(incident, HOUSE, T0))
    assert early["Confirmation of task 1"] == "14:04 UTC (in 2 min), @bob: look at the database"
    assert early["First public notice"] == "14:17 UTC (in 15 min), aim 14:07 UTC, @ada"
    tasks.accept(incident, 1, by=BOB, now=T0)
    card = overviews.due_card(incident, HOUSE, NOW)
    assert facts(card) == {
        "Answer to task 1": "14:07 UTC (5 min overdue), @bob: look at the database",
        "Roles to fill": "14:12 UTC (now), @ada: Scribe, Deputy, Customer Liaison, Internal Liaison",
        "First public notice": "14:17 UTC (in 5 min), @ada",
    }
    assert card.tone == "warn"
    incident.deadlines.clear()
    incident.proposals = []
    proposals.propose(incident, "use the spare line", by=ADA, now=NOW)
    assert facts(overviews.due_card(incident, HOUSE, NOW))["Proposal 1"].endswith("@ada: use the spare line")
    incident.deadlines.clear()
    assert overviews.due_card(incident, HOUSE, NOW).text == "Nothing is due."


def entry(
    seq: int, text: str, *, type: str = "note", late: int = 0, corrected: str | None = None, gone: bool = False
) -> Entry:
    at = T0 + timedelta(minutes=seq)
    recorded = at + timedelta(minutes=late)
    return Entry(seq, at, recorded, type, text, "Ana", "ana@x", "Ana", "", None, "internal", corrected, gone)


def test_timeline_lines() -> None:
    entries = [
        entry(1, "traffic moves to the spare line", type="decision"),
        entry(2, "disk full", corrected="disk almost full"),
        entry(3, "wrong room", gone=True),
        entry(4, "corrected: disk almost full", type="correction"),
        entry(5, "deploy 7431, executor Ana", late=12),
    ]
    card = timeline_card(entries, checkout(), 2, 3, HOUSE)
    assert card.title == "Timeline of Checkout returns 500s, page 2 of 3"
    assert card.text.splitlines() == [
        "14:03:30 UTC decision: traffic moves to the spare line (Ana) #1",
        "14:04:30 UTC note: disk almost full (corrected) (Ana) #2",
        "14:05:30 UTC note: (withdrawn) wrong room (Ana) #3",
        "14:07:30 UTC note: deploy 7431, executor Ana (noted 14:19 UTC) #5",
    ]
    assert says(card) == ["timeline 1", "timeline 3"]


def test_tl_8_a_key_event_has_a_star_and_a_masked_entry_its_reason() -> None:
    entries = [replace(entry(1, "back"), key=True), replace(entry(2, "[masked] waits"), masked="a customer")]
    card = timeline_card(entries, checkout(), 1, 2, HOUSE, key=True)
    assert card.title == "Key events of Checkout returns 500s, page 1 of 2"
    assert card.text.splitlines() == [
        "★ 14:03:30 UTC note: back (Ana) #1",
        "14:04:30 UTC note: [masked] waits (masked: a customer) (Ana) #2",
    ]
    assert says(card) == ["timeline --key 2"]
    assert timeline_card([], checkout(), 1, 1, HOUSE, key=True).text == "No entry is a key event."


def test_an_empty_timeline_says_so() -> None:
    card = timeline_card([], checkout(), 1, 1, HOUSE)
    assert card == Card(title="Timeline of Checkout returns 500s", text="Nothing is on the record yet.")


def test_the_brief_of_a_lull() -> None:
    incident = posted()
    incident.facts["cause_plain"] = "a faulty setting"
    tasks.give(incident, "roll back", to=BOB, minutes=15, by=ADA, now=T0)
    shown = plain.text(brief(incident, HOUSE, NOW))
    assert shown == (
        "Status: Checkout returns 500s\n"
        "We are in SEV-1 / P0 for 10 min. Cause: a faulty setting.\n\n"
        "• @bob returns in 5 min: roll back\n\n"
        "Last public post 14:02 UTC, next 14:30 UTC.\n\n"
        "Anything else to propose?"
    )


def test_the_brief_says_when_nothing_is_known_or_posted() -> None:
    shown = plain.text(brief(checkout(), HOUSE, NOW))
    assert "Cause: open." in shown
    assert "Nobody has a task." in shown
    assert "Nothing posted for customers yet; due 14:17 UTC." in shown
    assert "Nothing posted for customers." in plain.text(brief(checkout(Severity.SEV5), HOUSE, NOW))


def test_a_successor_learns_what_is_open_and_what_was_tried() -> None:
    incident = posted()
    incident.facts |= {"symptom": "errors {{7*7}}", "affected_share": "40%"}
    tasks.give(incident, "roll back", to=BOB, minutes=15, by=ADA, now=T0)
    tasks.give(incident, "restart", to=BOB, minutes=15, by=ADA, now=T0)
    tasks.finish(incident, 2, by=BOB, now=NOW)
    incident.proposals = [
        Proposal(1, "spare line", ADA, NOW),
        Proposal(2, "drop the queue", ADA, NOW, state="objected"),
        Proposal(3, "freeze deploys", ADA, NOW, state="carried"),
    ]
    incident.pages = [Page(1, (BOB,), "help", ADA, NOW)]
    card = briefing(incident, HOUSE, NOW)
    assert plain.text(Card(text=card.text)).startswith(
        "Checkout returns 500s has been running for 10 min, declared by @ada. "
        "Customers see: errors {{7*7}}. Affected: 40%. Cause: open."
    )
    shown = facts(card)
    assert shown["Severity"] == "SEV-1 / P0 for 10 min"
    assert shown["Open tasks"] == "1. @bob in 5 min: roll back"
    assert shown["Pending decisions"] == "spare line; page 1 is not answered"
    assert shown["Already tried"] == "freeze deploys; restart"
    assert shown["Risks"].startswith("strong objection to: drop the queue; no Scribe")
