"""Every built-in template with example facts passes the wording rules in all four languages (STG-3)."""

import pytest
from posts_of import CASES, house, incident, post

from incidents.fact_sheet import CHECKING
from incidents.severity import Severity
from incidents.stage import Stage
from incidents.wording.check import blocking, check
from incidents.wording.post import Component, House, Post
from templates.phrases import LANGUAGES, standing
from templates.samples import SAMPLES, sample
from templates.sayable import ASKED_FOR
from templates.updates import Draft

KINDS = {"security": "security"}
OPENING = ("", "holding", "full-outage", "partial-outage", "third-party", "opened-resolved")
"""Those that a stage may begin with; the others come later in it (WL-7)."""
OF_THEIR_OWN = ("limited", "security")
"""A letter to one customer and a statement on security have other parts than a post of a stage."""
STATES = {"full-outage": "major_outage", Stage.RESOLVED: "operational", Stage.WITHDRAWN: "operational"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "stage"), CASES)
def test_stg_3_each_template_passes_with_example_facts(kind: str, stage: Stage, language: str) -> None:
    passes(post(kind, stage, sample(language) | {"date": "2031-04-02"}, where=house(language)), kind, stage)


SILENT = ("holding", "limited", "security", "security-private")
OPEN = [(kind, stage) for kind, stage in CASES if not stage.final and kind not in SILENT]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "stage"), OPEN)
def test_stg_7_while_data_is_in_doubt_each_post_says_what_is_known(kind: str, stage: Stage, language: str) -> None:
    checking = standing(CHECKING, language)
    facts = sample(language) | {"data_statement": checking}
    told = post(kind, stage, facts, where=house(language))
    assert checking not in told.body
    doubted = incident(stage)
    doubted.sheet = {"data_at_risk": "unknown"}
    made = post(kind, stage, facts, where=house(language), about=doubted)
    assert made.body.count(checking) == 1
    passes(made, kind, stage)
    unsaid = post(kind, stage, facts | {"data_statement": ""}, where=house(language), about=doubted)
    assert unsaid.unknown == (() if kind == "no-news" else ("data_statement",))


def passes(made: Draft, kind: str, stage: Stage) -> None:
    language = made.language
    state = STATES.get(kind) or STATES.get(stage, "degraded_performance")
    read = Post(
        title=made.title,
        body=made.body,
        language=language,
        stage=made.stage.value,
        kind=KINDS.get(kind, "incident"),
        severity=Severity.SEV2,
        components=(Component(SAMPLES[language]["service"], state),),
        data_check="confirmed",
        first_of_stage=kind in OPENING,
        reason="it recovered by itself",
        house=House(contacts=("help@example.com",)),
    )
    errors = [finding for finding in blocking(check(read)) if not (kind in OF_THEIR_OWN and finding.id in ASKED_FOR)]
    assert [(finding.id, made.body[finding.start : finding.end]) for finding in errors] == []
