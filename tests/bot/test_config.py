"""sitrep.toml: what it means, and that a bad one is refused with file, line and reason."""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from bot.config import read
from bot.config_errors import ConfigError
from bot.toml_lines import line_of, lines
from incidents.policy import STANDARD
from incidents.severity import Severity

EXAMPLE = Path(__file__).parents[2] / "sitrep.example.toml"
GOOD = EXAMPLE.read_text(encoding="utf-8")


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def write(content: str | bytes) -> Path:
        file = tmp_path / "sitrep.toml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write


Written = Callable[[str | bytes], Path]


def sentences(file: Path) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as refusal:
        read(str(file), {})
    return refusal.value.sentences


def test_the_example_is_good_and_keeps_the_standard_numbers() -> None:
    config = read(str(EXAMPLE), {})
    assert config.settings.policy.levels == STANDARD
    assert config.settings.house.zone == "Europe/Warsaw"
    assert config.settings.policy.trained == ("ada@example.com", "bob@example.com")
    assert config.settings.roster.primary is not None
    assert config.settings.roster.primary.person.handle == "ada"
    assert config.settings.roster.teams["payments"][0].phone == "+48 22 555 01 04"
    assert config.settings.house.base_url == "https://sitrep.example.com"


def test_the_example_names_every_key_that_may_be_set() -> None:
    from bot.config_file import Document, Level

    names = {name for section in Document.model_fields.values() for name in keys(section.annotation)}
    names |= set(Level.model_fields)
    assert {name for name in names if not re.search(rf"\b{name}\b", GOOD)} == {"sev3", "sev4"}


def keys(kind: Any) -> list[str]:
    inner = getattr(kind, "__args__", (kind,))[0]
    return list(getattr(inner, "model_fields", ()))


def test_without_a_file_everything_has_its_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config = read("", {})
    assert config.file is None
    assert (config.host, config.port, config.settings.house.base_url) == ("127.0.0.1", 8080, "http://localhost:8080")
    assert config.database == "sqlite+aiosqlite:///data/sitrep.db"
    assert config.settings.policy.levels == STANDARD


def test_the_environment_wins_over_the_file(written: Written) -> None:
    file = written("[web]\nport = 9000\n")
    environment = {
        "SITREP_CONFIG": str(file),
        "SITREP_BASE_URL": "https://incident.example.org/",
        "SITREP_DATA": "/var/lib/sitrep",
        "SITREP_HOST": "0.0.0.0",
        "SITREP_SECRET": "s" * 32,
    }
    config = read("", environment)
    assert (config.host, config.port) == ("0.0.0.0", 9000)
    assert config.settings.house.base_url == "https://incident.example.org"
    assert config.database == "sqlite+aiosqlite:////var/lib/sitrep/sitrep.db"
    assert config.secret == "s" * 32


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_a_servers_address_is_written_as_operators_know_it(scheme: str) -> None:
    config = read("", {"DATABASE_URL": f"{scheme}://sitrep:hunter2@db.example.com:5433/sitrep"})
    assert config.database == "postgresql+asyncpg://sitrep:hunter2@db.example.com:5433/sitrep"


def test_a_mistake_in_the_address_never_shows_its_password() -> None:
    with pytest.raises(ConfigError) as refused:
        read("", {"DATABASE_URL": "postgresql://sitrep:hunter2@db:no-port/sitrep"})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://somewhere/else"),
        ("DATABASE_URL", "postgresql://"),
        ("DATABASE_URL", "postgresql://sitrep:hunter2@db:no-port/sitrep"),
        ("DATABASE_URL", "postgresql://sitrep:hunter2@db.example.com"),
        ("DATABASE_URL", "nonsense"),
        ("SITREP_PORT", "eighty"),
        ("SITREP_PORT", "70000"),
        ("SITREP_BASE_URL", "javascript:alert(1)"),
        ("SITREP_SECRET", "short"),
    ],
)
def test_a_bad_variable_is_named(name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=f"^{name}: must "):
        read("", {name: value})


def test_svr_13_the_strict_profile_changes_the_first_two_levels(written: Written) -> None:
    policy = read(str(written('[profile]\nname = "strict"\n')), {}).settings.policy
    levels = policy.levels
    assert (policy.early_minutes, policy.scoping_within) == (120, 5)
    assert [level.later_cadence for level in levels.values()] == [30, 60, None, None, None]
    for severity in (Severity.SEV1, Severity.SEV2):
        assert (levels[severity].first_notice, levels[severity].cadence) == (5, 20)
        assert levels[severity].first_notice_target == 5
    assert levels[Severity.SEV3] == STANDARD[Severity.SEV3]


def test_svr_13_an_interval_of_ones_own_holds_throughout(written: Written) -> None:
    file = written('[profile]\nname = "strict"\n[severity.sev1]\ncadence = 10\n')
    levels = read(str(file), {}).settings.policy.levels
    assert [(level.cadence, level.later_cadence) for level in levels.values()][:2] == [(10, None), (20, 60)]


def test_cad_18_the_peak_profile_updates_every_15_minutes(written: Written) -> None:
    levels = read(str(written('[profile]\nname = "peak"\n')), {}).settings.policy.levels
    assert levels[Severity.SEV1] == replace(STANDARD[Severity.SEV1], cadence=15)
    assert levels[Severity.SEV2] == replace(STANDARD[Severity.SEV2], cadence=15)


def test_a_level_of_ones_own_wins_over_the_profile(written: Written) -> None:
    file = written('[profile]\nname = "peak"\n[severity]\nsev1 = { cadence = 10 }\nsev3 = { cadence = "none" }\n')
    levels = read(str(file), {}).settings.policy.levels
    assert levels[Severity.SEV1] == replace(STANDARD[Severity.SEV1], cadence=10)
    assert levels[Severity.SEV3] == replace(STANDARD[Severity.SEV3], cadence=None)


def test_an_earlier_first_notice_pulls_its_target_along(written: Written) -> None:
    level = read(str(written("[severity.sev2]\nfirst_notice = 10\n")), {}).settings.policy.levels[Severity.SEV2]
    assert (level.first_notice_target, level.first_notice) == (10, 10)


BAD = [
    (
        "[severity.sev1]\ncadence = 0\n",
        '2: severity.sev1.cadence: must be a whole number of minutes, 1 to 40320, or "none"',
    ),
    ("[severity.sev1]\ncadence = true\n", "2: severity.sev1.cadence: must be a whole number of minutes"),
    (
        "[severity]\nsev1 = {\tcadence = 30, cadense = 3 }\n",
        "2: severity.sev1.cadense: there is no such key; did you mean cadence?",
    ),
    ("[organization]\nname = 'x'\n", "1: organization: there is no such key; did you mean organisation?"),
    ("\n\n[organisation]\nxyzzy = 1\n", "4: organisation.xyzzy: there is no such key; here may stand name, zone"),
    (
        "[organisation]\nzone = 'Europe/Warszawa'\n",
        "2: organisation.zone: must be a time zone such as Europe/Warsaw; did you mean",
    ),
    ("[organisation]\nname = ''\n", "2: organisation.name: must not be empty"),
    ('[organisation]\nname = "a\\u0002b"\n', "2: organisation.name: must be one line without control characters"),
    ("[organisation]\nservices = [\n  'a',\n  2,\n]\n", "4: organisation.services[2]: must be text in quotes"),
    (
        "[organisation]\nstatus_url = 'javascript:alert(1)'\n",
        "2: organisation.status_url: must be an address that begins",
    ),
    ("[profile]\nname = 'loud'\n", "2: profile.name: must be 'standard', 'strict' or 'peak'"),
    ("[[people]]\nemail = 'a@b.pl'\nname = 'A'\n[[people]]\nname = 'B'\n", "4: people[2].email: is missing"),
    (
        "[[people]]\nemail = 'a@b.pl'\nname = 'A'\n[[people]]\nemail = 'A@B.pl'\nname = 'B'\n",
        "5: people[2].email: must be there once",
    ),
    ("[[people]]\nemail = 'a@b.pl'\nname = 'A'\nhandle = 'everyone'\n", "4: people[1].handle: must not be a word"),
    ("[roster]\nprimary = 'a@b.pl'\n", "2: roster.primary: must be the e-mail of somebody under [[people]]"),
    ("[roster.teams]\n'pay ments' = ['nobody']\n", "2: roster.teams.pay ments[1]: must be an e-mail address"),
    (
        "[severity.sev1]\nfirst_notice = 5\nfirst_notice_target = 6\n",
        "3: severity.sev1.first_notice_target: must not be later",
    ),
    ("[rooms]\nstatus = 'a'\nannounce = 'a'\n", "3: rooms.announce: must be another room than rooms.status"),
    ("[rooms]\nsupport = 'status'\n", "2: rooms.support: must be a room of its own"),
    ("[rooms]\nsales = '#incidents'\n", "2: rooms.sales: must be a room of its own"),
    ("[rooms]\nsales = 'Two words'\n", "2: rooms.sales: must be a room name"),
    ("web = 3\n", "1: web: must be a table"),
    ("[web]\nport = 99999\n", "2: web.port: must be 65535 or less"),
    ("[web]\nport = 2031-04-02\n", "2: web.port: must be a whole number"),
    ("[web\n", "1: is not TOML: "),
    ("[web]\nport = 1\nport = 2\n", "3: is not TOML: cannot overwrite a value"),
    ("[web]\nhost = '''\n\n", "2: is not TOML: "),
    ("x = " + "[" * 3000 + "\n", "1: brackets are nested too deeply"),
    ("\nx = " + "9" * 5000 + "\n", "2: a value is too long"),
]


@pytest.mark.parametrize(("content", "said"), BAD, ids=[said[:40] for _, said in BAD])
def test_a_mistake_is_named_with_its_line(content: str, said: str, written: Written) -> None:
    assert any(sentence.startswith(f"sitrep.toml:{said}") for sentence in sentences(written(content))), sentences(
        written(content)
    )


def test_every_mistake_is_named_in_the_order_of_the_file(written: Written) -> None:
    found = sentences(written("[web]\nport = 'x'\nhots = 'y'\n[profile]\nname = 1\n"))
    assert [sentence.split(":")[1] for sentence in found] == ["2", "3", "5"]


def test_a_file_that_is_not_text_is_refused_with_its_line(written: Written) -> None:
    assert sentences(written(b"[web]\n\nhost = '\xff'\n")) == ("sitrep.toml:3: is not UTF-8 text (byte 0xff).",)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert sentences(tmp_path / "none.toml") == (
        f"{tmp_path / 'none.toml'}: cannot be read: No such file or directory.",
    )
    assert "Is a directory" in sentences(tmp_path)[0]


def mutations(count: int) -> list[bytes]:
    """The good file with one thing wrong (or harmlessly different), always the same ones."""
    chance = random.Random(225)
    changes = [drop_line, double_line, drop_character, put_character, cut_off, swap_values, misspell, other_type, junk]
    return [changes[number % len(changes)](GOOD, chance) for number in range(count)]


def drop_line(text: str, chance: random.Random) -> bytes:
    rows = text.splitlines(keepends=True)
    del rows[chance.randrange(len(rows))]
    return "".join(rows).encode()


def double_line(text: str, chance: random.Random) -> bytes:
    rows = text.splitlines(keepends=True)
    row = chance.randrange(len(rows))
    return "".join([*rows[:row], rows[row], *rows[row:]]).encode()


def drop_character(text: str, chance: random.Random) -> bytes:
    place = chance.randrange(len(text))
    return (text[:place] + text[place + 1 :]).encode()


def put_character(text: str, chance: random.Random) -> bytes:
    place = chance.randrange(len(text))
    return (text[:place] + chance.choice("[]{}\"'=,.#\n\\\0@é7-") + text[place:]).encode()


def cut_off(text: str, chance: random.Random) -> bytes:
    return text[: chance.randrange(len(text))].encode()


def swap_values(text: str, chance: random.Random) -> bytes:
    one, other = chance.sample(re.findall(r"(?<= = )\S[^#\n]*", text), 2)
    return text.replace(f"= {one}", "= \0").replace(f"= {other}", f"= {one}").replace("= \0", f"= {other}").encode()


def misspell(text: str, chance: random.Random) -> bytes:
    key = chance.choice(re.findall(r"^(\w+) = ", text, re.MULTILINE))
    place = chance.randrange(len(key))
    return text.replace(f"\n{key} =", f"\n{key[:place]}x{key[place:]} =", 1).encode()


def other_type(text: str, chance: random.Random) -> bytes:
    value = chance.choice(re.findall(r"(?<= = )\S[^#\n]*", text))
    other = chance.choice(
        ["0", "-1", "1e9", "true", '""', "[]", "{}", "1979-05-27", "[[1]]", "nan", '"' + "x" * 999 + '"']
    )
    return text.replace(f"= {value}", f"= {other}", 1).encode()


def junk(text: str, chance: random.Random) -> bytes:
    raw = text.encode()
    place = chance.randrange(len(raw))
    return raw[:place] + chance.randbytes(3) + raw[place:]


@pytest.mark.parametrize("number", range(200))
def test_rel_225_a_bad_file_is_refused_with_file_line_and_reason(number: int, written: Written) -> None:
    content = mutations(200)[number]
    file = written(content)
    try:
        read(str(file), {})
    except ConfigError as refusal:
        for sentence in refusal.sentences:
            match = re.fullmatch(r"sitrep\.toml:(\d+): (\S.*)", sentence)
            assert match, sentence
            assert 1 <= int(match[1]) <= content.count(b"\n") + 1
            assert "Traceback" not in sentence


def test_rel_225_most_of_the_mutations_are_mistakes(written: Written) -> None:
    refused = 0
    for content in mutations(200):
        try:
            read(str(written(content)), {})
        except ConfigError:
            refused += 1
    assert refused >= 100


def test_rel_225_a_misspelt_key_is_found_on_its_very_line(written: Written) -> None:
    for row, line in enumerate(GOOD.splitlines(), 1):
        key = re.match(r"(\w+) = ", line)
        if key is None or key[1] == "payments":
            continue
        rows = GOOD.splitlines()
        rows[row - 1] = line.replace(key[1], f"{key[1]}x", 1)
        found = sentences(written("\n".join(rows)))
        assert any(sentence.startswith(f"sitrep.toml:{row}: ") for sentence in found), (line, found)


def test_the_lines_of_all_kinds_of_values_are_known() -> None:
    source = 'a = """\n]\n"""\nb.c = [ # [\n  1,\n  { d = 2 },\n]\n[[e]]\n[[e]]\n"f g" = 1.5\n[e.h]\ni = 07:32:00\n'
    where = lines(source)
    assert where["a",] == 1
    assert where["b",] == where["b", "c"] == 4
    assert where["b", "c", 0] == 5
    assert where["b", "c", 1, "d"] == 6
    assert where["e", 1] == 9
    assert where["e", 1, "f g"] == 10
    assert where["e", 1, "h", "i"] == 12
    assert line_of(("e", 1, "h", "none"), where) == 11
    assert line_of(("none",), where) == 1


def test_trusted_proxies_are_addresses_and_networks(written: Written) -> None:
    file = written('[web]\ntrusted_proxies = ["10.0.0.0/8", "::1"]\n')
    assert read(str(file), {}).trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("::1/128"))
    assert read("", {}).trusted_proxies == ()


@pytest.mark.parametrize("network", ["10.0.0.1/8", "proxy.example.com", "0.0.0.0/0", "::/0", ""])
def test_a_proxy_that_cannot_be_trusted_is_refused(network: str, written: Written) -> None:
    file = written(f'[web]\ntrusted_proxies = ["{network}"]\n')
    with pytest.raises(ConfigError, match=r"^sitrep.toml:2: web.trusted_proxies\[1\]: must "):
        read(str(file), {})
