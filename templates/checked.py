"""What is wrong with the words of a post, for those who are about to send or to clear it (APPR-1)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from incidents import eta, fact_sheet
from incidents.incident import Incident
from incidents.records import Draft, Wording
from incidents.wording.check import blocking, check
from incidents.wording.finding import Finding
from incidents.wording.post import Component, Estimate, Post
from templates.house import House
from templates.phrases import NATIVE
from templates.sayable import ASKED_FOR, READY_MADE, ours
from templates.update_fields import STATEMENT, fields

_COMPARED = {"started_at": "start_time", "cause": "cause_plain", "eta": "eta_time"}
"""Facts that must not change without a word, by the element they belong to (LINT-58)."""

_MARKS = {"error": "✗", "warning": "•"}


def checked(draft: Draft, incident: Incident, house: House) -> list[str]:
    """One line for each finding, what must change first; empty when there is none."""
    several = len(draft.texts) > 1
    found = [(code, finding) for code in draft.texts for finding in _findings(draft, code, incident, house)]
    found.sort(key=lambda each: each[1].severity)
    still = [f"{_MARKS['error']} {gaps(draft)}"] if draft.unknown else []
    return still + list(dict.fromkeys(_line(finding, code if several else "") for code, finding in found))


def findings(draft: Draft, incident: Incident, house: House) -> list[Finding]:
    """Everything that the rules of wording find, in every language."""
    return [finding for code in draft.texts for finding in _findings(draft, code, incident, house)]


def stopping(draft: Draft, incident: Incident, house: House) -> list[Finding]:
    """What keeps the post back: forbidden wording (WL-2). What a stage requires is asked for by its form (STG-5).

    A text that is complete as it is never waits for the lint: it is what goes out when time is over, and was made
    without what the lint would stop (`sayable.py`).
    """
    if draft.template in READY_MADE:
        return []
    return [finding for finding in blocking(findings(draft, incident, house)) if finding.id not in ASKED_FOR]


def stopping_notice(texts: Mapping[str, Wording], state: str, house: House) -> list[Finding]:
    """The same for a post about planned maintenance; what it has to say is asked for when it is planned."""
    wording = ours(house)
    found = [
        finding
        for code, text in texts.items()
        for finding in check(Post(text.title, text.body, language=code, stage=state, kind="maintenance", house=wording))
    ]
    return [each for each in blocking(found) if each.id not in ASKED_FOR and not _needs_parts(each)]


def told(found: Iterable[Finding]) -> str:
    """Where, why, and what to write instead, a line each."""
    return "\n".join(dict.fromkeys(_advice(finding) for finding in found))


def _advice(finding: Finding) -> str:
    instead = f" For example: {finding.suggestion}" if finding.suggestion else ""
    return f"{_MARKS[finding.severity]} {finding.message}{instead} ({finding.id})"


def gaps(draft: Draft) -> str:
    """`Still empty: What customers see.`"""
    labels = {field.name: field.label for field in fields(draft.stage, draft.kind, data_doubted=True)}
    labels["text"] = "Own words"
    return f"Still empty: {', '.join(_label(name, labels) for name in draft.unknown)}."


def _label(name: str, labels: Mapping[str, str]) -> str:
    fact, _, language = name.partition("@")
    return f"{labels.get(fact, fact)} ({NATIVE[language]})" if language else labels.get(fact, fact)


def _findings(draft: Draft, language: str, incident: Incident, house: House) -> list[Finding]:
    """A line names no states of parts, and a house without parts has none: then they are not compared."""
    text, told = draft.texts[language], {**incident.facts, **draft.facts}
    names = {part.name: part.aliases for part in house.components}
    post = Post(
        title=text.title,
        body=text.body,
        language=language,
        stage=draft.stage.value,
        severity=incident.severity,
        components=tuple(Component(name, state.value, names.get(name, ())) for name, state in draft.components.items()),
        reason=draft.reason,
        previous=_before(incident, language),
        known=_read(told, text),
        first_of_stage=incident.stage is not draft.stage,
        kind="security" if draft.kind == STATEMENT else "incident",
        data_check="confirmed" if fact_sheet.data_checked(incident) else "none",
        estimate=_estimate(incident),
        house=replace(ours(house), eta=incident.policy.eta_public),
    )
    return [finding for finding in check(post) if draft.components or not _needs_parts(finding)]


def _before(incident: Incident, language: str) -> Post | None:
    """What customers read last, in this language (LINT-50, LINT-58, LINT-59)."""
    update = incident.update
    if update is None:
        return None
    texts = {**update.texts, update.language: Wording(update.title, update.body)}
    if language not in texts:
        return None
    text = texts[language]
    known = _read(update.facts, text)
    return Post(title=text.title, body=text.body, language=language, stage=update.stage.value, known=known)


def _read(facts: Mapping[str, str], text: Wording) -> dict[str, str]:
    """The facts that stand in the text as somebody gave them; only what was read can be said otherwise."""
    named = {field: facts.get(name, "").strip().rstrip(".。") for field, name in _COMPARED.items()}
    return {field: value for field, value in named.items() if value and value in text.body}


def _needs_parts(finding: Finding) -> bool:
    """Whether it compares the words with the state of parts (LINT-10, LINT-34)."""
    return finding.field == "components" or finding.id == "LINT-34"


def _estimate(incident: Incident) -> Estimate | None:
    """So that no post names the technical lead's own time, or another without its buffer (LINT-32)."""
    standing = eta.current(incident)
    if standing is None:
        return None
    takes = timedelta(minutes=standing.minutes)
    return Estimate(standing.at, takes, standing.certainty, buffer=standing.buffer, zone=incident.policy.zone)


def _line(finding: Finding, language: str) -> str:
    where = f" ({language})" if language else ""
    return f"{_MARKS[finding.severity]} {finding.message} {finding.id}{where}"
