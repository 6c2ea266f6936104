"""Public replies are read and nobody is answered (CHN-8); a leader's words come from the record (CHN-9)."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web
from conversation import ADA, CLEO, EVE, SETTINGS, Conversation, conversation
from fakes.publishers.hooks import served
from publish.conftest import NEAR

from bot.mistake import Mistake
from bot.publish import http
from bot.publish.egress import Egress
from bot.publish.replies import PublicReplies, parsed
from incidents.channels import Audience, Channel, Medium
from incidents.outside import Reply
from incidents.records import Update, Wording
from incidents.stage import Stage
from incidents.wording.check import blocking, check
from incidents.wording.post import Post
from scheduler.chat import Undelivered
from templates.phrases import LANGUAGES
from templates.spoken import spoken

AT = datetime(2031, 4, 2, 14, 0, tzinfo=UTC)
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>all</title>
<entry><title>@shop</title><updated>2031-04-02T14:00:00Z</updated>
<content type="html">&lt;p&gt;a scandal&lt;/p&gt;</content></entry><entry><title>no time</title></entry></feed>"""
RSS = """<rss><channel><item><title>a scandal</title><pubDate>Wed, 02 Apr 2031 16:00:00 +0200</pubDate></item>
<item><pubDate>Wed, 02 Apr 2031 16:00:00 +0200</pubDate></item></channel></rss>"""
JSON_FEED = json.dumps({"items": [{"content_text": "a scandal", "date_published": "2031-04-02T14:00:00+00:00"}, 3]})
MASTODON = json.dumps([{"content": "<p>a scandal</p>", "created_at": "2031-04-02T14:00:00.000Z"}])


@pytest.mark.parametrize("body", [ATOM, RSS, JSON_FEED, MASTODON], ids=["atom", "rss", "json feed", "mastodon"])
def test_chn_8_every_kind_of_feed_is_understood(body: str) -> None:
    (reply,) = parsed(body.encode())
    assert reply.at == AT
    assert "a scandal" in reply.text
    assert "<" not in reply.text


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<html><body>sign in", "no feed"),
        (b"{", "no feed"),
        (b"[" * 5_000, "no feed"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa">]><rss/>', "declares entities"),
        (b"", "no feed"),
    ],
)
def test_sec_094_what_is_no_feed_or_a_bomb_is_not_read(body: bytes, why: str) -> None:
    with pytest.raises(Undelivered, match=why):
        list(parsed(body))
    assert list(parsed(b'{"items": 3}')) == list(parsed(b'{"version": "1"}')) == []


@asynccontextmanager
async def feed(body: str, egress: Egress = NEAR) -> AsyncIterator[PublicReplies]:
    async def shown(request: web.Request) -> web.Response:
        return web.Response(text=body) if body else web.Response(status=503)

    app = web.Application()
    app.router.add_get("/mentions", shown)
    async with served(app) as base, http.session(egress) as shared:
        yield PublicReplies(f"{base}/mentions", NEAR, shared)


async def test_it_is_read_over_http_within_the_same_limits() -> None:
    async with feed(MASTODON) as there:
        assert await there.read() == [Reply(AT, "a scandal")]
    async with feed("") as there:
        with pytest.raises(Undelivered, match="failed there"):
            await there.read()
    async with feed(MASTODON, Egress()) as there:
        with pytest.raises(Undelivered, match="internal"):
            await there.read()
    async with aiohttp.ClientSession() as shared:
        for url in ("", "file:///etc/passwd", "http://hooks.example.com/x", "https://u:p@hooks.example.com/x"):
            with pytest.raises(Mistake) as mistake:
                PublicReplies(url, Egress(), shared)
            assert "hooks" not in str(mistake.value)


@dataclass
class Said:
    """A feed in which somebody writes; ``broken`` answers nothing."""

    replies: list[Reply] = field(default_factory=list)
    read_times: int = 0
    broken: bool = False

    async def read(self) -> list[Reply]:
        self.read_times += 1
        if self.broken:
            raise Undelivered("failed there (HTTP 503)")
        return self.replies


@asynccontextmanager
async def told(said: Said, *channels: Channel) -> AsyncIterator[Conversation]:
    settings = replace(SETTINGS, house=replace(SETTINGS.house, channels=channels))
    async with conversation(settings, feeds={"mentions": said, "away": Said(broken=True)}) as call:
        await call.says(ADA, "/incident sev1 Checkout down", "#general")
        await call.says(ADA, "!ic take ic")
        await call.says(CLEO, "!ic take customer-liaison")
        yield call


async def looked(call: Conversation) -> None:
    call.play.now += timedelta(minutes=2)
    await call.play.core.overhearing.look()
    await call.play.settle()


async def test_chn_8_rising_anger_is_told_the_liaison_once_and_nobody_is_answered() -> None:
    said = Said([Reply(AT, text) for text in ("a scandal", "what a JOKE\n\x02", "I want a refund", "slow")])
    async with told(said) as call:
        await looked(call)
        assert said.read_times == 0, "as long as customers read nothing, nobody listens"
        await call.says(CLEO, "/status investigating Customers cannot pay.")
        call.news()
        await looked(call)
        assert said.read_times == 1, "a feed that is away hides no other"
        (card,) = call.seen(to="@cleo", kind="private", text="what the public says gets worse")
        assert "3 of 4 public replies in the last ten minutes are angry, 0 before that." in card.text
        assert "“what a JOKE”" in card.text
        assert {seen.to for seen in call.news()} == {"@cleo"}, "nobody outside was answered"
        assert "3 of 4 public replies in ten minutes are angry, 0 before" in [e.text for e in await call.timeline()]
        await call.play.core.overhearing.look()
        assert said.read_times == 1, "every two minutes"
        await looked(call)
        assert len(call.seen(to="@cleo", text="gets worse")) == 1


async def test_only_the_clock_says_what_was_heard() -> None:
    async with told(Said()) as call:
        assert (await call.says(EVE, "!replies")).refused


async def test_chn_9_a_leader_says_what_customers_read_after_an_apology_through_pr() -> None:
    press = Channel("press", Medium.PRESS, "hand", (Audience.MEDIA,), link="https://press.example.com", owner=EVE.id)
    async with told(Said(), press) as call:
        assert (await call.says(CLEO, "!leader Jane Doe")).refused
        await call.says(CLEO, "/status investigating Customers cannot pay.")
        assert (await call.says(CLEO, "!leader")).refused
        await call.says(CLEO, "!leader Jane Doe, head of Example Shop")
        update = (await call.incident()).update
        assert update
        for who in ("@cleo", "@eve"):
            card = call.seen(to=who, kind="private", text="What Jane Doe, head of Example Shop says in public")[-1].card
            assert card
            assert card.text.startswith("I am Jane Doe, head of Example Shop. I am sorry")
            assert card.text.endswith(update.body), "the same record (CHN-4)"
            facts = {fact.label: fact.value for fact in card.facts}
            assert (facts["Through"], facts["First"]) == (
                "https://press.example.com",
                "PR and Legal agree to these words",
            )
        said = [entry.text for entry in await call.timeline()]
        assert "Words for Jane Doe, head of Example Shop to speak in public, from update 1, through PR" in said


@pytest.mark.parametrize("stage", [Stage.INVESTIGATING, Stage.RESOLVED])
def test_chn_9_the_apology_adds_nothing_that_the_wording_rules_object_to(stage: Stage) -> None:
    texts = {code: Wording("…", "…") for code in LANGUAGES}
    update = Update(1, stage, "…", "…", ADA, AT, None, "STG-11", texts=texts)
    found = spoken(update, "Jane Doe")
    assert set(found) == set(LANGUAGES)
    for code, text in found.items():
        before = {each.id for each in blocking(check(Post("…", "…", language=code, stage=stage.value)))}
        after = {each.id for each in blocking(check(Post("…", text.body, language=code, stage=stage.value)))}
        assert (code, after - before) == (code, set())
        assert "Jane Doe" in text.body
