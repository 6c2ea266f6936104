"""From [[channels]], [matrix] and [outbound] to the register, the matrix and the ways out."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from ipaddress import ip_network

from bot.config_channels import Channels
from bot.config_file import Document
from bot.publish.egress import Egress
from bot.publish.settings import Outbound, Way
from bot.toml_lines import Path
from incidents.channels import DEFAULT, Audience, Channel, Matrix, Medium
from incidents.severity import Severity
from incidents.stage import Stage


def register(document: Document) -> tuple[Channel, ...]:
    return tuple(_channel(written) for written in document.channels)


def _channel(written: Channels) -> Channel:
    return Channel(
        name=written.name,
        kind=written.medium,
        by=written.by,
        audience=tuple(map(Audience, written.audience)),
        severities=tuple(Severity(int(level[-1])) for level in written.severities),
        stages=tuple(map(Stage, written.stages)),
        subjects=tuple(written.kinds),
        languages=written.languages,
        length=written.length,
        link=written.link,
        owner=written.owner or "",
        backup=written.backup or "",
        access=written.access_note,
        last_tested=written.last_tested,
        tested_by=written.tested_by,
        testable=bool(written.test_url_env),
    )


def matrix(document: Document) -> Matrix:
    """The standard one, with what the file says in its place."""
    written = {Audience(name): row for name, row in document.matrix.items()}
    return {
        audience: {**row, **{str(column): tuple(cell) for column, cell in written.get(audience, {}).items()}}
        for audience, row in DEFAULT.items()
    }


def outbound(document: Document, given: Mapping[str, str]) -> Outbound:
    """With the secrets, which are in the environment only."""
    egress = Egress(tuple(map(ip_network, document.outbound.allow_networks)), tuple(document.outbound.hosts))
    ways = {
        each.name: Way(
            by=each.by,
            variable=each.url_env,
            secret=given.get(each.url_env, "").strip() if each.url_env else "",
            test=given.get(each.test_url_env, "").strip() if each.test_url_env else "",
            key=given.get(each.secret_env, "").strip() if each.secret_env else "",
            page=each.page,
            api_url=each.api_url,
            components=each.components,
        )
        for each in document.channels
        if each.by != "hand"
    }
    replies = {
        each.name: Way(by="webhook", variable=each.url_env, secret=given.get(each.url_env, "").strip())
        for each in document.replies
    }
    return Outbound(ways, egress, alarm=given.get("SITREP_ALARM_URL", "").strip(), replies=replies)


def contradictions(document: Document) -> Iterator[tuple[Path, str]]:
    """What each key alone cannot show."""
    names = [channel.name for channel in document.channels]
    for number, channel in enumerate(document.channels):
        if names.index(channel.name) < number:
            yield ("channels", number, "name"), f"must be there once, and {channel.name} is there already"
        for key, sentence in _lacking(channel, document.public.languages):
            yield ("channels", number, key), sentence
    yield from _unknown(document, {*_KINDS, *names})


_SHORT = (Medium.SMS, Medium.SOCIAL)
"""One language fills them."""
_KINDS = frozenset(medium.value for medium in Medium)


def _lacking(channel: Channels, languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    if channel.name in _KINDS and channel.name != channel.kind:
        yield "name", f"must not be the name of another kind, and {channel.name} is one"
    if channel.by != "hand" and not channel.url_env:
        yield "url_env", f'is needed when by is "{channel.by}"'
    if channel.test_url_env and channel.by not in ("apprise", "webhook"):
        yield "test_url_env", f'cannot be used when by is "{channel.by}"'
    if channel.by == "webhook" and not channel.secret_env:
        yield "secret_env", 'is needed when by is "webhook"'
    if channel.by == "statuspage" and not channel.page:
        yield "page", 'is needed when by is "statuspage"'
    yield from _wrong_languages(channel, languages)


def _wrong_languages(channel: Channels, languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    if channel.medium in _SHORT and len(channel.languages) > 1:
        yield "language", f"must be one for {channel.kind}: make a channel for each"
    for language in channel.languages:
        if language not in languages:
            yield "language", f"must be one of public.languages, and {language} is not"


def _unknown(document: Document, known: Collection[str]) -> Iterator[tuple[Path, str]]:
    for audience, row in document.matrix.items():
        for column, cell in row.items():
            for name in (entry.strip("()") for entry in cell):
                if name not in known:
                    yield ("matrix", audience, column), f"must name kinds or channels, and {name} is neither"
