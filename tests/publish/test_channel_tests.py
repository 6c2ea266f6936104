"""The test of a channel: who may ask for it, how often, where it goes, and what they are told (REG-8, SEC-097)."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

import pytest
from conversation import ADA, BOB, CLEO, DAN, EVE, SETTINGS, Conversation, conversation
from fakes.plan import Plan
from fakes.publishers.hooks import Hooks
from publish.test_publishing import MAIL, NEAR, SOCIAL

from bot.publish.apprise_ import AppriseChannel
from bot.publish.settings import Outbound, Way
from bot.publish.setup import publishers
from commands.settings import Contact
from scheduler.outlets import TEST

TESTED = replace(MAIL, testable=True, backup="bob@example.com")
PLAIN = replace(MAIL, name="letters")


@asynccontextmanager
async def talk(hook: Hooks, threads: ThreadPoolExecutor) -> AsyncIterator[Conversation]:
    """Mail's owner is Dan, its backup Bob; Ada is the duty manager. Its private target is another path."""
    house = replace(SETTINGS.house, channels=(TESTED, PLAIN, replace(SOCIAL, owner="dan@example.com")))
    roster = replace(SETTINGS.roster, duty_manager=Contact(ADA))
    ways = {
        "mail": AppriseChannel(hook.url("customers"), NEAR, threads),
        f"{TEST}mail": AppriseChannel(hook.url("private"), NEAR, threads),
    }
    async with conversation(replace(SETTINGS, house=house, roster=roster), publishers=cast("Any", ways)) as call:
        yield call


async def test_reg_8_a_test_goes_to_the_private_target_and_its_result_to_who_asked(
    hook: Hooks, threads: ThreadPoolExecutor
) -> None:
    async with talk(hook, threads) as call:
        answer = await call.says(DAN, "/incident channels test mail", "#general")
        assert not answer.refused
        ((path, got),) = hook.got
        assert path == "private"
        assert "Nothing has happened" in got["message"]
        assert call.seen(to="@dan", kind="private", text="It is noted for 2031-04-02.")
        listed = await call.says(EVE, "/incident channels", "#general")
        assert listed.card
        assert "Last tested 2031-04-02 by Dan Nowak, 0 days ago" in listed.card.text
        hook.faults.plan = Plan("1st post is refused")
        await call.says(BOB, "!channels test mail", "#general")
        assert call.seen(to="@bob", kind="private", text="The test of mail failed: refused (HTTP 403).")
        assert len(hook.got) == 1
        assert not [seen for seen in call.effects if seen.to in ("#status", "#incidents")]


async def test_sec_097_nobody_else_tests_a_channel(hook: Hooks, threads: ThreadPoolExecutor) -> None:
    """Not the liaison of an incident either: whoever answers for the channel does."""
    async with talk(hook, threads) as call:
        await call.says(CLEO, "/incident sev1 Checkout down", "#general")
        await call.says(CLEO, "!take customer-liaison")
        for who, room in ((EVE, "#general"), (CLEO, "room"), (CLEO, "@")):
            answer = await call.says(who, "!channels test mail", room)
            assert answer.refused
            assert answer.card
            assert "The owner of mail, their backup or the duty manager tests it." in answer.card.text
        await call.play.settle()
        assert hook.got == []


async def test_sec_097_the_sixth_test_in_a_minute_is_refused(hook: Hooks, threads: ThreadPoolExecutor) -> None:
    """Whoever asks, together; also after a restart."""
    async with talk(hook, threads) as call:
        for number in range(5):
            await call.wait(seconds=10)
            assert not (await call.says((DAN, BOB, ADA)[number % 3], "!channels test mail", "#general")).refused
        assert len(hook.got) == 5
        answer = await call.says(ADA, "!channels test mail", "#general")
        assert answer.refused
        assert answer.card
        assert "5 tests in a minute are enough" in answer.card.text
        assert len(hook.got) == 5
        await call.wait(seconds=21)
        assert not (await call.says(ADA, "!channels test mail", "#general")).refused
        assert len(hook.got) == 6


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("!channels test letters", "a test must not reach customers"),
        ("!channels test social", "posted to by hand"),
        ("!channels test fax", "There is no channel “fax”"),
        ("!channels test", "Which channel?"),
    ],
)
async def test_what_cannot_be_tested_says_why(hook: Hooks, threads: ThreadPoolExecutor, words: str, why: str) -> None:
    async with talk(hook, threads) as call:
        answer = await call.says(DAN, words, "#general")
        assert answer.refused
        assert answer.card
        assert why in answer.card.text
        assert hook.got == []


async def test_the_word_that_tells_the_result_is_the_clocks_alone(hook: Hooks, threads: ThreadPoolExecutor) -> None:
    async with talk(hook, threads) as call:
        assert (await call.says(EVE, "!incident tested mail", "#general")).refused
        assert not call.seen(text="The test of")


async def test_the_private_target_has_an_address_of_its_own() -> None:
    way = Way("apprise", "MAIL_URL", secret="jsons://hooks.example.com/all", test="jsons://hooks.example.com/one")
    assert "example.com" not in repr(way)
    async with publishers(Outbound({"mail": way})) as built:
        assert set(built) == {"mail", f"{TEST}mail"}
