"""Cards of any content, on their way out: packed, as plain text and as Block Kit (SEC-060, REL-118)."""

from fakes.slack.mrkdwn import live_in_blocks, live_tokens
from hostile import CORPUS
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.dialect import messages
from bot.slack.limits import check_message
from bot.slack.mrkdwn import Known
from commands.clean import clean, one_line
from templates import plain
from templates.card import Button, Card, Fact
from templates.effect import Effect
from templates.packing import pack, pack_effect, unpack, unpack_effect

# What people type reaches a card through `clean`, as typed here.
_pieces = st.lists(st.sampled_from([each for each in CORPUS if len(each) < 300]) | st.text(max_size=40), max_size=4)
_texts = _pieces.map(lambda pieces: clean("".join(pieces)).text)
_lines = _texts.map(lambda text: one_line(text)[:300])
_facts = st.builds(Fact, label=_lines, value=_texts)
_buttons = st.builds(Button, label=_lines.filter(str.strip), says=st.sampled_from(["resolve", "task done 3"]))
_cards = st.builds(
    Card,
    title=_lines,
    text=_texts,
    facts=st.lists(_facts, max_size=5).map(tuple),
    buttons=st.lists(_buttons, max_size=4).map(tuple),
    tone=st.sampled_from(["plain", "good", "warn", "bad"]),
)


@settings(max_examples=40)
@given(card=_cards)
def test_any_card_is_the_same_after_it_was_packed(card: Card) -> None:
    assert unpack(pack(card)) == card
    effect = Effect("post", "room", card=card, slot="headline", text=card.title)
    assert unpack_effect(pack_effect(effect)) == effect


@settings(max_examples=40)
@given(card=_cards)
def test_sec_060_slack_takes_any_card_and_nothing_in_it_comes_alive(card: Card) -> None:
    for number, sent in enumerate(messages(card, Known(), incident=1, op="op")):
        assert check_message(sent.text, sent.blocks) == [], number
        live = [*live_tokens(sent.text), *live_in_blocks(sent.blocks)]
        # An address that anybody can read is a link for Slack whatever we do; it leads where it says.
        assert {token.kind for token in live} <= {"automatic_link"}


@settings(max_examples=40)
@given(card=_cards)
def test_any_card_can_be_read_as_plain_text(card: Card) -> None:
    read = plain.text(card)
    assert not any(sign in read for sign in "\x02\x03\x04\x0e\x0f\x1f\x00")
    read.encode()
