"""Cards as Block Kit: what they look like, what fits, and that nobody's words come alive."""

import html
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from fakes.slack.mrkdwn import Token, live_in_blocks, live_tokens
from gallery import ADA, BOB, CLEO, asked, cards
from hostile import CORPUS

from bot.slack.carried import pressed, value
from bot.slack.dialect import CUT, Message, message, messages
from bot.slack.limits import MESSAGE, Json, check_message, check_view, weight
from bot.slack.modal import view
from bot.slack.mrkdwn import EDGE, INERT, Known, escape, marked_up, mrkdwn, pieces, plain
from commands.clean import clean, one_line
from incidents.errors import Refused
from incidents.person import Person
from templates import marks
from templates.announce import ANNOUNCERS
from templates.card import Button, Card, Fact, Form
from templates.headline import SYMBOLS

GOLDEN = Path(__file__).parent / "golden"
NOBODY = Known()
KNOWN = Known(
    {ADA.id: "U0ADA", BOB.id: "U0BOB", CLEO.id: "W0CLEO"},
    {"incidents": "C0INCIDENTS", "inc-1-checkout-returns-500s": "C0ONE"},
)
MESSAGES = Path(__file__).parents[2] / "templates" / "messages"


@pytest.fixture
def rewrite() -> bool:
    """`UPDATE_GOLDEN=1 pytest tests/slack/test_dialect.py` writes the files anew; then read the difference."""
    return os.environ.get("UPDATE_GOLDEN") == "1"


def as_json(said: Message) -> Json:
    return {"text": said.text, "blocks": said.blocks, "metadata": said.metadata}


def rendered() -> dict[str, dict[str, Any]]:
    """What the golden files hold: every card as messages, every form as a modal, by file and name."""
    files: dict[str, dict[str, Any]] = {}
    for name, card in cards().items():
        file, _, _ = name.partition("/") if "/" in name else name.partition(" ")
        shown = [as_json(said) for said in messages(card, KNOWN, incident=1, op="op-1")]
        files.setdefault(file, {})[name] = shown
    files["views"] = {
        name: view(form, KNOWN, incident=1, room="slack:C0ONE", notice="Still empty: Regions.")
        for name, form in asked().items()
    }
    return files


def test_golden_payloads_are_as_they_were(rewrite: bool) -> None:
    files = {f"{name}.json": f"{json.dumps(made, ensure_ascii=False, indent=1)}\n" for name, made in rendered().items()}
    if rewrite:
        for old in GOLDEN.glob("*.json"):
            old.unlink()
        for name, text in files.items():
            (GOLDEN / name).write_text(text, encoding="utf-8")
    assert {path.name: path.read_text(encoding="utf-8") for path in GOLDEN.glob("*.json")} == files


def test_golden_payloads_show_every_kind_of_event(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[str] = set()
    for kind, announcer in list(ANNOUNCERS.items()):

        def noticed(scene: Any, event: Any, told: Any = announcer) -> Any:
            seen.add(type(event).__name__)
            return told(scene, event)

        monkeypatch.setitem(ANNOUNCERS, kind, noticed)
    cards()
    assert seen == {kind.__name__ for kind in ANNOUNCERS} - {"Snoozed"}


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_every_golden_payload_fits(path: Path) -> None:
    for name, kept in json.loads(path.read_text(encoding="utf-8")).items():
        if path.stem == "views":
            assert check_view(kept) == [], name
        else:
            assert [check_message(said["text"], said["blocks"]) for said in kept] == [[]] * len(kept), name


def one(card: Card, known: Known = NOBODY) -> list[Json]:
    (said,) = messages(card, known, incident=1)
    return said.blocks


def kinds(blocks: list[Json]) -> list[str]:
    return [str(block["type"]) for block in blocks]


def test_a_card_is_title_text_facts_and_buttons_in_this_order() -> None:
    facts = tuple(Fact(f"Fact {number}", "x") for number in range(11))
    blocks = one(Card("Title", "Text.\n\nMore.", facts, (Button("Go", "go"),)))
    assert kinds(blocks) == ["header", "section", "section", "section", "actions"]
    assert blocks[1]["text"] == {"type": "plain_text", "text": "Text.\n\nMore.", "emoji": False}
    assert [len(block["fields"]) for block in blocks[2:4]] == [10, 1]
    assert blocks[2]["fields"][0]["text"] == "*Fact 0*\nx"


def test_slack_may_fold_what_stands_under_a_heading_of_its_own() -> None:
    fold = Fact("mail: e-mail to customers", "Title\n\nWords.")
    blocks = one(Card("Title", "Text.", (Fact("A", "1"),), folds=(fold,)))
    assert [block.get("expand") for block in blocks] == [None, True, False, None]
    assert blocks[2]["text"]["text"] == "*mail: e-mail to customers*\nTitle\n\nWords."


def test_a_long_fact_has_the_whole_width_and_keeps_its_place() -> None:
    blocks = one(Card(facts=(Fact("A", "1"), Fact("B", "x" * 201), Fact("C", "two\nlines"), Fact("D", ""))))
    assert ["fields" in block for block in blocks] == [True, False, False, True]
    assert blocks[3]["fields"][0]["text"] == "*D*\n–"


def test_a_button_says_its_line_of_its_incident() -> None:
    first, second = one(
        Card(buttons=(Button("Go", "go", "primary"), Button("Stop", "stop", "danger", confirm="Really?")))
    )[0]["elements"]
    assert (first["action_id"], first["value"], first["style"]) == ("say:0", '{"i":1,"s":"go"}', "primary")
    assert pressed(first["value"]) == (1, "go", "")
    assert second["action_id"] == "say:1"
    assert [second["confirm"][key]["text"] for key in ("title", "text", "confirm", "deny")] == [
        *("Are you sure?", "Really?", "Stop", "Not now")
    ]
    assert second["confirm"]["style"] == "danger"
    assert "confirm" not in first


def test_twenty_six_buttons_are_two_rows() -> None:
    blocks = one(Card(buttons=tuple(Button(str(number), f"say {number}") for number in range(26))))
    assert [len(block["elements"]) for block in blocks] == [25, 1]
    assert blocks[1]["elements"][0]["action_id"] == "say:25"


def test_a_line_too_long_for_a_button_can_still_be_typed() -> None:
    text = "x" * 2000
    blocks = one(Card("Title", buttons=(Button("Long", text), Button("Go", "go"))))
    assert kinds(blocks) == ["header", "section", "actions"]
    assert blocks[1]["text"]["text"] == f"Long: {text}"
    assert blocks[2]["elements"][0]["action_id"] == "say:0"


def test_a_form_in_a_message_is_a_button_and_its_one_line() -> None:
    form = Form("Resolve", "resolve", (), plain="/incident resolve No data was lost.")
    blocks = one(Card(form=form))
    assert blocks[0]["text"]["text"] == "Resolve"
    assert blocks[1]["text"]["text"] == "In one line: /incident resolve No data was lost."
    (opener,) = blocks[2]["elements"]
    assert (opener["action_id"], opener["value"]) == ("form", '{"i":1,"s":"resolve"}')
    assert one(Card(form=Form("T", "update", (), plain="/status monitoring x")))[1]["text"]["text"] == (
        "In one line: /incident-status monitoring x"
    )


def test_a_form_whose_line_fits_no_button_is_still_shown() -> None:
    assert kinds(one(Card(form=Form("T", "x" * 2000, (), intro="Intro.")))) == ["header", "section"]


@pytest.mark.parametrize(
    ("card", "first"),
    [
        (Card("Title", "Text", tone="warn"), "⚠️ Attention · Title"),
        (Card(text="Text", tone="good"), "✅ Good · Text"),
        (Card(tone="bad"), "🚨 Urgent"),
        (Card("Title"), "Title"),
        (Card(f"{next(iter(SYMBOLS.values()))} SEV-1 / P0 · x", tone="bad"), "🔴 SEV-1 / P0 · x"),
        (Card("✅ Resolved · x", tone="good"), "✅ Resolved · x"),
    ],
)
def test_a_tone_is_a_sign_and_a_word(card: Card, first: str) -> None:
    assert one(card)[0]["text"]["text"] == first


def test_the_fallback_says_what_the_blocks_show() -> None:
    (said,) = messages(Card("A & B", f"{marks.mention(ADA)} acts", (Fact("F", "1"),)), KNOWN, incident=1)
    assert said.text == "A &amp; B\n<@U0ADA> acts\n*F* 1"
    assert messages(Card(buttons=(Button("<Go>", "go"),)), NOBODY, incident=1)[0].text == "&lt;Go&gt;"
    assert messages(Card(), NOBODY, incident=None)[0].text == "–"
    assert messages(Card(text="&" * 11_000), NOBODY, incident=None)[0].text.count("&amp;") <= 8_000


def test_a_title_longer_than_a_header_is_a_paragraph() -> None:
    assert one(Card("x" * 150))[0]["type"] == "header"
    assert one(Card("x" * 151))[0]["text"]["text"] == f"*{'x' * 151}*"
    assert one(Card(f"Hello {marks.mention(ADA)}"), KNOWN)[0]["text"]["text"] == "Hello <@U0ADA>"


def test_whom_slack_does_not_know_is_named_in_words() -> None:
    text = f"{marks.mention(ADA)}, {marks.mention(BOB)} in {marks.room('incidents')} or {marks.room('other')}"
    assert mrkdwn(text, Known({ADA.id: "U0ADA"}, {"incidents": "C1"})) == "<@U0ADA>, @bob in <#C1> or #other"


@pytest.mark.parametrize("ref", ["", "U1|x", "U1> <!channel", "S123", "u1", "!here", "@U1"])
def test_only_real_ids_make_a_mention(ref: str) -> None:
    assert mrkdwn(marks.mention(ADA), Known({ADA.id: ref})) == "@ada"
    assert mrkdwn(marks.room("incidents"), Known(rooms={"incidents": ref})) == "#incidents"


def test_emphasis_is_set_off_from_letters_and_goes_line_by_line() -> None:
    assert mrkdwn(f"a{marks.bold('b')}c", NOBODY) == f"a{EDGE}*b*{EDGE}c"
    assert mrkdwn(f"{marks.bold('b')}: c", NOBODY) == "*b*: c"
    assert mrkdwn(marks.bold(" one\ntwo "), NOBODY) == " *one*\n*two* "
    assert mrkdwn(marks.bold("a* b"), NOBODY) == f"*a*{INERT} b*"


def test_signs_inside_words_stay_as_they_are() -> None:
    assert escape("db_pool_size a*b don`t") == f"db_pool_size a*b don{INERT}`t"
    assert escape("_x_ *y* ~z~") == f"{INERT}_x_ {INERT}*y* {INERT}~z~"
    assert escape("> quoted") == f"{INERT}&gt; quoted"


def test_rel_043_a_long_text_is_split_and_nothing_is_lost() -> None:
    paragraphs = [f"{number}: {'word ' * 60}".strip() for number in range(110)]
    card = Card("Title", "\n\n".join(paragraphs), (Fact("F", "v"),), (Button("Go", "go"),))
    shown = messages(card, NOBODY, incident=1, op="op")
    assert len(shown) == 4
    assert all(check_message(said.text, said.blocks) == [] for said in shown)
    assert [said.metadata["event_payload"]["op"] for said in shown if said.metadata] == [
        *("op", "op#2", "op#3", "op#4")
    ]
    texts = [block["text"]["text"] for said in shown for block in said.blocks if "text" in block]
    assert "\n\n".join(texts[1:]) == card.text
    assert kinds(shown[-1].blocks)[-1] == "actions"


def test_rel_043_one_message_says_what_it_leaves_out_and_keeps_its_buttons() -> None:
    card = Card("Title", "word " * 10_000, buttons=(Button("Go", "go"),))
    said = message(card, NOBODY, incident=1, op="op")
    assert check_message(said.text, said.blocks) == []
    assert said.blocks[-2]["text"]["text"] == CUT
    assert said.blocks[-1]["elements"][0]["action_id"] == "say:0"
    assert weight(said.blocks) > MESSAGE * 0.6
    assert message(Card("Title"), NOBODY, incident=1).metadata is None


def test_rel_043_no_number_of_facts_or_buttons_is_too_many() -> None:
    facts = tuple(Fact("&" * 75, f"{number}{'&' * 190}") for number in range(200))
    buttons = tuple(Button("x" * 80, "y" * 1900) for _ in range(60))
    for card in (Card(facts=facts), Card(buttons=buttons), Card("T", "x\n\n" * 5000, facts, buttons)):
        for said in (*messages(card, NOBODY, incident=1), message(card, NOBODY, incident=1)):
            assert check_message(said.text, said.blocks) == []


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_rel_043_pieces_are_the_whole_text(text: str) -> None:
    for known in (None, NOBODY):
        found = pieces(text, known, 100)
        assert all(0 < len(piece) <= 100 for piece in found)
        whole = escape(text) if known else "".join(pieces(text, None, 10**6))
        if not marked_up(text):
            assert "".join("".join(found).split()) == "".join(whole.split())


def test_a_cut_falls_between_paragraphs_then_lines_then_words() -> None:
    assert pieces("aaa bbb\n\nccc ddd", None, 12) == ["aaa bbb", "ccc ddd"]
    assert pieces("aaa bbb\nccc ddd", None, 12) == ["aaa bbb", "ccc ddd"]
    assert pieces("aaa bbb ccc ddd", None, 12) == ["aaa bbb ccc", "ddd"]
    assert pieces("a" * 30, None, 12) == ["a" * 12, "a" * 12, "a" * 6]
    assert pieces("&&&", NOBODY, 12) == ["&amp;&amp;", "&amp;"]
    assert pieces("x" * 9 + marks.mention(ADA), KNOWN, 12) == ["x" * 9, "<@U0ADA>"]


def test_a_short_text_is_cut_on_a_word() -> None:
    assert plain("Reopen: Checkout returns 500s", 24) == "Reopen: Checkout…"
    assert plain("x" * 30, 24) == "x" * 23 + "…"
    assert plain(" \x00 ", 24) == "–"
    assert plain(f"for {marks.mention(ADA)}", 24) == "for @ada"


# What people type goes through the door's clean() first; what a platform says people are called may not have.
TYPED = [said for text in CORPUS if (said := clean(text, limit=3000).text.strip())]
TITLES = [one_line(said) for said in TYPED if set("<&@#!*`[:") & set(said) and len(said) < 300]


def several(texts: Sequence[str], most: int) -> list[str]:
    """Short ones together: drawing every card takes longer than looking at it. No card cuts the first ``most``."""
    found = [""]
    for text in texts:
        if len(found[-1]) + len(text) < most:
            found[-1] += f" {text}"
        else:
            found.append(text)
    return [each.strip() for each in found if each.strip()]


HARMLESS = "look at the database"


def payloads(title: str, said: str) -> Iterator[tuple[str, str, Json | list[Json]]]:
    """Name, fallback and blocks of all that is sent."""
    for name, card in cards(title, said).items():
        for part in messages(card, KNOWN, incident=1, op="op"):
            yield name, part.text, part.blocks
    for name, form in asked(title, said).items():
        yield f"view {name}", "", view(form, KNOWN, incident=1, room="slack:C0ONE", notice=said)


def tokens(text: str, blocks: Json | list[Json]) -> list[Token]:
    return live_tokens(text) + live_in_blocks(blocks)


def alive(title: str, said: str) -> Counter[tuple[str, Token]]:
    found = ((name, token) for name, *made in payloads(title, said) for token in tokens(made[0], made[1]))  # type: ignore[arg-type]
    return Counter((name, token) for name, token in found if token.kind != "automatic_link")


INTENDED = alive("Checkout returns 500s", HARMLESS)


def test_sec_060_our_own_mentions_and_rooms_are_alive() -> None:
    kinds_of = Counter(token.kind for _, token in INTENDED.elements())
    assert set(kinds_of) == {"user", "channel"}
    assert {token.value for _, token in INTENDED} == {*KNOWN.people.values(), *KNOWN.rooms.values()}


@pytest.mark.parametrize("said", several(TYPED, 150))
def test_sec_060_only_our_own_mentions_are_alive(said: str) -> None:
    """Whatever stands in a task, note, reason, update or form."""
    assert alive("Checkout returns 500s", said) == INTENDED


@pytest.mark.parametrize("title", several(TITLES, 90))
def test_sec_060_a_title_brings_nothing_to_life(title: str) -> None:
    """The title also names the room, which is then another one than the one we know."""
    assert set(alive(title, HARMLESS)) <= set(INTENDED)


@pytest.mark.parametrize("typed", CORPUS, ids=range(len(CORPUS)))
def test_sec_060_names_and_handles_bring_nothing_to_life(typed: str) -> None:
    """Raw, as a platform might give them; our marks are the one thing that the door must take out before."""
    name = re.sub("[\x02\x03\x04\x0e\x0f\x1f]", "", typed)[:3000]
    eve = Person("eve", name, name or "eve")
    card = Card(f"{marks.mention(eve)} acts", name, (Fact(name, marks.mention(eve)),), (Button(name, name),))
    for said in messages(card, KNOWN, incident=1):
        assert [token for token in tokens(said.text, said.blocks) if not token.automatic] == []
        json.dumps(said.blocks).encode()


@pytest.mark.parametrize("typed", CORPUS, ids=range(len(CORPUS)))
def test_sec_060_no_sign_opens_a_format_and_the_text_can_be_copied(typed: str) -> None:
    made = escape(typed)
    assert not re.search(rf"(?<![^\W_])(?<!{INERT})[*_~]|(?<!{INERT})`", made)
    assert not re.search(r"^&gt;", made, re.MULTILINE)
    kept = clean(typed, limit=10**6).text
    assert html.unescape(escape(kept)).replace(INERT, "") == kept.replace(INERT, "")


def every(value: object) -> Iterator[Json]:
    """All objects inside a payload."""
    if isinstance(value, dict):
        yield value
    for inside in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from every(inside)


def test_sec_061_nothing_asks_slack_to_find_names_or_links() -> None:
    for _, _, made in payloads("Checkout", HARMLESS):
        for part in every(made):
            assert not {"link_names", "parse", "mrkdwn"} & set(part)
            assert part.get("verbatim", True) is True
            assert ("verbatim" in part) == (part.get("type") == "mrkdwn")


@pytest.mark.parametrize("mass", ["<!channel>", "<!here|here>", "<!everyone>", "<!subteam^S1>", "@channel @here"])
def test_sec_062_nobody_calls_everybody_by_a_text(mass: str) -> None:
    for _, text, made in payloads(mass, mass):
        assert not [token for token in tokens(text, made) if token.kind in ("broadcast", "usergroup")]


@pytest.mark.parametrize(
    "link",
    [
        "<https://evil.example|https://bank.example>",
        "[https://bank.example](https://evil.example)",
        "<!date^1392734382^{date_num}^https://evil.example|https://bank.example>",
        "https://bank.example@evil.example/login",
        "https://bank.example:443@evil.example",
    ],
)
def test_sec_063_no_link_shows_another_host(link: str) -> None:
    for _, text, made in payloads(link, f"see {link} now"):
        for token in tokens(text, made):
            assert token.kind not in ("link", "date")
            assert not (token.automatic and "://" in token.value and "@" in token.value)
            assert not token.label


OURS = {f"<@{user}>" for user in KNOWN.people.values()} | {f"<#{room}>" for room in KNOWN.rooms.values()}


def test_sec_064_user_text_is_plain_text_or_encoded() -> None:
    said = "<a> & *b*"
    for name, _, made in payloads(said, said):
        for part in every(made):
            if part.get("type") == "mrkdwn":
                assert said not in part["text"], name
                assert set(re.findall(r"<[^>]*>?", part["text"])) <= {
                    f"<@{user}>" for user in KNOWN.people.values()
                } | {f"<#{room}>" for room in KNOWN.rooms.values()}
            elif "text" in part and isinstance(part["text"], str):
                assert part["type"] == "plain_text", name


@pytest.mark.parametrize("said", ['"}],"blocks":[', '{"type":"section","text":"x"}', "\\u003c!channel\\u003e", "]}'"])
def test_sec_065_json_in_a_text_stays_text(said: str) -> None:
    plainly = dict(shapes(payloads("Checkout", "x" * len(said))))
    assert dict(shapes(payloads("Checkout", said))) == plainly


def shapes(found: Iterator[tuple[str, str, Json | list[Json]]]) -> Iterator[tuple[str, object]]:
    for name, _, made in found:
        yield name, shape(json.loads(json.dumps(made)))


def shape(value: object) -> object:
    """Which objects stand in which, without their texts."""
    if isinstance(value, dict):
        return {key: shape(inside) for key, inside in value.items()}
    return [shape(inside) for inside in value] if isinstance(value, list) else type(value)


@pytest.mark.parametrize(
    "carried",
    [
        *("", "x", "[]", "null", "1", '"x"', "{}", '{"i":1}', '{"s":"resolve"', "[" * 1900, "9" * 1900),
        *('{"i":"1","s":"x"}', '{"i":-1,"s":"x"}', '{"i":0,"s":"x"}', '{"i":true,"s":"x"}', '{"i":1.0,"s":"x"}'),
        *('{"i":1e9,"s":"x"}', f'{{"i":{2**31},"s":"x"}}', f'{{"i":{"9" * 1000},"s":"x"}}', '{"i":NaN,"s":"x"}'),
        *('{"i":"1; DROP TABLE incident","s":"x"}', '{"i":1,"s":""}', '{"i":1,"s":" "}', '{"i":1,"s":["x"]}'),
        *(
            '{"i":1,"s":"x","k":"web:1:2"}',
            '{"i":1,"s":"x","k":7}',
            '{"i":[1],"s":"x"}',
            value(1, "x" * 2000),
            None,
            7,
            {"i": 1, "s": "x"},
            b'{"i":1,"s":"x"}',
        ),
    ],
)
def test_sec_031_a_value_that_no_button_of_ours_carries_is_refused(carried: object) -> None:
    with pytest.raises(Refused):
        pressed(carried)


def test_a_button_without_an_incident_says_its_line() -> None:
    assert pressed(value(None, "declare")) == (None, "declare", "")
    assert pressed(value(3, "!note x", "slack:T1:C1:1.2")).key == "slack:T1:C1:1.2"
