"""An organisation's own templates of public posts: which are there, which are fit, and why the others are not (STG-4).

They lie in a folder as `fr/identified.j2`. Each replaces one built-in template; one that is not fit, also by its own
words, replaces nothing (SEC-080 to SEC-086).
"""

import errno
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from incidents.wording.check import check as wording_check
from incidents.wording.post import House as Wording
from incidents.wording.post import Post
from templates import allowed, elements, public_text
from templates.house import OwnText
from templates.phrases import LANGUAGES
from templates.placeholders import INTERNAL, NAMES
from templates.public_text import PARTS
from templates.samples import sample
from templates.words import HERE

UNTITLED = frozenset({"executive", "sms", "social"})
"""Texts without a first paragraph for the title."""
INSIDE = frozenset({"executive", "email"})
"""Read inside the house only, so they may name severities and tickets."""
MOST_FILES = 500
_MOMENTS = ("lasted_from", "lasted_to", "reported_time", "last_post_time", "next_update_time", "window_start")
_NOT_WORDS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_FORBIDDEN = frozenset(f"LINT-{number}" for number in (20, 21, 23, 24, 26, 27, 28, 29, 39, 40, 41, 43, 44))
"""Forbidden whatever the facts are. What depends on the stage and the incident is looked at in each post."""
_SECRET = frozenset({"LINT-41"})
_NOTHING_ADDED = Wording()
_LEFT = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}|\[\?\]")


@dataclass(frozen=True, slots=True)
class Problem:
    """``file`` is relative to the folder; ``text`` can follow it."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


def check(folder: Path) -> list[Problem]:
    """Everything that keeps a template of the folder from being used."""
    return load(folder)[1]


def load(folder: Path, wording: Wording = _NOTHING_ADDED) -> tuple[dict[tuple[str, str], OwnText], list[Problem]]:
    """The fit templates by language and name, and what is wrong with the others. Never raises for what it finds."""
    fit, problems = dict[tuple[str, str], OwnText](), list[Problem]()
    try:
        files = _files(folder)
    except OSError as error:
        return {}, [Problem(folder.name, 1, f"cannot be read: {error.strerror}")]
    if len(files) > MOST_FILES:
        return {}, [Problem(folder.name, 1, f"holds more than {MOST_FILES} templates")]
    for file in files:
        name = file.relative_to(folder).as_posix()
        found = _read(file, name)
        if isinstance(found, Problem):
            problems.append(found)
        elif wrong := list(_wrong(name, found, wording)):
            problems += wrong
        else:
            fit[file.parent.name, file.stem] = OwnText(name, found, public_text.version(found))
    return fit, problems


def names() -> frozenset[str]:
    """The templates that can be replaced."""
    return frozenset(file.stem for file in HERE.joinpath("updates", "en").glob("*.j2")) - set(PARTS)


def placeholders(name: str) -> frozenset[str]:
    """What the template of this name may say; what is internal only in what stays in the house (LINT-39)."""
    return frozenset((*NAMES, *PARTS)) - (frozenset() if name in INSIDE else frozenset(INTERNAL) - {"elapsed"})


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "there is no such folder")
    return sorted(folder.rglob("*.j2"))


def _read(file: Path, name: str) -> str | Problem:
    if file.is_symlink() or not file.is_file():
        return Problem(name, 1, "is no file of its own")
    try:
        with file.open("rb") as opened:
            raw = opened.read(4 * allowed.LONGEST_TEMPLATE + 1)
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        return Problem(name, 1, f"cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        return Problem(name, 1, "is not UTF-8 text")


def _wrong(name: str, source: str, wording: Wording) -> Iterator[Problem]:
    language, slash, rest = name.partition("/")
    if not slash or language not in LANGUAGES:
        yield Problem(name, 1, f"lies in no folder of a language; they are {', '.join(LANGUAGES)}")
        return
    own = rest.removesuffix(".j2")
    if own not in names():
        yield Problem(name, 1, f"replaces no template; they are {', '.join(sorted(names()))}")
        return
    found = [Problem(name, line, text) for line, text in sorted(set(allowed.findings(source, placeholders(own))))]
    yield from found or [*_tried(name, language, own, source), *_worded(name, language, own, source, wording)]


def _tried(name: str, language: str, own: str, source: str) -> Iterator[Problem]:
    """With all facts it must give a whole post, without any something at all, and leave nothing out; STG-3, STG-36."""
    for values in (_all(language), dict.fromkeys((*NAMES, *PARTS), "")):
        try:
            rendered = allowed.render(source, values)
        except allowed.Unusable as reason:
            yield Problem(name, 1, str(reason))
            return
        if any(values.values()):
            yield from (Problem(name, 1, text) for text in _unfit(rendered, language, own))
    yield from (Problem(name, 1, text) for text in elements.left_out(own, language, source))


def _worded(name: str, language: str, own: str, source: str, wording: Wording) -> Iterator[Problem]:
    """The template's own words, in every branch of it: some of them nobody reads over before they go out (WL-2)."""
    words = _NOT_WORDS.sub(lambda tag: re.sub(r"[^\n]", " ", tag[0]), source)
    asked = _SECRET if own in INSIDE else _FORBIDDEN - ({"LINT-43"} if own in ("security", "report") else set())
    for finding in wording_check(Post(body=words, language=language, stage="monitoring", house=wording)):
        if finding.severity == "error" and finding.id in asked:
            yield Problem(name, source.count("\n", 0, finding.start) + 1, f"{finding.message} ({finding.id})")


def _unfit(rendered: str, language: str, own: str) -> Iterator[str]:
    made = public_text.neat(rendered, language, own not in UNTITLED, 1)
    if not made.body:
        yield "gives no text; the first paragraph is the title, the text follows after an empty line"
    if _LEFT.search(rendered):
        yield "leaves a placeholder or a bracket behind"
    if own not in UNTITLED and "\n" in rendered.strip().partition("\n\n")[0]:
        yield "has more than one line before the first empty one; that is the title"


def _all(language: str) -> Mapping[str, str]:
    times = dict.fromkeys(("start_time", *_MOMENTS), "14:30 UTC")
    rest = {"stage": "identified", "stage_label": "-", "subject": "-", "text": "-", "change": "scheduled"}
    return {**dict.fromkeys((*NAMES, *PARTS), "-"), **times, **sample(language), **rest}
