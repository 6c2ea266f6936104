"""Windows of time to come, as people type them."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hostile import CORPUS
from hypothesis import given
from hypothesis import strategies as st

from commands.windows import window
from incidents.errors import Refused

NOW = datetime(2031, 4, 2, 14, 0, tzinfo=UTC)
"""A Wednesday."""
WARSAW = "Europe/Warsaw"


def read(text: str, zone: str = "UTC", now: datetime = NOW) -> str:
    found = window(text, now=now, zone=zone)
    assert found.start.utcoffset() == found.end.utcoffset() == timedelta(0)
    return f"{found.start:%m-%d %H:%M} {found.end:%m-%d %H:%M} {found.rest}".strip()


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("tomorrow 02:00-04:00", "04-03 02:00 04-03 04:00"),
        ("Tomorrow at 02:00 to 04:00 Sign-in: move it", "04-03 02:00 04-03 04:00 Sign-in: move it"),
        ("today 22:00 – 01:30", "04-02 22:00 04-03 01:30"),
        ("today 22:00 until 22:00", "04-02 22:00 04-03 22:00"),
        ("2031-05-12 02:00 for 2h", "05-12 02:00 05-12 04:00"),
        ("2031-05-12, 02:00, for 90 min, Sign-in: x", "05-12 02:00 05-12 03:30 Sign-in: x"),
        ("2031-05-12 02:00 work 1h", "05-12 02:00 05-12 03:30"),
        ("2031-05-12 22:00 - 2031-05-13 02:00: DB: move", "05-12 22:00 05-13 02:00 DB: move"),
        ("saturday 02:00-04:00", "04-05 02:00 04-05 04:00"),
        ("on wednesday 02:00-04:00", "04-09 02:00 04-09 04:00"),
        ("thursday 9:05-10:05", "04-03 09:05 04-03 10:05"),
    ],
)
def test_windows_as_people_type_them(text: str, means: str) -> None:
    assert read(text) == means


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("tomorrow 02:00-04:00", "04-03 00:00 04-03 02:00"),
        ("tomorrow 02:00 UTC - 04:00 UTC", "04-03 02:00 04-03 04:00"),
        ("tomorrow 02:00 UTC - 04:00", "04-03 02:00 04-03 04:00"),
        ("tomorrow 23:00z to 01:00z", "04-03 23:00 04-04 01:00"),
    ],
)
def test_gen_2_times_are_the_organisations_unless_they_say_utc(text: str, means: str) -> None:
    assert read(text, WARSAW) == means


def test_late_in_the_evening_tomorrow_is_the_organisations_tomorrow() -> None:
    assert read("tomorrow 02:00-04:00", WARSAW, NOW.replace(hour=23)) == "04-04 00:00 04-04 02:00"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Give a window"),
        ("soon", "no window I can read"),
        ("02:00-04:00", "On which day"),
        ("tomorrow", "no window I can read"),
        ("tomorrow 02:00", "When does it end"),
        ("tomorrow 02:00 for ever", "When does it end"),
        ("tomorrow 25:00-26:00", "no 25:00"),
        ("tomorrow 02:00-04:61", "no 04:61"),
        ("2031-02-30 02:00-04:00", "no day 2031-02-30"),
        ("tomorrow 02:00-04:005", "no window I can read"),
        ("tomorrow 02:00-04:00 UTC", "in UTC too"),
        ("tomorrow 02:00 for 25h", "longest time"),
    ],
)
def test_what_is_unclear_is_refused_with_an_example(text: str, why: str) -> None:
    with pytest.raises(Refused, match=why) as refused:
        window(text, now=NOW, zone=WARSAW)
    assert refused.value.hint


def test_the_zone_is_named_when_a_window_cannot_be_read() -> None:
    with pytest.raises(Refused, match="Times are in Europe/Warsaw"):
        window("soon", now=NOW, zone=WARSAW)


def test_a_clock_time_that_does_not_exist_that_night_or_comes_twice_is_refused() -> None:
    for night, why in (("2031-03-30", "there is no 02:30"), ("2031-10-26", "02:30 comes twice")):
        with pytest.raises(Refused, match=why) as refused:
            window(f"{night} 02:30-04:00", now=NOW, zone=WARSAW)
        assert "UTC" in refused.value.hint or "tomorrow" in refused.value.hint
    assert read("2031-10-26 00:30 UTC - 02:00 UTC", WARSAW) == "10-26 00:30 10-26 02:00"


@pytest.mark.parametrize("text", CORPUS)
def test_hostile_words_are_refused_or_read_never_a_bug(text: str) -> None:
    for typed in (text, f"tomorrow 02:00-04:00 {text}", f"tomorrow {text}"):
        with suppress(Refused):
            window(typed, now=NOW, zone=WARSAW)


@given(st.integers(0, 6 * 1440), st.integers(1, 1439))
def test_what_is_written_out_is_read_back(begins: int, length: int) -> None:
    start = datetime(2031, 6, 1, tzinfo=UTC) + timedelta(minutes=begins)
    end = start + timedelta(minutes=length)
    for text in (f"{start:%Y-%m-%d %H:%M}-{end:%H:%M}", f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"):
        found = window(text, now=NOW, zone="UTC")
        assert (found.start, found.end) == (start, end)
