"""An organisation's own templates from the configuration to the post, and who hears when one is not used (SEC-085)."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.config import Config, read
from bot.config_errors import ConfigError
from bot.lint_templates import lint_templates
from bot.mistake import Mistake

GOOD = "{# version: 4 #}\n{{ stage_label }} - {{ subject }}\n\nNous savons. {{ closing }}"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A good template and a bad one, beside the file."""
    for name, source in {"fr/holding": GOOD, "en/holding": "{{ self }}"}.items():
        file = tmp_path / "texts" / f"{name}.j2"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, encoding="utf-8")
    file = tmp_path / "sitrep.toml"
    file.write_text('[public]\ntemplates = "texts"\nuntranslated = "as-is"\n', encoding="utf-8")
    return read(str(file), {"SITREP_DATA": str(tmp_path / "data")})


def test_the_good_one_is_used_and_the_bad_one_is_named(config: Config) -> None:
    house = config.settings.house
    assert {key: text.version for key, text in house.own.items()} == {("fr", "holding"): 4}
    assert [trouble.partition(":")[0] for trouble in house.template_troubles] == ["en/holding.j2"]
    assert house.post_untranslated


def test_without_the_key_there_are_none(tmp_path: Path) -> None:
    (tmp_path / "sitrep.toml").write_text("", encoding="utf-8")
    config = read(str(tmp_path / "sitrep.toml"), {})
    house = config.settings.house
    assert (config.templates, dict(house.own), house.post_untranslated) == (None, {}, False)


def test_a_folder_that_is_not_there_does_not_stop_the_start(tmp_path: Path) -> None:
    (tmp_path / "sitrep.toml").write_text('[public]\ntemplates = "nowhere"\n', encoding="utf-8")
    troubles = read(str(tmp_path / "sitrep.toml"), {}).settings.house.template_troubles
    assert troubles == ("nowhere:1: cannot be read: there is no such folder",)


def test_another_word_for_untranslated_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sitrep.toml").write_text('[public]\nuntranslated = "yes"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"public\.untranslated"):
        read(str(tmp_path / "sitrep.toml"), {})


def test_doctor_lists_what_is_not_used(config: Config) -> None:
    result = CliRunner().invoke(main, ["doctor", "--config", str(config.file)])
    lines = [line for line in result.stdout.splitlines() if line.split()[1] == "templates"]
    assert [line.split()[0] for line in lines] == ["warning", "ok"]
    assert "en/holding.j2:1: names “self”, which is no placeholder here; the built-in text is used" in result.stdout
    assert "1 template of your own" in lines[-1]


def test_lint_names_file_and_line_and_fails(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    assert lint_templates(config) == 1
    told = capsys.readouterr().out
    assert f"{config.templates}/en/holding.j2:1: names “self”" in told
    assert told.endswith("1 fit, 1 not.\n")


def test_lint_of_a_good_folder_succeeds(config: Config, tmp_path: Path) -> None:
    (tmp_path / "texts/en/holding.j2").unlink()
    result = CliRunner().invoke(main, ["lint", "--templates", str(tmp_path / "texts"), "--config", str(config.file)])
    assert (result.exit_code, result.output) == (0, "1 fit, 0 not.\n")


def test_lint_without_a_folder_asks_for_one(tmp_path: Path) -> None:
    (tmp_path / "sitrep.toml").write_text("", encoding="utf-8")
    with pytest.raises(Mistake, match=r"public\.templates"):
        lint_templates(read(str(tmp_path / "sitrep.toml"), {}))
