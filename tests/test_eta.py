"""Estimates in conversation: raw inside, padded outside, asked about in time, learnt from (ETA rules)."""

from dataclasses import replace

from conversation import ADA, BOB, CLEO, DAN, EVE, SETTINGS, Conversation, conversation

from commands.run import Answer
from storage import eta_history
from templates.card import Card, Form
from templates.marks import plain

IDENTIFIED = {
    "stage": "identified",
    "cause_plain": "a faulty setting reached our servers",
    "affected_share": "40%",
    "functions": "card payment",
    "fix_plain": "rolling back the setting",
    "symptom": "payments fail",
}


async def begin(call: Conversation) -> None:
    await call.says(ADA, "/incident sev1 Checkout: payments fail", "#general")
    await call.says(ADA, "!take ic")
    await call.says(CLEO, "!take customer-liaison")
    await call.says(DAN, "!take technical-lead")


def form_of(answer: Answer) -> Form:
    assert answer.card
    assert answer.card.form
    return answer.card.form


def facts(card: Card | None) -> dict[str, str]:
    assert card
    return {fact.label: fact.value for fact in card.facts}


async def prefilled(call: Conversation, stage: str) -> str | None:
    form = form_of(await call.says(CLEO, f"/status {stage}"))
    return next((field.value for field in form.fields if field.name == "eta_time"), None)


async def announce(call: Conversation) -> None:
    if not (await call.incident()).stage:
        await call.says(CLEO, "/status investigating Customers in Europe cannot pay. Search works.")
        await call.says(DAN, "!cause a faulty setting")
    eta = await prefilled(call, "identified")
    assert eta
    answer = await call.fills(CLEO, "the form", {**IDENTIFIED, "eta_time": eta})
    if answer.card:
        await call.fills(CLEO, "the form", {"affected_who": "all who pay"})


async def test_eta_4_the_form_is_filled_with_the_padded_time_from_identified_on(call: Conversation) -> None:
    await begin(call)
    await call.until("15:00")
    await call.says(DAN, "!eta 40m medium")
    assert call.seen(to="#inc-1", text="for us only")
    assert call.seen(to="#inc-1", text="16:00 UTC (+40 %)")
    assert await prefilled(call, "investigating") is None
    assert await prefilled(call, "identified") == "16:00 UTC"
    await announce(call)
    posted = call.seen(to="#status")[-1].text
    assert "We expect normal service by 16:00 UTC." in posted
    assert "15:40" not in posted
    assert (await call.incident()).estimates[0].announced_at == call.now


async def test_eta_1_only_the_technical_lead_estimates_where_there_is_one(call: Conversation) -> None:
    await begin(call)
    assert (await call.says(ADA, "!eta 40m")).refused
    assert (await call.says(EVE, "!eta 40m")).refused
    await call.says(DAN, "!release technical-lead")
    assert (await call.says(EVE, "!eta 40m")).refused
    assert not (await call.says(ADA, "!eta 40m")).refused


async def test_what_makes_no_sense_is_refused(call: Conversation) -> None:
    await begin(call)
    for said in ("!eta soon", "!eta 40m certain", "!eta 0m", "!eta holds"):
        assert (await call.says(DAN, said)).refused, said
    assert not (await call.incident()).estimates


async def test_without_an_estimate_nothing_is_filled_in(call: Conversation) -> None:
    await begin(call)
    assert await prefilled(call, "identified") == ""


async def test_eta_6_the_technical_lead_is_asked_at_three_quarters_and_says_that_it_holds(call: Conversation) -> None:
    await begin(call)
    await call.until("15:00")
    await call.says(DAN, "!eta 40m medium")
    await call.until("15:44")
    assert not call.seen(text="Does it hold?")
    await call.until("15:46")
    assert call.seen(to="@dan", text="Does it hold?")
    await call.presses(DAN, "It holds")
    await call.until("15:59")
    assert not call.seen(text="No answer yet")
    assert call.seen(to="#inc-1", text="the estimate holds")


async def test_unanswered_the_commander_hears_of_it(call: Conversation) -> None:
    await begin(call)
    await call.until("15:00")
    await call.says(DAN, "!eta 40m medium")
    await call.until("15:51")
    assert call.seen(to="@ada", text="No answer yet")


async def test_eta_6_after_two_misses_customers_are_given_no_more_times(call: Conversation) -> None:
    await begin(call)
    await call.until("15:00")
    await call.says(DAN, "!eta 40m medium")
    await announce(call)
    await call.until("15:46")
    form = form_of(await call.presses(DAN, "New estimate…"))
    assert form.says == "eta"
    await call.fills(DAN, "the form", {"minutes": "60", "certainty": "high"})
    second = (await call.incident()).estimates[-1]
    assert second.buffer == 50
    assert call.seen(to="#inc-1", text="customers were told 16:00 UTC, which will not hold")
    assert await prefilled(call, "identified") == "17:30 UTC"
    await announce(call)
    await call.until("17:31")
    assert call.seen(to="#inc-1", text="Two announced times did not hold")
    assert (await call.incident()).policy.eta_public == "none"
    await call.says(DAN, "!eta 10m high")
    assert await prefilled(call, "identified") == ""


async def test_what_was_never_announced_cannot_be_missed(call: Conversation) -> None:
    await begin(call)
    await call.says(DAN, "!eta 20m high")
    await call.wait(minutes=40)
    assert not any(each.missed for each in (await call.incident()).estimates)
    assert not call.seen(text="tell them now")


async def test_the_policy_is_copied_and_none_and_on_request_fill_no_form() -> None:
    for public in ("none", "on_request"):
        settings = replace(SETTINGS, policy=replace(SETTINGS.policy, eta_public=public))
        async with conversation(settings) as call:
            await begin(call)
            await call.says(DAN, "!eta 20m high")
            assert await prefilled(call, "identified") == ""
            assert (await call.incident()).policy.eta_public == public


async def test_eta_8_what_repairs_took_is_kept_and_proposed(call: Conversation) -> None:
    for number, minutes in enumerate((40, 50, 90), 1):
        room = f"room {number}"
        await call.says(ADA, "/incident sev2 Checkout: payments fail", "#general")
        await call.says(ADA, "!take ic", room)
        if number == 1:
            await call.says(ADA, "!eta 30m high", room)
            await call.says(ADA, '!feedback 4 "cannot pay"', room)
        await call.wait(minutes=minutes)
        await call.says(ADA, '!resolve No data was lost. --because "it is well"', room)
    async with call.database.read() as c:
        kept = await eta_history.like(c, component="checkout", severity=9, but=0)
    assert [each.minutes for each in kept] == [90, 50, 40]
    assert kept[-1].raw_at is not None
    assert kept[-1].public_at is None
    assert kept[-1].reports == 4
    await call.says(ADA, "/incident sev2 Checkout: payments fail again", "#general")
    await call.says(ADA, "!take ic", "room 4")
    await call.wait(minutes=10)
    answer = await call.says(ADA, "!eta", "room 4")
    shown = facts(answer.card)
    assert shown["Like incidents"] == "3, median 50 min, mean 1 h"
    assert shown["Going by them"] == "50 min more"
    await call.presses(ADA, "Take 50 min", "room 4")
    assert (await call.incident(4)).estimates[0].minutes == 50


async def test_eta_alone_shows_raw_and_padded(call: Conversation) -> None:
    await begin(call)
    await call.until("15:00")
    await call.says(DAN, "!eta 40m medium")
    shown = facts((await call.says(BOB, "!eta")).card)
    assert "15:40 UTC (medium certainty)" in plain(shown["Raw, for us only"])
    assert shown["For customers"] == "16:00 UTC (+40 %)"
    assert shown["Like incidents"] == "none on record"


async def sheet(call: Conversation, **said: str) -> Answer:
    await call.says(DAN, "/incident facts")
    return await call.fills(DAN, "the form", said)


def field(form: Form, name: str) -> str:
    return next(each.value for each in form.fields if each.name == name)


async def test_eta_1_the_fact_sheets_time_is_a_raw_estimate_that_nobody_outside_reads(call: Conversation) -> None:
    await begin(call)
    await call.until("15:00")
    assert not (await sheet(call, symptom="payments fail", eta_time="40m", eta_certainty="medium")).refused
    assert call.seen(to="#inc-1", text="15:40 UTC (medium certainty). That is for us only")
    assert await prefilled(call, "investigating") is None
    assert await prefilled(call, "identified") == "16:00 UTC"
    assert "eta_time" not in (await call.incident()).facts
    await announce(call)
    assert "We expect normal service by 16:00 UTC." in call.seen(to="#status")[-1].text
    assert not [seen for seen in call.seen(text="15:40") if seen.to in ("#status", "#incidents")]
    await call.says(CLEO, "!faq")
    assert "15:40" not in call.seen(to="#inc-1", slot="answers")[-1].text


async def test_eta_6_the_same_sheet_again_is_no_new_estimate_and_another_time_is(call: Conversation) -> None:
    await begin(call)
    await sheet(call, eta_time="14:40", eta_certainty="high")
    form = form_of(await call.says(DAN, "/incident facts"))
    assert (field(form, "eta_time"), field(form, "eta_certainty")) == ("14:40", "high")
    await call.wait(minutes=7)
    await sheet(call, progress="20%")
    assert len((await call.incident()).estimates) == 1
    assert (await call.timeline())[-1].text == "Fact sheet: How far it is: 20%"
    await sheet(call, eta_time="15:30 UTC", eta_certainty="high")
    assert [each.buffer for each in (await call.incident()).estimates] == [30, 50]
    await call.until("15:31")
    assert field(form_of(await call.says(DAN, "/incident facts")), "eta_time") == ""


async def test_what_is_no_time_is_said_and_nothing_is_kept_of_the_sheet(call: Conversation) -> None:
    await begin(call)
    answer = await sheet(call, symptom="everything is slow", eta_time="soonish")
    assert answer.refused
    assert "soonish" in repr(answer.card)
    incident = await call.incident()
    assert (incident.estimates, incident.facts) == ([], {})
    assert (await sheet(call, eta_time="40m", eta_certainty="")).refused is False
    assert (await call.incident()).estimates[0].certainty == "low"


async def test_eta_3_a_time_without_its_buffer_stays_here_until_somebody_says_why(call: Conversation) -> None:
    """Whoever writes may know the raw time; typed into the form or into words of one's own, it is stopped."""
    await begin(call)
    await call.says(CLEO, "/status investigating Customers in Europe cannot pay. Search works.")
    await call.says(DAN, "!cause a faulty setting")
    await call.until("15:00")
    await call.says(DAN, "!eta 40m medium")
    raw = "/status identified --because urgent\nCard payments fail. We expect normal service by 15:40 UTC."
    answer = await call.says(CLEO, raw)
    assert answer.card
    assert "LINT-32" in answer.card.text
    await call.says(CLEO, "/status identified")
    answer = await call.fills(CLEO, "the form", {**IDENTIFIED, "eta_time": "15:40 UTC"})
    assert answer.card
    assert "LINT-32" in answer.card.text
    assert (await call.incident()).updates == 1
    assert not (await call.says(CLEO, raw.replace("15:40", "16:00"))).card
    assert (await call.incident()).updates == 2


async def test_eta_7_while_the_cause_is_unknown_customers_are_given_no_time(call: Conversation) -> None:
    """Also when somebody types one: there is nothing it could stand on."""
    await begin(call)
    await call.says(DAN, "!eta 40m high")
    answer = await call.says(CLEO, "/status investigating Payments fail. We expect normal service by 15:00 UTC.")
    assert answer.card
    assert "LINT-31" in answer.card.text
    assert (await call.incident()).updates == 0
    await call.says(CLEO, "/status investigating Customers in Europe cannot pay. Search works.")
    await call.says(CLEO, "!faq")
    assert "There is no reliable estimate yet." in call.seen(to="#inc-1", slot="answers")[-1].text


async def test_eta_5_customers_read_a_clock_time_and_whoever_clears_it_reads_both(call: Conversation) -> None:
    await begin(call)
    await call.until("15:00")
    await call.says(DAN, "!eta 40m medium")
    card = facts((await call.says(ADA, "!eta")).card)
    assert card["Raw, for us only"].startswith("40 min from 15:00 UTC: 15:40 UTC (medium certainty)")
    assert card["For customers"].startswith("16:00 UTC (+40 %)")
    await announce(call)
    posted = call.seen(to="#status")[-1].text
    assert "expect normal service by 16:00 UTC" in posted
    for promise in ("promise", "guarantee", "40 min", "will be back"):
        assert promise not in posted
