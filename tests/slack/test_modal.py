"""Forms as modals, there and back."""

import json
from typing import Any

import pytest
from fakes.slack.blocks import view_complaints
from gallery import ADA, BOB, asked
from hostile import CORPUS

from bot.slack.dialect import messages
from bot.slack.limits import Json, check_message, check_view
from bot.slack.modal import Origin, errors, fields, late, origin, users, view
from bot.slack.mrkdwn import Known
from commands.clean import clean
from incidents.errors import Refused
from templates import marks
from templates.card import Field, FieldKind, Form

KNOWN = Known({ADA.id: "U0ADA", BOB.id: "U0BOB"})


def state(element: Json) -> Json:
    return {"values": {"a": {"x": element}}}


GARBAGE: list[Any] = [None, 1, "x", [], {}, {"values": None}, {"values": []}, {"values": {"a": None}}]
GARBAGE += [{"values": {"a": {}}}, {"values": {"a": {"x": None}}}]
GARBAGE += [state({}), state({"type": "unheard_of", "value": "x"})]
GARBAGE += [
    {"values": {"a": {"x": {"type": "plain_text_input", "value": given}}}} for given in (1, ["x"], "x" * 12_001)
]
GARBAGE += [
    {"values": {"a": {"x": {"type": "static_select", "selected_option": given}}}} for given in ("x", {"value": 1})
]
GARBAGE += [state({"type": "users_select", "selected_user": {"id": "U1"}})]
GARBAGE += [{"values": {"a": {"x": {"type": "plain_text_input"}, "y": {"type": "plain_text_input"}}}}]


def form(*given: Field, **more: Any) -> Form:
    return Form(**{"title": "Title", "says": "say", "fields": given, **more})


def made(asked_for: Form, **more: Any) -> Json:
    return view(asked_for, KNOWN, **{"incident": 1, "room": "slack:C1", **more})


def inputs(shown: Json) -> dict[str, Json]:
    return {block["block_id"]: block for block in shown["blocks"] if block["type"] == "input"}


def filled(shown: Json, **typed: Any) -> Json:
    """The state that Slack sends for a modal in which ``typed`` was filled in over what stood there."""
    values = {}
    for name, block in inputs(shown).items():
        element = block["element"]
        values[name] = {element["action_id"]: {"type": element["type"], **answer(element, typed.get(name))}}
    return {"values": values}


def answer(element: Json, typed: Any) -> Json:
    match element["type"]:
        case "plain_text_input":
            return {"value": element.get("initial_value") if typed is None else typed}
        case "users_select":
            return {"selected_user": typed or element.get("initial_user")}
        case "static_select":
            groups = element.get("option_groups") or [{"options": element["options"]}]
            options = [option for group in groups for option in group["options"]]
            named = [option for option in options if option["text"]["text"] == typed]
            return {"selected_option": named[0] if named else element.get("initial_option")}
    return {"selected_options": element["options"] if typed else element.get("initial_options", [])}


def sent(asked_for: Form, **typed: Any) -> dict[str, str]:
    shown = made(asked_for)
    assert check_view(shown) == []
    assert view_complaints(shown, "modal") == []
    return fields(filled(shown, **typed), shown["private_metadata"], {"U0ADA": ADA.id})


@pytest.mark.parametrize(("name", "asked_for"), asked().items(), ids=asked())
def test_every_form_comes_back_as_it_was_filled(name: str, asked_for: Form) -> None:
    found = sent(asked_for)
    assert list(found) == [field.name for field in asked_for.fields]
    expected = {field.name: field.value for field in asked_for.fields}
    assert found == expected


def test_a_modal_knows_where_it_came_from() -> None:
    shown = made(form(Field("a", "A"), says="task longer 1"))
    assert origin(shown["private_metadata"]) == Origin(1, "task longer 1", "slack:C1")
    assert shown["callback_id"] == "form"
    declared = view(form(Field("a", "A")), KNOWN, incident=None, room="")
    assert origin(declared["private_metadata"]) == Origin(None, "say", "")


def test_each_kind_of_field_has_its_input() -> None:
    shown = inputs(
        made(
            form(
                Field("line", "Line", value="x", required=True, hint="A hint"),
                Field("text", "Text", "text"),
                Field("choice", "Choice", "choice", "b", choices=(("a", "A"), ("b", "B"))),
                Field("person", "Person", "person", BOB.id),
                Field("time", "Time", "time", hint="14:05; empty for now"),
                Field("check", "Check", "check", required=True),
            )
        )
    )
    elements = {name: block["element"] for name, block in shown.items()}
    assert [element["type"] for element in elements.values()] == [
        *("plain_text_input", "plain_text_input", "static_select", "users_select", "plain_text_input", "checkboxes")
    ]
    assert [name for name, block in shown.items() if not block["optional"]] == ["line", "check"]
    assert elements["line"]["initial_value"] == "x"
    assert not elements["line"]["multiline"]
    assert elements["text"]["multiline"]
    assert elements["choice"]["initial_option"]["value"] == "b"
    assert elements["person"]["initial_user"] == "U0BOB"
    assert shown["time"]["hint"]["text"] == "14:05; empty for now"
    assert shown["line"]["label"]["text"] == "Line"


def test_what_is_filled_in_comes_back_by_name() -> None:
    asked_for = form(
        Field("text", "Text", "text"),
        Field("choice", "Choice", "choice", choices=(("a", "A"), ("b", "B"))),
        Field("person", "Person", "person"),
        Field("check", "Check", "check"),
    )
    assert sent(asked_for) == {"text": "", "choice": "", "person": "", "check": ""}
    assert sent(asked_for, text="x\ny", choice="B", person="U0ADA", check=True) == {
        "text": "x\ny",
        "choice": "b",
        "person": ADA.id,
        "check": "on",
    }
    assert sent(asked_for, person="U0EVE")["person"] == "<@U0EVE>"


def test_the_people_who_were_chosen_can_be_looked_up() -> None:
    shown = made(form(Field("a", "A", "person"), Field("b", "B", "person"), Field("c", "C", "person")))
    assert users(filled(shown, a="U0EVE", b="U0EVE")) == ["U0EVE"]


@pytest.mark.parametrize("chosen", ["", "x" * 151, "#0", "🔴" * 76, "a\nb" * 60])
def test_a_value_that_no_option_holds_comes_back_whole(chosen: str) -> None:
    asked_for = form(Field("a", "A", "choice", choices=(("other", "Other"), (chosen, "This"))))
    assert sent(asked_for, a="This") == {"a": chosen}
    assert sent(asked_for, a="Other") == {"a": "other"}


def test_more_than_a_hundred_choices_are_grouped() -> None:
    choices = tuple((f"team-{number}", f"Team {number}") for number in range(250))
    asked_for = form(Field("a", "A", "choice", "team-249", choices=choices))
    element = inputs(made(asked_for))["a"]["element"]
    assert [len(group["options"]) for group in element["option_groups"]] == [100, 100, 50]
    assert element["option_groups"][0]["label"]["text"] == "Team 0 – Team 99"
    assert sent(asked_for, a="Team 101") == {"a": "team-101"}


def test_a_choice_without_choices_is_typed() -> None:
    assert sent(form(Field("a", "A", "choice")), a="@bob") == {"a": "@bob"}


@pytest.mark.parametrize(
    "text", ["one\n" * 2000 + "end", "word " * 1999 + "end", "🔴\n" * 2000 + "🔴", "line " * 100 + "\n" + "x" * 2900]
)
def test_a_text_longer_than_an_input_goes_on_in_the_next(text: str) -> None:
    asked_for = form(Field("text", "Text", "text", text, required=True))
    found = sent(asked_for)
    assert found["text"].split() == text.split()
    assert len(inputs(made(asked_for))) > 1
    assert [block["optional"] for block in inputs(made(asked_for)).values()][:2] == [False, True]
    assert sent(asked_for, **{"text~1": ""})["text"] != found["text"]


def test_lines_in_a_one_line_field_stay_lines() -> None:
    assert inputs(made(form(Field("a", "A", value="x\ny"))))["a"]["element"]["multiline"]


def test_a_title_is_cut_on_a_word_and_said_in_full_below() -> None:
    shown = made(form(Field("a", "A"), title="Reopen: Checkout returns 500s", intro="Intro."), notice="Why?")
    assert shown["title"]["text"] == "Reopen: Checkout…"
    texts = [block["text"]["text"] for block in shown["blocks"] if block["type"] == "section"]
    assert texts == ["⚠️ Attention · Why?", "Reopen: Checkout returns 500s", "Intro."]
    assert made(form(Field("a", "A")))["blocks"][0]["type"] == "input"


def test_more_than_the_metadata_holds_is_a_bug_of_ours() -> None:
    with pytest.raises(ValueError, match="3000"):
        made(form(Field("a", "A"), says="x" * 3000))


def test_an_error_stands_at_its_input_or_at_the_first() -> None:
    blocks = made(form(Field("a", "A"), Field("b", "B"), intro="Intro."))["blocks"]
    assert errors(blocks, {"b": "Which?"}) == {"response_action": "errors", "errors": {"b": "Which?"}}
    assert errors(blocks, {"": f"Not so, {marks.mention(ADA)}.", "a": "Empty."})["errors"] == {
        "a": "Not so, @ada. Empty."
    }
    assert errors(None, {"a": "x" * 3000})["errors"]["a"].endswith("…")


def test_rel_009_a_form_that_came_too_late_is_a_message_with_the_kept_input() -> None:
    asked_for = asked()["reason"]
    card = late(asked_for, {"because": "errors rise", "text": "One.\n\nTwo."})
    (said,) = messages(card, KNOWN, incident=1)
    assert check_message(said.text, said.blocks) == []
    for kept in ("errors rise", "One.\n\nTwo.", "look at the database"):
        assert kept in said.text
    assert [element["action_id"] for element in said.blocks[-1]["elements"]] == ["form"]
    ticked = form(Field("a", "All good", "check", "on"), Field("b", "B", "choice", "x", choices=(("x", "Ex"),)))
    assert "*All good* yes\n*B* Ex" in messages(late(ticked), KNOWN, incident=1)[0].text
    (with_line,) = messages(late(asked()["severity"]), KNOWN, incident=1)
    assert "In one line: /incident sev1 all payments fail" in with_line.text


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_sec_033_a_state_that_slack_does_not_send_is_refused(garbage: object) -> None:
    metadata = made(form(Field("a", "A")))["private_metadata"]
    with pytest.raises(Refused):
        fields(garbage, metadata)


@pytest.mark.parametrize(
    "metadata",
    [
        *(
            None,
            1,
            "",
            "x",
            "[]",
            "null",
            "{}",
            "[" * 2900,
            "x" * 3001,
            json.dumps({"r": "x" * 3000, "i": 1, "s": "x"}),
        ),
        *('{"i":1,"s":"x"}', '{"i":-1,"s":"x","r":""}', '{"i":1,"s":"","r":""}', '{"i":1,"s":"x","r":1}'),
        *('{"i":"1","s":"x","r":""}', '{"i":true,"s":"x","r":""}', '{"i":1,"s":["x"],"r":""}'),
    ],
)
def test_sec_033_metadata_that_no_form_of_ours_carries_is_refused(metadata: object) -> None:
    with pytest.raises(Refused):
        origin(metadata)
    with pytest.raises(Refused):
        fields({"values": {}}, metadata)


@pytest.mark.parametrize("more", [{"f": "a"}, {"f": None}, {"f": ["a"], "v": []}, {"f": ["a"], "v": "x"}])
def test_sec_033_changed_metadata_is_refused(more: Json) -> None:
    with pytest.raises(Refused):
        fields({"values": {}}, json.dumps({"i": 1, "s": "x", "r": "", **more}))


def test_sec_033_a_field_that_the_form_does_not_have_is_dropped() -> None:
    shown = made(form(Field("a", "A")))
    more = filled(shown, a="x")
    more["values"]["because"] = {"x": {"type": "plain_text_input", "value": "forged"}}
    assert fields(more, shown["private_metadata"]) == {"a": "x"}
    assert fields({"values": {}}, shown["private_metadata"]) == {"a": ""}
    assert fields({"values": {}}, '{"i":1,"s":"x","r":"","f":["a",1,null]}') == {"a": ""}


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_sec_065_any_text_fits_into_a_modal_and_comes_back(text: str) -> None:
    text = clean(text).text
    kinds: tuple[FieldKind, ...] = ("line", "text", "time")
    asked_for = form(
        *(Field(kind, text, kind, text, hint=text) for kind in kinds),
        Field("choice", text, "choice", text[:500], choices=((text[:500], text),)),
        Field("check", text, "check"),
        title=text,
        submit=text,
        intro=text,
    )
    found = sent(asked_for)
    assert found["choice"] == text[:500]
    for kind in kinds:
        assert "".join(found[kind].split()) == "".join(text.split())
