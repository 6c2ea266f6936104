"""One line being carried out: who speaks, about which incident, and what a command may ask for."""

from dataclasses import dataclass
from datetime import datetime

from commands.args import Args
from commands.clean import clean, one_line
from commands.line import Line
from commands.parse import Said
from commands.settings import Contact, Settings
from commands.times import moment
from commands.unit import Unit
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.person import Person
from storage import people


@dataclass(slots=True)
class Call:
    line: Line
    said: Said
    args: Args
    unit: Unit
    incident: Incident | None

    @property
    def who(self) -> Person:
        return self.line.who

    @property
    def now(self) -> datetime:
        return self.line.at

    @property
    def settings(self) -> Settings:
        return self.unit.settings

    @property
    def form(self) -> bool:
        """The line came with fields."""
        return bool(self.line.fields)

    async def here(self) -> Incident:
        """The incident this line is about. Raises Refused with what to do when there is none."""
        if self.incident:
            return self.incident
        running = [incident for incident in await self.unit.open_incidents() if self.may_see(incident)]
        if len(running) == 1 and not self.line.room:
            self.incident = await self.unit.incident(running[0].id)
        if self.incident:
            return self.incident
        rooms = ", ".join(f"#{incident.room_name}" for incident in running[:5])
        if rooms:
            raise Refused(f"Say this in the incident’s room: {rooms}.")
        raise Refused("There is no open incident.", hint="/incident sev2 what is wrong", choices=("declare",))

    def may_see(self, incident: Incident) -> bool:
        """A private incident exists only for those who take part in it (G9)."""
        return not incident.private or self.who.id in incident.participants()

    def field(self, name: str, *, limit: int = 12_000) -> str:
        """What a form's field holds, made storable; empty when it is not there."""
        return clean(self.line.fields.get(name, ""), limit=limit).text.strip()

    def field_or_rest(self, name: str) -> str:
        """The field of a form, else the rest of the line."""
        return self.field(name) if self.form else self.args.rest()

    def whole_minutes(self, name: str) -> int | None:
        """A form's field such as `45` or `45m`; None for anything else, and for nothing at all."""
        typed = self.field(name).removesuffix("m").strip()
        return int(typed[:5]) if typed.isdecimal() and int(typed[:5]) else None

    def one_line(self, name: str, limit: int = 200) -> str:
        return one_line(self.field_or_rest(name), limit)

    async def somebody(self, name: str) -> Person:
        """Who is meant by a handle or an id. Raises Refused for nobody, with the nearest names."""
        found = await people.by_handle(self.unit.c, name)
        if found:
            return found
        raise Refused(f"Nobody here is called @{name}.", hint=await self._near(name))

    async def _near(self, name: str) -> str:
        from difflib import get_close_matches

        known = {person.handle: person for person in await people.everybody(self.unit.c)}
        near = get_close_matches(name.lower(), known, n=3, cutoff=0.5)
        return "Did you mean " + " or ".join(f"@{handle}" for handle in near) + "?" if near else ""

    async def person(self, *, ask: str) -> Person:
        """The person named by the form or by the next word; ``ask`` is the way to say it. Raises Refused."""
        name = self.field("person") if self.form else self.args.person()
        if not name:
            raise Refused("Who? Name one person with an @.", hint=ask)
        return await self.somebody(name)

    def when(self) -> datetime | None:
        """`--at 14:05`, a form's time, or a leading `-10m` or `13:55`. None: now. Raises Refused for the impossible."""
        zone = self.settings.house.zone
        named = self.field("at") if self.form else self.args.option("at")
        if named:
            found = moment(named, now=self.now, zone=zone)
            if not found:
                raise Refused(f"“{named[:40]}” is no time I can read.", hint="14:05, -10m or -1h30m")
            return found
        leading = self.args.peek()
        if not self.form and leading and (leading[0] == "-" or ":" in leading):
            found = moment(leading, now=self.now, zone=zone)
            if found:
                self.args.word()
            return found
        return None

    def contact(self, person: Person) -> Contact:
        """With the phone number from the roster, where it has one."""
        return self.settings.roster.directory.get(person.id, Contact(person))
