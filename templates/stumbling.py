"""What somebody reads whose words failed by a fault of ours: kept, done after all, given up (REL-013)."""

from dataclasses import replace

from templates.card import Button, Card

_LONGEST_AGAIN = 1_000
_QUOTED = 300


def kept(reference: str) -> Card:
    text = (
        "Nothing was changed so far. Sitrep keeps what you said and tries it again by itself for a minute; you will "
        "read what came of it, and need not say it again. If it cannot wait, go on by hand and call people by phone."
    )
    return Card(title="That did not work yet, and it is not your fault", text=_with(text, reference), tone="warn")


def worked(words: str, answer: Card | None) -> Card:
    said = f"You said “{words[:_QUOTED]}”. It worked when it was tried again."
    return replace(answer, text=f"{said}\n\n{answer.text}".strip()) if answer else Card(text=said, tone="good")


def refused(words: str, answer: Card | None) -> Card:
    said = f"You said “{words[:_QUOTED]}”. It was tried again, and then refused."
    return replace(answer, text=f"{said}\n\n{answer.text}".strip()) if answer else Card(text=said, tone="warn")


def given_up(words: str, reference: str, *, tries: int, says: str) -> Card:
    """``says`` is what the button says to try it once more; empty where that cannot be said by a button."""
    text = (
        f"You said “{words[:_QUOTED]}”. Sitrep tried it {tries} times and failed by a fault of its own. "
        "Nothing was changed. Go on by hand, and call people by phone."
    )
    again = (Button("Try once more", says=says),) if 0 < len(says) <= _LONGEST_AGAIN else ()
    return Card(title="Given up, and it is not your fault", text=_with(text, reference), tone="bad", buttons=again)


def unread(reference: str, *, tries: int, what: str) -> Card:
    text = (
        f"Sitrep tried {tries} times to read {what} and failed by a fault of its own. If it was for the "
        "record or for Sitrep, say it in other words, or go on by hand."
    )
    return Card(title="Not read, and it is not your fault", text=_with(text, reference), tone="bad")


def _with(text: str, reference: str) -> str:
    return f"{text}\n\nWhoever looks after Sitrep finds it in the log as {reference}."
