"""What the reports will count of posts is recorded as it happens (KPI-8, KPI-14, APPR-11)."""

from conversation import ADA, BOB, CLEO, DAN, START, Conversation, conversation
from test_account import REPORT, over
from test_approval import ON, led, settings
from test_extension import EXTEND, under_way
from test_extension import settings as planned

from storage import post_figures
from storage.post_figures import Decision, Quality

WORDS = "Customers cannot complete checkout. Search works."


async def decisions(call: Conversation) -> list[tuple[str, int, str, str, int]]:
    """Subject, number, outcome, by whom, after how many seconds."""
    async with call.database.read() as c:
        found = await post_figures.decisions(c, START)
    return [(each.subject, each.number, each.outcome, each.by_id, _seconds(each)) for each in found]


def _seconds(each: Decision) -> int:
    return int((each.decided_at - each.submitted_at).total_seconds())


async def qualities(call: Conversation) -> list[Quality]:
    async with call.database.read() as c:
        return await post_figures.qualities(c, START)


async def test_kpi_8_each_decision_with_its_time_and_outcome() -> None:
    async with conversation(settings(ON, small=True)) as call:
        await led(call)
        await call.says(CLEO, f"/status investigating {WORDS}")
        await call.wait(seconds=40)
        await call.says(ADA, "/incident return say which regions")
        await call.says(CLEO, f"/status investigating {WORDS}")
        await call.says(CLEO, "/incident return")
        await call.says(CLEO, f"/status investigating {WORDS}")
        await call.wait(seconds=90)
        await call.presses(ADA, "Approve")
        await call.says(CLEO, "/status investigating Checkout fails for some customers.")
        await call.fills(ADA, "Edit and approve…", {"text": "Checkout fails for customers in Europe."})
        await call.says(CLEO, "!update investigating")
        await call.fills(CLEO, "no button", {"symptom": "error messages", "action_now": "checking the cache"})
        await call.wait(minutes=5)
        await call.says(CLEO, '/incident approve --because "nobody answers"')
        assert await decisions(call) == [
            ("incident:1", 1, "returned", ADA.id, 40),
            ("incident:1", 3, "approved", ADA.id, 90),
            ("incident:1", 4, "edited", ADA.id, 0),
            ("incident:1", 5, "alone", CLEO.id, 300),
        ]


async def test_kpi_8_of_the_public_report_and_of_a_later_end() -> None:
    async with conversation() as call:
        await over(call)
        await call.says(BOB, "/incident account")
        await call.fills(BOB, "Send for approval", REPORT)
        await call.wait(minutes=1)
        await call.says(DAN, "/incident account return say more")
        await call.says(BOB, "/incident account")
        await call.fills(BOB, "Send for approval", REPORT)
        await call.presses(DAN, "Publish report")
        await call.presses(CLEO, "Publish report")
        assert await decisions(call) == [
            ("report:1", 1, "returned", DAN.id, 60),
            ("report:1", 2, "approved", CLEO.id, 0),
        ]
    async with under_way(planned()) as talk:
        await talk.says(DAN, EXTEND, "#general")
        await talk.wait(seconds=30)
        await talk.says(BOB, "/maintenance return 1 an hour, rather", "@")
        await talk.says(DAN, "/maintenance extend 60m because copying takes longer", "#general")
        await talk.presses(BOB, "Approve", "@")
        assert await decisions(talk) == [
            ("maintenance:1", 1, "returned", BOB.id, 30),
            ("maintenance:1", 2, "approved", BOB.id, 0),
        ]


async def test_kpi_14_each_post_with_what_the_rules_of_wording_found_and_what_was_set_aside() -> None:
    async with conversation() as call:
        await led(call)
        await call.says(CLEO, "/status investigating holding")
        await call.says(CLEO, '/status investigating It will be fixed ASAP. --override "a quotation"')
        holding, hasty = await qualities(call)
        assert (holding.number, holding.template, holding.errors, holding.aside) == (1, "STG-10", 0, "")
        assert (hasty.number, hasty.template, hasty.severity) == (2, "text", 1)
        assert hasty.aside
        assert hasty.errors >= len(hasty.aside.split())
