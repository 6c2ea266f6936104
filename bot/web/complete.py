"""GET /api/complete: what the word before the cursor may become."""

from aiohttp import web

from bot.web.site import site
from commands.maintenance import STEPS
from commands.words import HIDDEN, VOCABULARY, WORDS, meaning
from incidents.roles import LABELS as ROLES
from incidents.severity import Severity
from incidents.stage import LABELS, Stage, read
from storage.web import people_like
from templates.update_fields import KIND_LABELS, kinds_for

MOST = 8
SLASHES = {
    "/incident": "Declare an incident, or say a word in this one",
    "/status": "Publish an update",
    "/ic": "Who can command right now",
    "/maintenance": "Plan work, announce it, start and end it",
}
_POSTS = ("status", "update")
_SURE = 3
"""Letters after which a case is meant, and not the beginning of a text."""
Choice = dict[str, str]


async def complete(request: web.Request) -> web.Response:
    """``q`` is the line up to the cursor. A choice replaces the last word; `label` is what a person reads."""
    before, word = _split(request.query.get("q", "")[-300:])
    if word.startswith("@") or request.query.get("kind") == "person":
        return web.json_response(await _people(request, word.removeprefix("@")))
    if not before:
        return web.json_response(_first(word.lower())[:MOST])
    if before[0] in "!/":
        return web.json_response(_argument(before.split(), word.lower())[:MOST])
    return web.json_response([])


def _split(typed: str) -> tuple[str, str]:
    before, blank, word = typed.rpartition(" ")
    return (before.strip().lower(), word) if blank else ("", typed)


async def _people(request: web.Request, start: str) -> list[Choice]:
    async with site(request).database.read() as c:
        found = await people_like(c, start[:100], limit=MOST)
    return [_choice(f"@{person.handle}", person.name) for person in found]


def _first(word: str) -> list[Choice]:
    """`/` leads to Sitrep's own three; `!` stands before any word."""
    if word.startswith("/"):
        return _beginning(word, SLASHES)
    if word.startswith("!"):
        return [_choice(f"!{choice['text']}", choice["label"]) for choice in _beginning(word[1:], _words())]
    return []


def _argument(said: list[str], word: str) -> list[Choice]:
    """Only the first argument, and behind a stage its case: what follows is free text, and Enter must send it."""
    if said[0].lstrip("/!") in ("incident", "ic"):
        said = said[1:]
        if not said:
            return _beginning(word, _words()) + _beginning(word, _levels() if word else {})
    command = VOCABULARY.meaning(said[0].lstrip("/!"))
    if command in _POSTS and len(said) == 2 and len(word) >= _SURE and (stage := read(said[1])):
        return _beginning(word, {kind: KIND_LABELS[kind] for kind in kinds_for(stage)})
    if len(said) > 1 or command is None or not (word or command in ("status", "maintenance")):
        return []
    return _beginning(word, _of(command))


def _of(command: str) -> dict[str, str]:
    if command in _POSTS:
        return {stage.value: LABELS["en"][stage] for stage in Stage} | KIND_LABELS
    if command in ("take", "assign", "release"):
        return {role.value: label for role, label in ROLES.items()}
    if command == "maintenance":
        return dict.fromkeys(STEPS, "")
    return _levels() if command in ("severity", "declare", "close") else {}


def _levels() -> dict[str, str]:
    return {f"sev{level.value}": f"{level.label}, {level.title}" for level in Severity}


def _words() -> dict[str, str]:
    return {word: meaning(word) for word in WORDS if word not in HIDDEN}


def _beginning(start: str, choices: dict[str, str]) -> list[Choice]:
    return [_choice(text, label) for text, label in choices.items() if text.startswith(start)]


def _choice(text: str, label: str) -> Choice:
    return {"text": text, "label": label}
