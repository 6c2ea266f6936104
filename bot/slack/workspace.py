"""One Slack workspace as Sitrep speaks to it: every call goes through here, and waits when Slack said so."""

from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.calls import SlackFailure, call
from bot.slack.codes import NO_TOKEN
from bot.slack.hearing import Hearing
from bot.slack.holds import Holds

log = structlog.get_logger()

UNSURE_TRIES = 30
"""While other calls get through: a message that Slack chokes on must not hold up its room for ever."""


APART = 1.0
"""Seconds by which replicas' clocks may differ (docs/operations.md): what one heard another keeps to by its own."""


@dataclass(frozen=True, slots=True)
class Me:
    """Who we are there. ``user`` is the bot's user id, ``team`` the workspace's."""

    user: str
    bot: str
    team: str


class Workspace:
    def __init__(self, web: AsyncWebClient, *, holds: Holds | None = None) -> None:
        self.web = web
        self.holds = holds or Holds()
        self.hearing: Hearing | None = None
        self._me: Me | None = None

    async def call(self, method: str, *, paced: str = "", **args: object) -> dict[str, Any]:
        """The answer. ``paced`` names the channel in which only one message a second may appear.

        Raises SlackFailure, at once and without a call when Slack still has to be left alone (REL-030).
        """
        self.holds.enter(method, paced)
        spoken = self.hearing if method == "chat.postMessage" else None
        if spoken:
            spoken.speaking(paced)
        try:
            answer = await call(self.web, method, **args)
        except SlackFailure as problem:
            self._heard(method, problem)
            if spoken:
                spoken.silent(paced)
            raise
        finally:
            self.holds.spoke(paced)
        # That it still knows us does not mean that it takes messages: those may wait as long as Slack is away.
        self.holds.well(lately=method != "auth.test")
        return answer

    def _heard(self, method: str, problem: SlackFailure) -> None:
        log.warning("call failed", action="slack_call_failed", method=method, code=problem.code, reason=problem.reason)
        if problem.hold:
            pause = problem.retry_after or 0.0
            self.holds.hold(method, problem.hold, pause, problem.reason)
            problem.retry_after = pause + (APART if problem.hold == "method" else 0.0)
        elif problem.unsure and self.holds.heard_lately():
            problem.tries = UNSURE_TRIES
        elif problem.code and problem.code not in NO_TOKEN:
            self.holds.well()

    async def me(self) -> Me:
        """Asked once; start with it, so that no command has to wait for Slack."""
        if self._me is None:
            said = await self.call("auth.test")
            self._me = Me(str(said["user_id"]), str(said.get("bot_id") or ""), str(said["team_id"]))
        return self._me
