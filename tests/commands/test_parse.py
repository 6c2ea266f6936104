"""Which command was said, and what ordinary talk is."""

import pytest
from hostile import CORPUS, LONG, PIECES
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stopwatch import milliseconds

from commands.line import Via
from commands.parse import SEVERITY_OR_DECLARE, Said, read, say
from commands.vocabulary import RESERVED, SYNONYMS, Vocabulary, nearest

WORDS = ["correct", "end-call", "help", "keep", "propose", "reopen", "responders", *sorted(RESERVED), "severity"]
WORDS += ["stage", "status", "take", "task", "timeline", "todo", "who", *SYNONYMS.values()]
VOCABULARY = Vocabulary.of(WORDS)
VIAS: list[Via] = ["slash", "message", "button", "form", "cli", "clock"]

lines = st.lists(st.sampled_from([*PIECES, *VOCABULARY.words]) | st.text(max_size=4), max_size=12).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda glue: glue.join(pieces))
)


def said(words: str, via: Via = "message") -> tuple[str, str] | None:
    found = read(words, VOCABULARY, via=via)
    return (found.word, found.args) if found and found.known else None


def is_bare(words: str) -> bool:
    found = read(words, VOCABULARY, via="message")
    return found is not None and found.bare


def unknown(words: str, via: Via = "message") -> str | None:
    found = read(words, VOCABULARY, via=via)
    return found.word if found and not found.known else None


NOTES = ["/incident note x", "/ic note x", "!incident note x", "!ic note x", "@Sitrep note x", "@sitrep: Note x"]
NOTES += ["!note x", "!NOTE   x", "  /INCIDENT   note \t x ", "!log x", "!note: x", "/incident\u00a0note x"]


@pytest.mark.parametrize("words", NOTES)
def test_every_prefix_says_the_same(words: str) -> None:
    assert said(words) == ("note", "x")


@pytest.mark.parametrize("via", ["button", "form", "cli", "clock", "slash"])
def test_buttons_forms_and_the_command_line_need_no_prefix(via: Via) -> None:
    assert said("task done 3", via) == ("task", "done 3")
    assert said("/incident task done 3", via) == ("task", "done 3")
    assert unknown("xyz a", via) == "xyz"
    assert read("  \n ", VOCABULARY, via=via) is None


def test_the_text_of_a_command_may_go_on_over_further_lines() -> None:
    assert said("!note first\n  second\n!resolve") == ("note", "first\n  second\n!resolve")
    assert said("!note\nfirst") == ("note", "first")
    assert said("/incident\nnote x") == ("", "note x")


def test_a_prefix_alone() -> None:
    assert read("/incident", VOCABULARY, via="slash") == Said("", "", "incident")
    assert read("@Sitrep", VOCABULARY, via="message") == Said("", "", "sitrep")
    assert read("!ic", VOCABULARY, via="message") == Said("ic", "", "ic")
    assert read("/ic", VOCABULARY, via="message") == Said("ic", "", "ic")
    assert [line for line in ("/incident", "!ic", "!who", "!who x") if is_bare(line)] == ["/incident", "!ic", "!who"]
    assert said("!ic @bob") == ("ic", "@bob")
    assert said("/incident lead") == ("ic", "")


def test_status_is_prefix_and_word() -> None:
    assert read("/status", VOCABULARY, via="slash") == Said("status", "", "status")
    assert said("!status stalk") == said("/incident status stalk") == ("status", "stalk")
    assert said('/status resolved --because "x" y') == ("status", 'resolved --because "x" y')


def test_todo_at_the_beginning_of_a_line() -> None:
    assert read("TODO: ask why", VOCABULARY, via="message") == Said("todo", "ask why", "todo")
    assert said("todo:ask why") == said("!todo ask why") == ("todo", "ask why")
    assert said("the TODO: list") is None


@pytest.mark.parametrize(
    ("words", "args"),
    [
        ("/incident sev1 Checkout down", "sev1 Checkout down"),
        ("/incident P0", "P0"),
        ("!ic sev-2", "sev-2"),
        ("/incident sev 1 Checkout", "sev1 Checkout"),
        ("!sev1: Checkout", "sev1 Checkout"),
        ("/incident 1 Checkout", "1 Checkout"),
        ("/incident sev9", "sev9"),
        ("/incident p 7", "p7"),
    ],
)
def test_a_severity_instead_of_a_word(words: str, args: str) -> None:
    assert said(words) == (SEVERITY_OR_DECLARE, args)


def test_the_word_severity_is_a_word() -> None:
    assert said("/incident severity 1") == ("severity", "1")
    assert said("/incident sev down") == ("severity", "down")
    assert said("!1") is None
    assert read("!1", VOCABULARY, via="message") is None


SPELLINGS = [("!hand over @bob", "handover"), ("/incident false alarm @bob", "cancel"), ("!end call @bob", "end-call")]
SPELLINGS += [("!end @bob", "resolve"), ("!hand_over @bob", "handover"), ("!CLOSE @bob", "close")]


@pytest.mark.parametrize(("words", "word"), SPELLINGS)
def test_synonyms(words: str, word: str) -> None:
    assert said(words) == (word, "@bob")


def test_a_command_wins_over_a_synonym_of_its_name() -> None:
    assert Vocabulary.of(["roles", "team"]).meaning("team") == "team"
    assert Vocabulary.of(["roles"]).meaning("team") == "roles"
    assert Vocabulary.of(["note"]).meaning("new") is None


TALK = [
    "!important",
    "!",
    "!!",
    "! note x",
    "!1",
    "!nice work",
    "!great",
    "!wow",
    "!no",
    "note x",
    "resolve",
    "",
    "\n!note x",
]
TALK += ["@sitrepfan x", "/incidents note x", "hey @Sitrep note x", "I said !ic page bob", "*!note x*", "/etc/passwd"]


@pytest.mark.parametrize("words", TALK)
def test_ordinary_talk(words: str) -> None:
    assert read(words, VOCABULARY, via="message") is None


QUOTED = ["> !resolve", ">!resolve", ">>> !resolve", "&gt; !resolve", "`!resolve`", "```\n!resolve\n```"]
QUOTED += ["``` !resolve ```", "1. !resolve"]
QUOTED += ["> /incident resolve", "hello\n!resolve", "hello !resolve", "hello\n/incident resolve", "hello\nTODO: x"]
QUOTED += ["hello\r!resolve", "hello\u2028!resolve", '"!resolve"', "“!resolve”", "(!resolve)", "- !resolve"]


@pytest.mark.parametrize("words", QUOTED)
def test_sec_055_what_is_quoted_or_mentioned_is_not_run(words: str) -> None:
    assert read(words, VOCABULARY, via="message") is None


@pytest.mark.parametrize("via", VIAS)
def test_sec_055_forwarded_text_and_marked_messages_are_not_run(via: Via) -> None:
    assert read("!resolve", VOCABULARY, via=via, quoted=True) is None
    assert read("!resolve", VOCABULARY, via="reaction") is None


@pytest.mark.parametrize("words", ["!ntoe x", "!reslove x", "!tsk x", "!handovr x", "!upadte x"])
def test_a_mistyped_bang_word_comes_back(words: str) -> None:
    assert unknown(words) == words[1:].removesuffix(" x")


@pytest.mark.parametrize("words", ["/incident Xyz a", "!ic Xyz a", "@Sitrep Xyz a"])
def test_an_unknown_word_behind_a_prefix_comes_back_as_typed(words: str) -> None:
    found = read(words, VOCABULARY, via="message")
    assert found
    assert (found.word, found.args, found.known) == ("Xyz", "a", False)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("ntoe", "note"), ("RESLOVE", "resolve"), ("reprot", "report"), ("severi", "severity"), ("hand_ovr", "hand-over")],
)
def test_did_you_mean(typed: str, meant: str) -> None:
    assert nearest(typed, VOCABULARY)[0] == meant


def test_did_you_mean_is_short_and_keeps_the_clocks_words() -> None:
    assert nearest("xqzzyk", VOCABULARY) == []
    assert nearest("x" * 100_000, VOCABULARY) == []
    assert nearest("remnid", VOCABULARY) == []
    assert len(nearest("re", VOCABULARY)) == 3
    assert set(WORDS) >= RESERVED


@given(lines, st.sampled_from(VIAS))
@example("/incident hand\nover", "message")
@example("/incident p\n1", "message")
@example("!note", "message")
@example("::", "cli")
@example("TODO: x", "message")
@example("/status x", "message")
@example("!sev 1 x", "message")
@settings(max_examples=200, deadline=None)
def test_sec_126_reading_never_breaks_and_what_is_printed_reads_the_same(words: str, via: Via) -> None:
    found = read(words, VOCABULARY, via=via)
    if found:
        assert read(say(found), VOCABULARY, via=via) == found
        nearest(found.word, VOCABULARY)


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_sec_120_the_corpus_is_read_in_every_place(text: str) -> None:
    for words in (text, "!note " + text, "/incident " + text, "!" + text, "!task @bob 10m --because " + text):
        for via in VIAS:
            found = read(words, VOCABULARY, via=via)
            assert found is None or read(say(found), VOCABULARY, via=via) == found


@pytest.mark.parametrize("words", LONG, ids=range(len(LONG)))
def test_sec_120_reading_takes_at_most_50_ms(words: str) -> None:
    assert milliseconds(lambda: read(words, VOCABULARY, via="message")) <= 50
