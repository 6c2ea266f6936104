"""One of every card and form that Sitrep makes, from one sample incident, by the real templates."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import gallery_customers as customers

from commands.settings import Contact
from incidents import (
    account_events,
    approval,
    approval_events,
    confirming,
    crisis,
    crisis_events,
    customer_events,
    declaring,
    ending,
    events,
    fact_sheet,
    handover,
    outside_events,
    paging,
    posting_events,
    promise_events,
    proposals,
    publishing,
    staffing,
    tasks,
    timeline,
)
from incidents.account_records import Account
from incidents.channels import Channel, Medium
from incidents.components import Component, ComponentState
from incidents.consistency import Contradiction
from incidents.ending import Recovery
from incidents.errors import Refused
from incidents.event import Event
from incidents.events import Reminded
from incidents.incident import Incident
from incidents.outlet import Outlet, OutletState
from incidents.person import CLOCK, Person
from incidents.phase import Phase
from incidents.policy import Approval, Duty, Policy
from incidents.posting_events import CauseAsked, ChannelAgain, ChannelAnswered, Contradicted, PostingSkipped
from incidents.records import Breach, Deadline, Draft, OnCall, Wording
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import Stage
from storage.timeline import Entry
from templates import answers, crisis_cards, forms, overviews
from templates.announce import announce
from templates.approval_card import approval_card, preview_card, sent_card
from templates.brief import brief, briefing
from templates.card import Card, Form
from templates.fact_form import fact_form
from templates.headline import headline
from templates.house import House
from templates.role_cards import role_card
from templates.timeline_page import timeline_card
from templates.update_form import edit_form, update_form

ADA = Person("ada@example.org", "Ada Lovelace", "ada")
BOB = Person("bob@example.org", "Bob Boole", "bob")
CLEO = Person("cleo@example.org", "Cleo Clay", "cleo")
DAN = Person("dan@example.org", "Dan Dijkstra", "dan")
EVE = Person("eve@example.org", "Eve Euler", "eve")
NOW = datetime(2031, 4, 2, 14, 0, tzinfo=UTC)
MAIL = Channel("mail", Medium.EMAIL, "apprise", link="https://mail.example.org", access="ask @dan")
HOUSE = House(organisation="Example", status_url="https://status.example.org", channels=(MAIL,))

TITLE = "Checkout returns 500s"

Happens = Callable[[Incident], None]


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def running(title: str = TITLE, *, said: str = "look at the database") -> Incident:
    """Ada commands, Cleo speaks to customers, Dan knows the database, Bob has a task and a call."""
    incident = declaring.declare(
        id=1, title=title, severity=Severity.SEV1, by=ADA, now=NOW, policy=Policy(), on_call=OnCall(primary=ADA)
    )
    staffing.assign(incident, Role.IC, to=ADA, by=ADA, now=NOW)
    staffing.assign(incident, Role.CUSTOMER_LIAISON, to=CLEO, by=CLEO, now=NOW)
    staffing.assign(incident, Role.SME, to=DAN, by=DAN, now=NOW, service="database")
    tasks.give(incident, said, to=BOB, minutes=10, by=ADA, now=NOW)
    paging.page(incident, [BOB], reason=said, by=ADA, now=NOW)
    proposals.propose(incident, said, by=CLEO, now=NOW, executor=DAN)
    incident.news.clear()
    return incident


def cards(title: str = TITLE, said: str = "look at the database") -> dict[str, Card]:
    """``title`` is the incident's, ``said`` stands wherever people type."""
    return {**_told(title, said), **_shown(title, said), **_answered(title, said)}


def _told(title: str, said: str) -> dict[str, Card]:
    """Everything that events make visible."""
    found: dict[str, Card] = {}
    for name, happens in _happenings(said).items():
        incident = running(title, said=said)
        happens(incident)
        effects = announce(incident, incident.news, house=HOUSE, now=after(5))
        told = [effect for effect in effects if effect.card and (name == "declared" or effect.slot != "headline")]
        for number, effect in enumerate(told, 1):
            assert effect.card
            found[f"{name}/{number}-{effect.slot or effect.to.partition(':')[0]}"] = effect.card
    return found


def _happenings(said: str) -> dict[str, Happens]:
    return {
        **_life(said),
        **_approved(said),
        **_reported(said),
        **_work(said),
        **_promised(said),
        **_crises(said),
        **_reminders(),
        **customers.happenings(said, ADA, NOW),
    }


def waiting(incident: Incident, said: str) -> None:
    """Cleo's post in two languages waits for Ada."""
    incident.policy = replace(incident.policy, approval=Approval(mode="on", at_deadline="holding"))
    texts = {"en": Wording(f"Investigating - {said}", said), "pl": Wording(f"Badanie problemu - {said}", said)}
    states = {"Checkout": ComponentState.PARTIAL}
    draft = Draft(1, Stage.INVESTIGATING, "STG-11", texts, CLEO, NOW, components=states, reason=said)
    approval.submit(incident, draft, by=CLEO, now=NOW)


def _approved(said: str) -> dict[str, Happens]:
    def decided(decide: Callable[[Incident, Draft], None]) -> Happens:
        def happens(incident: Incident) -> None:
            waiting(incident, said)
            incident.news.clear()
            assert incident.draft
            decide(incident, incident.draft)

        return happens

    def edit(incident: Incident, draft: Draft) -> None:
        approval.approve(incident, replace(draft, co_authors=(ADA,)), by=ADA, now=after(2))

    def one_yes(incident: Incident, draft: Draft) -> None:
        incident.draft = replace(draft, co_authors=(ADA,), cleared={"usual": ADA})
        cleared = approval_events.DraftCleared(
            at=NOW, by=ADA, draft=incident.draft, seconds=60, left=("legal",), people=(EVE,), edited=True
        )
        _news(incident, cleared)

    def look(incident: Incident, draft: Draft) -> None:
        approval.preview(incident, draft, by=CLEO, now=NOW)

    def late(incident: Incident, draft: Draft) -> None:
        declaring.set_severity(incident, Severity.SEV2, reason=said, by=ADA, now=NOW)
        incident.facts["regions"] = said
        _news(incident, reminded("approval", 5, ADA, escalated=(EVE,)))

    return {
        "draft_submitted": lambda incident: waiting(incident, said),
        "draft_replaced": decided(lambda incident, draft: waiting(incident, said)),
        "draft_renewed": decided(lambda incident, draft: approval.renew(incident, draft, by=ADA, now=after(1))),
        "draft_returned": decided(lambda incident, draft: approval.give_back(incident, said, by=ADA, now=after(1))),
        "draft_taken_back": decided(lambda incident, draft: approval.give_back(incident, "", by=CLEO, now=after(1))),
        "draft_edited": decided(edit),
        "draft_cleared": decided(one_yes),
        "draft_alone": decided(
            lambda incident, draft: _news(
                incident,
                approval_events.DraftApproved(at=NOW, by=CLEO, draft=draft, seconds=400, revision=1, alone=said),
            )
        ),
        "draft_dropped": decided(lambda incident, draft: ending.cancel(incident, reason=said, by=ADA, now=NOW)),
        "draft_previewed": decided(look),
        "draft_late": decided(late),
        "facts_given": lambda incident: fact_sheet.give(
            incident, {"symptom": said, "cause_plain": said, "cause_certainty": "suspected"}, by=ADA, now=NOW
        ),
    }


def _reported(said: str) -> dict[str, Happens]:
    """The public report afterwards: Cleo wrote it, Ada and Bob clear it."""
    texts = {"en": Wording(f"Report - {said}", said), "pl": Wording(f"Raport - {said}", said)}
    account = Account(1, texts, "en", CLEO, NOW, facts={"symptom": said}, origins={"en": "STG-32 v1"}, reason=said)
    signed = replace(account, cleared={"support": ADA})

    def happens(event: Event, waiting: Account | None) -> Happens:
        def happened(incident: Incident) -> None:
            incident.account = waiting
            _news(incident, event)

        return happened

    sent = account_events.AccountSubmitted(at=NOW, by=CLEO, account=account, people=(ADA, BOB))
    cleared = account_events.AccountCleared(at=NOW, by=ADA, account=signed, left=("service owner",), people=(BOB,))
    returned = account_events.AccountReturned(at=NOW, by=ADA, account=account, remark=said)
    published = account_events.AccountPublished(at=NOW, by=BOB, account=signed, seconds=90)
    return {
        "account_submitted": happens(sent, account),
        "account_cleared": happens(cleared, signed),
        "account_returned": happens(returned, None),
        "account_published": happens(published, None),
        **_outside(said, signed),
    }


def _outside(said: str, account: Account) -> dict[str, Happens]:
    """The report on a channel that does not take it, the public that gets angry, a leader who speaks to it."""
    told = replace(account, carried={MAIL.name: Wording(said, said)})

    def carries(event: Event, state: OutletState) -> Happens:
        def happened(incident: Incident) -> None:
            incident.told_account = told
            incident.account_outlets[MAIL.name] = Outlet(1, state, NOW, NOW, reason=said)
            _news(incident, event)

        return happened

    def spoken(incident: Incident) -> None:
        publishing.publish(incident, Stage.INVESTIGATING, title=said, body=said, template="text", by=CLEO, now=NOW)
        incident.news.clear()
        _news(incident, outside_events.LeaderSpeaks(at=NOW, by=CLEO, name=said, number=1))

    refused = account_events.AccountCarried(at=NOW, by=CLOCK, channel=MAIL.name, number=1, sent=False, reason=said)
    again = account_events.AccountSentAgain(at=NOW, by=BOB, channel=MAIL.name, number=1)
    soured = outside_events.MoodSoured(at=NOW, by=CLOCK, heard=9, last=4, before=1, quotes=(said,))
    return {
        "account_carried": carries(refused, "failed"),
        "account_sent_again": carries(again, "waiting"),
        "mood_soured": lambda incident: _news(incident, soured),
        "leader_speaks": spoken,
    }


def _crises(said: str) -> dict[str, Happens]:
    """Declared while a post waits; another level; over while one waits."""

    def begun(incident: Incident) -> None:
        waiting(incident, said)
        incident.news.clear()
        crisis.declare(incident, 2, reason=said, by=ADA, now=NOW)

    def worse(incident: Incident) -> None:
        crisis.declare(incident, 2, by=ADA, now=NOW)
        incident.news.clear()
        crisis.declare(incident, 3, reason=said, by=ADA, now=NOW)

    def over(incident: Incident) -> None:
        begun(incident)
        incident.news.clear()
        crisis.end(incident, reason=said, by=ADA, now=after(4))

    return {"crisis_declared": begun, "crisis_worse": worse, "crisis_over": over}


def _promised(said: str) -> dict[str, Happens]:
    def breached(event: Event) -> Happens:
        def happened(incident: Incident) -> None:
            duties = (Duty(said, 72, DAN), Duty("Data protection", 24, EVE, "personal data"))
            incident.policy = replace(incident.policy, regulatory=duties)
            incident.breach = Breach(NOW, {"breach": NOW, "personal data": NOW})
            _news(incident, event)

        return happened

    steady = promise_events.FoundSteady(at=NOW, by=BOB)
    told = promise_events.ManagementTold(at=NOW, by=CLEO, text=said)
    ready = promise_events.ReviewMoved(at=NOW, by=DAN, step="ready")
    repaired = promise_events.DeadlinesRepaired(at=NOW, by=CLOCK, names=("update", "facts"))
    return {
        "found_steady": lambda incident: _news(incident, steady),
        "management_told": lambda incident: _news(incident, told),
        "review_moved": lambda incident: _news(incident, ready),
        "deadlines_repaired": lambda incident: _news(incident, repaired),
        "breach_confirmed": breached(promise_events.BreachConfirmed(at=NOW, by=ADA, trigger="personal data")),
        "duty_met": breached(promise_events.DutyMet(at=NOW, by=DAN, number=1)),
        "command_asked": lambda incident: _news(incident, promise_events.CommandAsked(at=NOW, by=ADA, to=EVE)),
        "command_declined": lambda incident: _news(incident, promise_events.CommandDeclined(at=NOW, by=CLOCK, to=EVE)),
    }


def _life(said: str) -> dict[str, Happens]:
    sev2, investigating = Severity.SEV2, Stage.INVESTIGATING
    declared = events.Declared(at=NOW, by=ADA, severity=Severity.SEV1, title=TITLE, defaulted=True, titled=True)
    recovered = Recovery(
        impact_ended=True, recovered=True, confident=True, data_statement=f"No data. {said}", early_reason=said
    )

    def publish(incident: Incident) -> None:
        publishing.publish(incident, investigating, title=said, body=said, template="x", by=CLEO, now=after(3))

    def resolve(incident: Incident) -> None:
        publish(incident)
        tasks.leave_for_later(incident, 1, by=BOB, now=NOW)
        incident.news.clear()
        ending.resolve(incident, recovered, by=ADA, now=after(5))

    def confirm(incident: Incident) -> None:
        publish(incident)
        incident.news.clear()
        confirming.confirm(incident, said, by=ADA, now=after(5))

    return {
        "declared": lambda incident: _news(incident, declared),
        "made_major": lambda incident: _news(incident, events.MadeMajor(at=NOW, by=ADA)),
        "renamed": lambda incident: declaring.rename(incident, f"New {said}"[:200], by=ADA, now=NOW),
        "severity": lambda incident: declaring.set_severity(incident, sev2, reason=said, by=ADA, now=NOW),
        "phase": lambda incident: ending.move(incident, Phase.STABILISE, reason=said, by=ADA, now=NOW),
        "published": publish,
        "skipped": lambda incident: _news(incident, PostingSkipped(at=NOW, by=ADA, reason=said)),
        "skipped_again": lambda incident: _news(incident, PostingSkipped(at=NOW, by=ADA, reason=said, kept=True)),
        "cause_asked": lambda incident: _news(incident, CauseAsked(at=NOW, by=CLEO, to=DAN, text=said)),
        "cause_confirmed": confirm,
        **_channels(said),
        "resolved": resolve,
        "reopened": lambda incident: _news(incident, events.Reopened(at=NOW, by=ADA, reason=said)),
        "cancelled": lambda incident: ending.cancel(incident, reason=said, by=ADA, now=NOW),
        "review": lambda incident: _news(incident, events.ReviewAssigned(at=NOW, by=ADA, owner=DAN)),
        "closed": lambda incident: _news(incident, events.Closed(at=NOW, by=ADA, severity=sev2)),
    }


def _channels(said: str) -> dict[str, Happens]:
    """One that failed; what was found there."""

    def failed(incident: Incident) -> None:
        stage = Stage.INVESTIGATING
        publishing.publish(incident, stage, title=said, body=said, template="x", by=CLEO, now=after(3))
        incident.outlets["mail"] = Outlet(wanted=incident.updates, state="failed", at=NOW, asked_at=NOW, reason=said)
        number = incident.updates
        answer = ChannelAnswered(at=NOW, by=CLOCK, channel="mail", number=number, sent=False, reason=said)
        _news(incident, answer)

    def again(incident: Incident) -> None:
        failed(incident)
        _news(incident, ChannelAgain(at=NOW, by=CLEO, channel="mail", number=incident.updates))

    found = (Contradiction("CHK-8", "mail", "says resolved, while the record says investigating", "urgent"),)
    return {
        "channel_failed": failed,
        "channel_again": again,
        "contradicted": lambda incident: _news(incident, Contradicted(at=NOW, by=CLOCK, found=found, number=1)),
    }


def _news(incident: Incident, *happened: Event) -> None:
    incident.news = list(happened)


def _work(said: str) -> dict[str, Happens]:
    def give_all(incident: Incident) -> None:
        tasks.give(incident, said, to=BOB, minutes=10, by=ADA, now=NOW)
        tasks.finish(incident, 1, result=said, by=BOB, now=NOW)

    def offered(incident: Incident) -> None:
        handover.offer(incident, to=BOB, by=ADA, now=NOW)

    def accepted(incident: Incident) -> None:
        offered(incident)
        incident.news.clear()
        handover.accept(incident, by=BOB, now=NOW)

    def finished(incident: Incident) -> None:
        accepted(incident)
        incident.news.clear()
        handover.finish(incident, by=BOB, now=NOW)

    def noted(incident: Incident) -> None:
        staffing.assign(incident, Role.SCRIBE, to=EVE, by=EVE, now=NOW)
        incident.news.clear()
        timeline.note(incident, said, kind="decision", by=BOB, now=NOW)
        timeline.correct(incident, 4, old="13:55", text=said, by=BOB, now=NOW)
        timeline.withdraw(incident, 5, old=said, reason=said, by=BOB, now=NOW)

    def marked(incident: Incident) -> None:
        _news(
            incident,
            events.KeyMarked(at=NOW, by=BOB, seq=4, text=said, key=True),
            events.KeyMarked(at=NOW, by=BOB, seq=5, text=said, key=False),
            events.EntryMasked(at=NOW, by=BOB, seq=4, words="", reason=said, repeated=(said,)),
        )

    def carried(incident: Incident) -> None:
        _news(incident, events.Carried(at=NOW, by=CLOCK, proposal=replace(incident.proposals[0], state="carried")))

    return {
        "role_taken": lambda incident: staffing.assign(incident, Role.SCRIBE, to=EVE, by=EVE, now=NOW),
        "role_vacant": lambda incident: staffing.leave(incident, ADA, now=NOW),
        "role_released": lambda incident: staffing.release(
            incident, Role.CUSTOMER_LIAISON, whose=CLEO, by=CLEO, now=NOW
        ),
        "handover_offered": offered,
        "handover_accepted": accepted,
        "handover_ended": lambda incident: _news(incident, events.HandoverEnded(at=NOW, by=BOB, to=BOB, declined=True)),
        "command_handed_over": finished,
        "noted": noted,
        "marked": marked,
        "tasks": give_all,
        "proposed": lambda incident: proposals.propose(incident, said, by=CLEO, now=NOW, executor=DAN),
        "objected": lambda incident: proposals.object_to(incident, 1, reason=said, by=DAN, now=NOW),
        "carried": carried,
        "paged": lambda incident: paging.page(incident, [BOB, DAN], reason=said, by=ADA, now=after(30)),
        "page_acknowledged": lambda incident: paging.acknowledge(incident, 1, by=BOB, now=after(4)),
    }


def _reminders() -> dict[str, Happens]:
    due = {
        "first-notice": reminded("first-notice", -2, CLEO),
        "update": reminded("update", 10, CLEO, escalated=(ADA, BOB)),
        "scoping": reminded("scoping", 0, CLEO, ADA),
        "task_ack": reminded("task-ack:1", 2, BOB, escalated=(ADA,)),
        "ic": reminded("ic", 0, ADA),
        "roles": reminded("roles", 0, ADA, open_roles=(Role.SCRIBE, Role.INTERNAL_LIAISON)),
        "approval": reminded("approval", -2, ADA),
        "facts": reminded("facts", 5, DAN, escalated=(ADA,)),
        "page": reminded("page:1", 0, BOB),
        "task": reminded("task:1", 0, BOB, escalated=(ADA,)),
        "proposal": reminded("proposal:1", 0, CLEO),
    }
    caught_up = events.CaughtUp(at=NOW, by=CLOCK, away_minutes=120, missed=tuple(due.values()))
    one = {f"reminded_{name}": _told_of(event) for name, event in due.items()}
    return one | {"caught_up": _told_of(caught_up)} | customers.reminders(reminded, ADA, CLEO, DAN, NOW)


def _told_of(event: Event) -> Happens:
    return lambda incident: _news(incident, event)


def reminded(name: str, minutes: int, *audience: Person, **more: object) -> Reminded:
    deadline = Deadline(name=name, due_at=after(-minutes), wake_at=NOW)
    values = {"at": NOW, "by": CLOCK, "deadline": deadline, "minutes": minutes, "audience": audience} | more
    return Reminded(**values)  # type: ignore[arg-type]


def _shown(title: str, said: str) -> dict[str, Card]:
    """What is kept up to date or asked for."""
    incident, resolved = running(title, said=said), running(title, said=said)
    resolved.phase = Phase.RESOLVED
    entry = Entry(4, NOW, after(3), "note", said, BOB.name, BOB.id, BOB.name, "slack:C1:1.2", None, "room", None, False)
    entries = [entry, replace(entry, seq=5, corrected=said), replace(entry, seq=6, withdrawn=True)]
    entries.append(replace(entry, seq=7, key=True, masked=said))
    calm = declaring.declare(id=2, title=title, severity=Severity.SEV5, by=ADA, now=NOW, policy=Policy())
    calm.deadlines.clear()
    pending = running(title, said=said)
    waiting(pending, said)
    assert pending.draft
    return {
        "approval": approval_card(pending, HOUSE, after(1), lead=said),
        "preview": preview_card(pending, replace(pending.draft, texts=_single(said)), HOUSE, after(1), changed=True),
        "preview with gaps": preview_card(
            pending, replace(pending.draft, unknown=("symptom",)), HOUSE, after(1), changed=False
        ),
        "sent": sent_card(pending, HOUSE, after(1)),
        "headline": headline(incident, HOUSE, after(5)),
        "headline resolved": headline(resolved, HOUSE, after(5)),
        **{f"role {role.value}": role_card(role, incident, HOUSE) for role in Role},
        "brief": brief(incident, HOUSE, after(5)),
        "briefing": briefing(incident, HOUSE, after(5)),
        "list": overviews.incident_list([incident, calm], HOUSE, after(5)),
        "list empty": overviews.incident_list([], HOUSE, NOW),
        "roles": overviews.roles_card(incident),
        "roles without incident": overviews.roles_card(None),
        "state": overviews.state_card(incident, HOUSE, after(5)),
        "due": overviews.due_card(incident, HOUSE, after(20)),
        "due nothing": overviews.due_card(calm, HOUSE, NOW),
        "timeline": timeline_card(entries, incident, 2, 3, HOUSE),
        **dict(customers.shown(running(title, said=said), said, HOUSE, ADA, NOW)),
    }


def _single(said: str) -> dict[str, Wording]:
    return {"en": Wording(f"Investigating - {said}", said)}


def _answered(title: str, said: str) -> dict[str, Card]:
    """Private answers, and the forms as they look where no modal can be opened."""
    page = answers.ic_list([("Primary", Contact(ADA, "+49 30 1")), ("Backup", None)], [])
    return {
        "refusal": answers.refusal(Refused(f"Not so: {said}", hint="sev1", choices=("sev1", "sev2"))),
        "unknown word": answers.unknown_word(said[:40], ["resolve"], ["/incident resolve"]),
        "help": answers.help_card([("!note <text>", "keep it"), ("/incident [sev1] <title>", "declare")]),
        "done": answers.done("Noted."),
        "cut": answers.cut(answers.done(said), 12_000),
        "bug": answers.bug_card("7f3a"),
        "definition": answers.definition_card(Policy()),
        "on call": page,
        "on call nobody": answers.ic_list([("Primary", None)], [said]),
        **{f"form {name}": Card(title=form.title, form=form) for name, form in asked(title, said).items()},
    }


def asked(title: str = TITLE, said: str = "look at the database") -> dict[str, Form]:
    """Every form."""
    return dict(_forms(running(title, said=said), said))


def _forms(incident: Incident, said: str) -> Iterator[tuple[str, Form]]:
    people = [ADA, BOB]
    kept = {"stage": "investigating", "text": f"{said}\n\n{said}", "service": said[:60]}
    yield "update", update_form(incident, Stage.IDENTIFIED, {"cause_plain": said}, HOUSE, NOW)
    parts = replace(HOUSE, components=(Component("Checkout"), Component("Search", aliases=("find",))))
    yield "update with components", update_form(incident, Stage.INVESTIGATING, {}, parts, NOW, text=said)
    pending = running(said=said)
    waiting(pending, said)
    assert pending.draft
    yield "edit", edit_form(pending, pending.draft, parts, NOW)
    yield "return", forms.return_form(pending.draft)
    yield "facts", fact_form(incident, NOW)
    yield "severity", forms.severity_form(incident)
    yield "crisis", crisis_cards.form(incident)
    yield "note", forms.note_form()
    yield "take", forms.take_form(incident)
    yield "assign", forms.assign_form(incident, Role.SCRIBE, people)
    yield "handover", forms.handover_form(incident, people)
    yield "page", forms.page_form([("ic", "Incident Commander on call"), (BOB.id, BOB.name)])
    yield "task", forms.task_form(people)
    yield "longer", forms.longer_form(incident.tasks[0])
    yield "declare", forms.declare_form()
    yield "resolve", forms.resolve_form(incident, ["monitoring ran for 10 of 30 min"])
    yield "reopen", forms.reopen_form(incident)
    yield "cancel", forms.cancel_form(incident)
    yield "close", forms.close_form(incident)
    yield "rename", forms.rename_form(incident)
    yield "reason", forms.reason_form("Post investigating?", "update", "Why go back?", kept)
    yield from customers.forms(incident, HOUSE)
    yield "identified", forms.identified_form("Not posted yet: nobody has said who is affected.", True, kept)


_MODULES = (
    events,
    posting_events,
    approval_events,
    account_events,
    crisis_events,
    customer_events,
    promise_events,
    outside_events,
)


def kinds_of_events() -> list[type[Event]]:
    """Every event there is, wherever it is defined."""
    return [kind for module in _MODULES for kind in vars(module).values() if _is_event(kind)]


def _is_event(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
