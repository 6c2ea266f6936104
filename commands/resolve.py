"""/incident resolve DATA STATEMENT [--because "why monitoring ends early"]: the IC confirms full recovery."""

from commands.call import Call
from incidents import ending
from incidents.ending import Recovery
from templates import forms
from templates.card import Card

DATA = {
    "none_affected": "No data was lost or changed.",
    "being_checked": "Whether data was affected is still being checked.",
}


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    if call.said.bare and not call.form:
        ending.may_resolve(incident, call.who)
        missing = ending.missing_for_resolve(incident, Recovery(), now=call.now)
        return Card(title="Resolve", form=forms.resolve_form(incident, missing))
    ending.resolve(incident, _from_form(call) if call.form else _typed(call), by=call.who, now=call.now)
    return None


def _typed(call: Call) -> Recovery:
    """A commander who types it in one line confirms all three; what became of data is in the words (LIFE-11)."""
    early = call.args.option("because")
    return Recovery(
        impact_ended=True, recovered=True, confident=True, data_statement=call.args.rest(), early_reason=early
    )


def _from_form(call: Call) -> Recovery:
    def ticked(name: str) -> bool:
        return call.field(name).lower() in ("on", "true", "yes", "1")

    return Recovery(
        impact_ended=ticked("impact_ended"),
        recovered=ticked("recovered"),
        confident=ticked("confident"),
        data_statement=DATA.get(call.field("data")) or call.field("data_text"),
        early_reason=call.field("early_reason"),
    )
