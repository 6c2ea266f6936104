"""Days of an organisation: when it works, when a day ends, and the same hour of every day (GEN-5, REL-126)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_END = time(23, 59)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """When people work. ``days`` counts from Monday, 0; ``holidays`` are no business days."""

    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    opens: time = time(9)
    closes: time = time(17)
    holidays: tuple[date, ...] = ()

    def working(self, day: date) -> bool:
        return day.weekday() in self.days and day not in self.holidays


def place(zone: str) -> ZoneInfo:
    """The zone; UTC where the time zone database no longer has it, so that nothing owed stands still (REL-127)."""
    try:
        return ZoneInfo(zone)
    except (LookupError, ValueError, OSError):
        return ZoneInfo("UTC")


def end_of_day(since: datetime, days: int, *, zone: str) -> datetime:
    """23:59 on the n-th day after the local date of ``since`` (GEN-5)."""
    return _at(since.astimezone(place(zone)).date() + days * _DAY, _END, zone)


def end_of_business_day(since: datetime, days: int, *, hours: Hours, zone: str) -> datetime:
    """23:59 on the n-th business day after the local date of ``since`` (GEN-5)."""
    day = since.astimezone(place(zone)).date()
    while days:
        day += _DAY
        days -= hours.working(day)
    return _at(day, _END, zone)


def next_daily(after: datetime, at: time, *, zone: str) -> datetime:
    """The first moment later than ``after`` at which it is ``at``, once for each local day (REL-126).

    An hour that the change to summer time leaves out comes as much later; of an hour that comes twice it is the first.
    """
    day = after.astimezone(place(zone)).date() - _DAY
    while (moment := _at(day, at, zone)) <= after:
        day += _DAY
    return moment


def next_working(after: datetime, *, hours: Hours, zone: str) -> datetime:
    """When people begin to work next: ``after`` itself within business hours."""
    local = after.astimezone(place(zone))
    if hours.working(local.date()) and hours.opens <= local.time() < hours.closes:
        return after
    moment = next_daily(after, hours.opens, zone=zone)
    while not hours.working(moment.astimezone(place(zone)).date()):
        moment = next_daily(moment, hours.opens, zone=zone)
    return moment


def _at(day: date, at: time, zone: str) -> datetime:
    """That hour of that day, UTC. A day that a zone has left out altogether begins with the next one."""
    return datetime.combine(day, at, place(zone)).astimezone(UTC)
