"""/incident decide TEXT [--by @person]: put a decision on the record, with who carries it out."""

from commands.call import Call
from incidents import timeline
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    happened_at = call.when()
    named = call.args.option("by").lstrip("@")
    executor = await call.somebody(named) if named else None
    timeline.note(
        incident,
        call.field_or_rest("text"),
        kind="decision",
        by=call.who,
        now=call.now,
        happened_at=happened_at,
        source=call.line.source,
        from_thread=call.line.thread,
        executor=executor,
    )
    return None
