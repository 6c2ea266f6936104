"""`sitrep demo --slack` in a real Chromium: what a newcomer sees of Sitrep in Slack, without a workspace."""

import re

import pytest
from browser.conftest import PROGRAM, SHOTS
from playwright.async_api import Browser, Locator, Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not PROGRAM, reason="there is no Chromium here"),
    pytest.mark.timeout(120),
]
ROOM = "inc-2-checkout-returns-500s"


class Slack:
    """The page; its mistakes are the test's."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.mistakes: list[str] = []
        page.on("pageerror", lambda error: self.mistakes.append(str(error)))
        page.on("console", lambda said: self.mistakes.append(said.text) if said.type == "error" else None)

    async def open(self) -> None:
        await self.page.goto(self.address)
        await expect(self.page.locator("#rail")).to_contain_text("general")

    async def become(self, name: str) -> None:
        await self.page.locator("#cast").get_by_role("button", name=name).click()
        await expect(self.page.locator("#cast [aria-pressed=true]")).to_have_text(name)

    async def enter(self, room: str) -> None:
        await self.page.locator("#rail button", has_text=room).click(timeout=15_000)
        await expect(self.page.locator("#head h1")).to_contain_text(room)

    async def say(self, words: str, box: str = "#composer") -> None:
        await self.page.fill(f"{box} textarea", words)
        await self.page.press(f"{box} textarea", "Enter")

    async def press(self, label: str, within: str = "#flow") -> None:
        await self.page.locator(within).get_by_role("button", name=label, exact=True).last.click()

    async def sees(self, text: str | re.Pattern[str], within: str = "#flow") -> None:
        await expect(self.page.locator(within)).to_contain_text(text, timeout=15_000)

    def message(self, text: str, within: str = "#flow") -> Locator:
        return self.page.locator(f"{within} .message", has_text=text).last

    async def shot(self, name: str) -> None:
        SHOTS.mkdir(exist_ok=True)
        await self.page.screenshot(path=SHOTS / f"slack-{name}.png")


@pytest.fixture
async def slack(chromium: Browser, slack_demo: str) -> Slack:
    context = await chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(15_000)
    shown = Slack(await context.new_page(), slack_demo)
    await shown.open()
    return shown


async def test_a_newcomer_runs_an_incident_in_slack_without_a_workspace(slack: Slack, chromium: Browser) -> None:
    await _declared_by_a_form(slack)
    await _commanded(slack)
    await _recorded(slack)
    await _told_customers(slack)
    await _home(slack)
    await _on_a_phone(slack, chromium)
    assert slack.mistakes == []


async def _declared_by_a_form(slack: Slack) -> None:
    await slack.become("Dan")
    await slack.press("⚡ Declare incident", within="#rail")
    modal = slack.page.locator("#modal")
    await modal.get_by_label(re.compile("^What is wrong")).fill("Checkout returns 500s")
    await modal.get_by_label(re.compile("^How bad")).select_option("sev1")
    await slack.shot("1-form")
    await modal.locator("button.primary").click()
    await expect(modal).to_be_hidden()
    await slack.enter(ROOM)
    await slack.sees("Timeline")


async def _commanded(slack: Slack) -> None:
    await slack.become("Ada")
    await slack.enter(ROOM)
    await slack.press("Take command")
    await slack.sees("I am the Incident Commander here")
    await slack.say("/ic take scribe")
    await expect(slack.message("Only visible to you")).to_contain_text("Incident Commander")
    await slack.shot("2-room")


async def _recorded(slack: Slack) -> None:
    await slack.become("Dan")
    start = slack.message("Write in this thread")
    await start.hover()
    await start.get_by_role("button", name="Reply in thread").click()
    await slack.say("deploy 7431 went out at 13:55", box="#reply")
    await expect(slack.message("deploy 7431", "#thread").locator(".reactions")).to_contain_text("✅", timeout=15_000)
    await slack.say("/incident note in a thread", box="#reply")
    await slack.sees("no slash commands in threads", within="#toast")
    await slack.shot("3-thread")
    await slack.page.locator("#shut").click()
    await slack.say("errors began with it")
    said = slack.message("errors began with it")
    await said.hover()
    await said.get_by_role("button", name="React with pushpin").click()
    await expect(said.locator(".reactions")).to_contain_text("✅", timeout=15_000)


async def _told_customers(slack: Slack) -> None:
    await slack.become("Cleo")
    await slack.say("/ic take customer-liaison")
    await slack.sees("Cleo Marchetti is Customer Liaison")
    await slack.page.locator("#time").get_by_role("button", name="+15").click()
    await slack.sees("first public notice")
    await slack.say("/incident-status investigating Customers cannot complete checkout")
    await slack.enter("status")
    await slack.sees("Customers cannot complete checkout")


async def _home(slack: Slack) -> None:
    await slack.become("Ada")
    await slack.enter("Sitrep")
    await slack.press("Home", within="#head")
    await slack.sees("Checkout returns 500s")
    await slack.sees("Incident Commander")
    await slack.shot("4-home")


async def _on_a_phone(slack: Slack, chromium: Browser) -> None:
    context = await chromium.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, color_scheme="dark"
    )
    page = await context.new_page()
    await page.goto(slack.address)
    room = page.locator("#rail button", has_text=ROOM)
    # Its script draws the list; before that, nobody hears the button that opens it.
    await room.wait_for(state="attached")
    await page.get_by_role("button", name="Channels").click()
    await room.click()
    await expect(page.locator("#flow")).to_contain_text("Checkout returns 500s")
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    await page.screenshot(path=SHOTS / "slack-5-phone-dark.png")
    await context.close()
