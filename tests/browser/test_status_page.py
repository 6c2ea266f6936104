"""The status page in a real Chromium, without JavaScript: wide, on a phone, dark, printed, by keyboard."""

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest
from browser.conftest import PROGRAM, SHOTS
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, ViewportSize, expect
from public.press import HOUSE, MAJOR, STORY, post, publish, work
from web.browser import House, house

from bot.web.public import files
from bot.web.public.files import Written
from commands.settings import Settings

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not PROGRAM, reason="there is no Chromium here"),
    pytest.mark.timeout(180),
]
WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
async def sitrep(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, settings=Settings(house=HOUSE)) as running:
        await publish(running.database, *STORY)
        await running.public.look()
        yield running


@pytest.fixture(scope="module", autouse=True)
def _pictures() -> None:
    SHOTS.mkdir(exist_ok=True)


async def opened(chromium: Chromium, size: ViewportSize, *, dark: bool = False, language: str = "en") -> Page:
    context = await chromium.new_context(
        viewport=size, color_scheme="dark" if dark else "light", java_script_enabled=False, locale=language
    )
    context.set_default_timeout(10_000)
    return await context.new_page()


async def shot(page: Page, name: str) -> None:
    await page.screenshot(path=SHOTS / f"status-{name}.png", full_page=True)


async def fits(page: Page) -> None:
    """Nothing reaches beyond the right edge; without scripts, boxes have to tell."""
    assert page.viewport_size
    for box in [await each.bounding_box() for each in await page.locator("body *:visible").all()]:
        assert box is None or box["x"] + box["width"] <= page.viewport_size["width"] + 1


async def test_it_says_what_is_wrong_in_words(sitrep: House, chromium: Chromium) -> None:
    page = await opened(chromium, WIDE)
    await page.goto(f"{sitrep.config.base_url}/status")
    await expect(page).to_have_title("Example Shop status")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Some services are not available")
    payments = page.get_by_role("listitem").filter(has=page.get_by_text("Payments", exact=True))
    await expect(payments).to_contain_text("Partial outage")
    updates = page.get_by_role("list", name="Updates, newest first").get_by_role("listitem")
    await expect(updates.first).to_contain_text("Identified")
    await expect(updates.last).to_contain_text("Investigating")
    await expect(page.get_by_text("2 April 2031, 15:10 CEST").first).to_be_visible()
    await shot(page, "wide-light")
    await page.get_by_role("link", name="Card payments fail").first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Card payments fail")
    await shot(page, "incident")
    await page.get_by_role("link", name="History").click()
    await expect(page.get_by_role("heading", name="March 2031")).to_be_visible()
    await shot(page, "history")


async def test_on_a_phone_in_the_dark(sitrep: House, chromium: Chromium) -> None:
    page = await opened(chromium, PHONE, dark=True)
    for path in ("/status", "/status/history", "/status/fr", "/status/pl", "/status/zh-CN"):
        await page.goto(sitrep.config.base_url + path)
        await fits(page)
        await shot(page, f"phone-dark{path.replace('/', '-')}")


async def test_long_words_break_on_a_phone(sitrep: House, chromium: Chromium) -> None:
    long = "Unterbrechungsfreiestromversorgungsüberwachung" * 3
    told = post(subject="incident:70", name=long, body=f"https://example.com/{long}", components={long: MAJOR})
    await publish(sitrep.database, told)
    await sitrep.public.look()
    page = await opened(chromium, PHONE)
    await page.goto(f"{sitrep.config.base_url}/status")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Major outage")
    await fits(page)


async def test_the_browsers_language_is_spoken_and_another_can_be_chosen(sitrep: House, chromium: Chromium) -> None:
    page = await opened(chromium, WIDE, language="fr-FR")
    await page.goto(f"{sitrep.config.base_url}/status")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Certains services sont indisponibles")
    await shot(page, "wide-fr")
    await page.get_by_role("link", name="Polski").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Niektóre usługi są niedostępne")
    await page.get_by_role("link", name="Historia").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Historia")
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("History")


async def test_by_keyboard_the_content_is_one_step_away(sitrep: House, chromium: Chromium) -> None:
    page = await opened(chromium, WIDE)
    await page.goto(f"{sitrep.config.base_url}/status")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Card payments fail").first).to_be_focused()


async def test_headings_and_landmarks_are_in_order(sitrep: House, chromium: Chromium) -> None:
    page = await opened(chromium, WIDE)
    for path in ("/status", "/status/history"):
        await page.goto(sitrep.config.base_url + path)
        levels: list[int] = []
        for each in await page.locator("h1, h2, h3, h4").all():
            levels += [level for level in range(1, 5) if await each.and_(page.locator(f"h{level}")).count()]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), levels
        for role in ("banner", "main", "contentinfo"):
            await expect(page.get_by_role(role)).to_have_count(1)


async def test_nothing_comes_from_elsewhere_and_nothing_is_refused(sitrep: House, chromium: Chromium) -> None:
    page = await opened(chromium, WIDE)
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto(f"{sitrep.config.base_url}/status")
    await page.wait_for_load_state("networkidle")
    assert {url.split("/status")[0] for url in asked if not url.startswith("data:")} == {sitrep.config.base_url}
    assert complaints == []
    assert await page.context.cookies() == []


async def test_calm_planned_and_on_paper(sitrep: House, chromium: Chromium) -> None:
    await publish(
        sitrep.database,
        post("resolved", subject="incident:7", number=3, name="Card payments fail", body="Card payments work again."),
        work("in_progress", subject="maintenance:8"),
    )
    await sitrep.public.look()
    page = await opened(chromium, WIDE)
    await page.goto(f"{sitrep.config.base_url}/status")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Maintenance in progress")
    await shot(page, "maintenance")
    await page.emulate_media(media="print")
    await expect(page.get_by_role("navigation").first).to_be_hidden()
    await shot(page, "print")


async def test_rel_181_files_are_read_from_the_disk(sitrep: House, chromium: Chromium, tmp_path: Path) -> None:
    """No server at all: the links between the files are enough."""
    assert sitrep.public.tree
    await files.write(sitrep.public.tree.snapshot, tmp_path / "page", Written())
    page = await opened(chromium, PHONE)
    await page.goto((tmp_path / "page" / "index.html").as_uri())
    await expect(page.get_by_role("heading", level=1)).to_have_text("Some services are not available")
    await page.get_by_role("link", name="Card payments fail").first.click()
    await page.get_by_role("link", name="Français").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Échec de paiements par carte")
    await page.get_by_role("link", name="Retour à l’état actuel").click()
    await shot(page, "files")
