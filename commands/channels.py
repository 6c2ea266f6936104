"""/incident channels [send NAME|done NAME|test NAME]: where public posts go; send again, say that you posted it, test.

Without more words the register: what each channel is for, who owns it and, for those who may post, how to get in.
"""

from commands import testing
from commands.call import Call
from incidents import carrying
from incidents.channels import Channel
from incidents.errors import Refused
from templates.card import Card
from templates.channel_list import channel_list


async def carry_out(call: Call) -> Card | None:
    word = call.args.peek().lower()
    if word in ("send", "done"):
        call.args.word()
        await _act(call, word)
        return None
    if word == "test":
        call.args.word()
        return await testing.test(call, named(call))
    if word:
        raise Refused(f"“{word[:40]}” is nothing to do with channels.", hint="/incident channels send NAME")
    house = await testing.tested(call.unit.c, call.settings.house)
    return channel_list(house, call.incident, call.who, call.now)


async def _act(call: Call, word: str) -> None:
    incident = await call.here()
    channel = named(call)
    number = _number(call, f"/incident channels {word} {channel.name}")
    if word == "done":
        owner = call.who.id in (channel.owner, channel.backup)
        carrying.done_by_hand(incident, channel.name, number, by=call.who, now=call.now, owner=owner)
        return
    carrying.again(incident, channel.name, number, by=call.who, now=call.now)


def _number(call: Call, hint: str) -> int | None:
    typed = call.args.word().removeprefix("#")
    if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 6):
        raise Refused(f"“{typed[:40]}” is no update’s number.", hint=hint)
    return int(typed) if typed else None


def named(call: Call) -> Channel:
    """The channel that the next word names; raises Refused for one there is not."""
    name = call.args.word()
    names = ", ".join(channel.name for channel in call.settings.house.channels) or "none"
    if not name:
        raise Refused(f"Which channel? There are: {names}.", hint="/incident channels send NAME")
    found = call.settings.house.channel(name.lower())
    if found is None:
        raise Refused(f"There is no channel “{name[:40]}”. There are: {names}.")
    return found
