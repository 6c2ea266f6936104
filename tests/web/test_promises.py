"""The page of promises: what is owed, kept and broken, for whoever may see it."""

from web.browser import Browser, House


async def test_the_page_of_promises_shows_what_is_owed_and_what_was_kept(
    sitrep: House, ada_browser: Browser, bob_browser: Browser
) -> None:
    room = await sitrep.declare(ada_browser)
    nothing = await (await bob_browser.get("/promises")).text()
    assert "First public notice" in nothing
    assert "Nothing was due yet." in nothing
    await ada_browser.say(room.id, "!take ic")
    await ada_browser.say(room.id, "!status investigating Customers cannot pay.")
    page = await (await bob_browser.get("/promises")).text()
    assert "Public update" in page
    assert 'class="kept">kept' in page
    assert " CEST, Ada Okafor" in page.partition("Kept and broken")[0]
    # On a phone the list of rooms gives way, and there is a way back to it.
    assert 'class="frame is-room"' in page
    assert 'class="back-home" href="/"' in page
    assert "First public notice 1 of 1 (100 %)" in page
    assert "Promises" in (await bob_browser.json("GET", "/api/rail"))["html"]


async def test_g9_the_promises_of_a_private_incident_are_on_nobody_elses_page(
    sitrep: House, ada_browser: Browser, bob_browser: Browser
) -> None:
    await sitrep.declare(ada_browser, "sev1 A leak --private")
    assert "First public notice" in await (await ada_browser.get("/promises")).text()
    assert "First public notice" not in await (await bob_browser.get("/promises")).text()
