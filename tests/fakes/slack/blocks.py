"""Which blocks Slack accepts in a message, a modal and a home (docs/slack.md)."""

import json
from collections import Counter
from typing import Any

from fakes.slack.elements import BUTTON, ELEMENTS, ID, IN_ACTIONS, IN_CONTEXT, IN_CONTEXT_ACTIONS, IN_INPUT, IN_SECTION
from fakes.slack.refusal import Json, Refusal
from fakes.slack.schema import (
    Check,
    Complaints,
    anything,
    array,
    boolean,
    both,
    complain,
    one_of,
    plain,
    shape,
    string,
    text,
    typed,
    url,
)

MOST_IN_MESSAGE = 50
MOST_IN_VIEW = 100
LONGEST_BLOCKS = 13_200
LONGEST_MARKDOWN = 12_000
LARGEST_VIEW = 250_000


def _section(value: Any, where: str, complaints: Complaints) -> None:
    if "text" not in value and "fields" not in value:
        complain(complaints, "missing required field: text or fields", where)


def _rows(value: Any, where: str, complaints: Complaints) -> None:
    array(array(anything, 20), 100)(value, where, complaints)


_CARD = shape(
    {
        "block_id": ID,
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "hero_image": ELEMENTS["image"],
        "icon": ELEMENTS["image"],
        "actions": array(BUTTON, 3),
    }
)
_RICH = typed(
    {
        kind: shape(
            {
                "elements": array(anything, 1000, least=0),
                "style": anything,
                "indent": anything,
                "border": anything,
                "offset": anything,
                "language": anything,
            },
            need=("elements",),
        )
        for kind in ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
    },
    {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"},
)
_INPUT = {
    "block_id": ID,
    "label": plain(2000),
    "hint": plain(2000),
    "element": IN_INPUT,
    "optional": boolean,
    "dispatch_action": boolean,
}
_SECTION = {
    "block_id": ID,
    "text": text(3000),
    "fields": array(text(2000), 10),
    "accessory": IN_SECTION,
    "expand": boolean,
}
_IMAGE = {"block_id": ID, "image_url": url(), "alt_text": string(2000), "title": plain(2000), "slack_file": anything}

BLOCKS: dict[str, Check] = {
    "section": both(shape(_SECTION), _section),
    "header": shape({"block_id": ID, "text": plain(150)}, need=("text",)),
    "divider": shape({"block_id": ID}),
    "context": shape({"block_id": ID, "elements": array(IN_CONTEXT, 10)}, need=("elements",)),
    "actions": shape({"block_id": ID, "elements": array(IN_ACTIONS, 25)}, need=("elements",)),
    "image": shape(_IMAGE, need=("alt_text",)),
    "input": shape(_INPUT, need=("label", "element")),
    "markdown": shape({"block_id": ID, "text": string(LONGEST_MARKDOWN)}, need=("text",)),
    "rich_text": shape({"block_id": ID, "elements": array(_RICH, 1000)}, need=("elements",)),
    "table": shape({"block_id": ID, "rows": _rows, "column_settings": array(anything, 20)}, need=("rows",)),
    "card": _CARD,
    "carousel": shape({"block_id": ID, "elements": array(typed({"card": _CARD}, {"card"}), 10)}, need=("elements",)),
    "alert": shape(
        {"block_id": ID, "text": text(200), "level": one_of("default", "info", "warning", "error", "success")},
        need=("text",),
    ),
    "context_actions": shape({"block_id": ID, "elements": array(IN_CONTEXT_ACTIONS, 5)}, need=("elements",)),
}
BLOCKS["container"] = shape(
    {
        "block_id": ID,
        "title": text(150),
        "is_collapsible": boolean,
        "default_collapsed": boolean,
        "child_blocks": array(typed(BLOCKS, set(BLOCKS) - {"alert", "input"}), 10),
    },
    need=("child_blocks",),
)

IN_MESSAGE = set(BLOCKS) - {"alert"}
IN_MODAL = set(BLOCKS) - {"markdown", "table", "context_actions", "card", "carousel"}
IN_HOME = IN_MODAL - {"alert"}


def check_message_blocks(blocks: Any) -> None:
    """Raises Refusal with the code and the complaints that Slack would send."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise Refusal("invalid_blocks_format")
    complaints: Complaints = []
    array(typed(BLOCKS, IN_MESSAGE), MOST_IN_MESSAGE, least=0)(blocks, "/blocks", complaints)
    unique_ids(blocks, "/blocks", complaints)
    if sum(len(str(block.get("text", ""))) for block in blocks if block.get("type") == "markdown") > LONGEST_MARKDOWN:
        complain(complaints, f"must be less than {LONGEST_MARKDOWN + 1} characters in all markdown blocks", "/blocks")
    if sum(block.get("type") == "table" for block in blocks) > 1:
        complain(complaints, "only one table is allowed in a message", "/blocks")
    if complaints:
        raise Refusal("invalid_blocks", errors=complaints, response_metadata=as_metadata(complaints))
    if len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > LONGEST_BLOCKS:
        raise Refusal("msg_blocks_too_long")


def unique_ids(blocks: list[Any], where: str, complaints: Complaints) -> None:
    """A block_id is unique in its message or view, an action_id in its block."""
    ids = Counter(str(block["block_id"]) for block in blocks if isinstance(block, dict) and "block_id" in block)
    for block_id, times in ids.items():
        if times > 1:
            complain(complaints, f"`block_id` {block_id} already exists", where)
    for number, block in enumerate(blocks):
        elements = block.get("elements") if isinstance(block, dict) else None
        listed = [each for each in elements if isinstance(each, dict)] if isinstance(elements, list) else []
        actions = Counter(str(each["action_id"]) for each in listed if "action_id" in each)
        for action_id, times in actions.items():
            if times > 1:
                complain(complaints, f"`action_id` {action_id} already exists", f"{where}/{number}/elements")


def as_metadata(complaints: Complaints) -> Json:
    return {"messages": [f"[ERROR] {complaint}" for complaint in complaints]}


_VIEW: dict[str, Check] = {
    "callback_id": string(255),
    "private_metadata": string(3000, least=0),
    "external_id": string(255, least=0),
}
_MODAL = shape(
    {
        **_VIEW,
        "title": plain(24),
        "submit": plain(24),
        "close": plain(24),
        "blocks": array(typed(BLOCKS, IN_MODAL), MOST_IN_VIEW),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
    need=("title", "blocks"),
)
_HOME = shape({**_VIEW, "blocks": array(typed(BLOCKS, IN_HOME), MOST_IN_VIEW, least=0)}, need=("blocks",))


def check_view(view: Any, *kinds: str) -> None:
    """Raises Refusal: Slack answers invalid_arguments for a bad view, not invalid_blocks."""
    complaints = view_complaints(view, *kinds)
    if complaints:
        raise Refusal("invalid_arguments", response_metadata=as_metadata(complaints))
    if len(json.dumps(view)) > LARGEST_VIEW:
        raise Refusal("view_too_large")


def view_complaints(view: Any, *kinds: str) -> Complaints:
    complaints: Complaints = []
    typed({"modal": _MODAL, "home": _HOME}, kinds)(view, "/view", complaints)
    if complaints:
        return complaints
    unique_ids(view["blocks"], "/view/blocks", complaints)
    if any(block["type"] == "input" for block in view["blocks"]) and view["type"] == "modal" and "submit" not in view:
        complain(complaints, "missing required field: submit", "/view")
    return complaints


def with_ids(blocks: list[Json], new_id: str) -> list[Json]:
    """Slack names what the app left without a name; presses refer to those names."""
    named: list[Json] = json.loads(json.dumps(blocks))
    for number, block in enumerate(named):
        block.setdefault("block_id", f"{new_id}{number}")
        inside = [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]
        for place, element in enumerate(inside):
            if isinstance(element, dict) and element.get("type") in ELEMENTS and element["type"] != "image":
                element.setdefault("action_id", f"{new_id}{number}{place}")
    return named
