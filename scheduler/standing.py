"""What a row of the outbox builds on."""

from dataclasses import dataclass

from storage.outbox import Waiting


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands already where a row is to go; empty where nothing does."""

    room: str = ""
    thread: str = ""
    in_slot: str | None = None

    def ready_for(self, row: Waiting) -> bool:
        """The announcement leads to the room; whether it may go without one is for the chat to say."""
        if row.kind == "open" or row.place not in ("room", "thread", "announce"):
            return True
        return bool(self.room) and (row.kind != "pin" or self.in_slot is not None)
