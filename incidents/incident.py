"""An incident: what is known of it, who holds what, what is owed, and the news since it was last saved.

The rules that change it stand beside this file, one topic each: staffing, handover, tasks, proposals, timeline,
masking, confirming, publishing, carrying, cadence, paging, ending. Each checks its rule (or raises Refused),
changes the incident and records an event.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from incidents.account_records import Account
from incidents.components import ComponentState
from incidents.customer_records import Estimate, Report
from incidents.event import Event
from incidents.outlet import Outlet
from incidents.person import Person
from incidents.phase import Phase
from incidents.policy import Policy
from incidents.records import (
    Asked,
    Breach,
    Clocks,
    Crisis,
    Deadline,
    Draft,
    Handover,
    OnCall,
    Page,
    Proposal,
    Review,
    SeveritySpan,
    Task,
    Update,
)
from incidents.roles import GROWTH, Holder, Role
from incidents.severity import Severity
from incidents.stage import Stage


@dataclass(slots=True)
class Incident:
    id: int
    title: str
    severity: Severity
    phase: Phase
    declared_by: Person
    clocks: Clocks
    policy: Policy
    span: SeveritySpan
    room_name: str
    stage: Stage | None = None
    major: bool = False
    private: bool = False
    crisis: Crisis | None = None
    """It threatens the organisation itself (CRI-3)."""
    on_call: OnCall = field(default_factory=OnCall)
    holders: list[Holder] = field(default_factory=list)
    handover: Handover | None = None
    asked: Asked | None = None
    breach: Breach | None = None
    tasks: list[Task] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    deadlines: dict[str, Deadline] = field(default_factory=dict)
    update: Update | None = None
    updates: int = 0
    entries: int = 0
    facts: dict[str, str] = field(default_factory=dict)
    components: dict[str, ComponentState] = field(default_factory=dict)
    """The state customers were told of each part that this incident disturbs."""
    estimates: list[Estimate] = field(default_factory=list)
    """Every one of them, the last in force."""
    reports: list[Report] = field(default_factory=list)
    answers_wanted: bool = False
    """The standard answers stand in the room and follow every post (FB-8)."""
    draft: Draft | None = None
    """The post that waits for somebody's approval (APPR-1)."""
    drafts: int = 0
    previews: dict[str, Draft] = field(default_factory=dict)
    """What somebody is looking at before they send it, and what came back to them, by their id."""
    sheet: dict[str, str] = field(default_factory=dict)
    """What the technical lead said that is not for customers: how sure, how measured (STG-7)."""
    facts_at: datetime | None = None
    """When the fact sheet was last filled in."""
    outlets: dict[str, Outlet] = field(default_factory=dict)
    """What each channel carries, by its name (CHN-3)."""
    contradictions: tuple[str, ...] = ()
    """What people were told already of channels that say something else (CHK-1 to CHK-8)."""
    data_statement: str = ""
    long_cadence: int = 0
    """Minutes between posts while it takes long, as customers were told (CAD-13)."""
    skipped_post: str = ""
    cause: str = ""
    """The cause as the technical lead confirmed it; for the responders, not for customers."""
    cause_confirmed_by: Person | None = None
    cause_asked: str = ""
    """Id of the technical lead who was asked to confirm it (LIFE-10 d)."""
    acted: bool = False
    """An action or a decision is on the record, so that the repair may begin (LIFE-3)."""
    review_owner: Person | None = None
    review: Review = field(default_factory=Review)
    executive_at: datetime | None = None
    """When management last read how things stand (CAD-16)."""
    steady_at: datetime | None = None
    """When somebody last said that it is not getting worse (SVR-10)."""
    no_news: int = 0
    """How many updates without news have followed each other (CAD-10)."""
    kept: dict[str, int] = field(default_factory=dict)
    """How many promises were kept so far, by kind of deadline (KPI-3)."""
    broken: dict[str, int] = field(default_factory=dict)
    soured_at: datetime | None = None
    """When somebody was last told that what the public says gets worse (CHN-8)."""
    account: Account | None = None
    """The public report that waits for a yes (STG-32)."""
    accounts: int = 0
    account_facts: dict[str, str] = field(default_factory=dict)
    """What its author gave for a report that was returned."""
    account_picks: dict[str, bool] = field(default_factory=dict)
    """Which channels its author added or left out."""
    told_account: Account | None = None
    """The one that customers read."""
    account_outlets: dict[str, Outlet] = field(default_factory=dict)
    """What each channel carries of it, by its name (CHN-3)."""
    version: int = 0
    news: list[Event] = field(default_factory=list)
    fulfilled: set[str] = field(default_factory=set)
    """What was done by the line that is being carried out, whatever became of its deadline. Not stored."""

    def record(self, event: Event) -> None:
        self.news.append(event)

    @property
    def public(self) -> bool:
        """Whether what is posted leaves the room: a private incident does not exist for those outside (G9)."""
        return not self.private

    @property
    def cleared_first(self) -> bool:
        """Whether somebody else reads public posts before customers do: as configured, and always in a crisis."""
        return self.policy.approval.on or self.crisis is not None

    def holder(self, role: Role) -> Person | None:
        """Who holds a role that only one person holds; the first of several otherwise."""
        return next((holder.person for holder in self.holders if holder.role is role), None)

    def holders_of(self, role: Role) -> list[Holder]:
        return [holder for holder in self.holders if holder.role is role]

    def roles_of(self, person: Person) -> list[Role]:
        return [holder.role for holder in self.holders if holder.person.id == person.id]

    def holds(self, person: Person, *roles: Role) -> bool:
        return any(role in roles for role in self.roles_of(person))

    @property
    def commander(self) -> Person | None:
        return self.holder(Role.IC)

    def participants(self) -> set[str]:
        """Ids of everybody who takes part: who declared, holds a role, was called or was given a task."""
        people = [self.declared_by, *(holder.person for holder in self.holders), *(t.person for t in self.tasks)]
        people += [person for page in self.pages for person in page.people]
        people += [person for person in (self.handover and self.handover.to, self.review_owner) if person]
        return {person.id for person in people}

    def open_tasks(self) -> list[Task]:
        return [task for task in self.tasks if task.open]

    def next_update_due(self) -> datetime | None:
        """When the next public post is owed: the first notice, then each update."""
        owed = self.deadlines.get("update") or self.deadlines.get("first-notice")
        return owed.due_at if owed else None

    def first_notice_aim(self, now: datetime) -> datetime | None:
        """By when the first notice should be out, ahead of when it must be; None once that has passed (CAD-3)."""
        owed = self.deadlines.get("first-notice")
        return owed.aim_at if owed and owed.aim_at and owed.aim_at > now else None

    def cadence(self, now: datetime) -> int | None:
        """Minutes between public posts at the present level and age (CAD-7, CAD-13, SVR-13)."""
        level = self.policy.level(self.severity)
        young = now - self.clocks.declared_at < timedelta(minutes=self.policy.early_minutes)
        usual = level.cadence if young else level.later_cadence or level.cadence
        return max(usual, self.long_cadence) if usual else usual

    def minutes_in_severity(self, now: datetime) -> int:
        before = self.span.seconds.get(self.severity, 0)
        return (before + int((now - self.span.since).total_seconds())) // 60

    def open_roles(self) -> tuple[Role, ...]:
        """Roles of the usual growth order that nobody holds (ROLE-3)."""
        return tuple(role for role in GROWTH if not self.holder(role))
