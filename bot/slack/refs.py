"""How rooms and messages of Slack are named in our database.

A room is `slack:C123`, or `slack:C123:1700000000.000100` where it is a thread. A message is `C123:1700000000.000100`,
with `:` and its thread's first message behind when it stands in one.
"""

from dataclasses import dataclass

from scheduler.chat import Undelivered


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a message is to stand: a channel, or a thread in it."""

    channel: str
    thread: str = ""

    @property
    def room(self) -> str:
        return ":".join(filter(None, ("slack", self.channel, self.thread)))


@dataclass(frozen=True, slots=True)
class Stands:
    """A message that stands somewhere."""

    channel: str
    ts: str
    thread: str = ""

    @property
    def spot(self) -> Spot:
        return Spot(self.channel, self.thread)

    @property
    def ref(self) -> str:
        return ":".join(filter(None, (self.channel, self.ts, self.thread)))


def spot(room: str) -> Spot:
    platform, _, rest = room.partition(":")
    channel, _, thread = rest.partition(":")
    if platform != "slack" or not channel:
        raise Undelivered(f"no such place in Slack: {room[:60]!r}", permanent=True)
    return Spot(channel, thread)


def stands(ref: str) -> Stands:
    channel, _, rest = ref.partition(":")
    ts, _, thread = rest.partition(":")
    if not channel or not ts:
        raise Undelivered(f"no such message in Slack: {ref[:60]!r}", permanent=True)
    return Stands(channel, ts, thread)


def answers(ref: str) -> Spot:
    """The thread below a message; one that stands in a thread itself is answered beside it."""
    message = stands(ref)
    return Spot(message.channel, message.thread or message.ts)
