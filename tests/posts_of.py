"""Posts of one incident with example facts, in any language, for the tests of templates."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from incidents.declaring import declare
from incidents.incident import Incident
from incidents.person import Person
from incidents.policy import Policy
from incidents.records import Update
from incidents.severity import Severity
from incidents.stage import Stage
from templates.house import House
from templates.phrases import LANGUAGES
from templates.update_fields import KINDS, template
from templates.updates import Draft, draft

ADA = Person(id="ada@example.org", name="Ada Lovelace", handle="ada")
T0 = datetime(2031, 4, 2, 14, 2, 40, tzinfo=UTC)
NOW = T0 + timedelta(minutes=30)
DUE = datetime(2031, 4, 2, 15, 0, tzinfo=UTC)
CASES = [("", stage) for stage in Stage] + [
    (kind, stage) for kind in KINDS for stage in Stage if template(stage, kind) != template(stage, "")
]
"""Every template of an incident's posts, with each stage it stands for."""


def house(*languages: str, **more: Any) -> House:
    return House(
        languages=languages or LANGUAGES,
        support_contact="help@example.com",
        status_url="https://status.example.com",
        subscribe_url="https://status.example.com/subscribe",
        zone=more.pop("zone", "Europe/Paris"),
        **more,
    )


def incident(stage: Stage | None = Stage.INVESTIGATING, facts: Mapping[str, str] | None = None) -> Incident:
    made = declare(
        id=1, title="Checkout returns 500s", severity=Severity.SEV1, by=ADA, now=T0, policy=Policy(zone="Europe/Paris")
    )
    made.facts = dict(facts or {})
    if stage:
        at = T0 + timedelta(minutes=4)
        made.update, made.stage = Update(1, stage, "t", "b", ADA, at, DUE, "STG-10"), stage
        made.clocks.first_public_at = at
    return made


def post(
    kind: str,
    stage: Stage,
    facts: Mapping[str, str],
    *,
    where: House,
    language: str = "",
    about: Incident | None = None,
    **more: Any,
) -> Draft:
    told = about or incident(None if kind == "holding" else stage)
    more = {"now": NOW, "next_update_at": DUE} | more
    return draft(stage, kind, facts, incident=told, house=where, language=language, **more)


def update(stage: Stage, facts: Mapping[str, str], at: datetime = NOW) -> Update:
    made = Update(2, stage, "t", "b", ADA, at, None if stage.final else DUE, "STG-11")
    return replace(made, facts=dict(facts))
