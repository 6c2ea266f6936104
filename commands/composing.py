"""From what somebody wants to say to the words customers would read, in every language, and those words once more."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from incidents import cadence
from incidents.components import ComponentState
from incidents.facts import told
from incidents.incident import Incident
from incidents.person import Person
from incidents.records import Draft, Reach, Update, Wording
from incidents.stage import Stage
from templates.channels_text import channel_text
from templates.house import House
from templates.receivers import offered
from templates.states import unspoken
from templates.update_fields import READY, STATEMENT
from templates.updates import drafts, wordings

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wish:
    """What the speaker wants to post. ``stage`` is None when they left it open."""

    kind: str = ""
    stage: Stage | None = None
    text: str = ""
    because: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    components: Mapping[str, ComponentState] = field(default_factory=dict)
    preview: bool = False
    every: int = 0
    """Minutes between posts from now on, where it takes long (CAD-13)."""
    picks: Mapping[str, bool] = field(default_factory=dict)
    """Channels added or left out, by name (CHN-3)."""
    override: str = ""
    """Why it goes out although the wording rules object (WL-2)."""

    @property
    def empty(self) -> bool:
        """Nothing to publish yet; a special case alone still needs its facts."""
        return not (self.text or self.facts or self.kind in READY or self.preview)


def compose(wish: Wish, stage: Stage, *, incident: Incident, house: House, by: Person, now: datetime) -> Draft:
    """The post as it would go out now."""
    source = house.languages[0]
    promised = None if stage.final else cadence.next_update_at(_slower(incident, wish.every), now)
    service = told(incident.facts, wish.facts).get("service", "")
    started = Draft(
        number=0,
        stage=stage,
        template="",
        texts={source: Wording("", "")},
        author=by,
        submitted_at=now,
        next_update_at=promised,
        language=source,
        kind=wish.kind,
        text=wish.text,
        every=wish.every,
        facts=dict(wish.facts),
        components=dict(wish.components) or unspoken(incident, stage, wish.kind, service, house),
        reason=wish.because,
        picks=dict(wish.picks),
    )
    return _written(started, incident=incident, house=house, now=now)


def again(waiting: Draft, *, incident: Incident, house: House) -> Draft:
    """The same post as it would have read when it was submitted: it differs when what is known has changed (APPR-6)."""
    return _written(waiting, incident=incident, house=house, now=waiting.submitted_at)


def renewed(waiting: Draft, *, incident: Incident, house: House, now: datetime) -> Draft:
    """The same post with the times of this moment, which is all that may differ from what was approved (APPR-6)."""
    promised = None if waiting.stage.final else cadence.next_update_at(_slower(incident, waiting.every), now)
    return _written(replace(waiting, next_update_at=promised), incident=incident, house=house, now=now)


def _slower(incident: Incident, every: int) -> Incident:
    """As it will be once this post has gone out (CAD-13)."""
    return replace(incident, long_cadence=every) if every else incident


def _written(wanted: Draft, *, incident: Incident, house: House, now: datetime) -> Draft:
    every = drafts(
        wanted.stage,
        wanted.kind,
        told(incident.facts, wanted.facts),
        incident=_slower(incident, wanted.every),
        house=house,
        now=now,
        next_update_at=wanted.next_update_at,
        text=wanted.text,
    )
    made = every[wanted.language]
    for problem in {each.trouble for each in every.values() if each.trouble}:
        log.error("own template not used", action="template_refused", problem=problem)
    unknown = made.unknown
    if wanted.kind == STATEMENT:
        # What is told of an incident of security is told in full to everybody (STG-34).
        unknown += tuple(f"{name}@{code}" for code, each in every.items() for name in each.unreviewed)
    origins = {code: each.origin for code, each in every.items()}
    said = replace(
        wanted, stage=made.stage, template=made.template, texts=wordings(every), unknown=unknown, origins=origins
    )
    return _addressed(said, incident=_slower(incident, wanted.every), house=house, now=now)


def _addressed(said: Draft, *, incident: Incident, house: House, now: datetime) -> Draft:
    """With what each channel that it goes to carries of it, and those that somebody left out (CHN-3, CHN-4)."""
    offers = offered(incident, house, said.stage, kind=said.kind, template=said.template)
    update = as_update(said, incident, now=now)
    going = [offer.channel for offer in offers if offer.taken(said.picks)]
    left = [offer.channel.name for offer in offers if offer.wanted and not offer.taken(said.picks)]
    carried = {each.name: channel_text(update, each, incident=incident, house=house) for each in going}
    return replace(said, reach=Reach(carried, tuple(left)))


def as_update(said: Draft, incident: Incident, *, now: datetime) -> Update:
    """The post that it becomes if nothing else goes out before it."""
    return Update(
        incident.updates + 1,
        said.stage,
        title=said.title,
        body=said.body,
        by=said.author,
        posted_at=now,
        next_update_at=said.next_update_at,
        template=said.template,
        language=said.language,
        texts=said.texts,
        facts=told(incident.facts, said.facts),
    )
