"""An organisation's own templates: what they may say, and that a bad one harms nothing (SEC-080 to SEC-087)."""

import itertools
import re
import time
import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hostile import CORPUS
from posts_of import house, incident, post, update

from bot.slack import dialect as slack
from bot.slack.mrkdwn import Known
from bot.web import dialect as web
from incidents.stage import Stage
from incidents.wording.post import House as Wording
from templates import allowed, channels_text, known, overrides, public_text
from templates.card import Card
from templates.house import OwnText
from templates.phrases import LANGUAGES
from templates.placeholders import NAMES
from templates.samples import sample
from templates.words import HERE

GOOD = "{# version: 3 #}\n{{ stage_label }} - {{ subject }}\n\nWe know. {{ closing }}"
SECRET = "xoxb-a-secret-of-this-process"
ROOTS = (
    "''",
    "()",
    "[]",
    "{}",
    "1",
    "self",
    "config",
    "request",
    "cycler",
    "joiner",
    "namespace",
    "lipsum",
    "range",
    "dict",
    "loop",
    "service",
    "caller",
    "varargs",
    "url_for",
    "get_flashed_messages",
)
CHAINS = (
    ".__class__",
    ".__class__.__mro__[1].__subclasses__()",
    "['__class__']",
    "|attr('__class__')",
    "|map(attribute='__init__')|list",
    ".__init__.__globals__['os'].environ",
    ".__doc__",
    "()",
)
PAYLOADS = [f"{{{{ {root}{chain} }}}}" for root, chain in itertools.product(ROOTS, CHAINS)] + [
    "{{ self._TemplateReference__context }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{% set x = cycler.__init__.__globals__ %}{{ x.os.popen('id').read() }}",
    "{{ 'abc'.format_map(service) }}",
    "{{ '%s' % config }}",
    "{{ service.format('{0.__class__}') }}",
    "{% if ''.__class__ %}x{% endif %}",
    "{{ service if config.SECRET else subject }}",
    "{{ service | string | safe }}",
    "{% filter upper %}{{ self }}{% endfilter %}",
    "{% call service() %}{% endcall %}",
    "{% macro x() %}{{ caller }}{% endmacro %}{{ x() }}",
    "{% with a = self %}{{ a }}{% endwith %}",
    "{% autoescape true %}{{ self }}{% endautoescape %}",
    "{{ environ }}",
    "{{ SLACK_BOT_TOKEN }}",
    "{{ house.own }}",
    "{{ incident.room_name }}",
    "{{ service is callable }}",
    "{{ service[0] }}",
    "{{ sev }}",
    "{{ raw_eta }}",
]
BOMBS = {
    "nested ranges": "{% for a in range(9999) %}{% for b in range(9999) %}{{ a }}{% endfor %}{% endfor %}",
    "big multiply": "{{ 'a' * 999999999 }}",
    "big power": "{{ 9 ** 9 ** 9 }}",
    "a number of many digits": "{{ " + "9" * 19_000 + " }}",
    "padding": "{{ '%999999999d' % 1 }}",
    "centring": "{{ service | center(999999999) }}",
    "lipsum": "{{ lipsum(n=99999) }}",
    "recursion": "{% macro x() %}{{ x() }}{% endmacro %}{{ x() }}",
    "deep parentheses": "{{ " + "(" * 9000 + "service" + ")" * 9000 + " }}",
    "deep conditions": "{% if service %}" * 900 + "{% endif %}" * 900,
    "long chains of not": "{{ " + "not " * 4500 + "service }}",
    "joined lists": "{{ [service] * 9999999 }}",
    "doubling": "{% set a = service %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
    "self including": "{% include 'updates/en/holding.j2' %}" * 100,
    "filters in a row": "{{ service" + "|upper" * 3000 + " }}",
    "words upon words": "{{ service }}" * 1500,
}


def found(source: str) -> list[str]:
    return [text for _, text in allowed.findings(source, overrides.placeholders("identified"))]


def folder(tmp_path: Path, **files: str) -> Path:
    for name, source in files.items():
        language, _, file = name.partition("__")
        where = tmp_path / language.replace("zh", "zh-CN")
        where.mkdir(exist_ok=True)
        (where / f"{file}.j2").write_text(source, encoding="utf-8")
    return tmp_path


def own(source: str, name: str = "identified", language: str = "en") -> Mapping[tuple[str, str], OwnText]:
    return {(language, name): OwnText(f"{language}/{name}.j2", source, public_text.version(source))}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_sec_080_nothing_that_reaches_for_more_than_words_is_accepted(
    payload: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", SECRET)
    assert found(payload)
    fit, problems = overrides.load(folder(tmp_path, en__identified=f"Title\n\n{payload}"))
    assert (fit, bool(problems)) == ({}, True)
    assert SECRET not in "".join(map(str, problems))


def test_sec_080_there_are_enough_of_them() -> None:
    assert len(set(PAYLOADS)) >= 150


@pytest.mark.parametrize("payload", PAYLOADS)
def test_sec_080_even_unchecked_the_sandbox_gives_nothing_away(payload: str) -> None:
    """The check is the wall; behind it there is a second one."""
    values = dict.fromkeys(NAMES, "harmless")
    try:
        text = allowed.render(payload, values)
    except allowed.Unusable as reason:
        text = str(reason)
    assert not re.search(r"<class|<built-in|/usr/|environ\(|posix", text)


@pytest.mark.parametrize("name", BOMBS)
def test_sec_081_a_bomb_is_refused_in_good_time(name: str, tmp_path: Path) -> None:
    own_texts = folder(tmp_path, en__identified=f"Title\n\n{BOMBS[name]}")
    # Our own processor time, and without the tracing that costs several times as much.
    began = time.process_time()
    fit, problems = overrides.load(own_texts)
    took = time.process_time() - began
    tracemalloc.start()
    overrides.check(own_texts)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (fit, bool(problems)) == ({}, True)
    assert took < 2
    assert most < 256_000_000


def test_sec_081_in_place_of_a_bomb_that_only_real_words_set_off_stands_the_built_in_text() -> None:
    source = "{{ stage_label }}\n\n" + "{{ cause_plain }}" * 100
    facts = sample("en") | {"cause_plain": "a" * 450}
    made = post("", Stage.IDENTIFIED, facts, where=house("en", own=own(source)))
    assert made.trouble == "en/identified.j2: comes out longer than 4,000 characters"
    assert (made.own, made.origin) == (False, "STG-14 v1")
    assert made.body.startswith("We have confirmed the cause")


@pytest.mark.parametrize("text", ["{{7*7}}", "{% if 1 %}x{% endif %}", "${7*7}", "{# gone #}", *CORPUS[:40]])
def test_sec_082_what_people_type_is_shown_as_they_typed_it(text: str) -> None:
    expected = known.clean(text)
    names = [name for name in sample("en") if name not in ("affected_share", "progress")]
    facts = {**sample("en"), **dict.fromkeys(names, text)}
    for where in (house("en"), house("en", own=own("T\n\n{{ cause_plain }}"))):
        made = post("", Stage.IDENTIFIED, facts, where=where)
        assert re.sub(r"\s+", " ", expected) in re.sub(r"\s+", " ", made.body)
        assert "49" not in made.body.replace("CVE", "") or "49" in text


def test_sec_083_templates_get_plain_text_only() -> None:
    given: dict[str, Any] = known.values(
        sample("en"), incident=incident(), house=house("en"), now=incident().clocks.declared_at, next_update_at=None
    )
    assert {type(value) for value in given.values()} == {str}
    assert set(given) <= set(NAMES)


def test_sec_083_the_sandbox_knows_no_names_of_its_own() -> None:
    for name in ("range", "dict", "lipsum", "cycler", "joiner", "namespace"):
        with pytest.raises(allowed.Unusable):
            allowed.render(f"{{{{ {name}() }}}}", {})


def test_sec_084_a_template_or_a_text_that_is_too_long_is_refused(tmp_path: Path) -> None:
    long_text = "T\n\n" + "word " * 900
    long_source = "T\n\n" + "{# note #}" * 2100
    problems = overrides.check(folder(tmp_path, en__holding=long_text, fr__holding=long_source))
    assert [str(problem) for problem in problems] == [
        "en/holding.j2:1: comes out longer than 4,000 characters",
        "fr/holding.j2:1: is longer than 20,000 characters",
    ]


def test_sec_085_a_broken_one_leaves_the_others_and_the_built_in_text(tmp_path: Path) -> None:
    fit, problems = overrides.load(folder(tmp_path, en__holding=GOOD, en__identified="{% if %}"))
    where = house("en", own=fit, template_troubles=tuple(map(str, problems)))
    holding = post("holding", Stage.INVESTIGATING, sample("en"), where=where)
    identified = post("", Stage.IDENTIFIED, sample("en"), where=where)
    assert (holding.origin, holding.body.partition(".")[0]) == ("STG-10 v3 own", "We know")
    assert holding.body.endswith("Questions: help@example.com")
    assert identified.origin == "STG-14 v1"
    assert [problem.file for problem in problems] == ["en/identified.j2"]


@pytest.mark.parametrize(
    "source",
    [
        "{% include 'updates/en/closing.j2' %}",
        "{% include ['a', 'b'] ignore missing %}",
        "{% import 'updates/en/closing.j2' as c %}",
        "{% from 'updates/en/closing.j2' import x %}",
        "{% extends 'web/frame.html' %}",
        "{% block a %}{% endblock %}",
        "{% include '/etc/passwd' %}",
        "{% include '../../bot/config.py' %}",
    ],
)
def test_sec_086_a_template_brings_in_no_other(source: str, tmp_path: Path) -> None:
    assert found(source)
    assert overrides.load(folder(tmp_path, en__holding=f"T\n\n{source}"))[0] == {}
    if "block" not in source:
        with pytest.raises(allowed.Unusable):
            allowed.render(source, dict.fromkeys(NAMES, ""))


CANARY = "<&>\"' <!channel> <script>x</script>"


def test_sec_087_each_surface_encodes_what_stands_in_a_post() -> None:
    source = f"{CANARY}\n\n{CANARY} {{{{ cause_plain }}}}"
    made = post("", Stage.IDENTIFIED, sample("en") | {"cause_plain": CANARY}, where=house("en", own=own(source)))
    assert made.body == f"{CANARY} {CANARY}"
    page = str(web.words(made.body))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    shown = slack.message(Card(title=made.title, text=made.body), Known({}, {}), incident=None)
    kinds = {block["text"]["type"] for block in shown.blocks if CANARY in block["text"]["text"]}
    assert kinds == {"plain_text"}
    assert "&lt;!channel&gt;" in shown.text
    assert "<!channel>" not in shown.text
    short = channels_text.sms(
        update(Stage.INVESTIGATING, {"service": "<&>\"'"}), incident=incident(), house=house("en")
    )
    assert short.startswith("<&>\"': issue reported")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_built_in_template_could_be_an_organisations_own(language: str, tmp_path: Path) -> None:
    """With the shared sentences as placeholders, a copy of a built-in one is accepted and gives the same text."""
    files = {file.stem: file.read_text(encoding="utf-8") for file in (HERE / "updates" / language).glob("*.j2")}
    include = re.compile(r'{% include "updates/[\w-]+/(\w+)\.j2" %}')
    without_contact = re.compile(r'{% with support_contact="" %}(.*?){% endwith %}')
    copies = {name: include.sub(r"{{ \1 }}", without_contact.sub(r"\1", source)) for name, source in files.items()}
    for part in public_text.PARTS:
        copies.pop(part)
    written = {f"{language.replace('zh-CN', 'zh')}__{name}": source for name, source in copies.items()}
    fit, problems = overrides.load(folder(tmp_path, **written))
    assert problems == []
    assert {name for _, name in fit} == overrides.names()
    for stage in Stage:
        theirs = post("", stage, sample(language), where=house(language, own=fit))
        ours = post("", stage, sample(language), where=house(language))
        assert theirs.own
        assert (theirs.title, " ".join(theirs.body.split())) == (ours.title, " ".join(ours.body.split()))


@pytest.mark.parametrize(
    ("name", "source", "text"),
    [
        ("xx__holding", GOOD, "lies in no folder of a language"),
        ("en__nothing", GOOD, "replaces no template"),
        ("en__closing", GOOD, "replaces no template"),
        ("en__holding", "Only a title {{ subject }}", "gives no text"),
        ("en__holding", "Two\nlines\n\nText", "more than one line"),
        ("en__holding", "T\n\nText {{ '{{' }}", "leaves a placeholder"),
        ("en__holding", "T\n\n{{ nobody_knows }}", "names “nobody_knows”"),
        ("en__holding", "T\n\n{{ ticket_count }}", "names “ticket_count”"),
        ("en__holding", "T\n\n{{ service | replace('a', 'b') }}", "uses the filter “replace”"),
        ("en__holding", "T\n\n{{ start_time | dayed }}", "uses the filter “dayed”"),
        ("en__holding", "T\n\n{{ service < 'a' }}", "compares in another way"),
        ("en__holding", "T\n\n{{ 1 }}", "holds a value that is no text"),
    ],
)
def test_what_is_wrong_is_said(name: str, source: str, text: str, tmp_path: Path) -> None:
    problems = overrides.check(folder(tmp_path, **{name: source}))
    assert any(text in problem.text for problem in problems), problems


@pytest.mark.parametrize(
    ("name", "source", "line", "rule"),
    [
        ("en__holding", "T\n\nIt works again soon.", 3, "LINT-21"),
        ("fr__holding", "T\n\nTout marche bientôt.", 3, "LINT-21"),
        ("zh__holding", "T\n\n服务很快恢复。", 3, "LINT-21"),
        ("pl__holding", "T\n\nUsługa wkrótce wróci.", 3, "LINT-21"),
        (
            "en__sms",
            "{% if workaround %}\nAsk joe@customer.example.\n{% endif %}\n{{ service }}",
            2,
            "LINT-40",
        ),
        ("en__no_news", "T\n\n{{ service }} on db-7 waits.", 3, "LINT-29"),
        ("en__executive", "{{ sev }} password: hunter22", 1, "LINT-41"),
    ],
)
def test_wl_2_its_own_words_are_held_to_the_rules_in_every_branch(
    name: str, source: str, line: int, rule: str, tmp_path: Path
) -> None:
    [problem] = overrides.check(folder(tmp_path, **{name: source}))
    assert problem.line == line
    assert problem.text.endswith(f"({rule})")


def test_wl_5_the_organisations_own_words_count_there_too(tmp_path: Path) -> None:
    made = folder(tmp_path, en__holding="T\n\nThe product Soon Pay waits.", en__executive="{{ sev }} on db-7")
    assert [problem.file for problem in overrides.load(made)[1]] == ["en/holding.j2"]
    assert overrides.load(made, Wording(allowed=("Soon Pay",)))[1] == []


def test_a_text_without_a_title_needs_none(tmp_path: Path) -> None:
    made = folder(tmp_path, en__sms="{{ service_named }}: {{ status_url }}", fr__executive="{{ sev }}")
    assert overrides.check(made) == []


def test_a_folder_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    assert [str(problem) for problem in overrides.check(tmp_path / "nowhere")] == [
        "nowhere:1: cannot be read: there is no such folder"
    ]
    (tmp_path / "en").mkdir()
    (tmp_path / "en/holding.j2").write_bytes(b"T\n\n\xff")
    (tmp_path / "en/scoping.j2").symlink_to("/etc/hostname")
    assert [problem.text for problem in overrides.check(tmp_path)] == ["is not UTF-8 text", "is no file of its own"]
    for number in range(overrides.MOST_FILES):
        (tmp_path / f"{number}.j2").touch()
    assert "more than 500 templates" in overrides.check(tmp_path)[0].text
