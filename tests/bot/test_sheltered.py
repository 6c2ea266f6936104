"""What breaks while one person is served is in the log, and nobody else's trouble."""

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.sheltered import Broken, sheltered
from bot.slack.later import Later


async def _gives(what: Any) -> Any:
    await asyncio.sleep(0)
    if isinstance(what, BaseException):
        raise what
    return what


async def test_what_comes_of_it_comes_through() -> None:
    assert await sheltered(_gives("an answer"), action="test") == "an answer"


@pytest.mark.parametrize("problem", [KeyError("x"), OSError("x"), ExceptionGroup("x", [ValueError()])])
async def test_a_bug_is_a_reference_that_stands_in_the_log(problem: Exception) -> None:
    with capture_logs() as logged:
        broken = await sheltered(_gives(problem), action="test", path="/somewhere")
    assert isinstance(broken, Broken)
    (line,) = logged
    assert (line["action"], line["reference"], line["path"]) == ("test", broken.reference, "/somewhere")
    assert line["exc_info"] is problem


async def test_errors_that_are_the_callers_reach_the_caller() -> None:
    with pytest.raises(ConnectionResetError):
        await sheltered(_gives(ConnectionResetError()), action="test", passing=(ConnectionResetError,))


async def test_who_is_stopped_stops_and_a_cancellation_that_nobody_asked_for_is_a_bug() -> None:
    with capture_logs() as logged:
        assert isinstance(await sheltered(_gives(asyncio.CancelledError()), action="test"), Broken)
    assert len(logged) == 1
    task = asyncio.get_running_loop().create_task(sheltered(asyncio.sleep(60), action="test"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_answer_that_cannot_be_given_ends_no_other() -> None:
    with capture_logs() as logged:
        async with Later() as later:
            broken = later.start(_gives(KeyError("a bug")), "answer")
            given = later.start(_gives("given"), "answer")
            await later.quiet()
            after = later.start(_gives("also given"), "answer")
    assert (broken.result(), given.result(), after.result()) == (None, "given", "also given")
    assert [line["action"] for line in logged] == ["slack_later_failed"]
