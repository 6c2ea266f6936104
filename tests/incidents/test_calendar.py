"""Business days, the end of a day, and the same hour every day, over years and changes of the clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from incidents import calendar
from incidents.calendar import Hours

WARSAW = "Europe/Warsaw"
ZONES = (
    "UTC",
    WARSAW,
    "Europe/London",
    "Europe/Lisbon",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Santiago",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Africa/Casablanca",
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_gen_5_calendar_days_end_late_in_the_local_evening() -> None:
    assert calendar.end_of_day(at("2031-04-02 22:30"), 3, zone=WARSAW) == at("2031-04-06 21:59")
    assert calendar.end_of_day(at("2031-04-02 22:30"), 3, zone="UTC") == at("2031-04-05 23:59")


def test_gen_5_business_days_leave_out_weekends_and_holidays() -> None:
    wednesday = at("2031-04-02 12:00")
    due = calendar.end_of_business_day(wednesday, 5, hours=Hours(), zone="UTC")
    assert due == at("2031-04-09 23:59")
    hours = Hours(holidays=(date(2031, 4, 4), date(2031, 4, 7)))
    assert calendar.end_of_business_day(wednesday, 5, hours=hours, zone="UTC") == at("2031-04-11 23:59")


@pytest.mark.parametrize(
    ("after", "begins"),
    [
        ("2031-04-02 12:00", "2031-04-02 12:00"),
        ("2031-04-02 08:59", "2031-04-02 09:00"),
        ("2031-04-02 17:00", "2031-04-03 09:00"),
        ("2031-04-04 20:00", "2031-04-08 09:00"),
        ("2031-04-05 12:00", "2031-04-08 09:00"),
    ],
)
def test_work_begins_in_business_hours(after: str, begins: str) -> None:
    hours = Hours(holidays=(date(2031, 4, 7),))
    assert calendar.next_working(at(after), hours=hours, zone="UTC") == at(begins)


@pytest.mark.parametrize("zone", ZONES)
def test_rel_126_half_past_two_comes_once_on_each_local_day_for_five_years(zone: str) -> None:
    moment, end = at("2026-01-01 00:00"), at("2031-01-01 00:00")
    days = list[date]()
    while (moment := calendar.next_daily(moment, time(2, 30), zone=zone)) < end:
        local = moment.astimezone(ZoneInfo(zone))
        days.append(local.date())
        assert local.time() == time(2, 30) or (local - timedelta(hours=1)).time() == time(2, 30) or _half(local)
    assert len(days) == len(set(days))
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
    assert len(days) in (1825, 1826)


def _half(local: datetime) -> bool:
    """Lord Howe changes its clocks by half an hour."""
    return local.time() == time(3, 0)


def test_rel_126_the_left_out_hour_comes_later_and_the_doubled_hour_once() -> None:
    spring = calendar.next_daily(at("2026-03-28 12:00"), time(2, 30), zone=WARSAW)
    assert (spring, calendar.next_daily(spring, time(2, 30), zone=WARSAW)) == (
        at("2026-03-29 01:30"),
        at("2026-03-30 00:30"),
    )
    autumn = calendar.next_daily(at("2026-10-24 12:00"), time(2, 30), zone=WARSAW)
    assert (autumn, calendar.next_daily(autumn, time(2, 30), zone=WARSAW)) == (
        at("2026-10-25 00:30"),
        at("2026-10-26 01:30"),
    )


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "a\0b"])
def test_rel_127_what_is_owed_in_a_zone_that_is_gone_goes_on_in_utc(zone: str) -> None:
    assert calendar.end_of_day(at("2031-04-02 22:30"), 1, zone=zone) == at("2031-04-03 23:59")
