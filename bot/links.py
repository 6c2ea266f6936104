"""Where the message behind an entry stands, as an address that people can follow (TL-4)."""

import re
from collections.abc import Callable

SLACK_URL = "slack_url"
"""The fact: the workspace's own address, as Slack told it at the last start."""

_WORKSPACE = re.compile(r"https://[a-z0-9.-]+/")
_MESSAGE = re.compile(r"slack:([A-Z][A-Z0-9]{1,30}):([0-9]{1,11})\.([0-9]{6})")


def to_messages(workspace: str) -> Callable[[str], str]:
    """``workspace`` as in auth.test. Slack's permalinks are made of it, the channel and the time; no call is needed."""
    base = workspace if _WORKSPACE.fullmatch(workspace) else ""

    def link(source: str) -> str:
        found = _MESSAGE.fullmatch(source)
        return f"{base}archives/{found[1]}/p{found[2]}{found[3]}" if base and found else ""

    return link
