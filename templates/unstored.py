"""What somebody reads whose call for help the database would not keep: who was called all the same (REL-102)."""

from collections.abc import Sequence

from templates.card import Card


def card(called: Sequence[str], by_hand: Sequence[str], emergency: Sequence[str], reference: str) -> Card:
    """``by_hand`` are names with their numbers; ``emergency`` the organisation's own numbers."""
    parts = ["The database takes nothing in at the moment, so nothing was changed. Say it again later."]
    if called:
        parts.append(f"Called all the same: {', '.join(called)}.")
    if by_hand:
        parts.append(f"Call them by phone, Sitrep cannot reach them now: {', '.join(by_hand)}.")
    if by_hand and emergency:
        parts.append(f"In an emergency: {', '.join(emergency)}.")
    parts.append(f"Whoever looks after Sitrep finds it in the log as {reference}.")
    return Card(title="Not stored, and it is not your fault", text="\n\n".join(parts), tone="bad")
