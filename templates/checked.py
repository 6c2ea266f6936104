"""What is wrong with the words of a post, for those who are about to send or to clear it (APPR-1)."""

from incidents.incident import Incident
from incidents.records import Draft
from incidents.wording.check import check
from incidents.wording.finding import Finding
from incidents.wording.post import Component, Post
from templates.house import House
from templates.updates import FIELDS

_MARKS = {"error": "✗", "warning": "•"}


def checked(draft: Draft, incident: Incident, house: House) -> list[str]:
    """One line for each finding, what must change first; empty when there is none."""
    several = len(draft.texts) > 1
    found = [(code, finding) for code in draft.texts for finding in _findings(draft, code, incident, house)]
    found.sort(key=lambda each: each[1].severity)
    still = [f"{_MARKS['error']} {gaps(draft)}"] if draft.unknown else []
    return still + list(dict.fromkeys(_line(finding, code if several else "") for code, finding in found))


def gaps(draft: Draft) -> str:
    """`Still empty: What customers see.`"""
    labels = {field.name: field.label for field in FIELDS[draft.stage]}
    return f"Still empty: {', '.join(labels.get(name, name) for name in draft.unknown)}."


def _findings(draft: Draft, language: str, incident: Incident, house: House) -> list[Finding]:
    """A house that names no parts of its service cannot be asked for their state."""
    text = draft.texts[language]
    names = {part.name: part.aliases for part in house.components}
    post = Post(
        title=text.title,
        body=text.body,
        language=language,
        stage=draft.stage.value,
        severity=incident.severity,
        components=tuple(Component(name, state.value, names.get(name, ())) for name, state in draft.components.items()),
        reason=draft.reason,
        house=house.wording,
    )
    return [finding for finding in check(post) if house.components or finding.field != "components"]


def _line(finding: Finding, language: str) -> str:
    where = f" ({language})" if language else ""
    return f"{_MARKS[finding.severity]} {finding.message} {finding.id}{where}"
