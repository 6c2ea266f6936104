"""The web room in a real Chromium: what people do at 3 a.m., on a phone and on a desk."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from chromium import PROGRAM, chromium, chromium_address
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, ViewportSize, expect
from web.browser import ADA, BOB, Browser, House, browser

from incidents.person import Person
from storage import timeline

__all__ = ["chromium", "chromium_address"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not PROGRAM, reason="there is no Chromium here"),
    pytest.mark.timeout(120),
]


class Desk:
    """Opens pages as somebody; whatever the page complains about fails the test."""

    def __init__(self, sitrep: House, chromium: Chromium) -> None:
        self.sitrep, self.chromium = sitrep, chromium
        self.complaints: list[str] = []

    async def open(self, person: Person, path: str, *, phone: bool = False, scripts: bool = True) -> Page:
        size: ViewportSize = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 800}
        context = await self.chromium.new_context(
            viewport=size,
            has_touch=phone,
            is_mobile=phone,
            java_script_enabled=scripts,
        )
        context.set_default_timeout(8000)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        await page.goto(await self.sitrep.link(person))
        await page.get_by_role("button", name="Sign in as").click()
        await page.goto(self.sitrep.config.base_url + path)
        return page


@pytest.fixture
async def desk(sitrep: House, chromium: Chromium) -> AsyncIterator[Desk]:
    opened = Desk(sitrep, chromium)
    yield opened
    real = [text for text in opened.complaints if "Failed to load resource" not in text]
    assert real == []


async def delivered(sitrep: House) -> None:
    """Wait for what a click has set going, and deliver it."""
    for _ in range(100):
        await asyncio.sleep(0.05)
        if await sitrep.core.delivery.drain():
            return


async def write(page: Page, text: str, box: str = "#words") -> None:
    await page.fill(box, text)
    await page.keyboard.press("Escape")
    await page.press(box, "Enter")


async def test_two_people_talk_and_see_each_other_at_once(desk: Desk) -> None:
    ada, bob = [await desk.open(person, "/rooms/general") for person in (ADA, BOB)]
    await write(ada, "Is checkout slow for you, too?")
    await expect(bob.locator("#flow .words").last).to_have_text("Is checkout slow for you, too?")
    await expect(ada.locator(".pending")).to_have_count(0)
    await expect(ada.locator("#flow .message")).to_have_count(1)
    await bob.locator("#flow .message").hover()
    await bob.get_by_role("button", name="Thumbs up").click()
    await expect(ada.locator(".reaction")).to_contain_text("1")


async def test_a_message_that_could_not_be_sent_waits_and_is_sent_once(desk: Desk, sitrep: House) -> None:
    page = await desk.open(ADA, "/rooms/general")
    await page.context.set_offline(True)
    await write(page, "Can anybody hear me?")
    await expect(page.locator(".pending.failed")).to_contain_text("Not sent")
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Try again").click()
    await expect(page.locator(".pending")).to_have_count(0)
    await expect(page.locator("#flow .words")).to_have_text(["Can anybody hear me?"])


async def test_an_answer_lost_on_the_way_makes_no_second_message(desk: Desk) -> None:
    page = await desk.open(ADA, "/rooms/general")
    lost = []

    async def lose(route: object) -> None:
        lost.append(await route.fetch())  # type: ignore[attr-defined]
        await route.abort()  # type: ignore[attr-defined]

    await page.route("**/api/rooms/*/messages", lose, times=1)
    await write(page, "once")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.locator(".pending")).to_have_count(0)
    await page.reload()
    await expect(page.locator("#flow .words")).to_have_text(["once"])
    assert len(lost) == 1


async def test_a_lost_connection_is_shown_and_comes_back(desk: Desk, sitrep: House) -> None:
    page = await desk.open(ADA, "/rooms/general")
    await expect(page.locator("#connection")).to_be_hidden()
    await page.route("**/live?*", lambda route: route.abort())
    sitrep.core.live.close()
    await expect(page.locator("#connection")).to_be_visible(timeout=8000)
    sitrep.core.live.closed = False
    await page.unroute("**/live?*")
    await expect(page.locator("#connection")).to_be_hidden(timeout=8000)


async def test_an_incident_is_run_with_buttons_and_forms(desk: Desk, sitrep: House, ada_browser: Browser) -> None:
    room = await sitrep.declare(ada_browser)
    page = await desk.open(ADA, f"/rooms/{room.name}")
    await page.locator("#headline").get_by_role("button", name="Take command").click()
    await delivered(sitrep)
    await expect(page.locator("#headline")).to_contain_text("@ada")
    await page.locator("#headline").get_by_role("button", name="Note").click()
    dialog = page.locator("#form")
    await expect(dialog).to_be_visible()
    await dialog.locator("textarea, input").first.fill("pool exhausted since 13:52")
    await dialog.get_by_role("button").last.click()
    await expect(dialog).to_be_hidden()
    async with sitrep.database.read() as c:
        entries = await timeline.page(c, 1)
    assert any("pool exhausted" in entry.text for entry in entries)


async def test_commands_complete_with_the_keyboard_alone(desk: Desk) -> None:
    page = await desk.open(ADA, "/rooms/general")
    box = page.locator("#words")
    await box.press_sequentially("/inc")
    await expect(page.get_by_role("option")).to_have_count(1)
    await expect(box).to_have_attribute("aria-expanded", "true")
    await box.press("Tab")
    await expect(box).to_have_value("/incident ")
    await box.press_sequentially("hel")
    await box.press("Enter")
    await expect(box).to_have_value("/incident help ")
    await box.press("Enter")
    await expect(page.locator(".private")).to_contain_text("Only you see this")
    await expect(box).to_have_value("")


async def test_one_edits_and_deletes_ones_own_words(desk: Desk) -> None:
    page = await desk.open(ADA, "/rooms/general")
    await write(page, "Helo")
    await expect(page.locator(".pending")).to_have_count(0)
    message = page.locator("#flow .message").last
    await message.hover()
    await message.get_by_role("button", name="Edit").click()
    await message.locator("textarea").fill("Hello <b>")
    await message.locator("textarea").press("Enter")
    await expect(message.locator(".words")).to_have_text("Hello <b>")
    await expect(message.locator(".edited")).to_be_visible()
    await message.hover()
    await message.get_by_role("button", name="Delete").click()
    await page.locator("#confirm").get_by_role("button", name="Delete").click()
    await expect(message).to_contain_text("This message was deleted")


async def test_a_page_is_seen_wherever_one_is(desk: Desk, sitrep: House, ada_browser: Browser) -> None:
    room = await sitrep.declare(ada_browser)
    page = await desk.open(BOB, "/rooms/general")
    await ada_browser.say(room.id, "!page @bob checkout")
    await sitrep.core.delivery.drain()
    await expect(page.locator(".paged")).to_contain_text("You are being paged")
    await expect(page).to_have_title("You are being paged")
    await page.locator(".paged").get_by_role("button", name="On my way").click()
    await expect(page.locator(".paged")).to_have_count(0)


async def test_the_timeline_on_a_phone(desk: Desk, sitrep: House, ada_browser: Browser) -> None:
    room = await sitrep.declare(ada_browser)
    page = await desk.open(ADA, f"/rooms/{room.name}", phone=True)
    await expect(page.locator("#side")).to_be_hidden()
    assert await page.locator("#headline").get_attribute("open") is None
    await page.locator(".bar [data-thread]").tap()
    await page.fill("#wordsside", "Rolled back deployment 812")
    await page.locator("#side-composer .send").tap()
    await expect(page.locator("#side-flow .recorded")).to_contain_text("on the timeline")
    await page.get_by_role("link", name="Close the thread").tap()
    await expect(page.locator("#side")).to_be_hidden()
    wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide


async def test_it_can_be_read_without_scripts(desk: Desk, sitrep: House, ada_browser: Browser) -> None:
    room = await sitrep.declare(ada_browser)
    await ada_browser.say(room.id, "Looking at the pool")
    page = await desk.open(BOB, "/", scripts=False)
    await page.locator(".tile").click()
    await expect(page.locator("#flow")).to_contain_text("Looking at the pool")
    await page.locator(".thread-link").first.click()
    await expect(page.locator("#side")).to_be_visible()


async def test_nothing_is_fetched_from_elsewhere_and_nothing_breaks_the_policy(desk: Desk, sitrep: House) -> None:
    async with AsyncExitStack() as stack:
        ada = await stack.enter_async_context(browser(sitrep, ADA))
        room = await sitrep.declare(ada)
        page = await desk.open(ADA, "/")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for path in ("/", f"/rooms/{room.name}", "/direct", "/rooms/general"):
            await page.goto(sitrep.config.base_url + path)
        assert asked
        assert all(url.startswith((sitrep.config.base_url, "data:")) for url in asked)
        assert not [text for text in desk.complaints if "Content Security Policy" in text]
