"""Short private answers to the speaker: refusals, help, who is on call."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from incidents.errors import Refused
from incidents.person import Person
from incidents.policy import Policy
from templates import marks
from templates.card import Button, Card
from templates.effect import Effect
from templates.marks import plain


class Reachable(Protocol):
    """Somebody on the roster; ``phone`` may be empty."""

    @property
    def person(self) -> Person: ...
    @property
    def phone(self) -> str: ...


GROUPS: dict[str, frozenset[str]] = {
    "Start": frozenset(
        {"sev1", "sev2", "new", "declare", "triage", "confirm", "severity", "major", "crisis", "rename", "page", "ack"}
    ),
    "Roles": frozenset({"take", "assign", "release", "roles", "handover", "keep"}),
    "Work": frozenset({"task", "propose", "object", "decide", "phase", "brief", "due", "snooze", "steady", "breach"}),
    "Timeline": frozenset({"note", "find", "todo", "callout", "action", "correct", "withdraw", "timeline", "export"}),
    "Customers": frozenset(
        {"status", "update", "skip", "eta", "feedback", "us", "answers", "maintenance", "executive"}
    ),
    "End": frozenset({"resolve", "reopen", "cancel", "review", "close"}),
}
"""The words of help, in the order in which an incident needs them."""

OTHER = "More"
_ENDS_WITH_ONE = re.compile(r": /incident [a-z ]+$")
"""A sentence may quote what somebody typed; a command that ends it is ours."""


def refusal(refused: Refused) -> Card:
    """Why not, what to type instead, and the choices as buttons."""
    sentence = _ENDS_WITH_ONE.sub(lambda found: marks.commands(found[0]), refused.sentence)
    text = f"{sentence}\n\nType: {marks.commands(refused.hint)}" if refused.hint else sentence
    return Card(text=text, buttons=_say(refused.choices), tone="warn")


def unknown_word(word: str, nearest: Sequence[str], usage: Sequence[str]) -> Card:
    """Nearest words first, then how things are typed (CMD-8)."""
    meant = f" Did you mean {' or '.join(nearest)}?" if nearest else ""
    text = "\n".join([f"I do not know “{word}”.{meant}", *([""] if usage else []), *map(marks.commands, usage)])
    return Card(text=text, buttons=_say((*nearest, "help")), tone="warn")


def _say(lines: Iterable[str]) -> tuple[Button, ...]:
    return tuple(Button(line, says=line) for line in dict.fromkeys(lines))


def help_card(usages: Sequence[tuple[str, str]]) -> Card:
    """``usages`` are (how it is typed, what it does) pairs; grouped by the moment at which one needs them."""
    grouped: dict[str, list[str]] = {name: [] for name in (*GROUPS, OTHER)}
    for usage, does in usages:
        grouped[_group(usage)].append(marks.commands(f"{usage} – {does}" if does else usage))
    blocks = ["\n".join([marks.bold(name), *lines]) for name, lines in grouped.items() if lines]
    return Card(title="What you can say", text="\n\n".join(blocks))


def _group(usage: str) -> str:
    first, *rest = usage.lower().split()
    word = first.lstrip("/!")
    if word in ("incident", "ic") and rest:
        word = rest[0].strip("[]<>")
    return next((name for name, words in GROUPS.items() if word in words), OTHER)


def done(text: str) -> Card:
    return Card(text=text, tone="good")


def cut(card: Card | None, limit: int) -> Card:
    """The answer to a line that was longer than is kept (SEC-120)."""
    note = f"Your text was longer than {limit} characters; only the first {limit} were taken."
    if card is None:
        return Card(text=note, tone="warn")
    return replace(card, text=f"{card.text}\n\n{note}".strip())


def undelivered(effect: Effect, reason: str, *, waiting: bool = False) -> Card:
    """What could not be shown where it belongs, so that somebody can pass it on by hand (GEN-8).

    ``waiting``: it still goes out once the reason is gone.
    """
    what = plain(effect.card.title or effect.card.text) if effect.card else effect.text or effect.kind
    where = effect.to.removeprefix("person:")
    if waiting:
        text = f"This has not gone out to {where} yet: “{what[:200]}”. Reason: {reason[:200]}. It is tried again."
        return Card(text=text, tone="warn")
    return Card(text=f"This could not be delivered to {where}: “{what[:200]}”. Reason: {reason[:200]}.", tone="bad")


def unheard(effect: Effect, incident: int, platform: str, reason: str) -> Card:
    """A reminder that cannot be shown where it belongs, for those who are called instead (REL-130)."""
    card = effect.card or Card()
    what = plain(card.text)[:300]
    text = f"This reminder cannot be shown in {platform.title()}: “{what}”. Reason: {reason[:200]}. It is tried again."
    return Card(title=f"Reminder not shown, inc-{incident}", text=text, buttons=card.buttons, tone="bad")


def roomless(room_name: str, reason: str) -> Card:
    """For those who would have been invited, where an incident has no room and gets none (GEN-8, SEC-039)."""
    room = marks.room(room_name)
    text = (
        f"{room} has no room here: {reason[:300]}. Nothing of it is posted, and what is said here is not on the record."
        f"\n\nIt goes on in Sitrep’s web room, {room}. To talk here too, make a private channel by hand and invite "
        "those who take part; and ask an administrator to let Sitrep make rooms."
    )
    return Card(title="No room for this incident", text=text, tone="bad")


def bug_card(reference: str) -> Card:
    """The line failed for a reason of our own; people can still act by hand (GEN-8)."""
    return Card(
        title="That did not work, and it is not your fault",
        text="Nothing was changed. Try again; if it fails again, go on by hand and call people by phone.\n\n"
        f"Whoever looks after Sitrep finds it in the log as {reference}.",
        tone="bad",
    )


def definition_card(policy: Policy) -> Card:
    """What counts as an incident here (INC-4)."""
    return Card(
        title="Is it an incident?",
        text=f"{policy.definition}\n\n{policy.major_definition}\n\n"
        "In doubt it is one. Anybody may declare, at any time, without asking.",
        buttons=(Button("Declare", says="declare", style="primary"),),
    )


def ic_list(contacts: Sequence[tuple[str, Reachable | None]], emergency: Sequence[str]) -> Card:
    """Who commands when called: a line each for primary and backup, and shadow if there is one (CMD-11)."""
    hint = marks.commands("To call them: !ic page")
    if not any(contact for _, contact in contacts):
        lines = ["Nobody is scheduled as Incident Commander."]
        lines += ["Emergency contacts:", *emergency] if emergency else ["No emergency contact is configured either."]
        return Card(title="On call", text="\n".join([*lines, "", hint]), tone="warn")
    lines = [_on_call(label, contact) for label, contact in contacts if contact or label.lower() != "shadow"]
    page = Button("Page them", says="page ic", style="danger", confirm="Call the Incident Commanders now?")
    return Card(title="Incident Commanders on call", text="\n".join([*lines, "", hint]), buttons=(page,))


def _on_call(label: str, contact: Reachable | None) -> str:
    if not contact:
        return f"{label}: nobody scheduled"
    return f"{label}: {contact.person.name} {marks.mention(contact.person)}, {contact.phone or 'no phone on file'}"
