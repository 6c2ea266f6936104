"""The planned maintenance of one transaction: held, told and written like the incidents beside it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from commands.figures_of_posts import of_maintenance
from commands.settings import Settings
from incidents import maintenance_channels, maintenance_due
from incidents.components import ComponentState
from incidents.event import Event
from incidents.maintenance import Extension, Maintenance
from storage import maintenances, outbox, post_figures, publications
from storage.outbox import Parcel
from storage.post_figures import Decision
from storage.publications import Publication, Record
from templates import maintenance_channels as maintenance_texts
from templates.announce_maintenance import announce_maintenance, public_post
from templates.maintenance_log import log_line
from templates.packing import pack_effect

PUBLISH = ("publish",)
"""The platform of the outbox's rows for channels; no chat."""


@dataclass(slots=True)
class Held:
    """``wake_at`` and ``extension`` are as the database has them."""

    maintenance: Maintenance
    wake_at: datetime | None
    extension: Extension | None = None
    new: bool = False
    dirty: bool = False


@dataclass(slots=True)
class Planned:
    """Commands change maintenance; only `flush` writes."""

    c: AsyncConnection
    settings: Settings
    held: dict[int, Held] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    publications: list[Publication] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    now: datetime | None = None

    async def get(self, id: int) -> Maintenance | None:
        """The maintenance, its row locked."""
        if id not in self.held:
            found = await maintenances.by_id(self.c, id, lock=True)
            if not found:
                return None
            self.held[id] = Held(found, found.wake_at, found.extension)
        return self.held[id].maintenance

    async def all(self, *, over: int = 0) -> list[Maintenance]:
        """To be looked at only; the next first, then the ``over`` newest that are over."""
        await self.flush()
        return await maintenances.listed(self.c, over=over)

    async def log(self, maintenance: Maintenance) -> list[maintenances.Logged]:
        await self.flush()
        return await maintenances.read_log(self.c, maintenance.id)

    async def next_id(self) -> int:
        fresh = [id for id, held in self.held.items() if held.new]
        return max(fresh) + 1 if fresh else await maintenances.next_id(self.c)

    def add(self, maintenance: Maintenance) -> None:
        self.held[maintenance.id] = Held(maintenance, None, new=True)

    def changed(self) -> bool:
        """Whether the line that is being carried out has changed something so far."""
        return any(held.maintenance.news or (held.new and not held.dirty) for held in self.held.values())

    def forget(self) -> bool:
        """Drop what a failed line may have half changed. False when earlier lines' work would go with it."""
        clean = not any(held.dirty for held in self.held.values())
        self.held.clear()
        return clean

    def collect(self, *, now: datetime) -> list[str]:
        """Turn the news of everything touched into rows; what the log says of it."""
        said: list[str] = []
        for held in self.held.values():
            if held.maintenance.news:
                held.dirty = True
                said += self._tell(held.maintenance, now=now)
                maintenance_due.arm(held.maintenance)
            seen = (held.maintenance.wake_at, held.maintenance.extension)
            held.dirty = held.dirty or seen != (held.wake_at, held.extension)
        self.now = now
        return said

    def _tell(self, maintenance: Maintenance, *, now: datetime) -> list[str]:
        news, maintenance.news = maintenance.news, []
        house = self.settings.house
        lines = [log_line(event, house) for event in news]
        for event, line in zip(news, lines, strict=True):
            maintenance.entries += 1
            row = {"seq": maintenance.entries, "at": event.at, "actor": event.by.name, "text": line}
            self.entries.append({"maintenance_id": maintenance.id, **row})
            self._publish(maintenance, event)
            if decision := of_maintenance(maintenance, event):
                self.decisions.append(decision)
        for effect in announce_maintenance(maintenance, news, house, now):
            packed, about = pack_effect(effect), f"maintenance-{maintenance.id}"
            self.parcels += [
                Parcel(platform, 0, effect.kind, effect.to, packed, rank=effect.rank, about=about)
                for platform in (PUBLISH if effect.kind == "publish" else self.settings.platforms)
            ]
        return lines

    def _publish(self, maintenance: Maintenance, event: Event) -> None:
        """What the status page keeps of a public step, for ever (CHN-6)."""
        post = public_post(maintenance, event, self.settings.house)
        if post is None:
            return
        maintenance.posts += 1
        house = self.settings.house
        carried = maintenance_texts.carried(maintenance, post.texts, house, number=maintenance.posts)
        going = maintenance_texts.receiving(maintenance, house)
        maintenance_channels.give(maintenance, going, carried, now=event.at)
        state = ComponentState.MAINTENANCE if maintenance.stage.working else ComponentState.OPERATIONAL
        record = Record(
            name=maintenance.title,
            language=post.language,
            texts=post.texts,
            components=dict.fromkeys(maintenance.components, state),
            template=post.template,
            started_at=maintenance.began_at or maintenance.starts_at,
            next_update_at=maintenance.ends_at if maintenance.stage.working else None,
            ends_at=maintenance.ended_at or maintenance.ends_at,
        )
        self.publications.append(
            Publication(
                f"maintenance:{maintenance.id}",
                maintenance.posts,
                "maintenance",
                maintenance.stage.value,
                event.at,
                record,
            )
        )

    async def flush(self) -> None:
        """Write everything; the caller commits."""
        for held in self.held.values():
            if held.new or held.dirty:
                await (maintenances.add if held.new else maintenances.save)(self.c, held.maintenance)
                held.wake_at, held.extension = held.maintenance.wake_at, held.maintenance.extension
                held.new, held.dirty = False, False
        if self.entries:
            await maintenances.write_down(self.c, self.entries)
            self.entries = []
        if self.parcels and self.now:
            await outbox.add(self.c, self.parcels, now=self.now)
            self.parcels = []
        if self.publications:
            await publications.add(self.c, self.publications)
            self.publications = []
        if self.decisions:
            await post_figures.decided(self.c, self.decisions)
            self.decisions = []
