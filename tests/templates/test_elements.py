"""An organisation's own text for a special case goes on telling what the built-in one tells (STG-36)."""

import re
from pathlib import Path

import pytest

from bot.config import Config, read
from bot.lint_templates import lint_templates
from templates import elements, overrides
from templates.phrases import LANGUAGES
from templates.words import HERE

WHOLE = (
    "{{ stage_label }} - {{ service_named }}\n\n{{ share_of_customers }} cannot use {{ functions }}. {{ action_now }}."
    "\n\n{{ estimate }}{% if workaround %} Meanwhile: {{ workaround }}.{% endif %}\n\n{{ closing }}"
)
LOST = {
    "the state": ("{{ stage_label }} - ", "", "{{ stage_label }}"),
    "the scope": ("{{ share_of_customers }} cannot use {{ functions }}. ", "", "{{ share_of_customers }} or {{ func"),
    "the expected time": ("{{ estimate }}", "", "{{ eta_time }}"),
    "the way around": ("{{ workaround }}", "pay by invoice", "{{ workaround }}"),
}


def written(root: Path, source: str, name: str = "en/partial_outage") -> Path:
    file = root / f"{name}.j2"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source, encoding="utf-8")
    return root


def flat(source: str) -> str:
    """A built-in text as an organisation would copy it, with the shared sentences as placeholders."""
    source = re.sub(r"{% with [^%]*%}|{% endwith %}", "", source)
    return re.sub(r'{% include "updates/[^/]+/(\w+)\.j2" %}', r"{{ \1 }}", source)


def test_stg_36_a_text_with_everything_in_it_may_say_it_in_its_own_way(tmp_path: Path) -> None:
    assert overrides.check(written(tmp_path, WHOLE)) == []


@pytest.mark.parametrize("element", LOST)
def test_stg_36_a_text_that_leaves_one_out_is_refused_with_what_to_write(tmp_path: Path, element: str) -> None:
    lost, instead, named = LOST[element]
    [problem] = overrides.check(written(tmp_path, WHOLE.replace(lost, instead)))
    assert problem.text.startswith(f"leaves out {element}; tell it with {named}")


def test_stg_36_naming_a_fact_is_not_telling_it(tmp_path: Path) -> None:
    hidden = WHOLE.replace("Meanwhile: {{ workaround }}.", "There is a way around.")
    [problem] = overrides.check(written(tmp_path, hidden))
    assert problem.text.startswith("leaves out the way around")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(elements.SPECIAL))
def test_stg_36_every_built_in_text_copied_is_fit_in_every_language(tmp_path: Path, name: str, language: str) -> None:
    source = flat(HERE.joinpath("updates", language, f"{name}.j2").read_text(encoding="utf-8"))
    assert overrides.check(written(tmp_path, source, f"{language}/{name}")) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(elements.SPECIAL))
def test_stg_36_a_text_without_any_fact_is_refused_for_every_special_case(
    tmp_path: Path, name: str, language: str
) -> None:
    problems = overrides.check(written(tmp_path, "A title\n\nWe are sorry.", f"{language}/{name}"))
    assert any(problem.text.startswith("leaves out the scope") for problem in problems)


def test_stg_36_a_stage_of_its_own_is_not_a_special_case(tmp_path: Path) -> None:
    assert overrides.check(written(tmp_path, "A title\n\nWe are sorry.", "en/resolved")) == []


def test_stg_36_lint_and_the_start_say_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path / "texts", WHOLE.replace("{{ estimate }}", ""))
    (tmp_path / "sitrep.toml").write_text('[public]\ntemplates = "texts"\n', encoding="utf-8")
    config: Config = read(str(tmp_path / "sitrep.toml"), {})
    house = config.settings.house
    assert not house.own
    assert house.template_troubles[0].startswith("en/partial_outage.j2:1: leaves out the expected time")
    assert lint_templates(config) == 1
    assert "leaves out the expected time" in capsys.readouterr().out
