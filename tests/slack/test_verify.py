"""The gate in front of Slack's routes, over a real server on loopback: docs/rules.md, SEC-001 to SEC-016."""

import ast
import asyncio
import hashlib
import hmac
import itertools
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, MultiMapping
from structlog.testing import capture_logs

from bot.hush import Hush
from bot.mistake import Mistake
from bot.slack.settings import EVENTS_PATH, SlackSettings
from bot.slack.verify import (
    LARGEST_BODY,
    SIGNATURE,
    TIMESTAMP,
    Forged,
    ours,
    safe_response_url,
    signed_route,
    verified,
)

ROOT = Path(__file__).parents[2]
SECRET, OLD_SECRET, FOREIGN = b"8f742231b10e8888abcd99yyyzzz85a5", b"the-secret-of-last-year-000000000", b"x" * 32
NOW = 1_933_000_000
BODY = b"command=%2Fincident&text=sev1+Checkout+is+down"


def sign(body: bytes, *, seconds: str = str(NOW), secret: bytes = SECRET) -> str:
    return "v0=" + hmac.new(secret, f"v0:{seconds}:".encode() + body, hashlib.sha256).hexdigest()


def headers(body: bytes, *, seconds: str = str(NOW), secret: bytes = SECRET) -> CIMultiDict[str]:
    return CIMultiDict({TIMESTAMP: seconds, SIGNATURE: sign(body, seconds=seconds, secret=secret)})


@dataclass
class Gate:
    """The route on a server of its own; `heard` is what came through."""

    settings: SlackSettings
    heard: list[bytes] = field(default_factory=list)
    now: float = NOW
    port: int = 0
    runner: web.AppRunner | None = None

    async def hear(self, raw: bytes, headers: MultiMapping[str]) -> web.StreamResponse:
        assert headers[SIGNATURE]
        self.heard.append(raw)
        return web.Response(text="heard")

    async def open(self) -> None:
        app = web.Application()
        route = signed_route(self.hear, self.settings, lambda: datetime.fromtimestamp(self.now, UTC))
        app.router.add_post(EVENTS_PATH, route)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.port = self.runner.addresses[0][1]

    async def post(self, body: bytes, given: MultiMapping[str]) -> int:
        url = f"http://127.0.0.1:{self.port}{EVENTS_PATH}"
        async with ClientSession() as session, session.post(url, data=BytesIO(body), headers=given) as answer:
            await answer.read()
            return answer.status

    async def raw(self, *lines: bytes, body: bytes = b"", later: bytes = b"") -> bytes:
        """The bytes as they are, and everything until the server hangs up."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = [f"POST {EVENTS_PATH} HTTP/1.1".encode(), b"Host: sitrep.example.com", *lines]
        writer.write(b"\r\n".join(head) + b"\r\n\r\n" + body)
        if later:
            await asyncio.sleep(0.05)
            writer.write(later)
        try:
            return await asyncio.wait_for(reader.read(), 8)
        finally:
            writer.close()

    async def signed(self, *lines: bytes, body: bytes = BODY, sent: bytes = b"", later: bytes = b"") -> bytes:
        """As `raw`, with a good signature over `body`; `sent` is what goes over the wire in its place."""
        claims = [f"{name}: {value}".encode() for name, value in headers(body).items()]
        return await self.raw(*claims, *lines, body=sent or body, later=later)


@pytest.fixture
async def gate() -> AsyncIterator[Gate]:
    opened = Gate(SlackSettings(mode="http", signing_secret=SECRET.decode()))
    await opened.open()
    yield opened
    assert opened.runner is not None
    await opened.runner.cleanup()


@pytest.fixture(autouse=True)
def traces(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever is sent, our code logs no stack trace. What aiohttp refuses by itself never reaches it."""
    yield
    found = [record for record in caplog.records if record.exc_info and record.levelno >= logging.ERROR]
    assert [record for record in found if "bot/slack" in str(record.exc_text)] == []


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


async def test_what_slack_signed_comes_through_with_the_very_bytes(gate: Gate) -> None:
    body = b'payload=%7B%22a%22%3A1%7D&x=\xff\x00+ "'
    assert await gate.post(body, headers(body)) == 200
    assert gate.heard == [body]


async def test_sec_001_a_missing_empty_short_long_or_wrong_signature_is_refused(gate: Gate) -> None:
    good = sign(BODY)
    wrong = "v0=" + "0" * 64
    tries = [None, "", "v0=", good[:-1], good + "0", wrong, "v1" + good[2:], good[3:], good.upper()]
    tries += [sign(BODY, secret=FOREIGN), sign(b""), sign(BODY + b" "), "v0=" + "é" * 64]
    with capture_logs() as logged:
        for signature in tries:
            given = CIMultiDict({TIMESTAMP: str(NOW)} | ({} if signature is None else {SIGNATURE: signature}))
            assert await gate.post(BODY, given) == 401, signature
    assert gate.heard == []
    assert {entry["action"] for entry in logged} == {"slack_refused"}


async def test_sec_001_a_signature_without_a_time_is_refused(gate: Gate) -> None:
    assert await gate.post(BODY, CIMultiDict({SIGNATURE: sign(BODY)})) == 401
    assert await gate.post(BODY, CIMultiDict()) == 401
    assert gate.heard == []


@pytest.mark.parametrize(("late", "expected"), [(-301, 401), (-299, 200), (0, 200), (299, 200), (301, 401)])
async def test_sec_002_five_minutes_either_way_are_the_window(late: int, expected: int, gate: Gate) -> None:
    seconds = str(NOW + late)
    assert await gate.post(BODY, headers(BODY, seconds=seconds)) == expected
    assert len(gate.heard) == (expected == 200)


STRANGE = [
    "abc",
    "9" * 5000,
    "١٩٣٣٠٠٠٠٠٠",
    "1e9",
    "19330 00000",
    "-1933000000",
    "+1933000000",
    "",
    "0x73",
    "1933000000.0",
]
STRANGE += ["1_933_000_000", "nan", "9" * 13, "１９３３００００００"]


@pytest.mark.parametrize("seconds", STRANGE, ids=lambda text: ascii(text)[:20])
async def test_sec_004_a_strange_time_is_refused_and_nothing_breaks(seconds: str, gate: Gate) -> None:
    with capture_logs() as logged:
        assert await gate.post(BODY, headers(BODY, seconds=seconds)) == 401
    assert gate.heard == []
    assert [entry["reason"] for entry in logged] == [f"{TIMESTAMP} malformed"]


async def test_sec_004_a_header_that_comes_twice_is_refused(gate: Gate) -> None:
    for name, value in headers(BODY).items():
        assert status(await gate.signed(f"{name.lower()}: {value}".encode(), LENGTH)) == 401
    assert gate.heard == []


async def test_sec_004_bytes_that_are_no_text_are_refused(gate: Gate) -> None:
    seconds = f"{TIMESTAMP}: {NOW}".encode()
    length = f"Content-Length: {len(BODY)}".encode()
    for value in (b"v0=\xff\xfe" + b"0" * 62, b"\x80" * 67, "v0=é".encode()):
        assert status(await gate.raw(seconds, SIGNATURE.encode() + b": " + value, length, body=BODY)) == 401
    nul = await gate.raw(seconds, SIGNATURE.encode() + b": v0=\x00" + b"0" * 63, length, body=BODY)
    assert status(nul) in (400, 401)
    assert gate.heard == []


JUNK = {
    "not UTF-8": b"\xff\xfe\x00",
    "broken payload": b"payload=%7B%22a",
    "a JSON list": b"[1, 2]",
    "deep": b"[" * 100_000,
    "double keys": b'{"a":1,"a":2}',
    "1e400": b'{"a":1e400}',
    "empty": b"",
}


@pytest.mark.parametrize("body", JUNK.values(), ids=JUNK)
async def test_sec_005_nothing_unsigned_is_parsed(body: bytes, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    def parsed(*_: object, **__: object) -> None:
        raise AssertionError("it was parsed")

    monkeypatch.setattr(json, "loads", parsed)
    monkeypatch.setattr("urllib.parse.parse_qsl", parsed)
    for unsigned in (headers(body, secret=FOREIGN), CIMultiDict({"Content-Type": "application/json"})):
        assert await gate.post(body, unsigned) == 401
    assert gate.heard == []


async def test_sec_005_what_is_compressed_is_not_even_unpacked(gate: Gate) -> None:
    length = f"Content-Length: {len(BODY)}".encode()
    for encoding in (b"gzip", b"deflate", b"identity"):
        assert status(await gate.signed(b"Content-Encoding: " + encoding, length)) == 401
    assert gate.heard == []


async def test_sec_007_the_old_secret_is_good_for_as_long_as_it_is_configured() -> None:
    before = SlackSettings(signing_secret=SECRET.decode(), previous_signing_secret=OLD_SECRET.decode())
    after = SlackSettings(signing_secret=SECRET.decode())
    for settings, old in ((before, 200), (after, 401)):
        gate = Gate(settings)
        await gate.open()
        assert await gate.post(BODY, headers(BODY, secret=OLD_SECRET)) == old
        assert await gate.post(BODY, headers(BODY)) == 200
        assert gate.runner is not None
        await gate.runner.cleanup()


@pytest.mark.parametrize("secrets", [[], [b""], [b"", b""]])
def test_sec_008_without_a_secret_nothing_is_genuine(secrets: list[bytes]) -> None:
    with pytest.raises(Forged):
        verified(BODY, headers(BODY, secret=b""), secrets=secrets, now=NOW)


def test_sec_008_without_a_secret_there_is_no_route() -> None:
    async def hear(raw: bytes, headers: MultiMapping[str]) -> web.StreamResponse:
        raise AssertionError

    with pytest.raises(Mistake, match="SLACK_SIGNING_SECRET: is needed"):
        signed_route(hear, SlackSettings(mode="http"), lambda: datetime.now(UTC))


@pytest.mark.parametrize("body", [b'{"type":"url_verification","challenge":"boo"}', b"ssl_check=1&token=x"])
async def test_sec_009_an_unsigned_check_is_neither_echoed_nor_done(body: bytes, gate: Gate) -> None:
    answer = await gate.raw(f"Content-Length: {len(body)}".encode(), b"Connection: close", body=body)
    assert status(answer) == 401
    assert b"boo" not in answer
    assert gate.heard == []


SECRETIVE = re.compile(r"secret|signature|digest|token|hmac", re.IGNORECASE)


def compared(path: Path) -> Iterator[str]:
    """Every == or != between two things of which one is called like a secret."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
            sides = [node.left, *node.comparators]
            if any(isinstance(side, ast.Constant) for side in sides):
                continue
            names = [ast.unparse(side) for side in sides]
            yield from (f"{path.name}: {' == '.join(names)}" for name in names if SECRETIVE.search(name))


def test_sec_010_secrets_are_compared_in_constant_time_only() -> None:
    files = [*(ROOT / "bot" / "slack").rglob("*.py"), ROOT / "bot" / "config.py"]
    assert [found for path in files for found in compared(path)] == []
    assert "hmac.compare_digest" in (ROOT / "bot" / "slack" / "verify.py").read_text(encoding="utf-8")


def test_sec_010_the_search_for_comparisons_finds_them(tmp_path: Path) -> None:
    file = tmp_path / "bad.py"
    file.write_text("if signature == expected: pass\n")
    assert len(list(compared(file))) == 1


TEAM, APP, GRID = "T0HOME", "A0SITREP", "E0GRID"
HOME = SlackSettings(team=TEAM, app=APP, enterprise="")
EVENT: dict[str, object] = {
    "type": "event_callback",
    "team_id": TEAM,
    "api_app_id": APP,
    "context_team_id": TEAM,
    "context_enterprise_id": None,
    "authorizations": [{"team_id": TEAM, "enterprise_id": None, "user_id": "U1"}],
    "is_ext_shared_channel": False,
}
COMMAND: dict[str, object] = {"team_id": TEAM, "api_app_id": APP, "command": "/incident"}
PRESS: dict[str, object] = {"team": {"id": TEAM, "domain": "x"}, "enterprise": None, "api_app_id": APP}


@pytest.mark.parametrize("payload", [EVENT, COMMAND, PRESS])
def test_sec_011_what_is_about_our_workspace_is_ours(payload: dict[str, object]) -> None:
    assert ours(payload, HOME)
    assert ours(payload, SlackSettings())


FOREIGN_PARTS: list[dict[str, object]] = [
    {"team_id": "T0AWAY"},
    {"team": {"id": "T0AWAY"}},
    {"team": "T0AWAY"},
    {"context_team_id": "T0AWAY"},
    {"authorizations": [{"team_id": "T0AWAY"}]},
    {"authorizations": ["T0AWAY"]},
    {"api_app_id": "A0OTHER"},
    {"api_app_id": 7},
    {"enterprise_id": GRID},
    {"enterprise": {"id": GRID}},
    {"team": {"id": TEAM, "enterprise_id": GRID}},
    {"context_enterprise_id": GRID},
    {"authorizations": [{"team_id": TEAM, "enterprise_id": GRID}]},
    {"team_id": [TEAM]},
    {"team_id": 0},
]


@pytest.mark.parametrize("payload", [EVENT, COMMAND, PRESS], ids=["event", "command", "press"])
@pytest.mark.parametrize("part", FOREIGN_PARTS, ids=str)
def test_sec_011_a_foreign_team_app_or_enterprise_is_not_ours(
    part: dict[str, object], payload: dict[str, object]
) -> None:
    assert not ours({**payload, **part}, HOME)


def test_sec_011_a_payload_without_a_team_is_not_ours() -> None:
    assert not ours({}, HOME)
    assert not ours({"team_id": None, "api_app_id": APP}, HOME)
    assert not ours({"api_app_id": APP}, SlackSettings())


def test_sec_011_in_a_grid_its_own_enterprise_is_ours() -> None:
    grid = SlackSettings(team=TEAM, app=APP, enterprise=GRID)
    assert ours({**EVENT, "enterprise_id": GRID}, grid)
    assert not ours({**EVENT, "enterprise_id": "E0AWAY"}, grid)


def test_sec_011_in_a_shared_channel_the_context_decides() -> None:
    """A partner's message carries the partner's team; what they may do is decided elsewhere."""
    shared = {**EVENT, "is_ext_shared_channel": True, "team_id": "T0AWAY", "enterprise_id": "E0AWAY"}
    assert ours(shared, HOME)
    assert not ours({**shared, "context_team_id": "T0AWAY"}, HOME)
    assert not ours({**shared, "context_team_id": None}, HOME)
    assert not ours({**shared, "is_ext_shared_channel": "true"}, HOME)


def test_sec_011_the_app_is_known_from_its_token_too() -> None:
    assert SlackSettings(app_token=f"xapp-1-{APP}-42-abcdef").app_id == APP
    assert not ours({**EVENT, "api_app_id": "A0OTHER"}, SlackSettings(app_token=f"xapp-1-{APP}-42-abcdef"))


def test_sec_011_a_token_of_another_workspace_is_refused() -> None:
    known = SlackSettings().known_as({"team_id": TEAM, "enterprise_id": None})
    assert (known.team, known.enterprise) == (TEAM, "")
    with pytest.raises(Mistake, match="must be of the workspace T0HOME"):
        HOME.known_as({"team_id": "T0AWAY"})


SAFE = ["https://hooks.slack.com/commands/T1/2/3", "https://hooks.slack.com/actions/T1/2/3"]
UNSAFE = [
    "",
    "hooks.slack.com/commands/1",
    "http://hooks.slack.com/commands/1",
    "https://hooks.slack.com",
    "https://hooks.slack.com.evil.example/x",
    "https://hooks.slack.com@evil.example/x",
    "https://hooks.slack.com:8443/x",
    "https://user@hooks.slack.com/x",
    "https://evil.example/https://hooks.slack.com/",
    "https://evil.example\\@hooks.slack.com/",
    "https://hooks.slack.com/\\evil",
    "https://hooks.slack.com/ x",
    "https://hooks.slack.com/\r\nX: y",
    " https://hooks.slack.com/x",
    "https://hооks.slack.com/x",
    "https://127.0.0.1/x",
    "http://169.254.169.254/latest",
    "https://hooks.127.0.0.1.evil/x",
    "file:///etc/passwd",
    "gopher://hooks.slack.com/x",
]


@pytest.mark.parametrize("url", SAFE)
def test_sec_012_slack_s_own_host_may_be_answered(url: str) -> None:
    assert safe_response_url(url, SlackSettings())


@pytest.mark.parametrize("url", UNSAFE, ids=ascii)
def test_sec_012_nothing_is_sent_anywhere_else(url: str) -> None:
    assert not safe_response_url(url, SlackSettings())


def test_sec_012_the_configured_host_is_slack_too() -> None:
    gov = SlackSettings(api_url="https://slack-gov.com/api/")
    assert safe_response_url("https://hooks.slack-gov.com/commands/1", gov)
    here = SlackSettings(api_url="http://127.0.0.1:4000/api/")
    assert safe_response_url("http://127.0.0.1:4000/commands/T1/x", here)
    assert not safe_response_url("http://127.0.0.1:4001/commands/T1/x", here)
    assert not safe_response_url("http://127.0.0.1:40000/commands/T1/x", here)


async def test_sec_014_a_flood_is_told_in_ten_short_lines_a_minute(gate: Gate) -> None:
    body = b"do not log this " * 65_000
    with capture_logs() as logged:
        answers = [await gate.post(body, headers(body, secret=FOREIGN)) for _ in range(40)]
    assert set(answers) == {401}
    assert len(logged) == 10
    for entry in logged:
        assert len(json.dumps(entry)) <= 200
        assert "do not log" not in json.dumps(entry)
        assert entry["source"] == "127.0.0.1"
    gate.now += 61
    with capture_logs() as logged:
        await gate.post(b"", CIMultiDict())
    assert [entry["unsaid"] for entry in logged] == [30]


def test_sec_014_ten_thousand_refusals_are_ten_lines_for_each_source() -> None:
    hush = Hush()
    told = [
        source
        for source in itertools.islice(itertools.cycle(("a", "b")), 10_000)
        if hush.unsaid(source, now=NOW) is not None
    ]
    assert sorted(told) == ["a"] * 10 + ["b"] * 10


def test_sec_014_sources_without_number_take_no_more_memory() -> None:
    hush = Hush()
    for number in range(30_000):
        hush.unsaid(str(number), now=NOW)
    assert len(hush._said) <= 10_000


async def test_sec_016_a_body_may_have_one_mebibyte_and_no_more(gate: Gate) -> None:
    body = b"x" * LARGEST_BODY
    assert await gate.post(body, headers(body)) == 200
    for larger in (body + b"x", body * 3):
        assert await gate.post(larger, headers(larger)) == 413
    chunk = f"{LARGEST_BODY + 1:x}".encode() + b"\r\n" + body + b"x\r\n0\r\n\r\n"
    assert status(await gate.signed(b"Transfer-Encoding: chunked", body=body + b"x", sent=chunk)) == 413
    assert gate.heard == [body]
    with pytest.raises(Forged):
        verified(body + b"x", headers(body + b"x"), secrets=[SECRET], now=NOW)


LENGTH = f"Content-Length: {len(BODY)}".encode()
CHUNK = f"{len(BODY):x}".encode() + b"\r\n" + BODY + b"\r\n"
CHUNKED = b"Transfer-Encoding: chunked"
BROKEN: dict[str, tuple[list[bytes], bytes, bytes]] = {
    "two lengths": ([LENGTH, b"Content-Length: 1"], BODY, b""),
    "a length and chunks": ([LENGTH, CHUNKED], CHUNK + b"0\r\n\r\n", b""),
    "a negative length": ([b"Content-Length: -1"], BODY, b""),
    "a length that is none": ([b"Content-Length: 4x"], BODY, b""),
    "one header of 64 KB": ([LENGTH, b"X-Long: " + b"a" * 65_536], BODY, b""),
    "64 KB of headers": ([LENGTH, *(f"X-{n}: {'a' * 1000}".encode() for n in range(65))], BODY, b""),
    "a chunk size that is none": ([CHUNKED], b"zz\r\n" + BODY + b"\r\n", b""),
    "a bad chunk after a good one": ([CHUNKED], CHUNK + b"zz\r\n", b""),
    "a bad chunk in another packet": ([CHUNKED], CHUNK, b"zz\r\n"),
    "a chunk longer than it says": ([CHUNKED], b"1\r\n" + BODY + b"\r\n0\r\n\r\n", b""),
    "half a body": ([LENGTH], BODY[:5], b""),
}


@pytest.mark.parametrize("case", BROKEN)
async def test_sec_016_a_request_that_contradicts_itself_is_refused_and_cut_off(
    case: str, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.verify._SLOWEST_BODY", 0.3)
    lines, sent, later = BROKEN[case]
    assert status(await gate.signed(*lines, sent=sent, later=later)) == 400
    assert gate.heard == []


async def test_sec_016_good_chunks_are_put_together(gate: Gate) -> None:
    answer = await gate.signed(CHUNKED, b"Connection: close", sent=CHUNK + b"0\r\n\r\n")
    assert status(answer) == 200
    assert gate.heard == [BODY]


async def test_who_hangs_up_in_the_middle_leaves_no_trace(gate: Gate, caplog: pytest.LogCaptureFixture) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", gate.port)
    claims = "".join(f"{name}: {value}\r\n" for name, value in headers(BODY).items())
    writer.write(f"POST {EVENTS_PATH} HTTP/1.1\r\nHost: x\r\n{claims}Content-Length: 99\r\n\r\nabc".encode())
    await writer.drain()
    writer.close()
    await asyncio.sleep(0.1)
    assert [record for record in caplog.records if record.exc_info] == []
    assert gate.heard == []


def refuses(body: bytes, given: MultiMapping[str], now: float = NOW) -> bool:
    try:
        verified(body, given, secrets=[SECRET, OLD_SECRET], now=now)
    except Forged:
        return True
    return False


@given(place=st.integers(0, 66), to=st.characters(), body=st.binary(max_size=200))
def test_no_signature_with_another_character_is_good(place: int, to: str, body: bytes) -> None:
    good = sign(body)
    changed = good[:place] + to + good[place + 1 :]
    assert refuses(body, CIMultiDict({TIMESTAMP: str(NOW), SIGNATURE: changed})) == (changed != good)


@given(signature=st.text(max_size=80), seconds=st.text(max_size=20), body=st.binary(max_size=50))
def test_no_invented_signature_is_good_and_none_breaks_anything(signature: str, seconds: str, body: bytes) -> None:
    assert refuses(body, CIMultiDict({TIMESTAMP: seconds, SIGNATURE: signature}))


@given(body=st.binary(min_size=1, max_size=200), bit=st.integers(0), late=st.integers(-600, 600))
def test_every_bit_of_the_body_and_the_time_is_signed(body: bytes, bit: int, late: int) -> None:
    changed = bytearray(body)
    changed[bit // 8 % len(body)] ^= 1 << bit % 8
    assert refuses(bytes(changed), headers(body))
    assert refuses(body, headers(body, seconds=str(NOW + late))) == (abs(late) > 300)
    moved = CIMultiDict({TIMESTAMP: str(NOW + 1), SIGNATURE: sign(body)})
    assert refuses(body, moved)
