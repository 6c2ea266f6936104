"""The public report on an incident that is over: drafted, cleared, published (STG-32, APPR-2, POST-21, POST-23)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from conversation import ADA, BOB, CLEO, DAN, EVE, SETTINGS, Conversation, conversation
from test_approval import led, settings

from bot.web.public import api
from bot.web.public.snapshot import Snapshot, made
from bot.web.public.tree import Tree
from commands.run import Answer
from commands.settings import Settings
from incidents.policy import Approval, Approvers
from storage import publications
from templates.house import House
from templates.phrases import LANGUAGES
from templates.public_text import uses
from templates.samples import sample

REPORT = {name: text for name, text in sample("en").items() if name in uses("report", "en", House())}
RESOLVED = (
    "/status resolved --service Checkout --symptom error messages when paying --share 40% "
    "--data No data was lost or changed --prevention test this setting before each release"
)


async def over(call: Conversation) -> None:
    """Customers read that it is over; Bob owns the review, Dan leads the repair."""
    await led(call, deputy=False)
    await call.says(DAN, "!take technical-lead")
    await call.says(CLEO, "/status investigating holding")
    await call.wait(minutes=45)
    await call.says(
        ADA, '/incident resolve No data was lost or changed. --because "it was rolled back and stays so"'
    )
    await call.says(CLEO, RESOLVED)
    await call.says(ADA, "/incident review @bob")
    call.news()


@pytest.fixture
async def call() -> AsyncIterator[Conversation]:
    async with conversation() as begun:
        await over(begun)
        yield begun


async def written(call: Conversation, **changed: str) -> Answer:
    await call.says(BOB, "/incident account")
    return await call.fills(BOB, "Send for approval", REPORT | changed)


async def page(call: Conversation, house: House = SETTINGS.house) -> Snapshot:
    async with call.database.read() as c:
        posts = await publications.after(c, 0)
    return made(posts, 1, house, "https://status.example.com", call.now)


async def test_stg_32_it_is_drafted_from_the_record(call: Conversation) -> None:
    answer = await call.says(BOB, "/incident account")
    assert answer.card
    assert answer.card.form
    filled = {field.name: field.value for field in answer.card.form.fields}
    assert (filled["service"], filled["symptom"]) == ("Checkout", "error messages when paying")
    assert (filled["affected_share"], filled["data_statement"]) == ("40%", "No data was lost or changed")


async def test_appr_2_the_service_owner_and_support_clear_it_each(call: Conversation) -> None:
    await written(call)
    assert [seen.to for seen in call.news() if seen.kind == "private" and "Public report for approval" in seen.text] == [
        "@dan",
        "@cleo",
    ]
    assert "cleared by" in (await call.says(ADA, "/incident account approve x")).text
    await call.presses(DAN, "Publish report")
    assert (await page(call)).subjects[0].report is None
    await call.presses(CLEO, "Publish report")
    report = (await page(call)).subjects[0].report
    assert report
    assert report.record.texts["en"].title == "Report - Checkout: error messages when paying"
    assert call.seen(to="#status", text="We are sorry for the interruption.")
    rows = [entry.text for entry in await call.timeline() if "Public report" in entry.text]
    assert [row.partition(",")[0] for row in rows] == [
        "Public report 1 sent for approval to Dan Nowak",
        "Public report 1 cleared; still needed: support",
        "Public report 1 published",
    ]
