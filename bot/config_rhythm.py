"""[hours] and [rhythm]: when people work, and what is asked of them again and again."""

from dataclasses import replace
from datetime import date, time
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from bot.config_kinds import STRICT, Minutes, matching_time
from incidents.calendar import Hours as WorkingHours
from incidents.policy import Policy
from incidents.policy import Rhythm as Asked

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Clock = Annotated[str, matching_time()]


class Hours(BaseModel):
    """Business hours, in the organisation's zone."""

    model_config = STRICT

    days: Annotated[list[Day], Field(min_length=1)] = ["mon", "tue", "wed", "thu", "fri"]
    opens: Clock = "09:00"
    closes: Clock = "17:00"
    holidays: list[date] = []


class Rhythm(BaseModel):
    """Minutes, or "none" for never."""

    model_config = STRICT

    callout: Minutes = 10
    worse: Minutes = 30
    rotate: Minutes = 60
    rotate_limit: Annotated[int, Field(ge=1, le=24 * 60)] = 180
    scope: Minutes = 15
    draft: Annotated[int, Field(ge=0, le=24 * 60)] = 10
    no_news_in_row: Annotated[int, Field(ge=1, le=100)] = 2


def in_force(policy: Policy, hours: Hours, rhythm: Rhythm, *, strict: bool) -> Policy:
    """The numbers of the file on top of ``policy``; with profile `strict` the scope follows after five minutes."""
    asked = Asked(**rhythm.model_dump(exclude={"no_news_in_row"}))
    if strict and "scope" not in rhythm.model_fields_set:
        asked = replace(asked, scope=5)
    working = WorkingHours(
        days=tuple(sorted({DAYS.index(day) for day in hours.days})),
        opens=time.fromisoformat(hours.opens),
        closes=time.fromisoformat(hours.closes),
        holidays=tuple(sorted(set(hours.holidays))),
    )
    return replace(policy, rhythm=asked, hours=working, no_news_in_row=rhythm.no_news_in_row)
