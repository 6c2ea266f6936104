"""The register of channels as its reader may see it (REG-9)."""

from datetime import datetime

from incidents.channels import COLUMNS, Channel, Matrix, Subject, chosen
from incidents.incident import Incident
from incidents.person import Person
from incidents.publishing import SPEAKERS
from templates.card import Card
from templates.house import House
from templates.marks import bold

_POSTED = {"apprise": "by Sitrep", "statuspage": "by Sitrep", "webhook": "by Sitrep", "hand": "by hand"}


def channel_list(house: House, incident: Incident | None, reader: Person, now: datetime) -> Card:
    if not house.channels:
        text = "No channel is configured. Posts stand in the status channel and on Sitrep’s own status page."
        return Card(title="Channels", text=text)
    blocks = [_channel(channel, house.matrix, _trusted(channel, incident, reader), now) for channel in house.channels]
    return Card(title="Channels", text="\n\n".join(blocks))


def _trusted(channel: Channel, incident: Incident | None, reader: Person) -> bool:
    """Who posts there is told how to get in; nobody else needs to know."""
    if reader.id in (channel.owner, channel.backup):
        return True
    return incident is not None and incident.holds(reader, *SPEAKERS)


def _channel(channel: Channel, matrix: Matrix, trusted: bool, now: datetime) -> str:
    lines = [f"{bold(channel.name)} · {channel.kind.value} · {_POSTED[channel.by]}"]
    lines += [f"Cannot be posted to now: {channel.broken}"] if channel.broken else []
    lines += [f"For {', '.join(channel.audience)}: {_used(channel, matrix)}"]
    lines += [f"Where: {channel.link}"] if channel.link else []
    owners = ", ".join(filter(None, (channel.owner, channel.backup)))
    lines += [f"Owner: {owners or 'nobody yet'}"]
    lines += [f"Access: {channel.access or 'no note'}"] if trusted else []
    return "\n".join([*lines, _tested(channel, now)])


def _used(channel: Channel, matrix: Matrix) -> str:
    """The columns of the matrix in which it is told; in brackets where a person may add it."""
    words = []
    for column in COLUMNS:
        subject: Subject = "maintenance" if column == "maintenance" else "incident"
        stage = channel.stages[0] if channel.stages else None
        for choice in chosen((channel,), matrix, column=column, stage=stage, subject=subject):
            words.append(column if choice.wanted else f"({column})")
    return ", ".join(words) or "never by itself"


def _tested(channel: Channel, now: datetime) -> str:
    if channel.last_tested is None:
        return "Never tested"
    days = (now.date() - channel.last_tested).days
    by = f" by {channel.tested_by}" if channel.tested_by else ""
    return f"Last tested {channel.last_tested.isoformat()}{by}, {days} days ago"
