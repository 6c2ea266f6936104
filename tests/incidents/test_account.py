"""Who writes the public report on an incident, and whose yes it needs (STG-32, APPR-2, POST-23)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from incidents import account as rules
from incidents import masking
from incidents.account_events import AccountCleared, AccountPublished, AccountReturned, AccountSubmitted
from incidents.account_records import Account
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.person import Person
from incidents.phase import Phase
from incidents.policy import Approval, Approvers, Policy
from incidents.records import OnCall, Update, Wording
from incidents.roles import Holder, Role
from incidents.stage import Stage

Led = Callable[..., Incident]
TEXTS = {"en": Wording("Report - Checkout", "It works again."), "pl": Wording("Raport - Kasa", "Kasa działa.")}


@pytest.fixture
def over(led: Led, bob: Person) -> Incident:
    """Ada commands, Cleo speaks to customers, Bob owns the review; nobody leads the repair."""
    incident = led()
    incident.phase, incident.stage, incident.review_owner = Phase.REVIEW, Stage.RESOLVED, bob
    incident.news.clear()
    return incident


def submit(incident: Incident, by: Person, now: datetime) -> Account:
    rules.submit(incident, Account(0, TEXTS, "en", by, now, facts={"symptom": "errors"}), by=by, now=now)
    assert incident.account
    return incident.account


def asked(incident: Incident) -> dict[str, list[str]]:
    left = rules.open_parts(incident, rules.waiting(incident))
    return {part: [person.name for person in people] for part, people in left.items()}


def test_stg_32_it_follows_once_customers_read_resolved(over: Incident, bob: Person, now: datetime) -> None:
    over.stage = Stage.MONITORING
    with pytest.raises(Refused, match="once customers read"):
        submit(over, bob, now)
    over.stage, over.phase = Stage.RESOLVED, Phase.VERIFY
    with pytest.raises(Refused, match="once customers read"):
        submit(over, bob, now)


def test_a_private_incident_has_none(over: Incident, bob: Person, now: datetime) -> None:
    over.private = True
    with pytest.raises(Refused, match="no public report"):
        submit(over, bob, now)


def test_strangers_do_not_write_it(over: Incident, eve: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="owner of the review"):
        submit(over, eve, now)
    over.review_owner = None
    with pytest.raises(Refused, match="owner of the review"):
        submit(over, eve, now)


def test_appr_2_without_a_list_it_is_technical_lead_and_liaison(
    over: Incident, bob: Person, dan: Person, now: datetime
) -> None:
    over.holders.append(Holder(dan, Role.TECHNICAL_LEAD, now))
    account = submit(over, bob, now)
    assert asked(over) == {rules.OWNER: ["Dan"], rules.SUPPORT: ["Cleo"]}
    [event] = over.news
    assert isinstance(event, AccountSubmitted)
    assert (event.account, [person.name for person in event.people]) == (account, ["Dan", "Cleo"])


def test_appr_2_where_nobody_is_there_for_it_those_who_lead(
    over: Incident, bob: Person, dan: Person, now: datetime
) -> None:
    over.on_call = OnCall(duty_manager=dan)
    submit(over, bob, now)
    assert asked(over) == {rules.OWNER: ["Ada", "Dan"], rules.SUPPORT: ["Cleo"]}


def test_appr_2_the_configuration_names_them(over: Incident, bob: Person, dan: Person, eve: Person) -> None:
    over.policy = Policy(
        approval=Approval(report={rules.OWNER: Approvers(people=(dan,)), rules.SUPPORT: Approvers(people=(eve, bob))})
    )
    submit(over, bob, over.clocks.declared_at)
    assert asked(over) == {rules.OWNER: ["Dan"]}, "Bob is of Support and gave their yes by writing it"


def test_appr_4_somebody_else_always_reads_it(over: Incident, ada: Person, cleo: Person, now: datetime) -> None:
    mine = Approvers(people=(cleo,))
    over.policy = Policy(approval=Approval(report={rules.OWNER: mine, rules.SUPPORT: mine}))
    account = submit(over, cleo, now)
    assert asked(over) == {rules.SECOND: ["Ada"]}
    with pytest.raises(Refused, match="You wrote this"):
        rules.approve(over, account.seal, by=cleo, now=now)
    rules.approve(over, account.seal, by=ada, now=now)
    assert isinstance(over.news[-1], AccountPublished)


def test_one_person_gives_one_yes_and_the_last_publishes(
    over: Incident, ada: Person, bob: Person, cleo: Person, after: Callable[[float], datetime]
) -> None:
    account = submit(over, bob, after(0))
    rules.approve(over, account.seal, by=ada, now=after(1))
    cleared = over.news[-1]
    assert isinstance(cleared, AccountCleared)
    assert (cleared.left, [person.name for person in cleared.people]) == ((rules.SUPPORT,), ["Cleo"])
    with pytest.raises(Refused, match="cleared by Cleo"):
        rules.approve(over, account.seal, by=ada, now=after(1))
    rules.approve(over, account.seal, by=cleo, now=after(2))
    published = over.news[-1]
    assert isinstance(published, AccountPublished)
    assert (published.seconds, over.account) == (120, None)
    assert published.account.cleared == {rules.OWNER: ada, rules.SUPPORT: cleo}
    with pytest.raises(Refused, match="No public report waits"):
        rules.approve(over, account.seal, by=cleo, now=after(3))


def test_nobody_is_left_to_clear_it(over: Incident, ada: Person, now: datetime) -> None:
    over.holders = [holder for holder in over.holders if holder.person.id == ada.id]
    account = submit(over, ada, now)
    assert asked(over) == {rules.SECOND: []}
    with pytest.raises(Refused, match="nobody here"):
        rules.approve(over, account.seal, by=replace(ada, id="x"), now=now)


def test_appr_6_only_the_version_that_waits_is_cleared(
    over: Incident, bob: Person, cleo: Person, now: datetime
) -> None:
    first = submit(over, bob, now)
    second = submit(over, bob, now)
    assert (first.number, second.number, first.seal == second.seal) == (1, 2, False)
    with pytest.raises(Refused, match="another version"):
        rules.approve(over, first.seal, by=cleo, now=now)


def test_post_23_security_needs_legal_and_communications(
    over: Incident, bob: Person, dan: Person, eve: Person, now: datetime
) -> None:
    named = {"legal": Approvers(people=(eve,)), "communications": Approvers(people=(dan,))}
    over.policy = Policy(approval=Approval(security=named))
    over.facts["data_types"] = "names"
    submit(over, bob, now)
    assert list(asked(over)) == [rules.OWNER, rules.SUPPORT, "legal", "communications"]


def test_post_23_a_statement_that_stays_private_counts_too(over: Incident, bob: Person, now: datetime) -> None:
    over.update = Update(1, Stage.RESOLVED, "t", "b", bob, now, None, "STG-26")
    submit(over, bob, now)
    assert list(asked(over)) == [rules.OWNER, rules.SUPPORT, rules.SECOND]


def test_it_is_returned_with_a_remark_and_kept(over: Incident, bob: Person, cleo: Person, now: datetime) -> None:
    account = submit(over, bob, now)
    assert account.title == "Report - Checkout"
    with pytest.raises(Refused, match="What should be different"):
        rules.give_back(over, "", by=cleo, now=now)
    rules.give_back(over, "which regions?", by=cleo, now=now)
    event = over.news[-1]
    assert isinstance(event, AccountReturned)
    assert (event.remark, over.account, over.account_facts) == ("which regions?", None, {"symptom": "errors"})


def test_its_author_takes_it_back(over: Incident, bob: Person, now: datetime) -> None:
    submit(over, bob, now)
    rules.give_back(over, "", by=bob, now=now)
    assert over.account is None


def test_an_incident_that_came_back_publishes_nothing(over: Incident, bob: Person, cleo: Person, now: datetime) -> None:
    account = submit(over, bob, now)
    over.phase = Phase.SIZE_UP
    with pytest.raises(Refused, match="once customers read"):
        rules.approve(over, account.seal, by=cleo, now=now)


def test_a_fact_that_was_masked_leaves_the_report_that_waits(over: Incident, bob: Person, now: datetime) -> None:
    over.facts["cause_plain"] = "joe changed a setting"
    told = {"en": Wording("Report - joe changed a setting", "Cause: joe changed a setting.")}
    rules.submit(over, Account(0, told, "en", bob, now, facts=dict(over.facts)), by=bob, now=now)
    first = rules.waiting(over)
    masking.conceal(over, "facts", ["Fact sheet: Cause: joe changed a setting"], "joe")
    waiting = rules.waiting(over)
    assert waiting.texts["en"] == Wording("Report - [masked] changed a setting", "Cause: [masked] changed a setting.")
    assert waiting.facts["cause_plain"] == "[masked] changed a setting"
    assert waiting.seal != first.seal


def test_appr_6_other_words_are_cleared_anew_by_everybody(
    over: Incident, ada: Person, bob: Person, cleo: Person, now: datetime
) -> None:
    waiting = submit(over, bob, now)
    rules.approve(over, waiting.seal, by=cleo, now=now)
    rules.renew(over, rules.waiting(over), by=ada, now=now)
    again = rules.waiting(over)
    assert (again.number, again.author, again.cleared) == (2, bob, {})
    event = over.news[-1]
    assert isinstance(event, AccountSubmitted)
    assert (event.renewed, cleo in event.people) == (True, True)
