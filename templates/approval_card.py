"""A post before it goes out, word for word: for whoever sends it, and for whoever clears it (APPR-1)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from incidents import approval, clearing, drafts
from incidents.channels import Channel
from incidents.incident import Incident
from incidents.person import Person
from incidents.records import Draft, Wording
from incidents.stage import LABELS
from templates import due
from templates.card import Button, Card, Fact
from templates.checked import checked
from templates.house import House
from templates.marks import bold, mention
from templates.origins import origin_line
from templates.receivers import described, receivers
from templates.words import clock

LANGUAGES = {"en": "English", "zh-CN": "简体中文", "fr": "Français", "pl": "Polski"}
CHANGED = "What is known has changed since you looked. This is what would go out now."


def approval_card(incident: Incident, house: House, now: datetime, *, lead: str = "") -> Card:
    """What waits: every word in every language, who would read it, what was found, until when (APPR-1)."""
    draft, owed = approval.waiting(incident), incident.deadlines.get("approval")
    facts = list(_signatures(incident, draft, now))
    if owed:
        facts.append(Fact("Decide by", clock(owed.due_at, now=now, zone=house.zone)))
    if draft.reason:
        facts.append(Fact("Why", draft.reason))
    outdated = drafts.outdated(incident, draft)
    warning = f"May be out of date: {'; '.join(outdated)}." if outdated else ""
    return Card(
        title=f"For approval · {incident.severity.label} · {incident.title}",
        text=_paragraphs(lead, warning, _text(draft)),
        folds=folds(draft.texts, draft.language, draft.reach.carried, house),
        facts=(*_facts(incident, draft, house), *facts),
        buttons=due.decision_buttons(incident),
        tone="warn",
    )


def _signatures(incident: Incident, draft: Draft, now: datetime) -> Iterator[Fact]:
    """Who wrote it, whose yes it has as it reads now, and whose is missing (APPR-2, APPR-4)."""
    yield Fact("Written by", mention(draft.author))
    if draft.co_authors:
        changed = ", then ".join(mention(person) for person in draft.co_authors)
        yield Fact("Changed by", f"{changed}. Every yes is for these words; one for earlier words no longer counts")
    if draft.cleared:
        yield Fact("Said yes", ", ".join(mention(person) for person in draft.cleared.values()))
    parts = clearing.open_parts(incident, draft, now=now)
    yield Fact("Waits for", "; ".join(_waits(part, people, draft) for part, people in parts.items()) or "nobody")


def _waits(part: str, people: Sequence[Person], draft: Draft) -> str:
    """`Legal: @eve or @dan`. Its author is asked only where nobody else is of Legal and others changed the words."""
    names = " or ".join(mention(person) for person in people) or "nobody here"
    own = draft.author.id in {person.id for person in people}
    return f"{_PARTS[part]}{names}{', who wrote it, for what others changed' if own else ''}"


_PARTS = {
    clearing.USUAL: "",
    clearing.BESIDES: "besides, until then: ",
    clearing.SECOND: "a second person: ",
    "legal": "Legal: ",
    "communications": "communications: ",
}


def preview_card(incident: Incident, draft: Draft, house: House, now: datetime, *, changed: bool) -> Card:
    """Nothing has been sent yet, and nobody else sees it."""
    needs = drafts.needed(incident, draft.template, now=now, kind=draft.kind)
    send = Button("Send for approval" if needs else "Post", f"update send {drafts.seal(incident, draft)}", "primary")
    back = Button("Back to the form", says="update back")
    return Card(
        title="Preview: not sent yet",
        text=_paragraphs(CHANGED if changed else "", _text(draft)),
        folds=folds(draft.texts, draft.language, draft.reach.carried, house),
        facts=_facts(incident, draft, house),
        buttons=(back,) if draft.unknown else (send, back),
    )


def sent_card(incident: Incident, house: House, now: datetime) -> Card:
    """For the author: it has not gone out."""
    asked = clearing.approvers(incident, now=now)
    if not asked:
        text = "Nobody here may clear it. Ask for a Deputy, or for somebody whom the organisation named."
        return Card(title="Not posted yet", text=text, tone="warn")
    draft = approval.waiting(incident)
    parts = clearing.open_parts(incident, draft, now=now).values()
    names = " and ".join(" or ".join(mention(person) for person in people) or "nobody here" for people in parts)
    owed = incident.deadlines["approval"].due_at
    return Card(
        title="Sent for approval",
        text=f"{names} decides by {clock(owed, now=now, zone=house.zone)}. Customers have read nothing yet.",
    )


def _facts(incident: Incident, draft: Draft, house: House) -> tuple[Fact, ...]:
    found = [Fact("Stage", LABELS["en"][draft.stage])]
    if draft.components:
        found.append(
            Fact("Components", ", ".join(f"{name}: {state.label}" for name, state in draft.components.items()))
        )
    if made := origin_line(draft.origins):
        found.append(Fact("Made from", made))
    goes = "\n".join(receivers(incident, house, draft))
    left = [Fact("Left out", ", ".join(draft.reach.left_out))] if draft.reach.left_out else []
    wrong = "\n".join(checked(draft, incident, house))
    return (*found, Fact("Goes to", goes), *left, Fact("Wording", wrong or "nothing found"))


def _text(draft: Draft) -> str:
    return _paragraphs(bold(draft.title), draft.body)


def folds(texts: Mapping[str, Wording], first: str, carried: Mapping[str, Wording], house: House) -> tuple[Fact, ...]:
    """The other languages, then what channels carry, the same words once, each with those who read them (CHN-3)."""
    others = [Fact(LANGUAGES[code], _wording(text)) for code, text in texts.items() if code != first]
    alike: dict[str, list[Channel]] = {}
    for channel in house.channels:
        if channel.name in carried:
            alike.setdefault(_wording(carried[channel.name]), []).append(channel)
    return (*others, *(Fact(_readers(channels, house), words) for words, channels in alike.items()))


def _readers(channels: Sequence[Channel], house: House) -> str:
    """`mail: e-mail to customers, in English`; of several, whose readers are named elsewhere, the names."""
    names = ", ".join(each.name for each in channels)
    return names if len(channels) > 1 else f"{names}: {described(channels[0], house)}"


def _wording(text: Wording) -> str:
    return _paragraphs(bold(text.title) if text.title else "", text.body)


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
