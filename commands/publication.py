"""What the status page keeps of a post, and which channels are to carry it."""

from datetime import datetime

from incidents import account_channels, carrying
from incidents.account_events import AccountPublished
from incidents.channels import chosen, column_of
from incidents.incident import Incident
from incidents.records import Update, Wording
from storage.publications import Publication, Record
from templates.house import House


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


def report(incident: Incident, event: AccountPublished, house: House) -> Publication:
    """The public report as customers may read it, beside the posts of its incident; channels owe it now (STG-32)."""
    account_channels.expect(incident, house.channels, now=event.at)
    clocks, account = incident.clocks, event.account
    _, dash, name = account.title.partition(" - ")
    record = Record(
        name=name if dash else account.title,
        language=account.language,
        texts={account.language: account.texts[account.language], **account.texts},
        components={},
        template="STG-32",
        started_at=clocks.impact_started_at or clocks.declared_at,
    )
    return Publication(f"report:{incident.id}", account.number, "report", "postmortem", event.at, record)


def to_channels(incident: Incident, house: House, *, now: datetime) -> None:
    """The newest post is owed to these; a test instance tells nobody outside (GEN-12, CHN-3)."""
    if house.test_mode:
        return
    column = column_of(incident.severity)
    choices = chosen(house.channels, house.matrix, column=column, stage=incident.stage, subject="incident")
    carrying.expect(incident, choices, house.channels, now=now)
