"""What the public says (CHN-8), and a leader who speaks to it (CHN-9)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from incidents import outside
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.outside import Mood, Reply
from incidents.outside_events import LeaderSpeaks, MoodSoured
from incidents.person import Person
from incidents.phase import Phase
from incidents.records import Update
from incidents.severity import Severity
from incidents.stage import Stage

Led = Callable[..., Incident]


def posted(incident: Incident, by: Person, now: datetime) -> Incident:
    incident.stage = Stage.INVESTIGATING
    incident.update = Update(1, incident.stage, "Investigating - Checkout", "…", by, now, None, "STG-10")
    return incident


@pytest.mark.parametrize(
    ("text", "angry"),
    [
        ("This is a SCANDAL!", True),
        ("I want a refund, never again", True),
        ("C'est inadmissible", True),
        ("n'importe quoi, vraiment", True),
        ("To jest skandal", True),
        ("żądam zwrotu pieniędzy", True),
        ("太差了，我要退款", True),
        ("cannot pay since two o'clock", False),
        ("Le paiement échoue", False),
        ("nie mogę zapłacić", False),
        ("支付失败", False),
        ("the committee met", False),
    ],
)
def test_chn_8_anger_is_heard_in_four_languages(text: str, angry: bool) -> None:
    assert outside.negative(text) is angry


def test_chn_8_only_more_anger_than_before_counts(now: datetime) -> None:
    def said(*minutes: int, text: str = "a scandal") -> list[Reply]:
        return [Reply(now - timedelta(minutes=ago), text) for ago in minutes]

    three = outside.mood([*said(0, 5, 9), *said(1, text="still slow"), *said(-1)], now=now)
    assert (three.heard, three.last, three.before, three.souring) == (4, 3, 0, True)
    assert len(three.quotes) == 3
    steady = outside.mood(said(0, 5, 9, 10, 15, 19, 20), now=now)
    assert (steady.last, steady.before, steady.souring) == (3, 3, False)
    assert not outside.mood(said(1, 2), now=now).souring


def test_chn_8_it_is_told_once_in_half_an_hour(led: Led, now: datetime) -> None:
    incident, angry = led(), Mood(5, 4, 1, ("a scandal",))
    outside.sour(incident, Mood(5, 2, 0), now=now)
    assert not any(isinstance(event, MoodSoured) for event in incident.news)
    for minutes in (0, 29, 30):
        outside.sour(incident, angry, now=now + timedelta(minutes=minutes))
    told = [event.at - now for event in incident.news if isinstance(event, MoodSoured)]
    assert told == [timedelta(), timedelta(minutes=30)]


def test_chn_8_a_reply_is_about_what_it_names_or_about_the_gravest(led: Led, ada: Person, now: datetime) -> None:
    checkout, search = posted(led(), ada, now), posted(led(), ada, now)
    checkout.id, checkout.title, checkout.severity = 1, "Checkout is down", Severity.SEV1
    search.id, search.title, search.severity = 2, "Search is slow", Severity.SEV3
    both = [search, checkout]
    assert outside.concerned(both, "your search is so slow") is search
    assert outside.concerned(both, "what a joke") is checkout
    checkout.phase = Phase.TRIAGE
    assert outside.concerned(both, "what a joke") is search
    search.private = True
    assert outside.concerned(both, "your search is so slow") is None


def test_chn_9_a_leader_speaks_of_what_customers_read(led: Led, ada: Person, eve: Person, now: datetime) -> None:
    incident = led()
    incident.severity, incident.update = Severity.SEV1, None
    with pytest.raises(Refused, match="have read nothing"):
        outside.speak(incident, "Jane Doe", by=ada, now=now)
    posted(incident, ada, now)
    with pytest.raises(Refused, match="asks a leader to speak"):
        outside.speak(incident, "Jane Doe", by=eve, now=now)
    outside.speak(incident, "Jane Doe", by=ada, now=now)
    event = incident.news[-1]
    assert isinstance(event, LeaderSpeaks)
    assert (event.name, event.number) == ("Jane Doe", 1)
    incident.severity = Severity.SEV2
    with pytest.raises(Refused, match="about a SEV-1"):
        outside.speak(incident, "Jane Doe", by=ada, now=now)
    incident.stage = Stage.WITHDRAWN
    with pytest.raises(Refused, match="have read nothing"):
        outside.speak(incident, "Jane Doe", by=ada, now=now)
