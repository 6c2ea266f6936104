"""Where the public report goes besides the status page (STG-32, CHN-3, CHN-6, REL-184)."""

from collections.abc import Callable
from datetime import datetime

import pytest

from incidents import account_channels as rules
from incidents import masking
from incidents.account_events import AccountCarried, AccountSentAgain
from incidents.account_records import Account
from incidents.channels import DEFAULT, Audience, Channel, Medium
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.outlet import Outlet
from incidents.person import Person
from incidents.phase import Phase
from incidents.records import Wording
from incidents.stage import Stage

Led = Callable[..., Incident]
MAIL = Channel("mail", Medium.EMAIL, "apprise")
SMS = Channel("sms", Medium.SMS, "apprise")
PAGE = Channel("page", Medium.STATUS_PAGE, "statuspage")
PRESS = Channel("press", Medium.PRESS, "hand", audience=(Audience.MEDIA,))
OLD = Channel("old", Medium.EMAIL, "apprise", audience=(Audience.REGULATORS,))
EVERY = (MAIL, SMS, PRESS, PAGE, OLD)


@pytest.fixture
def over(led: Led, bob: Person, now: datetime) -> Incident:
    """Version 1 is on its way to mail and page, and waits for somebody at the press."""
    incident = led()
    incident.phase, incident.stage, incident.review_owner = Phase.REVIEW, Stage.RESOLVED, bob
    told(incident, 1, bob, now)
    incident.news.clear()
    return incident


def told(incident: Incident, number: int, by: Person, now: datetime) -> None:
    texts = {name: Wording("Report", f"version {number}") for name in ("page", "mail", "press")}
    incident.told_account = Account(number, {"en": Wording("Report", "…")}, "en", by, now, carried=texts)
    rules.expect(incident, EVERY, now=now)


def state(incident: Incident, name: str) -> tuple[str, int]:
    outlet = incident.account_outlets[name]
    return outlet.state, outlet.number


def offered(incident: Incident) -> dict[str, tuple[bool, bool]]:
    return {each.channel.name: (each.wanted, each.bound) for each in rules.offers(incident, EVERY, DEFAULT)}


def test_chn_1d_it_goes_where_there_is_room_for_it(led: Led) -> None:
    incident = led()
    assert list(offered(incident)) == ["page", "mail", "press"]
    assert set(offered(incident).values()) == {(True, False)}
    incident.private = True
    assert offered(incident) == {}


def test_whoever_carries_the_posts_is_offered_it_whatever_the_matrix_says(led: Led, now: datetime) -> None:
    incident = led()
    incident.outlets["old"] = Outlet(1, "sent", now, now, number=1)
    assert offered(incident)["old"] == (True, False)
    incident.outlets["old"] = Outlet(1, "failed", now, now)
    assert "old" not in offered(incident)


def test_of_security_only_channels_that_may_carry_it(led: Led) -> None:
    incident = led()
    incident.facts["data_types"] = "names"
    assert offered(incident) == {}


def test_chn_6_a_new_version_goes_wherever_the_old_one_stands(over: Incident, bob: Person, now: datetime) -> None:
    assert [state(over, name) for name in ("page", "mail", "press")] == [("waiting", 0), ("waiting", 0), ("by hand", 0)]
    rules.answered(over, "mail", 1, sent=True, ref="m1", now=now)
    assert (state(over, "mail"), offered(over)["mail"]) == (("sent", 1), (True, True))
    told(over, 2, bob, now)
    assert state(over, "mail") == ("waiting", 1)
    assert over.account_outlets["mail"].ref == "m1"
    rules.answered(over, "mail", 1, sent=False, reason="late", now=now)
    assert state(over, "mail") == ("waiting", 1), "an answer about the older one"
    rules.answered(over, "mail", 2, sent=True, now=now)
    rules.answered(over, "mail", 1, sent=True, now=now)
    rules.answered(over, "fax", 1, sent=True, now=now)
    assert state(over, "mail") == ("sent", 2)


def test_chn_3_a_failure_is_sent_again_or_posted_by_hand(
    over: Incident, bob: Person, cleo: Person, now: datetime
) -> None:
    rules.answered(over, "mail", 1, sent=False, reason="refused", now=now)
    rules.again(over, "mail", 1, by=cleo, now=now)
    assert state(over, "mail") == ("waiting", 0)
    assert [type(event) for event in over.news] == [AccountCarried, AccountSentAgain]
    with pytest.raises(Refused, match="on its way"):
        rules.again(over, "mail", 1, by=bob, now=now)
    with pytest.raises(Refused, match="by hand"):
        rules.again(over, "press", 1, by=bob, now=now)
    rules.posted(over, "press", 1, by=bob, now=now)
    assert state(over, "press") == ("done", 1)
    with pytest.raises(Refused, match="carries this report"):
        rules.posted(over, "press", 1, by=bob, now=now)


def test_what_cannot_be_is_refused(over: Incident, bob: Person, eve: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="No public report went to a channel “fax”"):
        rules.again(over, "fax", 1, by=bob, now=now)
    with pytest.raises(Refused, match="no longer the newest"):
        rules.posted(over, "press", 2, by=bob, now=now)
    with pytest.raises(Refused, match="sends the public report"):
        rules.posted(over, "press", 1, by=eve, now=now)
    over.review_owner = None
    with pytest.raises(Refused, match="sends the public report"):
        rules.again(over, "mail", 1, by=bob, now=now)
    rules.posted(over, "press", 1, by=eve, now=now, owner=True)


def test_nothing_is_owed_before_one_is_out(led: Led, bob: Person, now: datetime) -> None:
    incident = led()
    rules.expect(incident, EVERY, now=now)
    assert incident.account_outlets == {}
    with pytest.raises(Refused, match="No public report"):
        rules.again(incident, "mail", 1, by=bob, now=now)


def test_tl_8_what_is_masked_leaves_every_channels_text(over: Incident, bob: Person, now: datetime) -> None:
    over.facts["symptom"] = "errors of joe"
    carried = {"mail": Wording("Report: errors of joe", "We saw errors of joe.")}
    over.told_account = Account(1, {"en": Wording("Report", "errors of joe")}, "en", bob, now, carried=carried)
    masking.conceal(over, "post", ["errors of joe"], "joe")
    assert "joe" not in repr(over.told_account.carried)
    assert over.told_account.texts["en"].body == "errors of [masked]"
