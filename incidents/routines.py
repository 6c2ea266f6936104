"""What an organisation owes to itself: drills, a crisis played through, its figures read (CAD-24f)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from incidents.person import Person

Every = Literal["month", "quarter", "half-year", "year"]

MONTHS: dict[Every, int] = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Routine:
    name: str
    every: Every
    owner: Person


def due(routine: Routine, last: date) -> date:
    """So many calendar months after the last time; of a shorter month its last day."""
    years, month = divmod(last.month - 1 + MONTHS[routine.every], 12)
    year = last.year + years
    return date(year, month + 1, min(last.day, monthrange(year, month + 1)[1]))


def step(routine: Routine, last: date, today: date) -> str:
    """What is to be said by ``today``, empty for nothing; the same words are said once.

    Two weeks ahead, on the day, and once in each month that comes after it.
    """
    owed = due(routine, last)
    if today < owed - AHEAD:
        return ""
    if today < owed:
        return f"{owed} ahead"
    if (today.year, today.month) == (owed.year, owed.month):
        return f"{owed} due"
    return f"{owed} overdue {today:%Y-%m}"
