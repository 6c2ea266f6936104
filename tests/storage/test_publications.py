"""What the status page is made from: every post, kept as customers read it (CHN-4, CHN-6)."""

from datetime import UTC, datetime
from pathlib import Path

from conversation import ADA, CLEO
from crash.world import world

from storage import publications


async def test_posts_are_kept_in_order_with_their_words(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        room = await here.under_command()
        await here.says(CLEO, "/status investigating Customers cannot pay.", room=room)
        await here.wait(minutes=5)
        await here.says(CLEO, "/status identified A faulty setting; we are rolling it back.", room=room)
        async with here.database.read() as c:
            first, second = await publications.of_subject(c, "incident:1")
            going_on = await publications.unfinished(c, final=("resolved", "withdrawn"))
            assert await publications.newest_id(c) == 2
            assert await publications.since(c, datetime(2000, 1, 1, tzinfo=UTC)) == [first, second]
            assert await publications.since(c, datetime(2100, 1, 1, tzinfo=UTC)) == []
    assert [(post.number, post.stage) for post in (first, second)] == [(1, "investigating"), (2, "identified")]
    assert "Customers cannot pay." in first.record.texts["en"].body
    assert first.record.name
    assert not first.record.name.startswith("Investigating")
    assert first.record.next_update_at
    assert going_on == [first, second]


async def test_what_is_over_is_no_longer_unfinished(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        room = await here.under_command()
        await here.says(CLEO, "/status investigating Customers cannot pay.", room=room)
        await here.says(ADA, "/status withdrawn Customers were not affected.", room=room)
        async with here.database.read() as c:
            assert await publications.unfinished(c, final=("resolved", "withdrawn")) == []
            assert len(await publications.of_subject(c, "incident:1")) == 2
