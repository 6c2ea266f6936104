"""/incident update [STAGE] [CASE] [TEXT]: post to customers; bare it opens the form; `holding`, `no-news` post at once.

`update preview STAGE TEXT` shows it first. The buttons under a preview say `update send …` and `update back`.
"""

import re

from commands.call import Call
from commands.posting import back_to_form, post, send_previewed
from templates.card import Card

_PRESSED = re.compile(r"send ([0-9a-f]{12})")


async def carry_out(call: Call) -> Card | None:
    if pressed := _PRESSED.fullmatch(call.said.args):
        return await send_previewed(call, pressed[1])
    if call.said.args == "back" and not call.form:
        return await back_to_form(call)
    preview = call.args.peek().lower() == "preview"
    if preview:
        call.args.word()
    return await post(call, preview=preview)
