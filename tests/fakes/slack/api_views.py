"""views.*: modals and the home."""

from fakes.slack.blocks import check_view
from fakes.slack.core import Call
from fakes.slack.refusal import Json, Refusal
from fakes.slack.views import View


def open_view(call: Call) -> Json:
    trigger = call.core.triggers.check(call.need("trigger_id"))
    view = _view(call, "modal")
    opened = call.core.views.open(trigger.user, view)
    trigger.exchanged = True
    return _shown(call, opened)


def push(call: Call) -> Json:
    """Only from within a modal: the trigger must come from one."""
    trigger = call.core.triggers.check(call.need("trigger_id"))
    view = _view(call, "modal")
    if not trigger.view:
        raise Refusal("not_found")
    pushed = call.core.views.push(trigger.user, view)
    trigger.exchanged = True
    return _shown(call, pushed)


def update(call: Call) -> Json:
    if not call.word("view_id") and not call.word("external_id"):
        raise Refusal("not_found")
    view = _view(call, "modal", "home")
    target = call.core.views.find(call.word("view_id"), call.word("external_id"))
    return _shown(call, call.core.views.replace(target, view, hash_=call.word("hash")))


def publish(call: Call) -> Json:
    user = call.user("user_id")
    if not call.core.app.home_tab:
        raise Refusal("not_enabled")
    view = _view(call, "home")
    return _shown(call, call.core.views.publish(user.id, view, hash_=call.word("hash")))


def _view(call: Call, *kinds: str) -> Json:
    view = call.decoded("view", "invalid_arguments")
    check_view(view, *kinds)
    checked: Json = view
    return checked


def _shown(call: Call, view: View) -> Json:
    kind = "home" if view.json["type"] == "home" else "modal"
    call.shows(kind, user=view.user, text=view.title, blocks=view.blocks, ts=view.id)
    return {"view": call.core.view_json(view)}


METHODS = {
    "views.open": open_view,
    "views.push": push,
    "views.update": update,
    "views.publish": publish,
}
