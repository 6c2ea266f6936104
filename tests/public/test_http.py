"""The page over HTTP: conditions, compression, languages, other sites' programs, and no session anywhere."""

import asyncio
import gzip
import json
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hostile import CORPUS
from public.press import HOUSE, STORY, page, post, publish, work
from web.browser import ADA, Browser, House, browser, house

from bot.web.app import make_app
from bot.web.public import answers, pages
from bot.web.public.here import Here
from commands.settings import Settings
from incidents.records import Wording

READ = ("/status", "/status/history", "/status/feed.atom", "/status/maintenance.ics", "/api/v2/summary.json")


async def published(sitrep: House) -> None:
    await publish(sitrep.database, *STORY)
    await sitrep.public.look()


@pytest.mark.parametrize("path", READ)
async def test_rel_183_what_has_not_changed_is_not_sent_again(path: str, sitrep: House, reader: Browser) -> None:
    await published(sitrep)
    first = await reader.get(path)
    tag, date = first.headers["ETag"], first.headers["Last-Modified"]
    assert first.status == 200
    assert first.headers["Cache-Control"].startswith("public, max-age=10")
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await reader.get(path, {"If-None-Match": given})
        assert (again.status, await again.read(), again.headers["ETag"]) == (304, b"", tag)
    assert (await reader.get(path, {"If-Modified-Since": date})).status == 304
    assert (await reader.get(path, {"If-None-Match": '"other"', "If-Modified-Since": date})).status == 200


@pytest.mark.parametrize("path", READ)
async def test_rel_183_a_new_post_is_sent_whatever_was_kept(path: str, sitrep: House, reader: Browser) -> None:
    await published(sitrep)
    first = await reader.get(path)
    await publish(sitrep.database, post("monitoring", subject="incident:7", number=3), work("cancelled", number=2))
    await sitrep.public.look()
    for name, header in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
        again = await reader.get(path, {name: first.headers[header]})
        assert again.status == 200
        assert again.headers[header] != first.headers[header]


async def test_rel_183_what_reads_as_it_did_keeps_its_date(sitrep: House, reader: Browser) -> None:
    await published(sitrep)
    first = await reader.get("/status/maintenance.ics")
    sitrep.now += timedelta(minutes=10)
    await publish(sitrep.database, post("monitoring", subject="incident:7", number=3))
    await sitrep.public.look()
    assert (await reader.get("/status/maintenance.ics")).headers["Last-Modified"] == first.headers["Last-Modified"]


@pytest.mark.parametrize("path", READ)
async def test_rel_183_head_says_what_get_would(path: str, sitrep: House, reader: Browser) -> None:
    await published(sitrep)
    get = await reader.get(path, {"Accept-Encoding": "identity"})
    head = await reader.send("HEAD", path, headers={"Accept-Encoding": "identity"})
    assert (head.status, await head.read()) == (200, b"")
    for name in ("ETag", "Last-Modified", "Content-Type", "Content-Length"):
        assert head.headers[name] == get.headers[name], name


async def test_rel_183_it_is_packed_for_those_who_unpack(sitrep: House) -> None:
    await published(sitrep)
    for wish, packed in (("gzip", True), ("br, gzip;q=0.5", True), ("gzip;q=0", False), ("identity", False)):
        body, headers = await raw(sitrep, "/api/v2/summary.json", wish)
        assert ("gzip" in headers.get("content-encoding", "")) is packed, wish
        assert "Accept-Encoding" in headers["vary"]
        assert json.loads(gzip.decompress(body) if packed else body)["page"]["name"] == "Example Shop"


async def raw(sitrep: House, path: str, wish: str) -> tuple[bytes, dict[str, str]]:
    """Clients unpack by themselves; a socket does not."""
    into, out = await asyncio.open_connection("127.0.0.1", sitrep.config.port)
    host = f"127.0.0.1:{sitrep.config.port}"
    out.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: {wish}\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await into.read()).partition(b"\r\n\r\n")
    out.close()
    lines = [line.partition(": ") for line in head.decode().split("\r\n")[1:]]
    return body, {name.lower(): value for name, _, value in lines}


@pytest.mark.parametrize(
    ("path", "header", "language"),
    [
        ("/status", "", "en"),
        ("/status", "fr-CA,fr;q=0.9,en;q=0.5", "fr"),
        ("/status", "de, pl;q=0.3, en;q=0.2", "pl"),
        ("/status", "zh-Hans-CN", "zh-CN"),
        ("/status", "de", "en"),
        ("/status", "fr;q=0, en", "en"),
        ("/status", ";;;,q=,*;q=x" * 500, "en"),
        ("/status?lang=fr", "pl", "fr"),
        ("/status?lang=xx", "pl", "pl"),
        ("/status/fr", "pl", "fr"),
        ("/status/fr/history", "pl", "fr"),
        ("/status/en/", "pl", "en"),
        ("/status/zh-CN/index.html", "", "zh-CN"),
        ("/status/no/such/page", "fr", "fr"),
    ],
)
async def test_gen_7_the_reader_chooses_the_language(
    path: str, header: str, language: str, sitrep: House, reader: Browser
) -> None:
    answer = await reader.get(path, {"Accept-Language": header[:6000]})
    assert f'<html lang="{language}">' in await answer.text()
    assert answer.status == (404 if "no/such" in path else 200)


async def test_sec_113_no_session_no_cookie_no_dashboard(sitrep: House) -> None:
    await published(sitrep)
    async with browser(sitrep, ADA) as ada, browser(sitrep) as nobody:
        for path in (*READ, "/status/nothing", "/api/v2/nothing", "/status/fr/history"):
            hers, theirs = await ada.get(path), await nobody.get(path)
            assert await hers.read() == await theirs.read()
            assert "Set-Cookie" not in hers.headers
            text = await theirs.text()
            assert "<script" not in text
            assert "/static/" not in text
            assert {name: hers.headers[name] for name in answers.HEADERS} == answers.HEADERS
            assert "script-src" not in hers.headers["Content-Security-Policy"]


async def test_sec_113_the_demo_gives_nobody_a_session_here(tmp_path: Path) -> None:
    async with house(tmp_path, demo=True) as demo, browser(demo) as nobody:
        assert "Set-Cookie" not in (await nobody.get("/status")).headers
        assert "Set-Cookie" in (await nobody.get("/")).headers


async def test_only_reading_is_possible(sitrep: House, reader: Browser) -> None:
    for method in ("POST", "PATCH", "DELETE", "PUT", "OPTIONS"):
        for path in ("/status", "/status/history", "/api/v2/summary.json"):
            answer = await reader.send(method, path)
            assert answer.status == 405, (method, path)
            assert "<" not in await answer.text()


async def test_sec_107_another_host_is_refused_here_too(sitrep: House, reader: Browser) -> None:
    assert (await reader.get("/status", {"Host": "evil.example"})).status == 421


async def test_nothing_else_is_reached_through_it(sitrep: House, reader: Browser) -> None:
    for path in ("/status/../join", "/status/%2e%2e/join", "/status//etc/passwd", "/status/api/v2/summary.json"):
        assert (await reader.send("GET", path)).status == 404, path
    for path in ("/api/v2/", "/api/v2/../rail", "/api/v2/summary", "/api/v2/incidents/1.json"):
        answer = await reader.send("GET", path)
        assert answer.status == 404, path


async def test_the_style_may_be_kept_for_ever(sitrep: House, reader: Browser) -> None:
    text = await (await reader.get("/status/fr/history")).text()
    found = re.search(r'<link rel="stylesheet" href="([^"]+)"', text)
    assert found
    answer = await reader.get(found[1])
    assert (answer.status, answer.content_type) == (200, "text/css")
    assert "immutable" in answer.headers["Cache-Control"]


async def test_before_the_database_was_read_nothing_is_claimed(sitrep: House, reader: Browser) -> None:
    sitrep.public.tree = None
    for path in READ:
        answer = await reader.get(path)
        assert answer.status == 503
        assert "perational" not in await answer.text()


async def test_without_a_page_there_is_none(tmp_path: Path) -> None:
    async with house(tmp_path) as running:
        app = make_app(
            database=running.database,
            door=running.core.door,
            live=running.core.live,
            config=running.config,
            clock=lambda: running.now,
        )
    assert [path for path in map(str, app.router.resources()) if "status" in path or "v2" in path] == []


class Elements(HTMLParser):
    """Every element and attribute, and whether each one is closed."""

    EMPTY = frozenset({"meta", "link", "br", "circle", "path", "rect"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []
        self.open: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _ in attrs)))
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.EMPTY:
            assert self.open.pop() == tag


@pytest.mark.parametrize("payload", CORPUS)
def test_sec_068_no_text_becomes_an_element(payload: str) -> None:
    """The same elements with the same attributes, whatever is written in any field."""
    payload = payload.encode("utf-8", "replace").decode()
    usual = post(name="x", body="x", components={"x": STORY[0].record.components["Payments"]})
    texts = {"fr": Wording(f"Résolu - {payload}", payload)}
    name = payload.strip() or "x"
    evil = post(
        name=name,
        body="x" + payload.replace("\n", " "),
        components=dict.fromkeys([name], STORY[0].record.components["Payments"]),
    )
    french = post(texts=texts, name="x", body="x")
    for language, posts in (("en", (usual, evil)), ("fr", (post(texts={"fr": Wording("x", "x")}), french))):
        seen = []
        for each in posts:
            s = page(each, house=HOUSE)
            made = pages.index(s, Here("index.html"), language)
            about = pages.subject(s, Here("incidents/x.html"), language, about=s.subjects[0])
            found = [Elements(made), Elements(about)]
            assert all(not one.open for one in found)
            seen.append([(tag, names) for one in found for tag, names in one.seen if tag not in ("br", "p")])
            assert all(link.startswith(("/", "#", "data:,")) for one in found for link in one.links)
        assert seen[0] == seen[1]


async def test_gen_12_a_test_instance_says_so(tmp_path: Path) -> None:
    async with (
        house(tmp_path, settings=Settings(house=replace(HOUSE, test_mode=True))) as running,
        browser(running) as nobody,
    ):
        for path in ("/status", "/status/history", "/status/nothing"):
            assert "This is a test instance" in await (await nobody.get(path)).text()


async def test_what_the_liaison_posts_is_there_and_nothing_else(sitrep: House, reader: Browser) -> None:
    """A real incident: what it is called inside, its severity and its people stay there; a private one is unknown."""
    async with browser(sitrep, ADA) as ada:
        room = await sitrep.declare(ada, "sev1 Checkout is down")
        await sitrep.declare(ada, "sev2 --private Secret acquisition leaked")
        await ada.say(room.id, "!ic take ic")
        told = await ada.say(room.id, "/status investigating Customers cannot complete checkout.")
        assert not told["refused"], told
        renamed = await ada.say(room.id, "/incident rename Kafka node 7 lost its disk")
        assert not renamed["refused"], renamed
    await sitrep.public.look()
    assert sitrep.public.tree
    for name in sitrep.public.tree:
        text = sitrep.public.tree.document(name).body.decode()
        for word in ("Kafka", "acquisition", "SEV", "sev1", "P0", "Ada", "ada@", "inc-1", "incident:", "declared"):
            assert word not in text, (name, word)
    text = await (await reader.get("/status")).text()
    assert "Customers cannot complete checkout." in text
    assert "Investigating" in text


async def test_rel_180_without_a_database_the_last_copy_is_served_with_its_age(sitrep: House, reader: Browser) -> None:
    await published(sitrep)
    fresh = await reader.get("/status")
    async with sitrep.database.begin() as c:
        await c.exec_driver_sql("alter table publication rename to elsewhere")
    sitrep.elapsed = 12 * 60 + 5
    await sitrep.public.look()
    stale = await reader.get("/status", {"If-None-Match": fresh.headers["ETag"]})
    text = await stale.text()
    assert stale.status == 200
    assert stale.headers["Age"] == "720"
    assert "could not be refreshed for 12 min. It shows what was known at 2 April 2031, 16:00 CEST." in text
    assert "Card payments fail" in text
    assert (await (await reader.get("/api/v2/summary.json")).json())["incidents"]
    async with sitrep.database.begin() as c:
        await c.exec_driver_sql("alter table elsewhere rename to publication")
    await sitrep.public.look()
    assert (await reader.get("/status", {"If-None-Match": fresh.headers["ETag"]})).status == 304
