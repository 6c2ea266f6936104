"""What an organisation owes to itself, in words (CAD-24f)."""

from collections.abc import Sequence
from datetime import date

from incidents import routines
from incidents.routines import Routine
from templates import marks
from templates.card import Button, Card, Fact


def reminder(routine: Routine, last: date, today: date) -> Card:
    owed = routines.due(routine, last)
    when = f"is due on {owed}" if today < owed else "is due today" if today == owed else f"was due on {owed}"
    text = f"{routine.name} {when}; it was last done on {last}."
    buttons = (Button("It is done", says=f"routine done {routine.name}", style="primary"),)
    return Card(title="To be done again", text=text, buttons=buttons, tone="bad" if today > owed else "warn")


def overdue(found: Sequence[tuple[Routine, date]]) -> Card:
    """Once a month, for everybody."""
    lines = [
        f"{routine.name}, {marks.mention(routine.owner)}: due since {routines.due(routine, last)}"
        for routine, last in found
    ]
    return Card(title="Overdue", text="\n".join(lines), tone="warn")


def listed(found: Sequence[tuple[Routine, date | None]]) -> Card:
    facts = tuple(Fact(routine.name, _stands(routine, last)) for routine, last in found)
    return Card(title="What is done again and again", text="" if facts else "Nothing is configured.", facts=facts)


def _stands(routine: Routine, last: date | None) -> str:
    owed = f"last done {last}, due {routines.due(routine, last)}" if last else f"every {routine.every}"
    return f"{owed}, {marks.mention(routine.owner)}"
