"""What `sitrep lint` is given: a JSON object of fields or a plain post, and the options beside it."""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from bot.mistake import Mistake
from incidents.errors import Refused
from incidents.severity import Severity
from incidents.severity import read as read_severity
from incidents.wording.post import (
    CHANNELS,
    KINDS,
    LANGUAGES,
    STAGES,
    STATES,
    Component,
    Estimate,
    House,
    Post,
    Times,
    plain,
)

LONGEST = 40_000
_CHOICES = {"language": LANGUAGES, "stage": STAGES, "kind": KINDS, "channel": CHANNELS}
_CLOCKS = ("posted_at", "next_update_at", "started_at", "ended_at", "eta_at", "window_start", "window_end")
_NO_FIELDS = {
    *_CHOICES, "lang", "severity", "title", "body", "label", "reason", "components", "previous", "first_of_stage",
    "cause_certainty", "data_check", "estimate", "cleared", "notify", "author", "approver", "revision", "posted_at",
    "ended_at", "eta_at", "window_start", "window_end", "template",
}  # fmt: skip
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?!\d)")


class Unreadable(Mistake):
    """What cannot be checked; findings have the exit code 1."""

    code = 2


def read(file: str, *, said: Mapping[str, str], data_checked: bool, house: House) -> Post:
    """The post to check. Raises Unreadable with one sentence. What the command line says wins over the file."""
    text = _source(file)
    options = {name: chosen(name, said[name], _CHOICES[name]) for name in _CHOICES}
    level = _severity(said["severity"])
    if file.endswith(".json") or text.lstrip("\ufeff \t\r\n").startswith("{"):
        post = replace(_structured(_object(text.lstrip("\ufeff"), file)), house=house)
    else:
        post = plain(text.replace("\r\n", "\n"), Post(house=house))
    given: dict[str, Any] = {name: value for name, value in options.items() if value}
    if data_checked:
        given["data_check"] = "confirmed"
    if level:
        given["severity"] = level
    return replace(post, **given)


def _source(file: str) -> str:
    try:
        # Four bytes are the most that a character takes.
        raw = sys.stdin.buffer.read(4 * LONGEST + 1) if file == "-" else _bytes(Path(file))
    except OSError as error:
        raise Unreadable(f"{file} cannot be read: {error.strerror}.") from None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(raw) > 4 * LONGEST:
            raise _too_long() from None
        raise Unreadable(f"{_named(file)} is not UTF-8 text (byte {error.start + 1}).") from None
    if len(text) > LONGEST:
        raise _too_long()
    if not text.strip("\ufeff \t\r\n"):
        raise Unreadable(f"{_named(file)} is empty.")
    return _clean(text)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as source:
        return source.read(4 * LONGEST + 1)


def _too_long() -> Unreadable:
    return Unreadable(f"A post has at most {LONGEST:,} characters; this is longer.")


def _named(file: str) -> str:
    return "The standard input" if file == "-" else file


def _clean(text: str) -> str:
    if "\0" in text:
        raise Unreadable("The text has a NUL character in it.")
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise Unreadable("The text has half a character in it (a lone surrogate).")
    return text


def chosen(name: str, word: str, choices: Iterable[str]) -> str:
    """The choice a word names in any case; empty for none. Raises Unreadable with what there is."""
    found = [choice for choice in choices if choice.lower() == word.strip().lower().replace(" ", "_")]
    if word and not found:
        near = get_close_matches(word.lower(), list(choices), 1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise Unreadable(f"There is no {name} “{word.strip()[:40]}”; there are {', '.join(choices)}.{meant}")
    return found[0] if found else ""


def _severity(word: str) -> Severity | None:
    try:
        level = read_severity(word) if word else None
    except Refused as refusal:
        raise Unreadable(str(refusal)) from None
    if word and level is None:
        raise Unreadable(f"There is no severity “{word.strip()[:40]}”; there are sev1 to sev5.")
    return level


def _object(text: str, file: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(f"{_named(file)} is not JSON: {error.msg}, line {error.lineno}.") from None
    except (ValueError, RecursionError):
        raise Unreadable(
            f"{_named(file)} is not JSON that can be read: a number is too long or it is too deep."
        ) from None
    if not isinstance(found, dict):
        raise Unreadable(f"{_named(file)} must be a JSON object with the fields of a post.")
    return found


def _structured(given: dict[str, Any], *, depth: int = 0) -> Post:
    """Every further key with a text is a field, so that nothing goes unread."""
    words: dict[str, Any] = {name: chosen(name, _word(given, name), _CHOICES[name]) for name in _CHOICES}
    words["language"] = words["language"] or chosen("language", _word(given, "lang"), LANGUAGES)
    previous = given.get("previous")
    return Post(
        title=_word(given, "title") or None,
        body=_word(given, "body"),
        fields=_fields(given),
        severity=_severity(_word(given, "severity")),
        label=_word(given, "label") or None,
        reason=_word(given, "reason"),
        components=tuple(_components(given.get("components") or [])),
        times=_times(given),
        previous=_structured(previous, depth=depth + 1) if isinstance(previous, dict) and depth == 0 else None,
        first_of_stage=given["first_of_stage"] if isinstance(given.get("first_of_stage"), bool) else None,
        estimate=_estimate(given.get("estimate")),
        cleared=frozenset(each for each in given.get("cleared") or [] if isinstance(each, str)),
        cause=_one_of(given, "cause_certainty", ("confirmed", "suspected", "unknown")) or "confirmed",  # type: ignore[arg-type]
        data_check=_one_of(given, "data_check", ("none", "running", "confirmed")) or "none",  # type: ignore[arg-type]
        **{name: word for name, word in words.items() if word},
    )


def _one_of(given: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str:
    return chosen(name, _word(given, name), choices)


def _word(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if value is None:
        return ""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise Unreadable(f"“{name}” must be a text.")
    return _clean(str(value))


def _fields(given: dict[str, Any]) -> dict[str, str]:
    fields = {name: _word(given, name) for name in given if name not in _NO_FIELDS}
    for name in ("next_update_at", "started_at", "eta"):
        moment = _moment(fields.get(name, ""))
        if moment:
            fields[name] = f"{moment:%H:%M %Z}"
    return {_clean(name): text for name, text in fields.items() if text.strip()}


def _moment(text: str) -> datetime | None:
    """A time with its date; without a zone it is UTC."""
    if not _MOMENT.match(text):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable(f"“{text[:40]}” is no time such as 2031-04-02T14:30+02:00.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _times(given: Mapping[str, Any]) -> Times:
    found = {name: _moment(_word(given, name)) for name in _CLOCKS}
    found["eta_at"] = found["eta_at"] or _moment(_word(given, "eta"))
    if not found["posted_at"] and not found["next_update_at"]:
        found |= _same_day(_word(given, "posted_at"), _word(given, "next_update_at"))
    return Times(**found)


def _same_day(posted: str, following: str) -> dict[str, datetime | None]:
    """Two bare clock times: the second is the next after the first."""
    clocks = [_CLOCK.search(text) for text in (posted, following)]
    if not all(clocks):
        return {}
    first, second = (timedelta(hours=int(c[1]), minutes=int(c[2])) for c in clocks if c)
    day = datetime(2000, 1, 1, tzinfo=UTC)
    return {"posted_at": day + first, "next_update_at": day + second + timedelta(days=second < first)}


def _components(given: Any) -> Iterable[Component]:
    if isinstance(given, dict):
        given = [{"name": name, "state": state} for name, state in given.items()]
    if not isinstance(given, list):
        raise Unreadable("“components” must be a list of objects with name and state.")
    for each in given:
        if isinstance(each, str):
            name, _, state = each.rpartition(":")
            each = {"name": name or state, "state": state if name else ""}  # noqa: PLW2901 - the short way to write it
        if not isinstance(each, dict):
            raise Unreadable("“components” must be a list of objects with name and state.")
        aliases = tuple(alias for alias in each.get("aliases") or () if isinstance(alias, str))
        yield Component(_word(each, "name"), chosen("state", _word(each, "state").replace("-", "_"), STATES), aliases)


def _estimate(given: Any) -> Estimate | None:
    if given is None:
        return None
    at = _moment(_word(given, "given_at")) if isinstance(given, dict) else None
    minutes = given.get("minutes") if isinstance(given, dict) else None
    if not at or not isinstance(minutes, int | float) or not 0 <= minutes <= 100_000:
        raise Unreadable("“estimate” must be an object with given_at, minutes and certainty.")
    certainty = _one_of(given, "certainty", ("low", "medium", "high")) or "medium"
    return Estimate(at, timedelta(minutes=minutes), certainty)  # type: ignore[arg-type]
