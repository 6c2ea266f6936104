"""What commands are called in this workspace, for everything that says how something is typed (CMD-22)."""

from collections.abc import Callable

from bot.slack.settings import Commands, Privacy
from templates import marks

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


STANDARD = vocabulary(Commands())


def one_line(plain: str, spelled: Words) -> str:
    """The one line that does what a form does; its first word is the command, and what follows is an example."""
    command, blank, rest = marks.plain(plain).partition(" ")
    return f"{spelled(command)}{blank}{rest}"
