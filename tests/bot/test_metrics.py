"""Every fault moves its own series on a real scrape of /metrics, and nothing of an incident stands there (REL-222)."""

import math
import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from conversation import ADA
from fakes.slack.stage import eventually
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import delete, update
from wire import Wire, wired

from bot.faults import FAULTS
from bot.heartbeat import Heartbeat
from bot.metrics import Metrics, State
from commands.line import Line
from commands.words import WORDS
from storage import one_hop, outbox, rooms
from storage.tables import deadline, lane

pytestmark = pytest.mark.timeout(60)

ROOT = Path(__file__).parents[2]
Series = dict[str, float]


@contextmanager
def counting(*metrics: Metrics) -> Iterator[None]:
    """Log lines are counted and printed nowhere."""

    def dropped(*_: Any) -> Any:
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[*(each.counted for each in metrics), dropped])
    try:
        yield
    finally:
        structlog.configure(**before)


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    async with wired(tmp_path, by_id=True) as begun:
        with counting(begun.metrics):
            yield begun


def read(text: str) -> Series:
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return {sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value for sample in samples}


async def scraped(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as answer:
        assert answer.status == 200
        return await answer.text()


async def moved(wire: Wire, before: Series) -> set[str]:
    after = read(await scraped(wire.url))
    return {name.partition(" ")[2] for name in after if "faults" in name and after[name] > before[name]}


# What goes wrong, each on the same running Sitrep with one incident; afterwards all is well again.


async def limited(wire: Wire) -> None:
    wire.slack.fault("ratelimited", "chat.postMessage", retry_after="1")
    await wire.person("ada").slash(wire.slack.rooms.room("inc-1-checkout-returns-500s").name, "/ic note one")
    await wire.wait(seconds=1)


async def unknown_answer(wire: Wire) -> None:
    """Also dead in the end (REL-042)."""
    wire.slack.fault("error", "chat.postMessage", code="never_heard_of", times=3)
    await says(wire, "note two")
    for _ in range(20):
        await wire.wait(seconds=2)


async def shut_out(wire: Wire) -> None:
    wire.slack.fault("error", "*", code="token_revoked", times=3)
    await wire.side.glance()
    await wire.side.alarm.look(wire.side.workspace.holds.trouble)
    wire.slack.faults.clear()
    for _ in range(60):
        await wire.side.glance()


async def foreign(wire: Wire) -> None:
    await wire.sends("events_api", {"type": "event_callback", "team_id": "T000FOREIGN", "event": {"type": "message"}})


async def held_back(wire: Wire) -> None:
    await wire.slack.rooms.limits_events()
    await wire.settle()


async def poisoned(wire: Wire) -> None:
    class Poisoned:
        __doc__ = "note"

        async def carry_out(self, call: object) -> None:
            raise RuntimeError("a bug")

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(WORDS, "note", Poisoned())
        await says(wire, "note this breaks", kept=True)
        for _ in range(6):
            await wire.wait(seconds=61)


async def locked(wire: Wire) -> None:
    """Another process writes for longer than we wait."""
    assert wire.core.database.file
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(one_hop, "_PATIENCE", 0.05)
        with closing(sqlite3.connect(wire.core.database.file, timeout=10, isolation_level=None)) as c:
            c.execute("begin immediate")
            await says(wire, "note not stored", deliver=False)
            c.execute("rollback")


async def killed(wire: Wire) -> None:
    """Whoever had the room in hand died."""
    await says(wire, "note after a death", deliver=False)
    async with wire.core.database.begin() as c:
        gone = wire.time.now.replace(year=2000)
        await c.execute(update(lane).where(lane.c.pending > 0).values(lease_until=gone, token="gone"))
    await wire.wait(seconds=1)


async def broken(wire: Wire) -> None:
    """Our own side of a platform breaks, and then the database in the middle of a delivery."""

    def bug(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    def away(*_: object, **__: object) -> None:
        raise OSError("no database")

    for place, name, how in ((wire.side.chat, "post", bug), (wire.core.delivery, "_settle", away)):
        await says(wire, f"note {name}", deliver=False)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(place), name, how)
            await wire.core.delivery.drain()
        await wire.wait(seconds=60)


async def forgotten(wire: Wire) -> None:
    """Deadlines are gone; and nobody outside hears that all is well again."""
    async with wire.core.database.begin() as c:
        await c.execute(delete(deadline))
    await wire.core.auditor.look()
    heart = Heartbeat(wire.core.auditor, "http://127.0.0.1:9/", every=0, spread=0)
    tries = iter((False, True))
    await heart.keep(lambda: next(tries))


async def without_a_reminder(wire: Wire) -> None:
    class Poisoned:
        __doc__ = "remind"

        async def carry_out(self, call: object) -> None:
            raise RuntimeError("a bug")

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(WORDS, "remind", Poisoned())
        await wire.wait(minutes=30)


async def gone(wire: Wire) -> None:
    """Slack is away; what is said meanwhile waits."""
    assert wire.side.sockets
    wire.side.sockets.pause = 0.01
    await wire.slack.down()
    await says(wire, "note while it was away")
    await eventually(lambda: bool(wire.side.sockets and wire.side.sockets.trouble))
    await wire.slack.up()
    await eventually(lambda: bool(wire.side.sockets and len(wire.side.sockets.open) == 2))
    await wire.wait(seconds=60)


async def deleted(wire: Wire) -> None:
    """The headline was deleted by hand."""
    async with wire.core.database.read() as c:
        ref = await rooms.slot(c, 1, "slack", "headline")
    assert ref
    await wire.slack.rooms.removes_message(*ref.split(":"))
    await says(wire, "rename Checkout is slow")
    await wire.wait(seconds=5)


async def closed(wire: Wire) -> None:
    await wire.slack.rooms.archives("inc-1-checkout-returns-500s")
    for _ in range(4):
        await wire.wait(seconds=2)


async def says(wire: Wire, words: str, *, deliver: bool = True, kept: bool = False) -> None:
    line = Line(ADA, words, wire.time.now, f"web:{len(wire.slack.ledger.calls())}:{words}", incident=1, via="cli")
    answer = await wire.core.door.say(line)
    assert answer.kept == kept
    if deliver:
        await wire.settle()


PROVOKED: dict[str, tuple[Callable[[Wire], Awaitable[None]], set[str]]] = {
    "REL-030": (limited, {"slack_call_failed", "slack_held", "delivery_failed"}),
    "REL-042": (unknown_answer, {"slack_call_failed", "delivery_failed", "dead_letter"}),
    "REL-040": (shut_out, {"slack_call_failed", "slack_workspace_held", "alarm"}),
    "SEC-011": (foreign, {"slack_ignored"}),
    "REL-012": (held_back, {"slack_rate_limited"}),
    "REL-013": (poisoned, {"line_failed", "line_dead"}),
    "REL-002": (locked, {"line_failed"}),
    "REL-080": (killed, {"lane_inherited"}),
    "REL-015": (broken, {"delivery_bug", "delivery_failed", "lane_left"}),
    "REL-132": (forgotten, {"audit_found", "audit_repaired", "heartbeat_unheard"}),
    "REL-150": (gone, {"slack_call_failed", "slack_socket_failed", "delivery_failed"}),
    "REL-063": (deleted, {"slack_posted_anew"}),
    "REL-129": (without_a_reminder, {"line_failed", "clock_stuck"}),
    "REL-054": (closed, {"slack_refuge"}),
}


async def test_rel_222_every_fault_moves_its_counter(wire: Wire) -> None:
    await wire.declare(wire.person("ada"))
    for rule, (provoke, expected) in PROVOKED.items():
        before = read(await scraped(wire.url))
        await provoke(wire)
        found = await moved(wire, before)
        assert expected <= found, f"{rule}: {sorted(found)}"


FAULTY = re.compile(r"\b(?:warning|error|exception|sheltered)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*?action=\"(\w+)\"")


def test_rel_222_whatever_is_logged_as_a_fault_has_a_series() -> None:
    """So that no fault can be added without one."""
    packages = ("commands", "storage", "templates", "scheduler", "bot")
    source = "\n".join(path.read_text(encoding="utf-8") for each in packages for path in (ROOT / each).rglob("*.py"))
    logged = set(FAULTY.findall(source))
    assert len(logged) > 60
    assert logged - FAULTS.keys() == set()
    assert FAULTS.keys() - set(re.findall(r'action="(\w+)"', source)) == set(), "a series that nothing moves"


async def test_rel_222_names_and_types_are_as_prometheus_wants_them(wire: Wire) -> None:
    text = await scraped(wire.url)
    found = {family.name: family for family in text_string_to_metric_families(text)}
    ours = {name: family for name, family in found.items() if not name.startswith("process_")}
    assert len(ours) >= 15
    for name, family in ours.items():
        assert re.fullmatch(r"sitrep_[a-z]+(_[a-z]+)*", name), name
        assert family.documentation.endswith((".", "1.")), name
        assert not re.search(r"_(count|sum|bucket|ms|minutes|gauge|counter)$", name), name
        if family.type == "counter":
            assert f"{name}_total" in text
    assert "_created" not in text


SECRETS = ("sealed", "quarterly", "keys leaked", "eve", "ada", "bob", "@example.com", "inc-", "red cable")


async def test_rel_222_nothing_of_an_incident_or_a_person_is_told(wire: Wire) -> None:
    """Neither in a name nor in a label, whatever a log line says (SEC-038)."""
    ada = wire.person("ada")
    await wire.declare(ada)
    await wire.wait(seconds=5)
    before = await scraped(wire.url)
    await ada.slash("#general", "/incident sev1 --private Sealed quarterly keys leaked")
    await wire.settle()
    await says(wire, "note the red cable")
    await wire.wait(seconds=5)
    wire.metrics.counted(None, "error", {"action": "delivery_failed", "platform": "inc-2-sealed", "channel": "eve"})
    wire.metrics.counted(None, "error", {"action": "slack_call_failed", "code": "Sealed quarterly keys leaked"})
    wire.metrics.counted(None, "error", {"action": "publish_failed", "channel": "ada@example.com"})
    after = await scraped(wire.url)
    assert [word for word in SECRETS if re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", after.lower())] == []
    assert read(after)["sitrep_delivery_failures_total other"] == 1
    labels = {name.partition(" ")[2] for name in read(after)} - {name.partition(" ")[2] for name in read(before)}
    assert labels == {"other"}


async def test_rel_222_replicas_count_for_themselves_and_agree_on_what_waits(wire: Wire) -> None:
    other = Metrics()
    with counting(other):
        structlog.get_logger().error("a fault of the other's", action="database_away")
    with counting(wire.metrics):
        await says(wire, "note this waits", deliver=False)
    await wire.declare(wire.person("ada"))
    async with wire.core.database.begin() as c:
        await outbox.add(c, [outbox.Parcel("slack", 1, "post", "room", "{}")] * 3, now=wire.time.now)
    wire.time.now += timedelta(seconds=40)
    ours = read(await scraped(wire.url))
    theirs = read((await other.scrape(wire.core.database, State(wire.side.troubles), now=wire.time.now)).decode())
    assert (ours["sitrep_faults_total database_away"], theirs["sitrep_faults_total database_away"]) == (0, 1)
    for name in ("sitrep_outbox_waiting_rows slack", "sitrep_outbox_oldest_seconds slack"):
        assert ours[name] == theirs[name] > 0
    assert (ours["sitrep_outbox_waiting_rows slack"], ours["sitrep_outbox_oldest_seconds slack"]) == (3, 40)


async def test_rel_222_a_flood_of_which_the_log_tells_little_is_counted_whole(wire: Wire) -> None:
    structlog.get_logger().warning("refused", action="slack_refused", unsaid=41)
    assert read(await scraped(wire.url))["sitrep_faults_total slack_refused"] == 42


async def test_rel_222_without_a_database_what_is_known_is_told(wire: Wire) -> None:
    def away() -> None:
        raise OSError("no database")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wire.core.database, "read", away)
        found = read(await scraped(wire.url))
    assert found["sitrep_database_up"] == 0
    assert math.isnan(found["sitrep_outbox_waiting_rows slack"])
    assert found["sitrep_build_info 0.1.0"] == 1
    assert read(await scraped(wire.url))["sitrep_database_up"] == 1


def test_rel_222_the_page_tells_every_series_and_every_fault() -> None:
    page = (ROOT / "docs/metrics.md").read_text(encoding="utf-8")
    listed = page[page.index("| `fault` | What") :].partition("\n")[2]
    assert set(re.findall(r"^\| `(\w+)` \|", listed, re.MULTILINE)) == FAULTS.keys()
    told = set(re.findall(r"^\| `(sitrep_\w+)", page, re.MULTILINE))
    families = list(Metrics().registry.collect())
    names = {f"{each.name}{'_total' if each.type == 'counter' else ''}" for each in families}
    assert told == {name for name in names if not name.startswith("process_")}
    alerts = re.findall(r"- alert: (\w+)\n +expr: (.+)\n(?: +for: \d+m\n)? +labels: .+\n +annotations: ", page)
    assert len(alerts) == page.count("- alert:") >= 8
    for alert, expression in alerts:
        assert set(re.findall(r"sitrep_\w+", expression)) <= names, alert
        for faults in re.findall(r'fault=~?"([\w|]+)"', expression):
            assert set(faults.split("|")) <= FAULTS.keys(), alert
