"""/incident who @person: how to reach somebody, and what they do in this incident."""

from commands.call import Call
from templates import answers, marks
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    person = await call.person(ask="/incident who @somebody")
    contact = call.contact(person)
    roles = [role.label for role in call.incident.roles_of(person)] if call.incident else []
    lines = [f"{person.name} ({marks.mention(person)})", f"Phone: {contact.phone or 'not known'}"]
    if roles:
        lines.append("Here: " + ", ".join(roles))
    return answers.done("\n".join(lines))
