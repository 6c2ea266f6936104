"""Times, days, spans and numbers in the reader's language (GEN-2, GEN-7)."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from templates import dates, figures
from templates.phrases import LANGUAGES

NOW = datetime(2031, 4, 2, 12, 30, tzinfo=UTC)
PARIS, CHINA, CHILE = "Europe/Paris", "Asia/Shanghai", "America/Punta_Arenas"


@pytest.mark.parametrize(
    ("language", "zone", "days", "shown"),
    [
        ("en", PARIS, 0, "14:30 CEST"),
        ("fr", PARIS, 0, "14:30 CEST"),
        ("pl", PARIS, 0, "14:30 CEST"),
        ("zh-CN", PARIS, 0, "14:30 CEST"),
        ("zh-CN", CHINA, 0, "20:30（北京时间）"),
        ("fr", CHINA, 0, "20:30 CST"),
        ("en", PARIS, 1, "2031-04-02 14:30 CEST"),
        ("fr", PARIS, 1, "2 avril 2031, 14:30 CEST"),
        ("pl", PARIS, 1, "2 kwietnia 2031, 14:30 CEST"),
        ("zh-CN", PARIS, 1, "2031年4月2日 14:30 CEST"),
        ("zh-CN", CHINA, 1, "2031年4月2日 20:30（北京时间）"),
        ("pl", CHILE, 0, "09:30 UTC-03"),
    ],
)
def test_a_moment(language: str, zone: str, days: int, shown: str) -> None:
    assert dates.clock(NOW, now=NOW + timedelta(days=days), zone=zone, language=language) == shown


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [
        (0, ("0 min", "0分钟", "0\u202fmin", "0\u202fmin")),
        (30, ("30 min", "30分钟", "30\u202fmin", "30\u202fmin")),
        (90, ("1 h 30 min", "1小时30分钟", "1\u202fh 30\u202fmin", "1 godz. 30\u202fmin")),
        (120, ("2 h", "2小时", "2\u202fh", "2 godz.")),
    ],
)
def test_a_span(minutes: int, shown: tuple[str, ...]) -> None:
    spans = [dates.duration(minutes, language) for language in LANGUAGES]
    assert [span.replace("\u202f", " ") for span in spans] == [span.replace("\u202f", " ") for span in shown]


def test_a_share_and_a_number() -> None:
    shares = [dates.percent(Decimal("12.5"), language) for language in LANGUAGES]
    assert shares == ["12.5%", "12.5%", "12,5\u202f%", "12,5%"]
    assert [dates.percent(Decimal(40), language) for language in LANGUAGES] == ["40%", "40%", "40\u202f%", "40%"]
    numbers = [dates.number(12345, language) for language in LANGUAGES]
    assert numbers == ["12,345", "12,345", "12\u202f345", "12\xa0345"]


def test_a_day() -> None:
    days = [dates.calendar_day(date(2031, 4, 2), language) for language in LANGUAGES]
    assert days == ["2031-04-02", "2031年4月2日", "2 avril 2031", "2 kwietnia 2031"]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("40%", "40\u202f%"),
        ("about 12.5 %", "environ 12,5\u202f%"),
        ("1,234", "1\u202f234"),
        ("1 234 567", "1\u202f234\u202f567"),
        ("16:00 CEST", "16:00 CEST"),
        ("16:00", "16:00"),
        ("2031-04-02 16:00 UTC", "2 avril 2031, 16:00 UTC"),
        ("2031-04-02", "2 avril 2031"),
        ("2031-02-30", ""),
        ("https://example.com/a?b=1", "https://example.com/a?b=1"),
        ("help@example.com", "help@example.com"),
        ("25:00", ""),
        ("UTC", ""),
        ("40% of requests", ""),
        ("Friday 17:00 UTC", ""),
        ("rolling back", ""),
        ("", ""),
        ("2031-04-02 UTC", ""),
    ],
)
def test_what_is_no_word_is_known_in_every_language(typed: str, shown: str) -> None:
    assert figures.localised(typed, "fr", PARIS) == shown


def test_chinas_time_is_told_from_americas() -> None:
    assert figures.localised("16:00 CST", "zh-CN", CHINA) == "16:00（北京时间）"
    assert figures.localised("16:00 CST", "zh-CN", "America/Chicago") == "16:00 CST"
    assert figures.localised("16:00（北京时间）", "fr", CHINA) == "16:00 CST"


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        ("40%", ("40% of customers", "40%的客户", "40\u202f% des clients", "40% klientów")),
        ("about 40%", ("about 40% of customers", "约40%的客户", "environ 40\u202f% des clients", "około 40% klientów")),
        ("all", ("All customers", "全部客户", "tous les clients", "wszystkich klientów")),
        ("200", ("200 customers", "200位客户", "200 clients", "200 klientów")),
        ("1", ("1 customer", "1位客户", "1 client", "1 klienta")),
    ],
)
def test_of_whom_a_share_is(share: str, shown: tuple[str, ...]) -> None:
    assert tuple(figures.of_customers(share, language) for language in LANGUAGES) == shown


@pytest.mark.parametrize("share", ["40% of customers", "40%的客户", "40% des clients", "40% klientów"])
def test_a_share_said_with_its_people_is_still_a_figure(share: str) -> None:
    assert figures.bare_share(share) == "40%"


def test_the_command_line_and_english_posts_do_without_babel() -> None:
    code = (
        "import sys, bot.cli, templates.updates, templates.dates as d; d.duration(90); "
        "d.load(['en']); print('babel' in sys.modules); d.load(['en', 'fr']); print('babel' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
