"""Who am I, who are they, what file is that, where does the socket begin."""

from fakes.slack.core import Call
from fakes.slack.refusal import Json, Refusal


def auth_test(call: Call) -> Json:
    workspace = call.core.workspace
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.domain,
        "team_id": workspace.id,
        "user": workspace.users[call.me].name,
        "user_id": call.me,
        "bot_id": call.core.app.bot_id,
        "is_enterprise_install": False,
    }


def users_info(call: Call) -> Json:
    email = "users:read.email" in call.core.app.scopes
    return {"user": call.user().as_json(with_email=email)}


def lookup_by_email(call: Call) -> Json:
    """Somebody who was deactivated is not found; the code has a plural of its own."""
    email = call.need("email").lower()
    for user in call.core.workspace.users.values():
        if user.email.lower() == email and not user.deactivated:
            return {"user": user.as_json(with_email=True)}
    raise Refusal("users_not_found")


def bots_info(call: Call) -> Json:
    bot = call.core.workspace.bots.get(call.need("bot"))
    if bot is None:
        raise Refusal("bot_not_found")
    return {"bot": bot}


def files_info(call: Call) -> Json:
    file = call.core.workspace.files.get(call.need("file"))
    if file is None:
        raise Refusal("file_not_found")
    if file.get("mode") == "tombstone":
        raise Refusal("file_deleted")
    return {"file": file}


def connections_open(call: Call) -> Json:
    if not call.core.app.socket_mode:
        raise Refusal("forbidden_team")
    return {"url": call.core.new_socket_url()}


METHODS = {
    "auth.test": auth_test,
    "users.info": users_info,
    "users.lookupByEmail": lookup_by_email,
    "bots.info": bots_info,
    "files.info": files_info,
    "apps.connections.open": connections_open,
}
