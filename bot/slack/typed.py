"""What Slack made of what people typed, turned back into what they typed (mentions, links, escapes)."""

import re
from collections.abc import Mapping
from typing import Any

_TOKEN = re.compile(r"<([^<>\n]*)>")
_USER = re.compile(r"<@([A-Z0-9]{2,30})(?:\|[^<>\n]*)?>")
_QUOTED_ELEMENTS = frozenset({"rich_text_quote", "rich_text_preformatted"})


def mentioned(text: str) -> list[str]:
    """User ids, each once, in order."""
    return list(dict.fromkeys(_USER.findall(text)))


def typed(text: str, handles: Mapping[str, str]) -> str:
    """``handles`` are the names after the @ by user id; an unknown id stays readable as it is."""
    return _unescaped(_TOKEN.sub(lambda found: _plain(found[1], handles), text))


def _unescaped(text: str) -> str:
    """Slack escapes exactly these three; the ampersand last, so that `&amp;lt;` stays `&lt;`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _plain(inner: str, handles: Mapping[str, str]) -> str:
    target, bar, label = inner.partition("|")
    if target.startswith("@"):
        return f"@{handles.get(target[1:]) or label or target[1:]}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        name = label if bar else target[1:].partition("^")[0]
        return name if target.startswith("!date") else f"@{name.removeprefix('@')}"
    return _link(target, label)


def _link(target: str, label: str) -> str:
    """A label that shows another address than it leads to is written out (SEC-063)."""
    address = target.removeprefix("mailto:").removeprefix("tel:")
    return label if label and address.rstrip("/").endswith(label.rstrip("/")) else _labelled(label, address)


def _labelled(label: str, address: str) -> str:
    return f"{label} ({address})" if label else address


def begins_quoted(blocks: object) -> bool:
    """Whether the first thing in a message is a quotation or code: what stands there was not said (SEC-055)."""
    first = _first(blocks)
    if first.get("type") != "rich_text":
        return False
    part = _first(first.get("elements"))
    if part.get("type") in _QUOTED_ELEMENTS:
        return True
    style = _first(part.get("elements")).get("style")
    return isinstance(style, dict) and style.get("code") is True


def _first(several: object) -> Mapping[str, Any]:
    return several[0] if isinstance(several, list) and several and isinstance(several[0], dict) else {}


def forwarded(attachments: object) -> bool:
    """A message shared from elsewhere: its words are somebody else's."""
    if not isinstance(attachments, list):
        return False
    shares = [each for each in attachments if isinstance(each, dict)]
    return any(each.get("is_share") is True for each in shares)
