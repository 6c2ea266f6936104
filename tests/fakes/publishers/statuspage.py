"""Atlassian Statuspage as its API shows it: one page, incidents with their updates, components."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from fakes.publishers.faults import Faults
from fakes.publishers.hooks import served

KEY, PAGE = "key-of-the-fake", "p4ge"
STATUSES = ("investigating", "identified", "monitoring", "resolved")
PLANNED = ("scheduled", "in_progress", "verifying", "completed")


class FakeStatuspage:
    """``incidents`` are the newest first, as the API lists them."""

    def __init__(self, components: dict[str, str]) -> None:
        self.components = {id: {"id": id, "name": name, "status": "operational"} for name, id in components.items()}
        self.incidents: list[dict[str, Any]] = []
        self.faults = Faults()
        self.base = ""

    @property
    def updates(self) -> list[str]:
        """Every text that readers saw, in order."""
        return [
            update["body"] for incident in reversed(self.incidents) for update in incident["incident_updates"][::-1]
        ]

    @web.middleware
    async def door(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"OAuth {KEY}":
            return web.json_response({"error": "Could not authenticate"}, status=401)
        if request.match_info.get("page") != PAGE:
            return web.json_response({"error": "not found"}, status=404)
        if request.method != "GET" and (answer := await self.faults.before(request)) is not None:
            return answer
        answer = await handler(request)
        if request.method != "GET":
            self.faults.after(request)
        return answer  # type: ignore[no-any-return]

    def by_hand(self, body: str, *, name: str = "", status: str = "investigating") -> None:
        """Somebody writes there: the next update of the newest incident, or with ``name`` a post of its own."""
        if name:
            made = {"id": f"i{len(self.incidents) + 1}", "name": name, "metadata": {}, "components": []}
            self.incidents.insert(0, made | {"status": status, "incident_updates": [{"body": body}]})
        else:
            self.incidents[0]["incident_updates"].insert(0, {"body": body})

    async def listed(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self.incidents[: int(request.query.get("limit", 100))])

    async def shown(self, request: web.Request) -> web.StreamResponse:
        found = self._find(request)
        return web.json_response(found) if found else web.json_response({"error": "not found"}, status=404)

    async def made(self, request: web.Request) -> web.StreamResponse:
        content = (await request.json())["incident"]
        if not content.get("name"):
            return web.json_response({"error": ["name can't be blank"]}, status=422)
        incident: dict[str, Any] = {"id": f"i{len(self.incidents) + 1}", "name": content["name"]}
        incident |= {"incident_updates": [], "metadata": {}, "components": [], "status": "investigating"}
        self.incidents.insert(0, incident)
        return self._change(incident, content, 201)

    async def changed(self, request: web.Request) -> web.StreamResponse:
        found = self._find(request)
        if found is None:
            return web.json_response({"error": "not found"}, status=404)
        return self._change(found, (await request.json())["incident"], 200)

    async def report(self, request: web.Request) -> web.StreamResponse:
        found = self._find(request)
        if found is None or (request.method == "GET" and "postmortem" not in found):
            return web.json_response({"error": "not found"}, status=404)
        if request.method == "PUT":
            given = (await request.json())["postmortem"]
            kept = found.setdefault("postmortem", {"body": None, "published_at": None, "told": 0})
            if request.path.endswith("/publish"):
                kept |= {"body": kept["body_draft"], "published_at": "2031-04-03T10:00:00Z"}
                kept["told"] += bool(given["notify_subscribers"])
                found["status"] = "postmortem"
            else:
                kept["body_draft"] = given["body_draft"]
        return web.json_response(found["postmortem"])

    def _find(self, request: web.Request) -> dict[str, Any] | None:
        return next((one for one in self.incidents if one["id"] == request.match_info["incident"]), None)

    def _change(self, incident: dict[str, Any], content: dict[str, Any], status: int) -> web.Response:
        planned = "scheduled_for" in content or "scheduled_for" in incident
        incident |= {name: content[name] for name in ("scheduled_for", "scheduled_until") if name in content}
        if content.get("status", "investigating") not in (PLANNED if planned else STATUSES):
            return web.json_response({"error": ["status is invalid"]}, status=422)
        incident["status"] = content.get("status", incident["status"])
        incident["metadata"] |= content.get("metadata", {})
        for id, state in content.get("components", {}).items():
            self.components[id]["status"] = state
        for id in content.get("component_ids", ()):
            if self.components[id] not in incident["components"]:
                incident["components"].append(self.components[id])
        if "body" in content:
            update = {"body": content["body"], "status": incident["status"]}
            incident["incident_updates"].insert(0, update | {"deliver_notifications": content["deliver_notifications"]})
        return web.json_response(incident, status=status)


@asynccontextmanager
async def statuspage(**components: str) -> AsyncIterator[FakeStatuspage]:
    made = FakeStatuspage(components)
    app = web.Application(middlewares=[made.door])
    app.router.add_get("/v1/pages/{page}/incidents", made.listed)
    app.router.add_post("/v1/pages/{page}/incidents", made.made)
    app.router.add_get("/v1/pages/{page}/incidents/{incident}", made.shown)
    app.router.add_patch("/v1/pages/{page}/incidents/{incident}", made.changed)
    app.router.add_route("*", "/v1/pages/{page}/incidents/{incident}/postmortem", made.report)
    app.router.add_put("/v1/pages/{page}/incidents/{incident}/postmortem/publish", made.report)
    async with served(app) as base:
        made.base = f"{base}/v1"
        try:
            yield made
        finally:
            made.faults.gone.set()
