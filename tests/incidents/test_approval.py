"""Clearing posts: who, until when, which words exactly (APPR-1 to APPR-9)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from incidents import (
    approval,
    clearing,
    confirming,
    declaring,
    drafts,
    ending,
    proposals,
    publishing,
    reminding,
    rhythm,
    staffing,
)
from incidents.approval_events import DraftApproved, DraftCleared, DraftDropped, DraftReturned, DraftSubmitted
from incidents.components import ComponentState
from incidents.ending import Recovery
from incidents.errors import Refused
from incidents.events import Noted, Reminded
from incidents.incident import Incident
from incidents.person import CLOCK, Person
from incidents.phase import Phase
from incidents.policy import Approval, Approvers, Policy
from incidents.posting_events import UpdatePublished
from incidents.records import Draft, OnCall, Reach, Wording
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import Stage

Led = Callable[..., Incident]
At = Callable[[float], datetime]

GAUL = Person("gaul@example.org", "Gaul", "gaul")
DEPUTY = Approvers(roles=(Role.DEPUTY,))
RECOVERED = Recovery(
    impact_ended=True, recovered=True, confident=True, data_statement="No data was lost.", early_reason="checked"
)


def on(**how: object) -> Policy:
    small = bool(how.pop("small", False))
    return Policy(approval=Approval(mode="on", **how), small_team=small)  # type: ignore[arg-type]


@pytest.fixture
def cleared(led: Led) -> Incident:
    """Ada commands, Cleo speaks to customers, and every post is cleared first."""
    return led(policy=on())


def draft(by: Person, now: datetime, stage: Stage = Stage.INVESTIGATING, **more: object) -> Draft:
    texts = {"en": Wording("Checkout", "We look."), "pl": Wording("Kasa", "Szukamy.")}
    reach = Reach({"mail": texts["en"]})
    return replace(Draft(0, stage, "STG-11", texts, by, now, reach=reach), **more)  # type: ignore[arg-type]


def submit(incident: Incident, by: Person, now: datetime, stage: Stage = Stage.INVESTIGATING, **more: object) -> Draft:
    approval.submit(incident, draft(by, now, stage, **more), by=by, now=now)
    assert incident.draft
    return incident.draft


def add_deputy(incident: Incident, bob: Person, now: datetime) -> None:
    staffing.assign(incident, Role.DEPUTY, to=bob, by=bob, now=now)
    incident.news.clear()


def names(people: tuple[Person, ...]) -> list[str]:
    return [person.name for person in people]


def last(incident: Incident) -> object:
    return incident.news[-1]


def test_without_approval_whoever_may_post_posts(incident: Incident, now: datetime) -> None:
    assert not drafts.needed(incident, "STG-11", now=now)


def test_appr_1_a_text_waits_and_its_approvers_are_asked(
    cleared: Incident, ada: Person, cleo: Person, now: datetime
) -> None:
    assert drafts.needed(cleared, "STG-10", now=now)
    waiting = submit(cleared, cleo, now)
    assert (waiting.number, waiting.title, waiting.body, waiting.author) == (1, "Checkout", "We look.", cleo)
    assert cleared.news == [DraftSubmitted(at=now, by=cleo, draft=waiting, approvers=(ada,), ahead=15)]
    assert cleared.update is None


def test_appr_3_it_is_to_be_decided_within_five_minutes(cleared: Incident, cleo: Person, after: At) -> None:
    submit(cleared, cleo, after(2))
    owed = cleared.deadlines["approval"]
    assert (owed.due_at, owed.wake_at) == (after(7), after(5))


def test_role_18d_whoever_clears_a_text_decides_within_five_minutes_of_it(
    cleared: Incident, cleo: Person, after: At
) -> None:
    submit(cleared, cleo, after(3))
    assert cleared.deadlines["approval"].due_at == after(8)


def test_role_18e_the_decision_is_due_no_later_than_the_post(cleared: Incident, cleo: Person, after: At) -> None:
    submit(cleared, cleo, after(12))
    assert cleared.deadlines["approval"].due_at == after(15)
    submit(cleared, cleo, after(16))
    assert cleared.deadlines["approval"].due_at == after(21)


def test_a_deadline_of_a_minute_is_reminded_of_when_it_is_due(led: Led, cleo: Person, now: datetime, after: At) -> None:
    incident = led(policy=on(minutes=1))
    submit(incident, cleo, now)
    assert incident.deadlines["approval"].wake_at == after(1)


def test_appr_1_the_approver_clears_it_and_it_is_posted(
    cleared: Incident, ada: Person, cleo: Person, now: datetime, after: At
) -> None:
    waiting = submit(cleared, cleo, now, components={"Checkout": ComponentState.PARTIAL}, facts={"symptom": "errors"})
    cleared.news.clear()
    approval.approve(cleared, waiting, by=ada, now=after(1.5))
    approved, published = cleared.news
    signed = replace(waiting, cleared={clearing.USUAL: ada})
    assert approved == DraftApproved(at=after(1.5), by=ada, draft=signed, seconds=90, revision=1)
    assert isinstance(published, UpdatePublished)
    update = published.update
    assert (update.by, update.approved_by, update.texts) == (cleo, ada, {"pl": Wording("Kasa", "Szukamy.")})
    assert (update.components, update.facts) == ({"Checkout": ComponentState.PARTIAL}, {"symptom": "errors"})
    assert cleared.draft is None
    assert "approval" not in cleared.deadlines


def test_what_the_rules_refuse_at_the_last_moment_stays_waiting(
    *, cleared: Incident, ada: Person, cleo: Person, dan: Person, now: datetime, after: At
) -> None:
    publishing.publish(cleared, Stage.INVESTIGATING, title="", body="", template="x", by=cleo, now=now, approved_by=ada)
    waiting = submit(cleared, cleo, now, Stage.IDENTIFIED)
    staffing.assign(cleared, Role.TECHNICAL_LEAD, to=dan, by=dan, now=now)
    cleared.news.clear()
    with pytest.raises(Refused, match="has not confirmed the cause"):
        approval.approve(cleared, waiting, by=ada, now=after(1))
    assert (cleared.draft, cleared.news) == (waiting, [])
    assert "approval" in cleared.deadlines


def test_life_10_what_is_missing_is_said_before_anybody_is_asked(
    cleared: Incident, ada: Person, cleo: Person, dan: Person, now: datetime
) -> None:
    publishing.publish(cleared, Stage.INVESTIGATING, title="", body="", template="x", by=cleo, now=now, approved_by=ada)
    staffing.assign(cleared, Role.TECHNICAL_LEAD, to=dan, by=dan, now=now)
    with pytest.raises(Refused, match="has not confirmed the cause"):
        submit(cleared, cleo, now, Stage.IDENTIFIED)
    confirming.confirm(cleared, "", by=dan, now=now)
    assert submit(cleared, cleo, now, Stage.IDENTIFIED, facts={"regions": "all"}).stage is Stage.IDENTIFIED


def test_appr_4_nobody_clears_their_own_words(
    cleared: Incident, ada: Person, cleo: Person, eve: Person, now: datetime
) -> None:
    submit(cleared, cleo, now)
    with pytest.raises(Refused, match=r"You wrote this; Ada clears it"):
        approval.may_decide(cleared, by=cleo, now=now)
    with pytest.raises(Refused, match=r"cleared by Ada \(APPR-2\)"):
        approval.may_decide(cleared, by=eve, now=now)


def test_appr_4_where_the_commander_writes_the_deputy_clears(
    cleared: Incident, ada: Person, bob: Person, now: datetime
) -> None:
    add_deputy(cleared, bob, now)
    submit(cleared, ada, now)
    assert names(clearing.approvers(cleared, now=now)) == ["Bob"]


def test_where_nobody_may_clear_it_that_is_said(cleared: Incident, ada: Person, eve: Person, now: datetime) -> None:
    submit(cleared, ada, now)
    assert clearing.approvers(cleared, now=now) == ()
    with pytest.raises(Refused, match="nobody here: name a Deputy"):
        approval.may_decide(cleared, by=eve, now=now)
    with pytest.raises(Refused, match="somebody else clears it"):
        approval.may_decide(cleared, by=ada, now=now)


def test_appr_3_once_it_is_late_the_backup_may_too(
    cleared: Incident, bob: Person, cleo: Person, now: datetime, after: At
) -> None:
    add_deputy(cleared, bob, now)
    submit(cleared, cleo, now)
    assert names(clearing.approvers(cleared, now=after(4))) == ["Ada"]
    assert names(clearing.approvers(cleared, now=after(5))) == ["Ada", "Bob"]


@pytest.mark.parametrize(
    ("approvers", "expected"),
    [
        ({}, ["Ada"]),
        ({"sev1": Approvers(people=(GAUL,))}, ["Gaul"]),
        ({"sev2": Approvers(people=(GAUL,))}, ["Ada"]),
        ({"sev1": Approvers(roles=(Role.IC,), people=(GAUL,)), "incident": DEPUTY}, ["Ada", "Gaul"]),
        ({"incident": DEPUTY}, ["Bob"]),
        ({"private": DEPUTY}, ["Ada"]),
    ],
)
def test_appr_2_who_clears_depends_on_severity(
    *, led: Led, bob: Person, cleo: Person, now: datetime, approvers: dict[str, Approvers], expected: list[str]
) -> None:
    incident = led(policy=on(approvers=approvers))
    add_deputy(incident, bob, now)
    submit(incident, cleo, now)
    assert names(clearing.approvers(incident, now=now)) == expected


def test_g9_a_private_incident_asks_nobody_who_takes_no_part(
    led: Led, cleo: Person, dan: Person, now: datetime
) -> None:
    incident = led(policy=on(approvers={"private": Approvers(people=(GAUL, dan))}))
    incident.private = True
    staffing.assign(incident, Role.SME, to=dan, by=dan, now=now)
    submit(incident, cleo, now)
    assert names(clearing.approvers(incident, now=now)) == ["Dan"]


def test_without_a_backup_the_commander_clears(led: Led, cleo: Person, now: datetime) -> None:
    incident = led(policy=on(approvers={"incident": DEPUTY}))
    submit(incident, cleo, now)
    assert names(clearing.approvers(incident, now=now)) == ["Ada"]


def test_nobody_is_asked_when_nothing_waits(cleared: Incident, ada: Person, now: datetime) -> None:
    assert clearing.approvers(cleared, now=now) == clearing.backups(cleared) == ()
    with pytest.raises(Refused, match="No post waits"):
        approval.may_decide(cleared, by=ada, now=now)


def test_appr_9_the_commander_decides_on_a_withdrawal(
    led: Led, ada: Person, cleo: Person, bob: Person, now: datetime
) -> None:
    incident = led(policy=on(approvers={"incident": Approvers(people=(GAUL,))}))
    add_deputy(incident, bob, now)
    waiting = submit(incident, cleo, now)
    approval.approve(incident, waiting, by=GAUL, now=now)
    waiting = submit(incident, cleo, now, Stage.WITHDRAWN)
    assert names(clearing.approvers(incident, now=now)) == ["Ada"]
    approval.approve(incident, waiting, by=ada, now=now)
    assert incident.stage is Stage.WITHDRAWN


def test_appr_9_a_withdrawal_by_the_commander_is_cleared_by_somebody_else(
    led: Led, ada: Person, bob: Person, now: datetime
) -> None:
    incident = led(policy=on())
    add_deputy(incident, bob, now)
    approval.approve(incident, submit(incident, ada, now), by=bob, now=now)
    waiting = submit(incident, ada, now, Stage.WITHDRAWN)
    assert names(clearing.approvers(incident, now=now)) == ["Bob"]
    approval.approve(incident, waiting, by=bob, now=now)
    assert incident.stage is Stage.WITHDRAWN


def test_appr_9_nobody_else_can_clear_a_withdrawal(led: Led, cleo: Person, now: datetime) -> None:
    incident = led(policy=on())
    incident.stage = Stage.INVESTIGATING
    with pytest.raises(Refused, match="APPR-9"):
        publishing.publish(
            incident, Stage.WITHDRAWN, title="", body="", template="x", by=cleo, now=now, approved_by=GAUL
        )


def test_appr_6_a_seal_is_good_for_these_words_in_these_circumstances(
    cleared: Incident, ada: Person, cleo: Person, now: datetime
) -> None:
    first = submit(cleared, cleo, now)
    sealed = drafts.seal(cleared, first)
    assert drafts.seal(cleared, first) == sealed
    assert drafts.outdated(cleared, first) == ()
    declaring.set_severity(cleared, Severity.SEV2, reason="few are hit", by=ada, now=now)
    assert drafts.seal(cleared, first) != sealed
    assert drafts.outdated(cleared, first) == ("the severity changed from SEV-1 / P0 to SEV-2 / P1",)
    cleared.facts |= {"regions": "Asia", "eta_time": "16:00 UTC"}
    cleared.stage = Stage.IDENTIFIED
    assert drafts.outdated(cleared, first)[1:] == (
        "customers read “identified” by now, no longer “nothing”",
        "what is known of the scope has changed",
        "the estimate has changed",
    )
    second = submit(cleared, cleo, now, Stage.IDENTIFIED)
    assert drafts.outdated(cleared, second) == ()
    assert drafts.seal(cleared, second) != drafts.seal(cleared, first)


@pytest.mark.parametrize(
    "change",
    [
        {"stage": Stage.MONITORING},
        {"template": "STG-12"},
        {"components": {"Checkout": ComponentState.MAJOR}},
        {"texts": {"en": Wording("Checkout", "We look."), "pl": Wording("Kasa", "Szukamy!")}},
        {"texts": {"en": Wording("Checkout", "We look.")}},
        {"reach": Reach({"mail": Wording("Checkout", "We look."), "sms": Wording("", "We look!")})},
        {"reach": Reach({"mail": Wording("Checkout!", "We look.")})},
        {"reach": Reach({})},
        {"reach": Reach({"mail": Wording("Checkout", "We look."), "page": Wording("", "We look.")})},
    ],
)
def test_appr_6_every_word_every_language_and_every_channel_counts(
    cleo: Person, now: datetime, change: dict[str, Any]
) -> None:
    assert draft(cleo, now).digest == draft(cleo, now, number=7, reason="why").digest
    assert draft(cleo, now).digest != draft(cleo, now, **change).digest


def test_appr_11_what_changed_meanwhile_is_on_the_record(
    cleared: Incident, ada: Person, cleo: Person, now: datetime
) -> None:
    waiting = submit(cleared, cleo, now)
    cleared.facts["eta_time"] = "16:00 UTC"
    cleared.news.clear()
    approval.approve(cleared, waiting, by=ada, now=now)
    approved = cleared.news[0]
    assert isinstance(approved, DraftApproved)
    assert approved.late == ("the estimate has changed",)


def test_appr_4_who_edits_becomes_co_author(cleared: Incident, ada: Person, cleo: Person, now: datetime) -> None:
    waiting = submit(cleared, cleo, now)
    cleared.news.clear()
    approval.approve(cleared, replace(waiting, template="text", co_authors=(ada,)), by=ada, now=now)
    approved = cleared.news[0]
    assert isinstance(approved, DraftApproved)
    assert (approved.edited, approved.draft.authors) == (True, (cleo, ada))


def test_a_newer_text_takes_the_place_of_the_older(cleared: Incident, cleo: Person, ada: Person, now: datetime) -> None:
    first = submit(cleared, cleo, now)
    second = submit(cleared, cleo, now)
    assert (first.number, second.number) == (1, 2)
    assert last(cleared) == DraftSubmitted(at=now, by=cleo, draft=second, approvers=(ada,), ahead=15, replaced=first)


def test_appr_6_words_that_changed_by_themselves_are_read_again_in_the_same_time(
    cleared: Incident, ada: Person, cleo: Person, now: datetime, after: At
) -> None:
    first = submit(cleared, cleo, now)
    owed = cleared.deadlines["approval"]
    approval.renew(cleared, replace(first, texts={"en": Wording("Checkout", "Other.")}), by=ada, now=after(1))
    event = last(cleared)
    assert isinstance(event, DraftSubmitted)
    assert (event.renewed, event.draft.number, event.draft.author) == (True, 2, cleo)
    assert cleared.deadlines["approval"] == owed


def test_a_preview_is_kept_for_whoever_looks(cleared: Incident, cleo: Person, now: datetime) -> None:
    kept = approval.preview(cleared, draft(cleo, now), by=cleo, now=now)
    assert cleared.previews == {cleo.id: kept}
    submit(cleared, cleo, now)
    assert cleared.previews == {}


def test_appr_1_a_returned_text_is_kept_for_its_author(
    cleared: Incident, ada: Person, cleo: Person, eve: Person, now: datetime
) -> None:
    waiting = submit(cleared, cleo, now)
    with pytest.raises(Refused, match="APPR-2"):
        approval.give_back(cleared, "no", by=eve, now=now)
    with pytest.raises(Refused, match="What should be different"):
        approval.give_back(cleared, "", by=ada, now=now)
    approval.give_back(cleared, "say which regions", by=ada, now=now)
    assert last(cleared) == DraftReturned(at=now, by=ada, draft=waiting, remark="say which regions")
    assert (cleared.draft, cleared.previews) == (None, {cleo.id: waiting})
    assert "approval" not in cleared.deadlines


def test_an_author_takes_the_own_text_back(cleared: Incident, cleo: Person, now: datetime) -> None:
    submit(cleared, cleo, now)
    approval.give_back(cleared, "", by=cleo, now=now)
    assert cleared.draft is None


@pytest.fixture
def small(led: Led) -> Incident:
    """A small team in which Ada clears what Cleo writes."""
    return led(policy=on(small=True))


def test_appr_7_in_a_small_team_nobody_else_may_be_needed(
    small: Incident, cleo: Person, now: datetime, after: At
) -> None:
    waiting = submit(small, cleo, now)
    with pytest.raises(Refused, match="Ada may still answer"):
        approval.approve(small, waiting, by=cleo, now=after(4), alone="nobody answers")
    with pytest.raises(Refused, match="Why does nobody else"):
        approval.approve(small, waiting, by=cleo, now=after(5))
    small.news.clear()
    approval.approve(small, waiting, by=cleo, now=after(5), alone="nobody answers")
    approved = small.news[0]
    assert isinstance(approved, DraftApproved)
    assert (approved.alone, approved.seconds) == ("nobody answers", 300)
    assert small.update
    assert small.update.approved_by == cleo
    todo = small.news[-1]
    assert isinstance(todo, Noted)
    assert (todo.kind, todo.text) == ("todo", "look at post 1 together, which Cleo posted alone: nobody answers")


def test_appr_7_alone_at_once_when_there_is_nobody_else(small: Incident, ada: Person, now: datetime) -> None:
    waiting = submit(small, ada, now)
    approval.approve(small, waiting, by=ada, now=now, alone="I am alone")
    assert small.stage is Stage.INVESTIGATING


@pytest.mark.parametrize("more", [{"template": "text"}, {"co_authors": (GAUL,)}])
def test_appr_7_alone_a_templates_own_words_only(
    small: Incident, cleo: Person, now: datetime, after: At, more: dict[str, Any]
) -> None:
    waiting = submit(small, cleo, now, **more)
    with pytest.raises(Refused, match="own words only"):
        approval.approve(small, waiting, by=cleo, now=after(9), alone="nobody answers")


def test_appr_7_never_for_a_private_incident(small: Incident, cleo: Person, now: datetime, after: At) -> None:
    small.private = True
    waiting = submit(small, cleo, now)
    with pytest.raises(Refused, match="a second person clears every post"):
        approval.approve(small, waiting, by=cleo, now=after(9), alone="nobody answers")


def test_appr_8_at_the_first_deadline_the_holding_statement_is_free(
    led: Led, ada: Person, cleo: Person, now: datetime, after: At
) -> None:
    incident = led(policy=on(at_deadline="holding"))
    submit(incident, cleo, now)
    assert drafts.needed(incident, "STG-10", now=after(14))
    assert not drafts.needed(incident, "STG-10", now=after(15))
    assert drafts.needed(incident, "STG-11", now=after(15))
    publishing.publish(incident, Stage.INVESTIGATING, title="", body="", template="STG-10", by=cleo, now=after(15))
    assert incident.draft, "the better text still waits"
    assert drafts.needed(incident, "STG-10", now=after(90)), "later it is a post like others"


def test_appr_8_otherwise_it_is_cleared_too(cleared: Incident, now: datetime, after: At) -> None:
    assert drafts.needed(cleared, "STG-10", now=after(15))


def test_a_text_that_may_no_longer_follow_is_dropped(
    cleared: Incident, ada: Person, cleo: Person, now: datetime
) -> None:
    waiting = submit(cleared, cleo, now, Stage.IDENTIFIED, reason="known already")
    publish = {"title": "", "body": "", "template": "x", "by": ada, "now": now, "approved_by": cleo}
    publishing.publish(cleared, Stage.INVESTIGATING, **publish)  # type: ignore[arg-type]
    assert cleared.draft == waiting
    publishing.publish(cleared, Stage.MONITORING, reason="fixed", **publish)  # type: ignore[arg-type]
    assert cleared.draft == waiting, "it has a reason"
    submit(cleared, cleo, now, Stage.MONITORING)
    publishing.publish(cleared, Stage.INVESTIGATING, reason="relapse", **publish)  # type: ignore[arg-type]
    assert "approval" not in cleared.deadlines
    event = last(cleared)
    assert isinstance(event, DraftDropped)
    assert event.why == "customers read “investigating” by now"


def test_appr_6_after_a_withdrawal_nothing_waits(cleared: Incident, ada: Person, cleo: Person, now: datetime) -> None:
    approval.approve(cleared, submit(cleared, cleo, now), by=ada, now=now)
    submit(cleared, cleo, now)
    publishing.publish(cleared, Stage.WITHDRAWN, title="", body="", template="x", by=ada, now=now, approved_by=cleo)
    assert cleared.draft is None


def test_what_waits_is_dropped_at_the_end_and_at_a_relapse(
    cleared: Incident, ada: Person, cleo: Person, now: datetime, after: At
) -> None:
    submit(cleared, cleo, now)
    ending.resolve(cleared, RECOVERED, by=ada, now=now)
    assert any(isinstance(event, DraftDropped) for event in cleared.news)
    assert (cleared.draft, cleared.deadlines) == (None, {})
    submit(cleared, cleo, after(1), Stage.RESOLVED, reason="opened and solved")
    assert list(cleared.deadlines) == ["approval"], "also the last post is waited for"
    ending.reopen(cleared, reason="again", by=cleo, now=after(2))
    assert cleared.draft is None
    assert cleared.phase is Phase.SIZE_UP


def test_appr_3_the_approver_is_reminded_then_the_backup_then_those_who_lead(
    *, led: Led, ada: Person, bob: Person, cleo: Person, eve: Person, now: datetime, after: At
) -> None:
    incident = led(policy=on())
    incident.on_call = OnCall(duty_manager=eve)
    add_deputy(incident, bob, now)
    submit(incident, cleo, now)
    found = []
    for minute in range(1, 12):
        incident.news.clear()
        reminding.remind(incident, now=after(minute))
        found += [
            (minute, names(event.audience), names(event.escalated))
            for event in incident.news
            if isinstance(event, Reminded) and event.deadline.kind == "approval"
        ]
    assert found == [
        (3, ["Ada"], []),
        (5, ["Ada", "Bob"], []),
        (10, ["Ada", "Bob"], ["Ada", "Bob", "Eve"]),
    ]


def test_appr_2_security_is_cleared_by_legal_too_whatever_the_mode(
    led: Led, ada: Person, cleo: Person, dan: Person, now: datetime
) -> None:
    incident = led(policy=Policy(approval=Approval(security={"legal": Approvers(people=(dan,))})))
    assert drafts.needed(incident, "STG-25", now=now)
    assert drafts.needed(incident, "text", kind="security-private", now=now)
    with pytest.raises(Refused, match="Somebody else clears this post"):
        publishing.publish(incident, Stage.INVESTIGATING, title="", body="", template="STG-26", by=cleo, now=now)
    waiting = submit(incident, cleo, now, kind="security")
    assert clearing.open_parts(incident, waiting, now=now) == {"usual": (ada,), "legal": (dan,)}
    approval.approve(incident, waiting, by=dan, now=now)
    cleared = last(incident)
    assert isinstance(cleared, DraftCleared)
    assert (cleared.left, cleared.people, incident.updates) == (("usual",), (ada,), 0)
    with pytest.raises(Refused, match=r"Ada .*Dan has said yes already"):
        approval.may_decide(incident, by=dan, now=now)
    assert incident.draft
    approval.approve(incident, incident.draft, by=ada, now=now)
    assert incident.updates == 1


def test_appr_6_every_yes_is_for_the_same_words_on_every_channel(
    led: Led, ada: Person, cleo: Person, dan: Person, after: At
) -> None:
    """Times are renewed when it goes out, not with the first yes; the second reads what the first one read."""
    incident = led(policy=Policy(approval=Approval(security={"legal": Approvers(people=(dan,))})))
    read = {"mail": Wording("Subject", "as of 14:00")}
    submit(incident, cleo, after(0), kind="security", reach=Reach(read))
    waiting = approval.waiting(incident)
    renewed = replace(waiting, reach=Reach({"mail": Wording("Subject", "as of 14:02")}))
    approval.approve(incident, renewed, by=dan, now=after(2))
    assert (approval.waiting(incident).digest, approval.waiting(incident).reach.carried) == (waiting.digest, read)
    last_yes = replace(renewed, reach=Reach({"mail": Wording("Subject", "as of 14:03")}))
    approval.approve(incident, last_yes, by=ada, now=after(3))
    assert incident.update
    assert incident.update.reach == last_yes.reach


def test_sec_20_nobody_gives_two_yeses(led: Led, ada: Person, bob: Person, cleo: Person, now: datetime) -> None:
    both = Approvers(people=(ada, bob))
    incident = led(policy=Policy(approval=Approval(security={"legal": both})))
    waiting = submit(incident, cleo, now, kind="security")
    assert clearing.with_yes(incident, waiting, by=ada, now=now) == {"usual": ada}
    approval.approve(incident, waiting, by=ada, now=now)
    assert incident.draft
    assert clearing.open_parts(incident, incident.draft, now=now) == {"legal": (bob,)}


def test_sec_20_whoever_of_legal_wrote_it_has_said_yes(led: Led, ada: Person, cleo: Person, now: datetime) -> None:
    incident = led(policy=Policy(approval=Approval(security={"legal": Approvers(people=(cleo,))})))
    waiting = submit(incident, cleo, now, kind="security")
    assert clearing.open_parts(incident, waiting, now=now) == {"usual": (ada,)}


def changed(incident: Incident, by: Person, words: str, now: datetime) -> None:
    """``by`` changes the words that wait and says yes to them."""
    waiting = approval.waiting(incident)
    texts = {"en": Wording("Checkout", words)}
    approval.approve(incident, replace(waiting, texts=texts, co_authors=(*waiting.co_authors, by)), by=by, now=now)


def test_appr_4_approvers_who_change_it_in_turn_lock_nobody_out(
    led: Led, ada: Person, cleo: Person, dan: Person, now: datetime
) -> None:
    """Each says yes again to what the other made of it; whoever wrote it does not."""
    incident = led(policy=Policy(approval=Approval(security={"legal": Approvers(people=(dan,))})))
    submit(incident, cleo, now, kind="security")
    for who, words, left in ((ada, "Ada", dan), (dan, "Dan", ada), (ada, "Ada again", dan)):
        changed(incident, who, words, now)
        waiting = approval.waiting(incident)
        assert list(waiting.cleared.values()) == [who], "one yes, for the words as they read now"
        assert clearing.approvers(incident, now=now) == (left,)
        with pytest.raises(Refused, match="You wrote this"):
            approval.may_decide(incident, by=cleo, now=now)
    approval.approve(incident, approval.waiting(incident), by=dan, now=now)
    assert incident.updates == 1
    approved = next(event for event in incident.news if isinstance(event, DraftApproved))
    assert (approved.edited, approved.draft.authors) == (False, (cleo, ada, dan))


def test_appr_4_a_co_author_clears_again_what_is_known_has_changed(
    led: Led, ada: Person, cleo: Person, dan: Person, now: datetime
) -> None:
    incident = led(policy=Policy(approval=Approval(security={"legal": Approvers(people=(dan,))})))
    submit(incident, cleo, now, kind="security")
    changed(incident, ada, "Ada", now)
    approval.renew(incident, approval.waiting(incident), by=dan, now=now)
    assert clearing.approvers(incident, now=now) == (ada, dan)


def test_sec_20_legal_that_wrote_it_says_yes_to_what_others_made_of_it(
    led: Led, ada: Person, bob: Person, cleo: Person, now: datetime
) -> None:
    """Somebody else of Legal where there is one; its author only where there is none."""
    for legal, asked in (((cleo,), cleo), ((cleo, bob), bob)):
        incident = led(policy=Policy(approval=Approval(security={"legal": Approvers(people=legal)})))
        submit(incident, cleo, now, kind="security")
        changed(incident, ada, "Ada", now)
        assert incident.updates == 0, "Legal has not read these words"
        assert clearing.open_parts(incident, approval.waiting(incident), now=now) == {"legal": (asked,)}
        approval.approve(incident, approval.waiting(incident), by=asked, now=now)
        assert incident.updates == 1


def test_sec_20_without_names_a_second_leader_or_the_duty_manager(
    led: Led, ada: Person, cleo: Person, eve: Person, now: datetime
) -> None:
    incident = led()
    waiting = submit(incident, cleo, now, kind="security")
    assert clearing.open_parts(incident, waiting, now=now)["second"] == (ada,)
    incident.on_call = OnCall(duty_manager=eve)
    assert clearing.open_parts(incident, waiting, now=now)["second"] == (ada, eve)


def test_appr_7_never_for_security(small: Incident, ada: Person, now: datetime) -> None:
    submit(small, ada, now, template="STG-26")
    with pytest.raises(Refused, match="For security a second person"):
        approval.approve(small, approval.waiting(small), by=ada, now=now, alone="nobody is there")


def test_appr_2_who_is_asked_besides_is_not_waited_for_beyond_the_deadline(
    led: Led, ada: Person, cleo: Person, dan: Person, after: At
) -> None:
    incident = led(policy=on(besides={"sev1": Approvers(people=(dan,))}))
    now = after(0)
    waiting = submit(incident, cleo, now)
    assert clearing.open_parts(incident, waiting, now=now) == {"usual": (ada,), "besides": (dan,)}
    assert not approval.lapsed(incident, now=after(5))
    approval.approve(incident, waiting, by=ada, now=now)
    assert not approval.lapsed(incident, now=after(4))
    assert approval.lapsed(incident, now=after(5))
    assert incident.draft
    approval.release(incident, incident.draft, now=after(5))
    assert incident.updates == 1
    assert incident.update
    assert incident.update.approved_by == ada
    assert not approval.lapsed(incident, now=after(5))


def test_appr_2_who_is_asked_besides_is_waited_for_five_minutes_however_long_the_others_have(
    led: Led, ada: Person, cleo: Person, dan: Person, after: At
) -> None:
    incident = led(policy=on(besides={"sev1": Approvers(people=(dan,))}, minutes=12))
    submit(incident, cleo, after(0))
    approval.approve(incident, approval.waiting(incident), by=ada, now=after(1))
    assert incident.deadlines["approval"].wake_at == after(5), "the clock looks then"
    assert not approval.lapsed(incident, now=after(4))
    assert approval.lapsed(incident, now=after(5))


def test_appr_2_a_person_of_both_says_yes_once(led: Led, ada: Person, cleo: Person, now: datetime) -> None:
    incident = led(policy=on(besides={"sev1": Approvers(people=(ada,))}))
    waiting = submit(incident, cleo, now)
    approval.approve(incident, waiting, by=ada, now=now)
    assert incident.updates == 1


def test_appr_8_the_clock_posts_what_was_agreed_on(led: Led, ada: Person, now: datetime, after: At) -> None:
    incident = led(policy=on(at_deadline="post"))
    assert drafts.holding_is_free(incident, now=after(15))
    made = draft(ada, now, template="STG-10")
    approval.post_holding(incident, made, now=after(15))
    assert incident.update
    assert (incident.update.by, incident.update.approved_by) == (CLOCK, CLOCK)


def test_appr_5_the_commander_asks_at_most_half_a_minute(
    led: Led, ada: Person, cleo: Person, now: datetime, after: At
) -> None:
    incident = led(policy=replace(on(), objection_seconds=90))
    waiting = submit(incident, cleo, now)
    with pytest.raises(Refused, match="The Incident Commander asks"):
        proposals.ask_about_post(incident, waiting, by=cleo, now=now)
    proposals.ask_about_post(incident, waiting, by=ada, now=now)
    assert incident.proposals[0].until == after(0.5)


@pytest.mark.parametrize("times", [(15, 20), (22, 25), (27, 30), (31, 36)])
def test_cad_6_an_update_is_decided_five_minutes_before_it_is_due(
    cleared: Incident, ada: Person, cleo: Person, after: At, times: tuple[float, float]
) -> None:
    sent, due = times
    approval.approve(cleared, submit(cleared, cleo, after(0)), by=ada, now=after(0))
    assert cleared.deadlines["update"].due_at == after(30)
    submit(cleared, cleo, after(sent))
    assert cleared.deadlines["approval"].due_at == after(due)
    submitted = last(cleared)
    assert isinstance(submitted, DraftSubmitted)
    assert submitted.ahead == 30 - sent


def test_cad_6_the_commander_hears_when_no_draft_waits(cleared: Incident, ada: Person, cleo: Person, after: At) -> None:
    approval.approve(cleared, submit(cleared, cleo, after(0)), by=ada, now=after(0))
    cleared.news.clear()
    rhythm.keep(cleared, now=after(0))
    cleared.deadlines = {"draft": cleared.deadlines["draft"]}
    reminding.remind(cleared, now=after(15))
    reminding.remind(cleared, now=after(20))
    reminded = [event for event in cleared.news if isinstance(event, Reminded) and event.deadline.kind == "draft"]
    assert [(event.minutes, names(event.audience), names(event.escalated)) for event in reminded] == [
        (-5, ["Cleo"], []),
        (0, ["Cleo"], ["Ada"]),
    ]
    submit(cleared, cleo, after(21))
    rhythm.keep(cleared, now=after(21))
    assert "draft" not in cleared.deadlines


def test_appr_1_where_posts_are_cleared_nobody_posts_past_it(cleared: Incident, cleo: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="Somebody else clears this post"):
        publishing.publish(cleared, Stage.INVESTIGATING, title="T", body="B", template="STG-11", by=cleo, now=now)
