"""sitrep.toml and the environment, read once into one Config; nobody else reads either."""

import os
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.config_errors import ConfigError, located, refused
from bot.config_file import Document
from bot.config_kinds import Address
from bot.config_outlets import outbound
from bot.config_settings import contradictions, own_templates, public, settings, slack
from bot.public_settings import PublicPage
from bot.publish.doctor import examined
from bot.publish.settings import Outbound
from bot.slack.settings import SlackSettings
from bot.toml_lines import Path as KeyPath
from bot.toml_lines import lines
from commands.settings import Settings

DEFAULT_FILE = "sitrep.toml"
_LARGEST = 1_000_000
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_SHORTEST_SECRET = 32
_SHORTEST_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Config:
    """Everything an installation decides. ``file`` is None when there is no sitrep.toml and all is default."""

    settings: Settings
    database: str
    data: Path
    host: str
    port: int
    secret: str = ""
    """Signs cookies and invitations; empty: Sitrep makes one and keeps it in its database."""
    file: Path | None = None
    profile: str = "standard"
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    """Whose word about who sends a request is taken."""
    slack: SlackSettings | None = None
    """None when neither the file nor a token speaks of Slack. Something may be lacking: see its `lacking`."""
    public: PublicPage = field(default_factory=PublicPage)
    templates: Path | None = None
    """The folder of the organisation's own templates of public posts."""
    outbound: Outbound = field(default_factory=Outbound)
    """The channels that Sitrep posts to by itself."""
    heartbeat: str = field(default="", repr=False)
    """Whom to tell that all is well; whoever knows this address can say so too."""
    metrics_token: str = field(default="", repr=False)
    """Opens /metrics from elsewhere."""
    new_database: bool = True
    """Whether a database that is not there may be made (REL-112)."""


def read(
    path: str = "", environment: Mapping[str, str] | None = None, *, chosen: Mapping[str, str] | None = None
) -> Config:
    """The configuration in force. Raises ConfigError with a sentence for each mistake.

    ``chosen`` are variables that the command line overrides (`SITREP_PORT="9000"`).
    """
    given = {**(os.environ if environment is None else environment), **(chosen or {})}
    file = _file(path or given.get("SITREP_CONFIG", ""))
    document, where = _document(file) if file else (Document(), {})
    name = file.name if file else DEFAULT_FILE
    mistakes = [located(name, key, sentence, where) for key, sentence in contradictions(document)]
    if mistakes:
        raise ConfigError(*mistakes)
    return _config(document, given, file)


def _file(named: str) -> Path | None:
    if named:
        return Path(named)
    return Path(DEFAULT_FILE) if Path(DEFAULT_FILE).exists() else None


def _document(file: Path) -> tuple[Document, dict[KeyPath, int]]:
    source = _source(file)
    try:
        content = tomllib.loads(source)
    except RecursionError:
        raise ConfigError(f"{file.name}:{_deepest(source)}: brackets are nested too deeply.") from None
    except ValueError as error:
        raise ConfigError(_syntax(str(error), file.name, source)) from None
    where = lines(source)
    try:
        return Document.model_validate(content), where
    except ValidationError as error:
        raise refused(error, Document, file.name, where) from None


def _source(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}.") from None
    if len(raw) > _LARGEST:
        raise ConfigError(f"{file.name}:1: is larger than a configuration can be ({len(raw)} bytes).")
    try:
        return raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{file.name}:{line}: is not UTF-8 text (byte 0x{raw[error.start]:02x}).") from None


def _syntax(message: str, name: str, source: str) -> str:
    """tomllib's own words; it names no line at the end of the file and for numbers of thousands of digits."""
    found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    if not found:
        return f"{name}:{_longest(source)}: a value is too long."
    line = int(found[1]) if found[1] else len(source.rstrip("\n").split("\n"))
    return f"{name}:{line}: is not TOML: {_lower(message[: found.start()])}."


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def _longest(source: str) -> int:
    rows = source.split("\n")
    return max(range(len(rows)), key=lambda number: len(rows[number])) + 1


def _deepest(source: str) -> int:
    rows = source.split("\n")
    return max(range(len(rows)), key=lambda number: rows[number].count("[") + rows[number].count("{")) + 1


def _config(document: Document, given: Mapping[str, str], file: Path | None) -> Config:
    data = Path(given.get("SITREP_DATA") or "data")
    folder = file.parent if file else Path()
    port = _port(given.get("SITREP_PORT", "")) or document.web.port
    base_url = _base_url(given.get("SITREP_BASE_URL", "")) or document.web.base_url
    made = settings(document, base_url=base_url or f"http://localhost:{port}", folder=folder)
    reached = outbound(document, given)
    return Config(
        settings=replace(made, house=examined(made.house, reached)),
        database=_database(given.get("DATABASE_URL", ""), data),
        data=data,
        host=given.get("SITREP_HOST") or document.web.host,
        port=port,
        secret=_secret(given.get("SITREP_SECRET", "")),
        file=file,
        profile=document.profile.name,
        trusted_proxies=tuple(map(ip_network, document.web.trusted_proxies)),
        slack=_slack(document, given),
        public=public(document),
        templates=own_templates(document, folder),
        outbound=reached,
        heartbeat=_heartbeat(given.get("SITREP_HEARTBEAT_URL", "")),
        metrics_token=_token("SITREP_METRICS_TOKEN", given.get("SITREP_METRICS_TOKEN", "")),
        new_database=_yes("SITREP_NEW_DATABASE", given.get("SITREP_NEW_DATABASE", "")),
    )


def _slack(document: Document, given: Mapping[str, str]) -> SlackSettings | None:
    """Wanted as soon as the file or a secret speaks of it; only `serve` insists that nothing is lacking."""
    found = replace(
        slack(document),
        bot_token=_token("SLACK_BOT_TOKEN", given.get("SLACK_BOT_TOKEN", ""), "xoxb-", "xoxe.xoxb-"),
        app_token=_token("SLACK_APP_TOKEN", given.get("SLACK_APP_TOKEN", ""), "xapp-"),
        signing_secret=_token("SLACK_SIGNING_SECRET", given.get("SLACK_SIGNING_SECRET", "")),
        previous_signing_secret=_token("SLACK_PREVIOUS_SIGNING_SECRET", given.get("SLACK_PREVIOUS_SIGNING_SECRET", "")),
    )
    wanted = "slack" in document.model_fields_set or found.bot_token or found.app_token or found.signing_secret
    return found if wanted else None


def _token(name: str, text: str, *beginnings: str) -> str:
    """Never shown, not even when it is wrong."""
    token = text.strip()
    if token and beginnings and not token.startswith(beginnings):
        raise ConfigError(f"{name}: must begin with {beginnings[0]}; this is something else.")
    if token and (len(token) < _SHORTEST_TOKEN or not re.fullmatch(r"[!-~]+", token)):
        raise ConfigError(f"{name}: must be one word of at least {_SHORTEST_TOKEN} letters, digits and hyphens.")
    return token


def _database(url: str, data: Path) -> str:
    """SQLAlchemy's address of the database; people write `sqlite:///path`, the driver's name is our business."""
    if not url:
        return f"sqlite+aiosqlite:///{data / 'sitrep.db'}"
    scheme, _, rest = url.partition("://")
    driver = _DRIVERS.get(scheme)
    if driver is None or not rest.strip("/") or not _readable(f"{driver}://{rest}"):
        # Never shown: there may be a password in it.
        raise ConfigError(
            "DATABASE_URL: must be a file's address such as sqlite:////var/lib/sitrep/sitrep.db, "
            "or a server's such as postgresql://sitrep:password@db.example.com/sitrep."
        )
    if driver == _DRIVERS["postgresql"] and find_spec("asyncpg") is None:
        raise ConfigError("DATABASE_URL: PostgreSQL needs the package asyncpg; install sitrep[postgres].")
    return f"{driver}://{rest}"


def _readable(url: str) -> bool:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return bool(make_url(url).database)
    except (ArgumentError, ValueError):
        return False


def _port(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ConfigError("SITREP_PORT: must be a whole number, 1 to 65535.")
    return int(text)


def _base_url(text: str) -> str:
    try:
        return TypeAdapter(Address).validate_python(text)
    except ValidationError:
        raise ConfigError("SITREP_BASE_URL: must be an address that begins with http:// or https://.") from None


def _heartbeat(text: str) -> str:
    """Never shown, not even when it is wrong."""
    try:
        return TypeAdapter(Address).validate_python(text.strip())
    except ValidationError:
        raise ConfigError("SITREP_HEARTBEAT_URL: must be an address that begins with http:// or https://.") from None


def _yes(name: str, text: str) -> bool:
    if text not in ("", "yes", "no"):
        raise ConfigError(f"{name}: must be yes or no.")
    return text != "no"


def _secret(text: str) -> str:
    if text and len(text) < _SHORTEST_SECRET:
        raise ConfigError(f"SITREP_SECRET: must have at least {_SHORTEST_SECRET} characters.")
    return text


def has_screen() -> bool:
    """Is there a desktop to open a browser on? Without one, a text browser would take the terminal."""
    return sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
