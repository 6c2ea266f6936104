"""Who may say what in Slack: members everything, guests and people of other companies may look (SEC-030)."""

from collections.abc import Mapping
from typing import Any, Literal

from commands.parse import Said
from templates.card import Card

Standing = Literal["member", "guest", "external", "bot", "gone", "unknown"]
"""`unknown`: Slack did not say who that is. Nothing is allowed then, but nobody is called a guest either."""

VISITORS: Mapping[Standing, str] = {"guest": "guest", "external": "of another company"}
"""Whose words in the timeline thread are captured under this mark: they are said anyway, and grant nothing."""

LOOKING = frozenset({"help", "roles", "brief", "timeline", "definition"})
"""Words that change nothing and speak only of the room they are said in."""

REFUSAL = Card(
    text="Guests and people of other companies can look, but not declare, page or change anything. Ask a member.",
    tone="warn",
)

UNKNOWN = Card(
    text="I could not check who you are, because Slack does not answer me. Nothing was changed. "
    "Say it again in a moment.",
    tone="warn",
)


def may_speak(kind: Standing, word: str) -> bool:
    """Bots come here only when they are listed, and are then trusted like members (SEC-053)."""
    return kind in ("member", "bot") or (kind in ("guest", "external") and word in LOOKING)


def needs(said: Said | None) -> str:
    """The word whose right it takes. No command is an entry on the timeline, and so is `timeline` with a text."""
    if said is None:
        return "capture"
    if said.word == "timeline" and said.args and not said.args.isdigit():
        return "note"
    return (said.word or "help") if said.known else "help"


def standing(user: Mapping[str, Any], team: str) -> Standing:
    """Read from what users.info says; somebody of another workspace is external whatever else holds."""
    if user.get("deleted") is True:
        return "gone"
    if user.get("is_stranger") is True or (user.get("team_id") or team) != team:
        return "external"
    if user.get("is_restricted") is True or user.get("is_ultra_restricted") is True:
        return "guest"
    return "bot" if user.get("is_bot") is True else "member"
