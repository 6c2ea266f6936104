"""What channels carry of a planned maintenance, who reads it, and what an approval is good for (CHN-4, APPR-6)."""

from collections.abc import Mapping
from hashlib import sha256

from incidents import maintenance_channels
from incidents.channels import Channel, turn
from incidents.maintenance import Maintenance
from incidents.maintenance_events import MaintenanceCarried, MaintenanceContradicted, MaintenanceSentAgain
from incidents.records import Wording
from templates.announce_channels import copied
from templates.approval_card import folds
from templates.card import Button, Card, Fact
from templates.channels_text import notice_text
from templates.effect import Effect
from templates.house import House
from templates.post import Post

Texts = Mapping[str, Wording]

RANK = 3
"""Behind what is urgent in an incident."""


def receiving(maintenance: Maintenance, house: House) -> list[Channel]:
    """A test instance tells nobody outside (GEN-12)."""
    return [] if house.test_mode else maintenance_channels.receiving(maintenance, house.channels, house.matrix)


def carried(maintenance: Maintenance, texts: Texts, house: House, *, number: int) -> dict[str, Wording]:
    """What each channel is given of post ``number``."""
    return {each.name: notice_text(texts, number, each, house) for each in receiving(maintenance, house)}


def readers(maintenance: Maintenance, texts: Texts, house: House) -> tuple[Fact, ...]:
    """Every language and every channel as it would read, each with who reads it (CHN-3)."""
    given = carried(maintenance, texts, house, number=maintenance.posts + 1)
    return folds(texts, next(iter(texts)), given, house)


def seal(maintenance: Maintenance, texts: Texts, house: House) -> str:
    """What a button carries: it is good for exactly these words on exactly these channels (APPR-6)."""
    given = carried(maintenance, texts, house, number=maintenance.posts + 1)
    said = [(key, text.title, text.body) for part in (texts, given) for key, text in sorted(part.items())]
    return sha256(repr(said).encode()).hexdigest()[:12]


def sent_out(maintenance: Maintenance, house: House) -> list[Effect]:
    """The newest post to each channel that is to carry it; a card for each that a person posts to (REG-10)."""
    effects = []
    for channel in sorted(house.channels, key=turn):
        outlet = maintenance.outlets.get(channel.name)
        if outlet and outlet.wanted == maintenance.posts and channel.name in maintenance.carried:
            by_hand = outlet.state == "by hand"
            effects.append(_by_hand(maintenance, channel) if by_hand else _publish(maintenance, channel, house))
    return effects


def answered(maintenance: Maintenance, event: MaintenanceCarried, house: House) -> list[Effect]:
    """After the last try its owner has the text ready to copy (CHN-3)."""
    channel = house.channel(event.channel)
    if event.sent or channel is None or event.number != maintenance.posts:
        return []
    return [_by_hand(maintenance, channel, failed=event.reason)]


def again(maintenance: Maintenance, event: MaintenanceSentAgain, house: House) -> list[Effect]:
    channel = house.channel(event.channel)
    return [_publish(maintenance, channel, house)] if channel and channel.name in maintenance.carried else []


def contradicted(maintenance: Maintenance, event: MaintenanceContradicted, house: House) -> list[Effect]:
    """To whoever answers for it, with one press to mend each channel; nothing when all agree again."""
    if not event.found:
        return []
    ours = {channel.name for channel in house.channels if channel.by != "hand"}
    names = dict.fromkeys(each.channel for each in event.found if not each.beside and each.channel in ours)
    card = Card(
        title=f"Maintenance {maintenance.id} · channels say different things",
        text="\n".join(f"{each.channel} {each.says} ({each.rule})." for each in event.found),
        buttons=tuple(
            Button(f"Send it again to {name}", f"maintenance send {maintenance.id} {name}") for name in names
        ),
        tone="bad" if any(each.level == "urgent" for each in event.found) else "warn",
    )
    people = dict.fromkeys(person.id for person in (maintenance.owner, maintenance.backup) if person)
    return [Effect("private", f"person:{person}", card, rank=RANK) for person in people]


def _publish(maintenance: Maintenance, channel: Channel, house: House) -> Effect:
    text = maintenance.carried[channel.name]
    state = "under_maintenance" if maintenance.stage.working else "operational"
    post = Post(
        channel=channel.name,
        incident=0,
        maintenance=maintenance.id,
        number=maintenance.posts,
        title=text.title,
        body=text.body,
        name=maintenance.title,
        stage=maintenance.stage.value,
        language=next(iter(channel.languages), house.languages[0]),
        started_at=maintenance.began_at or maintenance.starts_at,
        ends_at=maintenance.ended_at or maintenance.ends_at,
        posted_at=maintenance.outlets[channel.name].asked_at,
        link=house.status_url,
        ref=maintenance.outlets[channel.name].ref,
        audience=tuple(audience.value for audience in channel.audience),
        components=dict.fromkeys(maintenance.components, state),
    )
    return Effect("publish", f"channel:{channel.name}", post=post, rank=RANK + turn(channel))


def _by_hand(maintenance: Maintenance, channel: Channel, *, failed: str = "") -> Effect:
    facts = copied(channel, maintenance.carried[channel.name])
    done = Button("I posted it by hand", f"maintenance posted {maintenance.id} {channel.name}", "primary")
    retry = Button("Send it again", f"maintenance send {maintenance.id} {channel.name}")
    card = Card(
        title=f"Maintenance {maintenance.id} · post it to {channel.name} by hand",
        text=f"{channel.name} did not take it: {failed}." if failed else "",
        facts=tuple(facts),
        buttons=(done, retry) if failed else (done,),
        tone="bad" if failed else "warn",
    )
    return Effect("private", f"person:{maintenance.owner.id}", card, rank=RANK)
