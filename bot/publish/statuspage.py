"""Atlassian Statuspage by its REST API.

Our incident's number and the post's op stand in the metadata of theirs, so what was sent is found again (class A, G3).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp

from bot.publish.http import call
from incidents.components import ComponentState
from incidents.consistency import Told
from incidents.stage import Stage
from scheduler.chat import Undelivered
from templates.post import Post

API = "https://api.statuspage.io/v1"

_RECENT = 100
_OPEN = frozenset({"investigating", "identified", "monitoring"})
_ENDS: Mapping[str, str] = {Stage.WITHDRAWN: "resolved", "cancelled": "completed"}
"""What they have no word for."""


@dataclass(frozen=True, slots=True)
class Page:
    """``components`` are our names and the ids of theirs; ``installation`` tells two Sitreps on one page apart."""

    page: str
    key: str = field(repr=False)
    api_url: str = API
    components: Mapping[str, str] = field(default_factory=dict)
    installation: str = "sitrep"


class Statuspage:
    looks = True

    def __init__(self, page: Page, shared: aiohttp.ClientSession) -> None:
        self._page = page
        self._shared = shared

    async def publish(self, op: str, post: Post, *, repeat: bool) -> str:
        """A new incident there, or the next update of it. An older post never follows a newer one (REL-184)."""
        known = await self._known(post)
        if post.kind == "report":
            return await self._report(post, known)
        if known is None:
            made = await self._call("POST", "incidents", self._content(op, post, first=True))
            return _id(made)
        if _ours(known).get("revision", 0) > post.number:
            raise Undelivered("carries a newer update already", permanent=True)
        sent = _sent(known)
        content = self._content(op, post, first=False, sent=sent)
        changed = await self._call("PATCH", f"incidents/{_id(known)}", content)
        return _id(changed)

    async def find(self, op: str, post: Post) -> str | None:
        known = await self._known(post)
        if known and post.kind == "report":
            return _id(known) if await self._carries(post, known) else None
        return _id(known) if known and _ours(known).get("op") == op else None

    async def _report(self, post: Post, known: Mapping[str, Any] | None) -> str:
        """Their postmortem: written down first, then published, which tells their subscribers (STG-32)."""
        if known is None:
            raise Undelivered("has no incident that the report could stand under", permanent=True)
        if not await self._carries(post, known):
            path = f"incidents/{_id(known)}/postmortem"
            await self._call("PUT", path, {"postmortem": {"body_draft": post.body}})
            told = {"notify_subscribers": True, "notify_twitter": False}
            await self._call("PUT", f"{path}/publish", {"postmortem": told})
        return _id(known)

    async def _carries(self, post: Post, known: Mapping[str, Any]) -> bool:
        there = await self._call("GET", f"incidents/{_id(known)}/postmortem")
        published = isinstance(there, dict) and there.get("published_at")
        return bool(published) and _mark(str(there.get("body") or "")) == _mark(post.body)

    async def read(self, ref: str) -> Told | None:
        """What its readers see now, whoever changed it or wrote beside it (CHK-1, CHK-2, CHK-8, CHK-10)."""
        found = await self._call("GET", f"incidents/{ref}")
        if not isinstance(found, dict):
            raise Undelivered("its incident is gone")
        ours, status = _ours(found), str(found.get("status"))
        planned = "scheduled_for" in found and bool(ours.get("maintenance"))
        stage = Stage(status) if status in Stage.__members__.values() else None
        if stage is Stage.RESOLVED and ours.get("stage") == Stage.WITHDRAWN:
            stage = Stage.WITHDRAWN
        return Told(
            number=int(ours.get("revision", 0)),
            stage=None if planned else stage,
            step=_step(found) if planned else "",
            started_at=_moment(found.get("scheduled_for")) if planned else None,
            ended_at=_moment(found.get("scheduled_until")) if planned else None,
            components=self._states(found),
            by_others=_by_others(found),
            beside=await self._beside(),
        )

    async def _beside(self) -> tuple[str, ...]:
        """What others have open there. Where the list cannot be read, the rest still is."""
        recent = await self._call("GET", f"incidents?limit={_RECENT}")
        return tuple(
            f"{each.get('name', '')}: {_newest(each)}"
            for each in (recent if isinstance(recent, list) else ())
            if _ours(each).get("by") != self._page.installation and each.get("status") in _OPEN
        )

    def _states(self, found: Mapping[str, Any]) -> dict[str, ComponentState]:
        """Their words for a component's state are ours."""
        names = {id: name for name, id in self._page.components.items()}
        return {
            names[each["id"]]: ComponentState(each["status"])
            for each in found.get("components") or ()
            if each.get("id") in names and each.get("status") in ComponentState.__members__.values()
        }

    async def _known(self, post: Post) -> Mapping[str, Any] | None:
        """Theirs for our incident: by the id we were given, else among the recent ones by our number."""
        if post.ref and (found := await self._call("GET", f"incidents/{post.ref}")):
            return dict(found)
        recent = await self._call("GET", f"incidents?limit={_RECENT}")
        if not isinstance(recent, list):
            raise Undelivered("there is no such page", permanent=True)
        return next((each for each in recent if self._is(each, post)), None)

    def _is(self, theirs: Mapping[str, Any], post: Post) -> bool:
        ours = _ours(theirs)
        same = ours.get("incident") == post.incident and ours.get("maintenance", 0) == post.maintenance
        return same and ours.get("by") == self._page.installation

    def _content(self, op: str, post: Post, *, first: bool, sent: Sequence[str] = ()) -> dict[str, Any]:
        components = {
            self._page.components[name]: state
            for name, state in post.components.items()
            if name in self._page.components
        }
        mark = {
            "by": self._page.installation,
            "incident": post.incident,
            "revision": post.number,
            "stage": post.stage,
            "op": op,
            "sent": [*sent, _mark(post.body)][-_RECENT:],
        }
        mark |= {"maintenance": post.maintenance} if post.maintenance else {}
        status = _ENDS.get(post.stage, post.stage)
        content: dict[str, Any] = {"status": status, "body": post.body, "metadata": {"sitrep": mark}}
        content |= _window(post)
        content |= {"components": components, "component_ids": list(components)} if components else {}
        return {"incident": {"name": post.name, "deliver_notifications": True, **content}} if first else _next(content)

    async def _call(self, method: str, path: str, content: Mapping[str, Any] | None = None) -> Any:
        url = f"{self._page.api_url}/pages/{self._page.page}/{path}"
        headers = {"Authorization": f"OAuth {self._page.key}"}
        return await call(self._shared, method, url, headers=headers, content=content)


def _by_others(theirs: Mapping[str, Any]) -> str:
    """The newest update's words, unless we sent them; empty too where it is not known what we sent."""
    newest, sent = _newest(theirs), _sent(theirs)
    return newest if sent and newest and _mark(newest) not in sent else ""


def _step(theirs: Mapping[str, Any]) -> str:
    """They have no word for cancelled."""
    status, ours = str(theirs.get("status")), str(_ours(theirs).get("stage"))
    return ours if _ENDS.get(ours) == status else status


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None


def _newest(theirs: Mapping[str, Any]) -> str:
    updates = theirs.get("incident_updates") or [{}]
    return str(updates[0].get("body") or "")


def _sent(theirs: Mapping[str, Any]) -> list[str]:
    found = _ours(theirs).get("sent")
    return [str(each) for each in found] if isinstance(found, list) else []


def _mark(body: str) -> str:
    """Line ends and blanks are theirs to change."""
    return hashlib.sha256(" ".join(body.split()).encode()).hexdigest()[:12]


def _window(post: Post) -> dict[str, str]:
    """What makes it planned maintenance there."""
    if not (post.maintenance and post.ends_at):
        return {}
    return {"scheduled_for": post.started_at.isoformat(), "scheduled_until": post.ends_at.isoformat()}


def _next(content: dict[str, Any]) -> dict[str, Any]:
    return {"incident": {"deliver_notifications": True, **content}}


def _ours(theirs: Mapping[str, Any]) -> Mapping[str, Any]:
    mark = (theirs.get("metadata") or {}).get("sitrep")
    return mark if isinstance(mark, dict) else {}


def _id(theirs: Any) -> str:
    if not isinstance(theirs, dict) or not theirs.get("id"):
        raise Undelivered("its answer names no incident", unsure=True)
    return str(theirs["id"])
