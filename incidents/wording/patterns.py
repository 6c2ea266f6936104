"""What is recognised by its form: machines, secrets, people, internal codes, abbreviations (LINT-29, 38 to 41, 53).

Every pattern takes linear time (SEC-125): a token is looked at once, never from each of its characters.
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from incidents.wording.draft import Draft, Part
from incidents.wording.finding import Hit
from incidents.wording.text import Span

_A = re.ASCII
_TECHNICAL = [
    re.compile(r"(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w.]*[0-9])", _A),
    re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{1,4}(?![\w:])", _A),
    re.compile(r"(?<![\w/:.])/(?:etc|var|opt|usr|home|srv)/[^\s，。；]+|(?<![A-Za-z])[A-Z]:\\[^\s，。；]+"),
    re.compile(r"\bCVE-[0-9]{4}-[0-9]{4,}\b", _A | re.IGNORECASE),
    re.compile(
        r"\b(?:nginx|apache|openssl|postgres(?:ql)?|mysql|redis|kafka|kubernetes|linux|java|python|log4j)"
        r"[ /v-]{0,3}[0-9]+(?:\.[0-9]+)+\b",
        _A | re.IGNORECASE,
    ),
    re.compile(r"\b(?:INSERT\s{1,3}INTO|DELETE\s{1,3}FROM|DROP\s{1,3}TABLE|UPDATE\s{1,3}\w{1,60}\s{1,3}SET)\b", _A),
    re.compile(r"Traceback \(most recent|\bat [\w.$]{1,200}\([\w.]{1,100}:[0-9]+\)|\b\w{1,80}(?:Exception|Error):", _A),
    re.compile(r"(?<=[\w.]):[0-9]{4,5}(?![0-9])", _A),
]
_SELECT, _FROM = re.compile(r"\bSELECT\s", _A), re.compile(r"\sFROM\b", _A)
_TOKEN = re.compile(r"[\w.-]+", _A)
_NUMBERED_HOST = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*-[0-9]+", _A)
_INSIDE = re.compile(r"\.(?:internal|local|corp|lan)(?![\w-])", _A)
_SECRETS = [
    re.compile(r"\b(?:AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}|xox[abpr]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,})", _A),
    re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----"),
    re.compile(r"\b(?:password|passwd|pwd|token|secret|has[łl]o|mot de passe)\s?[:=]\s?\S{3,}[^\s.,;)]", re.IGNORECASE),
    re.compile(r"(?:密码|口令|密钥|令牌)\s?(?:[:=：]|是|为)\s?[!-~]{4,}"),
]
_AT = re.compile(r"@")
_LOCAL, _DOMAIN = re.compile(r"[\w.+-]{1,64}$", _A), re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", _A)
_FUNCTIONS = frozenset(
    {"support", "help", "helpdesk", "contact", "service", "info", "hello", "status", "care", "security", "privacy"}
    | {"press", "kontakt", "pomoc", "bok", "aide", "assistance", "kefu"}
)
_PERSONAL = [
    re.compile(r"(?<![\w+])(?:\+|00)[1-9][0-9 ()/.-]{6,17}[0-9](?![0-9])", _A),
    re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])"),
    re.compile(r"(?:tel|phone|tél|telefon|电话|手机)\w{0,6}\W{0,3}[0-9][0-9 .-]{5,14}[0-9]", re.IGNORECASE),
    re.compile(r"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}(?![A-Z0-9])"),
    re.compile(r"(?<![0-9-])[0-9]{4}([ -]?)[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?![0-9-])"),
    re.compile(
        r"(?:account|customer|order|konto|kont[ao]|klient|compte|commande|client|账号|账户|客户编号|订单号)"
        r"(?: ?(?:no\.?|number|nr\.?|numer|numéro|n°|id|#))? ?[:：]? ?#?[0-9]{5,}",
        re.IGNORECASE,
    ),
]
_CODES = [
    re.compile(r"(?<![a-z0-9])sev[- ]?[0-9](?![0-9])"),
    re.compile(r"(?<![a-z0-9-])p[0-3](?![a-z0-9])"),
    re.compile(r"(?<![\w/])#[a-z][a-z0-9_-]{2,79}"),
    re.compile(r"(?<![a-z0-9#-])inc-[0-9]+(?:-[a-z0-9]+)*"),
]
_NO_TICKET = "(?!UTC-|GMT-|CVE-|UTF-|ISO-|RFC-|SHA-|SEV-|COVID-|INC-)"
_TICKET = re.compile(rf"(?<![\w-]){_NO_TICKET}[A-Z][A-Z0-9]{{1,9}}-[0-9]{{1,7}}(?![\w-])", _A)
_CAPITALS = re.compile(r"(?<![A-Za-z0-9_.-])[A-Z]{2,6}(?![A-Za-z0-9_-])")
_KNOWN = frozenset(
    re.findall(
        "[A-Z]+",
        "SMS API PDF UTC GMT ID URL USB EU UK US UE PIN FAQ OK VIP CSV TV PC QR IBAN SEPA BLIK GPS HTML HTTP HTTPS VAT "
        "TVA PL FR EN XML JSON RODO GDPR RGPD ATM CEO IT AM PM VISA POS USA IP WIFI CD NIP PESEL PLN EUR USD CNY RMB "
        "APP PNG JPG ZIP SIM MMS RSS BIC SWIFT",
    )
)
_SHOUT = re.compile(r"(?<![\w-])[^\W\d_a-zß-öø-ÿ]{5,}(?![\w-])")
_LOUD = re.compile(r"[!！]+|[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B50\u2B55\u203C\u2049]\ufe0f?")


def technical_detail(draft: Draft) -> Iterator[Hit]:
    """Nothing that helps an attacker, or that only we understand (LINT-29, P1 to P9)."""
    for part in draft.parts:
        yield from _matches(draft, part, _TECHNICAL)
        yield from _hosts(draft, part)
        yield from _queries(part)


def _matches(draft: Draft, part: Part, patterns: list[re.Pattern[str]], *, low: bool = False) -> Iterator[Hit]:
    text = part.low if low else part.plain
    for pattern in patterns:
        spans = (Span(*found.span()) for found in pattern.finditer(text))
        yield from (part.hit(span) for span in spans if not draft.allows(part, span))


def _hosts(draft: Draft, part: Part) -> Iterator[Hit]:
    own = [pattern.lower() for pattern in draft.post.house.hosts]
    for found in _TOKEN.finditer(part.plain):
        span, token = Span(*found.span()), found[0].rstrip(".")
        if not own and "-" not in token and "." not in token:
            continue
        is_host = _INSIDE.search(token) or any(fnmatchcase(token.lower()[:253], pattern) for pattern in own)
        if is_host or any(_numbered(piece) for piece in token.split(".")):
            end = Span(span.start, span.start + len(token))
            if not draft.allows(part, end):
                yield part.hit(end)


def _numbered(piece: str) -> bool:
    """`db-7`; severities and rooms are found by LINT-39, covid-19 and utf-8 are no hosts."""
    if len(piece) > 63 or piece.startswith(("sev-", "inc-", "covid-", "utf-", "top-", "iso-")):
        return False
    return _NUMBERED_HOST.fullmatch(piece) is not None


def _queries(part: Part) -> Iterator[Hit]:
    """One hit for each line with a query."""
    for line in part.text.lines:
        first = _SELECT.search(part.plain, line.start, line.end)
        second = _FROM.search(part.plain, first.end(), line.end) if first else None
        if first and second:
            yield part.hit(Span(first.start(), second.end()))


def secrets(draft: Draft) -> Iterator[Hit]:
    """Keys and passwords, in any post and room (LINT-41, P10 to P12)."""
    for part in draft.parts:
        yield from (part.hit(Span(*found.span())) for each in _SECRETS for found in each.finditer(part.plain))


def personal_data(draft: Draft) -> Iterator[Hit]:
    """Customers' names, addresses, numbers; our own contacts may stand there (LINT-40)."""
    yield from draft.found(draft.names(draft.post.house.customers))
    for part in draft.parts:
        for span in (*_addresses(part), *_numbers(part)):
            if not draft.allows(part, span) and not _own_contact(draft, part, span):
                yield part.hit(span)


def _addresses(part: Part) -> Iterator[Span]:
    for at in _AT.finditer(part.plain):
        local = _LOCAL.search(part.plain, max(0, at.start() - 64), at.start())
        domain = _DOMAIN.match(part.plain, at.end())
        if local and domain:
            yield Span(local.start(), domain.end())


def _numbers(part: Part) -> Iterator[Span]:
    """Each stretch once, whatever it may be at the same time."""
    found = sorted(match.span() for pattern in _PERSONAL for match in pattern.finditer(part.plain))
    last = 0
    for start, end in found:
        if start >= last:
            yield Span(start, end)
            last = end


def _own_contact(draft: Draft, part: Part, span: Span) -> bool:
    """Configured; where nothing is, the field `contact` and addresses of a function rather than a person."""
    contacts = [contact.lower() for contact in draft.post.house.contacts if contact]
    said = part.low[span.start : span.end]
    if contacts:
        return any(contact in said or said in contact for contact in contacts)
    return part.field == "contact" or said.partition("@")[0] in _FUNCTIONS


def internal_codes(draft: Draft) -> Iterator[Hit]:
    """Severities, rooms, tickets, code names (LINT-39, GEN-6)."""
    yield from draft.found(draft.names(draft.post.house.code_names))
    for part in draft.parts:
        yield from _matches(draft, part, _CODES, low=True)
        yield from _matches(draft, part, [_TICKET])


def abbreviations(draft: Draft) -> Iterator[Hit]:
    """Capitals that are neither common nor explained in brackets (LINT-38)."""
    for part in draft.parts:
        for found in _CAPITALS.finditer(part.plain):
            span = Span(*found.span())
            known = found[0] in _KNOWN or _zone(found[0]) or _bracketed(part, span)
            if not known and not draft.allows(part, span):
                yield part.hit(span)


def _zone(word: str) -> bool:
    return len(word) <= 5 and word.endswith("T")


def _bracketed(part: Part, span: Span) -> bool:
    before, after = part.plain[: span.start][-1:], part.plain[span.end : span.end + 2].lstrip()[:1]
    return before in ("(", "（") or after in ("(", "（")


def shouting(draft: Draft) -> Iterator[Hit]:
    """No exclamation marks, no words in capitals, no emoji (LINT-53)."""
    for part in draft.parts:
        yield from _matches(draft, part, [_LOUD])
        for found in _SHOUT.finditer(part.plain):
            span = Span(*found.span())
            if found[0].isupper() and found[0] not in _KNOWN and not draft.allows(part, span):
                yield part.hit(span)
