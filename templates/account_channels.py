"""The public report on channels: what each is given, who reads it, what came of it (STG-32, CHN-3, CHN-4)."""

from collections.abc import Mapping

from incidents import account_channels as rules
from incidents.account_events import AccountCarried, AccountSentAgain
from incidents.account_records import Account
from incidents.channels import Channel, Offer, turn
from incidents.incident import Incident
from incidents.records import Wording
from templates.announce_channels import copied, outcome
from templates.card import Button, Card, Tone
from templates.channels_text import report_text
from templates.effect import Effect
from templates.house import House
from templates.post import Post
from templates.scene import Scene


def offered(incident: Incident, house: House) -> list[Offer]:
    """A test instance tells nobody outside (GEN-12)."""
    return [] if house.test_mode else rules.offers(incident, house.channels, house.matrix)


def carried(
    incident: Incident, texts: Mapping[str, Wording], picks: Mapping[str, bool], house: House
) -> tuple[dict[str, Wording], tuple[str, ...]]:
    """What each channel that it goes to is given, and the names of those that somebody left out."""
    offers = offered(incident, house)
    going = {offer.channel.name: report_text(texts, offer.channel, house) for offer in offers if offer.taken(picks)}
    return going, tuple(offer.channel.name for offer in offers if offer.wanted and offer.channel.name not in going)


def sent_out(scene: Scene) -> list[Effect]:
    """To every channel that is to carry it; a card for each that a person posts to (REG-10)."""
    told, effects = scene.incident.told_account, []
    for channel in sorted(scene.house.channels, key=turn) if told else ():
        outlet = scene.incident.account_outlets.get(channel.name)
        if told is None or outlet is None or channel.name not in told.carried or outlet.settled:
            continue
        effects.append(
            scene.private(told.author, by_hand(scene, channel, told))
            if outlet.state == "by hand"
            else _publish(scene, channel, told)
        )
    shown = results(scene)
    return [*effects, *([shown] if shown else [])]


def _publish(scene: Scene, channel: Channel, told: Account) -> Effect:
    incident, text = scene.incident, told.carried[channel.name]
    _, dash, name = told.title.partition(" - ")
    outlet, before = incident.account_outlets[channel.name], incident.outlets.get(channel.name)
    post = Post(
        channel=channel.name,
        incident=incident.id,
        kind="report",
        number=told.number,
        title=text.title,
        body=text.body,
        name=name if dash else told.title,
        stage="postmortem",
        language=next((each for each in channel.languages if each in told.texts), told.language),
        started_at=incident.clocks.impact_started_at or incident.clocks.declared_at,
        posted_at=outlet.asked_at,
        link=scene.house.status_url,
        ref=outlet.ref or (before.ref if before else ""),
        audience=tuple(audience.value for audience in channel.audience),
    )
    return Effect("publish", f"channel:{channel.name}", post=post, rank=scene.rank + turn(channel))


def results(scene: Scene) -> Effect | None:
    """One card in the room, edited as channels answer; nothing where no channel is told."""
    told, outlets = scene.incident.told_account, scene.incident.account_outlets
    if told is None or not outlets:
        return None
    lines = [outcome(scene, name, outlet) for name, outlet in outlets.items()]
    lines += [f"– {name}: left out" for name in told.left_out]
    failed = [name for name, outlet in outlets.items() if outlet.state == "failed"]
    by_hand = [name for name, outlet in outlets.items() if outlet.state in ("failed", "by hand")]
    buttons = [Button(f"Send to {name} again", says=f"account send {name} {told.number}") for name in failed]
    buttons += [Button(f"I posted to {name} by hand", says=f"account posted {name} {told.number}") for name in by_hand]
    tone: Tone = "good" if all(outlet.settled for outlet in outlets.values()) else "warn"
    card = Card(f"Public report {told.number}: where it stands", "\n".join(lines), buttons=tuple(buttons), tone=tone)
    return scene.post("room", card, slot=f"reported-{told.number}")


def by_hand(scene: Scene, channel: Channel, told: Account, *, failed: str = "") -> Card:
    """The text ready to copy, where it goes, and where the login is (REG-10)."""
    done = Button("I posted it by hand", says=f"account posted {channel.name} {told.number}", style="primary")
    retry = Button("Send it again", says=f"account send {channel.name} {told.number}")
    return Card(
        title=f"{scene.incident.title} · post the public report to {channel.name} by hand",
        text=f"{channel.name} did not take it: {failed}." if failed else "",
        facts=tuple(copied(channel, told.carried[channel.name])),
        buttons=(done, retry) if failed else (done,),
        tone="bad" if failed else "warn",
    )


def answered(scene: Scene, event: AccountCarried) -> list[Effect]:
    """After the last try its author has the text ready to copy (CHN-3)."""
    told, channel, shown = scene.incident.told_account, scene.house.channel(event.channel), results(scene)
    effects = [shown] if shown else []
    if not event.sent and told and channel and event.number == told.number and channel.name in told.carried:
        effects.append(scene.private(told.author, by_hand(scene, channel, told, failed=event.reason)))
    return effects


def sent_again(scene: Scene, event: AccountSentAgain) -> list[Effect]:
    told, channel, shown = scene.incident.told_account, scene.house.channel(event.channel), results(scene)
    effects = [shown] if shown else []
    return [*effects, _publish(scene, channel, told)] if told and channel and channel.name in told.carried else effects
