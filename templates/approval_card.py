"""A post before it goes out, word for word: for whoever sends it, and for whoever clears it (APPR-1)."""

from datetime import datetime

from incidents import approval, clearing, drafts
from incidents.incident import Incident
from incidents.records import Draft
from incidents.stage import LABELS
from templates import due
from templates.card import Button, Card, Fact
from templates.checked import checked
from templates.house import House
from templates.marks import bold, mention
from templates.origins import origin_line
from templates.receivers import receivers
from templates.words import clock

LANGUAGES = {"en": "English", "zh-CN": "简体中文", "fr": "Français", "pl": "Polski"}
CHANGED = "What is known has changed since you looked. This is what would go out now."


def approval_card(incident: Incident, house: House, now: datetime, *, lead: str = "") -> Card:
    """What waits: every word in every language, who would read it, what was found, until when (APPR-1)."""
    draft, owed = approval.waiting(incident), incident.deadlines.get("approval")
    facts = [Fact("Written by", ", ".join(mention(author) for author in draft.authors))]
    if owed:
        facts.append(Fact("Decide by", clock(owed.due_at, now=now, zone=house.zone)))
    if draft.cleared:
        facts.append(Fact("Said yes", ", ".join(mention(person) for person in draft.cleared.values())))
    if draft.reason:
        facts.append(Fact("Why", draft.reason))
    outdated = drafts.outdated(incident, draft)
    warning = f"May be out of date: {'; '.join(outdated)}." if outdated else ""
    return Card(
        title=f"For approval · {incident.severity.label} · {incident.title}",
        text=_paragraphs(lead, warning, _texts(draft)),
        facts=(*_facts(incident, draft, house), *facts),
        buttons=due.decision_buttons(incident),
        tone="warn",
    )


def preview_card(incident: Incident, draft: Draft, house: House, now: datetime, *, changed: bool) -> Card:
    """Nothing has been sent yet, and nobody else sees it."""
    needs = drafts.needed(incident, draft.template, now=now, kind=draft.kind)
    send = Button("Send for approval" if needs else "Post", f"update send {drafts.seal(incident, draft)}", "primary")
    back = Button("Back to the form", says="update back")
    return Card(
        title="Preview: not sent yet",
        text=_paragraphs(CHANGED if changed else "", _texts(draft)),
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
    goes = "; ".join(f"{each.channel} ({each.audience})" for each in receivers(incident, house))
    if made := origin_line(draft.origins):
        found.append(Fact("Made from", made))
    wrong = "\n".join(checked(draft, incident, house))
    return (*found, Fact("Goes to", goes), Fact("Wording", wrong or "nothing found"))


def _texts(draft: Draft) -> str:
    """The language is named only where there are several."""
    named = len(draft.texts) > 1
    return _paragraphs(
        *(
            _paragraphs(bold(LANGUAGES[code]) if named else "", bold(text.title), text.body)
            for code, text in draft.texts.items()
        )
    )


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
