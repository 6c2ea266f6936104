"""Random commands and a random clock: what must hold whatever people say (I5, I6, I13, CAD-12, CAD-23)."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import get_args

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from incidents import (
    approval,
    confirming,
    declaring,
    ending,
    fact_sheet,
    following,
    handover,
    long_running,
    paging,
    promises,
    proposals,
    publishing,
    reminding,
    rhythm,
    staffing,
    tasks,
    timeline,
)
from incidents.ending import Recovery
from incidents.errors import Refused
from incidents.event import Event
from incidents.events import (
    CaughtUp,
    NoteKind,
    PhaseChanged,
    Reminded,
)
from incidents.person import Person
from incidents.phase import LEADS_TO, Phase
from incidents.policy import Approval, Policy
from incidents.posting_events import UpdatePublished
from incidents.promise_events import ReviewStep
from incidents.records import Deadline, Draft, OnCall, Wording
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import MOVES, Stage

ADA, BOB, CLEO, DAN, EVE = CAST = [
    Person(id=f"{name.lower()}@example.org", name=name, handle=name.lower())
    for name in ("Ada", "Bob", "Cleo", "Dan", "Eve")
]
AFTERWARDS = {"approval", "review-owner", "review-read", "review", "report"}
"""What may still be owed when the work is over: none of it belongs to the response."""
OVER = {Phase.RESOLVED, Phase.REVIEW, Phase.CLOSED, Phase.CANCELLED, Phase.DISMISSED}

people = st.sampled_from(CAST)
reasons = st.sampled_from(["", "so it is"])
numbers = st.integers(0, 3)


class IncidentMachine(RuleBasedStateMachine):
    """Everything the rules offer, by anybody at any time; what they refuse must change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2031, 4, 2, 14, 0, tzinfo=UTC)
        self.history: list[Event] = []
        self.fired: Counter[tuple[str, datetime, datetime]] = Counter()
        self.phases: list[Phase] = []
        self.reminded = False
        self.owed: dict[str, Deadline] = {}
        self.settled: Counter[bool] = Counter()

    @initialize(
        severity=st.sampled_from([None, *Severity]), triage=st.booleans(), small=st.booleans(), cleared=st.booleans()
    )
    def declare(self, severity: Severity | None, triage: bool, small: bool, cleared: bool) -> None:
        self.incident = declaring.declare(
            id=1,
            title="Checkout",
            severity=severity,
            by=EVE,
            now=self.now,
            policy=Policy(small_team=small, approval=Approval(mode="on" if cleared else "off")),
            on_call=OnCall(primary=ADA, backup=BOB, shadow=CLEO, duty_manager=DAN, backup_liaison=EVE),
            triage=triage,
        )
        self.phases = [self.incident.phase]
        self._settle()

    def say(self, command: Callable[..., None], *words: object, **how: object) -> None:
        before = repr(self.incident)
        try:
            command(self.incident, *words, **how, now=self.now)
        except Refused:
            assert repr(self.incident) == before, "a refusal changed something"
        self._listen()

    def _listen(self) -> None:
        self._settle()
        news, self.incident.news = self.incident.news, []
        self.history += news
        self.fired.update(_steps(news))
        self.phases += [event.new for event in news if isinstance(event, PhaseChanged)]
        if self.phases[-1] is not self.incident.phase:
            self.phases.append(self.incident.phase)
        self.reminded = False

    def _settle(self) -> None:
        """As the unit of work does after each line."""
        rhythm.keep(self.incident, now=self.now)
        for settled in promises.settle(self.incident, self.owed, now=self.now):
            self.settled[settled.kept] += 1
            assert settled.kept == (settled.late_seconds == 0 and settled.done)
        self.owed = dict(self.incident.deadlines)

    @rule(seconds=st.sampled_from([0, 1, 20, 60, 120, 300, 600, 1800, 7200, 2 * 86400]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        reminding.remind(self.incident, now=self.now)
        self._listen()
        self.reminded = True

    @rule(role=st.sampled_from(Role), to=people, by=people, service=st.sampled_from(["", "web"]), reason=reasons)
    def assign(self, role: Role, to: Person, by: Person, service: str, reason: str) -> None:
        self.say(staffing.assign, role, to=to, by=by, service=service, reason=reason)

    @rule(role=st.sampled_from(Role), person=people)
    def take(self, role: Role, person: Person) -> None:
        self.say(staffing.assign, role, to=person, by=person)

    @rule(role=st.sampled_from(Role), whose=people, by=people)
    def release(self, role: Role, whose: Person, by: Person) -> None:
        self.say(staffing.release, role, whose=whose, by=by)

    @rule(to=people, by=people)
    def offer(self, to: Person, by: Person) -> None:
        self.say(handover.offer, to=to, by=self.incident.commander or by)

    @rule(step=st.sampled_from([handover.accept, handover.decline, handover.cancel, handover.finish]), by=people)
    def answer_offer(self, step: Callable[..., None], by: Person) -> None:
        asked = self.incident.handover
        self.say(step, by=asked.to if asked and step is not handover.cancel else by)

    @rule(severity=st.sampled_from(Severity), by=people, reason=reasons)
    def grade(self, severity: Severity, by: Person, reason: str) -> None:
        self.say(declaring.set_severity, severity, reason=reason, by=by)

    @rule(by=people)
    def make_major(self, by: Person) -> None:
        self.say(declaring.make_major, by=self.incident.commander or by)

    @rule(stage=st.sampled_from(Stage), by=people, reason=reasons)
    def publish(self, stage: Stage, by: Person, reason: str) -> None:
        speaker = self.incident.commander or by
        self.say(publishing.publish, stage, title="", body="", template="", by=speaker, reason=reason)

    @rule(stage=st.sampled_from(Stage), by=people, reason=reasons, template=st.sampled_from(["STG-11", "text"]))
    def submit(self, stage: Stage, by: Person, reason: str, template: str) -> None:
        draft = Draft(0, stage, template, {"en": Wording("", "")}, by, self.now, reason=reason)
        self.say(approval.submit, draft, by=by)

    @rule(by=people, alone=reasons)
    def approve(self, by: Person, alone: str) -> None:
        if draft := self.incident.draft:
            self.say(approval.approve, draft, by=by, alone=alone)
            if "approval" not in self.incident.deadlines:
                assert by.id != draft.author.id or alone, "APPR-4"

    @rule(by=people, remark=reasons)
    def give_back(self, by: Person, remark: str) -> None:
        self.say(approval.give_back, remark, by=by)

    @rule(by=people, sure=st.sampled_from(["unknown", "confirmed"]))
    def give_facts(self, by: Person, sure: str) -> None:
        self.say(fact_sheet.give, {"cause_plain": "a full disk", "cause_certainty": sure}, by=by)

    @rule(by=people, reason=reasons)
    def skip_post(self, by: Person, reason: str) -> None:
        self.say(publishing.skip_post, reason=reason, by=by)

    @rule(kind=st.sampled_from(get_args(NoteKind)), by=people)
    def note(self, kind: NoteKind, by: Person) -> None:
        self.say(timeline.note, "seen", kind=kind, by=by)

    @rule(by=people, cause=st.sampled_from(["", "a full disk"]))
    def confirm_cause(self, by: Person, cause: str) -> None:
        self.say(confirming.confirm, cause, by=by)

    @rule(by=people)
    def ask_for_cause(self, by: Person) -> None:
        self.say(confirming.ask, "", by=by)

    @rule(to=people, minutes=st.integers(-1, 40), by=people)
    def give(self, to: Person, minutes: int, by: Person) -> None:
        self.say(tasks.give, "look", to=to, minutes=minutes, by=self.incident.commander or by)

    @rule(step=st.sampled_from([tasks.accept, tasks.finish, tasks.leave_for_later]), number=numbers, by=people)
    def answer_task(self, step: Callable[..., None], number: int, by: Person) -> None:
        self.say(step, number, by=by)

    @rule(number=numbers, minutes=st.integers(-1, 40), by=people)
    def extend(self, number: int, minutes: int, by: Person) -> None:
        self.say(tasks.extend, number, minutes=minutes, by=by)

    @rule(by=people)
    def propose(self, by: Person) -> None:
        self.say(proposals.propose, "move the traffic", by=by)

    @rule(number=numbers, by=people)
    def object_to(self, number: int, by: Person) -> None:
        self.say(proposals.object_to, number, reason="no", by=by)

    @rule(called=st.lists(people, max_size=2), by=people, again=st.booleans())
    def page(self, called: list[Person], by: Person, again: bool) -> None:
        self.say(paging.page, called, reason="", by=by, again=again)

    @rule(number=numbers, by=people)
    def acknowledge(self, number: int, by: Person) -> None:
        self.say(paging.acknowledge, number, by=by)

    @rule(
        name=st.sampled_from(["update", "first-notice", "ic", "roles", "scoping", "task:1", "task-ack:1", "page:1"]),
        by=people,
    )
    def snooze(self, name: str, by: Person) -> None:
        self.say(reminding.snooze, name, reason="so it is", by=by)

    @rule(by=people)
    def tell_management(self, by: Person) -> None:
        self.say(following.tell_management, "", by=self.incident.commander or by)

    @rule(by=people)
    def steady(self, by: Person) -> None:
        self.say(following.steady, by=by)

    @rule(every=st.sampled_from([0, 45, 120, 240]), by=people)
    def lengthen(self, every: int, by: Person) -> None:
        words = {"en": Wording("", "It takes long.")}
        made = Draft(
            0, self.incident.stage or Stage.INVESTIGATING, "STG-20", words, by, self.now, kind="long", every=every
        )
        self.say(long_running.lengthen, made, self.incident.commander or EVE)

    @rule(step=st.sampled_from(get_args(ReviewStep)), by=people)
    def move_review(self, step: ReviewStep, by: Person) -> None:
        self.say(following.move_review, step, by=self.incident.review_owner or by)

    @rule(to=st.sampled_from(Phase), by=people)
    def move(self, to: Phase, by: Person) -> None:
        self.say(ending.move, to, reason="", by=self.incident.commander or by)

    @rule(by=people, data=st.sampled_from(["", "No data was lost."]), early=reasons)
    def resolve(self, by: Person, data: str, early: str) -> None:
        recovery = Recovery(impact_ended=True, recovered=True, confident=True, data_statement=data, early_reason=early)
        self.say(ending.resolve, recovery, by=self.incident.commander or by)

    @rule(by=people, reason=reasons)
    def reopen(self, by: Person, reason: str) -> None:
        self.say(ending.reopen, reason=reason, by=by)

    @rule(by=people, reason=reasons)
    def cancel(self, by: Person, reason: str) -> None:
        self.say(ending.cancel, reason=reason, by=self.incident.commander or by)

    @rule(owner=people, by=people)
    def assign_review(self, owner: Person, by: Person) -> None:
        self.say(ending.assign_review, owner=owner, by=by)

    @rule(severity=st.sampled_from([None, *Severity]), by=people)
    def close(self, severity: Severity | None, by: Person) -> None:
        self.say(ending.close, severity=severity, by=by)

    @invariant()
    def i13_there_is_one_commander_or_none(self) -> None:
        assert len(self.incident.holders_of(Role.IC)) <= 1

    @invariant()
    def role_2_a_role_for_one_is_held_by_one_and_by_nobody_twice(self) -> None:
        held = [(holder.person.id, holder.role, holder.service) for holder in self.incident.holders]
        assert len(held) == len(set(held))
        assert all(len(self.incident.holders_of(role)) <= 1 for role in Role if role.single)

    @invariant()
    def command_once_taken_is_never_vacant(self) -> None:
        assert self.incident.commander or not self.incident.clocks.ic_assigned_at

    @invariant()
    def i5_what_is_over_owes_nothing(self) -> None:
        """CAD-23."""
        over = not self.incident.phase.active
        assert over == (self.incident.phase in OVER)
        assert not (over and set(self.incident.deadlines) - AFTERWARDS)
        assert not (over and self.incident.handover)

    @invariant()
    def i5_phases_follow_one_another_as_the_table_says(self) -> None:
        """LIFE-1 to LIFE-8; only a minor level is closed without a review."""
        for old, new in zip(self.phases, self.phases[1:], strict=False):
            waived = (old, new) == (Phase.RESOLVED, Phase.CLOSED) and self.incident.severity > Severity.SEV3
            assert new in LEADS_TO[old] or waived, (old, new)

    @invariant()
    def life_10_stages_follow_one_another_as_the_table_says(self) -> None:
        stage: Stage | None = None
        for event in self.history:
            if isinstance(event, UpdatePublished):
                assert event.old is stage
                move = MOVES[stage, event.update.stage]
                assert event.reason or not move.asks
                stage = event.update.stage
        assert self.incident.stage is stage

    @invariant()
    def cad_12_what_is_promised_is_never_later_than_the_cadence(self) -> None:
        update = self.incident.update
        if update and update.next_update_at:
            longest = max(level.cadence or 0 for level in self.incident.policy.levels.values())
            assert update.posted_at < update.next_update_at <= update.posted_at + timedelta(minutes=longest)
            assert update.next_update_at.minute % 5 == update.next_update_at.second == 0

    @invariant()
    def cad_7_the_next_update_is_owed_within_the_present_cadence(self) -> None:
        owed, cadence = self.incident.deadlines.get("update"), self.incident.cadence(self.now)
        for event in self.history[-1:]:
            if isinstance(event, UpdatePublished) and owed and cadence:
                assert owed.due_at == event.update.next_update_at
                assert owed.due_at <= event.at + timedelta(minutes=cadence)

    @invariant()
    def cad_8_an_open_sev_1_owes_a_post_until_it_is_withdrawn(self) -> None:
        incident = self.incident
        if incident.severity is Severity.SEV1 and incident.phase.active and incident.phase is not Phase.TRIAGE:
            assert incident.next_update_due() or incident.stage is Stage.WITHDRAWN

    @invariant()
    def appr_3_a_post_that_waits_has_a_deadline_and_no_other_has(self) -> None:
        assert (self.incident.draft is None) == ("approval" not in self.incident.deadlines)

    @invariant()
    def cad_5_facts_are_owed_only_for_an_update(self) -> None:
        if "facts" in self.incident.deadlines:
            assert self.incident.deadlines["facts"].due_at <= self.incident.deadlines["update"].due_at

    @invariant()
    def i6_every_reminder_lies_ahead_once_the_clock_has_looked(self) -> None:
        if self.reminded:
            assert all(owed.wake_at > self.now for owed in self.incident.deadlines.values())

    @invariant()
    def kpi_3_every_promise_is_counted_once(self) -> None:
        assert sum(self.incident.kept.values()) == self.settled[True]
        assert sum(self.incident.broken.values()) == self.settled[False]

    @invariant()
    def what_rhythm_keeps_stands_as_it_would_be_set_anew(self) -> None:
        before = dict(self.incident.deadlines)
        rhythm.keep(self.incident, now=self.now)
        assert self.incident.deadlines == before

    @invariant()
    def i6_no_step_of_a_reminder_is_said_twice(self) -> None:
        assert all(times == 1 for times in self.fired.values()), self.fired.most_common(1)

    @invariant()
    def a_deadline_belongs_to_something_open(self) -> None:
        incident = self.incident
        for owed in incident.deadlines.values():
            if owed.kind == "task":
                assert incident.tasks[owed.number - 1].open
            elif owed.kind == "page":
                assert not incident.pages[owed.number - 1].acknowledged_by
            elif owed.kind == "proposal":
                assert incident.proposals[owed.number - 1].state == "open"


def _steps(news: list[Event]) -> Iterator[tuple[str, datetime, datetime]]:
    for event in news:
        for told in event.missed if isinstance(event, CaughtUp) else [event]:
            if isinstance(told, Reminded):
                yield told.deadline.name, told.deadline.due_at, told.deadline.wake_at


# `make soak` asks for thousands.
EXAMPLES = int(os.environ.get("SITREP_EXAMPLES", "50"))
IncidentMachine.TestCase.settings = settings(max_examples=EXAMPLES, stateful_step_count=40, deadline=None)
TestIncident = IncidentMachine.TestCase
