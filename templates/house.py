"""What the organisation's settings say that cards need: names, addresses, the zone times are shown in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from incidents.components import Component


@dataclass(frozen=True, slots=True)
class OwnText:
    """A template of the organisation's own, which has been checked; ``file`` is how people find it: `fr/holding.j2`."""

    file: str
    source: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class House:
    """``status_room`` and ``announce_room`` are names without #; ``zone`` is an IANA name (GEN-2)."""

    organisation: str = ""
    base_url: str = ""
    status_url: str = ""
    support_contact: str = ""
    subscribe_url: str = ""
    test_mode: bool = False
    zone: str = "UTC"
    status_room: str = "status"
    announce_room: str = "incidents"
    languages: tuple[str, ...] = ("en",)
    """Those customers read, the one that posts are written in first (GEN-7)."""
    components: tuple[Component, ...] = ()
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit
