"""What an incident's channel gets: people, a topic, a pinned card, bookmarks. None of it can stop an incident."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import structlog

from bot.slack import mrkdwn
from bot.slack.calls import SlackFailure
from bot.slack.posts import Posts
from bot.slack.refs import Spot, Stands
from bot.slack.workspace import Workspace
from incidents.person import Person

log = structlog.get_logger()

AT_ONCE = 1000
"""People that one invitation may name (REL-061)."""

NAMED = 30
FINE = frozenset({"already_in_channel", "cant_invite_self"})
WHY = {
    "cant_invite": "cannot be invited",
    "no_external_invite_permission": "works for another company",
    "ura_max_channels": "is a guest of one channel only",
    "user_disabled": "is deactivated",
    "user_is_restricted": "is a guest",
    "user_not_found": "not known in Slack",
}


class Furnishing:
    """``links``: (title, address) of the bookmarks each room gets."""

    def __init__(self, workspace: Workspace, posts: Posts, *, links: Sequence[tuple[str, str]] = ()) -> None:
        self._workspace = workspace
        self._posts = posts
        self._links = links
        self._topics: dict[str, str] = {}

    async def invite(self, spot: Spot, users: Iterable[str]) -> dict[str, str]:
        """User id -> why that user could not come in; whoever can, does (REL-060)."""
        refused: dict[str, str] = {}
        left = iter(dict.fromkeys(users))
        while batch := list(islice(left, AT_ONCE)):
            refused |= await self._invite(spot, batch)
        return {user: WHY.get(code, code) for user, code in refused.items() if code not in FINE}

    async def _invite(self, spot: Spot, users: list[str]) -> dict[str, str]:
        try:
            said = await self._posts.within(
                spot.channel, "conversations.invite", channel=spot.channel, users=",".join(users), force=True
            )
        except SlackFailure as problem:
            told = _errors(problem.answer)
            if not told and len(users) > 1:
                raise
            if not told and problem.code not in FINE | WHY.keys():
                raise
            return told or {users[0]: problem.code}
        return _errors(said)

    async def tell_left_out(self, op: str, spot: Spot, why: Mapping[Person, str]) -> None:
        if not why:
            return
        named = [f"@{person.handle} ({reason})" for person, reason in islice(why.items(), NAMED)]
        more = f" and {len(why) - NAMED} more" if len(why) > NAMED else ""
        log.info("not invited", action="slack_not_invited", op=op, channel=spot.channel, people=len(why))
        await self._posts.note(f"{op}.out", spot, mrkdwn.escape(f"Not invited: {', '.join(named)}{more}."))

    async def topic(self, op: str, spot: Spot, text: str) -> None:
        """Each change is a line in the channel, so the same topic is not set twice."""
        if self._topics.get(spot.channel) == text:
            return
        try:
            await self._posts.within(spot.channel, "conversations.setTopic", channel=spot.channel, topic=text)
        except SlackFailure as problem:
            await self._for_good(op, spot, problem, "The channel's topic could not be set")
        self._topics[spot.channel] = text

    async def pin(self, op: str, stands: Stands, *, quiet: bool = False) -> None:
        """``quiet``: whether it works or not, it is not worth a second try."""
        try:
            await self._posts.within(stands.channel, "pins.add", channel=stands.channel, timestamp=stands.ts)
        except SlackFailure as problem:
            if quiet:
                log.warning("not pinned", action="slack_not_pinned", op=op, reason=problem.reason)
            elif problem.code != "already_pinned":
                await self._for_good(op, stands.spot, problem, "The headline could not be pinned")

    async def bookmark(self, op: str, spot: Spot) -> None:
        """Those that are there already are left alone."""
        if not self._links:
            return
        try:
            said = await self._workspace.call("bookmarks.list", channel_id=spot.channel)
            there = {str(each.get("link")) for each in said.get("bookmarks") or []}
            for title, link in self._links:
                if link not in there:
                    await self._workspace.call(
                        "bookmarks.add", channel_id=spot.channel, title=title, type="link", link=link
                    )
        except SlackFailure as problem:
            await self._for_good(op, spot, problem, "The channel's bookmarks could not be set")

    async def _for_good(self, op: str, spot: Spot, problem: SlackFailure, what: str) -> None:
        """A thing that will never work is no reason to stop: one quiet note (REL-062). The rest is tried again."""
        if not problem.permanent:
            raise problem
        await self._posts.note(f"{op}.note", spot, mrkdwn.escape(f"{what}: {problem.reason}."))


def _errors(answer: Mapping[str, object]) -> dict[str, str]:
    errors = answer.get("errors")
    if not isinstance(errors, list):
        return {}
    return {str(each["user"]): str(each.get("error")) for each in errors if isinstance(each, dict) and "user" in each}
