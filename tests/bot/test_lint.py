"""sitrep lint: from a file to findings, and one sentence for whatever cannot be read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from posts import WORDS, model

from bot.cli import main

Lint = Callable[..., Result]
POST = "Investigating - Login: errors\n\nLogin is back soon for all customers."


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lint:
    """Check what is typed, with further words behind the file."""
    monkeypatch.chdir(tmp_path)
    return lambda given, *words: CliRunner().invoke(main, ["lint", "-", *words], input=given)


def structured(written_in: str = "en", **changes: Any) -> str:
    post = model(written_in)
    component = {"name": WORDS[written_in].component, "state": "degraded performance"}
    return json.dumps({"title": post.title, **post.fields, "components": [component], "severity": "sev2", **changes})


def found(result: Result) -> list[str]:
    return [finding["id"] for finding in json.loads(result.stdout)]


def refused(result: Result, sentence: str) -> None:
    assert result.exit_code == 2, result.output
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


@pytest.mark.parametrize("language", list(WORDS))
def test_a_post_without_fault_is_an_empty_list(lint: Lint, language: str) -> None:
    result = lint(structured(language), "--lang", language, "--stage", "investigating", "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])
    assert lint(structured(language, language=language)).stdout == "Nothing to object to.\n"


def test_findings_are_objects_with_places(lint: Lint) -> None:
    result = lint(POST, "--format", "json")
    assert result.exit_code == 1
    vague = next(finding for finding in json.loads(result.stdout) if finding["id"] == "LINT-21")
    assert list(vague) == ["id", "severity", "field", "start", "end", "message", "suggestion"]
    assert (vague["field"], vague["start"], vague["end"]) == ("body", 14, 18)


def test_warnings_alone_are_no_failure(lint: Lint) -> None:
    result = lint(structured(title="Upload: slow transfers"))
    assert result.exit_code == 0
    assert "warning  LINT-33  title 8-12" in result.stdout
    assert "→ degraded performance" in result.stdout
    assert result.stdout.endswith("0 errors, 1 warning.\n")


def test_a_file_is_read_and_messages_are_in_its_language(lint: Lint, tmp_path: Path) -> None:
    Path(tmp_path, "post.txt").write_text("Serwis wróci wkrótce.\r\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["lint", "post.txt", "--lang", "pl"])
    assert result.exit_code == 1
    assert "„wkrótce”: Bez niejasnego czasu." in result.stdout


def test_what_the_command_line_says_wins(lint: Lint) -> None:
    assert "LINT-16" in found(lint(structured(), "--stage", "resolved", "--format", "json"))
    assert "LINT-68" in found(lint(structured(), "--kind", "security", "--format", "json"))
    assert "LINT-63" in found(lint(structured(), "--channel", "sms", "--format", "json"))
    clocks = {"posted_at": "14:30 CEST", "next_update_at": "Next update by 15:30 CEST."}
    assert "LINT-7" not in found(lint(structured(**clocks), "--format", "json"))
    assert "LINT-7" in found(lint(structured(**clocks), "--severity", "sev1", "--format", "json"))
    midnight = {"posted_at": "23:50", "next_update_at": "Next update by 00:20 CEST."}
    assert found(lint(structured(**midnight), "--format", "json")) == []


def test_a_checked_data_statement_is_believed(lint: Lint) -> None:
    post = structured(data_statement="No data was lost.")
    assert found(lint(post, "--format", "json")) == ["LINT-25"]
    assert found(lint(post, "--data-checked", "--format", "json")) == []


def test_everything_a_record_may_hold_is_read(lint: Lint) -> None:
    before = json.loads(structured(stage="investigating", impact="About 20% of customers are affected."))
    post = structured(
        stage="identified",
        started_at="2031-04-02T14:30:00+02:00",
        next_update_at="2031-04-02T15:30:00+02:00",
        posted_at="2031-04-02T15:00:00+02:00",
        eta="2031-04-02T15:40:00+02:00",
        estimate={"given_at": "2031-04-02T13:00", "minutes": 40, "certainty": "high"},
        impact="About 60% of customers are affected.",
        cause="A configuration error is the cause.",
        cause_certainty="suspected",
        workaround="Until then use the south region.",
        not_affected="Browsing.",
        previous=before,
        first_of_stage=True,
        cleared=["security"],
        revision=3,
        ticket="We will tell you soon.",
        components={"Upload": "partial-outage"},
    )
    assert set(found(lint(post, "--format", "json"))) == {"LINT-12", "LINT-21", "LINT-32", "LINT-58"}


def test_components_may_be_written_shortly(lint: Lint) -> None:
    assert found(lint(structured(components=["Upload: degraded performance"]), "--format", "json")) == []
    assert found(lint(structured(components=["Upload"]), "--format", "json")) == ["LINT-10"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ('{"title": ', "is not JSON: Expecting value, line 1."),
        ('{"title": ' + "9" * 5000 + "}", "not JSON that can be read"),
        ('{"a":' * 7000, "not JSON that can be read"),
        ("", "is empty"),
        (" \n\t", "is empty"),
        ("x" * 40_001, "at most 40,000 characters"),
        ("é" * 90_000, "at most 40,000 characters"),
        ("a\0b", "NUL"),
        ('{"impact": "a\\u0000b"}', "NUL"),
        ('{"impact": "\\ud83d"}', "lone surrogate"),
        ('{"\\ud83d": "x"}', "lone surrogate"),
        (b"caf\xe9", "not UTF-8 text (byte 4)"),
        ('{"impact": []}', "“impact” must be a text"),
        ('{"impact": true}', "“impact” must be a text"),
        ('{"stage": "investigate"}', "Did you mean investigating?"),
        ('{"components": 3}', "“components” must be a list"),
        ('{"components": [3]}', "“components” must be a list"),
        ('{"components": ["Mail: fine"]}', "There is no state “fine”"),
        ('{"estimate": 3}', "“estimate” must be"),
        ('{"started_at": "2031-13-02T14:30"}', "is no time such as"),
        ('{"severity": "1"}', "could be SEV-1 or P1"),
    ],
)
def test_bad_input_is_one_sentence(lint: Lint, given: str | bytes, sentence: str) -> None:
    refused(lint(given), sentence)


def test_forty_thousand_characters_are_read(lint: Lint) -> None:
    assert lint("x" * 40_000).exit_code == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--stage", "foo"], "There is no stage “foo”; there are investigating,"),
        (["--lang", "de"], "There is no language “de”; there are en, zh-CN, fr, pl."),
        (["--kind", "party"], "There is no kind “party”"),
        (["--channel", "fax"], "There is no channel “fax”"),
        (["--severity", "bad"], "There is no severity “bad”"),
    ],
)
def test_unknown_words_are_refused_with_what_there_is(lint: Lint, words: list[str], sentence: str) -> None:
    refused(lint(POST, *words), sentence)


def test_files_that_cannot_be_read(lint: Lint, tmp_path: Path) -> None:
    refused(CliRunner().invoke(main, ["lint", "nowhere.txt"]), "nowhere.txt cannot be read")
    refused(CliRunner().invoke(main, ["lint", str(tmp_path)]), "cannot be read")
    refused(CliRunner().invoke(main, ["lint", "a", "b"]), "One file at a time")
    Path(tmp_path, "list.json").write_text("[]")
    refused(CliRunner().invoke(main, ["lint", "list.json"]), "must be a JSON object")


@pytest.mark.parametrize("spelling", ["LINT-21", "lint-21", "21"])
def test_wl_6_a_rule_is_explained(lint: Lint, spelling: str) -> None:
    result = CliRunner().invoke(main, ["lint", "explain", spelling, "--lang", "fr"])
    assert result.exit_code == 0
    assert result.stdout.startswith("LINT-21\nRègle: Pas d'indication de temps vague.\nPourquoi: ")
    assert result.stdout.count("\n") == 5


def test_an_unknown_rule_is_refused(lint: Lint) -> None:
    refused(CliRunner().invoke(main, ["lint", "explain", "LINT-X"]), "There is no rule “LINT-X”")
    refused(CliRunner().invoke(main, ["lint", "explain"]), "There is no rule")


def test_the_organisation_has_its_own_words(lint: Lint, tmp_path: Path) -> None:
    Path(tmp_path, "sitrep.toml").write_text(
        """
        [organisation]
        support_contact = "ada@example.com"
        services = ["Soon Pay"]
        [roster.teams]
        Falcon = []
        [wording]
        providers = ["Cloudy"]
        aliases = { Upload = ["Files"] }
        levels = { LINT-21 = "warning" }
        words.en = { vague_time = ["in a jiffy"] }
        """
    )
    post = structured(
        action="We are moving Soon Pay from Cloudy in a jiffy, with Falcon. Ask ada@example.com.",
        title="Files: time out",
    )
    findings = {finding["id"]: finding["severity"] for finding in json.loads(lint(post, "--format", "json").stdout)}
    assert findings == {"LINT-21": "warning", "LINT-27": "error", "LINT-39": "error"}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('levels = { LINT-X = "warning" }', "must be one of the rules"),
        ('levels = { LINT-29 = "warning" }', "must stay an error"),
        ('words.de = { hedge = ["x"] }', "must be one of en, zh-CN, fr, pl"),
        ('words.en = { hedges = ["x"] }', "must be a list of the lint"),
        ('words.en = { hedge = ["re:(a+)+"] }', "patterns are not taken from here"),
    ],
)
def test_wl_5_what_cannot_be_changed(lint: Lint, tmp_path: Path, line: str, sentence: str) -> None:
    Path(tmp_path, "sitrep.toml").write_text(f"[wording]\n{line}\n")
    result = lint(POST)
    assert result.exit_code != 0
    assert sentence in result.stderr
