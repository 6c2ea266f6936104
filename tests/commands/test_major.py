"""`/incident major` as people say it (SVR-7)."""

from conversation import Conversation

from incidents.person import Person
from incidents.severity import Severity


async def test_svr_7_the_commander_says_that_it_needs_more_than_one_team(
    call: Conversation, ada: Person, bob: Person
) -> None:
    await call.says(ada, "/incident sev3 Search is slow", "#general")
    assert (await call.says(ada, "/incident major")).refused
    await call.says(ada, "/incident take ic")
    assert (await call.says(bob, "/incident major")).refused
    assert not (await call.says(ada, "/incident major")).refused
    incident = await call.incident()
    assert (incident.major, incident.severity) == (True, Severity.SEV3)
    assert len(call.seen(to="#inc-1", text="All roles are to be filled now.")) == 1
    assert [row.text for row in await call.timeline()][-1] == "Major incident: it needs more than one team"
    assert "roles" in incident.deadlines
