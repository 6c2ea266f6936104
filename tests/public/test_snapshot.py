"""What the page says follows from the posts alone."""

from datetime import timedelta

import pytest
from public.press import DEGRADED, MAJOR, NOW, OPERATIONAL, PARTIAL, page, post, work

from bot.web.public import words
from bot.web.public.subjects import told
from incidents.records import Wording
from storage.publications import Publication


def states(*posts: Publication) -> dict[str, str]:
    return {part.component.name: part.state.value for part in page(*posts).parts}


def test_without_posts_everything_is_operational() -> None:
    found = page()
    assert found.indicator == "none"
    assert [part.component.name for part in found.parts] == ["Checkout", "Payments", "Search", "Europe", "Asia"]
    assert found.changed_at is None


def test_the_newest_update_of_what_is_open_says_how_a_component_is() -> None:
    first = post(components={"Payments": MAJOR})
    assert states(first)["Payments"] == "major_outage"
    assert (
        states(first, post("monitoring", number=2, at=5, components={"Payments": DEGRADED}))["Payments"]
        == "degraded_performance"
    )
    assert states(first, post("resolved", number=2, at=5, components={"Payments": MAJOR}))["Payments"] == "operational"


def test_of_two_incidents_the_worse_one_counts() -> None:
    two = (post(components={"Payments": DEGRADED}), post(subject="incident:2", components={"Payments": PARTIAL}))
    assert states(*two)["Payments"] == "partial_outage"
    assert page(*two).indicator == "major"


def test_planned_work_counts_once_it_has_begun_and_until_it_is_over() -> None:
    assert states(work())["Search"] == "operational"
    for stage in ("in_progress", "verifying"):
        assert states(work(), work(stage, number=2, at=60))["Search"] == "under_maintenance"
    for stage in ("completed", "cancelled"):
        assert states(work(), work(stage, number=2, at=60))["Search"] == "operational"
    assert page(work("in_progress")).indicator == "maintenance"


def test_an_open_incident_without_components_is_no_calm_sky() -> None:
    assert page(post()).indicator == "minor"
    assert page(post(), work("in_progress", subject="maintenance:1")).indicator == "minor"
    assert page(post(), post("withdrawn", number=2, at=3)).indicator == "none"


def test_a_component_that_nobody_configured_is_shown_while_it_matters() -> None:
    assert states(post(components={"Fax": DEGRADED}))["Fax"] == "degraded_performance"
    assert "Fax" not in states(post("resolved", components={"Fax": OPERATIONAL}))


def test_rel_184_an_older_post_that_comes_late_stays_the_older_one() -> None:
    newer, older = post("resolved", number=2, at=5), post("investigating", number=1, at=0, components={"Search": MAJOR})
    (subject,) = page(newer, older).subjects
    assert subject.stage == "resolved"
    assert [each.number for each in subject.posts] == [1, 2]


def test_sec_038_ids_do_not_count_incidents_that_nobody_published() -> None:
    assert page(post(subject="incident:3")).subjects[0].id == page(post(subject="incident:4")).subjects[0].id


def test_ids_stay_and_differ() -> None:
    first, second = post(), post(subject="incident:2", at=3, name="Search is slow")
    alone, both = page(first), page(first, second, post("identified", number=2, at=5))
    assert alone.subjects[0].id in {subject.id for subject in both.subjects}
    twins = page(first, post(subject="incident:2"))
    assert len({subject.id for subject in (*both.subjects, *twins.subjects)}) == 3


def test_a_correction_does_not_move_the_end_and_a_relapse_takes_it_back() -> None:
    story = [
        post(),
        post("monitoring", number=2, at=10),
        post("resolved", number=3, at=20),
        post("resolved", number=4, at=30),
    ]
    (subject,) = page(*story).subjects
    assert subject.ended_at == NOW + timedelta(minutes=20)
    assert subject.reached("monitoring") == NOW + timedelta(minutes=10)
    (again,) = page(*story, post("investigating", number=5, at=40)).subjects
    assert again.ended_at is None
    assert again.reached("monitoring") is None


def test_it_is_good_until_a_window_begins_or_ends_or_the_day_does() -> None:
    midnight = NOW.replace(hour=22)
    assert page().valid_until == midnight
    assert page(work()).valid_until == NOW + timedelta(minutes=60)
    assert page(work(), now=NOW + timedelta(minutes=60)).valid_until == NOW + timedelta(minutes=120)
    assert page(work(), now=NOW + timedelta(minutes=120)).valid_until == midnight


@pytest.mark.parametrize(
    ("language", "title", "name"),
    [
        ("fr", "Analyse en cours - Paiement lent", "Paiement lent"),
        ("fr", "Paiement lent", "Paiement lent"),
        ("zh-CN", "调查中:支付缓慢", "支付缓慢"),
        ("pl", "BADANIE PROBLEMU – Płatności", "Płatności"),
    ],
)
def test_a_translated_name_stands_without_its_stage(language: str, title: str, name: str) -> None:
    made = post(texts={language: Wording(title, "…")})
    assert told(made, language, words.of(language).stages).name == name


def test_a_missing_translation_falls_back_to_the_source() -> None:
    found = told(post(), "pl", {})
    assert (found.language, found.name) == ("en", "Checkout is slow")


@pytest.mark.parametrize(
    ("title", "shown"),
    [("Planifiée - maintenance : Search", "Maintenance : Search"), ("Planifiée - iOS : lente", "iOS : lente")],
)
def test_a_title_without_its_stage_begins_like_a_title(title: str, shown: str) -> None:
    planned = work(texts={"fr": Wording(title, "x")})
    assert told(planned, "fr", dict(words.of("fr").stages)).name == shown
