"""What may not stand in a text that nobody reads over before it goes out (WL-2).

The gate keeps other posts back until somebody has mended them. A text that is complete as it is goes out when time is
over, and a short message is made for its channel: what the wording rules would stop falls away from these by itself.
"""

from collections.abc import Mapping
from dataclasses import replace

from incidents import fact_sheet
from incidents.incident import Incident
from incidents.stage import Stage
from incidents.wording.check import blocking, check
from incidents.wording.finding import Finding
from incidents.wording.post import House as Wording
from incidents.wording.post import Post
from templates.house import House

READY_MADE = ("STG-10", "STG-13", "STG-18", "short")
"""Complete as they are, so they never wait for the lint."""

ASKED_FOR = frozenset({*(f"LINT-{number}" for number in range(1, 20) if number != 8), "LINT-46", "LINT-60"})
"""What a stage and its change require: its form and its rules see to that. Paragraphs are no reason to be silent."""

_OF_WHOLE_TEXTS = frozenset({"LINT-34", "LINT-64"})
"""A few words alone show neither the state of a part nor the language they belong to."""
SECRETS = frozenset({"LINT-41"})
"""What stays out of the house's own rooms and mails, too."""


def unfit(
    said: Mapping[str, str],
    *,
    stage: Stage,
    language: str,
    incident: Incident,
    house: House,
    only: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """The names of those that may not be said as they stand. ``only``: these rules, and no others."""
    found = objections(said, stage=stage, language=language, incident=incident, house=house)
    return frozenset(each.field for each in found if not only or each.id in only)


def objections(
    said: Mapping[str, str], *, stage: Stage, language: str, incident: Incident, house: House
) -> list[Finding]:
    """What the rules would stop in these facts, while they are only noted down (WL-1)."""
    post = Post(
        fields=said,
        language=language,
        stage=stage.value,
        data_check="confirmed" if fact_sheet.data_checked(incident) else "none",
        house=replace(ours(house), eta=incident.policy.eta_public),
    )
    found = [each for each in blocking(check(post)) if each.field in said]
    return [each for each in found if each.id not in ASKED_FOR | _OF_WHOLE_TEXTS]


def ours(house: House) -> Wording:
    """The organisation's words. The addresses that every post names are ours, also where they have a port (LINT-29)."""
    own = (house.status_url, house.subscribe_url, house.support_contact)
    return replace(house.wording, allowed=(*house.wording.allowed, *filter(None, own)))
