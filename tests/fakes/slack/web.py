"""The Web API over HTTP: lets calls in, meets the fault plan, answers as Slack answers."""

import asyncio
import json
from collections.abc import Callable

from aiohttp import web
from fakes.plan import Outcome
from fakes.slack import api_chat, api_history, api_marks, api_people, api_rooms, api_views, scopes
from fakes.slack.core import Call, Core
from fakes.slack.ledger import Called
from fakes.slack.limits import Limits
from fakes.slack.refusal import Json, Refusal
from fakes.slack.workspace import Kind

Handler = Callable[[Call], Json]
METHODS: dict[str, Handler] = {
    **api_chat.METHODS,
    **api_rooms.METHODS,
    **api_history.METHODS,
    **api_marks.METHODS,
    **api_people.METHODS,
    **api_views.METHODS,
}
_HTML = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"


class WebApi:
    def __init__(self, core: Core) -> None:
        self._core = core
        self._closing = asyncio.Event()

    def close(self) -> None:
        """Lets go of the calls that hang."""
        self._closing.set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        fault = self._core.faults.meet(method)
        if fault and fault.kind == "fails":
            return self._cut(request, self._note(method, {}, request), fault)
        try:
            args = await read_args(request)
        except Refusal as refusal:
            return web.json_response(refusal.as_json())
        called = self._note(method, args, request)
        if fault and fault.kind != "waits":
            return await self._faulty(request, called, fault)
        if fault:
            await self._core.clock.sleep(fault.seconds)
        return self._respond(called, self._work(called, request))

    def _note(self, method: str, args: Json, request: web.Request) -> Called:
        peer = request.transport.get_extra_info("peername") if request.transport else None
        called = Called(self._core.clock.now(), method, args, connection=peer[1] if peer else 0)
        self._core.ledger.all_calls.append(called)
        if self._core.limits.blocked(method):
            self._core.ledger.impatient.append(called)
        return called

    def _work(self, called: Called, request: web.Request) -> Json:
        """The answer's body; what it says is noted with the call."""
        call = Call(self._core, called.method, called.args)
        try:
            answer = {"ok": True, **self._admit(call, request)(call)}
        except Refusal as refusal:
            answer = refusal.as_json()
        called.answer = "ok" if answer["ok"] else str(answer["error"])
        return answer

    def _admit(self, call: Call, request: web.Request) -> Handler:
        app = self._core.app
        handler = METHODS.get(call.method)
        if handler is None:
            raise Refusal("unknown_method", req_method=call.method)
        app.authenticate(token_of(request, call.args), needs_app_token=call.method.startswith("apps."))
        _keep_to_limits(self._core.limits, call.method)
        for alternatives in _needed(call):
            app.allow(alternatives)
        return handler

    def _respond(self, called: Called, answer: Json) -> web.Response:
        if called.answer != "ratelimited":
            return web.json_response(answer, headers={"x-oauth-scopes": ",".join(sorted(self._core.app.scopes))})
        wait = answer.pop("retry_after", 1)
        return web.json_response(answer, status=429, headers={"Retry-After": str(wait)})

    async def _faulty(self, request: web.Request, called: Called, fault: Outcome) -> web.StreamResponse:
        """Works first where the fault lets it, then answers badly."""
        answer = self._work(called, request) if fault.works else {}
        named = fault.answer or fault.kind
        called.answer = f"{named} after {called.answer}" if fault.works else named
        if fault.kind == "hangs":
            await self._closing.wait()
        if fault.kind == "slow":
            await self._core.clock.sleep(fault.seconds)
            return web.json_response(answer)
        if fault.kind in ("reply lost", "hangs"):
            return self._cut(request, called, fault)
        if fault.kind == "limited" or fault.answer.startswith("later:"):
            return self._limited(called, fault)
        return _bad_answer(_ANSWERS.get(fault.kind, fault.answer), answer)

    def _limited(self, called: Called, fault: Outcome) -> web.Response:
        """A clear Retry-After is kept to: calls before it has passed are refused and counted as impatient."""
        wait = f"{fault.seconds:.0f}" if fault.kind == "limited" else fault.answer.removeprefix("later:")
        if wait.isdigit():
            self._core.limits.block(called.method, float(wait))
        headers = {"Retry-After": wait} if wait else {}
        called.answer = "ratelimited"
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)

    @staticmethod
    def _cut(request: web.Request, called: Called, fault: Outcome) -> web.Response:
        called.answer = called.answer or fault.kind
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


_ANSWERS = {"refused": "invalid_arguments", "stumbles": "500"}


def _bad_answer(said: str, answer: Json) -> web.Response:
    if said.startswith("html"):
        status = int(said.removeprefix("html").strip(":") or 200)
        return web.Response(text=_HTML, status=status, content_type="text/html")
    if said == "half":
        whole = json.dumps(answer)
        return web.Response(text=whole[: len(whole) // 2], content_type="application/json")
    if said.isdigit() or said == "nothing":
        return web.Response(status=200 if said == "nothing" else int(said), content_type="application/json")
    return web.json_response({"ok": False, "error": said})


def _keep_to_limits(limits: Limits, method: str) -> None:
    wait = limits.blocked(method) or limits.wait(method)
    if wait:
        raise Refusal("ratelimited", retry_after=wait)


def _needed(call: Call) -> list[tuple[str, ...]]:
    """Which scopes depends on the kind of room."""
    if call.method == "conversations.open":
        several = "," in call.word("users")
        return [scopes.for_method(call.method, "mpim" if several else "im")]
    if call.method == "users.conversations":
        return [scopes.for_method(call.method, "private" if "private_channel" in call.word("types") else "public")]
    if call.method == "views.publish" or not call.method.startswith("conversations."):
        return [scopes.for_method(call.method)]
    channel = call.core.workspace.channels.get(call.word("channel"))
    kind: Kind = channel.kind if channel else "private" if call.flag("is_private") else "public"
    return [scopes.for_method(call.method, kind)]


async def read_args(request: web.Request) -> Json:
    """From the query, a form, or JSON; Slack takes all three."""
    args: Json = dict(request.query)
    if request.method == "GET":
        return args
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            raise Refusal("invalid_json") from None
        if not isinstance(body, dict):
            raise Refusal("json_not_object")
        return args | body
    return args | {key: str(value) for key, value in (await request.post()).items()}


def token_of(request: web.Request, args: Json) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else str(args.get("token", ""))
