"""The test language itself."""

from conversation import Conversation

from incidents.person import Person


async def test_people_speak_and_everybody_sees_it(call: Conversation, ada: Person, cleo: Person) -> None:
    answer = await call.says(ada, "/incident sev1 Checkout down", "#general")
    assert answer.incident == 1
    await call.presses(ada, "Take command")
    await call.says(cleo, "!ic take customer-liaison")
    assert call.seen(to="#inc-1", kind="invite", text="@cleo")
    call.news()
    await call.wait(minutes=5)
    assert [seen.to for seen in call.news() if seen.kind == "private"] == ["@cleo"]
    await call.restart()
    incident = await call.incident()
    assert incident.commander == ada
    await call.says(ada, "in the thread it is on the record", "thread")
    await call.deletes(ada)
    assert (await call.timeline())[-2].withdrawn
