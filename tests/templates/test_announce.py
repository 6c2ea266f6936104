"""What events make visible, where and in which order."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from gallery import ADA, BOB, CLEO, DAN, NOW, after, kinds_of_events

from incidents import (
    declaring,
    ending,
    events,
    handover,
    paging,
    proposals,
    publishing,
    reminding,
    staffing,
    tasks,
    timeline,
)
from incidents.event import Event
from incidents.events import (
    CaughtUp,
    Closed,
    HandoverEnded,
    PhaseChanged,
    Reminded,
    Renamed,
    SeverityChanged,
    Snoozed,
)
from incidents.incident import Incident
from incidents.person import CLOCK, Person
from incidents.phase import Phase
from incidents.policy import Policy
from incidents.posting_events import PostingSkipped
from incidents.records import Deadline, OnCall
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import Stage
from templates import marks, words
from templates.announce import ANNOUNCERS, announce
from templates.card import Card
from templates.effect import Effect
from templates.house import House
from templates.plain import text

HOUSE = House()


def declared(
    severity: Severity | None = Severity.SEV1,
    *,
    title: str = "Checkout returns 500s",
    private: bool = False,
    triage: bool = False,
) -> Incident:
    return declaring.declare(
        id=1,
        title=title,
        severity=severity,
        by=ADA,
        now=NOW,
        policy=Policy(),
        on_call=OnCall(primary=ADA),
        private=private,
        triage=triage,
    )


def running(severity: Severity = Severity.SEV1, *, private: bool = False) -> Incident:
    """Ada commands, Cleo speaks to customers; all that is announced already."""
    incident = declared(severity, private=private)
    staffing.assign(incident, Role.IC, to=ADA, by=ADA, now=NOW)
    staffing.assign(incident, Role.CUSTOMER_LIAISON, to=CLEO, by=CLEO, now=NOW)
    incident.news.clear()
    return incident


def seen(incident: Incident, *happened: Event, house: House = HOUSE, now: datetime = NOW) -> list[Effect]:
    """What is announced of the given events, or of the incident's news."""
    news = list(happened) or incident.news
    incident.news = []
    return announce(incident, news, house=house, now=now)


def places(effects: Sequence[Effect]) -> list[tuple[str, str, str]]:
    return [(effect.kind, effect.to, effect.slot) for effect in effects]


def card(effect: Effect) -> Card:
    assert effect.card is not None
    return effect.card


def said(effects: Sequence[Effect], to: str = "room") -> list[str]:
    """The new messages at a place; cards that are only kept up to date are left out."""
    kept = ("headline", "timeline")
    return [text(card(each)) for each in effects if each.to == to and each.card and each.slot not in kept]


def pressed(effects: Sequence[Effect], to: str = "room") -> list[tuple[str, str]]:
    """Label and line of every button outside the headline."""
    shown = [each for each in effects if each.to == to and each.card and each.slot != "headline"]
    return [(button.label, button.says) for each in shown for button in card(each).buttons]


def whispers(effects: Sequence[Effect]) -> list[str]:
    return [effect.to for effect in effects if effect.kind == "private"]


def reminded(name: str, minutes: int, *audience: Person, **more: object) -> Reminded:
    deadline = Deadline(name=name, due_at=after(-minutes), wake_at=NOW, snoozed=bool(more.pop("snoozed", False)))
    values = {"at": NOW, "by": CLOCK, "deadline": deadline, "minutes": minutes, "audience": audience} | more
    return Reminded(**values)  # type: ignore[arg-type]


def test_every_kind_of_event_is_announced_or_left_out_on_purpose() -> None:
    kinds = set(kinds_of_events())
    assert kinds == set(ANNOUNCERS)


def test_a_declaration_opens_the_room_and_lets_the_declarer_in_before_anything_is_said() -> None:
    effects = seen(declared())
    assert places(effects) == [
        ("open", "room", ""),
        ("invite", "room", ""),
        ("topic", "room", ""),
        ("post", "room", "headline"),
        ("pin", "room", "headline"),
        ("post", "room", "timeline"),
        ("post", "room", ""),
        ("post", "announce", "announcement"),
    ]
    assert effects[0].text == "inc-1-checkout-returns-500s"
    assert effects[0].people == effects[1].people == (ADA,)
    assert {effect.rank for effect in effects} == {1}


def test_the_welcome_says_emergency_mode_and_how_to_call_a_commander() -> None:
    (welcome,) = said(seen(declared(None)))
    assert "No severity was named, so it stands at SEV-2 / P1" in welcome
    assert "We are in emergency mode now" in welcome
    assert "/ic page" in welcome
    assert "#incidents" in welcome
    assert "No severity was named" not in said(seen(declared()))[0]


def test_the_announcement_names_severity_room_commander_and_declarer() -> None:
    (announcement,) = said(seen(declared()), "announce")
    assert announcement.splitlines() == [
        "🔴 SEV-1 / P0 · Checkout returns 500s",
        "Severity: SEV-1 / P0 (critical)",
        "Room: #inc-1-checkout-returns-500s",
        "Incident Commander: nobody yet",
        "Customers have been told: nothing yet",
        "Declared by: Ada Lovelace at 14:00 UTC",
    ]


def test_a_private_incident_is_never_announced() -> None:
    incident = declared(private=True)
    effects = seen(incident)
    assert effects[0].private
    assert "#incidents" not in said(effects)[0]
    staffing.assign(incident, Role.IC, to=ADA, by=ADA, now=NOW)
    effects += seen(incident)
    declaring.set_severity(incident, Severity.SEV3, reason="small", by=ADA, now=NOW)
    effects += seen(incident)
    publishing.publish(incident, Stage.INVESTIGATING, title="T", body="B", template="x", by=ADA, now=NOW)
    effects += seen(incident)
    assert {effect.to for effect in effects} == {"room", f"person:{ADA.id}"}


def test_a_report_is_announced_when_it_is_confirmed_and_not_before() -> None:
    incident = declared(triage=True)
    effects = seen(incident)
    assert said(effects, "announce") == []
    assert "being checked" in said(effects)[0]
    ending.move(incident, Phase.SIZE_UP, reason="seen by users", by=ADA, now=NOW)
    effects = seen(incident)
    assert said(effects) == ["Phase: triage → size up: seen by users", "Calling @ada: SEV-1 / P0 confirmed"]
    assert [effect.to for effect in effects if effect.kind == "page"] == [f"person:{ADA.id}"]
    assert len(said(effects, "announce")) == 1


def test_a_report_that_came_to_nothing_is_announced_to_nobody() -> None:
    incident = declared(triage=True)
    incident.news.clear()
    ending.cancel(incident, reason="The probe was wrong.", by=ADA, now=NOW)
    effects = seen(incident)
    assert said(effects, "announce") == []
    assert "Checked: this is no incident. The probe was wrong." in said(effects)[0]
    assert "back in normal mode" in said(effects)[0]
    ending.close(incident, severity=Severity.SEV5, by=ADA, now=NOW)
    effects = seen(incident)
    assert said(effects, "announce") == []
    assert said(effects) == ["Closed at SEV-5 / P3. We are back in normal mode. Thank you."]


def test_a_declaration_with_more_in_one_line_posts_one_headline() -> None:
    incident = declared()
    paging.page(incident, [BOB], reason="", by=ADA, now=NOW)
    slots = [effect.slot for effect in seen(incident)]
    assert slots.count("headline") == 2, "posted once, pinned once"
    assert slots.count("announcement") == 1


def test_a_new_severity_is_said_in_both_scales_with_the_next_due_time() -> None:
    incident = running(Severity.SEV2)
    declaring.set_severity(incident, Severity.SEV1, reason="all regions", by=BOB, now=after(5))
    effects = seen(incident, now=after(5))
    assert said(effects) == [
        "@bob raised the severity: SEV-2 / P1 → SEV-1 / P0: all regions\nThe next public update is due at 14:20 UTC."
    ]
    assert [effect.kind for effect in effects] == ["post", "post", "topic", "post"]
    assert effects[-1].slot == "announcement"


def test_svr_7_that_it_is_major_is_said_with_what_follows() -> None:
    incident = running(Severity.SEV3)
    declaring.make_major(incident, by=ADA, now=NOW)
    effects = seen(incident)
    assert said(effects) == [
        "@ada makes this a major incident: it needs more than one team. All roles are to be filled now."
    ]
    assert card(effects[0]).tone == "warn"
    assert places(effects) == [("post", "room", ""), ("post", "room", "headline")]


def test_a_rename_shows_everywhere_the_title_stands() -> None:
    incident = running()
    declaring.rename(incident, "Basket is empty", by=ADA, now=NOW)
    effects = seen(incident)
    assert said(effects) == ["@ada renamed this incident: Basket is empty (before: Checkout returns 500s)"]
    assert "Basket is empty" in said(effects, "announce")[0]
    assert "Basket is empty" in card(effects[1]).title


def test_taking_command_is_spoken_with_the_full_title_and_everybody_is_named() -> None:
    incident = running()
    incident.holders.clear()
    staffing.assign(incident, Role.SME, to=DAN, by=DAN, now=NOW, service="database")
    incident.news.clear()
    staffing.assign(incident, Role.IC, to=ADA, by=ADA, now=NOW)
    effects = seen(incident)
    assert said(effects) == [
        "@ada: “My name is Ada Lovelace and I am the Incident Commander here.”\n"
        "Incident Commander: @ada · Deputy: nobody · Scribe: nobody · Customer Liaison: nobody · "
        "Internal Liaison: nobody · Experts: @dan (database)"
    ]
    assert whispers(effects) == [f"person:{ADA.id}"]
    assert effects[1].people == (ADA,)
    assert "topic" in [effect.kind for effect in effects]


def test_another_role_is_said_with_its_warnings_and_leaves_the_topic_alone() -> None:
    incident = running()
    staffing.assign(incident, Role.SCRIBE, to=CLEO, by=CLEO, now=NOW)
    effects = seen(incident)
    first, second, line = said(effects)[0].splitlines()
    assert first == "@cleo is Scribe now."
    assert second == "⚠ Cleo Clay now holds Customer Liaison and Scribe: two jobs at once."
    assert "Scribe: @cleo" in line
    assert "topic" not in [effect.kind for effect in effects]
    assert said(effects, "announce") == []


def test_several_changes_at_once_name_everybody_once() -> None:
    incident = running()
    staffing.assign(incident, Role.SCRIBE, to=BOB, by=ADA, now=NOW)
    staffing.release(incident, Role.CUSTOMER_LIAISON, whose=CLEO, by=CLEO, now=NOW)
    first, second = said(seen(incident))
    assert first == "@bob is Scribe now."
    assert second.startswith("@cleo is no longer Customer Liaison.\nIncident Commander: @ada · ")


def test_an_expert_is_named_with_the_service_and_who_was_replaced() -> None:
    incident = running()
    staffing.assign(incident, Role.SME, to=DAN, by=DAN, now=NOW, service="database")
    assert said(seen(incident))[0].startswith("@dan is Expert for database now.")
    staffing.assign(incident, Role.CUSTOMER_LIAISON, to=BOB, by=ADA, now=NOW)
    assert "@cleo no longer holds this role." in said(seen(incident))[0]


def test_a_handover_is_offered_in_private_accepted_aloud_and_done_by_a_button() -> None:
    incident = running()
    handover.offer(incident, to=BOB, by=ADA, now=NOW)
    effects = seen(incident)
    assert said(effects) == ["@ada asks @bob to take over command. Until the handover is done @ada commands."]
    assert pressed(effects, f"person:{BOB.id}") == [
        ("Accept command", "handover accept"),
        ("Decline", "handover decline"),
    ]
    handover.accept(incident, by=BOB, now=NOW)
    effects = seen(incident)
    assert effects[0].kind == "invite"
    assert pressed(effects) == [("Handover done", "handover done")]
    assert "3. Either of you presses Handover done." in said(effects)[0]
    handover.finish(incident, by=BOB, now=NOW)
    effects = seen(incident)
    assert said(effects)[0].startswith("@bob: “My name is Bob Boole and I am the Incident Commander here.”")
    assert whispers(effects) == [f"person:{BOB.id}", f"person:{ADA.id}"]
    assert "rest" in said(effects, f"person:{ADA.id}")[0]
    assert "Incident Commander: @bob" in said(effects, "announce")[0]


@pytest.mark.parametrize(
    ("declined", "expected"),
    [(True, "@bob does not take over command."), (False, "The handover to @bob is called off.")],
)
def test_a_handover_that_ends_changes_nothing(declined: bool, expected: str) -> None:
    effects = seen(running(), HandoverEnded(at=NOW, by=BOB, to=BOB, declined=declined))
    assert said(effects) == [f"{expected}\n@ada commands as before."]


def test_a_note_goes_into_the_thread_with_time_kind_and_author_and_nowhere_else() -> None:
    incident = running()
    at = NOW.replace(minute=5, second=30)
    timeline.note(incident, "use the spare line", kind="decision", by=BOB, now=at, executor=DAN)
    effects = seen(incident)
    assert places(effects) == [("post", "thread", "")]
    assert said(effects, "thread") == ["14:05:30 UTC decision: use the spare line, executor @dan (Bob Boole)"]


def test_a_back_dated_note_says_when_it_was_written() -> None:
    incident = running()
    timeline.note(incident, "deploy", by=BOB, now=after(12), happened_at=after(-5))
    assert said(seen(incident), "thread") == ["13:55:00 UTC note: deploy (Bob Boole) (noted 14:12 UTC)"]


def test_what_was_written_in_the_thread_is_not_repeated() -> None:
    incident = running()
    timeline.note(incident, "hello", by=BOB, now=NOW, from_thread=True)
    timeline.correct(incident, 4, old="a", text="b", by=BOB, now=NOW, from_thread=True)
    timeline.withdraw(incident, 4, old="b", by=BOB, now=NOW, from_thread=True)
    assert seen(incident) == []


def test_a_decision_that_nobody_carries_out_asks_the_scribe_in_private() -> None:
    incident = running()
    staffing.assign(incident, Role.SCRIBE, to=DAN, by=DAN, now=NOW)
    incident.news.clear()
    timeline.note(incident, "use the spare line", kind="decision", by=BOB, now=NOW, from_thread=True)
    effects = seen(incident)
    assert places(effects) == [("private", f"person:{DAN.id}", "")]


def test_corrections_keep_what_stood_there() -> None:
    incident = running()
    timeline.correct(incident, 4, old="13:55", text="13:57", by=BOB, now=NOW)
    timeline.withdraw(incident, 5, old="reboot", reason="elsewhere", by=BOB, now=NOW)
    assert said(seen(incident), "thread") == [
        "14:00:00 UTC correction to entry 4: 13:57 (before: 13:55) (Bob Boole)",
        "14:00:00 UTC correction to entry 5: no longer counts, elsewhere (before: reboot) (Bob Boole)",
    ]


def test_a_task_is_asked_of_one_person_with_a_time_and_buttons() -> None:
    incident = running()
    tasks.give(incident, "look at the db", to=BOB, minutes=10, by=ADA, now=NOW)
    effects = seen(incident)
    assert said(effects) == ["@bob: look at the db. I ask for your answer in 10 min, by 14:10 UTC. Is that clear?"]
    assert pressed(effects) == [
        ("Clear, I do it", "task ack 1"),
        ("Done", "task done 1"),
        ("Need longer", "task longer 1"),
    ]


def test_what_becomes_of_a_task_is_one_line() -> None:
    incident = running()
    tasks.give(incident, "look at the db", to=BOB, minutes=10, by=ADA, now=NOW)
    tasks.give(incident, "look at the cache", to=BOB, minutes=10, by=ADA, now=NOW)
    incident.news.clear()
    tasks.accept(incident, 1, by=BOB, now=NOW)
    tasks.extend(incident, 1, minutes=20, by=BOB, now=NOW)
    tasks.finish(incident, 1, result="the pool was full", by=BOB, now=NOW)
    tasks.leave_for_later(incident, 2, by=BOB, now=NOW)
    assert said(seen(incident)) == [
        "Task 1 is clear: Bob Boole answers by 14:10 UTC.",
        "Task 1 needs longer: Bob Boole answers by 14:20 UTC.",
        "Task 1 is done (Bob Boole): the pool was full",
        "Task 2 is left for afterwards: look at the cache",
    ]


def test_a_proposal_loses_its_button_when_it_is_decided() -> None:
    incident = running()
    proposals.propose(incident, "use the spare line", by=CLEO, now=NOW, executor=DAN)
    effects = seen(incident)
    assert effects[0].slot == "proposal-1"
    assert pressed(effects) == [("Strong objection", "object 1")]
    assert "by 14:00:30 UTC we do it" in said(effects)[0]
    carried = replace(incident.proposals[0], state="carried")
    effects = seen(incident, events.Carried(at=NOW, by=CLOCK, proposal=carried))
    assert [effect.slot for effect in effects] == ["proposal-1", "", "headline"]
    assert pressed(effects) == []
    assert said(effects)[1] == ("Nobody objects strongly, so we do it: use the spare line. @dan carries it out.")


def test_rel_121_what_was_carried_during_an_absence_is_told_in_the_one_message() -> None:
    incident = running()
    proposals.propose(incident, "use the spare line", by=CLEO, now=NOW)
    incident.news.clear()
    reminding.remind(incident, now=after(10))
    effects = seen(incident, now=after(10))
    assert places(effects) == [("post", "room", "proposal-1"), ("post", "room", ""), ("post", "room", "headline")]
    proposal, caught_up = said(effects)
    assert "Carried: nobody objected strongly." in proposal
    assert card(effects[0]).buttons == ()
    assert "- Proposal 1 carried, nobody objected strongly: use the spare line" in caught_up.splitlines()


def test_an_objection_asks_the_commander_to_decide() -> None:
    incident = running()
    proposals.propose(incident, "reboot", by=CLEO, now=NOW)
    incident.news.clear()
    proposals.object_to(incident, 1, reason="data is at risk", by=DAN, now=NOW)
    effects = seen(incident)
    assert effects[0].slot == "proposal-1"
    assert pressed(effects) == []
    assert said(effects)[1] == "@dan objects strongly to “reboot”: data is at risk\n@ada, please decide anew."


def test_a_public_post_carries_only_what_was_written_for_the_public() -> None:
    incident = running()
    publishing.publish(
        incident, Stage.INVESTIGATING, title="Investigating - Checkout", body="We look.", template="x", by=CLEO, now=NOW
    )
    effects = seen(incident)
    assert places(effects)[0] == ("post", "status", "update-1")
    assert said(effects, "status") == ["Investigating - Checkout\nWe look."]
    assert pressed(effects, "status") == []
    assert said(effects) == ["Update posted: Investigating, next due 14:30 UTC by @cleo."]
    assert "Customers have been told: Investigating" in said(effects, "announce")[0]


def test_a_late_post_says_so_and_a_final_one_promises_nothing() -> None:
    incident = running()
    publishing.publish(incident, Stage.INVESTIGATING, title="T", body="B", template="x", by=CLEO, now=after(20))
    assert said(seen(incident)) == [
        "Update posted: Investigating, next due 14:50 UTC by @cleo. It went out 5 min after its due time."
    ]
    incident.phase = Phase.RESOLVED
    publishing.publish(incident, Stage.RESOLVED, title="T", body="B", template="x", by=CLEO, now=after(25), reason="r")
    assert said(seen(incident)) == ["Update posted: Resolved."]


def test_resolving_thanks_and_asks_the_liaison_to_tell_customers() -> None:
    incident = running()
    publishing.publish(incident, Stage.INVESTIGATING, title="T", body="B", template="x", by=CLEO, now=NOW)
    incident.news.clear()
    recovery = ending.Recovery(
        impact_ended=True, recovered=True, confident=True, data_statement="No data was lost.", early_reason="calm"
    )
    ending.resolve(incident, recovery, by=ADA, now=after(30))
    effects = seen(incident, now=after(30))
    (thanks,) = said(effects)
    assert "Thanks to everyone." in thanks
    assert "Data: No data was lost." in thanks
    assert pressed(effects, f"person:{CLEO.id}") == [("Post resolved", "update resolved")]
    assert said(effects, "announce")[0].startswith("Resolved · 🔴 SEV-1 / P0")


@pytest.mark.parametrize(
    ("severity", "stage", "skipped", "asked"),
    [
        (Severity.SEV1, Stage.RESOLVED, "", False),
        (Severity.SEV1, None, "", True),
        (Severity.SEV2, None, "internal only", False),
        (Severity.SEV4, None, "", False),
    ],
)
def test_nobody_is_asked_for_a_post_that_customers_do_not_miss(
    severity: Severity, stage: Stage | None, skipped: str, asked: bool
) -> None:
    incident = running(severity)
    incident.stage, incident.skipped_post, incident.phase = stage, skipped, Phase.RESOLVED
    effects = seen(incident, events.Resolved(at=NOW, by=ADA, data_statement="None."))
    assert bool(whispers(effects)) is asked


def test_a_relapse_a_review_and_a_close_are_said() -> None:
    incident = running()
    incident.phase = Phase.RESOLVED
    ending.assign_review(incident, owner=DAN, by=ADA, now=NOW)
    assert said(seen(incident))[0].startswith("@dan owns the review.")
    ending.reopen(incident, reason="errors rise again", by=BOB, now=NOW)
    effects = seen(incident)
    assert said(effects)[0].splitlines()[:2] == [
        "@bob reopened this incident: errors rise again",
        "We are in emergency mode again.",
    ]
    closed = Closed(at=NOW, by=ADA, severity=Severity.SEV2)
    lowered = SeverityChanged(at=NOW, by=ADA, old=Severity.SEV1, new=Severity.SEV2, reason="final")
    assert said(seen(incident, lowered, closed)) == ["Closed at SEV-2 / P1. We are back in normal mode. Thank you."]


def test_a_false_alarm_is_never_scolded() -> None:
    incident = running()
    ending.cancel(incident, reason="The probe was wrong.", by=ADA, now=NOW)
    effects = seen(incident)
    assert "Thank you for speaking up" in said(effects)[0]
    assert "back in normal mode" in said(effects)[0]
    assert said(effects, "announce")[0].endswith("It was a false alarm.")


def test_a_false_alarm_found_while_checking_the_fix_is_said_once() -> None:
    incident = running()
    ending.move(incident, Phase.VERIFY, reason="", by=ADA, now=NOW)
    incident.news.clear()
    ending.cancel(incident, reason="The probe was wrong.", by=ADA, now=NOW)
    assert [type(event) for event in incident.news] == [PhaseChanged, events.Cancelled]
    (only,) = said(seen(incident))
    assert "Thank you for speaking up" in only


def test_a_decision_not_to_post_and_a_phase_are_said_in_the_room() -> None:
    incident = running()
    skipped = PostingSkipped(at=NOW, by=ADA, reason="Only staff see it.")
    moved = PhaseChanged(at=NOW, by=ADA, old=Phase.SIZE_UP, new=Phase.VERIFY)
    assert said(seen(incident, skipped, moved)) == [
        "Decided by @ada: no public post for now. Only staff see it.",
        "Phase: size up → verify",
    ]


def test_a_due_update_is_named_in_the_room_and_to_its_owner_with_four_answers() -> None:
    incident = running()
    publishing.publish(incident, Stage.INVESTIGATING, title="T", body="B", template="x", by=CLEO, now=NOW)
    effects = seen(incident, reminded("update", -5, CLEO))
    assert said(effects) == ["The next public update is due at 14:05 UTC, in 5 min: @cleo"]
    assert whispers(effects) == [f"person:{CLEO.id}"]
    answers = [
        ("Draft now", "update"),
        ("No news", "update no-news"),
        ("Snooze 5 min…", "snooze update"),
        ("Hand to somebody", "assign customer-liaison"),
    ]
    assert pressed(effects) == pressed(effects, f"person:{CLEO.id}") == answers


def test_a_first_notice_offers_the_holding_statement() -> None:
    effects = seen(running(), reminded("first-notice", -2, CLEO, snoozed=True))
    assert said(effects) == ["The first public notice is due at 14:02 UTC, in 2 min: @cleo"]
    assert [label for label, _ in pressed(effects)] == ["Draft now", "Holding statement", "Hand to somebody"]


@pytest.mark.parametrize(
    ("minutes", "expected"), [(0, "is due at 14:00 UTC, now"), (5, "was due at 13:55 UTC, 5 min overdue")]
)
def test_a_time_that_has_come_cannot_be_snoozed(minutes: int, expected: str) -> None:
    effects = seen(running(), reminded("first-notice", minutes, CLEO))
    assert expected in said(effects)[0]
    assert "Snooze 5 min…" not in dict(pressed(effects))


def test_an_overdue_post_names_more_people_but_nobody_is_told_twice() -> None:
    effects = seen(running(), reminded("update", 10, ADA, ADA, escalated=(ADA, BOB)))
    assert said(effects) == [
        "The next public update was due at 13:50 UTC, 10 min overdue: @ada\n"
        "It has not gone out; @bob, please see to it."
    ]
    assert whispers(effects) == [f"person:{ADA.id}", f"person:{BOB.id}"]


def test_who_is_in_command_is_asked_in_the_room() -> None:
    incident = declared()
    incident.news.clear()
    effects = seen(incident, reminded("ic", 0, ADA))
    assert said(effects)[0].startswith("Who is in command? Nobody so far")
    assert "/ic shows the numbers" in said(effects)[0]
    assert pressed(effects) == [("Take command", "take ic")]
    assert whispers(effects) == []


def test_open_roles_can_be_taken_by_a_button() -> None:
    effects = seen(running(), reminded("roles", 0, ADA, open_roles=(Role.SCRIBE, Role.INTERNAL_LIAISON)))
    assert said(effects)[0].startswith("Still open: Scribe, Internal Liaison. @ada, please name somebody")
    assert pressed(effects) == [("Take scribe", "take scribe"), ("Take internal liaison", "take internal-liaison")]


def test_an_unanswered_call_is_repeated_and_told_to_the_room_when_its_time_is_over() -> None:
    incident = running()
    paging.page(incident, [BOB, DAN], reason="db", by=ADA, now=NOW)
    incident.news.clear()
    early = seen(incident, replace(reminded("page:1", -3, BOB, DAN), at=NOW + timedelta(minutes=4)))
    assert places(early) == [("page", f"person:{BOB.id}", ""), ("page", f"person:{DAN.id}", "")]
    late = seen(incident, replace(reminded("page:1", 0, BOB, DAN), at=NOW + timedelta(minutes=5)))
    assert said(late)[0].startswith("Nobody has answered the call to @bob, @dan of 14:00 UTC (db).")


def test_the_end_of_a_time_box_asks_its_holder_and_tells_the_leaders() -> None:
    incident = running()
    staffing.assign(incident, Role.DEPUTY, to=DAN, by=DAN, now=NOW)
    tasks.give(incident, "look at the db", to=BOB, minutes=10, by=ADA, now=NOW)
    incident.news.clear()
    effects = seen(incident, reminded("task:1", 0, BOB, escalated=(ADA, DAN)))
    assert said(effects)[0].startswith("@bob, what did you find? If you need longer, how much?")
    assert pressed(effects) == [("Done", "task done 1"), ("Need longer", "task longer 1")]
    assert whispers(effects) == [f"person:{ADA.id}", f"person:{DAN.id}"]


def test_after_an_absence_one_message_says_it_all() -> None:
    incident = running()
    tasks.give(incident, "look at the db", to=BOB, minutes=10, by=ADA, now=NOW)
    proposals.propose(incident, "use the spare line", by=BOB, now=NOW)
    paging.page(incident, [BOB], reason="db", by=ADA, now=NOW)
    incident.news.clear()
    missed = (
        reminded("roles", 90, ADA, open_roles=(Role.SCRIBE,)),
        reminded("proposal:1", 119, ADA),
        reminded("task:1", 110, BOB, escalated=(ADA,)),
        reminded("update", 45, CLEO),
    )
    effects = seen(incident, CaughtUp(at=NOW, by=CLOCK, away_minutes=120, missed=missed))
    assert places(effects) == [("post", "room", ""), ("post", "room", "headline")]
    assert said(effects)[0].splitlines() == [
        "Sitrep was away for 2 h. Meanwhile this came up:",
        "- Public update, due 13:15 UTC, 45 min overdue: @cleo",
        "- Answer to task 1 (look at the db), due 12:10 UTC, 1 h 50 min overdue: @bob, @ada",
        "- Roles to fill (Scribe), due 12:30 UTC, 1 h 30 min overdue: @ada",
        "- Proposal 1 carried, nobody objected strongly: use the spare line",
    ]
    assert [label for label, _ in pressed(effects)] == ["Draft now", "Hand to somebody"]


def test_nothing_is_said_of_an_absence_in_which_nothing_fell_due() -> None:
    effects = seen(running(), CaughtUp(at=NOW, by=CLOCK, away_minutes=120, missed=()))
    assert said(effects) == []


def test_a_snooze_is_invisible() -> None:
    deadline = Deadline(name="update", due_at=NOW, wake_at=NOW, snoozed=True)
    assert seen(running(), Snoozed(at=NOW, by=CLEO, deadline=deadline)) == []


def test_everybody_called_gets_a_call_before_anything_else() -> None:
    incident = running()
    paging.page(incident, [BOB, DAN], reason="database", by=ADA, now=NOW)
    effects = seen(incident)
    assert places(effects)[:2] == [("page", f"person:{BOB.id}", ""), ("page", f"person:{DAN.id}", "")]
    assert [effect.rank for effect in effects[:2]] == [0, 0]
    assert text(card(effects[0])).splitlines() == [
        "SEV-1 / P0: you are called",
        "Ada Lovelace calls you to SEV-1 / P0: Checkout returns 500s",
        "Room: #inc-1-checkout-returns-500s",
        "Reason: database",
    ]
    assert said(effects) == ["Calling @bob, @dan: database"]
    assert pressed(effects) == [("On my way", "ack 1")]


def test_an_empty_roster_is_said_with_what_to_do_by_hand() -> None:
    incident = running()
    paging.page(incident, [], reason="", by=ADA, now=NOW)
    effects = seen(incident)
    assert "Nobody was called" in said(effects)[0]
    assert "call by phone" in said(effects)[0]
    assert pressed(effects) == []


def test_a_test_instance_calls_nobody_and_says_so() -> None:
    incident = running()
    paging.page(incident, [BOB], reason="", by=ADA, now=NOW)
    effects = seen(incident, house=House(test_mode=True))
    assert [effect.kind for effect in effects] == ["post", "post"]
    assert said(effects) == ["TEST INSTANCE, nobody is called. It would call Bob Boole"]


def test_an_answer_to_a_call_is_one_line_with_its_delay() -> None:
    incident = running()
    paging.page(incident, [BOB], reason="", by=ADA, now=NOW)
    incident.news.clear()
    paging.acknowledge(incident, 1, by=BOB, now=after(4))
    assert said(seen(incident)) == ["✓ @bob is on the way, 4 min after the call."]


@pytest.mark.parametrize(
    "typed", ["{{7*7}}", "{% for x in y %}", "<!channel>", "<script>alert(1)</script>", "&amp; *b*"]
)
def test_what_people_type_comes_out_letter_by_letter(typed: str) -> None:
    incident = declared(title=typed)
    shown = said(seen(incident)) + said(seen(declared(title=typed)), "announce")
    tasks.give(incident, typed, to=BOB, minutes=5, by=ADA, now=NOW)
    timeline.note(incident, typed, by=BOB, now=NOW)
    effects = seen(incident)
    shown += said(effects) + said(effects, "thread")
    renamed = Renamed(at=NOW, by=ADA, old=typed, new=typed)
    shown += said(seen(incident, renamed))
    assert len(shown) == 5
    assert [each for each in shown if typed not in each] == []


def test_every_message_compiles() -> None:
    names = [name for name in words.environment.list_templates() if name.startswith("messages/")]
    assert len(names) > 30
    for name in names:
        words.environment.get_template(name)


def test_a_note_is_announced_fast_enough_for_a_busy_room() -> None:
    incident = running()
    note = events.Noted(at=NOW, by=BOB, kind="note", text="hello", happened_at=NOW)
    best = min(_seconds(incident, note, 300) for _ in range(5)) / 300
    assert best < 150e-6 * 3, "three times the budget on a busy machine is a fault, not noise"


def _seconds(incident: Incident, event: Event, rounds: int) -> float:
    start = time.perf_counter()
    for _ in range(rounds):
        announce(incident, [event], house=HOUSE, now=NOW)
    return time.perf_counter() - start


def test_times_and_spans_are_written_as_people_say_them() -> None:
    assert words.clock(NOW, now=NOW, zone="Europe/Warsaw") == "16:00 CEST"
    assert words.clock(NOW, now=after(-24 * 60), zone="Europe/Warsaw") == "2031-04-02 16:00 CEST"
    assert words.clock(NOW, now=NOW, zone="America/Sao_Paulo") == "11:00 UTC-03"
    assert [words.span(minutes) for minutes in (0, 45, 60, 90)] == ["0 min", "45 min", "1 h", "1 h 30 min"]
    assert [words.seconds_span(seconds) for seconds in (40, 119, 600)] == ["40 s", "119 s", "10 min"]
    assert [words.lateness(minutes) for minutes in (-5, 0, 5)] == ["in 5 min", "now", "5 min overdue"]
    assert marks.plain(words.render("timeline")).startswith("Write in this thread")
