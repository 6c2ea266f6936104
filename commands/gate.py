"""The gate of the wording rules: who goes past it says why, and that is on the record (WL-2)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from incidents.incident import Incident
from incidents.records import Draft
from incidents.wording.check import NEVER_OVERRIDDEN, override
from incidents.wording.finding import Finding
from templates.card import Field, Form
from templates.checked import stopping
from templates.house import House


def objections(made: Draft, incident: Incident, house: House) -> list[Finding]:
    """What keeps the post back; not what its author or approver has set aside already."""
    found = stopping(made, incident, house)
    return [finding for finding in found if finding.id not in made.aside or finding.id in NEVER_OVERRIDDEN]


def past(made: Draft, found: Sequence[Finding], *, because: str) -> Draft:
    """The post with these objections set aside. Raises Refused for those that nobody sets aside."""
    rules = override(found, reason=because).rules
    reason = "; ".join(filter(None, (made.reason, set_aside(found, because=because))))
    return replace(made, reason=reason, aside=(*made.aside, *rules))


def set_aside(found: Iterable[Finding], *, because: str) -> str:
    """As it stands on the timeline. Raises Refused for what nobody sets aside."""
    aside = override(found, reason=because)
    return f"wording rules {', '.join(aside.rules)} set aside: {aside.reason}"


def asking(form: Form, found: Iterable[Finding], label: str) -> Form:
    """The form with a field for why it goes out as it is, where somebody may say so."""
    firm = any(finding.id in NEVER_OVERRIDDEN for finding in found)
    return form if firm else replace(form, fields=(*form.fields, Field("override", label)))
