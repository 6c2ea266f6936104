"""The form for a public post: the stage, the facts its template needs, or the speaker's own words (STG-5)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from incidents.channels import Offer
from incidents.components import Component, ComponentState
from incidents.fact_sheet import data_doubted
from incidents.incident import Incident
from incidents.long_running import KIND
from incidents.phase import Phase
from incidents.records import Draft
from incidents.stage import LABELS, MOVES, Stage, allowed_after
from templates import estimates, known
from templates.card import Field, Form
from templates.due import with_aim
from templates.house import House
from templates.phrases import NATIVE
from templates.receivers import described, offered
from templates.states import proposed
from templates.update_fields import KIND_LABELS, FieldSpec, fields, kinds_for
from templates.words import clock, span

_SUGGESTED = {Phase.STABILISE: Stage.IDENTIFIED, Phase.VERIFY: Stage.MONITORING, Phase.RESOLVED: Stage.RESOLVED}
"""The stage that usually goes with a phase; a person decides (LIFE-15)."""


COMPONENT = "component:"
"""Begins the name of a field that says in what state a part of the service is."""

CHANNEL = "channel:"
"""Begins the name of a box that says whether a channel carries the post (CHN-3)."""

SAME_EVERYWHERE = frozenset({"service", "affected_share", "progress", "eta_time", "end_time", "report_time"})

PREVIEW, POST = "preview", "post"


def update_form(
    incident: Incident,
    stage: Stage | None,
    facts: Mapping[str, str],
    house: House,
    now: datetime,
    *,
    text: str = "",
    because: str = "",
    components: Mapping[str, ComponentState] | None = None,
    kind: str = "",
    every: int = 0,
    picks: Mapping[str, bool] | None = None,
) -> Form:
    """A public post, filled with all that is known (STG-5). Without ``stage`` the likely one is chosen."""
    chosen = stage or _likely(incident)
    facts = {**estimates.prefilled(incident, chosen, house, now), **facts}
    return Form(
        title="Post an update",
        says="update",
        fields=(
            Field("stage", "Stage", "choice", chosen.value, required=True, choices=_stages(incident, chosen)),
            Field("kind", "Case", "choice", kind, choices=_cases(chosen, kind)),
            *_content(incident, (chosen, kind), facts, house, now, text=text, components=components or {}),
            *_channels(incident, (chosen, kind), house, picks or {}),
            *([_every(every)] if kind == KIND else []),
            *_because(incident, chosen, because),
            _then(incident),
        ),
        submit="Send" if incident.cleared_first else "Post",
        intro=f"{_when_due(incident, house, now)}{_follows(incident, (chosen, kind), house)}",
        plain=" ".join(filter(None, ("/status", chosen, kind, "what customers should read"))),
    )


def edit_form(incident: Incident, draft: Draft, house: House, now: datetime) -> Form:
    """What waits for approval, for the approver to change and clear in one (APPR-4)."""
    facts, states = {**incident.facts, **draft.facts}, draft.components
    return Form(
        title="Edit and approve",
        says=f"approve edit {draft.number}",
        fields=(
            *_content(incident, (draft.stage, draft.kind), facts, house, now, text=draft.text, components=states),
            *_channels(incident, (draft.stage, draft.kind), house, draft.picks),
        ),
        submit="Approve as edited",
        intro=f"{LABELS['en'][draft.stage]}, written by {draft.author.name}, who is told what you changed. "
        "The next update time and the closing words are added for you.",
    )


def _content(
    incident: Incident,
    case: tuple[Stage, str],
    facts: Mapping[str, str],
    house: House,
    now: datetime,
    *,
    text: str,
    components: Mapping[str, ComponentState],
) -> tuple[Field, ...]:
    stage, kind = case
    known_facts = known.values(facts, incident=incident, house=house, now=now, next_update_at=None)
    return (
        *(
            shown
            for field in fields(stage, kind, data_doubted=data_doubted(incident))
            for shown in (_fact(field, known_facts[field.name]), *_translations(field, facts, house))
        ),
        *(_component(part, incident, stage, known_facts["service"], components) for part in house.components),
        Field("text", "Or in your own words (then the fields above are not used)", "text", text),
    )


def _component(
    part: Component, incident: Incident, stage: Stage, service: str, given: Mapping[str, ComponentState]
) -> Field:
    """In what state customers are told that it is; a person decides (STG-1)."""
    state = given.get(part.name) or proposed(part, incident, stage, f"{service} {incident.title}")
    return Field(
        COMPONENT + part.name,
        f"State of {part.name}",
        "choice",
        state.value,
        choices=tuple((each.value, each.label) for each in ComponentState),
    )


def _channels(incident: Incident, case: tuple[Stage, str], house: House, picks: Mapping[str, bool]) -> Iterator[Field]:
    """Ticked as the matrix says. Where an earlier post stands the next one follows, so nobody is asked (CHN-6)."""
    stage, kind = case
    yield from boxes(offered(incident, house, stage, kind=kind), picks, house)


def boxes(offers: Iterable[Offer], picks: Mapping[str, bool], house: House) -> Iterator[Field]:
    for offer in offers:
        if not offer.bound:
            name, ticked = offer.channel.name, "on" if offer.taken(picks) else ""
            yield Field(CHANNEL + name, f"Send to {name} ({described(offer.channel, house)})", "check", ticked)


def _then(incident: Incident) -> Field:
    send = "Send it for approval" if incident.cleared_first else "Post it"
    choices = ((POST, send), (PREVIEW, "Show me first what everybody would read"))
    return Field("then", "Then", "choice", POST, choices=choices)


def _likely(incident: Incident) -> Stage:
    """The stage to go on with: as far as the phase suggests, never one that may not follow."""
    suggested = _SUGGESTED.get(incident.phase, incident.stage or Stage.INVESTIGATING)
    held_back = incident.stage is Stage.MONITORING and suggested is Stage.IDENTIFIED
    stage = incident.stage if held_back else suggested
    return stage if stage in allowed_after(incident.stage) else incident.stage or Stage.INVESTIGATING


def _stages(incident: Incident, chosen: Stage) -> tuple[tuple[str, str], ...]:
    stages = dict.fromkeys((*allowed_after(incident.stage), chosen))
    return tuple((stage.value, LABELS["en"][stage]) for stage in stages)


def _every(minutes: int) -> Field:
    label = "From now on a post every (at most 4h; empty: as before)"
    return Field(
        "every", label, "line", span(minutes) if minutes else "", hint="For example: 2h. The commander decides"
    )


def _cases(stage: Stage, chosen: str) -> tuple[tuple[str, str], ...]:
    """The special cases of this stage; the fields are those of the one that is chosen."""
    kinds = dict.fromkeys((*kinds_for(stage), *([chosen] if chosen else [])))
    return ("", "The usual one for this stage"), *((kind, KIND_LABELS[kind]) for kind in kinds)


def _fact(field: FieldSpec, value: str) -> Field:
    """Never required by the chat itself: whoever writes a text of their own leaves these empty."""
    needed = "Needed, for example: " if field.required else "For example: "
    return Field(field.name, field.label, "line", value, hint=needed + field.hint)


def _translations(field: FieldSpec, facts: Mapping[str, str], house: House) -> Iterator[Field]:
    """The same words for those who read another language; figures and names need none (STG-34)."""
    for language in house.languages[1:] if field.name not in SAME_EVERYWHERE else ():
        name = f"{field.name}@{language}"
        yield Field(name, f"{field.label} ({NATIVE[language]})", "line", facts.get(name, ""))


def _because(incident: Incident, chosen: Stage, given: str) -> tuple[Field, ...]:
    """The reason that some ways between stages need; asked for only where one does (LIFE-17)."""
    if move := MOVES.get((incident.stage, chosen)):
        return (Field("because", move.asks, value=given, required=True),) if move.asks else ()
    return ()


def _follows(incident: Incident, case: tuple[Stage, str], house: House) -> str:
    stage, kind = case
    bound = [offer.channel.name for offer in offered(incident, house, stage, kind=kind) if offer.bound]
    return f" Also goes to {', '.join(bound)}, where an earlier post stands." if bound else ""


def _when_due(incident: Incident, house: House, now: datetime) -> str:
    due = incident.next_update_due()
    promised = f"Due {with_aim(clock(due, now=now, zone=house.zone), incident, house, now)}. " if due else ""
    return f"{promised}The next update time and the closing words are added for you."
