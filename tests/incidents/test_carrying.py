"""What every channel carries: expected, told, failed, by hand, again (CHN-3, CHN-6, CHK-7)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from incidents import carrying, publishing
from incidents.channels import DEFAULT, Channel, Choice, Medium, Offer, Subject
from incidents.consistency import Told
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.outlet import Outlet, OutletState
from incidents.person import Person
from incidents.posting_events import ChannelAgain, ChannelAnswered, Contradicted
from incidents.records import Reach, Update, Wording
from incidents.severity import Severity
from incidents.stage import Stage

MAIL = Channel("mail", Medium.EMAIL, "apprise")
SOCIAL = Channel("social", Medium.SOCIAL, "hand")
BOTH = (MAIL, SOCIAL)
PAGE = Channel("page", Medium.STATUS_PAGE, "statuspage")
SMS = Channel("sms", Medium.SMS, "apprise", subjects=("incident", "security"))
POST = Channel("post", Medium.EMAIL, "apprise", subjects=("security",))
EVERY = (MAIL, SOCIAL, PAGE, SMS, POST)
WANTED = (Choice(MAIL, wanted=True), Choice(SOCIAL, wanted=False))


@pytest.fixture
def told(incident: Incident, cleo: Person, now: datetime) -> Incident:
    """Update 1 is on its way to the channels."""
    _post(incident, cleo, now)
    return incident


def _post(incident: Incident, by: Person, now: datetime, channels: tuple[str, ...] | None = None) -> None:
    stage = Stage.INVESTIGATING
    picked = None if channels is None else Reach({name: Wording("T", f"B for {name}") for name in channels})
    publishing.publish(
        incident, stage, title="T", body="B", template="STG-11", by=by, now=now, reason="x", channels=picked
    )
    carrying.expect(incident, WANTED, BOTH, now=now)
    incident.news.clear()


def state(incident: Incident, name: str = "mail") -> tuple[OutletState, int]:
    return incident.outlets[name].state, incident.outlets[name].number


def test_the_wanted_are_expected_and_the_picked_instead_when_somebody_picked(
    told: Incident, cleo: Person, now: datetime
) -> None:
    assert list(told.outlets) == ["mail"]
    _post(told, cleo, now, channels=("social",))
    assert state(told, "social") == ("by hand", 0)
    assert list(told.outlets) == ["social"], "what was left out is not waited for"
    assert told.update
    assert told.update.reach == Reach({"social": Wording("T", "B for social")})
    assert told.update.wording("fr") == Wording("T", "B")


def _offers(incident: Incident, *, subject: Subject = "incident") -> dict[str, tuple[bool, bool]]:
    found = carrying.offers(incident, EVERY, DEFAULT, stage=Stage.INVESTIGATING, subject=subject)
    return {offer.channel.name: (offer.wanted, offer.bound) for offer in found}


def test_chn_3_the_matrix_says_who_is_offered_a_post_and_pages_come_first(incident: Incident) -> None:
    incident.severity = Severity.SEV2
    assert _offers(incident) == {"page": (True, False), "mail": (True, False), "social": (False, False)}
    incident.severity = Severity.SEV4
    assert _offers(incident) == {}
    incident.severity, incident.private = Severity.SEV1, True
    assert _offers(incident) == {}


def test_chn_6_whoever_carries_a_post_or_is_about_to_is_offered_the_next(
    told: Incident, cleo: Person, now: datetime
) -> None:
    told.severity = Severity.SEV4
    assert _offers(told) == {"mail": (False, True)}
    carrying.answered(told, "mail", 1, sent=False, reason="refused", now=now)
    assert _offers(told) == {}, "it never got one"
    told.severity = Severity.SEV3
    carrying.answered(told, "mail", 1, sent=True, now=now)
    assert _offers(told) == {"page": (True, False), "mail": (False, True)}


@pytest.mark.parametrize(
    ("stage", "stages", "state", "offer"),
    [
        (Stage.INVESTIGATING, (), "sent", (False, False)),
        (Stage.INVESTIGATING, (), "failed", (True, True)),
        (Stage.INVESTIGATING, (Stage.INVESTIGATING,), "sent", (True, True)),
        (Stage.MONITORING, (), "sent", (True, True)),
        (Stage.RESOLVED, (), "done", (True, True)),
    ],
)
def test_chn_1e_an_sms_does_not_tell_that_there_is_no_news(
    *,
    incident: Incident,
    now: datetime,
    stage: Stage,
    stages: tuple[Stage, ...],
    state: OutletState,
    offer: tuple[bool, bool],
) -> None:
    sms = replace(SMS, stages=stages)
    (first,) = carrying.offers(incident, [sms], DEFAULT, stage=Stage.INVESTIGATING)
    assert (first.wanted, first.bound) == (True, False)
    incident.stage = stage if stage.final else Stage.INVESTIGATING
    incident.outlets["sms"] = Outlet(wanted=1, state=state, at=now, asked_at=now, number=1)
    (found,) = carrying.offers(incident, [sms], DEFAULT, stage=stage, without_news=True)
    assert (found.wanted, found.bound) == offer
    (corrected,) = carrying.offers(incident, [sms], DEFAULT, stage=stage)
    assert (corrected.wanted, corrected.bound) == (True, True), "what it was told is corrected there too (CHN-6)"
    incident.severity = Severity.SEV4
    left = carrying.offers(incident, [sms], DEFAULT, stage=stage, without_news=True)
    assert bool(left) is offer[1], "as it was told before"


def test_chn_1e_an_sms_that_was_spared_a_post_is_neither_forgotten_nor_late(
    incident: Incident, cleo: Person, now: datetime
) -> None:
    sent = Outlet(wanted=1, state="sent", at=now, asked_at=now, number=1)
    for channel in (SMS, MAIL):
        incident.outlets[channel.name] = sent
    incident.update = Update(
        2, Stage.INVESTIGATING, "T", "B", cleo, now, None, "STG-11", reach=Reach({"mail": Wording("T", "B")})
    )
    carrying.expect(incident, [], [SMS, MAIL, SOCIAL], now=now)
    assert (incident.outlets["sms"], incident.outlets["mail"].wanted) == (sent, 2)
    found = carrying.differing(incident, {}, now=now + timedelta(minutes=6))
    assert {each.key.partition(":")[2] for each in found} == {"mail"}
    incident.outlets["sms"] = replace(sent, state="failed")
    carrying.expect(incident, [], [SMS], now=now)
    assert "sms" not in incident.outlets


def test_an_sms_never_speaks_of_security(incident: Incident, now: datetime) -> None:
    incident.outlets["sms"] = Outlet(wanted=1, state="sent", at=now, asked_at=now, number=1)
    incident.outlets["page"] = Outlet(wanted=1, state="sent", at=now, asked_at=now, number=1)
    assert "sms" in _offers(incident)
    assert _offers(incident, subject="security") == {"page": (False, True), "post": (True, False)}


@pytest.mark.parametrize(
    ("offer", "picks", "taken"),
    [
        (Offer(MAIL, wanted=True), {}, True),
        (Offer(MAIL, wanted=True), {"mail": False}, False),
        (Offer(MAIL, wanted=False), {"social": True}, False),
        (Offer(MAIL, wanted=False), {"mail": True}, True),
        (Offer(MAIL, wanted=False, bound=True), {"mail": False}, True),
    ],
)
def test_chn_3_a_person_adds_and_leaves_out_but_whoever_was_told_is_told_again(
    offer: Offer, picks: dict[str, bool], taken: bool
) -> None:
    assert offer.taken(picks) is taken


def test_nothing_is_expected_before_a_post_nor_of_a_private_incident(
    incident: Incident, cleo: Person, now: datetime
) -> None:
    carrying.expect(incident, WANTED, BOTH, now=now)
    assert incident.outlets == {}
    incident.private = True
    _post(incident, cleo, now)
    assert incident.outlets == {}


def test_an_answer_is_kept_with_what_its_readers_are_told(told: Incident, now: datetime) -> None:
    carrying.answered(told, "mail", 1, sent=True, ref="i1", now=now)
    assert state(told) == ("sent", 1)
    assert told.outlets["mail"].ref == "i1"
    assert told.outlets["mail"].told is not None
    assert told.outlets["mail"].settled
    (event,) = told.news
    assert isinstance(event, ChannelAnswered)


def test_a_refusal_is_kept_with_its_reason(told: Incident, now: datetime) -> None:
    carrying.answered(told, "mail", 1, sent=False, reason="refused", now=now)
    assert state(told) == ("failed", 0)
    assert told.outlets["mail"].reason == "refused"
    assert not told.outlets["mail"].settled


def test_chn_6_a_channel_that_carried_the_old_one_is_owed_the_new_one(
    told: Incident, cleo: Person, now: datetime
) -> None:
    carrying.answered(told, "mail", 1, sent=True, now=now)
    _post(told, cleo, now)
    assert told.outlets["mail"].wanted == 2
    assert state(told) == ("waiting", 1)


def test_a_late_answer_about_an_older_post_leaves_the_newer_one_waiting(
    told: Incident, cleo: Person, now: datetime
) -> None:
    _post(told, cleo, now)
    carrying.answered(told, "mail", 1, sent=False, reason="refused", now=now)
    assert state(told) == ("waiting", 0)
    assert told.outlets["mail"].reason == ""
    carrying.answered(told, "mail", 1, sent=True, now=now)
    assert state(told) == ("waiting", 1)
    assert told.outlets["mail"].told == Told(1)


def test_rel_184_an_answer_never_takes_a_channel_back(told: Incident, cleo: Person, now: datetime) -> None:
    _post(told, cleo, now)
    carrying.answered(told, "mail", 2, sent=True, now=now)
    told.news.clear()
    carrying.answered(told, "mail", 1, sent=True, now=now)
    carrying.answered(told, "fax", 1, sent=True, now=now)
    assert state(told) == ("sent", 2)
    assert told.news == []


def test_what_was_posted_by_hand_counts_as_told(told: Incident, cleo: Person, now: datetime) -> None:
    carrying.answered(told, "mail", 1, sent=False, reason="refused", now=now)
    carrying.done_by_hand(told, "mail", by=cleo, now=now)
    assert state(told) == ("done", 1)
    assert told.outlets["mail"].by == "Cleo"
    with pytest.raises(Refused, match="already"):
        carrying.done_by_hand(told, "mail", by=cleo, now=now)


def test_the_owner_of_a_channel_may_say_that_it_is_done_and_a_stranger_not(
    told: Incident, eve: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match="speaks to customers"):
        carrying.done_by_hand(told, "mail", by=eve, now=now)
    carrying.done_by_hand(told, "mail", by=eve, now=now, owner=True)
    assert state(told) == ("done", 1)


def test_the_newest_is_sent_again_and_nothing_older(told: Incident, cleo: Person, now: datetime) -> None:
    carrying.answered(told, "mail", 1, sent=False, reason="refused", now=now)
    told.contradictions = ("CHK-7:mail", "CHK-7:page")
    carrying.again(told, "mail", 1, by=cleo, now=now)
    assert state(told) == ("waiting", 0)
    assert list(told.contradictions) == ["CHK-7:page"]
    assert isinstance(told.news[-1], ChannelAgain)
    with pytest.raises(Refused, match="on its way"):
        carrying.again(told, "mail", None, by=cleo, now=now)
    with pytest.raises(Refused, match="no longer the newest"):
        carrying.again(told, "mail", 7, by=cleo, now=now)


def test_rel_188_a_repair_is_made_once(told: Incident, cleo: Person, now: datetime) -> None:
    carrying.answered(told, "mail", 1, sent=True, now=now)
    told.contradictions = ("CHK-1:mail",)
    carrying.again(told, "mail", 1, by=cleo, now=now)
    carrying.answered(told, "mail", 1, sent=True, now=now)
    told.news.clear()
    with pytest.raises(Refused, match="carries update 1 already"):
        carrying.again(told, "mail", 1, by=cleo, now=now)
    assert told.news == []
    carrying.again(told, "mail", None, by=cleo, now=now)
    assert state(told) == ("waiting", 1)


def test_chn_6_an_older_text_posted_by_hand_does_not_count_as_the_newest(
    told: Incident, cleo: Person, now: datetime
) -> None:
    carrying.answered(told, "mail", 1, sent=False, reason="refused", now=now)
    _post(told, cleo, now)
    with pytest.raises(Refused, match="Update 1 is no longer the newest: mail is to carry update 2"):
        carrying.done_by_hand(told, "mail", 1, by=cleo, now=now)
    carrying.done_by_hand(told, "mail", 2, by=cleo, now=now)
    assert state(told) == ("done", 2)


def test_what_cannot_be_sent_again(told: Incident, cleo: Person, now: datetime) -> None:
    _post(told, cleo, now, channels=("social",))
    with pytest.raises(Refused, match="by hand"):
        carrying.again(told, "social", None, by=cleo, now=now)
    with pytest.raises(Refused, match="not told on a channel"):
        carrying.again(told, "fax", None, by=cleo, now=now)


def test_before_any_post_there_is_nothing_to_send_or_to_compare(
    incident: Incident, cleo: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match="Nothing has been posted"):
        carrying.again(incident, "mail", None, by=cleo, now=now)
    assert carrying.compare(incident, {}, now=now) == []
    assert carrying.differing(incident, {}, now=now) == []
    assert not carrying.news(incident, {}, now=now)


def test_chk_7_a_channel_has_five_minutes_is_told_once_and_the_end_of_it_too(told: Incident, now: datetime) -> None:
    late = now + timedelta(minutes=5)
    assert not carrying.news(told, {}, now=late - timedelta(seconds=1))
    assert carrying.news(told, {}, now=late)
    assert [each.rule for each in carrying.compare(told, {}, now=late)] == ["CHK-7"]
    assert not carrying.news(told, {}, now=late)
    assert carrying.compare(told, {}, now=late) == []
    assert len(told.news) == 1
    carrying.answered(told, "mail", 1, sent=True, now=late)
    assert carrying.news(told, {}, now=late)
    carrying.compare(told, {}, now=late)
    assert told.news[-1] == Contradicted(at=late, by=told.news[-1].by, found=(), number=1)
    assert told.contradictions == ()


def test_chk_1_what_was_read_back_counts_more_than_what_was_sent(told: Incident, now: datetime) -> None:
    carrying.answered(told, "mail", 1, sent=True, now=now)
    read = {"mail": Told(1, stage=Stage.MONITORING)}
    assert [each.rule for each in carrying.compare(told, read, now=now)] == ["CHK-1"]
