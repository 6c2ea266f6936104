"""What people type is stored clean and shown inert."""

import unicodedata

import pytest
from hostile import CORPUS
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stopwatch import milliseconds

from commands.clean import MOST_MARKS, clean, for_name, one_line

NASTY = "\x00\x1b\x9f\r\n\t\x85\u2028\u200b\u200c\u200d\u202e\u2066\ufeff\ud800\udc00\u0301\u0315\u0316\u0344\ufdfaa ıß"
texts = st.text(alphabet=st.one_of(st.sampled_from(NASTY), st.characters(exclude_categories=())), max_size=400)


def longest_row_of_marks(text: str) -> int:
    longest = row = 0
    for character in text.replace("\u200c", "").replace("\u200d", ""):
        row = row + 1 if unicodedata.category(character)[0] == "M" else 0
        longest = max(longest, row)
    return longest


@given(texts)
@settings(max_examples=200, deadline=None)
def test_rel_118_clean_text_can_be_stored_as_utf_8_and_comes_back_the_same(text: str) -> None:
    cleaned = clean(text).text
    assert cleaned.encode().decode() == cleaned
    assert "\x00" not in cleaned
    assert unicodedata.is_normalized("NFC", cleaned)


@given(texts)
@settings(max_examples=200, deadline=None)
def test_rel_118_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text).text) == (clean(text).text, False)


@given(texts)
@settings(max_examples=200, deadline=None)
def test_sec_077_nothing_clean_steers_a_terminal_or_turns_the_line_round(text: str) -> None:
    assert_inert(clean(text).text)


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_sec_077_the_corpus_comes_out_inert(text: str) -> None:
    assert_inert(clean(text).text)
    assert_inert(one_line(text))
    assert "\n" not in one_line(text)
    assert len(one_line(text)) <= 200


def assert_inert(text: str) -> None:
    assert [c for c in text if unicodedata.category(c) in {"Cc", "Cs"} and c != "\n"] == []
    assert set(text).isdisjoint("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff")
    assert longest_row_of_marks(text) <= MOST_MARKS


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("a\tb\r\nc\rd", "a b\nc\nd"),
        ("a\x00b\x1b[31m\x9b", "ab[31m"),
        ("e\u0301", "\u00e9"),
        ("lone \ud800!", "lone \ufffd!"),
        ("\udc00\ud83d\ude00", "\ufffd\U0001f600"),
        ("\u202etxt.exe", "txt.exe"),
        ("one\u2028two\x85three", "one\ntwo\nthree"),
        ("👩\u200d👧 می\u200cخواهم", "👩\u200d👧 می\u200cخواهم"),
        ("{{7*7}} <!channel>", "{{7*7}} <!channel>"),
    ],
)
def test_sec_077_what_becomes_of(typed: str, stored: str) -> None:
    assert clean(typed).text == stored


def test_sec_120_long_text_is_cut_and_says_so() -> None:
    assert clean("a" * 12_000) == ("a" * 12_000, False)
    assert clean("a" * 12_001) == ("a" * 12_000, True)
    assert clean("abc", limit=2) == ("ab", True)


SLOW = [
    "a" * 40_000,
    "é" * 40_000,
    "e" + "\u0301" * 10_000,
    "\u0315\u0316" * 20_000,
    "\ud800" * 40_000,
    "\r\n" * 20_000,
]
SLOW += ["".join(map(chr, range(0x300, 0x300 + 40_000))), ("\u0301" + "\u200d" * 4_999) * 8, "\ud83d\ude00" * 20_000]
SLOW += ["\u202e" * 40_000, "\u0344" * 40_000, "\ufb1d" * 40_000, "😀" * 40_000]


@pytest.mark.parametrize("text", SLOW)
def test_sec_120_cleaning_takes_at_most_50_ms(text: str) -> None:
    assert milliseconds(lambda: clean(text)) <= 50


def test_a_title_is_one_line_without_needless_blanks() -> None:
    assert one_line("  Checkout \r\n returns\t\t500s  ") == "Checkout returns 500s"
    assert one_line("abc def", limit=4) == "abc"


def test_sec_077_a_title_of_invisible_characters_is_empty() -> None:
    assert one_line("\u200b \u200d\u200e\u2060\u00a0") == ""


LOOK_ALIKES = [("Ada", "ada"), ("payments", "рауments"), ("ADMIN", "ＡＤＭＩＮ"), ("straße", "STRASSE")]
LOOK_ALIKES += [("a\u200bb", "ab"), ("ﬁx", "fix"), ("ada\u200d l", "Ada  L"), ("ορs", "ops")]


@pytest.mark.parametrize(("one", "other"), LOOK_ALIKES)
def test_sec_077_look_alikes_have_the_same_skeleton(one: str, other: str) -> None:
    assert for_name(one) == for_name(other)


def test_different_names_have_different_skeletons() -> None:
    assert len({for_name(name) for name in ("ada", "adá", "bob", "шура", "db0", "dbo")}) == 6


@given(texts)
@example("\ufdfa" * 200)
@settings(max_examples=200, deadline=None)
def test_sec_077_a_skeleton_is_short_and_stays_the_same(text: str) -> None:
    assert len(for_name(text)) <= 200
    assert for_name(for_name(text)) == for_name(text)
