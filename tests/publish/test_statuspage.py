"""Against a stand-in of Statuspage's API that keeps state: nothing is shown twice, whatever becomes of the answers."""

import asyncio
from dataclasses import replace

import aiohttp
import pytest
from fakes.plan import Plan
from fakes.publishers.statuspage import KEY, PAGE, FakeStatuspage

from bot.publish import http
from bot.publish.egress import Egress
from bot.publish.statuspage import Page, Statuspage
from incidents.components import ComponentState
from incidents.stage import Stage
from scheduler.chat import Undelivered
from templates.post import Post


def channel(page: FakeStatuspage, shared: aiohttp.ClientSession, *, key: str = KEY, id: str = PAGE) -> Statuspage:
    return Statuspage(Page(id, key, page.base, {"Checkout": "c1", "Search": "c2"}), shared)


async def _fails(there: Statuspage, post: Post) -> Undelivered:
    with pytest.raises(Undelivered) as problem:
        await there.publish("op", post, repeat=False)
    return problem.value


async def test_an_incident_is_made_once_and_then_updated(
    page: FakeStatuspage, shared: aiohttp.ClientSession, post: Post
) -> None:
    there = channel(page, shared)
    ref = await there.publish("op1", post, repeat=False)
    over = replace(post, number=2, stage="resolved", body="All is well.", components={"Checkout": "operational"})
    assert await there.publish("op2", over, repeat=False) == ref
    (incident,) = page.incidents
    assert (incident["name"], incident["status"]) == ("Checkout", "resolved")
    assert page.updates == [post.body, "All is well."]
    assert page.components["c1"]["status"] == "operational"
    assert all(update["deliver_notifications"] for update in incident["incident_updates"])


@pytest.mark.parametrize("first", [True, False])
async def test_g3_what_arrived_without_an_answer_is_found_by_its_op(
    page: FakeStatuspage, shared: aiohttp.ClientSession, post: Post, first: bool
) -> None:
    there = channel(page, shared)
    if not first:
        await there.publish("op0", post, repeat=False)
        post = replace(post, number=2, body="More.")
    page.faults.plan = Plan("1st post loses its reply")
    problem = await _fails(there, post)
    assert problem.unsure
    assert await there.find("op", post) == "i1"
    assert await there.find("other", post) is None
    assert len(page.incidents) == 1


async def test_rel_184_an_older_post_never_follows_a_newer_one(
    page: FakeStatuspage, shared: aiohttp.ClientSession, post: Post
) -> None:
    there = channel(page, shared)
    await there.publish("op2", replace(post, number=2, body="Newer."), repeat=False)
    problem = await _fails(there, post)
    assert problem.permanent
    assert page.updates == ["Newer."]


async def test_a_withdrawn_post_is_resolved_there_and_read_back_as_withdrawn(
    page: FakeStatuspage, shared: aiohttp.ClientSession, post: Post
) -> None:
    there = channel(page, shared)
    await there.publish("op1", post, repeat=False)
    ref = await there.publish("op2", replace(post, number=2, stage="withdrawn", body="False alarm."), repeat=False)
    assert page.incidents[0]["status"] == "resolved"
    told = await there.read(ref)
    assert told is not None
    assert (told.number, told.stage) == (2, Stage.WITHDRAWN)


async def test_what_somebody_changed_there_by_hand_is_read_back(
    page: FakeStatuspage, shared: aiohttp.ClientSession, post: Post
) -> None:
    there = channel(page, shared)
    ref = await there.publish("op1", post, repeat=False)
    page.incidents[0]["status"] = "resolved"
    page.components["c1"]["status"] = "partial_outage"
    told = await there.read(ref)
    assert told is not None
    assert (told.stage, told.components) == (Stage.RESOLVED, {"Checkout": ComponentState.PARTIAL})


async def test_an_incident_that_was_deleted_there_is_made_again(
    page: FakeStatuspage, shared: aiohttp.ClientSession, post: Post
) -> None:
    there = channel(page, shared)
    ref = await there.publish("op1", post, repeat=False)
    page.incidents.clear()
    await there.publish("op2", replace(post, number=2, ref=ref, body="Still."), repeat=False)
    assert page.updates == ["Still."]
    page.incidents.clear()
    with pytest.raises(Undelivered, match="gone"):
        await there.read(ref)


async def test_two_installations_on_one_page_keep_apart(
    page: FakeStatuspage, shared: aiohttp.ClientSession, post: Post
) -> None:
    await channel(page, shared).publish("op1", post, repeat=False)
    other = Statuspage(Page(PAGE, KEY, page.base, installation="other"), shared)
    await other.publish("op2", post, repeat=False)
    assert len(page.incidents) == 2


@pytest.mark.parametrize(
    ("key", "id", "reason"), [("wrong", PAGE, "refused (HTTP 401)"), (KEY, "none", "there is no such page")]
)
async def test_a_wrong_key_or_page_is_final_and_names_no_secret(  # noqa: PLR0917 - pytest passes them by name
    page: FakeStatuspage, shared: aiohttp.ClientSession, post: Post, key: str, id: str, reason: str
) -> None:
    problem = await _fails(channel(page, shared, key=key, id=id), post)
    assert (problem.reason, problem.permanent) == (reason, True)
    assert "wrong" not in repr(Page(id, "wrong"))


@pytest.mark.parametrize(
    ("fault", "unsure", "permanent", "retry_after"),
    [("is limited for 2 s", False, False, 2.0), ("fails", True, False, None), ("is refused", False, True, None)],
)
async def test_failures_are_told_apart(  # noqa: PLR0917 - pytest passes them by name
    page: FakeStatuspage,
    shared: aiohttp.ClientSession,
    post: Post,
    fault: str,
    unsure: bool,
    permanent: bool,
    retry_after: float | None,
) -> None:
    page.faults.plan = Plan(f"1st post {fault}")
    problem = await _fails(channel(page, shared), post)
    assert (problem.unsure, problem.permanent, problem.retry_after) == (unsure, permanent, retry_after)
    assert page.updates == []


async def test_sec_090_an_internal_address_is_not_connected_to(page: FakeStatuspage, post: Post) -> None:
    async with http.session(Egress()) as guarded:
        problem = await _fails(channel(page, guarded), post)
    assert "internal" in problem.reason
    assert problem.permanent


async def test_sec_094_a_long_answer_is_cut_and_a_slow_one_given_up(
    page: FakeStatuspage, shared: aiohttp.ClientSession, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MOST", 1)
    assert (await _fails(channel(page, shared), post)).reason == "its answer is too long"
    monkeypatch.undo()
    page.faults.plan = Plan("1st post hangs")
    async with asyncio.timeout(5):
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.2)) as hasty:
            problem = await _fails(channel(page, hasty), post)
    assert problem.unsure
