"""What is hidden of an entry, and of all that repeats it (TL-8)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from incidents import masking, timeline
from incidents.errors import Refused
from incidents.events import EntryMasked, KeyMarked
from incidents.incident import Incident
from incidents.masking import BEGINNING, MASKED, conceal, hide, said_in
from incidents.person import Person
from incidents.records import Draft, Page, Proposal, Reach, Task, Update, Wording
from incidents.roles import Role
from incidents.staffing import assign
from incidents.stage import Stage

JOE = "joe@customer.example"


@pytest.mark.parametrize(
    ("text", "words", "after"),
    [
        (f"{JOE} waits", JOE, "[masked] waits"),
        (f"{JOE.upper()} and {JOE}", JOE, "[masked] and [masked]"),
        ("call Joe\n  Bloggs now", "joe bloggs", "call [masked] now"),
        ("a.b and axb", "a.b", "[masked] and axb"),
        ("nothing of it", JOE, "nothing of it"),
        ("all of it", "", MASKED),
        ("all of it", "  ", MASKED),
        ("", "", ""),
        ("[masked] is masked", "masked", "[masked] is [masked]"),
        ("[masked]", "", MASKED),
    ],
)
def test_words_are_hidden_whatever_their_case_and_spacing(text: str, words: str, after: str) -> None:
    assert hide(text, words) == after
    assert hide(after, words) == after


def test_a_persons_own_words_are_found_inside_a_row_of_ours() -> None:
    assert said_in("task", [f"Task 1 for Bob, 10 min: call {JOE}"]) == [f"call {JOE}"]
    assert said_in("note", [f"seen: {JOE}"]) == []
    assert said_in("decision", [f"refund {JOE}, executor Dan"]) == [f"refund {JOE}"]
    assert said_in("poll", [f"Proposal 1: refund {JOE}, executor Dan"]) == [
        f"refund {JOE}, executor Dan",
        f"Proposal 1: refund {JOE}",
        f"refund {JOE}",
    ]


@pytest.fixture
def repeating(incident: Incident, ada: Person, bob: Person, now: datetime) -> Incident:
    """An incident in which everything that people can say names Joe."""
    incident.title = f"{JOE} cannot pay"
    incident.data_statement = f"{JOE} lost nothing"
    incident.skipped_post = f"{JOE} was called"
    incident.tasks = [Task(1, bob, f"call {JOE}", ada, now, now), Task(2, bob, "look", ada, now, now)]
    incident.proposals = [Proposal(1, f"refund {JOE}", ada, now)]
    incident.pages = [Page(1, (bob,), f"{JOE} waits", ada, now)]
    incident.sheet = {"data_checked": f"{JOE} checked it"}
    incident.cause = f"{JOE} pulled the plug"
    incident.facts = {"symptom": f"{JOE} cannot pay", "empty": ""}
    body = f"We know that {JOE} cannot pay. " + "More follows. " * 30
    incident.update = Update(1, Stage.INVESTIGATING, "Checkout", body, ada, now, None, "")
    return incident


def _state(incident: Incident) -> list[str]:
    """Which of the texts still name Joe."""
    assert incident.update
    texts = {
        "title": incident.title,
        "data": incident.data_statement,
        "skip": incident.skipped_post,
        "task": incident.tasks[0].text,
        "plan": incident.proposals[0].plan,
        "page": incident.pages[0].reason,
        "fact": incident.facts["symptom"],
        "post": incident.update.body,
        "sheet": incident.sheet["data_checked"],
        "cause": incident.cause,
    }
    return [name for name, text in texts.items() if JOE in text]


ALL = ["title", "data", "skip", "task", "plan", "page", "fact", "post", "sheet", "cause"]


@pytest.mark.parametrize("words", [JOE, ""])
@pytest.mark.parametrize(
    ("kind", "version", "gone"),
    [
        ("status", f"Declared SEV-2: {JOE} cannot pay", {"title"}),
        ("status", f"Full recovery confirmed. {JOE} lost nothing", {"data"}),
        ("decision", f"No public post: {JOE} was called", {"skip"}),
        ("decision", f"No strong objection, we do it: refund {JOE}, executor Dan", {"plan"}),
        ("poll", f"Strong objection to proposal 1 (refund {JOE}): why", {"plan"}),
        ("task", f"Task 1 for Bob, 10 min: call {JOE}", {"task"}),
        ("page", f"Page 1: called Bob: {JOE} waits", {"page"}),
        ("facts", f"Fact sheet: What customers see: {JOE} cannot pay; Regions: Asia", {"fact"}),
        ("facts", f"Fact sheet: How that was checked: {JOE} checked it", {"sheet"}),
        ("facts", f"Fact sheet: Cause, in plain words: {JOE} pulled the plug", {"cause"}),
        ("note", f"call {JOE}", set()),
        ("task", f"Task 7 for Bob, 10 min: call {JOE}anne", set()),
    ],
)
def test_what_repeats_the_entry_is_hidden_and_nothing_else(
    repeating: Incident, kind: str, version: str, gone: set[str], words: str
) -> None:
    found = conceal(repeating, kind, [version], words)
    assert set(ALL) - set(_state(repeating)) == gone
    assert len(found) == len(gone)
    assert repeating.tasks[1].text == "look"


@pytest.mark.parametrize("words", [JOE, ""])
def test_a_public_post_is_known_by_its_beginning(repeating: Incident, words: str) -> None:
    assert repeating.update
    row = f"Investigating posted: {repeating.update.body[: BEGINNING + 20]}…"
    before = repeating.update.body
    assert conceal(repeating, "post", [row], words) == [f"{JOE} cannot pay", before]
    assert set(ALL) - set(_state(repeating)) == {"fact", "post"}


@pytest.mark.parametrize(
    ("masked", "after"),
    [
        ((f"{JOE} waits", JOE), "As noted: [masked] waits. ok"),
        ((f"{JOE} waits", ""), "As noted: [masked]. ok"),
        (("ok", ""), f"As noted: {JOE} waits. ok"),
        ((f"{JOE} waits for her money", ""), f"As noted: {JOE} waits. ok"),
    ],
)
def test_appr_6_what_waits_for_a_yes_is_hidden_where_the_entry_stands_in_it(
    incident: Incident, ada: Person, now: datetime, masked: tuple[str, str], after: str
) -> None:
    """Whatever kind of entry it is; a short one only where a text ends with it, behind a colon or in a line's front."""
    said = f"As noted: {JOE} waits. ok"
    wording = Wording(said, said)
    facts, reach = {"symptom": said}, Reach({"mail": wording})
    waits = Draft(1, Stage.INVESTIGATING, "", {"en": wording}, ada, now, text=said, reason=said)
    waits = replace(waits, facts=facts, standing=facts, reach=reach)
    incident.draft, incident.previews, incident.account_facts = waits, {"ada": waits}, facts
    conceal(incident, "note", [masked[0]], masked[1])
    assert incident.draft == incident.previews["ada"]
    draft = incident.draft
    for text in (draft.title, draft.body, draft.text, draft.reason, draft.facts["symptom"], draft.standing["symptom"]):
        assert text == after
    assert draft.reach.carried["mail"].body == incident.account_facts["symptom"] == after


def test_a_long_entry_is_known_by_its_beginning_in_what_waits(incident: Incident, ada: Person, now: datetime) -> None:
    long = f"{JOE} " + "waits " * 40
    incident.account_facts = {"symptom": f"Seen: {long}"}
    conceal(incident, "note", [f"{long[: BEGINNING + 20]}…"], "")
    assert incident.account_facts == {"symptom": "Seen: [masked]"}


def test_an_incident_without_a_post_has_none_to_hide(repeating: Incident) -> None:
    repeating.update = None
    assert conceal(repeating, "post", [f"Investigating posted: {JOE} cannot pay"], JOE) == [f"{JOE} cannot pay"]


def test_every_type_that_is_repeated_is_thought_of() -> None:
    assert set(masking._REPEATING) - {"decision"} <= masking.OURS


def mask(incident: Incident, by: Person, now: datetime, **more: str) -> None:
    given = {"kind": "note", "words": JOE, "reason": "private", "source": "web:message:7"} | more
    timeline.mask(incident, 7, versions=[f"{JOE} waits", f"{JOE} waited"], by=by, now=now, **given)


def test_tl_8_a_mask_says_who_when_and_why(incident: Incident, dan: Person, now: datetime) -> None:
    mask(incident, dan, now)
    assert incident.news[-1] == EntryMasked(
        at=now,
        by=dan,
        seq=7,
        words=JOE,
        reason="private",
        repeated=(f"{JOE} waits", f"{JOE} waited"),
        source="web:message:7",
    )


def test_a_mask_tells_whether_the_incident_itself_said_it(repeating: Incident, dan: Person, now: datetime) -> None:
    timeline.mask(
        repeating, 7, kind="task", versions=[f"Task 1: call {JOE}"], words="", reason="private", by=dan, now=now
    )
    event = repeating.news[-1]
    assert isinstance(event, EntryMasked)
    assert (event.changed, event.repeated) == (True, (f"Task 1: call {JOE}", f"call {JOE}"))


def test_a_mask_needs_a_reason(incident: Incident, dan: Person, now: datetime) -> None:
    with pytest.raises(Refused, match=r"Why\?"):
        mask(incident, dan, now, reason="")


def test_what_an_entry_does_not_say_is_not_masked(incident: Incident, dan: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="Entry 7 does not say that"):
        mask(incident, dan, now, words="Jane")
    assert incident.news == []


def test_the_reason_does_not_repeat_the_words(incident: Incident, dan: Person, now: datetime) -> None:
    mask(incident, dan, now, reason=f"{JOE} is a customer")
    mask(incident, dan, now, words="", reason=f"{JOE} is a customer")
    assert [event.reason for event in incident.news if isinstance(event, EntryMasked)] == [
        "[masked] is a customer",
        f"{JOE} is a customer",
    ]


def test_tl_8_the_author_the_scribe_the_commander_and_the_reviewer_mask(
    *, incident: Incident, ada: Person, bob: Person, cleo: Person, dan: Person, eve: Person, now: datetime
) -> None:
    assign(incident, Role.SCRIBE, to=bob, by=ada, now=now)
    incident.review_owner = replace(cleo, name="Cleo of old")
    for allowed in (ada, bob, cleo, dan):
        timeline.may_mask(incident, dan.id, allowed)
    with pytest.raises(Refused, match="Only its author, the Scribe"):
        timeline.may_mask(incident, dan.id, eve)


def test_tl_8_scribe_commander_and_reviewer_mark_key_events_and_nobody_else(
    *, incident: Incident, ada: Person, bob: Person, cleo: Person, dan: Person, eve: Person, now: datetime
) -> None:
    assign(incident, Role.SCRIBE, to=bob, by=ada, now=now)
    assign(incident, Role.DEPUTY, to=eve, by=ada, now=now)
    for refused in (cleo, dan, eve):
        with pytest.raises(Refused, match="Only the Scribe, the Incident Commander"):
            timeline.mark_key(incident, 7, text="x", key=True, by=refused, now=now)
    incident.news.clear()
    incident.review_owner = cleo
    for allowed in (ada, bob, cleo):
        timeline.mark_key(incident, 7, text="x", key=allowed != cleo, by=allowed, now=now)
    assert incident.news == [
        KeyMarked(at=now, by=ada, seq=7, text="x", key=True),
        KeyMarked(at=now, by=bob, seq=7, text="x", key=True),
        KeyMarked(at=now, by=cleo, seq=7, text="x", key=False),
    ]
    with pytest.raises(Refused, match="Only the Scribe"):
        timeline.mark_key(incident, 7, text="x", key=True, by=dan, now=now)


def test_the_record_can_be_masked_after_the_end(
    incident: Incident, ada: Person, after: Callable[[float], datetime]
) -> None:
    from incidents import ending

    ending.cancel(incident, reason="the probe was wrong", by=ada, now=after(1))
    mask(incident, ada, after(2))
    assert isinstance(incident.news[-1], EntryMasked)
