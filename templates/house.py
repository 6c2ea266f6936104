"""What the organisation's settings say that cards need: names, addresses, the zone times are shown in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from incidents.channels import DEFAULT, Channel, Matrix
from incidents.components import Component
from incidents.wording.post import House as Wording


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
    support_room: str = ""
    sales_room: str = ""
    """Rooms of their own for those who answer customers; empty where they have none (CHN-7)."""
    languages: tuple[str, ...] = ("en",)
    """Those customers read, the one that posts are written in first (GEN-7)."""
    components: tuple[Component, ...] = ()
    own: Mapping[tuple[str, str], OwnText] = field(default_factory=dict)
    """Templates of public posts that replace the built-in ones, by language and name (STG-4)."""
    template_troubles: tuple[str, ...] = ()
    """What is wrong with others of them, for which the built-in ones stand in (SEC-085)."""
    post_untranslated: bool = False
    """Whether a text may go out in which some words are still another language's (STG-34)."""
    wording: Wording = field(default_factory=Wording)
    """What the organisation adds to the rules of wording (WL-5)."""
    channels: tuple[Channel, ...] = ()
    """The register, in the order of the configuration (REG-1)."""
    matrix: Matrix = field(default_factory=lambda: DEFAULT)

    @property
    def link_base(self) -> str:
        """The address of links that people elsewhere can follow; empty where only this machine could."""
        host = urlsplit(self.base_url).hostname or ""
        return "" if host in ("", "localhost", "127.0.0.1", "::1") else self.base_url.rstrip("/")

    def web_room(self, room_name: str) -> str:
        """An incident's page in the web room, empty where it cannot be reached from elsewhere."""
        page = f"/rooms/{room_name}" if room_name else ""
        return f"{self.link_base}{page}" if self.link_base else ""

    @property
    def own_rooms(self) -> Mapping[str, str]:
        """The names of the organisation's rooms, by where an effect goes."""
        return {
            "status": self.status_room,
            "announce": self.announce_room,
            "support": self.support_room,
            "sales": self.sales_room,
        }

    def channel(self, name: str) -> Channel | None:
        return next((channel for channel in self.channels if channel.name == name), None)
