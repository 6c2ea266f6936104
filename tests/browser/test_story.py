"""The README's first five minutes, from declare to close, in a real Chromium against a real demo."""

import shutil

import pytest
from browser.conftest import PROGRAM, SHOTS
from playwright.async_api import Browser, Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not PROGRAM, reason="there is no Chromium here"),
    pytest.mark.timeout(180),
]
ROOM = "/rooms/inc-2-checkout-returns-500s"


class Story:
    """One page in which the cast is switched, as a newcomer does it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        shutil.rmtree(SHOTS, ignore_errors=True)
        SHOTS.mkdir()

    async def become(self, name: str) -> None:
        await self.page.get_by_role("button", name=name).first.click()
        await expect(self.page.locator("#words")).to_be_visible()

    async def open(self, path: str) -> None:
        await self.page.goto(self.address + path)

    async def say(self, words: str, box: str = "#words") -> None:
        await self.page.fill(box, words)
        if box == "#words":
            # The list of completions is open, and Enter would take from it.
            await self.page.keyboard.press("Escape")
        await self.page.press(box, "Enter")
        await expect(self.page.locator(".pending")).to_have_count(0)

    async def press(self, label: str, within: str = "#headline") -> None:
        await self.page.locator(within).get_by_role("button", name=label, exact=True).last.click()

    async def pass_time(self, minutes: int) -> None:
        async with self.page.expect_response(lambda answer: "/demo/advance" in answer.url):
            await self.page.get_by_role("button", name=f"+{minutes}", exact=False).first.click()

    async def sees(self, text: str, within: str = "#flow") -> None:
        await expect(self.page.locator(within)).to_contain_text(text, timeout=10_000)

    async def shot(self, name: str) -> None:
        await self.page.wait_for_timeout(300)
        await self.page.screenshot(path=SHOTS / f"{name}.png")


@pytest.fixture
async def story(chromium: Browser, demo: str) -> Story:
    context = await chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    told = Story(await context.new_page(), demo)
    await told.open("/rooms/general")
    return told


async def test_a_sev1_is_run_from_declare_to_close_in_the_web_room(story: Story, chromium: Browser) -> None:
    await _declared(story)
    await _staffed(story)
    await _recorded(story)
    await _told_and_late(story)
    await _on_a_phone(story, chromium)
    await _handed_over(story)
    await _ended(story)


async def _declared(story: Story) -> None:
    await story.become("Dan")
    await story.say("/incident sev1 Checkout returns 500s")
    await story.sees("Incident 2 is declared as SEV-1 / P0")
    # The room is opened a moment after the line was carried out.
    await story.sees("Checkout returns 500s", within="#rail")
    await story.page.locator("#flow").get_by_role("link", name="#inc-2-checkout-returns-500s").first.click()
    await story.sees("SEV-1 / P0", within="#headline")
    await story.shot("1-declared")


async def _staffed(story: Story) -> None:
    await story.become("Ada")
    await story.press("Take command")
    await story.sees("@ada", within="#headline")
    await story.become("Cleo")
    await story.say("!ic take customer-liaison")
    await story.sees("@cleo is Customer Liaison now")


async def _recorded(story: Story) -> None:
    await story.become("Dan")
    await story.say("!note deploy 7431 went out at 13:55")
    await story.page.locator(".bar [data-thread]").click()
    await story.say("TODO: why did no alert fire?", box="#wordsside")
    await story.sees("on the timeline", within="#side-flow")
    message = story.page.locator("#side-flow .message").last
    await message.hover()
    await message.get_by_role("button", name="Edit").click()
    await message.locator("textarea").fill("TODO: why did no alert fire at 13:55?")
    await message.locator("textarea").press("Enter")
    await expect(message.locator(".edited")).to_be_visible()
    await story.shot("2-room-and-timeline")


async def _told_and_late(story: Story) -> None:
    await story.become("Cleo")
    await story.say("/status investigating Customers cannot complete checkout")
    await story.sees("Update posted: Investigating")
    await story.open("/rooms/status")
    await story.sees("Customers cannot complete checkout.")
    await story.shot("3-status-room")
    await story.open(ROOM)
    await story.pass_time(30)
    await story.pass_time(5)
    await story.sees("min overdue: @cleo")
    await story.sees("@ada, please see to it", within="#flow")
    await story.shot("4-a-missed-promise")
    await story.press("No news", within="#flow")
    await story.sees("after its due time")


async def _on_a_phone(story: Story, chromium: Browser) -> None:
    context = await chromium.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, color_scheme="dark"
    )
    page = await context.new_page()
    await page.goto(story.address + ROOM)
    await expect(page.locator("#flow")).to_contain_text("Update posted")
    # Ada answered her page by taking command: nothing is in the way of the newest words.
    await expect(page.locator(".paged")).to_have_count(0)
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    await page.screenshot(path=SHOTS / "5-phone-dark.png")
    await context.close()


async def _handed_over(story: Story) -> None:
    await story.become("Ada")
    await story.say("/incident handover @bob")
    await story.become("Bob")
    await story.page.goto(story.address + "/direct")
    await story.press("Accept command", within="#flow")
    await story.open(ROOM)
    await story.press("Handover done", within="#flow")
    await story.sees("@bob", within="#headline")


async def _ended(story: Story) -> None:
    await story.become("Cleo")
    await story.say("/status identified A deployment broke checkout. We are rolling it back.")
    await story.say("/status monitoring Most checkouts succeed again")
    await story.sees("Update posted: Monitoring")
    await story.become("Bob")
    await story.say("/incident resolve No data was lost or changed.")
    await story.sees("more minutes of monitoring")
    await story.pass_time(30)
    await story.say("/incident resolve No data was lost or changed.")
    await story.become("Cleo")
    await story.say("/status resolved Checkout works normally again.")
    await story.sees("Update posted: Resolved")
    await story.become("Bob")
    await story.say("/incident review @dan")
    await story.say("/incident close sev1")
    await story.sees("closed", within="#headline")
    await story.shot("6-closed")
