"""Special cases of a post, typed or chosen in the form (STG-10 to STG-31)."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from conversation import ADA, CLEO, SETTINGS, Conversation, conversation

from incidents.stage import Stage
from templates.placeholders import FACTS
from templates.samples import FIGURES, SAMPLES
from templates.update_fields import FILES, KIND_LABELS, KINDS, READY, kinds_for, stages_for, template

LANGUAGES = ("en", "zh-CN", "fr", "pl")
HOUSE = replace(SETTINGS.house, languages=LANGUAGES)


@pytest.fixture
async def call() -> AsyncIterator[Conversation]:
    async with conversation(replace(SETTINGS, house=HOUSE)) as begun:
        await begun.says(ADA, "/incident sev2 Checkout: payments fail", "#general")
        await begun.presses(ADA, "Take command")
        await begun.says(CLEO, "!take customer-liaison")
        begun.news()
        yield begun


def everything() -> dict[str, str]:
    """Every fact in every language, as a form sends them."""
    known = FIGURES | {"date": "2031-04-02", "start_time": "2031-04-01 22:10 UTC"}
    spoken = {**known, **{name: value for name, value in SAMPLES["en"].items() if name in FACTS}}
    others = {
        f"{name}@{code}": SAMPLES[code][name] for code in LANGUAGES[1:] for name in SAMPLES[code] if name in FACTS
    }
    return spoken | others


OPEN_KINDS = [kind for kind in KINDS if kind not in (*READY, "limited", "opened-resolved")]


@pytest.mark.parametrize("kind", OPEN_KINDS)
async def test_each_case_is_typed_opens_its_form_and_renders_its_own_template(call: Conversation, kind: str) -> None:
    stage = stages_for(kind)[0]
    if kind == "long":
        await call.until("15:05")
    opened = await call.says(CLEO, f"/status {stage} {kind} --because known")
    assert opened.card
    assert opened.card.form
    chosen = {field.name: field.value for field in opened.card.form.fields}
    assert (chosen["stage"], chosen["kind"]) == (stage, kind)
    assert {spec.name for spec in KINDS[kind]} <= chosen.keys()
    given = {name: value for name, value in everything().items() if name in chosen}
    sent = await call.fills(CLEO, "no button", {**given, "then": "preview"})
    assert sent.card
    incident = await call.incident()
    made = incident.previews[CLEO.id]
    assert (made.template, made.kind, made.unknown) == (template(stage, kind), kind, ())
    assert set(made.texts) == set(LANGUAGES)
    assert len({text.body for text in made.texts.values()}) == len(LANGUAGES)


async def test_a_case_is_posted_in_one_line_with_its_facts(call: Conversation) -> None:
    said = (
        "/status identified third-party --because known --functions card payment --share 40% "
        '--fix "moved to a spare connection" --workaround pay by invoice'
    )
    answer = await call.says(CLEO, said)
    assert not answer.refused
    update = (await call.incident()).update
    assert update
    assert (update.template, update.stage) == ("STG-31", Stage.IDENTIFIED)
    assert "a service we depend on" in update.body
    assert "40%" in update.body
    assert "pay by invoice" in update.body


async def test_a_case_without_its_stage_takes_the_one_it_belongs_to(call: Conversation) -> None:
    assert not (await call.says(CLEO, '/status full-outage --action "restarting the payment service"')).refused
    update = (await call.incident()).update
    assert update
    assert (update.template, update.stage) == ("STG-21", Stage.INVESTIGATING)
    opened = await call.says(CLEO, "/status third_party")
    assert opened.card
    assert opened.card.form
    assert opened.card.form.fields[0].value == "identified"


async def test_words_behind_a_stage_that_begin_like_a_case_are_a_text(call: Conversation) -> None:
    await call.says(CLEO, "/status investigating long delays when customers pay")
    update = (await call.incident()).update
    assert update
    assert update.template == "text"
    assert "long delays when customers pay" in update.body.lower()


async def test_a_case_the_stage_does_not_know_is_refused_with_those_it_knows(call: Conversation) -> None:
    answer = await call.says(CLEO, "/status investigating third-party")
    assert answer.refused
    assert answer.card
    assert "“third-party” goes with identified, not with investigating" in answer.card.text
    assert all(kind in answer.card.text for kind in kinds_for(Stage.INVESTIGATING))


async def test_a_word_that_is_nothing_is_refused_with_all_there_are(call: Conversation) -> None:
    answer = await call.says(CLEO, "/status third-praty")
    assert answer.refused
    assert answer.card
    assert "Did you mean third-party?" in answer.card.text
    assert all(kind in answer.card.text for kind in KINDS)


async def test_a_form_whose_stage_was_changed_keeps_everything_but_the_case(call: Conversation) -> None:
    await call.says(CLEO, "/status full-outage")
    back = await call.fills(CLEO, "no button", {"stage": "monitoring", "kind": "full-outage", "action_now": "we look"})
    assert back.card
    assert back.card.form
    values = {field.name: field.value for field in back.card.form.fields}
    assert (values["stage"], values["kind"]) == ("monitoring", "")
    assert "“full-outage” goes with investigating or identified" in back.card.form.intro
    assert (await call.incident()).update is None


async def test_a_case_with_gaps_says_which_and_keeps_what_was_typed(call: Conversation) -> None:
    answer = await call.says(CLEO, "/status investigating partial-outage --functions card payment")
    assert answer.card
    assert answer.card.text == "Still empty: How many customers, What we are doing now."
    assert answer.card.form
    values = {field.name: field.value for field in answer.card.form.fields}
    assert (values["kind"], values["functions"]) == ("partial-outage", "card payment")


async def test_svr_15_what_each_customer_is_written_goes_to_no_channel(call: Conversation) -> None:
    said = '/status limited --symptom "payments that hang" --action "replacing a faulty setting"'
    answer = await call.says(CLEO, said)
    assert answer.card
    assert "your account is affected" in answer.card.text
    assert call.seen(to="#status") == []
    assert (await call.incident()).update is None
    assert (await call.says(ADA, said)).card
    await call.presses(ADA, "No public post")
    assert (await call.incident()).skipped_post.startswith("few customers")


async def test_stg_19_what_was_opened_and_resolved_at_once_has_a_text_of_its_own(call: Conversation) -> None:
    assert (await call.says(CLEO, "/status opened-resolved")).refused
    await call.says(ADA, '/incident resolve No data was lost. --because "restarted"')
    opened = await call.says(CLEO, '/status opened-resolved --because "it was over at once"')
    assert opened.card
    assert opened.card.form
    asked = {field.name for field in opened.card.form.fields}
    given = {name: value for name, value in everything().items() if name in asked}
    sent = await call.fills(CLEO, "no button", given)
    assert not sent.refused
    update = (await call.incident()).update
    assert update
    assert update.template == "STG-19"


def test_every_case_has_a_label_and_a_template() -> None:
    assert KINDS.keys() == KIND_LABELS.keys()
    assert all(template(stages_for(kind)[0], kind) in FILES for kind in KINDS)
    assert stages_for("nothing") == ()


async def test_cad_13_from_two_hours_on_the_commander_posts_less_often(call: Conversation) -> None:
    typed = "--share 20% --functions card payment --action replacing the line"
    early = await call.says(ADA, f"/status long {typed}")
    assert early.refused
    assert early.card
    assert "60 min after the start" in early.card.text
    await call.says(CLEO, "/status investigating We are replacing the line between our sites.")
    await call.until("16:01")
    bad = await call.says(ADA, f"/status long --every often {typed}")
    assert bad.refused
    assert (await call.says(CLEO, f"/status long --every 3h {typed}")).refused
    assert not (await call.says(ADA, f"/status long --every 3h {typed}")).refused
    incident = await call.incident()
    assert incident.update
    assert incident.update.template == "STG-20"
    assert "From now on we post every 3 h" in incident.update.body
    assert "Next update by 19:00 UTC" in incident.update.body
    assert incident.deadlines["update"].due_at.hour == 19
    opened = await call.says(ADA, "/status long --every 4h")
    assert opened.card
    assert opened.card.form
    assert {field.name: field.value for field in opened.card.form.fields}["every"] == "4 h"
