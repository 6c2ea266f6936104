"""Tickets with a short life: trigger ids (once, 3 s) and response URLs (five times, 30 minutes)."""

import re
from dataclasses import dataclass

from fakes.slack.clock import Clock
from fakes.slack.names import Ids
from fakes.slack.refusal import Refusal

TRIGGER_LIFE = 3.0
RESPONSE_LIFE = 30 * 60.0
RESPONSE_USES = 5


@dataclass
class Trigger:
    user: str
    until: float
    view: str = ""
    exchanged: bool = False


class Triggers:
    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self._known: dict[str, Trigger] = {}

    def issue(self, user: str, *, view: str = "") -> str:
        trigger_id = f"{self._ids.number(13)}.{self._ids.number(12)}.{self._ids.hex(32)}"
        self._known[trigger_id] = Trigger(user, self._clock.now() + TRIGGER_LIFE, view)
        return trigger_id

    def check(self, trigger_id: str) -> Trigger:
        """It is spent with `exchanged` only once the view was good."""
        if not re.fullmatch(r"\d+\.\d+\.[0-9a-f]+", trigger_id) or trigger_id not in self._known:
            raise Refusal("invalid_trigger_id")
        trigger = self._known[trigger_id]
        if trigger.exchanged:
            raise Refusal("exchanged_trigger_id")
        if self._clock.now() > trigger.until:
            raise Refusal("expired_trigger_id")
        return trigger


@dataclass
class ResponseUrl:
    """`source` is the message whose button was pressed: what replace_original replaces."""

    key: str
    user: str
    channel: str
    until: float
    source: str = ""
    uses: int = 0


class ResponseUrls:
    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self._known: dict[str, ResponseUrl] = {}

    def issue(self, user: str, channel: str, *, source: str = "") -> ResponseUrl:
        url = ResponseUrl(self._ids.new("", 24), user, channel, self._clock.now() + RESPONSE_LIFE, source)
        self._known[url.key] = url
        return url

    def use(self, key: str) -> ResponseUrl:
        url = self._known.get(key)
        if url is None or self._clock.now() > url.until:
            raise Refusal("expired_url")
        if url.uses >= RESPONSE_USES:
            raise Refusal("used_url")
        url.uses += 1
        return url
