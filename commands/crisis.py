"""/incident crisis 1|2|3|over [WHY]: it threatens the organisation itself; then Legal reads every post."""

from commands.call import Call
from commands.lapsed import go_on
from incidents import crisis
from templates import crisis_cards
from templates.card import Card

_OVER = ("over", "end", "ended", "done")


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    word = call.field("level") if call.form else call.args.peek().lower()
    if word in _OVER:
        call.args.word()
        crisis.end(incident, reason=_why(call), by=call.who, now=call.now)
        go_on(call, incident)
        return None
    if word == "level":
        call.args.word()
        word = call.args.peek()
    if not word:
        crisis.may_declare(incident, call.who)
        form = crisis_cards.form(incident)
        return Card(title=form.title, form=form)
    call.args.word()
    level = int(word) if word in ("1", "2", "3") else 0
    crisis.declare(incident, level, reason=_why(call), by=call.who, now=call.now)
    return None


def _why(call: Call) -> str:
    if call.form:
        return call.one_line("reason")
    return call.args.option("because") or call.one_line("reason")
