"""SEC-068 and SEC-072: no text makes an element, an attribute or a script of its own, in any view."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hostile import CORPUS
from web.browser import ADA, Browser, House

from bot.web.dialect import Dialect
from incidents.person import CLOCK, Person
from scheduler.chat import Place
from storage import people
from storage.web_messages import Message
from templates.card import Button, Card, Fact, Field, Form
from templates.packing import pack

VECTORS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    '" autofocus onfocus=alert(1) x="',
    "' onmouseover=alert(1) '",
    "<a href=javascript:alert(1)>x</a>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "<iframe src=//evil>",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=//evil>",
    "<base href=//evil>",
    "<meta http-equiv=refresh content=0>",
    "<form action=//evil><input name=csrf>",
    "<template><script>1</script></template>",
    "</template><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<!--<script>",
    "--><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<math><mi xlink:href=javascript:alert(1)>",
    "{{7*7}}",
    "{% raw %}",
    "${7*7}",
    "#{7*7}",
    "<x onclick=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "&lt;script&gt;",
    "&#60;script&#62;",
    "\\u003cscript\\u003e",
    'https://evil.example/"onmouseover=alert(1)',
    "https://evil.example/'><script>",
    "http://a/`onclick=1`",
    "`<b>x</b>`",
    "```<script>alert(1)</script>```",
    "@<b>x</b>",
    '@a"onclick=1',
    "https://bank.example@evil.example/",
    "https://x.example/<b>",
    "\u2028alert(1)\u2029",
    "<\x00script>",
    "\x02id\x1fhandle\x03",
    "\x04room\x03",
    "\x0ebold\x0f",
    '\x04"><script>\x03',
    "a\nb\n\n<c>",
]
# Half characters cannot be stored and are replaced at the door (commands/clean.py); all else is tried raw.
TEXTS = [text.encode("utf-8", "replace").decode() for text in VECTORS + CORPUS if text]
DIALECT = Dialect("UTC")
AT = datetime(2031, 4, 2, 14, 0, tzinfo=UTC)
TAME = {"strong", "code", "pre", "a", "span", "p"}
"""What marks, code and addresses become. Their attributes are checked, too."""


class Shape(HTMLParser):
    """The elements and the names of their attributes; links and scripts are looked at more closely."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.links: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag, tuple(sorted(name for name, _ in attrs))] += 1
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "action"}]
        assert not [name for name, _ in attrs if name.startswith("on") or name == "style"]


def check(html: str, plain: str, text: str) -> None:
    """The same page with a harmless text has the same elements, but for what our own marks make."""
    shape, harmless = Shape(html), Shape(plain)
    more = {tag for (tag, _), count in (shape.elements - harmless.elements).items() if count}
    assert more <= TAME, (text, more)
    attributes = {name for _, names in shape.elements for name in names}
    assert attributes - {name for _, names in harmless.elements for name in names} <= {"class", "href", "target", "rel"}
    for link in shape.links:
        assert link.startswith(("/", "?", "#", "http://", "https://")), link
        assert not link.startswith("//")


def message(text: str, *, card: Card | None = None, author: Person = ADA) -> Message:
    packed = pack(card) if card else None
    return Message(1, 1, author, AT, "" if card else text, "op", card=packed, reactions=((text[:60], (text,)),))


def card(text: str) -> Card:
    field = Field(text, text, "line", text, hint=text, choices=((text, text),))
    kinds = [
        Field(text, text, kind, text, choices=((text, text),)) for kind in ("text", "choice", "person", "time", "check")
    ]
    form = Form(text, text, (field, *kinds), submit=text, intro=text, plain=text)
    facts = (Fact(text, text),)
    return Card(text, text, facts, (Button(text, text, confirm=text),), form=form, folds=facts)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_sec_068_no_text_becomes_an_element(text: str) -> None:
    text = text[:3000]
    person = Person(text, text or "x", text)
    views: dict[str, Callable[[str], str]] = {
        "words": lambda t: DIALECT.message(message(t), ADA),
        "author": lambda t: DIALECT.message(message("x", author=Person(t, t or "x", t)), ADA),
        "reader": lambda t: DIALECT.message(message(f"@{t}"), Person(t, t or "x", t)),
        "card": lambda t: DIALECT.message(message(t, card=card(t), author=CLOCK), ADA),
        "headline": lambda t: DIALECT.headline(message(t, card=card(t)), ADA),
    }
    for view in views.values():
        check(view(text), view("harmless"), text)
    assert person.id == text


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_sec_072_the_live_json_is_inert_in_html(text: str) -> None:
    """What a browser gets by the live view is the page's own HTML, as JSON without raw line breaks."""
    told = json.dumps(DIALECT.as_json(message(text[:3000]), ADA))
    assert "\n" not in told
    assert told.isascii()
    assert json.loads(told)["html"] == DIALECT.message(message(text[:3000]), ADA)


async def test_sec_072_the_state_in_the_page_cannot_be_left(sitrep: House, ada_browser: Browser) -> None:
    for number, text in enumerate(VECTORS):
        name = f"{number}{text}"[:100]
        async with sitrep.database.begin() as c:
            await people.save(c, Person(ADA.id, name, f"{number}{text}"[:90]))
        page = await (await ada_browser.get("/")).text()
        assert "<script>" not in page
        state = page.partition('id="state">')[2].partition("</script>")[0]
        assert json.loads(state)["handle"] == f"{number}{text}"[:90].lower()
        assert not {"<", ">", "&", "\u2028", "\u2029"} & set(state)


async def test_sec_068_whole_pages_stay_whole(sitrep: House, ada_browser: Browser) -> None:
    """Through the real way in: title, topic, message and page banner, with the policy that stops scripts."""
    room = await sitrep.declare(ada_browser, "sev2 <script>alert('title')</script>\"><img src=x onerror=alert(1)>")
    place = Place(room=room.ref, person=ADA.id)
    for number, text in enumerate(VECTORS):
        await sitrep.core.chat.private(f"p{number}", place, card(text), incident=1, page=number % 5 == 0)
        if (said := text.strip()) and said[0] not in "/!":
            await ada_browser.say(room.id, text)
    for path in ("/", f"/rooms/{room.name}", "/direct"):
        answer = await ada_browser.get(path)
        page = await answer.text()
        assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
        found = Shape(page)
        scripts = [names for (tag, names), _ in found.elements.items() if tag == "script"]
        assert set(scripts) <= {("src",), ("src", "type"), ("id", "type")}
        assert not {tag for tag, _ in found.elements} & {"img", "iframe", "base", "object", "embed", "style", "math"}
        assert not [link for link in found.links if link.lower().startswith(("javascript", "data", "//"))]


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("see https://x.example/a?b=1&c=2.", "https://x.example/a?b=1&amp;c=2"),
        ("(http://x.example)", "http://x.example"),
        ("https://bank.example@evil.example/", None),
        ("javascript:alert(1)", None),
        ("https://", None),
    ],
)
def test_sec_063_a_link_shows_where_it_goes(text: str, link: str | None) -> None:
    html = DIALECT.message(message(text), ADA)
    if link is None:
        assert 'target="_blank"' not in html
    else:
        assert f'<a href="{link}" target="_blank" rel="noopener noreferrer">{link}</a>' in html


def test_a_forged_mark_in_what_a_person_typed_is_no_mention() -> None:
    html = DIALECT.message(message("\x02ada@example.com\x1fada\x03 \x0ebold\x0f"), ADA)
    assert "mention" not in html
    assert "<strong>bold" not in html
