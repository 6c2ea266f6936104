"""Every built-in template with example facts passes the wording rules in all four languages (STG-3)."""

import pytest
from posts_of import CASES, house, post

from incidents.severity import Severity
from incidents.stage import Stage
from incidents.wording.check import blocking, check
from incidents.wording.post import Component, House, Post
from templates.checked import ASKED_FOR
from templates.phrases import LANGUAGES
from templates.samples import SAMPLES, sample

KINDS = {"security": "security"}
OPENING = ("", "holding", "full-outage", "partial-outage", "third-party", "opened-resolved")
"""Those that a stage may begin with; the others come later in it (WL-7)."""
OF_THEIR_OWN = ("limited", "security")
"""A letter to one customer and a statement on security have other parts than a post of a stage."""
STATES = {"full-outage": "major_outage", Stage.RESOLVED: "operational", Stage.WITHDRAWN: "operational"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "stage"), CASES)
def test_stg_3_each_template_passes_with_example_facts(kind: str, stage: Stage, language: str) -> None:
    made = post(kind, stage, sample(language) | {"date": "2031-04-02"}, where=house(language))
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
