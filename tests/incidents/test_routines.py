"""When what is done again and again is due, and what is said of it (CAD-24f)."""

from datetime import date

import pytest

from incidents import routines
from incidents.person import Person
from incidents.routines import Every, Routine


@pytest.mark.parametrize(
    ("every", "last", "owed"),
    [
        ("month", "2031-01-31", "2031-02-28"),
        ("quarter", "2031-11-30", "2032-02-29"),
        ("half-year", "2031-07-01", "2032-01-01"),
        ("year", "2031-12-31", "2032-12-31"),
    ],
)
def test_cad_24f_it_is_due_so_many_calendar_months_later(ada: Person, every: Every, last: str, owed: str) -> None:
    assert routines.due(Routine("Drill", every, ada), date.fromisoformat(last)) == date.fromisoformat(owed)


def test_cad_24f_it_is_said_two_weeks_ahead_on_the_day_and_once_a_month(ada: Person) -> None:
    drill, last = Routine("Drill", "quarter", ada), date(2031, 1, 10)
    said = [
        routines.step(drill, last, date.fromisoformat(day))
        for day in (
            "2031-03-26",
            "2031-03-27",
            "2031-04-09",
            "2031-04-10",
            "2031-04-30",
            "2031-05-01",
            "2031-05-31",
            "2032-05-01",
        )
    ]
    owed = "2031-04-10"
    assert said == [
        "",
        *[f"{owed} ahead"] * 2,
        *[f"{owed} due"] * 2,
        *[f"{owed} overdue 2031-05"] * 2,
        f"{owed} overdue 2032-05",
    ]
