"""Where an announcement is made: the incident, the house and the moment, with short ways to say something."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from incidents.event import Event
from incidents.incident import Incident
from incidents.person import Person
from incidents.phase import Phase
from incidents.roles import Role
from templates import words
from templates.card import Button, Card, Tone
from templates.effect import Effect
from templates.house import House

PAGE_RANK = 0
UNTOLD = (Phase.TRIAGE, Phase.DISMISSED, Phase.CLOSED)
"""Phases in which nothing new is said outside the room; a closed one may have been a report that came to nothing."""


@dataclass(frozen=True, slots=True)
class Scene:
    """``events`` are all that happened at once, so that one message can stand for several."""

    incident: Incident
    house: House
    now: datetime
    events: Sequence[Event]

    @property
    def rank(self) -> int:
        return self.incident.severity.value

    @property
    def announced(self) -> bool:
        """Whether people outside the room hear of it: never of a private one, nor of a report that is still checked."""
        return not self.incident.private and self.incident.phase not in UNTOLD

    def words(self, message: str, **values: object) -> str:
        return words.render(message, incident=self.incident, house=self.house, now=self.now, **values)

    def say(
        self,
        message: str,
        *,
        buttons: tuple[Button, ...] = (),
        slot: str = "",
        tone: Tone = "plain",
        **values: object,
    ) -> Effect:
        """A message in the incident's room."""
        return self.post("room", Card(text=self.words(message, **values), buttons=buttons, tone=tone), slot=slot)

    def post(self, to: str, card: Card, *, slot: str = "") -> Effect:
        return Effect(kind="post", to=to, card=card, slot=slot, rank=self.rank)

    def private(self, person: Person, card: Card) -> Effect:
        return Effect(kind="private", to=f"person:{person.id}", card=card, rank=self.rank)

    def whisper(
        self,
        person: Person,
        message: str,
        *,
        buttons: tuple[Button, ...] = (),
        tone: Tone = "plain",
        **values: object,
    ) -> Effect:
        """A message to one person, who may be in several incidents: its title says which."""
        title = f"{self.incident.severity.label} · {self.incident.title}"
        return self.private(person, Card(title, self.words(message, **values), buttons=buttons, tone=tone))

    def page(self, person: Person, card: Card) -> Effect:
        return Effect(kind="page", to=f"person:{person.id}", card=card, rank=PAGE_RANK)

    def invite(self, *people: Person) -> Effect:
        return Effect(kind="invite", to="room", people=people, rank=self.rank)

    def owner_of_posts(self) -> Person:
        """Who writes to customers, or answers for it while nobody does (CAD-21)."""
        incident = self.incident
        return (
            incident.holder(Role.CUSTOMER_LIAISON)
            or incident.commander
            or incident.holder(Role.DEPUTY)
            or incident.declared_by
        )


def distinct(*people: Person | None) -> tuple[Person, ...]:
    """Everybody once, by id, in order; nobody is told the same thing twice."""
    return tuple({person.id: person for person in reversed(people) if person}.values())[::-1]
