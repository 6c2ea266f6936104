"""The modals open before each person, and their home."""

import json
from dataclasses import dataclass, field

from fakes.slack.blocks import with_ids
from fakes.slack.names import Ids
from fakes.slack.refusal import Json, Refusal

DEEPEST = 3


@dataclass
class View:
    id: str
    user: str
    json: Json
    root: str
    previous: str = ""
    hash: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return str(self.json.get("title", {}).get("text", ""))

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.json["blocks"]
        return blocks


class Views:
    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def top(self, user: str) -> View | None:
        stack = self._stacks.get(user)
        return stack[-1] if stack else None

    def stack(self, user: str) -> list[View]:
        return self._stacks.get(user, [])

    def open(self, user: str, view: Json) -> View:
        """A new modal takes the place of whatever was open."""
        self._unused(view)
        opened = self._new(user, view)
        self._stacks[user] = [opened]
        return opened

    def push(self, user: str, view: Json) -> View:
        self._unused(view)
        stack = self._stacks.get(user)
        if not stack:
            raise Refusal("not_found")
        if len(stack) >= DEEPEST:
            raise Refusal("push_limit_reached")
        pushed = self._new(user, view, root=stack[0].root, previous=stack[-1].id)
        stack.append(pushed)
        return pushed

    def publish(self, user: str, view: Json, *, hash_: str) -> View:
        old = self.homes.get(user)
        if hash_ and old and hash_ != old.hash:
            raise Refusal("hash_conflict")
        home = self._new(user, view)
        if old:
            home.id = home.root = old.id
        self.homes[user] = home
        return home

    def find(self, view_id: str, external_id: str) -> View:
        for view in [view for stack in self._stacks.values() for view in stack] + list(self.homes.values()):
            if view.id == view_id or (external_id and view.json.get("external_id") == external_id):
                return view
        raise Refusal("not_found")

    def replace(self, view: View, new: Json, *, hash_: str = "") -> View:
        if hash_ and hash_ != view.hash:
            raise Refusal("hash_conflict")
        if new.get("external_id") != view.json.get("external_id"):
            self._unused(new)
        view.json = self._named(new)
        view.hash = self._new_hash()
        view.errors = {}
        return view

    def close(self, view: View, *, all_of_them: bool = False) -> None:
        stack = self._stacks.get(view.user, [])
        stack[:] = [] if all_of_them else [each for each in stack if each is not view]

    def _new(self, user: str, view: Json, *, root: str = "", previous: str = "") -> View:
        view_id = self._ids.new("V")
        return View(view_id, user, self._named(view), root or view_id, previous, self._new_hash())

    def _named(self, view: Json) -> Json:
        named: Json = json.loads(json.dumps(view))
        return named | {"blocks": with_ids(named["blocks"], self._ids.new("", 4))}

    def _new_hash(self) -> str:
        return f"{self._ids.number(10)}.{self._ids.new('', 8)}"

    def _unused(self, view: Json) -> None:
        external = view.get("external_id")
        every = [each for stack in self._stacks.values() for each in stack]
        if external and any(each.json.get("external_id") == external for each in every):
            raise Refusal("duplicate_external_id")
