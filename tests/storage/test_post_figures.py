"""How posts came about is kept for the reports (KPI-8, KPI-14, KPI-15)."""

from datetime import UTC, datetime, timedelta

from storage import post_figures
from storage.database import Database
from storage.post_figures import Decision, Difference, Quality

NOW = datetime(2031, 4, 2, 14, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=9)


async def test_kpi_15_a_difference_lasts_until_it_is_gone_and_may_come_again(database: Database) -> None:
    page, mail = ("CHK-8", "page"), ("CHK-1", "mail")
    async with database.begin() as c:
        await post_figures.differ(c, 1, [page, mail], private=False, at=NOW)
        await post_figures.differ(c, 2, [page], private=True, at=NOW)
        await post_figures.differ(c, 1, [mail], private=False, at=LATER)
        await post_figures.differ(c, 1, [page, mail], private=False, at=LATER)
    async with database.read() as c:
        found = await post_figures.differences(c, 1)
        (other,) = await post_figures.differences(c, 2)
    assert found == [
        Difference(1, False, *mail, NOW),
        Difference(1, False, *page, NOW, LATER),
        Difference(1, False, *page, LATER),
    ]
    assert other == Difference(2, True, *page, NOW), "another incident's goes on"


async def test_kpi_8_kpi_14_what_is_kept_is_found_again(database: Database) -> None:
    old = Decision("incident:1", 1, 2, False, 1, NOW, NOW, "approved", "ada@example.com")
    new = Decision("maintenance:3", 0, 4, False, 2, NOW, LATER, "returned", "bob@example.com")
    post = Quality(1, 2, False, 1, NOW, "STG-11", 1, 2, "LINT-21 LINT-33")
    async with database.begin() as c:
        await post_figures.decided(c, [old, new])
        await post_figures.posted(c, [post])
    async with database.read() as c:
        assert await post_figures.decisions(c, NOW) == [old, new]
        assert await post_figures.decisions(c, LATER) == [new]
        assert await post_figures.qualities(c, NOW) == [post]
        assert await post_figures.qualities(c, LATER) == []
