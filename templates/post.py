"""One public post as one channel is to carry it: the outbox's content for a channel (CHN-4)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Post:
    """``name`` is the public title without its stage, ``number`` the revision, ``link`` the status page.

    ``title`` and ``body`` are finished: in the channel's language and within its length. ``components`` are names
    and states. ``ref`` is what the channel calls the incident, once it has told. ``test`` is who asked for a test,
    which goes to the private target.
    """

    channel: str
    incident: int
    number: int
    title: str
    body: str
    name: str
    stage: str
    language: str
    started_at: datetime
    posted_at: datetime
    link: str = ""
    ref: str = ""
    test: str = ""
    kind: Literal["update", "report"] = "update"
    """`report`: the public report on an incident that is over; ``number`` counts its versions."""
    audience: tuple[str, ...] = ()
    maintenance: int = 0
    """Its number, where the post is about planned maintenance; ``incident`` is 0 then."""
    ends_at: datetime | None = None
    components: dict[str, str] = field(default_factory=dict)
