"""Our table of Slack's limits."""

from typing import Any

import pytest
from fakes.slack.blocks import check_message_blocks, view_complaints
from fakes.slack.refusal import Refusal
from gallery import asked, cards
from slack_sdk.models.blocks import Block
from slack_sdk.models.metadata import Metadata
from slack_sdk.models.views import View

from bot.slack.dialect import messages
from bot.slack.limits import MESSAGE, TEXTS, Json, batches, check_message, check_view, size, weight
from bot.slack.modal import view
from bot.slack.mrkdwn import Known

KNOWN = Known({"ada@example.org": "U0ADA", "bob@example.org": "U0BOB"}, {"incidents": "C0INC"})
CARDS, FORMS = cards(), asked()


def plain(length: int) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def section(length: int) -> Json:
    return {"type": "section", "text": plain(length)}


def button(**more: object) -> Json:
    return {"type": "button", "action_id": "a", "text": plain(3), "value": "v", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def modal(*blocks: Json, **more: object) -> Json:
    return {"type": "modal", "title": plain(24), "submit": plain(4), "blocks": list(blocks), **more}


def asks(element: Json, **more: object) -> Json:
    return {"type": "input", "block_id": "b", "label": plain(5), "element": {"action_id": "a", **element}, **more}


def options(number: int, *, value: int = 5, text: int = 5) -> list[Json]:
    return [{"text": plain(text), "value": f"{each:0{value}}"} for each in range(number)]


def confirm(**more: object) -> Json:
    return {"title": plain(5), "text": plain(5), "confirm": plain(5), "deny": plain(5), **more}


FULL: list[list[Json]] = [
    [section(3000)],
    [{"type": "section", "fields": [plain(1000)] * 10}],
    [{"type": "section", "fields": [plain(2000)]}],
    [{"type": "header", "text": plain(150)}],
    [actions(*(button(action_id=str(number)) for number in range(25)))],
    [actions(button(text=plain(75)))],
    [actions(button(value="v" * 2000))],
    [actions(button(confirm=confirm(title=plain(100), text=plain(300), confirm=plain(30), deny=plain(30))))],
    [{"type": "context", "elements": [plain(5)] * 10}],
    [section(5)] * 50,
]
OVER: list[list[Json]] = [
    [section(3001)],
    [section(0)],
    [{"type": "section", "fields": [plain(5)] * 11}],
    [{"type": "section", "fields": [plain(2001)]}],
    [{"type": "section", "fields": []}],
    [{"type": "header", "text": plain(151)}],
    [actions(*(button(action_id=str(number)) for number in range(26)))],
    [actions(button(), button())],
    [actions()],
    [actions(button(text=plain(76)))],
    [actions(button(value="v" * 2001))],
    [actions(button(action_id="a" * 256))],
    [actions(button(confirm=confirm(title=plain(101))))],
    [actions(button(confirm=confirm(text=plain(301))))],
    [actions(button(confirm=confirm(deny=plain(31))))],
    [{"type": "context", "elements": [plain(5)] * 11}],
    [section(5)] * 51,
    [section(3) | {"block_id": "b"}] * 2,
    [section(3000)] * 5,
]
FULL_VIEWS: list[Json] = [
    modal(*[section(5)] * 100),
    modal(asks({"type": "plain_text_input", "initial_value": "x" * 3000}, label=plain(2000), hint=plain(2000))),
    modal(asks({"type": "static_select", "options": options(100, value=150, text=75)})),
    modal(section(1), private_metadata="x" * 3000, callback_id="x" * 255),
]
OVER_VIEWS: list[Json] = [
    modal(*[section(5)] * 101),
    modal(),
    modal(section(5), title=plain(25)),
    modal(section(5), submit=plain(25)),
    modal(section(5), private_metadata="x" * 3001),
    modal(section(5), callback_id="x" * 256),
    modal(asks({"type": "plain_text_input", "initial_value": "x" * 3001})),
    modal(asks({"type": "plain_text_input"}, label=plain(2001))),
    modal(asks({"type": "plain_text_input"}, hint=plain(2001))),
    modal(asks({"type": "plain_text_input"}), asks({"type": "plain_text_input"})),
    modal(asks({"type": "static_select", "options": options(101)})),
    modal(asks({"type": "static_select", "options": []})),
    modal(asks({"type": "static_select", "options": options(1, value=151)})),
    modal(asks({"type": "static_select", "options": options(1, text=76)})),
    modal(asks({"type": "static_select", "option_groups": [{"label": plain(76), "options": options(1)}]})),
    modal(asks({"type": "static_select", "option_groups": [{"label": plain(5), "options": options(101)}]})),
    modal(asks({"type": "checkboxes", "options": options(11)})),
]


@pytest.mark.parametrize("blocks", FULL, ids=range(len(FULL)))
def test_what_just_fits_is_fine_with_us_and_with_the_fake(blocks: list[Json]) -> None:
    assert check_message("said", blocks) == []
    check_message_blocks(blocks)


@pytest.mark.parametrize("blocks", OVER, ids=range(len(OVER)))
def test_one_more_is_refused_by_us_and_by_the_fake(blocks: list[Json]) -> None:
    assert check_message("said", blocks)
    with pytest.raises(Refusal):
        check_message_blocks(blocks)


@pytest.mark.parametrize("made", FULL_VIEWS, ids=range(len(FULL_VIEWS)))
def test_a_modal_that_just_fits_is_fine_with_us_and_with_the_fake(made: Json) -> None:
    assert check_view(made) == []
    assert view_complaints(made, "modal") == []


@pytest.mark.parametrize("made", OVER_VIEWS, ids=range(len(OVER_VIEWS)))
def test_a_modal_with_one_more_is_refused_by_us_and_by_the_fake(made: Json) -> None:
    assert check_view(made)
    assert view_complaints(made, "modal")


def test_a_message_always_has_its_text() -> None:
    assert check_message(" ", [section(3)]) == ["text: empty"]
    assert check_message("x" * 40_001, []) == ["text: 40001 where 40000 fit"]


def test_an_emoji_counts_twice() -> None:
    assert size("🔴x") == 3
    assert check_message("x", [{"type": "header", "text": {"type": "plain_text", "text": "🔴" * 76}}])


def test_batches_keep_order_number_and_weight() -> None:
    assert list(batches("abcde", most=2, room=99)) == [["a", "b"], ["c", "d"], ["e"]]
    assert list(batches("abcde", most=9, room=8)) == [["a", "b"], ["c", "d"], ["e"]]
    assert list(batches([], most=9, room=8)) == []
    assert list(batches(["x" * 50], most=9, room=8)) == [["x" * 50]], "what never fits stands alone"
    blocks = [section(3)] * 30
    assert all(weight(batch) <= 200 for batch in batches(blocks, most=50, room=198))


def test_no_text_is_allowed_more_than_a_section() -> None:
    assert max(TEXTS.values()) <= 3000 < MESSAGE


@pytest.mark.parametrize("name", CARDS)
def test_every_card_fits(name: str) -> None:
    """By our own table, by the fake's, and by the models of Slack's own library."""
    for said in messages(CARDS[name], KNOWN, incident=1, op="op"):
        assert check_message(said.text, said.blocks) == []
        check_message_blocks(said.blocks)
        same(Block.parse_all(said.blocks), said.blocks)
        assert said.metadata
        assert Metadata(**said.metadata).to_dict() == said.metadata


@pytest.mark.parametrize("name", FORMS)
def test_every_form_fits(name: str) -> None:
    made = view(FORMS[name], KNOWN, incident=1, room="slack:C0INC", notice="Still empty: x.")
    assert check_view(made) == []
    assert view_complaints(made, "modal") == []
    modelled = View(**made)
    modelled.validate_json()
    same(modelled.blocks or [], made["blocks"])


def same(modelled: Any, blocks: list[Json]) -> None:
    """Nothing was dropped that the models do not know."""
    for model, block in zip(modelled, blocks, strict=True):
        model.validate_json()
        assert model.to_dict() == block
