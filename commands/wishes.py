"""What somebody wants to post, read from their words or from their form: stage, special case, facts, own words."""

from difflib import get_close_matches
from typing import NoReturn

from commands.call import Call
from commands.clean import one_line
from commands.composing import Wish
from commands.times import span
from incidents.components import ComponentState
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.records import Draft
from incidents.stage import Stage, allowed_after, read
from templates.house import House
from templates.placeholders import FACTS
from templates.receivers import offered
from templates.update_fields import KINDS, kinds_for, stages_for
from templates.update_form import CHANNEL, COMPONENT, PREVIEW

_OWN = {"stage", "kind", "text", "because", "then", "override", "every"}
"""Fields of the form that are about this post; all others are components or facts about the incident."""

_SHORT = {
    "who": "affected_who",
    "share": "affected_share",
    "works": "not_affected",
    "action": "action_now",
    "cause": "cause_plain",
    "fix": "fix_plain",
    "still": "remaining_impact",
    "eta": "eta_time",
    "start": "start_time",
    "end": "end_time",
    "data": "data_statement",
}
"""How the longer facts may be typed: `--share 40%`."""


def typed(call: Call, *, preview: bool) -> Wish:
    """`[STAGE] [CASE] [--fact "words"] [text]`, stage and case in any order."""
    because, override = call.args.option("because"), call.args.option("override")
    every, picks = _every(call.args.option("every")), _only(call.args.option("channels"), call.settings.house)
    facts = _typed_facts(call)
    kind = _case(call, first=True)
    stage = read(call.args.peek())
    if stage:
        call.args.word()
    kind = kind or _case(call, first=stage is None)
    return Wish(
        kind, stage, call.args.rest(), because, facts, preview=preview, every=every, picks=picks, override=override
    )


def _only(typed: str, house: House) -> dict[str, bool]:
    """`--channels page,mail`: these and no others; `none` leaves all out. Raises Refused for a name there is not."""
    wanted = [name for name in typed.lower().replace(",", " ").split() if name != "none"]
    if unknown := [name for name in wanted if house.channel(name) is None]:
        names = ", ".join(channel.name for channel in house.channels) or "none"
        raise Refused(f"There is no channel “{unknown[0][:40]}”. There are: {names}.")
    return {channel.name: channel.name in wanted for channel in house.channels} if typed else {}


def picked(call: Call) -> dict[str, bool]:
    """Channels added or left out, by the form's boxes or by `--channels` (CHN-3)."""
    return _ticked(call) if call.form else _only(call.args.option("channels"), call.settings.house)


def known_channels(wish: Wish, incident: Incident, house: House, stage: Stage) -> None:
    """Whom somebody names must be one for posts like this. A form shows only those."""
    possible = {offer.channel.name for offer in offered(incident, house, stage, kind=wish.kind)}
    if barred := [name for name, taken in wish.picks.items() if taken and name not in possible]:
        what = " ".join(filter(None, (stage, wish.kind)))
        raise Refused(f"{barred[0]} is not told of a {incident.severity.label} in stage {what}.", choices=("channels",))


def _case(call: Call, *, first: bool) -> str:
    """The special case that the next word names.

    Behind a stage `long delays` begins a text: there a case of one plain word stands alone.
    """
    word = case(call.args.peek())
    if not word or not (first or "-" in word or call.args.alone()):
        return ""
    call.args.word()
    return word


def case(word: str) -> str:
    """The special case that a word names, in any case, `_` for the hyphen; empty when it names none."""
    plain = word.lower().replace("_", "-")
    return plain if plain in KINDS else ""


def _typed_facts(call: Call) -> dict[str, str]:
    names = {name.replace("_", "-"): name for name in FACTS} | _SHORT
    others = [f"@{language}" for language in call.settings.house.languages[1:]]
    given = {
        name + other: one_line(call.args.option(spelled + other), 500)
        for spelled, name in names.items()
        for other in ("", *others)
    }
    return {name: value for name, value in given.items() if value}


def from_form(call: Call) -> Wish:
    """What was emptied is meant to be empty: a way round that helps nobody any more is not told again."""
    known = call.incident.facts if call.incident else {}
    names = [name for name in call.line.fields if name not in _OWN]
    facts = {name: call.field(name, limit=500) for name in names if not name.startswith((COMPONENT, CHANNEL))}
    return Wish(
        case(call.field("kind")),
        read(call.field("stage")),
        call.field("text"),
        call.field("because"),
        {name: value for name, value in facts.items() if value or known.get(name)},
        _components(call),
        preview=call.field("then") == PREVIEW,
        every=_every(call.field("every")),
        picks=_ticked(call),
        override=call.field("override"),
    )


def _every(typed: str) -> int:
    """`2h`, `every 90 min`: minutes. Raises Refused for what is no span."""
    plain = typed.strip().removeprefix("every ")
    found = span(plain) if plain else None
    if plain and not found:
        raise Refused(f"“{plain[:40]}” is no span of time.", hint="/status long --every 2h")
    return found[0] if found else 0


def _components(call: Call) -> dict[str, ComponentState]:
    """Only parts that the organisation has, in states there are."""
    chosen = {part.name: call.field(COMPONENT + part.name) for part in call.settings.house.components}
    states = ComponentState.__members__.values()
    return {name: ComponentState(state) for name, state in chosen.items() if state in states}


def _ticked(call: Call) -> dict[str, bool]:
    """A box that the form did not show leaves its channel to the matrix."""
    names = [channel.name for channel in call.settings.house.channels if CHANNEL + channel.name in call.line.fields]
    return {name: bool(call.field(CHANNEL + name)) for name in names}


def of_draft(draft: Draft) -> Wish:
    return Wish(
        draft.kind,
        draft.stage,
        draft.text,
        draft.reason,
        draft.facts,
        draft.components,
        every=draft.every,
        picks=draft.picks,
    )


def kept(stage: Stage, wish: Wish) -> dict[str, str]:
    """The fields of a form that asks for something else, so that nothing is typed twice."""
    named = {"stage": stage.value, "kind": wish.kind, "text": wish.text, "every": f"{wish.every}m" * bool(wish.every)}
    own = {**{name: value for name, value in named.items() if value}, **wish.facts}
    states = {COMPONENT + name: state.value for name, state in wish.components.items()}
    picks = {CHANNEL + name: "on" if taken else "" for name, taken in wish.picks.items()}
    return {**own, **states, **picks, **({"then": PREVIEW} if wish.preview else {})}


def stage_of(wish: Wish, incident: Incident) -> Stage:
    """The stage said; else the present one, or the next that the special case belongs to."""
    present = incident.stage or Stage.INVESTIGATING
    fitting = stages_for(wish.kind)
    if wish.stage or not fitting or present in fitting:
        return wish.stage or present
    return next((stage for stage in fitting if stage in allowed_after(incident.stage)), fitting[0])


def fits(wish: Wish, stage: Stage) -> bool:
    return not wish.kind or stage in stages_for(wish.kind)


def misfit(wish: Wish, stage: Stage) -> str:
    """`“third-party” goes with identified, not with monitoring. With monitoring: scoping, long.`"""
    stages, others = " or ".join(stages_for(wish.kind)), ", ".join(kinds_for(stage)) or "no special case"
    return f"“{wish.kind}” goes with {stages}, not with {stage}. With {stage}: {others}."


def refuse_misfit(wish: Wish, stage: Stage) -> NoReturn:
    raise Refused(misfit(wish, stage), hint=f"/status {stages_for(wish.kind)[0]} {wish.kind}")


def refuse_stage(word: str) -> NoReturn:
    """What was typed is neither a stage nor a special case."""
    near = get_close_matches(word.lower(), [*Stage, *KINDS], 1)
    meant = f" Did you mean {near[0]}?" if near else ""
    raise Refused(
        f"There is no stage “{word[:40]}”.{meant} Stages: {', '.join(Stage)}. Special cases: {', '.join(KINDS)}.",
        hint="/status monitoring most requests succeed again",
    )
