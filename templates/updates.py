"""Public posts: one template per stage, filled with what is known (STG-1 to STG-18)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from incidents.incident import Incident
from incidents.stage import LABELS, Stage
from templates import known
from templates.house import House
from templates.words import environment

UNKNOWN = "[?]"
"""Stands for a fact that is still missing; no post goes out with one in it (LINT-8)."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One fact of a post: ``name`` is its STG-8 placeholder; ``required`` ones block the post while unknown (STG-5).

    ``hint`` is an example of a value, in the form in which the template's sentence needs it.
    """

    name: str
    label: str
    hint: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A post before it goes out. ``unknown`` names the facts that its body still shows as `[?]`."""

    stage: Stage
    template: str
    title: str
    body: str
    unknown: tuple[str, ...] = ()


_SERVICE = FieldSpec("service", "Service", "Checkout")
_NAMED_SERVICE = FieldSpec("service", "Service", "Checkout", required=True)
_SYMPTOM = FieldSpec("symptom", "What customers see", "error messages when paying")
_REGIONS = FieldSpec("regions", "Regions", "Europe and Asia")
_NOT_AFFECTED = FieldSpec("not_affected", "What works normally", "browsing and the cart")
_WORKAROUND = FieldSpec("workaround", "What customers can do meanwhile", "pay by invoice")
_SHARE = FieldSpec("affected_share", "How many customers", "40%", required=True)

FIELDS: dict[Stage, tuple[FieldSpec, ...]] = {
    Stage.INVESTIGATING: (
        _NAMED_SERVICE,
        FieldSpec("symptom", "What customers see", "error messages when paying", required=True),
        FieldSpec("action_now", "What we are doing now", "checking the payment connection", required=True),
        FieldSpec("affected_who", "Who is affected", "customers in Europe"),
        _NOT_AFFECTED,
    ),
    Stage.IDENTIFIED: (
        _SERVICE,
        _SYMPTOM,
        FieldSpec("cause_plain", "Confirmed cause", "a faulty setting reached our servers", required=True),
        _SHARE,
        FieldSpec("functions", "What they cannot use", "card payment", required=True),
        FieldSpec("fix_plain", "What we are doing about it", "rolling back the setting", required=True),
        _REGIONS,
        FieldSpec("eta_time", "Normal again by (empty: no reliable estimate yet)", "16:00 UTC"),
        _WORKAROUND,
    ),
    Stage.MONITORING: (
        _SERVICE,
        _SYMPTOM,
        FieldSpec("fix_plain", "What we finished", "rolling back the setting", required=True),
        FieldSpec("end_time", "Finished at", "15:10 UTC", required=True),
        FieldSpec("progress", "How much works again", "98%", required=True),
        FieldSpec("remaining_impact", "Who still waits", "5% of customers in Asia", required=True),
    ),
    Stage.RESOLVED: (
        _NAMED_SERVICE,
        FieldSpec("data_statement", "Was data lost or changed?", "No data was lost or changed.", required=True),
        FieldSpec("prevention", "To prevent a repeat we will", "test this setting before each release", required=True),
        _SYMPTOM,
        FieldSpec("cause_plain", "Cause in plain words", "a faulty setting reached our servers"),
        FieldSpec("fix_plain", "What restored it", "rolling back the setting"),
        FieldSpec("report_time", "Full report by", "Friday 17:00 UTC"),
    ),
    Stage.WITHDRAWN: (_SERVICE,),
}
"""What the form of each stage asks for (table 7.2); times, duration and contact fill themselves in."""

SCOPING = (
    _SHARE,
    FieldSpec("functions", "What they cannot use", "card payment", required=True),
    FieldSpec("action_now", "What we are doing now", "checking the payment connection", required=True),
    _SERVICE,
    _SYMPTOM,
    _REGIONS,
    _NOT_AFFECTED,
    _WORKAROUND,
)
"""What the scoping post and an update with a change ask for (STG-12)."""

_STAGES = {
    Stage.INVESTIGATING: "STG-11",
    Stage.IDENTIFIED: "STG-14",
    Stage.MONITORING: "STG-15",
    Stage.RESOLVED: "STG-16",
    Stage.WITHDRAWN: "STG-18",
}
_FILES = {
    "STG-10": "holding",
    "STG-12": "scoping",
    "STG-13": "no_news",
    **{template: stage.value for stage, template in _STAGES.items()},
}


def draft(
    stage: Stage,
    kind: str,
    facts: Mapping[str, str],
    *,
    incident: Incident,
    house: House,
    now: datetime,
    next_update_at: datetime | None,
    text: str = "",
) -> Draft:
    """The post for ``stage``: in the speaker's own words if there is ``text``, else from a template (STG-5).

    ``kind`` is `holding`, `no-news`, `scoping` or anything else for the stage's own template. Holding and no-news are
    always complete. A holding post says that we investigate: later than that it becomes one without news, and
    one without news that follows no post becomes a holding post.
    """
    template = "text" if text else _template(stage, kind, incident)
    if template == "STG-10":
        stage = Stage.INVESTIGATING
    values = known.values(facts, incident=incident, house=house, now=now, next_update_at=next_update_at)
    missing = tuple(name for name in _required(stage, template) if not values[name])
    shown = values | dict.fromkeys(missing, UNKNOWN) | {"stage": stage.value, "text": _sentence(text)}
    return Draft(stage, template, _title(stage, values, incident), _body(template, shown), missing)


def _template(stage: Stage, kind: str, incident: Incident) -> str:
    if stage.final:
        return _STAGES[stage]
    if kind in ("holding", "no-news"):
        news_free = kind == "no-news" or stage is not Stage.INVESTIGATING
        return "STG-13" if news_free and incident.update else "STG-10"
    return "STG-12" if kind == "scoping" else _STAGES[stage]


def _required(stage: Stage, template: str) -> tuple[str, ...]:
    if template in ("text", "STG-10", "STG-13"):
        return ()
    fields = SCOPING if template == "STG-12" else FIELDS[stage]
    return tuple(field.name for field in fields if field.required)


def _body(template: str, values: Mapping[str, str]) -> str:
    """Paragraphs with one empty line between them; a paragraph whose sentences all fell away leaves no gap."""
    body = environment.get_template(f"updates/en/{_FILES.get(template, template)}.j2").render(values)
    return re.sub(r"\n{3,}", "\n\n", body).strip()


def _title(stage: Stage, values: Mapping[str, str], incident: Incident) -> str:
    """`Identified - Checkout: payments fail`; without these facts the incident's title, without its severity."""
    label = LABELS["en"][stage]
    if values["service"] and values["symptom"]:
        return f"{label} - {values['service']}: {values['symptom']}"
    subject = known.public_title(incident) or f"reports about {values['service_named']}"
    return f"{label} - {subject}"


def _sentence(text: str) -> str:
    text = text.strip()
    ended = text.rstrip("\"'”’»)").endswith((".", "!", "?", "…", "。", "！", "？"))
    return text if ended or not text else f"{text}."
