"""A unit of work: the incidents that the lines of one transaction touched, and the rows that come of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from commands import masking
from commands.figures_of_posts import Figures
from commands.held import Held, save
from commands.line import Line
from commands.masking import change_of
from commands.planned import PUBLISH, Planned
from commands.publication import publication, report, to_channels
from commands.repairs import repair
from commands.settings import Settings
from incidents import promises, rhythm
from incidents.account_events import AccountPublished
from incidents.event import Event
from incidents.events import EntryMasked, Resolved
from incidents.incident import Incident
from incidents.posting_events import UpdatePublished
from storage import eta_history, facts, heard, incidents, outbox, publications, stray_reports, timeline
from storage import promises as kept_promises
from storage.eta_history import Repair
from storage.outbox import Parcel
from storage.promises import Kept
from storage.publications import Publication
from storage.stray_reports import Stray
from templates.announce import announce
from templates.effect import Effect
from templates.entries import entry
from templates.packing import pack_effect


@dataclass(slots=True)
class Unit:
    """Commands change incidents; only `flush` writes. Several lines may share one transaction and its commit."""

    c: AsyncConnection
    settings: Settings
    sources: Collection[str] = ()
    """The messages behind the lines of this transaction, so that one look tells of all which are known."""
    held: dict[int, Held] = field(default_factory=dict)
    rooms: dict[tuple[str, str], int | None] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    heard: list[dict[str, Any]] = field(default_factory=list)
    publications: list[Publication] = field(default_factory=list)
    promises: list[Kept] = field(default_factory=list)
    repairs: dict[int, Repair] = field(default_factory=dict)
    strays: list[Stray] = field(default_factory=list)
    masks: list[tuple[int, EntryMasked]] = field(default_factory=list)
    now: datetime | None = None
    _recorded: dict[int, dict[str, bool]] = field(default_factory=dict)
    _wordings: dict[str, str] = field(default_factory=dict)
    maintenances: Planned = field(init=False)
    figures: Figures = field(init=False)

    def __post_init__(self) -> None:
        self.figures = Figures(self.settings.house)
        self.maintenances = Planned(self.c, self.settings)

    async def lock(self, lines: Sequence[Line]) -> None:
        """Everything that these lines are about, at once."""
        ids = {line.incident for line in lines if line.incident is not None}
        rooms = {(line.room.partition(":")[0], line.room) for line in lines if line.room and line.incident is None}
        await incidents.lock(self.c, ids, rooms)
        for found in await incidents.by_ids(self.c, ids) if ids else ():
            self._hold(found)

    async def incident(self, id: int) -> Incident | None:
        """The incident, its row locked, so that lines about it are carried out one after the other."""
        if id not in self.held:
            found = await incidents.by_id(self.c, id, lock=True)
            if not found:
                return None
            self._hold(found)
        return self.held[id].incident

    async def incident_in(self, platform: str, ref: str) -> Incident | None:
        """The incident whose room this is."""
        key = (platform, ref)
        if key not in self.rooms:
            found = await incidents.by_room(self.c, platform, ref, lock=True)
            self.rooms[key] = found.id if found else None
            if found and found.id not in self.held:
                self._hold(found)
        id = self.rooms[key]
        return None if id is None else self.held[id].incident

    def _hold(self, incident: Incident, *, new: bool = False) -> None:
        stands = {} if new else dict(incident.deadlines)
        self.held[incident.id] = Held(incident, stands, dict(stands), new=new)

    def send(self, effect: Effect, *platforms: str) -> None:
        """What belongs to no incident."""
        packed = pack_effect(effect)
        self.parcels += [
            Parcel(platform, 0, effect.kind, effect.to, packed, about=effect.to, rank=effect.rank)
            for platform in platforms
        ]

    async def next_id(self) -> int:
        """The next incident's number, also when this transaction declares several."""
        fresh = [id for id, held in self.held.items() if held.new]
        return max(fresh) + 1 if fresh else await incidents.next_id(self.c)

    def add(self, incident: Incident) -> None:
        self._hold(incident, new=True)

    def changed(self) -> bool:
        """Whether the line that is being carried out has changed something so far."""
        here = any(held.incident.news or (held.new and not held.dirty) for held in self.held.values())
        return here or self.maintenances.changed()

    def forget(self) -> bool:
        """Drop what a failed line may have half changed. False when earlier lines' work would go with it."""
        clean = not any(held.dirty for held in self.held.values())
        self.held.clear()
        self.rooms.clear()
        return self.maintenances.forget() and clean

    def collect(self, *, now: datetime) -> list[Event]:
        """Turn the news of every touched incident into rows (timeline, outbox)."""
        news: list[Event] = []
        for held in self.held.values():
            if held.incident.news:
                held.dirty = True
                self._promise(held, now=now)
                news += self._tell(held.incident, now=now)
        self.now = now
        return news

    def _promise(self, held: Held, *, now: datetime) -> None:
        """What is owed by now, and what became of what was owed before this line."""
        incident = held.incident
        rhythm.keep(incident, now=now)
        settled = promises.settle(incident, held.promised, now=now)
        self.promises += [Kept(incident.id, incident.severity, incident.private, each) for each in settled]
        held.promised = dict(incident.deadlines)

    def _tell(self, incident: Incident, *, now: datetime) -> list[Event]:
        news, incident.news = incident.news, []
        for event in news:
            self._enter(incident, event)
            self.figures.note(incident, event)
            if isinstance(event, UpdatePublished) and incident.public:
                self.publications.append(publication(incident, event.update))
                to_channels(incident, self.settings.house, now=now)
            if isinstance(event, AccountPublished) and incident.public:
                self.publications.append(report(incident, event, self.settings.house))
            # What repairs took is shown with other incidents, whose people know nothing of a private one (SEC-038).
            if isinstance(event, Resolved) and incident.public:
                self.repairs[incident.id] = repair(incident, self.settings)
        for effect in announce(incident, news, house=self.settings.house, now=now):
            packed = pack_effect(effect)
            self.parcels += [
                Parcel(platform, incident.id, effect.kind, effect.to, packed, slot=effect.slot, rank=effect.rank)
                for platform in (PUBLISH if effect.kind == "publish" else self.settings.platforms)
            ]
        return news

    def _enter(self, incident: Incident, event: Event) -> None:
        made = entry(event)
        if made is None:
            return
        incident.entries += 1
        change, new_text = change_of(event)
        if not change:
            self._recorded.setdefault(incident.id, {})[made.source] = True
        if isinstance(event, EntryMasked):
            self.masks.append((incident.id, event))
        self.entries.append(
            {
                "incident_id": incident.id,
                "seq": incident.entries,
                "at": made.at,
                "recorded_at": event.at,
                "type": made.type,
                "text": made.text,
                "actor_id": made.actor.id,
                "actor": made.actor.name,
                "recorded_by": event.by.name,
                "source": made.source,
                "refers_to": made.refers_to,
                "change": change,
                "new_text": new_text,
                "visibility": "private" if incident.private else "internal",
            }
        )

    async def flush(self) -> None:
        """Write everything; the caller commits."""
        await save(self.c, [held for held in self.held.values() if held.new or held.dirty])
        await self.maintenances.flush()
        if self.entries:
            await timeline.add(self.c, self.entries)
            self.entries = []
        if self.parcels and self.now:
            await outbox.add(self.c, self.parcels, now=self.now)
            self.parcels = []
        await self._keep()
        if self.heard:
            await heard.add(self.c, self.heard)
            self.heard = []
        # Last, so that nothing of this transaction is left out.
        masks, self.masks = self.masks, []
        for incident_id, mask in masks:
            await masking.follow(self.c, incident_id, mask)

    async def _keep(self) -> None:
        """What outlives the incidents."""
        await self.figures.write(self.c)
        if self.publications:
            await publications.add(self.c, self.publications)
            self.publications = []
        if self.promises:
            await kept_promises.add(self.c, self.promises)
            self.promises = []
        if self.repairs:
            await eta_history.keep(self.c, list(self.repairs.values()))
            self.repairs = {}
        for source, made_at in self._wordings.items():
            await facts.put(self.c, f"wording:{source}", made_at)
        self._wordings = {}
        if self.strays:
            await stray_reports.add(self.c, self.strays)
            self.strays = []

    async def recorded(self, incident: Incident, source: str) -> bool:
        """Whether this message became an entry already, be it by a line of this transaction."""
        known = self._recorded.setdefault(incident.id, {})
        if source not in known:
            wanted = {source, *self.sources} - set(known)
            found = await timeline.of_sources(self.c, incident.id, wanted)
            known.update({each: each in found for each in wanted})
        return known[source]

    async def newest(self, source: str, made_at: datetime | None) -> bool:
        """Whether no later change of this message is known (REL-073).

        Read and written in the transaction that holds the incident: an edit that another process overtook on its way
        here has not the last word.
        """
        if made_at is None:
            return True
        name = f"wording:{source}"
        known = self._wordings.get(source) or await facts.get(self.c, name)
        if known and datetime.fromisoformat(known) > made_at:
            return False
        self._wordings[source] = made_at.isoformat()
        return True

    async def entry_from(self, incident: Incident, source: str) -> timeline.Entry | None:
        """What a message became on the timeline."""
        await self.flush()
        return await timeline.by_source(self.c, incident.id, source)

    async def entry(self, incident: Incident, seq: int) -> timeline.Entry | None:
        await self.flush()
        return await timeline.by_seq(self.c, incident.id, seq)

    async def newest_open(self, most: int) -> Sequence[Incident]:
        await self.flush()
        return await incidents.newest_open(self.c, most=most)

    async def open_incidents(self) -> Sequence[Incident]:
        await self.flush()
        return await incidents.all_open(self.c)
