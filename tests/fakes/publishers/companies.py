"""Company chats, a webhook of Slack and Teams, and an SMS gateway, each answering in its own way.

They know who is registered with them, keep what was posted, and refuse what the real ones refuse: WeCom, DingTalk,
Feishu and Lark with HTTP 200 and a number.
"""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from fakes.publishers.faults import Faults
from fakes.publishers.hooks import served

KEY, TOKEN = "a2b1c0d9-1234", "abcdefgh12345678"
SLACK = "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
ACCOUNT = f"AC{'a' * 32}"
NUMBERS = ("+15557654321", "+15557654322")

Answer = tuple[int, Any]


class Companies:
    """``got`` is the ledger of words that were taken, in order; ``busy`` refuses the next ones in each one's way."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.faults = Faults()
        self.busy = 0
        self.raw: list[bytes] = []
        """Every request's body, whatever became of it."""
        self.known = True
        """Whether the robot, the webhook, the account is still there."""
        self.unreachable: set[str] = set()
        """Telephone numbers that cannot be sent to."""
        self.base = ""

    async def hear(self, request: web.Request) -> web.StreamResponse:
        if (fault := await self.faults.before(request)) is not None:
            return fault
        host, path = request.match_info["host"], request.match_info["path"]
        self.raw.append(await request.read())
        status, said = _SERVICES[host](self, path, request, self.raw[-1])
        self.faults.after(request)
        return (
            web.json_response(said, status=status) if isinstance(said, dict) else web.Response(status=status, text=said)
        )

    def take(self, words: str) -> None:
        self.got.append(words)

    def is_busy(self) -> bool:
        self.busy, was = max(self.busy - 1, 0), self.busy
        return was > 0


def _json(raw: bytes) -> Any:
    return json.loads(raw)


def _wecom(there: Companies, path: str, request: web.Request, raw: bytes) -> Answer:
    if request.query.get("key") != KEY or not there.known:
        return 200, {"errcode": 93000, "errmsg": "invalid webhook url"}
    if there.is_busy():
        return 200, {"errcode": 45009, "errmsg": "api freq out of limit"}
    there.take(_json(raw)["text"]["content"])
    return 200, {"errcode": 0, "errmsg": "ok"}


def _dingtalk(there: Companies, path: str, request: web.Request, raw: bytes) -> Answer:
    if request.query.get("access_token") != TOKEN or not there.known:
        return 200, {"errcode": 300001, "errmsg": "token is not exist"}
    if there.is_busy():
        return 200, {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}
    there.take(_json(raw)["text"]["content"])
    return 200, {"errcode": 0, "errmsg": "ok"}


def _feishu(there: Companies, path: str, request: web.Request, raw: bytes) -> Answer:
    if not there.known:
        return 200, {"code": 19001, "msg": "param invalid: incoming webhook access token invalid", "data": {}}
    if there.is_busy():
        return 200, {"code": 11232, "msg": "frequency limited", "data": {}}
    there.take(_json(raw)["content"]["text"])
    return 200, {"StatusCode": 0, "StatusMessage": "success", "code": 0, "msg": "success", "data": {}}


def _slack(there: Companies, path: str, request: web.Request, raw: bytes) -> Answer:
    if path != f"services/{SLACK}" or not there.known:
        return 404, "no_service"
    if there.is_busy():
        return 429, "rate_limited"
    attachments = _json(raw)["attachments"]
    there.take("\n".join(f"{each.get('title', '')}\n{each.get('text', '')}" for each in attachments))
    return 200, "ok"


def _teams(there: Companies, path: str, request: web.Request, raw: bytes) -> Answer:
    if not there.known:
        return 401, {"error": {"code": "DirectApiAuthorizationRequired"}}
    if there.is_busy():
        return 429, {"error": {"code": "WorkflowRunActionThrottled"}}
    body = _json(raw)["attachments"][0]["content"]["body"]
    there.take("\n".join(str(each.get("text", "")) for each in body))
    return 202, ""


def _twilio(there: Companies, path: str, request: web.Request, raw: bytes) -> Answer:
    sent = dict(parse_qsl(raw.decode()))
    if not there.known:
        return 401, {"code": 20003, "message": "Authenticate"}
    if there.is_busy():
        return 429, {"code": 20429, "message": "Too Many Requests"}
    if sent["To"] in there.unreachable:
        return 400, {"code": 21610, "message": "Attempt to send to unsubscribed recipient"}
    there.take(sent["Body"])
    return 201, {"sid": f"SM{len(there.got):032}", "status": "queued"}


_SERVICES: dict[str, Callable[[Companies, str, web.Request, bytes], Answer]] = {
    "qyapi.weixin.qq.com": _wecom,
    "oapi.dingtalk.com": _dingtalk,
    "open.feishu.cn": _feishu,
    "open.larksuite.com": _feishu,
    "hooks.slack.com": _slack,
    "prod.westus.logic.azure.com": _teams,
    "api.twilio.com": _twilio,
}


@asynccontextmanager
async def companies() -> AsyncIterator[Companies]:
    """Each host is a folder of one server: `/qyapi.weixin.qq.com/cgi-bin/…`."""
    made = Companies()
    app = web.Application()
    app.router.add_route("*", "/{host}/{path:.*}", made.hear)
    async with served(app) as base:
        made.base = base
        try:
            yield made
        finally:
            made.faults.gone.set()
