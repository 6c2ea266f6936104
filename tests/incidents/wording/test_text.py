"""A text made comparable and the way back; sentences, paragraphs, clock times and spans of time."""

import pytest

from incidents.wording import times
from incidents.wording.check import check
from incidents.wording.lexicon import WordList, lexicon
from incidents.wording.post import Post
from incidents.wording.text import Text

EN = lexicon("en")


def found(text: str, id: str, language: str = "en") -> list[str]:
    hits = [finding for finding in check(Post(body=text, language=language)) if finding.id == id]
    return [text[finding.start : finding.end] for finding in hits]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("back  as \t soon as possible, yes", "as \t soon as possible"),
        ("back as\nsoon as possible, yes", "as\nsoon as possible"),
        ("İİ back SOON", "SOON"),
        ("x\u200b\u200b back so\u00adon", "so\u00adon"),
        ("\ufeffsoon", "soon"),
    ],
)
def test_words_are_found_however_they_are_spaced(text: str, words: str) -> None:
    assert found(text, "LINT-21") == [words]


def test_letters_may_be_composed_of_marks() -> None:
    text = "Le service sera bientôt rétabli, peut-être.".replace("ô", "o\u0302").replace("ê", "e\u0302")
    assert found(text, "LINT-21", "fr") == ["biento\u0302t"]
    assert found(text, "LINT-20", "fr") == ["peut-e\u0302tre"]


def test_a_tower_of_marks_is_no_trouble() -> None:
    assert found("e" + "\u0301" * 20_000 + " soon", "LINT-21") == ["soon"]


def test_curly_apostrophes_are_straight() -> None:
    assert found("D’ici peu.", "LINT-21", "fr") == ["D’ici peu"]
    assert found("It was the engineer’s mistake.", "LINT-28") == ["engineer’s mistake"]


def test_wide_digits_are_digits() -> None:
    text = "支付自 ０９：２０ 左右中断。"
    assert found(text, "LINT-48", "zh-CN") == ["左右"]
    assert found("支付自 09：20 左右中断。", "LINT-48", "zh-CN") == ["左右"]


def test_whole_words_only_where_there_are_blanks() -> None:
    assert found("A sooner answer, monsoon.", "LINT-21") == []
    assert found("订单很快恢复。", "LINT-21", "zh-CN") == ["很快"]


def test_the_longest_match_wins() -> None:
    assert found("系统崩溃。", "LINT-33", "zh-CN") == ["系统崩溃"]
    assert WordList(["ab", "abc"], blanks=False).replaced("xabcab") == "x\0\0\0\0\0"


def test_a_list_of_patterns_alone_and_an_empty_one() -> None:
    assert WordList(["re:a+"], blanks=True).is_in("caat")
    assert not WordList([], blanks=True).is_in("anything")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three? Four…", 4),
        ("Version 3.5 of it. Done", 2),
        ("It took approx. 5 minutes, e.g. in May. Yes.", 2),
        ("It took 30 min. We are done.", 2),
        ("See https://example.com/a.b?c.d now. Yes.", 2),
        ("一句。两句！三句？”四句", 4),
        ("First\n\nSecond", 2),
        ("- first\n- second", 2),
        ("one line\nand the same sentence", 1),
        ("“Quoted.” Next.", 2),
        ("", 0),
        (" \n\n ", 0),
    ],
)
def test_sentences_are_counted(text: str, count: int) -> None:
    assert len(Text(text).sentences(EN.abbreviations)) == count


def test_polish_abbreviations_end_no_sentence() -> None:
    text = Text("Incydent trwał 1 godz. 30 min. Koniec.")
    assert len(text.sentences(lexicon("pl").abbreviations)) == 2


def clocks(text: str, language: str = "en") -> list[int]:
    return [clock.minutes for clock in times.clock_times(text, lexicon(language))]


def test_clock_times_are_told_from_spans() -> None:
    assert clocks("9:05, 23:59 and 24:00, 12:3, 1:234, 12:00:01") == [545, 1439]
    assert clocks("自09:20起") == [560]
    assert clocks("de 09 h 20 à 10h50, soit 1 h 30 min", "fr") == [560, 650]


@pytest.mark.parametrize(
    ("language", "text", "said", "counted"),
    [
        ("en", "1 h 30 min (14:30 - 16:00 CEST)", 90, 90),
        ("en", "14:30 to 16:00 CEST: 1 hour and 30 minutes", 90, 90),
        ("en", "90 minutes (23:30–01:00)", 90, 90),
        ("en", "1.5 hours (14:30 - 16:00)", 90, 90),
        ("fr", "1 h 30 (14 h 30 - 16 h 00)", 90, 90),
        ("fr", "45 min, de 10 h 05 à 10 h 50", 45, 45),
        ("pl", "2 godz. (14:30 - 16:00)", 120, 90),
        ("zh-CN", "1 小时 30 分钟（14:30 至 16:00）", 90, 90),
        ("zh-CN", "45分钟（10:05 - 10:50）内", 45, 45),
    ],
)
def test_a_span_is_read_beside_its_bounds(language: str, text: str, said: int, counted: int) -> None:
    found = times.lasted(text, lexicon(language))
    assert found
    assert (found.said, found.counted) == (said, counted)


def test_bounds_without_a_span_and_a_span_without_bounds() -> None:
    assert times.lasted("14:30 - 16:00", EN) is None
    assert times.lasted("90 min", EN) is None
    assert times.spoken_minutes("a while", EN) is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "12 May 2031"),
        ("en", "May 12, 2031"),
        ("en", "2031-05-12"),
        ("fr", "1er mai 2031"),
        ("pl", "12 maja"),
        ("pl", "12.05.2031"),
        ("zh-CN", "2031年5月12日"),
    ],
)
def test_dates_are_known(language: str, text: str) -> None:
    assert times.names_date(text, lexicon(language))
    assert not times.names_date("2031, perhaps", lexicon(language))


@pytest.mark.parametrize("text", ["15:00 CEST", "15:00 UTC+2", "15:00Z", "15:00+02:00", "15:00 Berlin time", "GMT"])
def test_zones_are_known(text: str) -> None:
    assert times.names_zone(text, text.lower(), EN)


def test_a_range_is_no_zone() -> None:
    assert not times.names_zone("14:30-16:00", "14:30-16:00", EN)
