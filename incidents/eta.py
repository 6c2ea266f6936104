"""When it works again: the raw estimate stays inside, customers read a padded clock time (ETA rules)."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from statistics import fmean, median
from zoneinfo import ZoneInfo

from incidents import cadence
from incidents.customer_events import Estimated, EstimateHeld, EstimatePassed
from incidents.customer_records import Certainty, Estimate
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.padding import BUFFERS, REVISED, step, stretched
from incidents.person import CLOCK, Person
from incidents.phase import Phase
from incidents.records import Update
from incidents.roles import Role
from incidents.stage import Stage

COMPARABLE = 3
"""How many like incidents it takes to learn from them (ETA-1)."""

SHORTEST = 15
"""Minutes that a proposal from history never falls below (ETA-1)."""

MISSES = 2
"""After so many announced times that did not hold, customers are told no more of them (ETA-6)."""

LONGEST = 7 * 24 * 60

_TOLD = (Stage.IDENTIFIED, Stage.MONITORING)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class History:
    """How many minutes like incidents took from detection to repair (ETA-8)."""

    repairs: tuple[int, ...] = ()

    @property
    def enough(self) -> bool:
        return len(self.repairs) >= COMPARABLE

    @property
    def mean(self) -> int:
        return round(fmean(self.repairs)) if self.repairs else 0

    @property
    def median(self) -> int:
        return round(median(self.repairs)) if self.repairs else 0

    def proposal(self, elapsed: int) -> int | None:
        """The mean less what has passed already, never below 15 minutes; None without three of them (ETA-1)."""
        return max(SHORTEST, self.mean - elapsed) if self.enough else None


def padded(now: datetime, minutes: int, buffer: int, *, zone: str = "UTC") -> datetime:
    """The clock time for customers: the estimate and its buffer, rounded up to a round time in ``zone`` (ETA-3).

    >>> padded(datetime(2031, 4, 2, 15, 0, tzinfo=UTC), 40, 40).strftime("%H:%M")
    '16:00'
    """
    span = stretched(timedelta(minutes=minutes), buffer)
    ends = (now + span).astimezone(UTC)
    local = ends - _EPOCH + (ends.astimezone(ZoneInfo(zone)).utcoffset() or timedelta())
    return ends + -local % step(span)


def current(incident: Incident) -> Estimate | None:
    return incident.estimates[-1] if incident.estimates else None


def for_posts(incident: Incident, stage: Stage, *, now: datetime) -> datetime | None:
    """The time that a post of this stage may name; never while investigating (ETA-2, LINT-31)."""
    estimate = current(incident)
    allowed = incident.policy.eta_public == "padded" and stage in _TOLD
    return estimate.public_at if allowed and estimate and estimate.public_at > now else None


def for_askers(incident: Incident, *, now: datetime) -> datetime | None:
    """The time that somebody who asks may be told: what was announced, or with `on_request` the present one (ETA-2)."""
    estimate, policy = current(incident), incident.policy.eta_public
    if not estimate or policy == "none" or incident.stage not in _TOLD or estimate.public_at <= now:
        return None
    return estimate.public_at if estimate.announced_at or policy == "on_request" else None


def may_estimate(incident: Incident, by: Person) -> None:
    """The technical lead; without one the commander or an expert (ETA-1). Raises Refused."""
    if not incident.phase.active:
        raise Refused(f"This incident is {incident.phase.label}; there is nothing to estimate.")
    lead = incident.holder(Role.TECHNICAL_LEAD)
    if lead and lead.id != by.id:
        raise Refused(f"{lead.name}, the Technical Lead, estimates. Tell them what you know.")
    if not lead and not incident.holds(by, Role.IC, Role.SME):
        raise Refused(
            "The Technical Lead estimates; without one the Incident Commander or an expert.",
            choices=("take technical-lead",),
        )


def estimate(
    incident: Incident, minutes: int, *, certainty: Certainty | None = None, like: int = 0, by: Person, now: datetime
) -> None:
    """How much longer, as the technical lead sees it. ``like`` is how many comparable incidents there are (ETA-3).

    A later time than the announced one means that this will be missed (ETA-6).
    """
    may_estimate(incident, by)
    if not 1 <= minutes <= LONGEST:
        raise Refused("How much longer? Between a minute and a week.", hint="!eta 45m medium")
    before = current(incident)
    sure = certainty or ("medium" if like >= COMPARABLE else "low")
    buffer = REVISED if before else BUFFERS[sure]
    public_at = padded(now, minutes, buffer, zone=incident.policy.zone)
    late = before if before and _stands(before) and public_at > before.public_at else None
    closed = _miss(incident, late) if late else False
    made = Estimate(len(incident.estimates) + 1, minutes, sure, buffer, now, public_at, by)
    incident.estimates.append(made)
    incident.facts.pop("eta_time", None)
    cadence.disarm(incident, "eta")
    cadence.arm(incident, "eta", public_at, now=now)
    public = incident.policy.eta_public != "none"
    incident.record(Estimated(at=now, by=by, estimate=made, before=late, public=public, closed=closed))


def hold(incident: Incident, *, by: Person, now: datetime) -> None:
    """Asked at 75 % of the span, the technical lead stands by the estimate (ETA-6)."""
    may_estimate(incident, by)
    standing = current(incident)
    if not standing or "eta" not in incident.deadlines:
        raise Refused("No estimate is running.", hint="!eta 45m medium")
    if standing.holds:
        return
    held = incident.estimates[-1] = replace(standing, holds=True)
    cadence.arm(incident, "eta", held.public_at, now=now)
    incident.record(EstimateHeld(at=now, by=by, estimate=held))


def announce(incident: Incident, update: Update) -> None:
    """Keep when customers first read this time: it is what the accuracy is measured from (KPI-4)."""
    standing = current(incident)
    if standing and not standing.announced_at and update.stage in _TOLD and _names(incident, update, standing):
        incident.estimates[-1] = replace(standing, announced_at=update.posted_at)


def _names(incident: Incident, update: Update, standing: Estimate) -> bool:
    """Every post names the next update's time too, which may be the same."""
    zone = ZoneInfo(incident.policy.zone)
    spelled = standing.public_at.astimezone(zone).strftime("%H:%M")
    promised = update.next_update_at and update.next_update_at.astimezone(zone).strftime("%H:%M")
    return update.body.count(spelled) > (promised == spelled)


def passed(incident: Incident, *, now: datetime) -> None:
    """The announced time is over: a miss, unless the repair is being watched already (ETA-6)."""
    standing = current(incident)
    incident.facts.pop("eta_time", None)
    if standing and _stands(standing) and incident.phase is not Phase.VERIFY:
        closed = _miss(incident, standing)
        incident.record(EstimatePassed(at=now, by=CLOCK, estimate=standing, closed=closed))


def _stands(standing: Estimate) -> bool:
    return standing.announced_at is not None and not standing.missed


def _miss(incident: Incident, late: Estimate) -> bool:
    """Counts it. True when this was one too many."""
    incident.estimates[late.number - 1] = replace(late, missed=True)
    missed = sum(each.missed for each in incident.estimates)
    if missed < MISSES or incident.policy.eta_public == "none":
        return False
    incident.policy = replace(incident.policy, eta_public="none")
    return True
