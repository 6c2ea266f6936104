"""Every word there is, in the order help shows them. A new command is one file and one entry here."""

from typing import Protocol

from commands import (
    account,
    ack,
    action,
    answers,
    approve,
    assign,
    audit,
    breach,
    brief,
    cancel,
    capture,
    carried,
    cause,
    channels,
    close,
    compare,
    correct,
    crisis,
    decide,
    declare,
    definition,
    doctor,
    due,
    eta,
    executive,
    facts,
    feedback,
    find,
    give_back,
    handover,
    help,
    ic,
    key,
    leader,
    left,
    listing,
    maintenance,
    major,
    mask,
    note,
    object_to,
    page,
    phase,
    propose,
    release,
    remind,
    rename,
    reopen,
    replies,
    resolve,
    review,
    roles,
    routine,
    severity,
    snooze,
    status,
    steady,
    take,
    task,
    tested,
    timeline,
    todo,
    update,
    us,
    who,
    withdraw,
)
from commands.call import Call
from commands.vocabulary import RESERVED, Vocabulary
from templates.card import Card


class Command(Protocol):
    """A file of this folder: its first line says how it is typed and what it does."""

    __doc__: str | None

    async def carry_out(self, call: Call, /) -> Card | None: ...


WORDS: dict[str, Command] = {
    "declare": declare,
    "severity": severity,
    "major": major,
    "crisis": crisis,
    "take": take,
    "assign": assign,
    "release": release,
    "roles": roles,
    "handover": handover,
    "status": status,
    "update": update,
    "maintenance": maintenance,
    "approve": approve,
    "return": give_back,
    "due": due,
    "snooze": snooze,
    "executive": executive,
    "eta": eta,
    "feedback": feedback,
    "us": us,
    "answers": answers,
    "note": note,
    "channels": channels,
    "find": find,
    "cause": cause,
    "facts": facts,
    "action": action,
    "decide": decide,
    "todo": todo,
    "timeline": timeline,
    "correct": correct,
    "withdraw": withdraw,
    "key": key,
    "mask": mask,
    "steady": steady,
    "breach": breach,
    "task": task,
    "propose": propose,
    "object": object_to,
    "brief": brief,
    "phase": phase,
    "resolve": resolve,
    "reopen": reopen,
    "cancel": cancel,
    "review": review,
    "account": account,
    "leader": leader,
    "close": close,
    "rename": rename,
    "ic": ic,
    "page": page,
    "ack": ack,
    "who": who,
    "list": listing,
    "definition": definition,
    "routine": routine,
    "doctor": doctor,
    "help": help,
    "capture": capture,
    "left": left,
    "remind": remind,
    "carried": carried,
    "tested": tested,
    "replies": replies,
    "compare": compare,
    "audit": audit,
}

HIDDEN = frozenset({"audit", "capture", "carried", "compare", "left", "remind", "replies", "tested"})
"""Said by the clock and by delivery, or by writing in the timeline thread; nobody types them."""

VOCABULARY = Vocabulary.of(word for word in WORDS if word not in HIDDEN - RESERVED)


def usage(word: str) -> str:
    """How a word is typed: the first half of its file's first line."""
    return _first_line(word).partition(": ")[0]


def meaning(word: str) -> str:
    """What it does: the second half."""
    return _first_line(word).partition(": ")[2].rstrip(".")


def usages() -> list[tuple[str, str]]:
    return [(usage(word), meaning(word)) for word in WORDS if word not in HIDDEN]


def _first_line(word: str) -> str:
    return (WORDS[word].__doc__ or "").partition("\n")[0]
