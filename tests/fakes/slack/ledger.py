"""Everything of ours that became visible in Slack, and every call we made, in order."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from fakes.slack.mrkdwn import Token, live_in_blocks, live_tokens
from fakes.slack.refusal import Json


@dataclass(frozen=True)
class Effect:
    """`kind` is what a person would call it: message, update, delete, ephemeral, create, topic, pin, modal, home …

    `user` is whom it is for (the reader of an ephemeral message, the guest of an invitation), by handle.
    """

    at: float
    method: str
    kind: str
    channel: str = ""
    channel_id: str = ""
    user: str = ""
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    op: str = ""
    ts: str = ""
    thread_ts: str = ""

    @property
    def tokens(self) -> list[Token]:
        """What is live in the whole message: its text and its blocks."""
        return [*live_tokens(self.text), *live_in_blocks(self.blocks)]


@dataclass
class Called:
    """One request to the Web API. `answer` is ok, an error code, or the name of the fault that met it."""

    at: float
    method: str
    args: Json
    answer: str = ""
    connection: int = 0


class Ledger:
    """`impatient` lists calls made before an earlier Retry-After had passed."""

    def __init__(self) -> None:
        self.effects: list[Effect] = []
        self.all_calls: list[Called] = []
        self.impatient: list[Called] = []

    def __iter__(self) -> Iterator[Effect]:
        return iter(self.effects)

    def visible(self, channel: str = "", *, kind: str = "", text: str = "") -> list[Effect]:
        """In this channel (by name), what others than one person alone could see."""
        wanted = channel.removeprefix("#")
        return [
            effect
            for effect in self.effects
            if wanted in ("", effect.channel, effect.channel_id)
            and effect.kind not in ("ephemeral", "modal", "home")
            and kind in ("", effect.kind)
            and text in effect.text
        ]

    def ephemerals(self, user: str = "") -> list[Effect]:
        wanted = user.removeprefix("@")
        return [e for e in self.effects if e.kind == "ephemeral" and wanted in ("", e.user)]

    def calls(self, method: str = "") -> list[Called]:
        return [call for call in self.all_calls if method in ("", call.method)]

    def op(self, op: str) -> list[Effect]:
        """The messages of one intent: more than one is a duplicate."""
        return [effect for effect in self.effects if effect.op == op and effect.kind == "message"]

    def duplicates(self) -> dict[str, int]:
        posts = Counter(effect.op for effect in self.effects if effect.op and effect.kind == "message")
        return {op: times for op, times in posts.items() if times > 1}

    def live(self) -> list[tuple[Effect, Token]]:
        return [(effect, token) for effect in self.effects for token in effect.tokens]

    def as_json(self) -> list[Json]:
        plain: list[Json] = json.loads(json.dumps([asdict(effect) for effect in self.effects]))
        return plain
