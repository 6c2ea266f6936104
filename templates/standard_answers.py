"""What support may answer right now, in every language that customers read (FB-5, FB-8 to FB-15).

Only what was published counts: a fact that the responders know and customers do not is unknown here.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from incidents import eta
from incidents.incident import Incident
from incidents.stage import Stage
from incidents.wording.check import NEVER_OVERRIDDEN
from templates import figures, marks
from templates.card import Card
from templates.house import House
from templates.sayable import unfit
from templates.typography import french
from templates.words import capital, clock, small

FOLDER = Path(__file__).parent / "answers_public"
QUESTIONS = ("when", "alone", "why", "data", "compensation", "meanwhile", "news")
"""FB-9 to FB-15."""

NAMES = {"en": "English", "zh-CN": "中文", "fr": "Français", "pl": "Polski"}

_FACTS = {
    "symptom": "symptom",
    "regions": "regions",
    "share": "affected_share",
    "cause": "cause_plain",
    "workaround": "workaround",
    "data": "data_statement",
    "eta_time": "eta_time",
}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_NEUTRAL = re.compile(r"(?=.*\d)(?:\d{4}-\d{2}-\d{2} )?[\d.,:\s]+(?:%|[A-Z]{1,5}(?:[+-]\d{1,2})?)?")
"""Figures and clock times, which read the same in every language."""
_UNSPACED = ("zh-CN",)
_SUBJECT_FIRST = ("en", "fr")
"""Where the sentence that says who is affected begins with them."""

Variants = Sequence[Sequence[str]]


def card(incident: Incident, house: House, now: datetime) -> Card:
    """All answers as one text to copy, language by language (CHN-7)."""
    texts = {language: answers(incident, house, now, language) for language in house.languages}
    several = len(texts) > 1
    blocks = [f"{marks.bold(NAMES[language])}\n\n{text}" if several else text for language, text in texts.items()]
    post = incident.update
    state = f"as of post {post.number}, {clock(post.posted_at, now=now, zone=house.zone)}" if post else "nothing posted"
    return Card(title=f"Standard answers, {state}", text="\n\n".join(blocks))


def answers(
    incident: Incident,
    house: House,
    now: datetime,
    language: str,
    *,
    only: Sequence[str] = QUESTIONS,
    due: datetime | None = None,
) -> str:
    """Question and answer, seven times; once it is over those that still make sense.

    ``due`` is the next update that the post promises, where it is not out yet.
    """
    said, values = _texts(language), _values(incident, house, now, language, due=due)
    over = incident.stage is not None and incident.stage.final
    asked = [name for name in only if not (over and name in ("alone", "meanwhile"))]
    pairs = ((said[name]["question"], said[name].get("over") if over else None, said[name]["answer"]) for name in asked)
    text = "\n\n".join(f"{question}\n{_say(then or now_, values, language)}" for question, then, now_ in pairs)
    return french(text) if language == "fr" else text


def when(incident: Incident, house: House, now: datetime) -> str:
    """The answer to the question that everybody asks, in the first language."""
    language = house.languages[0]
    said, over = _texts(language)["when"], incident.stage is not None and incident.stage.final
    return _say(said["over" if over else "answer"], _values(incident, house, now, language), language)


def last(incident: Incident, house: House, now: datetime) -> str:
    """That it works again, what became of data, where it can be read: to whoever wrote, in every language (FB-7)."""
    return "\n\n".join(_last(incident, house, now, language) for language in house.languages)


def _last(incident: Incident, house: House, now: datetime, language: str) -> str:
    said, values = _texts(language), _values(incident, house, now, language)
    return "\n".join(
        _say(said[name].get("over", said[name]["answer"]), values, language) for name in ("when", "data", "news")
    )


def receipt(incident: Incident | None, reported: str, house: House, now: datetime) -> str:
    """What whoever wrote gets within five minutes, in every language (FB-1, FB-5)."""
    return "\n\n".join(_receipt(incident, reported, house, now, language) for language in house.languages)


def _receipt(incident: Incident | None, reported: str, house: House, now: datetime, language: str) -> str:
    """They are sent to the status page only if it says something of this incident; with a way around it (FB-1)."""
    values = {**_values(incident, house, now, language), "reported": ""}
    if language == house.languages[0]:
        values["reported"] = _clean(reported)
    if incident and incident.stage and incident.stage.final:
        values["workaround"] = ""
    told = incident is not None and incident.public and incident.update is not None and values["status_url"]
    return _say(_texts(language)["receipt" if told else "checking"], values, language)


@cache
def _texts(language: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def _say(variants: Variants, values: Mapping[str, str], language: str) -> str:
    """The first way whose first sentence is complete; of its other sentences those that are."""
    chosen = next(each for each in variants if _complete(each[0], values))
    sentences = [_fill(sentence, values) for sentence in chosen if _complete(sentence, values)]
    text = ("" if language in _UNSPACED else " ").join(sentences)
    return french(text) if language == "fr" else text


def _complete(sentence: str, values: Mapping[str, str]) -> bool:
    return all(values.get(name) for name in _PLACEHOLDER.findall(sentence))


def _fill(sentence: str, values: Mapping[str, str]) -> str:
    """What people wrote is put in once and never read again as a text of ours (SEC-082)."""
    return _PLACEHOLDER.sub(lambda found: values[found[1]], sentence)


def _values(
    incident: Incident | None, house: House, now: datetime, language: str, *, due: datetime | None = None
) -> dict[str, str]:
    values = {
        "status_url": house.status_url,
        "subscribe_url": house.subscribe_url,
        "support_contact": house.support_contact,
        "next_update_time": "",
    }
    if not incident:
        return values
    due = due or incident.next_update_due()
    if due and due > now and not incident.skipped_post:
        values["next_update_time"] = clock(due, now=now, zone=house.zone)
    return values | _facts(incident, house, now, language)


def _facts(incident: Incident, house: House, now: datetime, language: str) -> dict[str, str]:
    """`cause` in this language, or `cause_elsewhere`: where it can be read in another (STG-34)."""
    published = _published(incident, house, now)
    values = {"latest": house.status_url or (incident.update.title if incident.update else "")}
    for name, fact in _FACTS.items():
        known = _clean(published.get(fact, ""))
        own = _clean(published.get(f"{fact}@{language}", ""))
        if not own and (language == house.languages[0] or _NEUTRAL.fullmatch(known)):
            own = known
        values[name] = own
        values[f"{name}_elsewhere"] = "" if own or not known else values["latest"]
    values |= dict.fromkeys(_firm(values, incident, house, language), "")
    if _in_own_words(incident):
        values |= {f"{name}_unread": values["latest"] for name in ("symptom", "workaround")}
        values["cause_unread"] = "" if incident.stage is Stage.INVESTIGATING else values["latest"]
    share = figures.of_customers(values["share"], language)
    return values | {"share": capital(share) if language in _SUBJECT_FIRST else share, "share_inside": small(share)}


def _firm(values: Mapping[str, str], incident: Incident, house: House, language: str) -> frozenset[str]:
    """A post stands on facts that it does not all tell, so the gate has not read them (LINT-29, LINT-40, LINT-41)."""
    said, stage = {name: values[name] for name in _FACTS if values[name]}, incident.stage or Stage.INVESTIGATING
    return unfit(said, stage=stage, language=language, incident=incident, house=house, only=NEVER_OVERRIDDEN)


def _in_own_words(incident: Incident) -> bool:
    """What such a post says of a fact is not known here, so no answer may contradict it."""
    return incident.update is not None and incident.update.template == "text"


def _published(incident: Incident, house: House, now: datetime) -> dict[str, str]:
    """What the present post stands on. A cause and a time are told only in stages that may (ETA-2, LINT-30).

    Of a private incident nothing was published, so nobody is told anything of it (G9).
    """
    if not incident.public:
        return {}
    published = dict(incident.update.facts) if incident.update else {}
    if incident.stage not in (Stage.IDENTIFIED, Stage.MONITORING, Stage.RESOLVED):
        published = {name: text for name, text in published.items() if not name.startswith("cause_plain")}
    if incident.stage is Stage.RESOLVED and incident.data_statement:
        published.setdefault("data_statement", incident.data_statement)
    at = eta.for_askers(incident, now=now)
    told = incident.stage in (Stage.IDENTIFIED, Stage.MONITORING) and incident.policy.eta_public != "none"
    if at:
        published["eta_time"] = clock(at, now=now, zone=house.zone)
    elif incident.estimates or not told:
        published["eta_time"] = ""
    return published


def _clean(text: str) -> str:
    """As it stands inside a sentence, which brings its own full stop."""
    text = " ".join(text.split()).rstrip(".。")
    return "" if text == "[?]" else text
