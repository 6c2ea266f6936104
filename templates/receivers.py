"""Who reads a post when it goes out, by channel."""

from dataclasses import dataclass

from incidents.incident import Incident
from templates.house import House
from templates.marks import room


@dataclass(frozen=True, slots=True)
class Receiver:
    """``channel`` and ``audience`` are marked text: `#status`, `everybody who reads it`."""

    channel: str
    audience: str


def receivers(incident: Incident, house: House) -> tuple[Receiver, ...]:
    """The channel of public posts in chat, and whoever reads the public page; of a private incident nobody (G9)."""
    if not incident.public:
        return (Receiver(room(incident.room_name), "only those who take part"),)
    found = [Receiver(room(house.status_room), "everybody in that room")]
    if house.status_url:
        found.append(Receiver(house.status_url, "customers"))
    return tuple(found)
