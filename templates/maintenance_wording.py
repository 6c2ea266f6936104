"""Which text each step of planned maintenance takes, in every language of the house (STG-23, STG-24a to STG-24d)."""

from datetime import datetime

from incidents.maintenance import Maintenance
from incidents.records import Wording
from templates.house import House
from templates.maintenance import CHANGES, Window, maintenance_drafts
from templates.updates import UNKNOWN

_CHANGES = {"announced": "scheduled"}
"""What the steps are called where they are not called alike."""


def template_of(step: str) -> str:
    return CHANGES[_CHANGES.get(step, step)][0]


def maintenance_wordings(
    step: str,
    maintenance: Maintenance,
    house: House,
    *,
    now: datetime,
    old_end: datetime | None = None,
    reason: str = "",
) -> dict[str, Wording]:
    """The source language first. ``old_end`` and ``reason`` are an extension's: what was promised, why it is longer.

    A time that has passed is no promise, so it is not named.
    """
    facts = {
        "service": maintenance.service,
        "reason_plain": reason or maintenance.reason,
        "effect": maintenance.effect,
        "not_affected": maintenance.not_affected,
        **_in_other_languages(maintenance, extended=bool(reason)),
    }
    end = maintenance.ends_at
    window = Window(
        maintenance.starts_at,
        old_end or end,
        new_end=end if old_end else None,
        ended_at=(maintenance.ended_at or now) if step == "completed" else None,
    )
    promised = end if step in ("extended", "verifying") and end > now else None
    made = maintenance_drafts(_CHANGES.get(step, step), facts, window, house=house, now=now, next_update_at=promised)
    return {language: each.wording for language, each in made.items() if UNKNOWN not in each.body}


def _in_other_languages(maintenance: Maintenance, *, extended: bool) -> dict[str, str]:
    """Why it takes longer was said in one language only (STG-34)."""
    facts = {name.replace("reason@", "reason_plain@"): text for name, text in maintenance.words.items()}
    return {name: text for name, text in facts.items() if not (extended and name.startswith("reason"))}
