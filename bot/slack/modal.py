"""Forms as modals, and what was filled in on the way back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.slack.carried import compact, damaged, incident_of, line_of, read_object
from bot.slack.dialect import TONES, plain_text, words
from bot.slack.inputs import LONGEST_TEXT, TICKED, inputs, key, part
from bot.slack.limits import HINT, METADATA, VIEW_BLOCKS, VIEW_TITLE, Json, size
from bot.slack.mrkdwn import Known, plain
from templates.card import Card, Field, Form

CALLBACK = "form"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a form was opened and what sending it says. ``room`` is a Line's room."""

    incident: int | None
    says: str
    room: str


def view(form: Form, known: Known, *, incident: int | None, room: str, notice: str = "") -> Json:
    """The modal, for views.open, views.update and the answer to a submission. ``notice`` says why it comes back."""
    asked = [block for field in form.fields for block in inputs(field, known)]
    above = [f"{TONES['warn']} · {notice}"] if notice else []
    above += [form.title] if size(plain(form.title, HINT)) > VIEW_TITLE else []
    text = [block for line in (*above, form.intro) for block in words(line, known)]
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain_text(form.title, VIEW_TITLE),
        "submit": plain_text(form.submit, VIEW_TITLE),
        "close": plain_text("Cancel", VIEW_TITLE),
        "private_metadata": _metadata(form, incident, room),
        "blocks": [*text, *asked][:VIEW_BLOCKS],
    }


def late(form: Form, kept: Mapping[str, str] | None = None) -> Card:
    """The form as a message, for a press that Slack no longer opens a modal for, with what was typed (REL-009)."""
    filled = tuple(replace(field, value=(kept or {}).get(field.name, field.value)) for field in form.fields)
    said = "Slack gives three seconds to open a form, and they were over. What you typed is kept here."
    return Card(title=form.title, text=said, tone="warn", form=replace(form, fields=filled))


def errors(view_blocks: object, problems: Mapping[str, str]) -> Json:
    """The answer to a submission that keeps the modal open. A problem of no input stands at the first one."""
    found = view_blocks if isinstance(view_blocks, list) else []
    named = [str(block.get("block_id")) for block in found if isinstance(block, dict) and block.get("type") == "input"]
    shown: dict[str, str] = {}
    for name, sentence in problems.items():
        place = name if name in named else next(iter(named), name)
        shown[place] = plain(f"{shown[place]} {sentence}" if place in shown else sentence, HINT)
    return {"response_action": "errors", "errors": shown}


def origin(private_metadata: object) -> Origin:
    """Raises Refused for what no form of ours carries: not JSON, too long, a wrong number (SEC-033)."""
    carried = read_object(private_metadata, METADATA)
    room = carried.get("r")
    if not isinstance(room, str):
        raise damaged()
    return Origin(incident_of(carried), line_of(carried), room)


def fields(state: object, private_metadata: object, people: Mapping[str, str] | None = None) -> dict[str, str]:
    """Every field of the form by name, empty where nothing was filled in; what the form does not have is dropped.

    A person comes as the id that ``people`` (Slack user id -> person id) has, else as `<@U123>`.
    Raises Refused for anything that Slack does not send (SEC-033).
    """
    carried = read_object(private_metadata, METADATA)
    names, hidden = carried.get("f"), carried.get("v", {})
    if not isinstance(names, list) or not isinstance(hidden, dict):
        raise damaged()
    given = {name: _value(element, hidden.get(name), people or {}) for name, element in _elements(state)}
    return {name: _joined(given, name) for name in names if isinstance(name, str)}


def users(state: object) -> list[str]:
    """The Slack user ids that were chosen, so that they can be looked up. Raises Refused (SEC-033)."""
    found = (element.get("selected_user") for _, element in _elements(state))
    return list(dict.fromkeys(user for user in found if isinstance(user, str) and user))


def _metadata(form: Form, incident: int | None, room: str) -> str:
    """Raises ValueError for a form that carries more than fits; ours need a tenth of it."""
    carried: Json = {"i": incident, "s": form.says, "r": room, "f": [field.name for field in form.fields]}
    hidden = {field.name: kept for field in form.fields if field.kind == "choice" and (kept := _hidden(field))}
    text = compact(carried | ({"v": hidden} if hidden else {}))
    if size(text) > METADATA:
        raise ValueError(f"the form {form.says[:40]!r} carries more than {METADATA} characters")
    return text


def _hidden(field: Field) -> dict[str, str]:
    """The values that an option cannot hold, by what it carries instead."""
    keyed = ((key(number, value), value) for number, (value, _) in enumerate(field.choices))
    return {name: value for name, value in keyed if name != value}


def _elements(state: object) -> Iterator[tuple[str, Json]]:
    """The inputs of a submission by block, each with what was filled in. Raises Refused."""
    values = state.get("values") if isinstance(state, dict) else None
    if not isinstance(values, dict):
        raise damaged()
    for name, actions in values.items():
        found = list(actions.values()) if isinstance(actions, dict) else []
        if len(found) != 1 or not isinstance(found[0], dict):
            raise damaged()
        yield name, found[0]


def _value(element: Json, hidden: object, people: Mapping[str, str]) -> str:
    match element.get("type"):
        case "plain_text_input":
            return _string(element.get("value"))
        case "users_select":
            user = _string(element.get("selected_user"))
            return people.get(user, f"<@{user}>") if user else ""
        case "static_select":
            chosen = _option(element.get("selected_option"))
            return _string(hidden.get(chosen, chosen)) if isinstance(hidden, dict) else chosen
        case "checkboxes":
            return TICKED if element.get("selected_options") else ""
    raise damaged()


def _option(option: object) -> str:
    if option is None:
        return ""
    if not isinstance(option, dict):
        raise damaged()
    return _string(option.get("value"))


def _string(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and len(value) <= LONGEST_TEXT:
        return value
    raise damaged()


def _joined(given: Mapping[str, str], name: str) -> str:
    """A long text comes in parts; one that was emptied is no part of it."""
    parts = [given.get(name, "")]
    while (more := part(name, len(parts))) in given:
        parts.append(given[more])
    return "\n".join(text for text in parts if text)
