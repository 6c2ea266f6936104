"""What is said of the public report while it waits, and when customers read it (STG-32)."""

from collections.abc import Callable
from typing import Any

from incidents.account_events import (
    AccountCarried,
    AccountCleared,
    AccountPublished,
    AccountReturned,
    AccountSentAgain,
    AccountSubmitted,
)
from incidents.account_records import Account
from incidents.event import Event
from templates import account as report
from templates import account_channels as channels
from templates.card import Button, Card
from templates.effect import Effect
from templates.marks import mention
from templates.origins import origin_line
from templates.scene import Scene
from templates.words import seconds_span


def submitted(scene: Scene, event: AccountSubmitted) -> list[Effect]:
    """In the room, and in private to everybody who may clear it."""
    if scene.incident.account != event.account:
        return []
    lead = "Its words have changed; whoever read the old ones reads them again." if event.renewed else ""
    card = report.card(scene.incident, event.account, scene.house, lead=lead)
    shown = scene.post("room", card, slot="account")
    return [shown, *(scene.private(person, card) for person in event.people)]


def cleared(scene: Scene, event: AccountCleared) -> list[Effect]:
    if scene.incident.account != event.account:
        return []
    lead = f"{mention(event.by)} has said yes. Nothing has been published yet."
    return [scene.post("room", report.card(scene.incident, event.account, scene.house, lead=lead), slot="account")]


def returned(scene: Scene, event: AccountReturned) -> list[Effect]:
    own = event.by.id == event.account.author.id
    said = "Taken back by its author." if own else f"Returned by {mention(event.by)}: {event.remark}"
    settled = scene.post("room", Card(title=event.account.title, text=said), slot="account")
    again = Button("Write it again", says="account", style="primary")
    back = Card(
        title=f"Returned: {event.account.title}",
        text=f"{said}\nEverything you wrote is kept.",
        buttons=(again,),
        tone="warn",
    )
    return [settled, *([] if own else [scene.private(event.account.author, back)])]


def published(scene: Scene, event: AccountPublished) -> list[Effect]:
    """The status channel carries it like a post; the page has it from the same record (CHN-4)."""
    account = event.account
    text = account.texts[account.language]
    public = Card(title=text.title, text=text.body, tone="good")
    by = ", ".join(mention(person) for person in account.cleared.values())
    settled = Card(title=account.title, text=f"Published. Cleared by {by}.", tone="good")
    return [
        scene.post("room", settled, slot="account"),
        scene.post("status", public, slot=f"account-{account.number}"),
        *channels.sent_out(scene),
    ]


def _name(account: Account) -> str:
    return f"Public report {account.number}"


def _submitted_row(event: AccountSubmitted) -> str:
    whom = ", ".join(person.name for person in event.people) or "nobody: no one may clear it"
    if event.renewed:
        return f"{_name(event.account)} reads differently by now, and waits anew for {whom}"
    return f"{_name(event.account)} sent for approval to {whom}, from {origin_line(event.account.origins)}"


def _cleared_row(event: AccountCleared) -> str:
    return f"{_name(event.account)} cleared; still needed: {', '.join(event.left)}"


def _returned_row(event: AccountReturned) -> str:
    return f"{_name(event.account)} returned{f': {event.remark}' if event.remark else ' to its author'}"


def _published_row(event: AccountPublished) -> str:
    by = ", ".join(person.name for person in event.account.cleared.values())
    return f"{_name(event.account)} published, cleared by {by} after {seconds_span(event.seconds)}"


def _carried_row(event: AccountCarried) -> str:
    if not event.sent:
        return f"Public report {event.number} not sent to {event.channel}: {event.reason}"
    because = f" ({event.reason})" if event.reason else ""
    return f"Public report {event.number} stands on {event.channel}{' by hand' if event.by_hand else ''}{because}"


def _again_row(event: AccountSentAgain) -> str:
    return f"Public report {event.number} sent to {event.channel} again"


ROWS: dict[type[Event], tuple[str, Callable[[Any], str]] | None] = {
    AccountSubmitted: ("approval", _submitted_row),
    AccountCleared: ("approval", _cleared_row),
    AccountReturned: ("approval", _returned_row),
    AccountPublished: ("approval", _published_row),
    AccountCarried: ("post", _carried_row),
    AccountSentAgain: ("post", _again_row),
}
ANNOUNCERS: dict[type[Event], Callable[[Scene, Any], list[Effect]]] = {
    AccountSubmitted: submitted,
    AccountCleared: cleared,
    AccountReturned: returned,
    AccountPublished: published,
    AccountCarried: channels.answered,
    AccountSentAgain: channels.sent_again,
}
