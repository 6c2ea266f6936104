"""Times as people type them."""

from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hostile import CORPUS
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.times import ahead, moment, span
from incidents.errors import Refused

NOON = datetime(2026, 3, 10, 12, 0, 20, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "Australia/Lord_Howe")


def at(word: str, now: datetime = NOON, zone: str = "UTC") -> str:
    found = moment(word, now=now, zone=zone)
    assert found is not None, word
    assert found.utcoffset() == timedelta(0)
    return found.strftime("%d %H:%M:%S")


@pytest.mark.parametrize(
    ("word", "when"),
    [
        ("-10m", "10 11:50:20"),
        ("-1h30m", "10 10:30:20"),
        ("−10 min", "10 11:50:20"),
        ("–2h", "10 10:00:20"),
        ("-24h", "09 12:00:20"),
        ("11:55", "10 11:55:00"),
        ("9:05", "10 09:05:00"),
        ("11:05:30", "10 11:05:30"),
        ("12:01", "10 12:00:20"),
        ("12:02", "09 12:02:00"),
        ("23:50", "09 23:50:00"),
        ("11:55Z", "10 11:55:00"),
        ("11:55 UTC", "10 11:55:00"),
    ],
)
def test_a_word_names_a_moment_that_has_been(word: str, when: str) -> None:
    assert at(word) == when


def test_a_time_of_day_is_read_in_the_organisations_zone() -> None:
    assert at("12:55", zone="Europe/Berlin") == "10 11:55:00"
    assert at("11:55 UTC", zone="Europe/Berlin") == "10 11:55:00"
    assert at("14:00", zone="Europe/Berlin") == "09 13:00:00"


def test_of_a_doubled_hour_the_first_is_meant() -> None:
    after_both = datetime(2026, 10, 25, 5, 0, tzinfo=UTC)
    assert at("02:30", after_both, "Europe/Berlin") == "25 00:30:00"


def test_a_skipped_time_is_counted_on() -> None:
    assert at("02:30", datetime(2026, 3, 29, 5, 0, tzinfo=UTC), "Europe/Berlin") == "29 01:30:00"


@pytest.mark.parametrize("word", ["", "10m", "24:00", "12:60", "1:2", "12:00:60", "noon", "-", "-x", "-10", "+x", "in"])
def test_other_words_name_no_moment(word: str) -> None:
    assert moment(word, now=NOON, zone="UTC") is None


@pytest.mark.parametrize("word", ["-25h", "-1441m", "-9999999999999h", "+5m", "in 20m", "In 1h"])
def test_too_long_ago_or_still_to_come_is_refused(word: str) -> None:
    with pytest.raises(Refused):
        moment(word, now=NOON, zone="UTC")


@given(
    st.integers(1_577_836_800, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.times(),
    st.sampled_from(ZONES),
)
@settings(max_examples=200, deadline=None)
def test_a_time_of_day_is_the_latest_that_has_been(now: datetime, clock: time, zone: str) -> None:
    found = moment(f"{clock:%H:%M:%S}", now=now, zone=zone)
    assert found is not None
    assert found <= now
    # A day with the hour doubled has 25 of them; the first of the two was meant.
    assert now - found <= timedelta(hours=25)
    local = found.astimezone(ZoneInfo(zone))
    skipped = timedelta(hours=1) if local.utcoffset() != (local - timedelta(hours=3)).utcoffset() else timedelta(0)
    same = f"{local:%H:%M:%S}" == f"{clock:%H:%M:%S}"
    assert same or skipped or now - found <= timedelta(minutes=1)


@given(st.text(alphabet="0123456789hmin:+-−–uUtcCzZ. s\n٣", max_size=30) | st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_sec_120_a_moment_is_read_or_refused_and_never_breaks(word: str) -> None:
    try:
        found = moment(word, now=NOON, zone="Europe/Berlin")
    except Refused:
        return
    assert found is None or NOON - timedelta(hours=25) <= found <= NOON


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_sec_120_the_corpus_is_read_or_refused(text: str) -> None:
    for word in (text, "-" + text, "in " + text, text[:20] + ":00"):
        with suppress(Refused):
            found = moment(word, now=NOON, zone="UTC")
            assert found is None or NOON - timedelta(hours=25) <= found <= NOON
        with suppress(Refused):
            minutes = span(word)
            assert minutes is None or 0 <= minutes[0] <= 24 * 60


SPANS = [("10m", 10), ("10 min", 10), ("1h30m", 90), ("1h 30m", 90), ("1h30", 90), ("2 hours", 120), ("in 20m", 20)]
SPANS += [("90 Minutes", 90), ("24h", 1440), ("10m, please", 10), ("0m", 0), ("007m", 7)]


@pytest.mark.parametrize(("text", "minutes"), SPANS)
def test_a_span_is_read(text: str, minutes: int) -> None:
    found = span(text)
    assert found
    assert found[0] == minutes


@pytest.mark.parametrize("text", ["10", "in 10", "m", "10 meters", "1 hm", "-10m", "10mm", "", "1.5h", "10 mines"])
def test_a_bare_number_or_another_word_is_no_span(text: str) -> None:
    assert span(text) is None


def test_a_number_behind_hours_is_left_when_it_counts_something_else() -> None:
    assert span("1h 5 hosts") == (60, 2)


@pytest.mark.parametrize("text", ["25h", "1441m", "23h61m", "9" * 5_000 + "m"])
def test_sec_120_more_than_a_day_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        span(text)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("45m", "12:45"),
        ("in 1h30m", "13:30"),
        ("13:00", "12:00"),
        ("14:05", "13:05"),
        ("14:05 UTC", "14:05"),
        ("14:05z", "14:05"),
        ("14:05 CET", "13:05"),
        ("14:05 CEST", None),
        ("soon", None),
        ("", None),
        ("45", None),
    ],
)
def test_a_time_to_come_is_the_next_one_that_the_clock_shows(word: str, found: str | None) -> None:
    """Of 13:00 in Berlin twenty seconds have passed: the next is tomorrow's."""
    read = ahead(word, now=NOON, zone="Europe/Berlin")
    assert (f"{read:%H:%M}" if read else None) == found
    assert read is None or NOON < read <= NOON + timedelta(days=1)
    assert word != "13:00" or (read and read.day == NOON.day + 1)


def test_more_than_a_day_ahead_is_refused() -> None:
    with pytest.raises(Refused, match="24 hours"):
        ahead("30h", now=NOON, zone="UTC")
