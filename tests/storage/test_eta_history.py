"""What repairs took: one row for each incident, found again by what they were about (ETA-8)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from storage import eta_history
from storage.database import Database
from storage.eta_history import Repair

NOW = datetime(2031, 4, 2, 14, 0, tzinfo=UTC)


def repair(number: int, minutes: int, component: str = "Checkout", severity: int = 1) -> Repair:
    return Repair(number, component, severity, NOW, NOW + timedelta(minutes=minutes))


async def test_like_is_the_component_or_where_none_is_named_the_severity(database: Database) -> None:
    async with database.begin() as c:
        await eta_history.keep(
            c, [repair(1, 40), repair(2, 50, severity=2), repair(3, 60, "Search"), repair(4, 70, "")]
        )
    async with database.read() as c:
        about = await eta_history.like(c, component="Checkout", severity=1, but=0)
        severe = await eta_history.like(c, component="", severity=1, but=3)
    assert [each.minutes for each in about] == [50, 40]
    assert [each.incident_id for each in severe] == [4, 1]


async def test_what_was_resolved_again_has_its_last_end(database: Database) -> None:
    once = replace(repair(1, 40), raw_at=NOW, public_at=NOW, announced_at=NOW, reports=12)
    async with database.begin() as c:
        await eta_history.keep(c, [once])
        await eta_history.keep(c, [replace(once, repaired_at=NOW + timedelta(minutes=90))])
    async with database.read() as c:
        (kept,) = await eta_history.like(c, component="Checkout", severity=1, but=0)
    assert kept == replace(once, repaired_at=NOW + timedelta(minutes=90))
    assert kept.minutes == 90
