"""What each channel carries of a post: by its kind, for its audience, in its language, within its length (AUD-14).

Everything comes from the update that is published (CHN-4); nobody writes a channel's text by hand.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from incidents import eta
from incidents.channels import INTERNAL, Audience, Channel, Medium
from incidents.incident import Incident
from incidents.records import Update, Wording
from incidents.stage import Stage
from templates import known, lengths, public_text, standard_answers
from templates.dates import clock
from templates.house import House
from templates.phrases import PHRASES, label
from templates.placeholders import FACTS
from templates.sayable import SECRETS, unfit
from templates.updates import Draft

OWN_WORDS = ("text", "short")
"""Posts whose words are not in facts: what is short is made of their beginning."""

_LESS = ((), ("symptom",), ("symptom", "action_now"), ("symptom", "action_now", "next_update_time"))
"""What falls away, step by step, when a text is too long."""
_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")
_ADDRESS = re.compile(r"\s*https?://\S+$")
_ANSWERING = frozenset({Audience.SUPPORT, Audience.SALES})
_DIVIDED = "\n\n———\n\n"

Fits = Callable[[str], bool]
Where = tuple[Incident, House]


def channel_text(update: Update, channel: Channel, *, incident: Incident, house: House) -> Wording:
    """What ``channel`` is given of ``update``. A channel of several languages carries one after the other."""
    spoken = {update.language, *update.texts}
    languages = [language for language in channel.languages if language in spoken] or [update.language]
    if channel.kind is Medium.SMS:
        return Wording("", sms(update, incident=incident, house=house, language=languages[0], most=channel.length))
    if channel.kind is Medium.SOCIAL:
        return Wording("", social(update, incident=incident, house=house, language=languages[0], most=channel.length))
    texts = [_long(update, channel, (incident, house), language) for language in languages]
    return _joined(texts, _end(update.number, languages[0], house), channel)


def notice_text(texts: Mapping[str, Wording], number: int, channel: Channel, house: House) -> Wording:
    """What ``channel`` is given of a post about maintenance; ``texts`` has the source language first."""
    languages = [language for language in channel.languages if language in texts] or list(texts)[:1]
    first = languages[0]
    if channel.kind in (Medium.SMS, Medium.SOCIAL):
        return Wording("", _beginning(texts[first], first, house.status_url, _fitting(channel)))
    return _joined([texts[language] for language in languages], _end(number, first, house), channel)


def report_text(texts: Mapping[str, Wording], channel: Channel, house: House) -> Wording:
    """What ``channel`` is given of the public report; ``texts`` has the source language first (STG-32)."""
    languages = [language for language in channel.languages if language in texts] or list(texts)[:1]
    end = f"\n\n{house.status_url}" if house.status_url else ""
    return _joined([texts[language] for language in languages], end, channel)


def _fitting(channel: Channel) -> Fits:
    if channel.kind is Medium.SMS:
        return lambda text: lengths.sms_parts(text) <= (channel.length or lengths.SMS_PARTS)
    return lambda text: lengths.weight(text) <= (channel.length or lengths.SOCIAL)


def _long(update: Update, channel: Channel, where: Where, language: str) -> Wording:
    """Management reads the state inside; who answers customers has the answers ready; all others read the post."""
    incident, house = where
    told = replace(incident, update=update, stage=update.stage, facts=update.facts)
    if channel.kind is Medium.HOTLINE:
        return Wording(update.wording(language).title, _answers(told, update, house, language))
    inside = set(channel.audience) <= INTERNAL
    if update.stage is Stage.RESOLVED and inside and channel.kind is Medium.EMAIL:
        return email(told, house=house, now=update.posted_at, language=language).wording
    if channel.audience == (Audience.MANAGEMENT,) and not update.stage.final:
        at, due = update.posted_at, update.next_update_at
        facts = _estimated(told, house, at, language)
        body = executive(told, house=house, now=at, next_update_at=due, facts=facts, language=language)
        return Wording(f"{incident.severity.label} · {incident.title}", body)
    post = update.wording(language)
    if set(channel.audience) <= _ANSWERING and channel.kind is Medium.IM:
        return Wording(post.title, f"{post.body}{_DIVIDED}{_answers(told, update, house, language)}")
    return post


def _answers(told: Incident, update: Update, house: House, language: str) -> str:
    """What may be answered while this post is the newest (CHN-7)."""
    due = update.next_update_at
    return standard_answers.answers(told, house, update.posted_at, language, due=due)


def _estimated(incident: Incident, house: House, now: datetime, language: str) -> dict[str, str]:
    """What the technical lead said last, which no customer reads (ETA-3)."""
    standing = eta.current(incident)
    return {"raw_eta": clock(standing.raw_at, now=now, zone=house.zone, language=language)} if standing else {}


def _joined(texts: list[Wording], end: str, channel: Channel) -> Wording:
    first, *others = texts
    body = _DIVIDED.join([first.body, *(f"{text.title}\n\n{text.body}" for text in others)])
    title = lengths.SUBJECT if channel.kind is Medium.EMAIL else lengths.TITLE
    most = channel.length
    if most:
        body = _cut(body, lambda kept: len(kept + end) <= most)
    return Wording(_cut(first.title, lambda kept: len(kept) <= title), body + end)


def _end(number: int, language: str, house: House) -> str:
    """Which revision it is, and where all of them stand (CHN-4)."""
    mark = PHRASES[language].revision.format(number)
    return f"\n\n{mark}{f' · {house.status_url}' if house.status_url else ''}"


def sms(update: Update, *, incident: Incident, house: House, language: str = "", most: int | None = None) -> str:
    """STG-29, at most two parts (CHN-2): what is least needed falls away first, the address never."""
    parts = most or lengths.SMS_PARTS
    return _shortest("sms", update, (incident, house), language, fits=lambda text: lengths.sms_parts(text) <= parts)


def social(update: Update, *, incident: Incident, house: House, language: str = "", most: int | None = None) -> str:
    """STG-30, at most 280 as such networks count (CHN-2)."""
    signs = most or lengths.SOCIAL
    return _shortest("social", update, (incident, house), language, fits=lambda text: lengths.weight(text) <= signs)


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
    where: Where = (incident, house)
    secret = _unfit(facts or {}, where, incident.stage, language, "executive", only=SECRETS)
    values = _values(facts or {}, where, now, next_update_at, language, quiet=secret)
    values["stage_label"] = label(incident.stage, language) if incident.stage else ""
    return public_text.write("executive", language, values, house, titled=False).body


def email(
    incident: Incident, *, house: House, now: datetime, facts: Mapping[str, str] | None = None, language: str = ""
) -> Draft:
    """STG-28, inside the house afterwards. The title is the subject."""
    language = language or house.languages[0]
    secret = _unfit(facts or {}, (incident, house), Stage.RESOLVED, language, "email", only=SECRETS)
    values = _values(facts or {}, (incident, house), now, None, language, quiet=secret)
    made = public_text.write("email", language, values, house)
    return Draft(Stage.RESOLVED, "STG-28", made.title, made.body, (), language, made.version, made.own)


def _shortest(name: str, update: Update, where: Where, language: str, *, fits: Fits) -> str:
    """The whole, or with less and less of it; in the end it is cut, but never the address."""
    incident, house = where
    language = language or house.languages[0]
    if update.template in OWN_WORDS:
        return _beginning(update.wording(language), language, house.status_url, fits)
    told, shown = (replace(incident, facts=update.facts), house), ""
    unsayable = _unfit({}, told, update.stage, language, name)
    for less in _LESS:
        quiet = (*less, *unsayable)
        values = _values({}, told, update.posted_at, update.next_update_at, language, quiet=quiet)
        values |= {"stage": update.stage.value, **{each: "" for each in less if each not in FACTS}}
        shown = _in_one_line(public_text.write(name, language, values, house, titled=False).body)
        if fits(shown):
            return shown
    link = _ADDRESS.search(shown)
    end = link[0] if link else ""
    return _cut(shown.removesuffix(end), lambda kept: fits(kept + end)) + end


def _beginning(text: Wording, language: str, link: str, fits: Fits) -> str:
    """Somebody's own words: the title, the first sentence and the address."""
    first = _END.split(text.body.strip(), maxsplit=1)[0]
    stop = "。" if language == "zh-CN" else ". "
    end = f" {link}" if link else ""
    whole = _in_one_line(f"{text.title.rstrip('.。')}{stop}{first}")
    return _cut(whole, lambda kept: fits(kept + end)) + end


def _cut(text: str, fits: Fits) -> str:
    """The longest beginning that fits, ending at a word, with a mark that something is missing."""
    if fits(text):
        return text
    least, most = 0, len(text)
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if fits(text[:middle] + "…") else (least, middle - 1)
    kept = text[:least]
    at_word = kept.rpartition(" ")[0]
    return (at_word if len(at_word) > least // 2 else kept).rstrip(" ,.;:") + "…"


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
        leave_out=_foreign(facts, where, language).union(quiet),
    )
    return found | {"sev": incident.severity.label, "incident_id": f"INC-{incident.id}"}


def _unfit(
    facts: Mapping[str, str],
    where: Where,
    stage: Stage | None,
    language: str,
    name: str,
    *,
    only: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """What this text does without: the gate has read the post, not what is made of its facts for one channel (WL-2)."""
    incident, house = where
    used = public_text.uses(name, language, house) | {"service"}
    said = known.spoken(facts, incident=incident, house=house, language=language)
    told = {each: said[each] for each in used if said.get(each)}
    stage = stage or Stage.INVESTIGATING
    return tuple(sorted(unfit(told, stage=stage, language=language, incident=incident, house=house, only=only)))


def _foreign(facts: Mapping[str, str], where: Where, language: str) -> frozenset[str]:
    incident, house = where
    if language == house.languages[0]:
        return frozenset()
    return known.untranslated(facts, incident=incident, house=house, language=language)
