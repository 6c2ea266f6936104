"""Forms."""

from datetime import UTC, datetime, timedelta

from incidents import staffing, tasks
from incidents.declaring import declare
from incidents.ending import Recovery, missing_for_resolve
from incidents.incident import Incident
from incidents.person import Person
from incidents.phase import Phase
from incidents.policy import Policy
from incidents.records import Update
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import Stage
from templates import forms
from templates.card import Field, Form
from templates.house import House
from templates.update_form import update_form

ADA = Person(id="ada@example.org", name="Ada Lovelace", handle="ada")
BOB = Person(id="bob@example.org", name="Bob Boole", handle="bob")
T0 = datetime(2031, 4, 2, 14, 2, tzinfo=UTC)
HOUSE = House()


def checkout() -> Incident:
    return declare(id=1, title="Checkout returns 500s", severity=Severity.SEV2, by=ADA, now=T0, policy=Policy())


def field(form: Form, name: str) -> Field:
    return next(each for each in form.fields if each.name == name)


def names(form: Form) -> list[str]:
    return [each.name for each in form.fields]


def test_every_form_says_a_word_and_shows_its_one_line() -> None:
    incident = checkout()
    tasks.give(incident, "look", to=BOB, minutes=10, by=ADA, now=T0)
    made = [
        update_form(incident, None, {}, HOUSE, T0),
        forms.severity_form(incident),
        forms.note_form(),
        forms.take_form(incident),
        forms.assign_form(incident, None, [ADA, BOB]),
        forms.handover_form(incident, [ADA, BOB]),
        forms.page_form([("ic", "Incident Commander on call")]),
        forms.task_form([BOB]),
        forms.longer_form(incident.tasks[0]),
        forms.declare_form(),
        forms.resolve_form(incident, []),
        forms.reopen_form(incident),
        forms.cancel_form(incident),
        forms.close_form(incident),
        forms.rename_form(incident),
    ]
    for form in made:
        assert form.plain[0] in "/!"
        assert form.says[0] not in "/!"
        assert len(names(form)) == len(set(names(form)))
    assert [form.says for form in made] == [
        *("update", "severity", "note", "take", "assign", "handover", "page", "task", "task longer 1", "declare"),
        *("resolve", "reopen", "cancel", "close", "rename"),
    ]


def test_an_update_starts_from_what_is_known() -> None:
    incident = checkout()
    incident.facts = {"service": "Checkout"}
    form = update_form(incident, Stage.IDENTIFIED, {"cause_plain": "a faulty setting"}, HOUSE, T0)
    assert field(form, "service").value == "Checkout"
    assert field(form, "cause_plain").value == "a faulty setting"
    assert field(form, "functions").hint == "Needed, for example: card payment"
    assert form.intro.startswith("Due 14:32 UTC, aim 14:17 UTC.")


def test_own_words_are_enough_for_an_update() -> None:
    form = update_form(checkout(), None, {}, HOUSE, T0)
    assert [each.name for each in form.fields if each.required] == ["stage"]


def test_an_update_suggests_the_stage_of_the_phase() -> None:
    incident = checkout()
    assert field(update_form(incident, None, {}, HOUSE, T0), "stage").value == "investigating"
    incident.phase = Phase.STABILISE
    incident.stage = Stage.INVESTIGATING
    assert field(update_form(incident, None, {}, HOUSE, T0), "stage").value == "identified"
    incident.stage = Stage.MONITORING
    assert field(update_form(incident, None, {}, HOUSE, T0), "stage").value == "monitoring"


def test_an_update_asks_why_only_where_the_rules_ask() -> None:
    incident = checkout()
    assert "because" not in names(update_form(incident, Stage.INVESTIGATING, {}, HOUSE, T0))
    asked = field(update_form(incident, Stage.MONITORING, {}, HOUSE, T0), "because")
    assert asked.label == "Is the fix already applied at the first notice?"


def test_a_stage_that_may_not_follow_is_left_to_the_rules_to_refuse() -> None:
    incident = checkout()
    form = update_form(incident, Stage.WITHDRAWN, {}, HOUSE, T0)
    assert field(form, "stage").value == "withdrawn"
    assert "because" not in names(form)


def test_an_update_offers_only_stages_that_may_follow() -> None:
    incident = checkout()
    incident.stage = Stage.RESOLVED
    incident.phase = Phase.RESOLVED
    incident.update = Update(1, Stage.RESOLVED, "", "", ADA, T0, None, "STG-16")
    offered = [value for value, _ in field(update_form(incident, None, {}, HOUSE, T0), "stage").choices]
    assert offered == ["investigating", "identified", "resolved"]


def test_severity_shows_both_scales_and_the_present_level() -> None:
    chosen = field(forms.severity_form(checkout()), "severity")
    assert chosen.value == "sev2"
    assert chosen.choices[0] == ("sev1", "SEV-1 / P0 critical")


def test_taking_a_role_proposes_the_first_free_one() -> None:
    incident = checkout()
    staffing.assign(incident, Role.IC, to=ADA, by=ADA, now=T0)
    chosen = field(forms.take_form(incident), "role")
    assert chosen.value == "scribe"
    assert ("ic", "Incident Commander (now Ada Lovelace)") in chosen.choices


def test_a_person_is_chosen_by_id() -> None:
    chosen = field(forms.assign_form(checkout(), Role.SCRIBE, [BOB]), "person")
    assert chosen.choices == (("bob@example.org", "Bob Boole (@bob)"),)


def test_command_is_not_handed_to_its_holder() -> None:
    incident = checkout()
    staffing.assign(incident, Role.IC, to=ADA, by=ADA, now=T0)
    chosen = field(forms.handover_form(incident, [ADA, BOB]), "person")
    assert [value for value, _ in chosen.choices] == ["bob@example.org"]


def test_resolving_asks_for_a_reason_only_when_it_is_early() -> None:
    incident = checkout()
    assert "early_reason" not in names(forms.resolve_form(incident, []))
    incident.clocks.monitoring_at = T0
    early = missing_for_resolve(incident, Recovery(), now=T0 + timedelta(minutes=10))
    late = missing_for_resolve(incident, Recovery(), now=T0 + timedelta(minutes=30))
    assert "early_reason" in names(forms.resolve_form(incident, early))
    assert "early_reason" not in names(forms.resolve_form(incident, late))


def test_declaring_requires_nothing() -> None:
    assert not any(each.required for each in forms.declare_form().fields)


def test_a_reason_is_asked_with_the_rest_of_the_line_kept() -> None:
    form = forms.reason_form("Go back?", "update", "Why?", {"stage": "investigating", "text": "One.\n\nTwo."})
    assert names(form) == ["because", "stage", "text"]
    assert field(form, "stage").choices == (("investigating", "investigating"),)
    assert field(form, "text").value == "One.\n\nTwo."


def test_an_untitled_incident_is_renamed_from_nothing() -> None:
    untitled = declare(id=1, title="", severity=None, by=ADA, now=T0, policy=Policy())
    assert field(forms.rename_form(untitled), "title").value == ""
    assert field(forms.rename_form(checkout()), "title").value == "Checkout returns 500s"
