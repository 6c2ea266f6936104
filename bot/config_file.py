"""What may stand in sitrep.toml. Every rule here is a sentence that can follow the name of the key."""

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from bot.config_channels import Channels, Matrix, Outbound
from bot.config_types import STRICT, Address, Email, Network, Text, wrong
from bot.config_types import matching as _matching
from bot.config_types import one_line as _one_line
from bot.slack.settings import command_trouble

_HANDLE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_ROOM = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_PHONE = re.compile(r"(?:\+?[0-9][0-9 ()/.-]{2,30})?")
_HOST = re.compile(r"[\w.:%-]+")
_CHANNEL = re.compile(r"(?:[CG][A-Z0-9]{6,20}|[a-z0-9][a-z0-9_-]{0,79})?")
_TEAM, _APP = re.compile(r"(?:T[A-Z0-9]{4,20})?"), re.compile(r"(?:A[A-Z0-9]{4,20})?")
_BOT = re.compile(r"B[A-Z0-9]{4,20}")
_EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}")
_API = re.compile(r"https://[\w.-]+(?::\d+)?(?:/[\w./-]*)?|http://(?:localhost|127\.0\.0\.1)(?::\d+)?(?:/[\w./-]*)?")
_RESERVED = frozenset({"all", "channel", "everyone", "here", "sitrep"})
_LONGEST = 28 * 24 * 60


def _zone(name: str) -> str:
    if name not in available_timezones():
        near = get_close_matches(name, available_timezones(), 1)
        raise wrong(f"must be a time zone such as Europe/Warsaw{f'; did you mean {near[0]}?' if near else ''}")
    return name


def _minutes(least: int) -> Callable[[Any], int | None]:
    def check(value: Any) -> int | None:
        if value == "none":
            return None
        if type(value) is not int or not least <= value <= _LONGEST:
            raise wrong(f'must be a whole number of minutes, {least} to {_LONGEST}, or "none"')
        return value

    return check


def _unreserved(handle: str) -> str:
    if handle in _RESERVED:
        raise wrong("must not be a word that chats keep for everybody")
    return handle


def _command(name: str) -> str:
    if trouble := command_trouble(name):
        raise wrong(trouble)
    return name


Statement = Annotated[str, Field(min_length=1, max_length=600), AfterValidator(_one_line)]
Handle = Annotated[
    str,
    AfterValidator(lambda value: value.removeprefix("@").lower()),
    _matching(_HANDLE, "must be a handle: letters, digits, dot, hyphen"),
    AfterValidator(_unreserved),
]
Phone = Annotated[str, _matching(_PHONE, "must be a phone number such as +48 22 123 45 67")]
RoomName = Annotated[
    str,
    AfterValidator(lambda value: value.removeprefix("#")),
    _matching(_ROOM, "must be a room name: small letters, digits, hyphen"),
]
Channel = Annotated[
    str,
    AfterValidator(lambda value: value.removeprefix("#")),
    _matching(_CHANNEL, "must be a channel's id such as C0123456789, or its name"),
]
Command = Annotated[str, AfterValidator(_command)]
Bot = Annotated[str, _matching(_BOT, "must be a bot's id such as B0123456789")]
Emoji = Annotated[
    str,
    AfterValidator(lambda value: value.strip(":")),
    _matching(_EMOJI, "must be the name of an emoji such as pushpin"),
]
Zone = Annotated[str, AfterValidator(_zone)]
Minutes = Annotated[int | None, BeforeValidator(_minutes(1))]
Watch = Annotated[int, Field(ge=0, le=_LONGEST)]


class Section(BaseModel):
    model_config = STRICT


class Organisation(Section):
    name: Text = ""
    zone: Zone = "UTC"
    status_url: Address = ""
    support_contact: Annotated[str, Field(max_length=200), AfterValidator(_one_line)] = ""
    subscribe_url: Address = ""
    services: list[Text] = []
    test_mode: bool = False


class Profile(Section):
    name: Literal["standard", "strict", "peak"] = "standard"


class Level(Section):
    """One severity; a key that is left out keeps the profile's number."""

    first_notice: Minutes = None
    first_notice_target: Minutes = None
    cadence: Minutes = None
    acknowledge: Minutes = None
    monitor: Watch = 0


class Severities(Section):
    sev1: Level = Level()
    sev2: Level = Level()
    sev3: Level = Level()
    sev4: Level = Level()
    sev5: Level = Level()


class Definition(Section):
    statement: Statement | None = None
    major_statement: Statement | None = None


class Team(Section):
    mode: Literal["normal", "small"] = "normal"
    trained: list[Email] = []


class Roster(Section):
    primary: Email | None = None
    backup: Email | None = None
    shadow: Email | None = None
    duty_manager: Email | None = None
    backup_liaison: Email | None = None
    emergency: list[Phone] = []
    teams: dict[Text, list[Email]] = {}


class Someone(Section):
    email: Email
    name: Text
    handle: Handle | None = None
    phone: Phone = ""


class Rooms(Section):
    status: RoomName = "status"
    announce: RoomName = "incidents"


class Component(Section):
    """A part of the service that customers know."""

    name: Text
    aliases: list[Text] = []
    group: Text = ""
    description: Text = ""


class Public(Section):
    """What customers read. The first language is the one that posts are written in."""

    languages: Annotated[list[Literal["en", "zh-CN", "fr", "pl"]], Field(min_length=1)] = ["en"]


class Web(Section):
    host: Annotated[str, Field(max_length=253), _matching(_HOST, "must be an address such as 0.0.0.0")] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    base_url: Address = ""
    trusted_proxies: list[Network] = []


class SlackCommands(Section):
    incident: Command = "/incident"
    ic: Command = "/ic"
    status: Command = "/incident-status"


class Slack(Section):
    """Tokens are not here but in the environment."""

    mode: Literal["socket", "http"] = "socket"
    privacy: Literal["all", "commands"] = "all"
    commands: SlackCommands = SlackCommands()
    status_channel: Channel = ""
    announce_channel: Channel = ""
    pin_emoji: Emoji = "pushpin"
    key_emoji: Emoji = "star"
    trusted_bots: list[Bot] = []
    administrators: list[Email] = []
    call_url: Address = ""
    dashboard_url: Address = ""
    team: Annotated[str, _matching(_TEAM, "must be a workspace's id such as T0123456789")] = ""
    app: Annotated[str, _matching(_APP, "must be an app's id such as A0123456789")] = ""
    api_url: Annotated[str, _matching(_API, "must be an https:// address such as https://slack-gov.com/api")] = (
        "https://slack.com/api"
    )


class Document(Section):
    """The whole file."""

    organisation: Organisation = Organisation()
    profile: Profile = Profile()
    severity: Severities = Severities()
    definition: Definition = Definition()
    team: Team = Team()
    roster: Roster = Roster()
    people: list[Someone] = []
    rooms: Rooms = Rooms()
    public: Public = Public()
    components: list[Component] = []
    channels: list[Channels] = []
    matrix: Matrix = {}
    outbound: Outbound = Outbound()
    web: Web = Web()
    slack: Slack = Slack()
