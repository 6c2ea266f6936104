"""What goes into blocks: buttons, selects, inputs; the limits are the table in docs/slack.md."""

from collections.abc import Mapping
from typing import Any

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
    whole_number,
)

ID = string(255)
PLACEHOLDER = plain(150)

CONFIRM = shape(
    {
        "title": plain(100),
        "text": text(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": one_of("primary", "danger"),
    },
    need=("title", "text", "confirm", "deny"),
)
_CHOSEN_BY = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": boolean}
_SELECT = {**_CHOSEN_BY, "placeholder": PLACEHOLDER}


def option(*, words: Check, most: int = 150) -> Check:
    keys = {"text": words, "value": string(most), "description": text(75), "url": url()}
    return shape(keys, need=("text", "value"))


PLAIN_OPTION = option(words=plain(75))
RICH_OPTION = option(words=text(75))
OPTIONS = array(PLAIN_OPTION, 100)
GROUPS = array(shape({"label": plain(75), "options": OPTIONS}, need=("label", "options")), 100)


def _choices(value: Any, where: str, complaints: Complaints) -> None:
    """Either options or option groups, and what is chosen at first must be one of them."""
    if not isinstance(value, dict):
        return
    if ("options" in value) == ("option_groups" in value):
        complain(complaints, "must provide either options or option_groups", where)
        return
    groups = value.get("option_groups") or [{"options": value.get("options")}]
    try:
        known = [each for group in groups for each in group["options"]]
    except (TypeError, KeyError):
        return
    at_first = value.get("initial_options") or [value.get("initial_option")]
    if any(each is not None and each not in known for each in at_first):
        complain(complaints, "initial option must match an option", where)


def _options_select(extra: Mapping[str, Check]) -> Check:
    return both(shape({**_SELECT, "options": OPTIONS, "option_groups": GROUPS, **extra}), _choices)


def _listed(most: int, item: Check, extra: Mapping[str, Check]) -> Check:
    keys = {**_CHOSEN_BY, "options": array(item, most), **extra}
    return both(shape(keys, need=("options",)), _choices)


_MANY = whole_number(1)
_FILTER = shape({"include": anything, "exclude_external_shared_channels": boolean, "exclude_bot_users": boolean})
_CONVERSATIONS = {
    "default_to_current_conversation": boolean,
    "filter": _FILTER,
    "response_url_enabled": boolean,
}
_WORDS = {
    "action_id": ID,
    "placeholder": PLACEHOLDER,
    "min_length": whole_number(0, 3000),
    "max_length": whole_number(1, 3000),
    "multiline": boolean,
    "initial_value": string(3000, least=0),
    "focus_on_load": boolean,
    "dispatch_action_config": shape({"trigger_actions_on": array(string(50), 2)}),
}
_BUTTON = {
    "text": plain(75),
    "action_id": ID,
    "url": url(),
    "value": string(2000),
    "style": one_of("primary", "danger"),
    "confirm": CONFIRM,
    "accessibility_label": string(75),
}
_FEEDBACK = shape({"text": plain(75), "value": string(2000), "accessibility_label": string(75)}, need=("text", "value"))

ELEMENTS: dict[str, Check] = {
    "button": shape(_BUTTON, need=("text",)),
    "static_select": _options_select({"initial_option": PLAIN_OPTION}),
    "multi_static_select": _options_select({"initial_options": OPTIONS, "max_selected_items": _MANY}),
    "external_select": shape({**_SELECT, "initial_option": PLAIN_OPTION, "min_query_length": whole_number()}),
    "multi_external_select": shape({**_SELECT, "initial_options": OPTIONS, "max_selected_items": _MANY}),
    "users_select": shape({**_SELECT, "initial_user": ID}),
    "multi_users_select": shape({**_SELECT, "initial_users": array(ID, 100), "max_selected_items": _MANY}),
    "conversations_select": shape({**_SELECT, **_CONVERSATIONS, "initial_conversation": ID}),
    "channels_select": shape({**_SELECT, "initial_channel": ID, "response_url_enabled": boolean}),
    "overflow": shape({"action_id": ID, "confirm": CONFIRM, "options": array(PLAIN_OPTION, 5)}, need=("options",)),
    "radio_buttons": _listed(10, RICH_OPTION, {"initial_option": RICH_OPTION}),
    "checkboxes": _listed(10, RICH_OPTION, {"initial_options": array(RICH_OPTION, 10)}),
    "datepicker": shape({**_SELECT, "initial_date": string(10)}),
    "timepicker": shape({**_SELECT, "initial_time": string(5), "timezone": string(100)}),
    "datetimepicker": shape({**_CHOSEN_BY, "initial_date_time": whole_number(10**9)}),
    "plain_text_input": shape(_WORDS),
    "email_text_input": shape({k: c for k, c in _WORDS.items() if k not in ("multiline", "min_length", "max_length")}),
    "url_text_input": shape({k: c for k, c in _WORDS.items() if k not in ("multiline", "min_length", "max_length")}),
    "number_input": shape(
        {
            **_CHOSEN_BY,
            "placeholder": PLACEHOLDER,
            "is_decimal_allowed": boolean,
            "initial_value": string(100),
            "min_value": string(100),
            "max_value": string(100),
        },
        need=("is_decimal_allowed",),
    ),
    "file_input": shape({"action_id": ID, "filetypes": array(string(20), 100), "max_files": whole_number(1, 10)}),
    "image": shape({"image_url": url(), "alt_text": string(2000), "slack_file": anything}, need=("alt_text",)),
    "feedback_buttons": shape(
        {"action_id": ID, "positive_button": _FEEDBACK, "negative_button": _FEEDBACK},
        need=("positive_button", "negative_button"),
    ),
    "icon_button": shape(
        {"action_id": ID, "icon": string(50), "text": plain(75), "value": string(2000), "confirm": CONFIRM},
        need=("icon", "text"),
    ),
}

_SELECTS = {name for name in ELEMENTS if name.endswith("_select")}
_DATES = {"datepicker", "timepicker", "datetimepicker"}
_CHOICES = {"radio_buttons", "checkboxes"}
_TYPED = {"plain_text_input", "email_text_input", "url_text_input", "number_input", "file_input"}

IN_ACTIONS = typed(ELEMENTS, {"button", "overflow", *_SELECTS, *_DATES, *_CHOICES})
IN_SECTION = typed(ELEMENTS, {"button", "overflow", "image", *_SELECTS, *_DATES, *_CHOICES})
IN_INPUT = typed(ELEMENTS, {*_SELECTS, *_DATES, *_CHOICES, *_TYPED})
IN_CONTEXT = typed(
    {"image": ELEMENTS["image"], **{kind: text(3000, kind) for kind in ("plain_text", "mrkdwn")}},
    {"image", "plain_text", "mrkdwn"},
)
IN_CONTEXT_ACTIONS = typed(ELEMENTS, {"feedback_buttons", "icon_button"})
BUTTON = typed(ELEMENTS, {"button"})
