"""Slack's part of sitrep doctor: one line per check, each with what to do. Asks Slack, but never for long."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.doctor import Finding
from bot.slack.manifest import troubles
from bot.slack.payload import parts, text
from bot.slack.scopes import bot_scopes
from bot.slack.settings import EVENTS_PATH, SlackSettings

_PATIENCE = 5
"""Seconds for one call."""

_KINDS = "public_channel,private_channel"
_AFRESH = "update the app from sitrep manifest slack, then install it again"
_COPY = "copy it again from the app's settings"
_STRANGER = "what answers there is not Slack; look at the proxy and at slack.api_url"
_TOKEN_TROUBLE = {
    "invalid_auth": f"the token is not one that Slack knows; {_COPY}",
    "not_authed": f"the token is empty; {_COPY}",
    "not_allowed_token_type": "this is another kind of token; the bot's begins with xoxb-, the app's with xapp-",
    "token_revoked": "the token was revoked; install the app again and set the new one",
    "account_inactive": "the app was removed from the workspace; install it again and set the new token",
    "token_expired": "token rotation is on; Sitrep needs a token that stays, so make the app anew with rotation off",
    "org_login_required": "the workspace is being moved into an organisation; try again when that is done",
    "team_access_not_granted": "the organisation has not let the app into this workspace; ask its administrators",
    "missing_scope": f"the token lacks connections:write; make an app-level token that has it, and {_COPY}",
    "ratelimited": "Slack says that it was asked too often; wait a minute and try again",
    "invalid_service": "the app is gone or another app has its place in the organisation; make it anew",
}


class Unreachable(Exception):
    """Nobody answered, or not as Slack does; ``str(error)`` says why in a few words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``error`` is Slack's own word, empty when all is well."""

    error: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    scopes: frozenset[str] = frozenset()


async def examine(
    settings: SlackSettings, base_url: str = "", *, link_base: str = "", moved: Mapping[str, str] | None = None
) -> AsyncIterator[Finding]:
    """Every check has its line, also when Slack cannot be reached: then it says so.

    ``link_base`` is where links in cards lead to; ``moved`` are channels' ids that Slack changed, with the new ones.
    """
    for sentence in settings.lacking:
        yield Finding("error", "slack", sentence)
    async with aiohttp.ClientSession() as session:
        slack = _Slack(session, settings)
        answer, why = await _introduced(slack)
        yield _token(settings, answer, why)
        yield _scopes(settings, answer, why)
        yield _privacy(settings, answer)
        for channel in dict.fromkeys(settings.own_channels.values()):
            now = (moved or {}).get(channel)
            if now:
                yield _moved(settings, channel, now)
            yield _unchecked("channel", f"#{channel}: {why}") if why else await _channel(slack, now or channel)
        if settings.trusted_bots:
            yield _unchecked("bots", why) if why else await _bots(slack)
        yield _names(settings)
        yield await _socket(slack) if settings.mode == "socket" else _address(base_url)
    yield _links(link_base)


class _Slack:
    """Once it could not be reached, it is not asked again: an hour without network is told in five seconds."""

    def __init__(self, session: aiohttp.ClientSession, settings: SlackSettings) -> None:
        self._session = session
        self.settings = settings
        self._away = ""

    async def ask(self, token: str, method: str, **args: str) -> Answer:
        """One call, never repeated. Raises Unreachable."""
        try:
            if self._away:
                raise Unreachable(self._away)
            return await self._ask(token, method, args)
        except Unreachable as unreachable:
            self._away = str(unreachable)
            raise

    async def _ask(self, token: str, method: str, args: Mapping[str, str]) -> Answer:
        client = AsyncWebClient(token, self.settings.api_url, session=self._session, retry_handlers=[])
        try:
            async with asyncio.timeout(_PATIENCE):
                response = await client.api_call(method, params=dict(args))
        except TimeoutError:
            raise Unreachable(f"Slack did not answer within {_PATIENCE} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise Unreachable(f"Slack cannot be reached ({type(error).__name__})") from None
        except SlackApiError as refusal:
            return Answer(error=_code(refusal.response))
        except AttributeError:
            # The library's own check of JSON that is no object (measured with a list).
            raise Unreachable(_STRANGER) from None
        granted = str(response.headers.get("x-oauth-scopes", ""))
        body = response.data if isinstance(response.data, dict) else {}
        return Answer(body=body, scopes=frozenset(granted.replace(",", " ").split()))


async def _introduced(slack: _Slack) -> tuple[Answer, str]:
    """What auth.test says, and why nothing more can be asked with this token: empty when it can."""
    if not slack.settings.bot_token:
        return Answer(), "there is no SLACK_BOT_TOKEN"
    try:
        answer = await slack.ask(slack.settings.bot_token, "auth.test")
    except Unreachable as unreachable:
        return Answer(), str(unreachable)
    return answer, "the token is refused" if answer.error else ""


def _code(response: object) -> str:
    """A proxy's error page comes here too; it has no word of Slack's. Raises Unreachable."""
    found = response.get("error") if isinstance(response, AsyncSlackResponse) else None
    if not isinstance(found, str) or not found:
        raise Unreachable(_STRANGER)
    return found


def _token(settings: SlackSettings, answer: Answer, why: str) -> Finding:
    if answer.error:
        return Finding("error", "slack", f"SLACK_BOT_TOKEN: {_trouble(answer.error)}")
    if why:
        return _unchecked("slack", why)
    team, name = str(answer.body.get("team_id") or ""), answer.body.get("team")
    if settings.team and team != settings.team:
        return Finding(
            "error", "slack", f"the token is of workspace {team} ({name}), but slack.team is {settings.team}"
        )
    return Finding("ok", "slack", f"{name} ({team}), as @{answer.body.get('user')}")


def _trouble(code: str) -> str:
    return _TOKEN_TROUBLE.get(code, f"Slack answers {code}; look the word up in Slack's documentation")


def _unchecked(check: str, why: str) -> Finding:
    return Finding("warning", check, f"not checked: {why}")


def _scopes(settings: SlackSettings, answer: Answer, why: str) -> Finding:
    if why:
        return _unchecked("scopes", why)
    needed = set(bot_scopes(settings.privacy))
    if missing := sorted(needed - answer.scopes):
        return Finding("error", "scopes", f"missing: {', '.join(missing)}; {_AFRESH}")
    if unused := sorted(answer.scopes - needed):
        return Finding("warning", "scopes", f"granted but not needed: {', '.join(unused)}; {_AFRESH}")
    return Finding("ok", "scopes", f"all {len(needed)} that are needed, and no other")


def _privacy(settings: SlackSettings, answer: Answer) -> Finding:
    """Subscriptions cannot be asked for with a bot's token; the scopes they need tell half of it."""
    reading = sorted(scope for scope in answer.scopes if scope.endswith(":history"))
    if settings.privacy == "commands":
        if reading:
            told = f'privacy is "commands", yet the app may read messages ({", ".join(reading)}); {_AFRESH}'
            return Finding("warning", "events", told)
        return Finding("ok", "events", "commands, buttons and @Sitrep only: !words and reactions are not heard")
    return Finding("ok", "events", "messages of all rooms Sitrep is in; none come? Update the app's manifest")


async def _channel(slack: _Slack, channel: str) -> Finding:
    if not _is_id(channel):
        return await _named(slack, channel)
    try:
        answer = await slack.ask(slack.settings.bot_token, "conversations.info", channel=channel)
    except Unreachable as unreachable:
        return _unchecked("channel", f"{channel}: {unreachable}")
    if answer.error == "channel_not_found":
        told = f"{channel} does not exist, or is private and Sitrep is not in it; type /invite @Sitrep there"
        return Finding("error", "channel", told)
    if answer.error:
        return Finding("error", "channel", f"{channel}: {_trouble(answer.error)}")
    return _described(answer.body.get("channel"))


async def _named(slack: _Slack, name: str) -> Finding:
    """Only among those that Sitrep is in: no list of a whole workspace is ever asked for (REL-045)."""
    cursor = ""
    while True:
        more = {"cursor": cursor} if cursor else {}
        try:
            answer = await slack.ask(slack.settings.bot_token, "users.conversations", types=_KINDS, limit="999", **more)
        except Unreachable as unreachable:
            return _unchecked("channel", f"#{name}: {unreachable}")
        if answer.error:
            return Finding("error", "channel", f"#{name}: {_trouble(answer.error)}")
        if found := next((each for each in parts(answer.body, "channels") if each.get("name") == name), None):
            return _described({**found, "is_member": True})
        cursor = text(answer.body, "response_metadata", "next_cursor")
        if not cursor:
            advice = "type /invite @Sitrep there, or name another in sitrep.toml"
            return Finding("error", "channel", f"Sitrep is in no channel #{name}, so nothing can be posted; {advice}")


def _moved(settings: SlackSettings, old: str, new: str) -> Finding:
    key = next((key for key, channel in settings.own_channels.items() if channel == old), "announce_channel")
    return Finding("warning", "channel", f'Slack gave {old} another id; write slack.{key} = "{new}" in sitrep.toml')


async def _bots(slack: _Slack) -> Finding:
    """An id that Slack does not know is a slip, and its bot is not heard (SEC-053)."""
    names, unknown = [], []
    for bot in slack.settings.trusted_bots:
        try:
            answer = await slack.ask(slack.settings.bot_token, "bots.info", bot=bot)
        except Unreachable as unreachable:
            return _unchecked("bots", str(unreachable))
        if answer.error == "bot_not_found":
            unknown.append(bot)
        elif answer.error:
            return Finding("error", "bots", f"{bot}: {_trouble(answer.error)}")
        else:
            names.append(f"{text(answer.body, 'bot', 'name') or bot} ({bot})")
    if unknown:
        return Finding("error", "bots", f"not known in Slack: {', '.join(unknown)[:200]}; look at slack.trusted_bots")
    return Finding("ok", "bots", f"heard like members: {', '.join(names)[:200]}")


def _links(link_base: str) -> Finding:
    if link_base:
        return Finding("ok", "links", f"cards in Slack lead to {link_base}")
    told = "web.base_url is no address that others can follow, so nothing in Slack links to the web room; set it"
    return Finding("warning", "links", told)


def _is_id(channel: str) -> bool:
    return channel.isupper()


def _described(found: object) -> Finding:
    channel = found if isinstance(found, dict) else {}
    name = f"#{channel.get('name')}"
    if channel.get("is_archived"):
        return Finding("error", "channel", f"{name} is archived; unarchive it, or configure another")
    if not channel.get("is_member"):
        return Finding("ok", "channel", f"{name} is public; Sitrep joins when it first posts there")
    return Finding("ok", "channel", f"{name}, Sitrep is in it")


def _names(settings: SlackSettings) -> Finding:
    """A clash shows in people's clients only: nothing reaches the app, and there is no call that would tell."""
    if found := next(troubles(replace(settings, mode="socket")), ""):
        return Finding("error", "names", f"{found} Slack would take none of the commands")
    said = ", ".join(settings.commands)
    advice = "another app has the name; choose another under [slack.commands] and update the app"
    return Finding("ok", "names", f"{said}. Does Slack say invalid_service, or somebody else answer? Then {advice}")


def _address(base_url: str) -> Finding:
    if not base_url.startswith("https://"):
        told = f"Slack sends to https:// addresses only, not to {base_url}; set web.base_url, or slack.mode to socket"
        return Finding("error", "request-url", told)
    return Finding("ok", "request-url", f"{base_url}{EVENTS_PATH}; Slack must reach it from outside")


async def _socket(slack: _Slack) -> Finding:
    """Asks for an address and does not connect: a server that runs keeps its connections."""
    if not slack.settings.app_token:
        return _unchecked("socket", "there is no SLACK_APP_TOKEN")
    try:
        answer = await slack.ask(slack.settings.app_token, "apps.connections.open")
    except Unreachable as unreachable:
        return _unchecked("socket", str(unreachable))
    if answer.error:
        return Finding("error", "socket", f"SLACK_APP_TOKEN: {_trouble(answer.error)}")
    return Finding("ok", "socket", "Socket Mode answers")
