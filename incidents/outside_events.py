"""What can have happened outside an incident's rooms: what the public says, who speaks to it (CHN-8, CHN-9)."""

from dataclasses import dataclass

from incidents.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodSoured(Event):
    """Of ``heard`` public replies in ten minutes ``last`` were angry, ``before`` in the ten before."""

    heard: int
    last: int
    before: int
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderSpeaks(Event):
    """``by`` has asked for the words with which ``name`` speaks in public; they are those of post ``number``."""

    name: str
    number: int
