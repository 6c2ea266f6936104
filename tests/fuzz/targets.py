"""The parser, the signature check, the encoders: what must hold whatever comes (SEC-006, SEC-060, SEC-068, SEC-126)."""

import hashlib
import hmac
from collections.abc import Callable
from contextlib import suppress
from html.parser import HTMLParser
from random import Random
from typing import get_args

from fakes.slack.mrkdwn import live_in_blocks, live_tokens
from fuzz.words import hostile, torn
from multidict import CIMultiDict

from bot.slack import carried
from bot.slack.dialect import messages
from bot.slack.limits import check_message
from bot.slack.mrkdwn import Known, escape, mrkdwn, pieces
from bot.slack.typed import typed
from bot.slack.verify import SIGNATURE, TIMESTAMP, Forged, verified
from bot.web.dialect import marked
from commands.args import Args
from commands.clean import clean, one_line
from commands.line import Via
from commands.parse import read, say
from commands.vocabulary import Vocabulary, nearest
from commands.words import WORDS
from incidents.errors import Refused
from templates import plain
from templates.card import Button, Card, Fact
from templates.documents import inert, safe_cell
from templates.effect import Effect
from templates.packing import pack, pack_effect, unpack, unpack_effect

VOCABULARY = Vocabulary.of(list(WORDS))
_SAID = tuple(f"{before}{word}" for word in sorted(WORDS) for before in ("!", "/incident ", "/status ", "@sitrep "))
_SECRET, _NOW = b"8f742231b10e8888abcd99yyyzzz85a5", 1_933_000_000
_OURS = {"a", "code", "pre", "span", "strong"}
_ATTRIBUTES = {"class", "href", "rel", "target"}


def parser(chance: Random) -> None:
    """Reads anything, and what it prints again the same way; so do a command's arguments."""
    words = hostile(chance, more=_SAID)
    for via in (chance.choice(get_args(Via)), "message"):
        found = read(words, VOCABULARY, via=via)
        if found:
            assert read(say(found), VOCABULARY, via=via) == found
            # Takes a hundred times as long as all else here.
            if chance.random() < 0.1:
                nearest(found.word, VOCABULARY)
            _arguments(found.args)
    read(typed(words, {"U1": "ada"}), VOCABULARY, via="message")


def _arguments(text: str) -> None:
    args = Args(text)
    with suppress(Refused):
        args.flag("because")
        args.word()
        args.rest()


def signature(chance: Random) -> None:
    """Whatever is changed about a signed request, it is refused; unchanged it is not."""
    body, seconds = hostile(chance).encode(errors="replace"), _NOW + chance.randint(-300, 300)
    good = b"v0=" + hmac.new(_SECRET, f"v0:{seconds}:".encode() + body, hashlib.sha256).hexdigest().encode()
    assert not _refused(body, str(seconds), good.decode())
    assert _refused(torn(chance, body), str(seconds), good.decode())
    assert _refused(body, torn(chance, str(seconds).encode()).decode("latin-1"), good.decode())
    assert _refused(body, str(seconds), torn(chance, good).decode("latin-1"))
    assert _refused(body, hostile(chance), hostile(chance))


def _refused(body: bytes, seconds: str, signed: str) -> bool:
    try:
        verified(body, CIMultiDict({TIMESTAMP: seconds, SIGNATURE: signed}), secrets=[_SECRET], now=_NOW)
    except Forged:
        return True
    return False


def buttons(chance: Random) -> None:
    """What a button carries comes back as it was, or is refused, whoever meddled with it."""
    says = one_line(clean(hostile(chance)).text)[:200]
    value = carried.value(chance.randint(1, 99), says)
    if says.strip():
        assert carried.pressed(value).says.strip()
    with suppress(Refused):
        carried.pressed(torn(chance, value.encode()).decode(errors="replace"))
    with suppress(Refused):
        carried.pressed(hostile(chance))


def slack(chance: Random) -> None:
    """No token comes alive but addresses that lead where they say; nothing is too long or lost."""
    text, most = clean(hostile(chance)).text, chance.choice([40, 300, 3_000])
    _dead(escape(text))
    for piece in pieces(text, Known(), most):
        assert len(piece) <= most
        _dead(piece)
    _dead(mrkdwn(text, Known()))


def _dead(shown: str) -> None:
    assert {token.kind for token in live_tokens(shown)} <= {"automatic_link"}, shown


def page(chance: Random) -> None:
    """No element, attribute or script of its own; addresses lead to the web."""
    seen = _Elements()
    seen.feed(str(marked(clean(hostile(chance)).text)))
    seen.close()


class _Elements(HTMLParser):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _OURS, tag
        for name, value in attrs:
            assert name in _ATTRIBUTES, name
            assert name != "href" or (value or "").startswith(("http://", "https://", "/rooms/")), value

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_pi = unknown_decl = handle_comment

    def handle_decl(self, decl: str) -> None:
        self.handle_comment(decl)


def documents(chance: Random) -> None:
    """No markup in an export, no formula in a cell, no sign that an editor hides."""
    text = clean(hostile(chance)).text
    flat, cell = inert(text), safe_cell(text)
    signs = iter(flat)
    bare = "".join(sign if sign != "\\" else f"{next(signs)!s:.0}·" for sign in signs)
    assert not set(bare) & set("`<>[]*_~|&$\n\r\t"), flat
    assert "//" not in bare, flat
    assert cell.lstrip()[:1] not in tuple("=+-@＝＋－＠"), cell


def cards(chance: Random) -> None:
    """Stored, read again and read aloud."""
    card = _card(chance)
    assert unpack(pack(card)) == card
    effect = Effect("post", "room", card=card, slot="headline", text=card.title)
    assert unpack_effect(pack_effect(effect)) == effect
    read_aloud = plain.text(card)
    assert not any(sign in read_aloud for sign in "\x02\x03\x04\x0e\x0f\x1f\x00")
    read_aloud.encode()


def blocks(chance: Random) -> None:
    """Slack takes any card, and nothing in it comes alive but an address that leads where it says."""
    for number, sent in enumerate(messages(_card(chance), Known(), incident=1, op="op")):
        assert check_message(sent.text, sent.blocks) == [], number
        live = [*live_tokens(sent.text), *live_in_blocks(sent.blocks)]
        assert {token.kind for token in live} <= {"automatic_link"}, live


def _card(chance: Random) -> Card:
    text, line = clean(hostile(chance)).text, one_line(clean(hostile(chance)).text)[:300]
    buttons = (Button(line if line.strip() else "–", says="task done 3"), Button("Resolve", says="resolve"))
    return Card(
        line,
        text * chance.choice([1, 1, 1, 60]),
        facts=tuple(Fact(one_line(text)[:300], line) for _ in range(chance.randint(0, 5))),
        buttons=buttons[: chance.randint(0, 2)],
        tone=chance.choice(["plain", "good", "warn", "bad"]),
    )


TARGETS: dict[str, Callable[[Random], None]] = {
    each.__name__: each for each in (parser, signature, buttons, slack, blocks, page, documents, cards)
}


class Broken(AssertionError):
    """What must hold does not; the message ends with how to see it again."""


def fuzz(target: str, seed: int, runs: int) -> None:
    """Each run has a seed of its own, so that one is seen again alone."""
    for each in range(seed, seed + runs):
        try:
            TARGETS[target](Random(f"{target} {each}"))
        except Exception as problem:
            again = f"python3 dev.py soak fuzz --target {target} --seed {each} --runs 1"
            raise Broken(f"{problem!r}\nsee it again: {again}") from problem
