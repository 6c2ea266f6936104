"""What the organisation has configured, as the commands need it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from incidents.maintenance import MaintenanceNumbers
from incidents.person import Person
from incidents.policy import Policy
from incidents.records import OnCall
from incidents.routines import Routine
from templates.house import House


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody the roster names; ``phone`` may be empty."""

    person: Person
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is on call, from the configuration; ``emergency`` is what to show when nobody is (CMD-2, CMD-11)."""

    primary: Contact | None = None
    backup: Contact | None = None
    shadow: Contact | None = None
    duty_manager: Contact | None = None
    backup_liaison: Contact | None = None
    emergency: tuple[str, ...] = ()
    teams: Mapping[str, tuple[Contact, ...]] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)
    """Whom to ask of each, as the configuration says it (AUD-15)."""
    directory: Mapping[str, Contact] = field(default_factory=dict)
    """Everybody with a known phone, by id."""

    def on_call(self) -> OnCall:
        """The roster as it is copied onto an incident (GEN-1)."""
        named = (self.primary, self.backup, self.shadow, self.duty_manager, self.backup_liaison)
        primary, backup, shadow, manager, liaison = (contact.person if contact else None for contact in named)
        phones = {c.person.id: c.phone for c in (*named, *self.directory.values()) if c and c.phone}
        team = tuple(dict.fromkeys(contact.person for team in self.teams.values() for contact in team))
        return OnCall(primary, backup, shadow, manager, liaison, team=team, phones=phones)


@dataclass(frozen=True, slots=True)
class Settings:
    policy: Policy = field(default_factory=Policy)
    roster: Roster = field(default_factory=Roster)
    house: House = field(default_factory=House)
    maintenance: MaintenanceNumbers = field(default_factory=MaintenanceNumbers)
    routines: tuple[Routine, ...] = ()
    """What the organisation does again and again, each with an owner (CAD-24f)."""
    services: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ("web",)
    """The chats every incident lives in."""
    pin_emoji: str = "📌"
    key_emoji: str = "⭐"
