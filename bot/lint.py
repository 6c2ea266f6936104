"""sitrep lint: check a post from a file, say what a rule is about."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from typing import Literal

import click

from bot import lint_input
from bot.lint_input import Unreadable, chosen
from incidents.wording.check import blocking, check
from incidents.wording.explain import explain, headings
from incidents.wording.finding import Finding
from incidents.wording.post import LANGUAGES, House
from incidents.wording.rules import IDS


def lint(
    words: Sequence[str], *, said: Mapping[str, str], data_checked: bool, form: Literal["text", "json"], house: House
) -> int:
    """The exit code: 1 when there are errors. Raises Mistake for what cannot be checked."""
    if words[0] == "explain":
        click.echo(explained(words[1:], chosen("language", said["language"], LANGUAGES) or "en"), nl=False)
        return 0
    if len(words) > 1:
        raise Unreadable("One file at a time, please: sitrep lint FILE.")
    post = lint_input.read(words[0], said=said, data_checked=data_checked, house=house)
    findings = check(post)
    click.echo(_json(findings) if form == "json" else _text(findings), nl=False)
    return 1 if blocking(findings) else 0


def explained(words: Sequence[str], language: str) -> str:
    """Rule, reason, bad and good example (WL-6)."""
    id = " ".join(words).strip().upper()
    id = f"LINT-{id}" if id.isdigit() else id
    told = explain(id, language)
    if told is None:
        near = get_close_matches(id, IDS, 1)
        raise Unreadable(f"There is no rule “{id[:40]}”; they are LINT-1 to LINT-68.{f' {near[0]}?' if near else ''}")
    named = headings(language)
    rows = [(named[name], getattr(told, name)) for name in ("rule", "why", "bad", "good")]
    return "".join([f"{id}\n", *(f"{name}: {text}\n" for name, text in rows)])


def _json(findings: Sequence[Finding]) -> str:
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2) + "\n"


def _text(findings: Sequence[Finding]) -> str:
    if not findings:
        return "Nothing to object to.\n"
    errors = sum(finding.severity == "error" for finding in findings)
    total = f"{_counted(errors, 'error')}, {_counted(len(findings) - errors, 'warning')}.\n"
    return "".join([*map(_shown, findings), total])


def _shown(finding: Finding) -> str:
    place = f"{finding.field} {finding.start}-{finding.end}" if finding.end else finding.field
    better = f"    → {finding.suggestion}\n" if finding.suggestion else ""
    return f"{finding.severity:<7}  {finding.id:<7}  {place}\n    {finding.message}\n{better}"


def _counted(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"
