"""A form's fields as the inputs of a modal."""

from collections.abc import Iterator
from dataclasses import replace

from bot.slack.dialect import plain_text
from bot.slack.limits import GROUPS, HINT, INPUT, LABEL, OPTION, OPTION_VALUE, OPTIONS, Json, size
from bot.slack.mrkdwn import Known, sendable
from templates.card import Field

TICKED = "on"
LONGEST_TEXT = 12_000


def inputs(field: Field, known: Known) -> Iterator[Json]:
    """Usually one. Its block is named after the field, so that an answer and an error find it."""
    if field.kind in ("line", "text", "time") or (field.kind == "choice" and not field.choices):
        yield from _written(field)
    elif field.kind == "choice":
        yield _input(field, _select(field))
    elif field.kind == "person":
        chosen = known.user(field.value)
        yield _input(field, {"type": "users_select"} | ({"initial_user": chosen} if chosen else {}))
    else:
        yield _input(field, _box(field))


def part(name: str, number: int) -> str:
    """The block of a text's further part: `text~1`."""
    return f"{name}~{number}" if number else name


def key(number: int, value: str) -> str:
    """What an option carries: the value, or its number where Slack would refuse the value."""
    fits = value.strip() and size(value) <= OPTION_VALUE and value == sendable(value) and not value.startswith("#")
    return value if fits else f"#{number}"


def _written(field: Field) -> Iterator[Json]:
    """One input holds 3,000 characters; a longer text goes on in the next, so that nothing typed is lost."""
    text = sendable(field.value)[:LONGEST_TEXT]
    several = field.kind == "text" or "\n" in text or size(text) > INPUT
    element: Json = {"type": "plain_text_input", "multiline": several, "max_length": INPUT}
    for number, piece in enumerate(list(_cut(text)) or [""]):
        shown = field if number == 0 else replace(field, label=f"{field.label} (continued)", required=False, hint="")
        shown = replace(shown, name=part(field.name, number))
        yield _input(shown, element | ({"initial_value": piece} if piece else {}))


def _cut(text: str) -> Iterator[str]:
    """Between lines or words where that is possible: the parts are put together again with a newline."""
    while size(text) > INPUT:
        end = INPUT if text.isascii() else INPUT // 2
        at = max(text.rfind("\n", 1, end), 0) or max(text.rfind(" ", 1, end), 0)
        yield text[: at or end]
        text = text[at + 1 if at else end :]
    if text:
        yield text


def _select(field: Field) -> Json:
    options = [_option(key(number, value), label) for number, (value, label) in enumerate(field.choices)]
    options = options[: OPTIONS * GROUPS]
    groups = [options[start : start + OPTIONS] for start in range(0, len(options), OPTIONS)]
    chosen = [option for option, (value, _) in zip(options, field.choices, strict=False) if value == field.value]
    shown: Json = {"options": options} if len(groups) == 1 else {"option_groups": [_group(group) for group in groups]}
    return {"type": "static_select"} | shown | ({"initial_option": chosen[0]} if chosen else {})


def _group(options: list[Json]) -> Json:
    first, last = (option["text"]["text"] for option in (options[0], options[-1]))
    return {"label": plain_text(f"{first[:30]} – {last[:30]}", OPTION), "options": options}


def _box(field: Field) -> Json:
    option = _option(TICKED, "Yes")
    return {"type": "checkboxes", "options": [option]} | ({"initial_options": [option]} if field.value else {})


def _option(value: str, label: str) -> Json:
    return {"text": plain_text(label, OPTION), "value": value}


def _input(field: Field, element: Json) -> Json:
    made: Json = {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(field.label, LABEL),
        "element": element | {"action_id": field.kind},
        "optional": not field.required,
    }
    return made | ({"hint": plain_text(field.hint, HINT)} if field.hint.strip() else {})
