"""What commands are called in this workspace, for everything that says how something is typed (CMD-22)."""

from collections.abc import Callable
from dataclasses import replace

from bot.slack.settings import Commands, Privacy
from templates import marks
from templates.card import Card

Words = Callable[[str], str]
"""A command as Sitrep's texts write it -> as people type it here."""


def vocabulary(names: Commands, privacy: Privacy = "all") -> Words:
    """Where messages are not read a `!word` would not be heard: there the slash command takes its place."""
    known = {
        "/incident": names.incident,
        "/ic": names.ic,
        "/status": names.status,
        "/maintenance": f"{names.incident} maintenance",
    }

    def spelled(command: str) -> str:
        if command.startswith("!") and privacy == "commands":
            slash = f"/{command[1:]}"
            return known.get(slash, f"{names.incident} {command[1:]}")
        return known.get(command, command)

    return spelled


PUSHPIN = "pushpin"
TIMELINE = "timeline"
"""The slot of the card that the timeline thread hangs on."""


def as_heard(card: Card, *, listens: bool, pin_emoji: str) -> Card:
    """What the timeline thread says of itself is true for every room; here it is for this workspace."""
    if not listens:
        note = marks.commands("!note, !decide, !find and !todo")
        return replace(
            card,
            text=f"In Slack Sitrep hears only what is said to it. On the record come {note}, “@Sitrep note …” in "
            "this thread or the room, and the shortcut “Add to timeline” on any message.",
        )
    if pin_emoji == PUSHPIN:
        return card
    return replace(card, text=card.text.replace("📌", f":{pin_emoji}:"))


STANDARD = vocabulary(Commands())


def one_line(plain: str, spelled: Words) -> str:
    """The one line that does what a form does; its first word is the command, and what follows is an example."""
    command, blank, rest = marks.plain(plain).partition(" ")
    return f"{spelled(command)}{blank}{rest}"
