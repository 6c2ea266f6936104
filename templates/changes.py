"""What a post says otherwise than the one before, and says so: the share affected, the expected time (LINT-58)."""

from collections.abc import Mapping

from incidents.incident import Incident
from incidents.records import Update
from templates import figures
from templates.house import House
from templates.phrases import PHRASES


def changes(found: Mapping[str, str], incident: Incident, house: House, language: str) -> dict[str, str]:
    """A sentence for each figure that customers read otherwise last time; empty where there is none."""
    phrases, before = PHRASES[language], incident.update
    share = _earlier("affected_share", found, before, house, language)
    eta = _earlier("eta_time", found, before, house, language)
    now = figures.of_customers(found["affected_share"], language)
    return {
        "share_change": phrases.share_changed.format(now=now, before=share) if share else "",
        "eta_change": phrases.eta_changed.format(now=_shown(found["eta_time"], language, house), before=eta)
        if eta
        else "",
    }


def _earlier(name: str, found: Mapping[str, str], before: Update | None, house: House, language: str) -> str:
    """The figure as it stood, in this language. Words are left out: nobody may have given them in it."""
    if not before or not found[name]:
        return ""
    old = before.facts.get(name, "").strip().rstrip(".")
    was = figures.localised(old, language, house.zone)
    is_ = figures.localised(found[name], language, house.zone)
    told = figures.localised(old, before.language, house.zone)
    return was if was and is_ and was != is_ and told in before.body else ""


def _shown(value: str, language: str, house: House) -> str:
    return figures.localised(value, language, house.zone) or value
