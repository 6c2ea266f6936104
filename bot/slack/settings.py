"""What Sitrep knows about one Slack workspace. Tokens are in it, but never in its repr (SEC-140)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.mistake import Mistake

EVENTS_PATH = "/slack/events"
"""Where Slack sends everything in HTTP mode: events, commands, presses."""
SLACK_API = "https://slack.com/api/"
_BUILT_IN = """archive away collapse dnd expand feed invite join kick leave me msg mute open pro remind remove rename
search shortcuts shrug status topic who"""
RESERVED = frozenset(_BUILT_IN.split())
"""Slack's own. One of them in a manifest, and none of its commands is installed; nobody says which one it was."""

_COMMAND = re.compile(r"/[a-z0-9][a-z0-9_-]{0,30}")
_APP_TOKEN = re.compile(r"xapp-\d+-(A[A-Z0-9]+)-.+")

Mode = Literal["socket", "http"]
Privacy = Literal["all", "commands"]


@dataclass(frozen=True, slots=True)
class Commands:
    """Names of slash commands. Names are not namespaced in Slack: whoever was installed last has them."""

    incident: str = "/incident"
    ic: str = "/ic"
    status: str = "/incident-status"

    def __iter__(self) -> Iterator[str]:
        return iter((self.incident, self.ic, self.status))


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """``status_channel`` and its like are ids or names without #, the last two may be empty; ``pin_emoji`` and
    ``key_emoji`` have no colons.

    ``trusted_bots`` are ids of bots whose words count like a member's (SEC-053); ``administrators`` are the e-mails
    of those who look after Sitrep.

    ``enterprise`` is None while nobody knows it and empty when the workspace belongs to no Enterprise Grid.
    """

    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    previous_signing_secret: str = field(default="", repr=False)
    mode: Mode = "socket"
    team: str = ""
    app: str = ""
    enterprise: str | None = None
    commands: Commands = field(default_factory=Commands)
    privacy: Privacy = "all"
    status_channel: str = "status"
    announce_channel: str = "incidents"
    support_channel: str = ""
    sales_channel: str = ""
    pin_emoji: str = "pushpin"
    key_emoji: str = "star"
    trusted_bots: tuple[str, ...] = ()
    administrators: tuple[str, ...] = ()
    call_url: str = ""
    dashboard_url: str = ""
    api_url: str = SLACK_API

    @property
    def own_channels(self) -> dict[str, str]:
        """The organisation's own channels by their keys in the configuration."""
        keys = ("status_channel", "announce_channel", "support_channel", "sales_channel")
        named = {key: str(getattr(self, key)) for key in keys}
        return {key: channel for key, channel in named.items() if channel}

    @property
    def secrets(self) -> tuple[bytes, ...]:
        """What may have signed a request: the secret, and the one before for as long as it is configured (SEC-007)."""
        return tuple(secret.encode() for secret in (self.signing_secret, self.previous_signing_secret) if secret)

    @property
    def app_id(self) -> str:
        """As configured, else as the app-level token says it; empty in HTTP mode, where the signature says it."""
        told = _APP_TOKEN.fullmatch(self.app_token)
        return self.app or (told[1] if told else "")

    @property
    def lacking(self) -> tuple[str, ...]:
        """One sentence for everything without which Sitrep cannot run in Slack (SEC-008)."""
        needed = {
            "SLACK_BOT_TOKEN": (self.bot_token, "the Bot User OAuth Token under OAuth & Permissions"),
            "SLACK_APP_TOKEN": (self.app_token, "an app-level token with connections:write under Basic Information"),
            "SLACK_SIGNING_SECRET": (self.signing_secret, "the Signing Secret under Basic Information"),
        }
        del needed["SLACK_SIGNING_SECRET" if self.mode == "socket" else "SLACK_APP_TOKEN"]
        why = f'in Slack (slack.mode is "{self.mode}")'
        return tuple(f"{name}: is needed {why}; it is {what}." for name, (value, what) in needed.items() if not value)

    def known_as(self, auth: Mapping[str, object]) -> "SlackSettings":
        """With the ids that `auth.test` told, to tell our payloads from foreign ones (SEC-011).

        Raises Mistake when the token belongs to another workspace than the configured one.
        """
        team, enterprise = str(auth.get("team_id") or ""), str(auth.get("enterprise_id") or "")
        if self.team and team != self.team:
            raise Mistake(
                f"SLACK_BOT_TOKEN: must be of the workspace {self.team} (slack.team), but is of {team or '?'}."
            )
        return replace(self, team=team, enterprise=enterprise)


def ready(settings: SlackSettings) -> None:
    """Raises Mistake with everything that is lacking: Sitrep does not start half configured (SEC-008)."""
    if settings.lacking:
        raise Mistake("\n".join(settings.lacking))


def command_trouble(name: str) -> str:
    """Why Slack would not take this name for a command, as the end of a sentence; empty when it would."""
    if not _COMMAND.fullmatch(name):
        return "must be a / and then at most 31 small letters, digits, hyphens or underscores"
    if name[1:] in RESERVED:
        return f"must not be one of Slack's own: {', '.join(sorted(RESERVED))}"
    return ""
