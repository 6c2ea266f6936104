"""Cards as Block Kit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.slack import carried
from bot.slack.limits import (
    BUTTON,
    BUTTONS,
    CONFIRM,
    CONFIRM_ANSWER,
    FALLBACK,
    FIELDS,
    HEADER,
    MESSAGE,
    MESSAGE_BLOCKS,
    SECTION,
    VALUE,
    Json,
    batches,
    size,
    weight,
)
from bot.slack.mrkdwn import Known, escape, marked_up, mrkdwn, pieces, plain, sendable
from bot.slack.vocabulary import one_line
from templates import marks
from templates.card import Button, Card, Fact, Field, Form, Tone
from templates.headline import SYMBOLS

__all__ = ["Known", "Message", "blocks", "message", "messages"]

TONES: dict[Tone, str] = {"plain": "", "good": "✅ Good", "warn": "⚠️ Attention", "bad": "🚨 Urgent"}
"""A sign and a word: a colour alone tells a screen reader and many eyes nothing."""

CUT = "There is more than fits into one Slack message; the rest is on the timeline."
SHORT = 200
"""Characters of a fact that may stand in a narrow column."""

_HEAVY = MESSAGE // 2
"""What one block may weigh, so that two always go together."""


@dataclass(frozen=True, slots=True)
class Message:
    """Arguments of chat.postMessage; never with `link_names` or `parse`, which bring names to life (SEC-061).

    ``metadata`` carries the op id by which a post is looked up before it is sent again; None without one.
    """

    text: str
    blocks: list[Json]
    metadata: Json | None = None


def messages(card: Card, known: Known, *, incident: int | None, op: str = "") -> list[Message]:
    """The whole card, in as many messages as it needs, the buttons last; usually one (REL-043)."""
    pages = batches(blocks(card, known, incident=incident), most=MESSAGE_BLOCKS, room=MESSAGE - 2)
    return [_message(page, carried.metadata(op, number)) for number, page in enumerate(pages, 1)]


def message(card: Card, known: Known, *, incident: int | None, op: str = "") -> Message:
    """The card as one message, for a place that holds only one: an edit, an ephemeral answer.

    What does not fit is left out and the reader is told; the first buttons stay.
    """
    whole = blocks(card, known, incident=incident)
    if not fitting(whole):
        whole = _cut(whole)
    return _message(whole, carried.metadata(op))


def _cut(whole: list[Json]) -> list[Json]:
    body = [block for block in whole if block["type"] != "actions"]
    ending = [_section(CUT), *(block for block in whole if block["type"] == "actions")][:2]
    fits = next(number for number in range(len(body), -1, -1) if fitting([*body[:number], *ending]))
    return [*body[:fits], *ending]


def fitting(whole: list[Json]) -> bool:
    return len(whole) <= MESSAGE_BLOCKS and weight(whole) <= MESSAGE


def blocks(card: Card, known: Known, *, incident: int | None) -> list[Json]:
    """The whole card; for a home or a list of several cards."""
    tone = TONES[card.tone]
    title = card.title or (card.form.title if card.form else "")
    text = card.text if title else _toned(card.text, tone)
    made = [*_title(_toned(title, tone) if title else "", known), *words(text, known), *_folds(card, known)]
    made += facts(card.facts, known)
    values = [carried.value(incident, button.says, button.key) for button in card.buttons]
    fits = [size(value) <= VALUE for value in values]
    typed = [f"{button.label}: {button.says}" for button, fit in zip(card.buttons, fits, strict=True) if not fit]
    made += words("\n".join(typed), known)
    if card.form:
        made += _form(card.form, known, incident)
    pressable = [(button, value) for button, value, fit in zip(card.buttons, values, fits, strict=True) if fit]
    made += _actions(_button(*each, number) for number, each in enumerate(pressable))
    return made or words("–", known)


def words(marked: str, known: Known) -> list[Json]:
    """Text without marks goes out as plain_text, in which nothing is ever live (SEC-064)."""
    marked = marks.spelled(marked, known.spelled)
    if not marked_up(marked):
        return [_section(piece) for piece in pieces(marked, None, SECTION)]
    return [_section(piece, kind="mrkdwn") for piece in pieces(marked, known, SECTION)]


def facts(given: Iterable[Fact], known: Known) -> Iterator[Json]:
    """Short ones in two columns, long ones over the whole width, in their order."""
    for short, group in groupby(given, key=_short):
        if short:
            fields = [_text(mrkdwn(_fact(fact), known), "mrkdwn") for fact in group]
            for batch in batches(fields, most=FIELDS, room=_HEAVY):
                yield {"type": "section", "fields": batch}
        else:
            for fact in group:
                yield from words(_fact(fact), known)


def _folds(card: Card, known: Known) -> Iterator[Json]:
    """Slack folds a long section by itself unless it is told not to."""
    for fold in card.folds:
        yield from ({**block, "expand": False} for block in words(_fact(fold), known))


def plain_text(marked: str, most: int) -> Json:
    return _text(plain(marked, most), "plain_text")


def _message(page: list[Json], metadata: Json | None) -> Message:
    """``text`` is what a notification and a screen reader say, and enough when Slack refuses the blocks (REL-043)."""
    lines = [line for block in page for line in _spoken(block)] or list(_labels(page))
    while size(text := "\n".join(lines)) > FALLBACK:
        lines.pop()
    return Message(text, page, metadata)


def _spoken(block: Json) -> Iterator[str]:
    if text := block.get("text"):
        yield text["text"] if text["type"] == "mrkdwn" else escape(text["text"])
    for field in block.get("fields", ()):
        yield field["text"].replace("\n", " ", 1)


def _labels(page: list[Json]) -> Iterator[str]:
    return (escape(element["text"]["text"]) for block in page for element in block["elements"])


def _toned(marked: str, tone: str) -> str:
    """The headline says its level by itself."""
    own = marked.startswith(("✅ ", *(f"{symbol} SEV-" for symbol in SYMBOLS.values())))
    if not tone or own:
        return marked
    return f"{tone} · {marked}" if marked else tone


def _title(title: str, known: Known) -> list[Json]:
    """A header holds 150 plain characters; a longer title, or one that mentions somebody, is a paragraph."""
    shown = sendable(title).strip()
    if not shown:
        return []
    if marked_up(title) or size(shown) > HEADER:
        return words(title if marked_up(title) else marks.bold(shown), known)
    return [{"type": "header", "text": plain_text(title, HEADER)}]


def _short(fact: Fact) -> bool:
    narrow = size(fact.label) <= BUTTON and size(fact.value) <= SHORT
    return narrow and "\n" not in fact.value.strip()


def _fact(fact: Fact) -> str:
    return f"{marks.bold(fact.label or '–')}\n{fact.value.strip() or '–'}"


def _form(form: Form, known: Known, incident: int | None) -> list[Json]:
    """A form where no modal can be opened: what it holds, the one-line way, a button to try again (REL-009)."""
    made = words(form.intro, known)
    made += facts([Fact(field.label, _held(field)) for field in form.fields if field.value], known)
    made += words(f"In one line: {one_line(form.plain, known.spelled)}", known) if form.plain else []
    value = carried.value(incident, form.says)
    if size(value) > VALUE:
        return made
    opener = {"type": "button", "action_id": "form", "text": plain_text("Fill in…", BUTTON), "value": value}
    return [*made, *_actions([opener | {"style": "primary"}])]


def _held(field: Field) -> str:
    return "yes" if field.kind == "check" else dict(field.choices).get(field.value, field.value)


def _actions(elements: Iterable[Json]) -> Iterator[Json]:
    for batch in batches(elements, most=BUTTONS, room=_HEAVY):
        yield {"type": "actions", "elements": batch}


def _button(button: Button, value: str, number: int) -> Json:
    made: Json = {
        "type": "button",
        "action_id": f"say:{number}",
        "text": plain_text(button.label, BUTTON),
        "value": value,
    }
    if button.style != "plain":
        made["style"] = button.style
    if button.confirm:
        made["confirm"] = _confirm(button)
    return made


def _confirm(button: Button) -> Json:
    made = {
        "title": plain_text("Are you sure?", CONFIRM),
        "text": plain_text(button.confirm, CONFIRM),
        "confirm": plain_text(button.label, CONFIRM_ANSWER),
        "deny": plain_text("Not now", CONFIRM_ANSWER),
    }
    return made | ({"style": "danger"} if button.style == "danger" else {})


def _section(text: str, *, kind: str = "plain_text") -> Json:
    """Unfolded: nobody should have to press "see more" in an incident."""
    return {"type": "section", "text": _text(text, kind), "expand": True}


def _text(text: str, kind: str) -> dict[str, Any]:
    """``verbatim`` keeps Slack from making links and mentions of what only looks like them (SEC-060)."""
    return {"type": kind, "text": text} | ({"verbatim": True} if kind == "mrkdwn" else {"emoji": False})
