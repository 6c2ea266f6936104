"""GET /api/complete: what the word before the cursor may become."""

from aiohttp import web

from bot.web.site import site
from commands.words import usages
from incidents.roles import LABELS as ROLES
from incidents.severity import Severity
from incidents.stage import LABELS, Stage
from storage.web import people_like

MOST = 8
Choice = dict[str, str]


async def complete(request: web.Request) -> web.Response:
    """``q`` is the line up to the cursor. A choice replaces the last word; `label` is what a person reads."""
    typed = request.query.get("q", "")[-300:]
    before, word = _split(typed)
    if word.startswith("@") or request.query.get("kind") == "person":
        return web.json_response(await _people(request, word.removeprefix("@")))
    if not before and word[:1] in ("!", "/"):
        return web.json_response(_starts(word))
    if before[:1] in ("!", "/") and word:
        return web.json_response(_arguments(before, word.lower()))
    return web.json_response([])


def _split(typed: str) -> tuple[str, str]:
    before, blank, word = typed.rpartition(" ")
    return (before.strip().lower(), word) if blank else ("", typed)


async def _people(request: web.Request, start: str) -> list[Choice]:
    async with site(request).database.read() as c:
        found = await people_like(c, start[:100], limit=MOST)
    return [{"text": f"@{person.handle}", "label": person.name} for person in found]


def _starts(word: str) -> list[Choice]:
    """`/` leads to Sitrep's own three; `!` stands before any word."""
    if word.startswith("/"):
        slashes = {
            "/incident": "Declare, or say a word in this incident",
            "/status": "Publish an update",
            "/ic": "Who is on call",
        }
        return [{"text": name, "label": label} for name, label in slashes.items() if name.startswith(word.lower())]
    return _words(word[1:].lower(), prefix="!")


def _arguments(before: str, word: str) -> list[Choice]:
    command = before.split(maxsplit=1)[0][1:]
    if command == "status":
        return [_choice(stage.value, LABELS["en"][stage]) for stage in Stage if stage.value.startswith(word)]
    found = [_choice(f"sev{level.value}", f"{level.label}, {level.title}") for level in Severity]
    found += [_choice(role.value, label) for role, label in ROLES.items()]
    found = [choice for choice in found if choice["text"].startswith(word)]
    if before in ("/incident", "/ic", "!incident", "!ic"):
        found = _words(word) + found
    return found[:MOST]


def _words(start: str, *, prefix: str = "") -> list[Choice]:
    """Words that begin so; what a person reads is how the word is typed and what it does."""
    found = []
    for usage, meaning in usages():
        bare = usage.strip("`").split()[0].lstrip("!/") if usage.strip("`") else ""
        if bare.startswith(start):
            found.append({"text": prefix + bare, "label": meaning or usage})
    return found[:MOST]


def _choice(text: str, label: str) -> Choice:
    return {"text": text, "label": label}
