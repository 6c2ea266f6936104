"""What is owed and when: arming deadlines and the steps at which they speak (section 8 of the rules)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from incidents import calendar
from incidents.calendar import Hours
from incidents.incident import Incident
from incidents.phase import Phase
from incidents.records import Deadline, Task
from incidents.severity import Severity
from incidents.stage import Stage

MERGED = timedelta(minutes=1)
"""Two reminders of one deadline that are no further apart than this are one."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Minutes relative to the due time at which to speak; then every ``repeat`` minutes until it is done.

    With ``hours`` it goes on each working day, when people begin (POST-16).
    """

    offsets: tuple[int, ...]
    repeat: int | None = None
    hours: Hours | None = None
    zone: str = "UTC"

    def after(self, due: datetime, moment: datetime) -> datetime | None:
        """The first step strictly later than ``moment``."""
        for offset in self.offsets:
            if (step := due + timedelta(minutes=offset)) > moment:
                return step
        if self.hours:
            day = calendar.next_daily(moment, self.hours.opens, zone=self.zone)
            return calendar.next_working(day, hours=self.hours, zone=self.zone)
        if self.repeat is None:
            return None
        last = due + timedelta(minutes=self.offsets[-1])
        missed = (moment - last) // timedelta(minutes=self.repeat)
        return last + timedelta(minutes=self.repeat) * (missed + 1)


_STEPS = {
    "ic": Steps((-3, 0), repeat=5),
    # Three times is enough: after that the commander has decided to do without (ROLE-3).
    "roles": Steps((0, 15, 45)),
    "first-notice": Steps((-10, -5, -2, 0, 5), repeat=15),
    "task": Steps((0, 5)),
    "proposal": Steps((0,)),
    "scoping": Steps((0,)),
    "feedback": Steps((-2, 0)),
    "approval": Steps((-2, 0), repeat=5),
    "facts": Steps((-5, 0, 5)),
    "scope": Steps((-5, 0, 5)),
    "draft": Steps((-5, 0)),
    "executive": Steps((-5, 0, 10), repeat=30),
    "worse": Steps((0,), repeat=30),
    "rotation": Steps((0,), repeat=30),
    "rest": Steps((0,), repeat=30),
    "watch": Steps((0,)),
    "takeover": Steps((0,)),
}

_DAY = 24 * 60

_AFTERWARDS = {
    "review-owner": (60, 24 * 60),
    "review-read": (-24 * 60, 0),
    "review": (-48 * 60, -24 * 60, 0),
    "report": (-8 * 60, 0),
    "statement": (-2 * _DAY, 0),
}
"""What is owed when it is over; unanswered it is asked each working day."""

CALLED_OUT = 180
"""Minutes after the first call-out at which they end: by then the work has found its pace (CAD-15)."""


def steps(incident: Incident, name: str, *, now: datetime) -> Steps:
    kind = name.partition(":")[0]
    if kind == "update":
        long = (incident.cadence(now) or 0) >= 240
        return Steps((*((-30,) if long else ()), -15, -10, -5, 0, 5, 10), repeat=5)
    if kind == "page":
        ack = incident.policy.level(incident.severity).acknowledge or 5
        # Three calls, a minute apart, as far as they come before the time is over; then when the next level is called.
        calls = range(1 - ack, min(4 - ack, 0))
        return Steps(tuple(sorted({*calls, min(incident.policy.escalate_within, ack) - ack, 0})))
    if kind == "task-ack":
        return _until_acknowledged(incident, int(name.partition(":")[2]))
    if kind == "eta":
        return Steps(incident.estimates[-1].checks)
    if kind == "legal":
        whole = incident.policy.regulatory[int(name.partition(":")[2]) - 1].hours * 60
        return Steps(tuple(sorted({-whole // 2, -whole // 4, -60, 0})), repeat=240)
    if kind == "callout":
        return Steps(tuple(range(0, CALLED_OUT, incident.policy.rhythm.callout or CALLED_OUT)))
    if kind in _AFTERWARDS:
        return Steps(_AFTERWARDS[kind], hours=incident.policy.hours, zone=incident.policy.zone)
    return _STEPS[kind]


def _until_acknowledged(incident: Incident, number: int) -> Steps:
    """Asked twice at most, and only before the time-box itself is over, which asks anyhow (ROLE-37)."""
    task, again = incident.tasks[number - 1], incident.policy.task_ack_within
    second = acknowledgement_due(incident, task) + timedelta(minutes=again)
    return Steps((0, again) if second < task.due_at else (0,))


def acknowledgement_due(incident: Incident, task: Task) -> datetime:
    """When a task that nobody confirmed is asked about: in a short time-box at half of it (ROLE-37)."""
    patience = timedelta(minutes=incident.policy.task_ack_within)
    return task.given_at + min(patience, (task.due_at - task.given_at) / 2)


def arm(incident: Incident, name: str, due: datetime, *, now: datetime, aim: datetime | None = None) -> None:
    """Owe ``name`` by ``due``, ``aim`` being the better moment; reminders whose moment has passed are left out.

    After the end nothing is owed any more (CAD-23).
    """
    owed = Deadline(name=name, due_at=due, wake_at=due, aim_at=aim)
    wake = next_wake(incident, owed, now=now - timedelta(microseconds=1) if due <= now else now)
    if wake and incident.phase.active:
        incident.deadlines[name] = replace(owed, wake_at=wake)
    if name == "update":
        owe_facts(incident, now=now)


def owe_facts(incident: Incident, *, now: datetime) -> None:
    """What the technical lead knows is owed before the next update, unless they said it since the last (ROLE-18f)."""
    owed, last = incident.deadlines.get("update"), incident.update
    given = incident.facts_at and (not last or incident.facts_at >= last.posted_at)
    if not owed or given:
        disarm(incident, "facts")
        return
    before = min(incident.policy.facts_before, (incident.cadence(now) or 60) // 2)
    arm(incident, "facts", owed.due_at - timedelta(minutes=before), now=now)


def first_step(incident: Incident, owed: Deadline, *, now: datetime) -> datetime:
    """When the reminders of this deadline begin."""
    return owed.due_at + timedelta(minutes=min(steps(incident, owed.name, now=now).offsets))


def next_wake(incident: Incident, deadline: Deadline, *, now: datetime) -> datetime | None:
    """When this deadline speaks next. The aim is a step of its own, unless another is no minute away (CAD-3)."""
    said, aim = steps(incident, deadline.name, now=now), deadline.aim_at
    wake = said.after(deadline.due_at, now)
    if not aim or aim <= now:
        return wake
    alone = all(abs(deadline.due_at + timedelta(minutes=offset) - aim) > MERGED for offset in said.offsets)
    return min(aim, wake or aim) if alone else wake


def disarm(incident: Incident, *names: str) -> None:
    """No longer owed, through nobody's doing; what was done is fulfilled."""
    for name in names:
        incident.deadlines.pop(name, None)


def fulfil(incident: Incident, *names: str) -> None:
    """Done: whether in time shows in the promises (KPI-3)."""
    incident.fulfilled |= {name for name in names if name in incident.deadlines}
    disarm(incident, *names)


def arm_all(incident: Incident, *, now: datetime) -> None:
    """What is owed from the declaration, or from the reopening, on (CAD-2, CAD-3, ROLE-3)."""
    if incident.phase is Phase.TRIAGE:
        return
    if not incident.commander:
        arm(incident, "ic", now + timedelta(minutes=incident.policy.ic_within), now=now)
    owe_roles(incident, now=now)
    _owe_post(incident, now=now)
    ask_whether_to_post(incident, now + timedelta(minutes=incident.policy.scoping_within), now=now)


def ask_whether_to_post(incident: Incident, at: datetime, *, now: datetime) -> None:
    """A decision not to post is looked at once more, where a first notice would be owed (CAD-8)."""
    owed = incident.policy.level(incident.severity).first_notice is not None
    if incident.skipped_post and owed and incident.phase is not Phase.TRIAGE:
        arm(incident, "scoping", at, now=now)


def owe_roles(incident: Incident, *, now: datetime) -> None:
    """A major incident with empty roles is reminded of them until they are filled, or until it was none (ROLE-3)."""
    wanted = incident.major and incident.phase is not Phase.TRIAGE and incident.stage is not Stage.WITHDRAWN
    if wanted and incident.open_roles() and "roles" not in incident.deadlines:
        arm(incident, "roles", now + timedelta(minutes=incident.policy.roles_within), now=now)


def _owe_post(incident: Incident, *, now: datetime) -> None:
    """A first notice, or an update; after a relapse within the time of a first notice. Never later than it was owed."""
    if incident.skipped_post or incident.stage is Stage.WITHDRAWN:
        return
    level, name = incident.policy.level(incident.severity), "update" if incident.update else "first-notice"
    relapsed = incident.stage is Stage.RESOLVED
    minutes = incident.cadence(now) if incident.update and not relapsed else level.first_notice
    if minutes is None:
        return
    due, owed = now + timedelta(minutes=minutes), incident.deadlines.get(name)
    target = None if incident.update else level.first_notice_target
    if not owed or due < owed.due_at:
        arm(incident, name, due, now=now, aim=now + timedelta(minutes=target) if target else None)


def after_severity(incident: Incident, *, old: Severity, now: datetime) -> None:
    """Raised: due at min(old due, now + new interval). Lowered: a promised time stands (SVR-6)."""
    if incident.severity is Severity.SEV1:
        incident.skipped_post = ""
        disarm(incident, "scoping")
    if incident.phase is Phase.TRIAGE:
        return
    if incident.severity.worse_than(old):
        _owe_post(incident, now=now)
        ask_whether_to_post(incident, now, now=now)
    elif incident.policy.level(incident.severity).first_notice is None:
        disarm(incident, "first-notice", "scoping")
    owe_roles(incident, now=now)


def next_update_at(incident: Incident, now: datetime) -> datetime | None:
    """What a post promises: now + cadence, rounded down to five minutes (CAD-12). None where no cadence is owed."""
    cadence = incident.cadence(now)
    if cadence is None:
        return None
    promised = now + timedelta(minutes=cadence)
    return promised.replace(minute=promised.minute - promised.minute % 5, second=0, microsecond=0)
