"""Buttons, menus and input fields in blocks: found as a person finds them, filled as a person fills them."""

from collections.abc import Iterator, Mapping
from typing import Any

from fakes.slack.elements import ELEMENTS
from fakes.slack.refusal import CannotDo, Json

_LISTS = {"multi_static_select", "multi_external_select", "checkboxes"}
_OPTIONS = {"static_select", "external_select", "radio_buttons", "overflow"}
_PLAIN = {
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}


def controls(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every (block, element) that can be used."""
    for block in blocks:
        children = block.get("child_blocks")
        if isinstance(children, list):
            yield from controls(children)
        for element in (block.get("accessory"), block.get("element"), *(block.get("elements") or [])):
            if isinstance(element, dict) and element.get("type") in ELEMENTS and element["type"] != "image":
                yield block, element


def find(blocks: list[Json], wanted: str) -> tuple[Json, Json] | None:
    """By what is written on it, by its action_id, by its value."""
    for block, element in controls(blocks):
        words = element.get("text")
        label = words.get("text") if isinstance(words, dict) else ""
        hint = element.get("placeholder", {}).get("text", "")
        if wanted in (label, hint, element.get("action_id"), element.get("value")):
            return block, element
    return None


def action(block: Json, element: Json, value: object, at: str) -> Json:
    """What block_actions says was done."""
    done = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"], "action_ts": at}
    if element["type"] != "button":
        return done | _state(element, value)
    return done | {key: element[key] for key in ("text", "value", "style", "url") if key in element}


def fill(blocks: list[Json], values: Mapping[str, object]) -> Json:
    """`state.values` of a form. Fields are named by block_id, action_id or label; a required one must be filled."""
    left = dict(values)
    state: dict[str, Json] = {}
    for block, element in controls(blocks):
        if element["type"] == "button":
            continue
        names = (block.get("block_id"), element["action_id"], block.get("label", {}).get("text"))
        given = next((left.pop(name) for name in names if name in left), None)
        filled = _state(element, given)
        if block["type"] == "input" and not block.get("optional") and _empty(filled):
            raise CannotDo(f"the field {names[2]!r} is required")
        state.setdefault(block["block_id"], {})[element["action_id"]] = filled
    if left:
        raise CannotDo(f"no such field: {', '.join(left)}")
    return {"values": state}


def _empty(filled: Json) -> bool:
    return all(not value for key, value in filled.items() if key != "type")


def _state(element: Json, given: Any) -> Json:
    kind = element["type"]
    if kind in _OPTIONS:
        chosen = element.get("initial_option") if given is None else _option(element, given)
        return {"type": kind, "selected_option": chosen}
    if kind in _LISTS:
        several = [given] if isinstance(given, str) else given
        first = element.get("initial_options") or []
        return {"type": kind, "selected_options": first if given is None else [_option(element, o) for o in several]}
    if kind in _PLAIN:
        key, first = _PLAIN[kind]
        return {"type": kind, key: element.get(first) if given is None else given}
    words = element.get("initial_value") if given is None else str(given)
    if words and len(words) > int(element.get("max_length", 3000)):
        raise CannotDo(f"more than {element.get('max_length', 3000)} characters do not fit")
    return {"type": kind, "value": words or None}


def _option(element: Json, wanted: Any) -> Json:
    """By value or by the words shown. A list loaded from outside may give any option."""
    if isinstance(wanted, dict):
        return wanted
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    for option in [each for group in groups for each in group["options"]]:
        if wanted in (option.get("value"), option["text"]["text"]):
            found: Json = option
            return found
    raise CannotDo(f"no such choice: {wanted}")
