"""What fits into Slack: the one table of Block Kit's limits, and a check of whole messages and views."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

Json = dict[str, Any]
Item = TypeVar("Item")

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE = 12_000
"""Of all blocks together. Slack says msg_blocks_too_long from about 13,200, though each block is legal."""

SECTION = 3000
FIELDS, FIELD = 10, 2000
HEADER = 150
BUTTONS, BUTTON, VALUE = 25, 75, 2000
CONFIRM_TITLE, CONFIRM, CONFIRM_ANSWER = 100, 300, 30
OPTIONS, GROUPS, OPTION, OPTION_VALUE = 100, 100, 75, 150
INPUT, LABEL, HINT = 3000, 2000, 2000
VIEW_TITLE = 24
METADATA = 3000
ID = 255
FALLBACK = 40_000

TEXTS: dict[tuple[str, str], int] = {
    ("section", "text"): SECTION,
    ("header", "text"): HEADER,
    ("input", "label"): LABEL,
    ("input", "hint"): HINT,
    ("button", "text"): BUTTON,
    ("confirm", "title"): CONFIRM_TITLE,
    ("confirm", "text"): CONFIRM,
    ("confirm", "confirm"): CONFIRM_ANSWER,
    ("confirm", "deny"): CONFIRM_ANSWER,
    ("option", "text"): OPTION,
    ("group", "label"): OPTION,
    ("modal", "title"): VIEW_TITLE,
    ("modal", "submit"): VIEW_TITLE,
    ("modal", "close"): VIEW_TITLE,
}
"""Characters of the text objects, by what they stand in."""

STRINGS: dict[tuple[str, str], int] = {
    ("button", "value"): VALUE,
    ("option", "value"): OPTION_VALUE,
    ("plain_text_input", "initial_value"): INPUT,
    ("modal", "private_metadata"): METADATA,
    ("modal", "callback_id"): ID,
}
LISTS: dict[tuple[str, str], int] = {
    ("section", "fields"): FIELDS,
    ("actions", "elements"): BUTTONS,
    ("context", "elements"): 10,
    ("static_select", "options"): OPTIONS,
    ("static_select", "option_groups"): GROUPS,
    ("group", "options"): OPTIONS,
    ("checkboxes", "options"): 10,
    ("home", "blocks"): VIEW_BLOCKS,
    ("modal", "blocks"): VIEW_BLOCKS,
}
_UNTYPED = {"confirm": "confirm", "options": "option", "initial_option": "option", "option_groups": "group"}
_ITEMS = {("section", "fields"): FIELD, ("context", "elements"): SECTION}


def size(text: str) -> int:
    """In UTF-16 units, of which an emoji has two: Slack does not say what it counts, and this is the larger number."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def weight(value: object) -> int:
    """What a value adds to a message, as JSON."""
    return size(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def batches(
    items: Iterable[Item], *, most: int, room: int, weigh: Callable[[Item], int] = weight
) -> Iterator[list[Item]]:
    """The items in order, in lists of at most ``most`` that weigh at most ``room`` together, commas included."""
    batch: list[Item] = []
    left = room
    for item in items:
        needs = weigh(item) + 1
        if batch and (len(batch) == most or needs > left):
            yield batch
            batch, left = [], room
        batch.append(item)
        left -= needs
    if batch:
        yield batch


def check_message(text: str, blocks: list[Json]) -> list[str]:
    """Everything Slack would refuse in a message, by place; empty when it is fine."""
    found = [] if text.strip() else ["text: empty"]
    found += _over("text", size(text), FALLBACK) + _over("blocks", len(blocks), MESSAGE_BLOCKS)
    return [*found, *_over("blocks", weight(blocks), MESSAGE), *_ids("blocks", blocks), *_list("blocks", "", blocks)]


def check_view(view: Json) -> list[str]:
    """The same for a modal or a home."""
    return [*_ids("view", view["blocks"]), *_object("view", "", view)]


def _object(where: str, kind: str, value: Json) -> Iterator[str]:
    kind = str(value.get("type", kind))
    for key, inside in value.items():
        here = f"{where}.{key}"
        if isinstance(inside, str):
            yield from _over(here, size(inside), ID if key.endswith("_id") else STRINGS.get((kind, key), SECTION))
        elif isinstance(inside, list):
            yield from [] if inside else [f"{here}: empty"]
            yield from _over(here, len(inside), LISTS.get((kind, key), OPTIONS))
            yield from _list(here, _UNTYPED.get(key, ""), inside, most=_ITEMS.get((kind, key), SECTION))
        elif isinstance(inside, dict):
            yield from _inner(here, _UNTYPED.get(key, ""), inside, most=TEXTS.get((kind, key), SECTION))


def _list(where: str, kind: str, values: list[Json], *, most: int = SECTION) -> Iterator[str]:
    for number, value in enumerate(values):
        yield from _inner(f"{where}[{number}]", kind, value, most=most)


def _inner(where: str, kind: str, value: Json, *, most: int) -> Iterator[str]:
    """A text is never empty and at most ``most`` characters long; any other object has a table of its own."""
    if value.get("type") not in ("plain_text", "mrkdwn"):
        yield from _object(where, kind, value)
        return
    text = str(value.get("text", ""))
    yield from [] if text.strip() else [f"{where}: empty"]
    yield from _over(where, size(text), most)


def _ids(where: str, blocks: list[Json]) -> list[str]:
    """A block_id is unique in its message or view, an action_id in its block."""
    named = [block["block_id"] for block in blocks if "block_id" in block]
    found = [f"{where}: block_id twice"] if len(set(named)) < len(named) else []
    for number, block in enumerate(blocks):
        pressed = [each["action_id"] for each in block.get("elements", []) if "action_id" in each]
        found += [f"{where}[{number}]: action_id twice"] if len(set(pressed)) < len(pressed) else []
    return found


def _over(where: str, number: int, most: int) -> list[str]:
    return [f"{where}: {number} where {most} fit"] if number > most else []
