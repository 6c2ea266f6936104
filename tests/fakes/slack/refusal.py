"""How Slack says no: HTTP 200 with a code, and what the person at the keyboard cannot do."""

from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """Becomes {"ok": false, "error": code, ...}."""

    def __init__(self, code: str, **more: object) -> None:
        super().__init__(code)
        self.code = code
        self.more = more

    def as_json(self) -> Json:
        return {"ok": False, "error": self.code, **self.more}


class CannotDo(AssertionError):
    """Slack's own client would not let this person do that (no such button, not a member, a required field empty)."""
