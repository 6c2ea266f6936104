"""A test of a channel: what its private target gets, and what whoever asked is told (REG-8)."""

from datetime import datetime

from incidents.channels import Channel
from incidents.person import Person
from templates.card import Card
from templates.effect import Effect
from templates.house import House
from templates.post import Post


def test_post(channel: Channel, house: House, by: Person, now: datetime) -> Effect:
    """It says what it is in its first word, and of no incident anything."""
    text = f"Test of the channel {channel.name}, sent by {by.name}. Nothing has happened; nobody has to do anything."
    post = Post(
        channel=channel.name,
        incident=0,
        number=0,
        title=f"Test - {house.organisation or 'Sitrep'}",
        body=text,
        name="Test",
        stage="test",
        language="en",
        started_at=now,
        posted_at=now,
        link=house.status_url,
        test=by.id,
    )
    return Effect("publish", f"channel:{channel.name}", post=post)


def result(channel: str, by: str, *, sent: bool, reason: str, now: datetime) -> Effect:
    text = f"The test of {channel} arrived. It is noted for {now.date().isoformat()}."
    card = Card(text=text, tone="good") if sent else Card(text=f"The test of {channel} failed: {reason}.", tone="bad")
    return Effect("private", f"person:{by}", card)
