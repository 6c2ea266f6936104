"""One template of public posts, the organisation's or the built-in one, filled and made neat (STG-4, STG-9)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jinja2 import meta
from jinja2.loaders import split_template_path

from templates import allowed
from templates.house import House, OwnText
from templates.placeholders import DERIVED, UNTOUCHED
from templates.typography import french
from templates.words import HERE, environment

VERSION = re.compile(r"\{#-?\s*version:\s*(\d{1,6})\s*-?#\}")
PARTS = ("closing", "lasted", "estimate")
"""Sentences that several templates share."""
_MARK = "\x1f"
"""Stands at the edge of a value in Chinese, where a space is wanted only beside a Han character."""


@dataclass(frozen=True, slots=True)
class Text:
    """``title`` is empty for templates that have none. ``trouble``: why the organisation's own was not used."""

    title: str
    body: str
    version: int
    own: bool = False
    trouble: str = ""


def write(name: str, language: str, values: Mapping[str, str], house: House, *, titled: bool = True) -> Text:
    """The filled template. If the organisation's own cannot be used, it is the built-in one (SEC-085)."""
    own = house.own.get((language, name))
    if own is None:
        return _built_in(name, language, values, titled)
    try:
        text = allowed.render(own.source, _marked(values, language) | _parts(language, values))
        return neat(text, language, titled, own.version, own=True)
    except allowed.Unusable as reason:
        return _built_in(name, language, values, titled, trouble=f"{own.file}: {reason}")


def uses(name: str, language: str, house: House) -> frozenset[str]:
    """The placeholders that the template in force names, and the facts behind those that are derived."""
    own = house.own.get((language, name))
    return _named_in_own(own, language) if own else _named_in_file(name, language)


def _parts(language: str, values: Mapping[str, str]) -> dict[str, str]:
    """The sentences that the built-in templates share, finished, for those that may include nothing (SEC-086)."""
    filled = _marked(values, language)
    return {part: environment.get_template(f"updates/{language}/{part}.j2").render(filled).strip() for part in PARTS}


def _built_in(name: str, language: str, values: Mapping[str, str], titled: bool, *, trouble: str = "") -> Text:
    rendered = environment.get_template(f"updates/{language}/{name}.j2").render(_marked(values, language))
    return neat(rendered, language, titled, version(_source(name, language)), trouble=trouble)


def neat(rendered: str, language: str, titled: bool, number: int, *, own: bool = False, trouble: str = "") -> Text:
    """One empty line between paragraphs; one whose sentences all fell away leaves no gap."""
    lines = (re.sub(r"  +", " ", line.strip()) for line in _spaced(rendered, language).strip().split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    title, _, body = text.partition("\n\n") if titled else ("", "", text)
    return Text(title.replace("\n", " "), body, number, own, trouble)


def version(source: str) -> int:
    """As its first line says: `{# version: 3 #}`; without one it is the first."""
    found = VERSION.match(source)
    return int(found[1]) if found else 1


def _marked(values: Mapping[str, str], language: str) -> dict[str, str]:
    if language != "zh-CN":
        return dict(values)
    return {name: value if name in UNTOUCHED else _edged(value) for name, value in values.items()}


def _edged(value: str) -> str:
    """Letters and clock times stand apart from Han characters, numbers with their unit do not."""
    before = _MARK if re.match(r"[A-Za-z]|\d{1,2}:\d\d", value) else ""
    after = _MARK if re.search(r"[A-Za-z](?:[\w./:-]*[A-Za-z0-9])?$|\d:\d\d$", value, re.ASCII) else ""
    return f"{before}{value}{after}"


def _spaced(text: str, language: str) -> str:
    """The language's own spaces: none beside Chinese punctuation, unbreakable ones before the French."""
    if language == "zh-CN":
        han = "\u4e00-\u9fff"
        text = re.sub(rf"(?<=[{han}]){_MARK}+(?=\w)|(?<=\w){_MARK}+(?=[{han}])", " ", text).replace(_MARK, "")
        text = re.sub(r" ?([，。：；！？（）、]) ?", r"\1", text)
        # From one time to the other, the zone is said once.
        return re.sub(r"(\d\d:\d\d)（北京时间）至 ?(\d\d:\d\d（)", r"\1 至 \2", text)
    if language == "fr":
        return french(text)
    # The abbreviation's own full stop ends the sentence too.
    return text.replace("godz..", "godz.") if language == "pl" else text


@cache
def _source(name: str, language: str) -> str:
    return HERE.joinpath("updates", *split_template_path(f"{language}/{name}.j2")).read_text(encoding="utf-8")


@cache
def _named_in_file(name: str, language: str) -> frozenset[str]:
    tree = environment.parse(_source(name, language))
    found = set(meta.find_undeclared_variables(tree))
    for part in meta.find_referenced_templates(tree):
        found |= _named_in_file(part.rpartition("/")[2].removesuffix(".j2"), language) if part else set()
    return _with_facts(found)


@cache
def _named_in_own(own: OwnText, language: str) -> frozenset[str]:
    found = set(meta.find_undeclared_variables(environment.parse(own.source)))
    return _with_facts(found.union(*(_named_in_file(part, language) for part in found.intersection(PARTS))))


def _with_facts(names: set[str]) -> frozenset[str]:
    return frozenset(names | {DERIVED[name] for name in names if name in DERIVED})
