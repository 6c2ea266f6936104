"""The command line: each word does its work, and every error is one sentence and a non-zero exit."""

import http.client
import json
import logging
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog
from aiohttp.test_utils import unused_port
from click.testing import CliRunner, Result

from bot.cli import main

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "sitrep.example.toml"
Sitrep = Callable[..., Result]


@pytest.fixture
def sitrep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sitrep]:
    """Run one command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    handlers, level, structured = logging.getLogger().handlers, logging.getLogger().level, structlog.get_config()
    yield lambda *words: CliRunner().invoke(main, words)
    logging.getLogger().handlers, logging.getLogger().level = handlers, level
    structlog.configure(**structured)


def refused(result: Result, sentence: str, code: int = 1) -> None:
    assert result.exit_code == code, result.output
    assert sentence in result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""


def test_help_names_every_command(sitrep: Sitrep) -> None:
    text = sitrep("--help").stdout
    for word in (
        "demo",
        "serve",
        "say",
        "rehearse",
        "lint",
        "export",
        "migrate",
        "doctor",
        "manifest",
        "invite",
        "version",
    ):
        assert re.search(rf"^  {word} +\S", text, re.MULTILINE), word


def test_the_demo_in_slacks_shape_keeps_nothing_and_says_so(sitrep: Sitrep, tmp_path: Path) -> None:
    refused(sitrep("demo", "--slack", "--keep", str(tmp_path / "demo")), "nothing can be kept")
    assert not (tmp_path / "demo").exists()


def test_help_loads_nothing_but_click() -> None:
    code = "import sys, bot.cli; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    heavy = {
        "aiohttp",
        "alembic",
        "apscheduler",
        "asyncpg",
        "jinja2",
        "pydantic",
        "slack_sdk",
        "sqlalchemy",
        "structlog",
    }
    assert heavy & set(loaded.split()) == set()


def test_python_m_bot_is_the_same_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "version"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert re.fullmatch(r"sitrep \d+\.\d+\.\d+\n", done.stdout)


def test_say_works_on_the_database_alone(sitrep: Sitrep) -> None:
    declared = sitrep("say", "/incident sev1 Checkout is down")
    assert declared.exit_code == 0, declared.output
    assert "SEV-1 / P0" in declared.stdout
    assert "#inc-1-checkout-is-down" in declared.stdout
    assert sitrep("say", "--in", "inc-1", "!note deploy 7431 went out").exit_code == 0
    assert "deploy 7431 went out" in sitrep("export", "1").stdout


def test_say_puts_everything_into_the_rooms_by_itself(sitrep: Sitrep, tmp_path: Path) -> None:
    import sqlite3

    sitrep("say", "/incident sev1 Checkout is down")
    database = sqlite3.connect(tmp_path / "data" / "sitrep.db")
    assert database.execute("select count(*) from outbox where state = 'pending'").fetchone() == (0,)
    assert database.execute("select count(*) from web_message where slot = 'headline'").fetchone() == (1,)
    database.close()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["/incident 1 everything"], "“1” alone could be SEV-1 or P1"),
        (["--in", "inc-7", "!note x"], "There is no room #inc-7"),
        (["--in", "kitchen", "!note x"], "There is no room #kitchen"),
        (["--as", "nobody@example.com", "!ic"], "Nobody here is called nobody@example.com"),
        (["--as", "a\udcffb\0", "!ic"], "Nobody here is called"),
        (["/incident note there is no incident yet"], "There is no open incident"),
        ([""], "so nothing was done"),
    ],
)
def test_say_tells_a_refusal_on_stderr(words: list[str], sentence: str, sitrep: Sitrep) -> None:
    refused(sitrep("say", *words), sentence)


@pytest.mark.parametrize(
    "line", ["\0", "\udcff", "x" * 40_000, "/incident sev1 \0\udcff\u202e", "/incident " + "🔥" * 500]
)
def test_rel_118_whatever_is_said_never_ends_in_a_traceback(line: str, sitrep: Sitrep) -> None:
    result = sitrep("say", line)
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert result.output.strip()


def test_people_of_the_configuration_can_speak(sitrep: Sitrep) -> None:
    config = ["--config", str(EXAMPLE)]
    sitrep("say", *config, "--as", "dan@example.com", "/incident sev2 Search is slow")
    assert sitrep("say", *config, "--as", "ada@example.com", "--in", "1", "/incident take ic").exit_code == 0
    exported = json.loads(sitrep("export", *config, "inc-1", "--format", "json").stdout)
    assert exported["incident"]["roles"] == [{"role": "Incident Commander", "person": "Ada Okafor"}]


def test_export_writes_a_file_in_each_format(sitrep: Sitrep, tmp_path: Path) -> None:
    sitrep("say", "/incident sev1 Checkout is down")
    for form, start in (("md", "# Incident 1"), ("json", '{"incident"'), ("csv", '"number"')):
        file = tmp_path / f"out.{form}"
        assert sitrep("export", "inc-1", "--format", form, "-o", str(file)).exit_code == 0
        assert file.read_text(encoding="utf-8").startswith(start)


def test_export_refuses_what_it_cannot_do(sitrep: Sitrep, tmp_path: Path) -> None:
    refused(sitrep("export", "7"), "There is no incident 7.")
    refused(sitrep("export", "the big one"), "names no incident")
    sitrep("say", "/incident sev1 Checkout is down")
    folder = tmp_path / "none" / "out.md"
    result = sitrep("export", "1", "-o", str(folder))
    assert result.exit_code == 1
    assert f"{folder} cannot be written: No such file or directory." in result.stderr


def test_migrate_says_what_it_did_and_does_it_once(sitrep: Sitrep) -> None:
    first, second = sitrep("migrate"), sitrep("migrate")
    assert "Running upgrade" in first.stdout
    assert second.stdout.endswith("sitrep.db: already up to date.\n")


def test_invite_prints_a_link(sitrep: Sitrep, tmp_path: Path) -> None:
    import sqlite3

    result = sitrep("invite", "Grace@Example.com", "--name", "Grace Byron")
    assert re.fullmatch(r"http://localhost:8080/join\?token=\S+\n", result.stdout)
    database = sqlite3.connect(tmp_path / "data" / "sitrep.db")
    assert database.execute("select id, name from person").fetchall() == [("grace@example.com", "Grace Byron")]
    database.close()
    refused(sitrep("invite", "not an address"), "must be an e-mail address")


def test_doctor_has_a_line_for_every_check(sitrep: Sitrep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITREP_PORT", str(unused_port()))
    monkeypatch.setenv("SITREP_HEARTBEAT_URL", "https://heartbeat.example.com/sitrep")
    sitrep("migrate", "--config", str(EXAMPLE))
    result = sitrep("doctor", "--config", str(EXAMPLE))
    assert result.exit_code == 0, result.output
    assert [line.split()[1] for line in result.stdout.splitlines()] == [
        "config",
        "database",
        "roster",
        "overlap",
        "trained",
        "address",
        "secret",
        "departments",
        "server",
        "heartbeat",
        "outbox",
    ]
    assert {line.split()[0] for line in result.stdout.splitlines()} == {"ok"}


SICK = [
    ('payments = ["dan@example.com"]', 'payments = ["ada@example.com"]', "for payments at once (ROLE-9)"),
    ('trained = ["ada@example.com", "bob@example.com"]', 'trained = ["ada@example.com"]', "Bob Lindqvist is on call"),
    ('base_url = "https://sitrep.example.com"', "", "set web.base_url"),
]


@pytest.mark.parametrize(("good", "bad", "found"), SICK)
def test_role_9_doctor_finds_what_does_not_work(
    good: str, bad: str, found: str, sitrep: Sitrep, tmp_path: Path
) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace('host = "127.0.0.1"', 'host = "0.0.0.0"')
    file = tmp_path / "sitrep.toml"
    file.write_text(text.replace(good, bad), encoding="utf-8")
    result = sitrep("doctor")
    assert result.exit_code == 1
    assert [found in line for line in result.stdout.splitlines() if line.startswith("error")] == [True]


def test_doctor_warns_of_an_empty_installation_and_leaves_nothing_behind(sitrep: Sitrep, tmp_path: Path) -> None:
    result = sitrep("doctor")
    assert result.exit_code == 0
    assert "nobody is on call" in result.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "word", [["serve"], ["say", "!ic"], ["doctor"], ["migrate"], ["invite", "a@b.pl"], ["export", "1"]]
)
def test_rel_225_a_bad_configuration_ends_every_command_with_file_and_line(
    word: list[str], sitrep: Sitrep, tmp_path: Path
) -> None:
    (tmp_path / "sitrep.toml").write_text("[severity.sev1]\ncadense = 30\n", encoding="utf-8")
    refused(sitrep(*word), "sitrep.toml:2: severity.sev1.cadense: there is no such key; did you mean cadence?")


def test_a_database_that_is_none_is_told(sitrep: Sitrep, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sitrep.db").write_text("this is not a database, whatever its name says" * 50)
    refused(sitrep("say", "!ic"), "cannot be used: file is not a database.")
    assert sitrep("doctor").exit_code == 1


def test_rel_227_a_database_of_a_newer_sitrep_is_refused(sitrep: Sitrep, tmp_path: Path) -> None:
    import sqlite3

    sitrep("migrate")
    database = sqlite3.connect(tmp_path / "data" / "sitrep.db")
    database.execute("update alembic_version set version_num = '9999'")
    database.commit()
    database.close()
    refused(sitrep("say", "!ic"), "was written by a newer Sitrep; run that one.")
    refused(sitrep("migrate"), "was written by a newer Sitrep; run that one.")


def test_rehearse_prints_effects_and_names_a_wrong_line(sitrep: Sitrep, tmp_path: Path) -> None:
    result = sitrep("rehearse", str(ROOT / "rehearsals" / "example.txt"), "--format", "jsonl")
    assert [set(json.loads(line)) for line in result.stdout.splitlines()][-1] == {"kind", "incidents"}
    assert "Customers cannot complete checkout" in sitrep("rehearse", str(ROOT / "rehearsals" / "example.txt")).stdout
    script = tmp_path / "wrong.txt"
    script.write_text("cast: a = A <a@b.pl>\nstart: 2031-04-02 14:00 UTC\n14:00 b in #x: hello\n", encoding="utf-8")
    refused(sitrep("rehearse", str(script)), f"{script}:3: nobody in the cast is called b", code=2)
    script.write_bytes(b"cast: a = A <a@b.pl>\n\xff\n")
    refused(sitrep("rehearse", str(script)), f"{script}:2: is not UTF-8 text.", code=2)
    refused(sitrep("rehearse", str(tmp_path / "none.txt")), "cannot be read: No such file or directory.", code=2)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def started(*words: str, folder: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """A server in its own process, up when this begins."""
    port = free_port()
    program = [sys.executable, "-m", "bot", *words, "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(
        program, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        wait_for(port, server)
        yield server, port
    finally:
        server.kill()
        server.communicate()


def wait_for(port: int, server: "subprocess.Popen[str]") -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        try:
            if status(port, "/healthz") == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server did not come up")


def status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_serve_runs_until_it_is_told_to_stop_and_logs_one_action_per_line(tmp_path: Path) -> None:
    with started("serve", folder=tmp_path) as (server, port):
        assert status(port, "/") in (401, 403)
        server.send_signal(signal.SIGTERM)
        out, logs = server.communicate(timeout=20)
    assert server.returncode == 0
    assert out == ""
    lines = [json.loads(line) for line in logs.splitlines()]
    assert [line["action"] for line in lines] == ["ready", "stopping", "stopped"]


def test_serve_delivers_what_say_declared_meanwhile(tmp_path: Path) -> None:
    with started("serve", folder=tmp_path):
        done = subprocess.run(
            [sys.executable, "-m", "bot", "say", "/incident sev1 Checkout is down"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "#inc-1-checkout-is-down" in done.stdout


def test_demo_greets_in_one_line_and_lets_anybody_in(tmp_path: Path) -> None:
    with started("demo", "--no-open", "--keep", str(tmp_path / "kept"), folder=tmp_path) as (server, port):
        assert status(port, "/") == 200
        server.send_signal(signal.SIGINT)
        out, errors = server.communicate(timeout=20)
    assert server.returncode == 0
    assert out.count("\n") == 1
    assert out.startswith("Sitrep is at http://localhost:")
    assert errors == ""
    assert (tmp_path / "kept" / "demo.db").exists()


def test_a_port_that_is_taken_is_told_in_one_sentence(sitrep: Sitrep) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        refused(sitrep("demo", "--no-open", "--port", port), f"Nothing can listen at 127.0.0.1 port {port}")


def test_what_is_said_without_a_server_waits_for_the_one_that_speaks_to_slack(
    sitrep: Sitrep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command line has no word with Slack; it leaves the lanes there to the server, untouched."""
    for name, value in {
        "SLACK_BOT_TOKEN": "xoxb-1-not-a-real-token",
        "SLACK_APP_TOKEN": "xapp-1-not-a-real-token",
        "SITREP_DATA": ".",
    }.items():
        monkeypatch.setenv(name, value)
    done = sitrep("say", "/incident sev3 Checkout")
    assert done.exit_code == 0, done.output
    with sqlite3.connect("sitrep.db") as database:
        rows = database.execute("select state from outbox where lane like 'slack:%'").fetchall()
    assert {state for (state,) in rows} == {"pending"}
