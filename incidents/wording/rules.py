"""All rules of wording on one screen: how grave, at which stages, what finds them (WL-7)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from incidents.wording import (
    claims,
    consistency,
    forbidden,
    language,
    patterns,
    required,
    stages,
    style,
    title,
)
from incidents.wording.draft import Draft
from incidents.wording.finding import Hit, Level
from incidents.wording.forbidden import listed
from incidents.wording.post import SHORT_CHANNELS, Post

_STAGES = {
    "I": ("investigating",),
    "D": ("identified",),
    "M": ("monitoring",),
    "R": ("resolved",),
    "S": ("scheduled",),
    "C": ("completed",),
}
_INTERNAL_TOO = ("28", "34", "41", "66", "67")


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    level: Level
    stages: str
    """Letters of _STAGES; * is every stage."""
    find: Callable[[Draft], Iterator[Hit]]
    public: bool = False
    first: bool = False
    """Only in the first post of a stage (WL-7)."""
    kind: str = ""
    whole: bool = False
    """Only where there is room to tell everything; the others lead there (LINT-63)."""

    def concerns(self, post: Post) -> bool:
        if post.kind == "postmortem" and self.id.removeprefix("LINT-") not in _INTERNAL_TOO:
            return False
        if self.whole and post.channel in SHORT_CHANNELS:
            return False
        if self.kind not in ("", post.kind) or (self.public and not post.public):
            return False
        at_stage = self.stages == "*" or any(post.stage in _STAGES[letter] for letter in self.stages)
        return at_stage and (post.opens_stage or not self.first)


_ERRORS = [
    Rule("LINT-1", "error", "*", title.stage_label),
    Rule("LINT-2", "error", "*", title.component_and_symptom),
    Rule("LINT-3", "error", "IDMS", required.problem),
    Rule("LINT-4", "error", "IDM", required.audience, whole=True),
    Rule("LINT-5", "error", "IDM", required.action, whole=True),
    Rule("LINT-6", "error", "IDM", required.next_update, whole=True),
    Rule("LINT-7", "error", "IDM", required.next_update_in_time),
    Rule("LINT-8", "error", "*", required.gaps),
    Rule("LINT-9", "error", "I", required.start_time, first=True),
    Rule("LINT-10", "error", "*", required.components),
    Rule("LINT-12", "error", "D", stages.cause, first=True, whole=True),
    Rule("LINT-13", "error", "D", stages.share, first=True, whole=True),
    Rule("LINT-14", "error", "D", stages.estimate, first=True, whole=True),
    Rule("LINT-15", "error", "M", stages.recovery, first=True, whole=True),
    Rule("LINT-16", "error", "R", stages.end, whole=True),
    Rule("LINT-17", "error", "R", stages.data, whole=True),
    Rule("LINT-19", "error", "S", stages.window),
    Rule("LINT-20", "error", "*", listed("hedge", hidden=True)),
    Rule("LINT-21", "error", "*", listed("vague_time", hidden=True)),
    Rule("LINT-23", "error", "*", listed("minimise", hidden=True)),
    Rule("LINT-24", "error", "*", listed("promise", hidden=True)),
    Rule("LINT-25", "error", "*", forbidden.data_called_safe),
    Rule("LINT-26", "error", "*", listed("blame")),
    Rule("LINT-27", "error", "*", forbidden.third_parties_and_staff),
    Rule("LINT-28", "error", "*", listed("human_error")),
    Rule("LINT-29", "error", "*", patterns.technical_detail),
    Rule("LINT-30", "error", "I", claims.cause_as_fact),
    Rule("LINT-31", "error", "IDM", claims.early_estimate),
    Rule("LINT-32", "error", "DM", claims.estimate_padded),
    Rule("LINT-34", "error", "*", forbidden.outage),
    Rule("LINT-39", "error", "*", patterns.internal_codes, public=True),
    Rule("LINT-40", "error", "*", patterns.personal_data, public=True),
    Rule("LINT-41", "error", "*", patterns.secrets),
    Rule("LINT-43", "error", "*", forbidden.security_words, public=True),
    Rule("LINT-44", "error", "*", forbidden.compensation, public=True),
    Rule("LINT-46", "error", "*", style.long_paragraphs),
    Rule("LINT-48", "error", "*", style.exact_times),
    Rule("LINT-54", "error", "*", style.length),
    Rule("LINT-56", "error", "IDM", listed("over_word")),
    Rule("LINT-58", "error", "*", consistency.changes_are_named),
    Rule("LINT-60", "error", "*", consistency.legal_stage),
    Rule("LINT-61", "error", "RSC", consistency.duration_adds_up),
    Rule("LINT-62", "error", "*", consistency.components_fit),
    Rule("LINT-64", "error", "*", language.declared_language),
    Rule("LINT-67", "error", "*", forbidden.culprits, kind="postmortem"),
    Rule("LINT-68", "error", "*", title.date_in_title, public=True, kind="security"),
]
_WARNINGS = [
    Rule("LINT-11", "warning", "D", stages.workaround, first=True, whole=True),
    Rule("LINT-18", "warning", "R", stages.closing, whole=True),
    Rule("LINT-22", "warning", "DMR", forbidden.vague_amounts),
    Rule("LINT-33", "warning", "*", forbidden.alarming_words),
    Rule("LINT-35", "warning", "*", forbidden.euphemisms),
    Rule("LINT-36", "warning", "*", listed("cliche")),
    Rule("LINT-37", "warning", "*", forbidden.jargon, public=True),
    Rule("LINT-38", "warning", "*", patterns.abbreviations, public=True),
    Rule("LINT-42", "warning", "IDM", forbidden.effort),
    Rule("LINT-45", "warning", "*", style.bottom_line_first),
    Rule("LINT-47", "warning", "*", style.long_sentences),
    Rule("LINT-49", "warning", "*", style.zone_named),
    Rule("LINT-50", "warning", "*", consistency.same_terms),
    Rule("LINT-51", "warning", "DM", listed("searching")),
    Rule("LINT-52", "warning", "*", style.we_act),
    Rule("LINT-53", "warning", "*", patterns.shouting),
    Rule("LINT-55", "warning", "*", style.wall_of_text),
    Rule("LINT-57", "warning", "*", style.empathy),
    Rule("LINT-59", "warning", "*", consistency.not_the_same_text),
    Rule("LINT-63", "warning", "IDM", style.link),
    Rule("LINT-65", "warning", "DMR", style.positive_facts),
    Rule("LINT-66", "warning", "*", listed("counterfactual"), kind="postmortem"),
]


def number(id: str) -> int:
    return int(id.removeprefix("LINT-"))


RULES: tuple[Rule, ...] = tuple(sorted([*_ERRORS, *_WARNINGS], key=lambda rule: number(rule.id)))
IDS = tuple(rule.id for rule in RULES)
