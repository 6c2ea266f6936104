"""What is said of channels: a post on its way to each, a result for each, and what a person has to do (CHN-3)."""

from incidents.channels import Channel, Medium, turn
from incidents.outlet import Outlet
from incidents.person import Person
from incidents.posting_events import ChannelAgain, ChannelAnswered, Contradicted
from incidents.records import Update, Wording
from incidents.roles import Role
from templates.card import Button, Card, Fact, Tone
from templates.channels_text import channel_text
from templates.effect import Effect
from templates.post import Post
from templates.scene import Scene, distinct
from templates.words import clock


def sent_out(scene: Scene) -> list[Effect]:
    """The newest post, to every channel that is to carry it; a card for each that a person posts to (REG-10)."""
    update, effects = scene.incident.update, []
    for channel in sorted(scene.house.channels, key=turn):
        outlet = scene.incident.outlets.get(channel.name)
        if update is None or outlet is None or outlet.wanted != update.number:
            continue
        if outlet.state == "waiting":
            effects.append(_publish(scene, channel, update))
        elif outlet.state == "by hand":
            effects.append(scene.private(_poster(scene, channel), by_hand(scene, channel, update)))
    return effects


def _publish(scene: Scene, channel: Channel, update: Update) -> Effect:
    """Status pages have the better rank: what comes first goes first (CHN-5)."""
    return Effect(
        kind="publish",
        to=f"channel:{channel.name}",
        post=post(scene, channel, update),
        rank=scene.rank + turn(channel),
    )


def post(scene: Scene, channel: Channel, update: Update) -> Post:
    incident, text = scene.incident, _text(scene, channel, update)
    _, dash, name = update.title.partition(" - ")
    return Post(
        channel=channel.name,
        incident=incident.id,
        number=update.number,
        title=text.title,
        body=text.body,
        name=name if dash else update.title,
        stage=update.stage.value,
        language=next((each for each in channel.languages if each in update.texts), update.language),
        started_at=incident.clocks.impact_started_at or incident.clocks.declared_at,
        posted_at=update.posted_at,
        link=scene.house.status_url,
        ref=incident.outlets[channel.name].ref,
        audience=tuple(audience.value for audience in channel.audience),
        components={name: state.value for name, state in update.components.items()},
    )


def _text(scene: Scene, channel: Channel, update: Update) -> Wording:
    """What was read before it went out (APPR-6); another channel gets what it would have been given then."""
    kept = update.reach.carried.get(channel.name) if update.reach else None
    return kept or channel_text(update, channel, incident=scene.incident, house=scene.house)


def results(scene: Scene) -> Effect | None:
    """The newest post's card in the room, edited as channels answer; nothing where no channel is told."""
    update, outlets = scene.incident.update, scene.incident.outlets
    if update is None or not outlets:
        return None
    spared = [name for name, outlet in outlets.items() if outlet.wanted != update.number]
    lines = [outcome(scene, name, outlet) for name, outlet in outlets.items() if name not in spared]
    lines += [f"– {name}: only when there is news" for name in spared]
    lines += [f"– {name}: left out" for name in (update.reach.left_out if update.reach else ())]
    failed = [name for name, outlet in outlets.items() if outlet.state == "failed"]
    by_hand = [name for name, outlet in outlets.items() if outlet.state in ("failed", "by hand")]
    buttons = [Button(f"Send to {name} again", says=f"channels send {name} {update.number}") for name in failed]
    buttons += [Button(f"I posted to {name} by hand", says=f"channels done {name} {update.number}") for name in by_hand]
    settled = all(outlet.settled for outlet in outlets.values())
    tone: Tone = "good" if settled else "warn"
    title = f"Update {update.number}: where it stands"
    return scene.post("room", Card(title, "\n".join(lines), buttons=tuple(buttons), tone=tone), slot=_slot(update))


def _slot(update: Update) -> str:
    return f"published-{update.number}"


def outcome(scene: Scene, name: str, outlet: Outlet) -> str:
    """One channel's line of a card of results."""
    at = clock(outlet.at, now=scene.now, zone=scene.house.zone)
    if outlet.state == "sent":
        return f"✓ {name} {at}"
    if outlet.state == "done":
        return f"✓ {name} {at}, by hand: {outlet.by}"
    if outlet.state == "failed":
        return f"✗ {name}: {outlet.reason}"
    return f"✍ {name}: to be posted by hand" if outlet.state == "by hand" else f"… {name}: on its way"


def by_hand(scene: Scene, channel: Channel, update: Update, *, failed: str = "") -> Card:
    """The text ready to copy, where it goes, and where the login is, so that nobody searches for it (REG-10)."""
    text = _text(scene, channel, update)
    why = f"{channel.name} did not take update {update.number}: {failed}." if failed else ""
    facts = copied(channel, text)
    done = Button("I posted it by hand", says=f"channels done {channel.name} {update.number}", style="primary")
    retry = Button("Send it again", says=f"channels send {channel.name} {update.number}")
    return Card(
        title=f"{scene.incident.severity.label} · post update {update.number} to {channel.name} by hand",
        text=why,
        facts=tuple(facts),
        buttons=(done, retry) if failed else (done,),
        tone="bad" if failed else "warn",
    )


def copied(channel: Channel, text: Wording) -> list[Fact]:
    """What a person needs who posts it there: the words, the place, the login, and whose yes comes first (CHN-1i)."""
    facts = [Fact("Text", f"{text.title}\n\n{text.body}".strip())]
    facts += [Fact("Where", channel.link)] if channel.link else []
    facts += [Fact("Access", channel.access)] if channel.access else []
    return facts + ([Fact("First", "PR and Legal agree to these words")] if channel.kind is Medium.PRESS else [])


def channel_answered(scene: Scene, event: ChannelAnswered) -> list[Effect]:
    """The card of results, and after the last try the text for a person to post (CHN-3, GEN-8)."""
    update, channel = scene.incident.update, scene.house.channel(event.channel)
    shown = results(scene)
    effects = [shown] if shown else []
    if not event.sent and update and channel and event.number == update.number:
        card = by_hand(scene, channel, update, failed=event.reason)
        effects.append(scene.private(scene.owner_of_posts(), card))
    return effects


def channel_again(scene: Scene, event: ChannelAgain) -> list[Effect]:
    update, channel, shown = scene.incident.update, scene.house.channel(event.channel), results(scene)
    effects = [shown] if shown else []
    return [*effects, _publish(scene, channel, update)] if update and channel else effects


def contradicted(scene: Scene, event: Contradicted) -> list[Effect]:
    """To whoever speaks to customers and to the commander, with one press to mend each channel (CHK-1 to CHK-8)."""
    if not event.found:
        return []
    channels = dict.fromkeys(each.channel for each in event.found if not each.beside)
    buttons = [
        Button(f"Send update {event.number} again to {name}", says=f"channels send {name} {event.number}")
        for name in channels
        if (channel := scene.house.channel(name)) and channel.by != "hand"
    ]
    buttons += (
        [Button("Post a correction", says="update")] if any(each.rule == "CHK-10" for each in event.found) else []
    )
    urgent = any(each.level == "urgent" for each in event.found)
    card = Card(
        title=f"{scene.incident.severity.label} · channels say different things",
        text="\n".join(f"{each.channel} {each.says} ({each.rule})." for each in event.found),
        buttons=tuple(buttons),
        tone="bad" if urgent else "warn",
    )
    people = distinct(scene.owner_of_posts(), scene.incident.holder(Role.IC))
    return [scene.private(person, card) for person in people]


def _poster(scene: Scene, channel: Channel) -> Person:
    """Who holds the login, where they are in the incident; else whoever speaks to customers."""
    owners = [holder.person for holder in scene.incident.holders if holder.person.id in (channel.owner, channel.backup)]
    return owners[0] if owners else scene.owner_of_posts()
