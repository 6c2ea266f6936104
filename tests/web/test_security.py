"""Web session and headers: docs/rules.md 9.7, SEC-100 to SEC-113."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientTimeout
from structlog.testing import capture_logs
from web.browser import ADA, BOB, Browser, House, browser, delivery, hidden, house, routes

from bot.web import security
from bot.web.public import answers
from bot.web.security import local_path
from bot.web.site import SITE

SAFE = {"GET", "HEAD"}
OPEN_POSTS = {"/join"}


def unsafe(house: House) -> list[tuple[str, str]]:
    return [(method, path) for method, path in routes(house) if method not in SAFE]


async def test_sec_100_every_unsafe_route_refuses_what_is_not_ours(
    sitrep: House, ada_browser: Browser, bob_browser: Browser
) -> None:
    assert len(unsafe(sitrep)) >= 10
    for method, path in unsafe(sitrep):
        tries: list[ClientResponse] = [
            await ada_browser.send(method, path, headers={"X-CSRF-Token": None}, json={}),
            await ada_browser.send(method, path, headers={"X-CSRF-Token": bob_browser.csrf}, json={}),
            await ada_browser.send(method, path, headers={"Origin": "https://evil.example"}, json={}),
            await ada_browser.send(method, path, headers={"Origin": "null"}, json={}),
            await ada_browser.send(method, path, headers={"Origin": None}, json={}),
            await ada_browser.send(method, path, headers={"Content-Type": "text/plain"}, data="{}"),
        ]
        assert [answer.status for answer in tries] == [403] * 6, (method, path)


async def test_sec_100_a_plain_form_of_our_own_page_is_taken(sitrep: House, ada_browser: Browser) -> None:
    """Browsers say `null` for the origin of forms on pages without a referrer."""
    headers: dict[str, str | None] = {"Origin": "null", "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": None}
    answer = await ada_browser.send("POST", "/logout", headers=headers, data={"csrf": ada_browser.csrf})
    assert answer.status == 200


async def test_sec_100_without_a_session_nothing_changes(sitrep: House, nobody: Browser) -> None:
    for method, path in unsafe(sitrep):
        for token in ("", "x", "None"):
            answer = await nobody.send(method, path, headers={"X-CSRF-Token": token}, json={})
            assert answer.status == 403, (method, path)


def cookie(browser: Browser) -> str:
    return next(morsel.value for morsel in browser.client.cookie_jar if morsel.key == "__Host-sitrep")


async def test_sec_101_the_session_is_new_after_signing_in_and_dead_after_leaving(
    sitrep: House, nobody: Browser
) -> None:
    await nobody.sign_in(ADA)
    first = cookie(nobody)
    await nobody.sign_in(BOB)
    second = cookie(nobody)
    assert first != second
    assert (await with_cookie(sitrep, first)).status == 401
    assert (await with_cookie(sitrep, second)).status == 200
    await nobody.send("POST", "/logout", json={})
    assert (await with_cookie(sitrep, second)).status == 401


async def test_sec_101_a_cookie_planted_before_signing_in_opens_nothing(sitrep: House, nobody: Browser) -> None:
    planted = "planted-by-somebody"
    token = (await sitrep.link(ADA)).partition("token=")[2]
    page = await (await nobody.get(f"/join?token={token}")).text()
    jar = {"Cookie": f"__Host-sitrep={planted}; " + "; ".join(f"{m.key}={m.value}" for m in nobody.client.cookie_jar)}
    fields = {"csrf": hidden(page, "csrf"), "token": token}
    answer = await nobody.send("POST", "/join", headers=dict(jar), data=fields)
    assert answer.status == 303
    assert (await with_cookie(sitrep, planted)).status == 401


async def with_cookie(sitrep: House, value: str) -> ClientResponse:
    async with browser(sitrep) as other:
        answer = await other.get("/", headers={"Cookie": f"__Host-sitrep={value}"})
        await answer.read()
        return answer


async def test_sec_102_the_cookie_is_strict_and_idle_sessions_end(sitrep: House, nobody: Browser) -> None:
    token = (await sitrep.link(ADA)).partition("token=")[2]
    page = await (await nobody.get(f"/join?token={token}")).text()
    answer = await nobody.send("POST", "/join", data={"csrf": hidden(page, "csrf"), "token": token})
    flags = next(line for line in answer.headers.getall("Set-Cookie") if line.startswith("__Host-sitrep="))
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in flags.split(";")}
    assert "Domain" not in flags
    for hours in (11, 11):
        sitrep.now += timedelta(hours=hours)
        assert (await nobody.get("/")).status == 200
    sitrep.now += timedelta(hours=12)
    assert (await nobody.get("/")).status == 401


async def test_sec_102_no_session_lives_longer_than_a_week(sitrep: House, ada_browser: Browser) -> None:
    for _ in range(16):
        sitrep.now += timedelta(hours=10)
        assert (await ada_browser.get("/")).status == 200
    sitrep.now += timedelta(hours=9)
    assert (await ada_browser.get("/")).status == 401


SOMEWHERE_ELSE = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:evil",
    "HTTPS://evil.example",
    "ftp://evil",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "mailto:a@b",
    "file:///etc/passwd",
    "\t//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\n//evil",
    "\x00//evil",
    "/\x00/evil",
    " //evil.example",
    " https://evil.example",
    "/ /evil\x7f",
    "evil.example",
    "www.evil.example",
    "",
    ".",
    "..",
    "../x",
    "?next=//evil",
    "#//evil",
    ":80",
    "@evil.example",
    "/\u2028/evil",
    "／／evil.example",
    "/\u2044evil",
    "。evil",
    "//evil.example/%2f..",
    "//evil%00.example",
    "//google.com@evil.example",
    "//[::1]",
    "//0x7f000001",
    "//①②③.example",
    "/\\/evil.example",
    "/\\\\evil",
    "\\",
    "/é//evil",
    "https:\\\\evil",
    "http:///evil",
    "//\\evil",
    "/\x0b/evil",
    "/\x1f/evil",
    "\u00a0//evil",
    "blob:https://evil",
    "https&#58;//evil",
]


def test_sec_103_there_are_enough_of_them() -> None:
    assert len(set(SOMEWHERE_ELSE)) >= 60 - 2


@pytest.mark.parametrize("target", SOMEWHERE_ELSE)
def test_sec_103_redirects_stay_here(target: str) -> None:
    assert local_path(target) == "/"


@pytest.mark.parametrize("target", ["/", "/rooms/general", "/rooms/x?thread=5", "/direct#m3", "/%2f%2fevil"])
def test_sec_103_paths_of_ours_are_kept(target: str) -> None:
    assert local_path(target) == target


async def test_sec_103_signing_in_goes_nowhere_else(sitrep: House, nobody: Browser) -> None:
    token = (await sitrep.link(ADA)).partition("token=")[2]
    page = await (await nobody.get(f"/join?token={token}&next=//evil.example")).text()
    assert hidden(page, "next") == "/"
    fields = {"csrf": hidden(page, "csrf"), "token": token, "next": "https://evil.example"}
    answer = await nobody.send("POST", "/join", data=fields)
    assert answer.headers["Location"] == "/"


async def test_sec_104_a_sign_in_link_works_once_for_a_day_and_only_unchanged(sitrep: House, nobody: Browser) -> None:
    await nobody.sign_in(ADA)
    good, used, late = [(await sitrep.link(ADA)).partition("token=")[2] for _ in range(3)]
    page = await (await nobody.get(f"/join?token={used}")).text()
    fields = {"csrf": hidden(page, "csrf"), "token": used}
    assert (await nobody.send("POST", "/join", data=fields)).status == 303
    assert (await nobody.get(f"/join?token={good}")).status == 200
    forged = good[:-2] + ("aa" if good[-2:] != "aa" else "bb")
    answers = [await nobody.get(f"/join?token={token}") for token in (used, forged, "", "x" * 500)]
    answers.append(await nobody.send("POST", "/join", data=fields))
    sitrep.now += timedelta(hours=25)
    answers.append(await nobody.get(f"/join?token={late}"))
    assert {answer.status for answer in answers} == {403}
    assert len({await answer.text() for answer in answers}) == 1


async def test_sec_104_a_preview_does_not_use_the_link_up(sitrep: House, nobody: Browser) -> None:
    token = (await sitrep.link(ADA)).partition("token=")[2]
    for _ in range(3):
        assert (await nobody.get(f"/join?token={token}")).status == 200
    assert all(morsel.key != "__Host-sitrep" for morsel in nobody.client.cookie_jar)


async def test_sec_104_the_sign_in_form_belongs_to_one_browser(sitrep: House, nobody: Browser) -> None:
    """Nobody can be signed in as somebody else by a form on a page of an attacker."""
    token = (await sitrep.link(ADA)).partition("token=")[2]
    page = await (await nobody.get(f"/join?token={token}")).text()
    async with browser(sitrep) as other:
        fields = {"csrf": hidden(page, "csrf"), "token": token}
        assert (await other.send("POST", "/join", data=fields)).status == 403


async def test_sec_105_every_answer_carries_the_headers(sitrep: House, ada_browser: Browser, nobody: Browser) -> None:
    for who in (ada_browser, nobody):
        tried = [*routes(sitrep), ("GET", "/no/such/page"), ("POST", "/no/such/page"), ("TRACE", "/"), ("PUT", "/")]
        for method, path in tried:
            answer = await short(who, method, path)
            for name, value in (answers.HEADERS if answers.owns(path) else security.HEADERS).items():
                assert answer.headers.get(name) == value, (method, path, name)
            assert "unsafe" not in answer.headers["Content-Security-Policy"]


async def short(who: Browser, method: str, path: str, **headers: str | None) -> ClientResponse:
    """The answer's head is enough; /live would go on for ever."""
    answer = await who.send(method, path, headers=dict(headers), timeout=ClientTimeout(total=10))
    answer.close()
    return answer


async def test_sec_106_another_site_may_read_the_public_json_alone(sitrep: House, ada_browser: Browser) -> None:
    for method, path in routes(sitrep):
        answer = await short(ada_browser, method, path, Origin="https://evil.example")
        allowed = {name: value for name, value in answer.headers.items() if name.lower().startswith("access-control-")}
        anybody = method in SAFE and path.startswith("/api/v2/")
        assert allowed == ({"Access-Control-Allow-Origin": "*"} if anybody else {}), (method, path)


async def test_sec_107_another_host_is_refused(sitrep: House, ada_browser: Browser) -> None:
    for host in ("evil.example", "evil.example:80", f"evil.example:{sitrep.config.port}", "127.0.0.1", "localhost:1"):
        answer = await ada_browser.get("/", headers={"Host": host})
        assert answer.status == 421, host
        assert "evil" not in await answer.text()


async def test_sec_107_forwarded_headers_change_nothing(sitrep: House, ada_browser: Browser) -> None:
    lies = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}
    page = await (await ada_browser.get("/", headers=lies)).text()
    assert "evil" not in page
    assert (await sitrep.link(ADA)).startswith(f"{sitrep.config.base_url}/join?token=")


async def test_sec_108_private_pages_are_never_kept(sitrep: House, ada_browser: Browser) -> None:
    for method, path in routes(sitrep):
        if method in SAFE and not path.startswith("/static/") and not answers.owns(path):
            answer = await short(ada_browser, method, path)
            assert answer.headers["Cache-Control"] == "no-store", path


async def test_sec_108_assets_are_kept_for_ever_and_say_nothing_about_anybody(
    sitrep: House, ada_browser: Browser
) -> None:
    page = await (await ada_browser.get("/")).text()
    address = page.partition('<script type="module" src="')[2].partition('"')[0]
    answer = await ada_browser.get(address)
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    assert "ada" not in (await answer.text()).lower().replace("adapt", "")
    assert (await ada_browser.get("/static/older/app.js")).headers["Cache-Control"] == "no-store"
    assert (await ada_browser.get("/static/x/..%2fbase.html")).status == 404
    assert (await ada_browser.get("/static/x/base.html")).status == 404


async def test_sec_109_guessing_sign_in_links_is_slowed_down(sitrep: House, nobody: Browser) -> None:
    statuses = [(await nobody.get(f"/join?token=guess-{number}")).status for number in range(40)]
    assert statuses == [403] * 10 + [429] * 30
    sitrep.now += timedelta(seconds=61)
    assert (await nobody.get("/join?token=guess")).status == 403


async def test_sec_109_nobody_gets_more_tries_by_naming_other_addresses(sitrep: House, nobody: Browser) -> None:
    statuses = [await _guess(nobody, f"203.0.113.{number}") for number in range(20)]
    assert statuses == [403] * 10 + [429] * 10


async def test_sec_109_behind_a_trusted_proxy_everybody_is_counted_alone(tmp_path: Path) -> None:
    """The proxy adds what it sees at the end; what stands before it is the sender's own invention."""
    async with house(tmp_path, proxies=[ip_network("127.0.0.0/8")]) as behind, browser(behind) as proxy:
        first = [await _guess(proxy, f"203.0.113.{number}, 198.51.100.1") for number in range(12)]
        assert first == [403] * 10 + [429] * 2
        assert await _guess(proxy, "198.51.100.2") == 403


async def _guess(who: Browser, forwarded: str) -> int:
    return (await who.get("/join?token=guess", headers={"X-Forwarded-For": forwarded})).status


async def test_sec_110_trace_overrides_and_framing_are_refused(sitrep: House, ada_browser: Browser) -> None:
    for method in ("TRACE", "PUT", "OPTIONS", "CONNECT_", "PROPFIND"):
        answer = await ada_browser.send(method, "/")
        assert answer.status in {400, 405}, method
    for name in security.OVERRIDES:
        assert (await ada_browser.get("/", headers={name: "DELETE"})).status == 405
    page = await ada_browser.get("/")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


async def test_sec_111_the_live_view_needs_a_session_of_ours(
    sitrep: House, ada_browser: Browser, nobody: Browser
) -> None:
    assert (await nobody.get("/live")).status == 401
    foreign = await ada_browser.get("/live", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in foreign.headers
    foreign.close()


async def test_sec_111_the_live_view_ends_with_the_session(
    sitrep: House, ada_browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.live.HEARTBEAT", 0.2)
    stream = await ada_browser.get("/live")
    assert (await stream.content.readuntil(b"event: clock")).startswith(b"retry:")
    await ada_browser.send("POST", "/logout", json={})
    rest = await asyncio.wait_for(stream.content.read(), 5)
    assert rest.rstrip().endswith(b"event: signed-out\ndata: {}")


async def test_sec_111_nothing_of_a_private_room_reaches_who_was_not_invited(
    sitrep: House, ada_browser: Browser, bob_browser: Browser
) -> None:
    secret = await sitrep.core.chat.open("op-1", name="neutral-1", private=True, incident=1)
    number = int(secret.ref.removeprefix("web:"))
    streams = [await who.get("/live?after=0") for who in (ada_browser, bob_browser)]
    await sitrep.core.chat.invite("op-2", secret.ref, [ADA])
    answer = await ada_browser.say(number, "the canary sings")
    await ada_browser.say(1, "goodbye")
    heard = [await stream.content.readuntil(b"goodbye") for stream in streams]
    assert b"canary" in heard[0]
    assert b"canary" not in heard[1]
    assert f'"room": {number}'.encode() not in heard[1]
    for path in (f"/api/messages/{answer['message']}", f"/api/rooms/{number}/messages", "/rooms/neutral-1"):
        assert (await ada_browser.get(path)).status == 200
        told, unknown = await bob_browser.get(path), await bob_browser.get(path.replace(str(number), "99"))
        assert (told.status, unknown.status) == (404, 404)
    assert "neutral" not in json.dumps(await bob_browser.json("GET", "/api/rail"))
    for stream in streams:
        stream.close()


async def test_sec_112_an_error_shows_a_reference_and_nothing_else(
    sitrep: House, ada_browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise ValueError("the canary is in here: hunter2")

    for name in ("rooms", "visible", "people_like", "by_id"):
        monkeypatch.setattr(f"storage.web.{name}", broken)
    for name in ("seen", "in_room", "direct", "say"):
        monkeypatch.setattr(f"storage.web_messages.{name}", broken)
    monkeypatch.setattr("bot.web.complete.people_like", broken)
    bodies = {"message": 1, "text": "hello", "emoji": "👍", "room": 1, "delivery": delivery()}
    failed = 0
    for method, path in routes(sitrep):
        if path in {"/live", "/logout"}:
            continue
        with capture_logs() as logged:
            answer = await ada_browser.send(method, path + "?q=@a", json=None if method in SAFE else bodies)
        text = await answer.text()
        if answer.status == 500:
            failed += 1
            (line,) = [line for line in logged if line["action"] == "web_error"]
            assert method == "HEAD" or line["reference"] in text
        assert not any(word in text for word in ("canary", "hunter2", "Traceback", "ValueError", ".py")), (method, path)
    assert failed >= 8


async def test_sec_112_what_cannot_be_read_is_a_400(sitrep: House, ada_browser: Browser) -> None:
    deep = "[" * 100_000
    for body in (
        "",
        "{",
        "[]",
        "null",
        '"x"',
        deep,
        '{"text": 1e400}',
        '{"text":' + "9" * 10_000 + "}",
        '{"text": []}',
        "\xff",
    ):
        headers: dict[str, str | None] = {"Content-Type": "application/json"}
        answer = await ada_browser.send("POST", "/api/rooms/1/messages", headers=headers, data=body.encode("latin-1"))
        assert answer.status == 400, body[:20]
        assert (await answer.json())["error"]


async def test_sec_121_a_large_or_packed_body_is_not_read(sitrep: House, ada_browser: Browser) -> None:
    big = await ada_browser.send("POST", "/api/rooms/1/messages", json={"text": "x" * 300_000, "delivery": delivery()})
    assert big.status == 413
    headers: dict[str, str | None] = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    packed = await ada_browser.send("POST", "/api/rooms/1/messages", headers=headers, data=b"no gzip at all")
    assert packed.status in {400, 415}


async def test_sec_113_public_answers_know_nobody(sitrep: House, ada_browser: Browser, nobody: Browser) -> None:
    """There is no status page yet; probes and assets are all that is public, and they never touch the cookie."""
    for path in ("/healthz", "/readyz", "/static/x/app.js"):
        answers = [await who.get(path) for who in (ada_browser, nobody)]
        assert {answer.status for answer in answers} == {200}
        assert not [answer for answer in answers if "Set-Cookie" in answer.headers]
        assert len({await answer.text() for answer in answers}) == 1


async def test_sec_149_metrics_are_for_this_machine_or_for_whoever_knows_the_token(
    sitrep: House, ada_browser: Browser, nobody: Browser
) -> None:
    """``sitrep`` counts nothing at first: then there is nothing for anybody."""
    assert (await nobody.get("/metrics")).status == 404

    async def figures() -> bytes:
        return b"sitrep_up 1"

    _replace_site(sitrep, metrics=figures)
    assert await (await nobody.get("/metrics")).text() == "sitrep_up 1"
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        assert (await nobody.send("GET", "/metrics", headers={header: "127.0.0.1"})).status == 404
    for host in ("status.example.com", "evil.example:8080", "127.0.0.1.evil.example"):
        assert (await nobody.send("GET", "/metrics", headers={"Host": host})).status == 404
    token = "a-token-of-some-length"
    _replace_site(sitrep, metrics=figures, config=replace(sitrep.config, metrics_token=token))
    for given in (None, "", token, f"Bearer {token}x", "Bearer ", f"Basic {token}", "Bearer tokén"):
        assert (await ada_browser.send("GET", "/metrics", headers={"Authorization": given})).status == 404, given
    told = await nobody.send("GET", "/metrics", headers={"Authorization": f"Bearer {token}", "Host": "10.0.0.7:9"})
    assert (told.status, await told.text()) == (200, "sitrep_up 1")
    assert told.headers["Cache-Control"] == "no-store"


def _replace_site(house: House, **changed: Any) -> None:
    house.app._state[SITE] = replace(house.app[SITE], **changed)
