"""What a channel carries of an update: language, length, revision and link (CHN-2, CHN-4)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.channels import Channel, Medium
from incidents.person import Person
from incidents.records import Update, Wording
from incidents.stage import Stage
from templates.channel_text import channel_text
from templates.house import House
from templates.lengths import sms_parts, weight

HOUSE = House(status_url="https://status.example.com")
AT = datetime(2031, 4, 2, 14, 0, tzinfo=UTC)
CLEO = Person("cleo@example.com", "Cleo", "cleo")


def update(title: str = "Investigating - Checkout", body: str = "It is slow. We look.", **texts: Wording) -> Update:
    return Update(2, Stage.INVESTIGATING, title, body, CLEO, AT, None, "STG-11", texts={"zh-CN": ZH, **texts})


ZH = Wording("调查中 - 结账", "结账变慢。我们正在调查。")


def channel(kind: Medium, **more: object) -> Channel:
    return Channel("there", kind, "apprise", **more)  # type: ignore[arg-type]


def test_chn_4_every_text_carries_revision_and_link() -> None:
    text = channel_text(update(), channel(Medium.EMAIL), HOUSE)
    assert text == Wording("Investigating - Checkout", "It is slow. We look.\n\nUpdate 2 · https://status.example.com")


def test_a_channel_reads_its_own_language_and_the_first_one_where_there_is_no_other() -> None:
    chinese = channel_text(update(), channel(Medium.EMAIL, language="zh-CN"), HOUSE)
    assert chinese == Wording(ZH.title, f"{ZH.body}\n\n第 2 次更新 · https://status.example.com")
    polish = channel_text(update(), channel(Medium.EMAIL, language="pl"), HOUSE)
    assert polish.title == "Investigating - Checkout"
    assert "Update 2" in polish.body


def test_short_channels_get_title_first_sentence_and_link() -> None:
    assert channel_text(update(), channel(Medium.SMS), HOUSE) == Wording(
        "", "Investigating - Checkout. It is slow. https://status.example.com"
    )
    chinese = channel_text(update(), channel(Medium.SOCIAL, language="zh-CN"), HOUSE)
    assert chinese.body == "调查中 - 结账. 结账变慢。 https://status.example.com"


@given(st.text(min_size=1, max_size=900), st.sampled_from([Medium.SMS, Medium.SOCIAL, Medium.EMAIL]))
def test_chn_2_no_text_is_longer_than_its_channel_and_the_link_is_whole(words: str, kind: Medium) -> None:
    text = channel_text(update(title=words, body=words), channel(kind), HOUSE)
    assert HOUSE.status_url in text.body
    if kind is Medium.SMS:
        assert sms_parts(text.body) <= 2
    elif kind is Medium.SOCIAL:
        assert weight(text.body) <= 280
    else:
        assert len(text.title) <= 78


def test_a_length_of_its_own_holds() -> None:
    assert len(channel_text(update(body="word " * 500), channel(Medium.IM, length=200), HOUSE).body) <= 200
    assert sms_parts(channel_text(update(body="word " * 90), channel(Medium.SMS, length=1), HOUSE).body) == 1
    assert channel_text(update(), channel(Medium.IM), House()).body == "It is slow. We look.\n\nUpdate 2"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        *(("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2)),
        *(("ł" * 70, 1), ("ł" * 71, 2), ("中" * 134, 2), ("中" * 135, 3), ("😀" * 35, 1), ("😀" * 36, 2)),
    ],
)
def test_chn_2_parts_of_an_sms(text: str, parts: int) -> None:
    assert sms_parts(text) == parts


def test_chn_2_x_counts_chinese_twice_and_links_as_23() -> None:
    assert weight("abc") == 3
    assert weight("中文") == 4
    assert weight("see https://status.example.com/a/very/long/path") == 4 + 23
