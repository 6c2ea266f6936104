"""One call, given to the word that was said."""

import asyncio

from commands.call import Call
from commands.parse import SEVERITY_OR_DECLARE, Said
from commands.vocabulary import RESERVED, nearest
from commands.words import VOCABULARY, WORDS, usage
from incidents.errors import Refused
from incidents.person import CLOCK
from templates import answers
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    said = call.said
    if said.word in RESERVED and call.who != CLOCK:
        raise Refused("Only the clock says that.")
    if not said.known:
        return _unknown(said)
    word = said.word
    if word == SEVERITY_OR_DECLARE:
        word = "severity" if call.incident else "declare"
    try:
        return await WORDS[word or "help"].carry_out(call)
    except asyncio.CancelledError as stray:
        if (task := asyncio.current_task()) and task.cancelling():
            raise
        # Nobody stopped us, so it is a bug like any other: passed on, it would leave the speaker unanswered (REL-015).
        raise RuntimeError("the word cancelled itself") from stray


def _unknown(said: Said) -> Card:
    near = nearest(said.word, VOCABULARY)
    meant = [usage(VOCABULARY.meaning(word) or "help") for word in near]
    return answers.unknown_word(said.word[:40], near, meant)
