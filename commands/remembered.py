"""What is kept of a line: its row when it was heard, its place in the log when it failed."""

import structlog

from commands.line import Line
from templates.card import Card
from templates.packing import pack

log = structlog.get_logger()


def heard_row(
    line: Line, words: str, *, incident: int | None, outcome: str, changes: list[str], card: Card | None
) -> dict[str, object]:
    """``words`` are as typed, made storable."""
    return {
        "delivery": line.delivery,
        "at": line.at,
        "who": line.who.id,
        "room": line.room,
        "via": line.via,
        "words": words,
        "incident_id": incident,
        "outcome": outcome,
        "changes": "\n".join(changes),
        "reply": pack(card) if card else None,
    }


def log_failure(line: Line, word: str, problem: BaseException, reference: str) -> None:
    log.error(
        "a line could not be carried out",
        action="line_failed",
        reference=reference,
        word=word[:40],
        delivery=line.delivery,
        exc_info=problem,
    )
