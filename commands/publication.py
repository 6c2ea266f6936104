"""What the status page keeps of a post."""

from incidents.incident import Incident
from incidents.records import Update, Wording
from storage.publications import Publication, Record


def publication(incident: Incident, update: Update) -> Publication:
    """The post as customers may read it, for ever; nothing in it was not written for them (CHN-4)."""
    clocks = incident.clocks
    _, dash, name = update.title.partition(" - ")
    record = Record(
        name=name if dash else update.title,
        language=update.language,
        texts={update.language: Wording(update.title, update.body), **update.texts},
        components=update.components,
        template=update.template,
        started_at=clocks.impact_started_at or clocks.declared_at,
        next_update_at=update.next_update_at,
    )
    return Publication(
        f"incident:{incident.id}", update.number, "incident", update.stage.value, update.posted_at, record
    )
