"""What stands behind a command's word."""

from contextlib import suppress

import pytest
from hostile import CORPUS, LONG, PIECES
from hypothesis import given, settings
from hypothesis import strategies as st
from stopwatch import milliseconds

from commands.args import Args
from incidents.errors import Refused
from incidents.severity import Severity

lines = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda glue: glue.join(pieces))
)
many = settings(max_examples=200, deadline=None)


def test_words_and_quotes() -> None:
    args = Args('one "two words" “drei Wörter” "open rest\nof it ')
    assert args.peek() == args.word() == "one"
    assert args.word() == "two words"
    assert args.word() == "drei Wörter"
    assert args.peek() == '"open'
    assert args.rest() == '"open rest\nof it'
    assert args.word() == args.rest() == ""


@pytest.mark.parametrize(
    ("text", "who", "rest"),
    [
        ("@bob look", "bob", "look"),
        ("@bob: look", "bob", "look"),
        ("@bob.b-1, look", "bob.b-1", "look"),
        ("@bob", "bob", ""),
        ("<@U123|Bob the Builder> look", "U123", "look"),
        ("<@U123>, look", "U123", "look"),
        ("@{bob@example.com} look", "bob@example.com", "look"),
        ("@żółw look", "żółw", "look"),
    ],
)
def test_a_person(text: str, who: str, rest: str) -> None:
    args = Args(text)
    assert args.person() == who
    assert args.rest() == rest


@pytest.mark.parametrize("text", ["bob", "@", "@bob's plan", "<!channel>", "<@>", "@{}", "a@b", '"@bob"', "", "<@U1"])
def test_nobody(text: str) -> None:
    args = Args(text)
    assert args.person() is None
    assert args.rest() == text


def test_people_in_a_row() -> None:
    args = Args("@a,@b <@U1>,<@U2> x")
    assert [args.person() for _ in range(5)] == ["a", "b", "U1", "U2", None]
    assert args.rest() == "x"


def test_minutes() -> None:
    args = Args("@bob in 1h 30 min. look 10m 10")
    assert (args.person(), args.minutes(), args.minutes()) == ("bob", 90, None)
    assert args.word() == "look"
    assert (args.minutes(), args.minutes(), args.rest()) == (10, None, "10")
    with pytest.raises(Refused):
        Args("25h").minutes()


def test_a_severity_among_the_arguments() -> None:
    for text in ("sev1 x", "p0 x", "sev 1 x", "Severity 1 x", "SEV-1: x"):
        args = Args(text)
        assert (args.severity(), args.rest()) == (Severity.SEV1, "x")
    args = Args("down 1")
    assert (args.severity(), args.rest()) == (None, "down 1")
    for text in ("1 x", "sev 9"):
        with pytest.raises(Refused):
            Args(text).severity()


@pytest.mark.parametrize(
    ("text", "because", "rest"),
    [
        ('resolved --because "it works" All is well', "it works", "resolved All is well"),
        ("resolved —because “it works” All is well", "it works", "resolved All is well"),
        ('resolved --because="it works" All is well', "it works", "resolved All is well"),
        ("resolved --because=works All is well", "works", "resolved All is well"),
        ("resolved --because it works --at 14:05", "it works", "resolved --at 14:05"),
        ("resolved --because it works\nAll is well\n\nBye", "it works", "resolved\nAll is well\n\nBye"),
        ("a\n--because it works\nb", "it works", "a\nb"),
        ("--BECAUSE it works", "it works", ""),
        ('--because "it works', '"it works', ""),
        ("--because", "", ""),
        ('--because " " x', "", "x"),
        ("--because --at 14:05", "", "--at 14:05"),
        ("x --because\ny", "", "x\ny"),
        ('say "--because no" now', "", 'say "--because no" now'),
        ('say "x --because no" now', "", 'say "x --because no" now'),
        ('say "x --because yes', "yes", 'say "x'),
        ("x --becauseof y", "", "x --becauseof y"),
        ("x--because y", "", "x--because y"),
    ],
)
def test_an_option(text: str, because: str, rest: str) -> None:
    args = Args(text)
    assert args.option("because") == because
    assert args.rest() == rest


@pytest.mark.parametrize(
    ("text", "when", "rest"),
    [
        ("--at 14:05 The queue grew", "14:05", "The queue grew"),
        ("The queue --at=-10m grew", "-10m", "The queue grew"),
        ("The queue grew --at 14:05 UTC", "14:05 UTC", "The queue grew"),
        ("The queue grew --at", "", "The queue grew"),
    ],
)
def test_at_takes_one_word(text: str, when: str, rest: str) -> None:
    args = Args(text)
    assert args.option("at") == when
    assert args.rest() == rest


def test_options_do_not_disturb_what_was_read_before() -> None:
    args = Args("@bob --again 10m look --at 14:05 here")
    assert args.person() == "bob"
    assert (args.option("at"), args.flag("again"), args.flag("again")) == ("14:05", True, False)
    assert (args.minutes(), args.rest()) == (10, "look here")


@given(lines)
@many
def test_sec_120_arguments_never_break(text: str) -> None:
    args = read_all(text)
    assert args.rest() == args.word() == args.peek() == ""


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_sec_120_the_corpus_is_read(text: str) -> None:
    for words in (text, "@bob 10m --because " + text, '"' + text + '" --at ' + text):
        assert read_all(words).rest() == ""


@pytest.mark.parametrize("words", LONG, ids=range(len(LONG)))
def test_sec_120_arguments_are_read_within_50_ms(words: str) -> None:
    text = words.partition(" ")[2]
    assert milliseconds(lambda: read_all(text)) <= 50
    assert milliseconds(lambda: read_all(text + " --because x")) <= 50


def read_all(text: str) -> Args:
    """Everything there is to read, once; refusals are answers too."""
    args = Args(text)
    for read_one in (args.person, args.minutes, args.severity, args.peek):
        with suppress(Refused):
            read_one()
    because = args.option("because")
    assert because == because.strip()
    args.flag("again")
    args.option("at")
    args.word()
    left = args.rest()
    assert left == left.strip()
    return args


@given(lines)
@many
def test_all_words_together_are_the_text(text: str) -> None:
    args = Args(text)
    words = "".join(args.word() for _ in range(len(text) + 1))
    assert letters(words) == letters(text)


def letters(text: str) -> str:
    return "".join(c for c in text if not c.isspace() and c not in '"“”')


@pytest.mark.parametrize("text", ["a " * 20_000, '"a ' * 13_000, "“a " * 13_000, "@bob " * 8_000, "” “" * 13_000])
def test_sec_120_reading_all_words_takes_linear_time(text: str) -> None:
    def all_words() -> None:
        args = Args(text)
        while args.word():
            pass

    assert milliseconds(all_words) <= 150
