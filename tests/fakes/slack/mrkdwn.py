"""Which parts of a text Slack makes live: mentions, links, broadcasts (SEC-060)."""

import re
from dataclasses import dataclass
from typing import Any, Literal

TokenKind = Literal["user", "channel", "usergroup", "broadcast", "date", "link", "automatic_link", "automatic_name"]

_ANGLED = re.compile(r"<([^<>\n]*)>")
_SCHEME = re.compile(r"(?:https?|ftp|slack|tel|sip|skype|spotify|facetime|mailto|callto|ssh|irc)[:]", re.IGNORECASE)
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?:[/:?#]\S*)?\Z")
_BARE = re.compile(r"(?<![\w@/.])((?:https?://|www\.)[^\s<>|]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)", re.IGNORECASE)
_NAMES = re.compile(r"(?<![\w&/])([@#][\w.-]+)")
_MARKDOWN_LINK = re.compile(r"!?\[([^\]]*)\]\(\s*<?([^)\s>]+)")


@dataclass(frozen=True)
class Token:
    """`automatic`: Slack found it in plain words; the writer did not mark it."""

    kind: TokenKind
    value: str
    label: str = ""

    @property
    def automatic(self) -> bool:
        return self.kind.startswith("automatic")


def live_tokens(text: str, *, parse: str = "none") -> list[Token]:
    """As Slack reads a raw `text`. `&lt;` is dead; a code span is no shelter, since it still notifies.

    With parse="full" (or link_names) names typed in plain words come alive too.
    """
    tokens: list[Token] = []
    rest = []
    end = 0
    for match in _ANGLED.finditer(text):
        rest.append(text[end : match.start()])
        end = match.end()
        tokens.extend(_angled(match[1]))
    rest.append(text[end:])
    for piece in rest:
        tokens.extend(Token("automatic_link", found) for found in _BARE.findall(piece))
        if parse == "full":
            tokens.extend(Token("automatic_name", found) for found in _NAMES.findall(piece))
    return tokens


def _angled(inside: str) -> list[Token]:
    value, _, label = inside.partition("|")
    if re.match(r"@[UWB][A-Z0-9]*\Z", value):
        return [Token("user", value[1:], label)]
    if re.match(r"#[CGD][A-Z0-9]*\Z", value):
        return [Token("channel", value[1:], label)]
    if value.startswith("!"):
        return _command(value[1:], label)
    if _SCHEME.match(value) or _DOMAIN.match(value):
        return [Token("link", value, label)]
    return []


def _command(value: str, label: str) -> list[Token]:
    name, *parts = value.split("^")
    if name.startswith("subteam"):
        return [Token("usergroup", parts[0] if parts else "", label)]
    if name == "date":
        # <!date^time^format^link|words> hides a link behind a harmless looking date.
        link = [Token("link", parts[2], label)] if len(parts) > 2 and parts[2] else []
        return [Token("date", parts[0] if parts else "", label), *link]
    if name in ("here", "channel", "everyone", "group"):
        return [Token("broadcast", name, label)]
    return []


def live_in_blocks(blocks: Any) -> list[Token]:
    """Walks any blocks or view. `plain_text` is dead; a `markdown` block has links in Markdown's own way."""
    if isinstance(blocks, list):
        return [token for each in blocks for token in live_in_blocks(each)]
    if not isinstance(blocks, dict):
        return []
    match blocks.get("type"):
        case "mrkdwn":
            parse = "none" if blocks.get("verbatim") else "full"
            return live_tokens(str(blocks.get("text", "")), parse=parse)
        case "markdown":
            return _markdown(str(blocks.get("text", "")))
        case "user" | "channel" | "usergroup" | "broadcast" | "link" as kind:
            key = {"link": "url", "broadcast": "range"}.get(kind, f"{kind}_id")
            return [Token(kind, str(blocks.get(key, "")), str(blocks.get("text", "")))]
        case "button":
            return [Token("link", blocks["url"], str(blocks["text"]["text"]))] if blocks.get("url") else []
    return [token for value in blocks.values() for token in live_in_blocks(value)]


def _markdown(text: str) -> list[Token]:
    links = [Token("link", target, label) for label, target in _MARKDOWN_LINK.findall(text)]
    return links + live_tokens(_MARKDOWN_LINK.sub(" ", text), parse="full")
