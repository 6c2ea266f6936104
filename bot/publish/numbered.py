"""Services that answer 200 to everything and say with a number whether they took it (CHN-3: no failure is hidden)."""

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

_WHERE: Mapping[str, tuple[str, ...]] = {
    "qyapi.weixin.qq.com": ("errcode",),
    "oapi.dingtalk.com": ("errcode",),
    "open.feishu.cn": ("code", "StatusCode"),
    "open.larksuite.com": ("code", "StatusCode"),
}
"""Under which names each host's number may stand; 0 is taken."""

_LATER = frozenset({-1, 9499, 11232, 45009, 45033, 130101, 99991400})
"""Too many or too busy: nothing was posted, and the same may be posted in a while."""


def meant(url: str, status: int, body: bytes) -> tuple[int, int]:
    """The answer's status as others would have said it, and the service's own number, 0 where it gave none."""
    names = _WHERE.get(urlsplit(url).hostname or "")
    if names is None or status != 200:
        return status, 0
    number = _number(body, names)
    if number is None:
        # Whoever answered was not the service itself: what became of the post is not known.
        return 502, 0
    if not number:
        return status, 0
    return (429 if number in _LATER else 403), number


def _number(body: bytes, names: tuple[str, ...]) -> int | None:
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    found = next((answer[name] for name in names if name in answer), None) if isinstance(answer, dict) else None
    return found if isinstance(found, int) else None
