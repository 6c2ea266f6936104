"""Our own words that go round through Slack, sealed for one person: swapped, changed or another's are refused."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field

from bot.slack.carried import compact, damaged, read_object
from bot.slack.limits import METADATA, Json, size


class Broken(Exception):
    """More than Slack carries for a form."""


@dataclass(frozen=True, slots=True)
class Seal:
    key: bytes = field(repr=False)

    def put(self, metadata: str, user: str) -> str:
        """``metadata`` is a JSON object; the seal goes in under `u` and `m`. Raises Broken when it gets too long."""
        said = {**json.loads(metadata), "u": user}
        sealed = compact(said | {"m": self._mac(said)})
        if size(sealed) > METADATA:
            raise Broken
        return sealed

    def take(self, sealed: str, user: str) -> Json:
        """Raises Refused for anything that was not sealed for this person (SEC-033)."""
        said = read_object(sealed, METADATA)
        mark = str(said.pop("m", ""))
        if not hmac.compare_digest(mark.encode(errors="replace"), self._mac(said).encode()) or said.get("u") != user:
            raise damaged()
        return said

    def _mac(self, said: Json) -> str:
        canonical = json.dumps(said, sort_keys=True, separators=(",", ":"))
        return hmac.new(self.key, canonical.encode(), hashlib.sha256).hexdigest()[:32]
