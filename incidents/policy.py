"""The numbers in force, copied onto each incident when it is declared (GEN-1)."""

from dataclasses import dataclass, field
from typing import Literal

from incidents.calendar import Hours
from incidents.person import Person
from incidents.roles import Role
from incidents.severity import Severity


@dataclass(frozen=True, slots=True)
class Level:
    """Minutes for one severity; None where nothing is owed (table 3.1)."""

    acknowledge: int | None
    first_notice_target: int | None
    first_notice: int | None
    cadence: int | None
    monitor: int = 0
    later_cadence: int | None = None
    """The interval between posts once the first hours are over, where it differs (SVR-13)."""
    executive: int | None = None
    """How often management reads how things stand (CAD-16)."""


STANDARD: dict[Severity, Level] = {
    Severity.SEV1: Level(acknowledge=5, first_notice_target=5, first_notice=15, cadence=30, monitor=30, executive=30),
    Severity.SEV2: Level(acknowledge=30, first_notice_target=15, first_notice=30, cadence=60, monitor=30, executive=30),
    Severity.SEV3: Level(acknowledge=120, first_notice_target=None, first_notice=120, cadence=240, monitor=15),
    Severity.SEV4: Level(acknowledge=None, first_notice_target=None, first_notice=None, cadence=None),
    Severity.SEV5: Level(acknowledge=None, first_notice_target=None, first_notice=None, cadence=None),
}


@dataclass(frozen=True, slots=True)
class Approvers:
    """Whoever holds one of these roles, and these people."""

    roles: tuple[Role, ...] = ()
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Approval:
    """Who clears public posts (section 11). Off: whoever may post posts.

    ``approvers`` is keyed by `private`, `sev1` to `sev5` or `incident`, the first that fits counts; without any the
    commander. ``security`` is keyed by `legal` and `communications`: each clears statements on security as well, also
    while ``mode`` is off. So is ``crisis``, for every post in a crisis; without any, those of ``security``.
    ``besides`` is keyed by severity: asked too, and not waited for beyond the deadline.
    ``report`` is keyed by `service owner` and `support`: each clears the public report afterwards, in every mode.
    ``at_deadline`` says what happens when time runs out: others are called, or the holding statement may go out as it
    is, or the clock posts it (APPR-8).
    """

    mode: Literal["off", "on"] = "off"
    approvers: dict[str, Approvers] = field(default_factory=dict)
    security: dict[str, Approvers] = field(default_factory=dict)
    crisis: dict[str, Approvers] = field(default_factory=dict)
    besides: dict[str, Approvers] = field(default_factory=dict)
    report: dict[str, Approvers] = field(default_factory=dict)
    backup: Approvers = field(default_factory=lambda: Approvers(roles=(Role.DEPUTY,)))
    minutes: int = 5
    at_deadline: Literal["escalate", "holding", "post"] = "escalate"

    @property
    def on(self) -> bool:
        return self.mode == "on"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is asked again and again while people work, in minutes; None: never."""

    callout: int | None = 10
    """How often the deputy calls out where things stand (CAD-15)."""
    worse: int | None = 30
    """How often somebody is asked whether a SEV-3 is getting worse (SVR-10)."""
    rotate: int | None = 60
    """After how long in a role a handover is suggested, and again half an hour later (ROLE-22)."""
    rotate_limit: int = 180
    """How long nobody should command (ROLE-22)."""
    scope: int | None = 15
    """How soon after a first notice that could not say so customers read who is affected (CAD-4)."""
    draft: int = 10
    """How long before a post is due its draft is, where posts are cleared (CAD-6)."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Something the law asks for, so many hours after a breach of this kind is confirmed (CAD-25)."""

    name: str
    hours: int
    contact: Person
    trigger: str = "breach"


@dataclass(frozen=True, slots=True)
class Policy:
    """One organisation's numbers. Minutes unless the name says otherwise."""

    levels: dict[Severity, Level] = field(default_factory=lambda: dict(STANDARD))
    small_team: bool = False
    early_minutes: int = 120
    """How long after the declaration an incident counts as young: so long a ``later_cadence`` waits (SVR-13)."""
    ic_within: int = 5
    roles_within: int = 10
    scoping_within: int = 15
    """How long after a decision not to post it is asked again (CAD-8)."""
    escalate_within: int = 5
    """How long a call may stay unanswered before the next level is called (CMD-5)."""
    task_ack_within: int = 2
    """How long a task may wait for its person’s yes before they are asked again (ROLE-37)."""
    objection_seconds: int = 30
    approval: Approval = field(default_factory=Approval)
    rhythm: Rhythm = field(default_factory=Rhythm)
    no_news_in_row: int = 2
    """How many updates without news may follow each other; the next needs a reason (CAD-10)."""
    long_told_after: int = 60
    """How old an incident must be before customers read that it will take long (CAD-13)."""
    fewer_posts_after: int = 120
    """How old it must be before its posts may come less often."""
    longest_cadence: int = 240
    """The longest interval then."""
    facts_before: int = 15
    """How long before an update the technical lead’s facts are due (ROLE-18c)."""
    reopen_hours: int = 24
    eta_public: Literal["none", "padded", "on_request"] = "padded"
    """What customers may read of an estimate (ETA-2)."""
    regulatory: tuple[Duty, ...] = ()
    """None unless the organisation says so."""
    posting_criteria: tuple[str, ...] = ()
    """What the organisation asks itself before it decides that customers need no post (CAD-9)."""
    zone: str = "UTC"
    hours: Hours = field(default_factory=Hours)
    definition: str = (
        "An incident is an unplanned disruption or degradation that is hurting customers’ ability to use a service now."
    )
    major_definition: str = "A major incident needs a coordinated response of more than one team."
    executives: tuple[Person, ...] = ()
    """Who may declare a crisis besides the commander and the duty manager (CRI-3)."""
    trained: tuple[str, ...] = ()
    """Ids of people trained as incident commanders; empty means that nobody keeps such a list."""

    def level(self, severity: Severity) -> Level:
        return self.levels[severity]
