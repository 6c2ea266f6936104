"""[[channels]], [matrix] and [outbound] of sitrep.toml (REG-1 to REG-8, table 10.3, SEC-096)."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from bot.config_kinds import STRICT, Address, Email, Network, Text, matching, one_line
from incidents.channels import Medium

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_VARIABLE = re.compile(r"(?:[A-Z][A-Z0-9_]{0,79})?")
_ENTRY = re.compile(r"\(?[a-z0-9][a-z0-9-]{0,39}\)?")
_PAGE = re.compile(r"[A-Za-z0-9_-]{0,60}")
_HOST = re.compile(r"[a-z0-9][a-z0-9.-]{0,252}")

Name = Annotated[str, matching(_NAME, "must be a short name: small letters, digits, hyphen")]
Variable = Annotated[
    str, matching(_VARIABLE, "must be the name of an environment variable such as SMS_URL, no address")
]
Entry = Annotated[str, matching(_ENTRY, "must be a kind or a name of a channel, in brackets if a person may add it")]
Host = Annotated[str, AfterValidator(str.lower), matching(_HOST, "must be a host such as hooks.example.com")]
Line = Annotated[str, Field(max_length=300), AfterValidator(one_line)]
Audience = Literal["users", "partners", "vip", "media", "regulators", "management", "support", "sales", "engineering"]
Level = Literal["sev1", "sev2", "sev3", "sev4", "sev5"]
Language = Literal["", "en", "zh-CN", "fr", "pl"]
Kind = Literal[
    "status-page", "email", "sms", "im", "social", "in-app", "phone", "press", "regulator", "hotline", "updates-room"
]


class Section(BaseModel):
    model_config = STRICT


class Channels(Section):
    """A way to customers or colleagues. Its address is a secret and stands in the environment."""

    name: Name
    kind: Kind
    by: Literal["apprise", "statuspage", "webhook", "hand"] = "hand"
    url_env: Variable = ""
    secret_env: Variable = ""
    test_url_env: Variable = ""
    link: Address = ""
    audience: Annotated[list[Audience], Field(min_length=1)] = ["users"]
    severities: list[Level] = []
    kinds: Annotated[list[Literal["incident", "maintenance", "security"]], Field(min_length=1)] = [
        "incident",
        "maintenance",
    ]
    stages: list[Literal["investigating", "identified", "monitoring", "resolved", "withdrawn"]] = []
    language: Language | Annotated[list[Language], Field(min_length=1, max_length=4)] = ""
    length: Annotated[int, Field(ge=1, le=40_000)] | None = None
    owner: Email | None = None
    backup: Email | None = None
    access_note: Line = ""
    last_tested: date | None = None
    tested_by: Line = ""
    page: Annotated[str, matching(_PAGE, "must be a page's id")] = ""
    api_url: Address = "https://api.statuspage.io/v1"
    components: dict[Text, Annotated[str, matching(_PAGE, "must be a component's id")]] = {}

    @property
    def languages(self) -> tuple[str, ...]:
        written = [self.language] if isinstance(self.language, str) else self.language
        return tuple(dict.fromkeys(filter(None, written)))

    @property
    def medium(self) -> Medium:
        return Medium(self.kind)


class Replies(Section):
    """A feed of what the public writes; its address stands in the environment."""

    name: Name
    url_env: Variable


Column = Literal["sev1", "sev2", "sev3", "sev4", "sev5", "maintenance"]
Matrix = dict[Audience, dict[Column, list[Entry]]]
"""A cell that is left out keeps its standard entries."""


class Outbound(Section):
    """Where channels may lead to. Internal addresses are refused unless they are allowed here."""

    allow_networks: list[Network] = []
    hosts: list[Host] = []
