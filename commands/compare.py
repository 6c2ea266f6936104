"""(the clock): says what channels were found to carry."""

from functools import cache

from pydantic import TypeAdapter

from commands.call import Call
from incidents import carrying
from incidents.consistency import Told
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    read = {name: unpack(call.field(name)) for name in call.line.fields}
    carrying.compare(await call.here(), read, now=call.now)
    return None


@cache
def _shape() -> TypeAdapter[Told]:
    return TypeAdapter(Told)


def pack(told: Told) -> str:
    return _shape().dump_json(told).decode()


def unpack(packed: str) -> Told:
    return _shape().validate_json(packed)
