"""The same post for those who read elsewhere: short messages, social media, management, a single customer (AUD-14).

Everything comes from the update that was published (CHN-4); nobody writes a channel's text by hand.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from incidents.incident import Incident
from incidents.records import Update
from incidents.stage import Stage
from templates import known, public_text
from templates.house import House
from templates.phrases import label
from templates.placeholders import FACTS
from templates.updates import Draft, draft

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("^{}\\[~]|€")
"""Of the GSM alphabet too, but each takes two places."""
_TWO_PARTS = {True: (160, 306), False: (70, 134)}
"""What one part holds, and two joined ones: in the GSM alphabet, in any other (CHN-2)."""
SOCIAL = 280
_LAST_LATIN = 0x10FF
_ADDRESS = re.compile(r"https?://\S+")
_LESS = ((), ("symptom",), ("symptom", "action_now"), ("symptom", "action_now", "next_update_time"))
"""What falls away, step by step, when a text is too long."""

Fits = Callable[[str], bool]
Where = tuple[Incident, House]


def sms(update: Update, *, incident: Incident, house: House, language: str = "") -> str:
    """STG-29, at most two parts (CHN-2): what is least needed falls away first, the address never."""
    return _shortest("sms", update, (incident, house), language, fits=lambda text: sms_parts(text) <= 2)


def social(update: Update, *, incident: Incident, house: House, language: str = "") -> str:
    """STG-30, at most 280 as such networks count (CHN-2)."""
    return _shortest("social", update, (incident, house), language, fits=lambda text: social_length(text) <= SOCIAL)


def executive(
    incident: Incident,
    *,
    house: House,
    now: datetime,
    next_update_at: datetime | None,
    facts: Mapping[str, str] | None = None,
    language: str = "",
) -> str:
    """STG-27, for the room where management reads: in severities, tickets and estimates, which no customer sees."""
    language = language or house.languages[0]
    values = _values(facts or {}, (incident, house), now, next_update_at, language)
    values["stage_label"] = label(incident.stage, language) if incident.stage else ""
    return public_text.write("executive", language, values, house, titled=False).body


def email(
    incident: Incident, *, house: House, now: datetime, facts: Mapping[str, str] | None = None, language: str = ""
) -> Draft:
    """STG-28, inside the house afterwards. The title is the subject."""
    language = language or house.languages[0]
    values = _values(facts or {}, (incident, house), now, None, language)
    made = public_text.write("email", language, values, house)
    return Draft(Stage.RESOLVED, "STG-28", made.title, made.body, (), language, made.version, made.own)


def individual(
    incident: Incident,
    *,
    house: House,
    now: datetime,
    next_update_at: datetime | None,
    facts: Mapping[str, str] | None = None,
    language: str = "",
) -> Draft:
    """STG-17, to one customer where few are affected (SVR-15)."""
    stage = incident.stage if incident.stage and not incident.stage.final else Stage.INVESTIGATING
    return draft(
        stage,
        "limited",
        facts or {},
        incident=incident,
        house=house,
        now=now,
        next_update_at=next_update_at,
        language=language,
    )


def sms_parts(text: str) -> int:
    """How many messages a phone company counts (CHN-2)."""
    gsm = all(sign in _GSM or sign in _TWICE for sign in text)
    size = len(text) + sum(sign in _TWICE for sign in text) if gsm else len(text.encode("utf-16-le")) // 2
    one, two = _TWO_PARTS[gsm]
    return 1 if size <= one else 2 if size <= two else 3


def social_length(text: str) -> int:
    """Signs beyond the Latin ones count twice, an address 23 whatever its length (CHN-2)."""
    return sum(1 + (ord(sign) > _LAST_LATIN) for sign in _ADDRESS.sub("x" * 23, text))


def _shortest(name: str, update: Update, where: Where, language: str, *, fits: Fits) -> str:
    incident, house = where
    language = language or house.languages[0]
    told, shown = replace(incident, facts=update.facts), ""
    for quiet in _LESS:
        values = _values({}, (told, house), update.posted_at, update.next_update_at, language, quiet=quiet)
        values |= {"stage": update.stage.value, **{each: "" for each in quiet if each not in FACTS}}
        shown = _in_one_line(public_text.write(name, language, values, house, titled=False).body)
        if fits(shown):
            return shown
    return shown


def _in_one_line(text: str) -> str:
    """Unbreakable spaces would cost a short message half its room."""
    return " ".join(text.split())


def _values(
    facts: Mapping[str, str],
    where: Where,
    now: datetime,
    next_update_at: datetime | None,
    language: str,
    *,
    quiet: tuple[str, ...] = (),
) -> dict[str, str]:
    """Without the words of another language: these texts are too short to explain them."""
    incident, house = where
    found = known.values(
        facts,
        incident=incident,
        house=house,
        now=now,
        next_update_at=next_update_at,
        language=language,
        leave_out=_foreign(facts, where, language).union(name for name in quiet if name in FACTS),
    )
    return found | {"sev": incident.severity.label, "incident_id": f"INC-{incident.id}"}


def _foreign(facts: Mapping[str, str], where: Where, language: str) -> frozenset[str]:
    incident, house = where
    if language == house.languages[0]:
        return frozenset()
    return known.untranslated(facts, incident=incident, house=house, language=language)
