"""What is written to each customer where few are affected, to be copied; no channel carries it (STG-17, SVR-15)."""

from incidents.incident import Incident
from incidents.records import Draft
from templates.approval_card import LANGUAGES
from templates.card import Button, Card
from templates.marks import bold

INSTEAD = "status skip few customers are affected, and each of them is written to"


def to_each_card(incident: Incident, draft: Draft) -> Card:
    """Whether it takes the place of a post is the commander's to say, and then it is on the record."""
    several = len(draft.texts) > 1
    parts = [
        "\n\n".join(filter(None, (bold(LANGUAGES[code]) if several else "", bold(text.title), text.body)))
        for code, text in draft.texts.items()
    ]
    public = incident.update is not None or bool(incident.skipped_post)
    return Card(
        title="To each customer: nothing was posted",
        text="\n\n".join(("Copy this to the customers concerned.", *parts)),
        buttons=() if public else (Button("No public post", says=INSTEAD),),
    )
