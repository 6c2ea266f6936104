"""Cards and messages as HTML. One set of templates serves the page and the live view, so both escape alike."""

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

import templates
from incidents.person import CLOCK, Person
from incidents.severity import Severity
from storage.web_messages import Message
from templates import promise_list
from templates.card import Card
from templates.marks import Span, spans
from templates.packing import unpack
from templates.words import clock

FOLDER = Path(templates.__file__).parent / "web"
TONES = 8
FOLLOWS_WITHIN = 300
"""Seconds in which a second message of the same person needs no name of its own."""

# Only printable ASCII makes a link, so that no look-alike or bidi sign can dress up an address.
_TOKEN = re.compile(
    r"```\n?(?P<block>[^`]*)```|`(?P<code>[^`\n]+)`|(?P<url>https?://[A-Za-z0-9][!#-&(-;=?-\[\]_a-z~]*)"
    r"|(?<![\w@./])@(?P<handle>[A-Za-z0-9][\w.-]*)"
)
_ENDS_A_SENTENCE = ".,;:!?)]"


class Dialect:
    """Everything that is shown goes through this one escaping environment (SEC-068)."""

    def __init__(self, zone: str, *, static: str = "/static") -> None:
        self.zone = ZoneInfo(zone)
        self.env = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.env.filters |= {"time": self.time, "day": self.day, "moment": self.moment, "iso": datetime.isoformat}
        self.env.filters |= {
            "severity": Severity,
            "initials": initials,
            "tone": tone,
            "until": until,
            "when": self.when,
            "zone": self.zone_name,
            "outcome": promise_list.outcome,
            "promise": promise_list.what,
        }
        self.env.globals |= {"static": static, "marked": marked, "words_for": words, "dialect": self, "sitrep": CLOCK}

    def card(self, card: Card, me: Person, *, done: bool = False) -> Markup:
        """``done``: its form has been sent, and is offered more quietly."""
        return self._part("_card.html", card=card, me=me, done=done)

    def card_of(self, message: Message, me: Person) -> Markup:
        return self.card(unpack(message.card), me) if message.card else Markup()

    def messages(self, messages: Iterable[Message], me: Person, *, in_thread: bool = False) -> Markup:
        """One after the other, with the day between them; a person's next words follow without a name."""
        shown, last = [], None
        for message in messages:
            new_day = last is None or self.day(message.at) != self.day(last.at)
            if new_day:
                shown.append(self._part("_day.html", day=self.day(message.at)))
            follows = last is not None and not new_day and follows_on(message, last)
            shown.append(self.message(message, me, in_thread=in_thread, follows=follows))
            last = message
        return Markup("\n").join(shown)

    def message(self, message: Message, me: Person, *, in_thread: bool = False, follows: bool = False) -> Markup:
        card = unpack(message.card) if message.card else None
        sent = any(CLOCK.id in people for _, people in message.reactions)
        place = {"in_thread": in_thread, "follows": follows}
        return self._part("_message.html", m=message, card=card, me=me, sent=sent, **place)

    def headline(self, message: Message, me: Person) -> Markup:
        card = unpack(message.card) if message.card else Card()
        return self._part("_headline.html", m=message, card=card, me=me, done=False)

    def as_json(self, message: Message, me: Person) -> dict[str, Any]:
        """What a browser needs to put the message where it belongs."""
        ready = {"id": message.id, "room": message.room_id, "thread": message.thread_of, "slot": message.slot}
        ready |= {"mine": message.author.id == me.id, "private": message.private_to is not None, "loud": message.loud}
        if is_headline(message):
            return ready | {"headline": self.headline(message, me)}
        return ready | {"html": self.message(message, me, in_thread=message.thread_of is not None)}

    def page(self, name: str, **values: Any) -> str:
        return self.env.get_template(name).render(**values)

    def _part(self, name: str, **values: Any) -> Markup:
        return Markup(self.env.get_template(name).render(**values).strip())  # noqa: S704 - the template has escaped it

    def time(self, at: datetime) -> str:
        return at.astimezone(self.zone).strftime("%H:%M")

    def day(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        return f"{local:%A} {local.day} {local:%B %Y}, {local.tzname()}"

    def zone_name(self, at: datetime) -> str:
        return at.astimezone(self.zone).tzname() or ""

    def when(self, at: datetime, now: datetime) -> str:
        """With the day where it is another one (GEN-2)."""
        return clock(at, now=now, zone=self.zone.key)

    def moment(self, at: datetime) -> str:
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M:%S %Z}"


def is_headline(message: Message) -> bool:
    """The card that stands above the room and not in its flow."""
    return message.slot == "headline" and message.room_id is not None and message.card is not None


def follows_on(message: Message, last: Message) -> bool:
    quiet = not (message.card or last.card or message.private_to or last.private_to or message.deleted_at)
    soon = (message.at - last.at).total_seconds() < FOLLOWS_WITHIN
    return quiet and soon and message.author.id == last.author.id


def marked(text: str, me: str = "") -> Markup:
    """Sitrep's own text: emphasis, mentions and room links are the marks; all else is shown as it is."""
    return Markup("").join(_span(span, me) for span in spans(text))


def _span(span: Span, me: str) -> Markup:
    if span.kind == "bold":
        return Markup("<strong>{}</strong>").format(span.text)
    if span.kind == "mention":
        return _mention(span.text, mine=bool(me) and span.ref == me)
    if span.kind == "room":
        return Markup('<a class="room-link" href="/rooms/{0}">#{0}</a>').format(span.text)
    return words(span.text, chips=False)


def words(text: str, me: str = "", *, chips: bool = True) -> Markup:
    """What a person typed: escaped; addresses become links that show themselves whole (SEC-063), `code` is code."""
    parts, position = [], 0
    for match in _TOKEN.finditer(text):
        parts += [escape(text[position : match.start()]), _token(match, me, chips=chips)]
        position = match.end()
    return Markup("").join([*parts, escape(text[position:])])


def _token(match: re.Match[str], me: str, *, chips: bool) -> Markup:
    if match["block"] is not None:
        return Markup("<pre>{}</pre>").format(match["block"])
    if match["code"]:
        return Markup("<code>{}</code>").format(match["code"])
    if match["url"]:
        return _link(match["url"])
    return _mention(match["handle"], mine=match["handle"] == me) if chips else escape(match[0])


def _link(address: str) -> Markup:
    bare = address.rstrip(_ENDS_A_SENTENCE)
    if "@" in bare.split("/")[2]:
        return escape(address)
    link = Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(bare)
    return link + address[len(bare) :]


def _mention(handle: str, *, mine: bool) -> Markup:
    return Markup('<span class="mention{}">@{}</span>').format(" mine" if mine else "", handle)


def until(due: datetime, now: datetime) -> str:
    """`in 12:31`, `in 1 h 05 min`, `overdue 3:10`; clock.js counts on in the same words."""
    seconds = round((due - now).total_seconds())
    word, left = ("in", seconds) if seconds >= 0 else ("overdue", -seconds)
    if left >= 3600:
        return f"{word} {left // 3600} h {left % 3600 // 60:02d} min"
    return f"{word} {left // 60}:{left % 60:02d}"


def initials(name: str) -> str:
    letters = [word[0] for word in name.split() if word[0].isalnum()]
    return "".join(letters[:1] + letters[1:][-1:]).upper() or "?"


def tone(person_id: str) -> int:
    """The same person has the same colour everywhere."""
    return crc32(person_id.encode()) % TONES
