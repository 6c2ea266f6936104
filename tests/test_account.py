"""The public report on an incident that is over: drafted, cleared, published (STG-32, APPR-2, POST-21, POST-23)."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from conversation import ADA, BOB, CLEO, DAN, EVE, SETTINGS, Conversation, conversation
from test_approval import led, settings

from bot.web.public import api
from bot.web.public.snapshot import Snapshot, made
from bot.web.public.tree import Tree
from commands.run import Answer
from incidents.policy import Approval, Approvers
from storage import publications
from templates.house import House
from templates.phrases import LANGUAGES
from templates.public_text import uses
from templates.samples import sample

REPORT = {name: text for name, text in sample("en").items() if name in uses("report", "en", House())}
RESOLVED = (
    '/status resolved --because "it recovered by itself" --service Checkout '
    "--symptom error messages when paying --share 40% --fix rolling back the setting "
    "--data No data was lost or changed --prevention test this setting before each release"
)


async def over(call: Conversation) -> None:
    """Customers read that it is over; Bob owns the review, Dan leads the repair."""
    await led(call, deputy=False)
    await call.says(DAN, "!take technical-lead")
    await call.says(CLEO, "/status investigating holding")
    await call.wait(minutes=1)
    await call.says(ADA, '/incident resolve No data was lost or changed. --because "it was rolled back and stays so"')
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
    assert [
        seen.to for seen in call.news() if seen.kind == "private" and "Public report for approval" in seen.text
    ] == [
        "@dan",
        "@cleo",
    ]
    refused = await call.says(ADA, "/incident account approve x")
    assert refused.card
    assert "This report is cleared by Dan Nowak or Cleo Marchetti" in refused.card.text
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


async def test_stg_32_the_page_shows_it_above_the_updates_and_the_feed_tells_it(call: Conversation) -> None:
    await written(call)
    await call.presses(DAN, "Publish report")
    await call.presses(CLEO, "Publish report")
    seen = await page(call)
    tree = Tree(seen)
    html = tree.document(f"incidents/{seen.subjects[0].id}.html").body.decode()
    assert '<h2 id="report-title">Report</h2>' in html
    assert html.index("To prevent a repeat we will test this setting") < html.index('class="updates"')
    assert "Resolved</span>" in html, "the incident stays resolved"
    feed = tree.document("feed.atom").body.decode()
    assert "#report-1</id>" in feed
    assert "Report – Checkout" in feed


async def test_stg_32_the_api_names_it_as_statuspage_does(call: Conversation) -> None:
    before = api.incidents(await page(call), "en")["incidents"][0]
    assert before["status"] == "resolved"
    assert not [name for name in before if name.startswith("postmortem")]
    await written(call)
    await call.wait(minutes=10)
    await call.presses(DAN, "Publish report")
    await call.presses(CLEO, "Publish report")
    after = api.incidents(await page(call), "en")["incidents"][0]
    assert after["status"] == "postmortem"
    assert after["postmortem_body"].startswith("Customers in Europe saw error messages when paying in Checkout.")
    assert after["postmortem_published_at"] == after["postmortem_body_last_updated_at"] == after["updated_at"]
    assert after["resolved_at"] == before["resolved_at"]
    assert [each["status"] for each in after["incident_updates"]] == ["postmortem", "resolved", "investigating"]
    assert after["incident_updates"][0]["body"] == after["postmortem_body"]
    assert api.unresolved(await page(call), "en")["incidents"] == []


async def test_stg_32_it_is_told_whole_in_every_language_or_not_at_all() -> None:
    house = replace(SETTINGS.house, languages=LANGUAGES)
    async with conversation(replace(SETTINGS, house=house)) as call:
        await over(call)
        answer = await written(call)
        assert answer.card
        assert "Still empty: What customers saw (" in answer.card.text
        assert not call.seen(to="@dan", text="Public report for approval")
        words = {
            f"{name}@{language}": sample(language)[name]
            for language in LANGUAGES[1:]
            for name in REPORT
            if name not in ("service", "affected_share")
        }
        await call.says(BOB, "/incident account")
        await call.fills(BOB, "Send for approval", REPORT | words)
        await call.presses(DAN, "Publish report")
        await call.presses(CLEO, "Publish report")
        seen = await page(call, house)
        bodies = {language: api.incidents(seen, language)["incidents"][0]["postmortem_body"] for language in LANGUAGES}
        for language, body in bodies.items():
            assert sample(language)["cause_plain"] in body
            assert "[?]" not in body
        tree = Tree(seen)
        for language, name in (("zh-CN", "报告"), ("fr", "Rapport"), ("pl", "Raport")):
            html = tree.document(f"{language}/incidents/{seen.subjects[0].id}.html").body.decode()
            assert f'<h2 id="report-title">{name}</h2>' in html


async def test_stg_32_forbidden_words_bring_the_form_back_and_a_reason_goes_on_the_card(call: Conversation) -> None:
    answer = await written(call, cause_plain="human error of an engineer")
    assert answer.card
    assert "LINT-28" in answer.card.text
    assert not call.seen(to="@dan", text="Public report for approval")
    await call.fills(
        BOB, "Send for approval", REPORT | {"cause_plain": "human error", "override": "quoted from the law"}
    )
    assert call.seen(to="@dan", text="set aside: quoted from the law")


async def test_stg_32_nothing_goes_out_with_a_gap(call: Conversation) -> None:
    answer = await written(call, prevention="")
    assert answer.card
    assert answer.card.text == "Still empty: To prevent a repeat we will."


async def test_stg_32_returned_it_keeps_every_word_and_the_new_version_is_cleared_anew(call: Conversation) -> None:
    await written(call, fix_plain="switching back")
    await call.presses(DAN, "Publish report")
    await call.says(CLEO, "/incident account return which setting?")
    assert call.seen(to="@bob", text="Everything you wrote is kept.")
    answer = await call.says(BOB, "/incident account")
    assert answer.card
    assert answer.card.form
    assert {field.name: field.value for field in answer.card.form.fields}["fix_plain"] == "switching back"
    await call.fills(BOB, "Send for approval", REPORT)
    waiting = (await call.incident()).account
    assert waiting
    assert (waiting.number, waiting.cleared) == (2, {})


async def test_appr_6_a_button_of_an_older_version_publishes_nothing(call: Conversation) -> None:
    await written(call)
    first = (await call.incident()).account
    assert first
    await call.says(BOB, '/incident account --fix-plain "putting the old setting back"')
    answer = await call.says(DAN, f"/incident account approve {first.seal}")
    assert answer.refused
    assert answer.card
    assert "another version waits" in answer.card.text


async def test_post_23_after_a_statement_on_security_legal_and_communications_clear_it_too() -> None:
    groups = {"legal": Approvers(people=(EVE,)), "communications": Approvers(people=(ADA,))}
    async with conversation(settings(Approval(security=groups))) as call:
        await over(call)
        async with call.database.begin() as c:
            from storage import incidents

            held = await incidents.by_id(c, 1, lock=True)
            assert held
            held.facts["data_types"] = "names"
            await incidents.save(c, held)
        await written(call)
        for who in (DAN, CLEO, EVE):
            await call.presses(who, "Publish report")
            assert (await page(call)).subjects[0].report is None
        await call.presses(ADA, "Publish report")
        assert (await page(call)).subjects[0].report


async def test_masked_words_leave_the_report_too(call: Conversation) -> None:
    await call.says(BOB, "!note The mail came from the search team.")
    answer = await written(call, text="The mail came from the search team.")
    assert not answer.card
    await call.presses(DAN, "Publish report")
    await call.presses(CLEO, "Publish report")
    rows = await call.timeline()
    number = next(entry.seq for entry in rows if "search team" in entry.text)
    await call.says(ADA, f'/incident mask {number} search team --because "private"')
    report = (await page(call)).subjects[0].report
    assert report
    assert "[masked]" in report.record.texts["en"].body


async def test_an_incident_that_goes_on_has_no_report_yet(call: Conversation) -> None:
    await written(call)
    await call.says(ADA, "/incident reopen it came back")
    assert (await call.says(BOB, "/incident account")).refused
    assert (await call.presses(DAN, "Publish report")).refused
    assert (await page(call)).subjects[0].report is None
