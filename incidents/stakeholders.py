"""Who looks on without a part in the work (AUD-13)."""

from collections.abc import Iterator

from incidents.incident import Incident
from incidents.person import Person


def looks_on(incident: Incident, person: Person) -> bool:
    """Whether nothing here is this person's to do: a stakeholder, who asks where the news is (AUD-13)."""
    return all(part is None or part.id != person.id for part in _parts(incident))


def _parts(incident: Incident) -> Iterator[Person | None]:
    """Everybody who declared it, leads, does or is to do something, was called or can be, with repeats."""
    call = incident.on_call
    yield from (incident.declared_by, incident.review_owner)
    yield from (offer.to for offer in (incident.handover, incident.asked) if offer)
    yield from (call.primary, call.backup, call.shadow, call.duty_manager, call.backup_liaison, *call.team)
    yield from (holder.person for holder in incident.holders)
    yield from (task.person for task in incident.open_tasks())
    yield from (person for page in incident.pages for person in page.people)
