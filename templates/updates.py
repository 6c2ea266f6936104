"""Public posts: a template per stage and special case, filled with what is known, per language (STG-1 to STG-31)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from incidents.fact_sheet import data_doubted
from incidents.incident import Incident
from incidents.records import Wording
from incidents.stage import Stage
from incidents.wording.check import NEVER_OVERRIDDEN
from templates import figures, known, public_text
from templates.house import House
from templates.phrases import PHRASES, label
from templates.placeholders import DERIVED, FACTS, UNTOUCHED
from templates.sayable import READY_MADE, unfit
from templates.update_fields import FIELDS, FILES, KINDS, SCOPING, STATEMENT, FieldSpec, fields, template

__all__ = ["FIELDS", "KINDS", "SCOPING", "Draft", "FieldSpec", "draft", "drafts", "fields", "wordings"]

UNKNOWN = "[?]"
"""Stands for a fact that is still missing; no post goes out with one in it (LINT-8)."""

_NOTHING_WORKS = "STG-21"
_SILENT_ON_DATA = ("text", "STG-10", "STG-26")


@dataclass(frozen=True, slots=True)
class Draft:
    """A post before it goes out. ``unknown`` names the facts that its body still shows as `[?]`.

    ``unreviewed`` are facts that nobody has given in this language (STG-34): the text does without them (``template``
    may then be `short`), or, where the house posts untranslated words, holds them as they are and says so.
    ``trouble`` says why a template of the organisation's own was not used (SEC-085).
    """

    stage: Stage
    template: str
    title: str
    body: str
    unknown: tuple[str, ...] = ()
    language: str = "en"
    version: int = 1
    own: bool = False
    unreviewed: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def origin(self) -> str:
        """Which template and version it came from: `STG-14 v3` (STG-4)."""
        return "own words" if self.template == "text" else f"{self.template} v{self.version}{' own' * self.own}"

    @property
    def wording(self) -> Wording:
        return Wording(self.title, self.body)


@dataclass(frozen=True, slots=True)
class Case:
    """What a post is made of, before its language is chosen."""

    stage: Stage
    kind: str
    facts: Mapping[str, str]
    incident: Incident
    house: House
    now: datetime
    next_update_at: datetime | None
    text: str
    texts: Mapping[str, str]

    @property
    def source(self) -> str:
        return self.house.languages[0]


def draft(
    stage: Stage,
    kind: str,
    facts: Mapping[str, str],
    *,
    incident: Incident,
    house: House,
    now: datetime,
    next_update_at: datetime | None,
    text: str = "",
    texts: Mapping[str, str] | None = None,
    language: str = "",
) -> Draft:
    """The post for ``stage``: in the speaker's own words if there is ``text``, else from a template (STG-5).

    ``kind`` is a word of KINDS or anything else for the stage's own template. Holding and no-news are always
    complete. A holding post says that we investigate: later than that it becomes one without news, and one without
    news that follows no post becomes a holding post.

    Without ``language`` it is the one posts are written in. Another gets what was said in it (`symptom@fr` among the
    facts, ``texts`` for own words), and figures, times and addresses, which are the same in all (CHK-9).
    """
    case = Case(stage, kind, facts, incident, house, now, next_update_at, text, texts or {})
    return _drafted(case, language or case.source)


def drafts(
    stage: Stage,
    kind: str,
    facts: Mapping[str, str],
    *,
    incident: Incident,
    house: House,
    now: datetime,
    next_update_at: datetime | None,
    text: str = "",
    texts: Mapping[str, str] | None = None,
) -> dict[str, Draft]:
    """The post in every language of the house, from one set of facts (CHN-4)."""
    case = Case(stage, kind, facts, incident, house, now, next_update_at, text, texts or {})
    return {language: _drafted(case, language) for language in house.languages}


def wordings(made: Mapping[str, Draft], *, but: str = "") -> dict[str, Wording]:
    """What customers read in each language; ``but`` is one to leave out, such as the one it was written in."""
    return {language: each.wording for language, each in made.items() if language != but}


def _possible(kind: str, stage: Stage, incident: Incident) -> str:
    """Without news only after a post; a holding statement only while nothing more was said."""
    if kind not in ("holding", "no-news") or stage.final:
        return kind
    news_free = kind == "no-news" or stage is not Stage.INVESTIGATING
    return "no-news" if news_free and incident.update else "holding"


def _drafted(case: Case, language: str) -> Draft:
    house = case.house
    first = "text" if case.text else template(case.stage, _possible(case.kind, case.stage, case.incident))
    stage = Stage.INVESTIGATING if first == "STG-10" else case.stage
    chosen, lacking = _without_foreign_words(case, first, language)
    mixed = bool(lacking) and house.post_untranslated
    values = known.values(
        _everyone(case, first),
        incident=case.incident,
        house=house,
        now=case.now,
        next_update_at=case.next_update_at,
        language=language,
        leave_out=_left_out(first, chosen, language, house)
        | _unsayable(case, stage, chosen, language)
        | _unasked(case, chosen)
        | (set() if mixed else lacking - {"text"}),
    )
    own_words = case.text if language == case.source else case.texts.get(language, case.text if mixed else "")
    values |= figures.written(values, FACTS, language, house.zone)
    values |= {"stage": stage.value, "stage_label": label(stage, language), "text": _sentence(own_words)}
    missing = _missing(_required(case, chosen), values, public_text.uses(FILES[chosen], language, house))
    made = public_text.write(FILES[chosen], language, _with_gaps(values, missing), house)
    dated = f"{values['date']} - " if chosen == "text" and case.kind == STATEMENT else ""
    return Draft(
        stage=stage,
        template=chosen,
        title=dated + made.title,
        body=f"{made.body}\n\n{PHRASES[language].mixed}" if mixed else made.body,
        unknown=missing,
        language=language,
        version=made.version,
        own=made.own,
        unreviewed=tuple(sorted(lacking)),
        trouble=made.trouble,
    )


def _without_foreign_words(case: Case, chosen: str, language: str) -> tuple[str, set[str]]:
    """The template to take and the facts nobody has given in this language (STG-34).

    Without an optional one the text is shorter; without a required one the short text stands in, which needs no words.
    """
    lacking = _lacking(chosen, case, language)
    if case.house.post_untranslated or not lacking & {"text", *_required(case, chosen)}:
        return chosen, lacking
    return "short", lacking | _lacking("short", case, language)


def _left_out(first: str, chosen: str, language: str, house: House) -> set[str]:
    """The short text tells no figure that the text it stands for does not tell (CHK-9)."""
    if chosen == first:
        return set()
    kept = {"service", "start_time", *(("affected_share",) if first == _NOTHING_WORKS else ())}
    return set(FACTS) - public_text.uses(FILES[first], language, house) - kept


def _unsayable(case: Case, stage: Stage, chosen: str, language: str) -> frozenset[str]:
    """What a text that is complete as it is does without, for nobody reads it over (WL-2).

    The short text stands for one that was read, with words that may have been let pass.
    """
    if chosen not in READY_MADE:
        return frozenset()
    used = public_text.uses(FILES[chosen], language, case.house) | {"service", "symptom"}
    said = known.spoken(case.facts, incident=case.incident, house=case.house, language=language)
    told = {name: said[name] for name in used if said.get(name)}
    only = NEVER_OVERRIDDEN if chosen == "short" else frozenset[str]()
    return unfit(told, stage=stage, language=language, incident=case.incident, house=case.house, only=only)


def _everyone(case: Case, first: str) -> Mapping[str, str]:
    """Where nothing works, it works for nobody; the short text says so too (STG-21)."""
    return {**case.facts, "affected_share": "all"} if first == _NOTHING_WORKS else case.facts


def _lacking(chosen: str, case: Case, language: str) -> set[str]:
    """Facts of the template that are still another language's words."""
    if language == case.source:
        return set()
    foreign = known.untranslated(case.facts, incident=case.incident, house=case.house, language=language)
    own_words = {"text"} if chosen == "text" and not case.texts.get(language) else set()
    return own_words | (foreign & public_text.uses(FILES[chosen], language, case.house)) - _unasked(case, chosen)


def _unasked(case: Case, chosen: str) -> set[str]:
    """Of data nothing is said before it is over, unless it is in doubt (table 7.2)."""
    told = case.stage.final or (data_doubted(case.incident) and chosen not in _SILENT_ON_DATA)
    return set() if told else {"data_statement"}


def _required(case: Case, chosen: str) -> tuple[str, ...]:
    if chosen in ("text", "short", "STG-10", "STG-13"):
        return ()
    asked = fields(case.stage, case.kind, data_doubted=data_doubted(case.incident))
    return tuple(field.name for field in asked if field.required)


def _missing(required: tuple[str, ...], values: Mapping[str, str], used: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in required if not values[name] and name in used)


def _with_gaps(values: Mapping[str, str], missing: tuple[str, ...]) -> dict[str, str]:
    """What is made of a missing fact shows the same gap."""
    derived = [name for name, fact in DERIVED.items() if fact in missing and name not in UNTOUCHED]
    return {**values, **dict.fromkeys((*missing, *derived), UNKNOWN)}


def _sentence(text: str) -> str:
    text = text.strip()
    ended = text.rstrip("\"'”’»)").endswith((".", "!", "?", "…", "。", "！", "？"))
    return text if ended or not text else f"{text}."
