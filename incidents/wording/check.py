"""check(post): what is wrong with it, in the words of its language. blocking(findings): may it go out? (WL-1, WL-2)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from incidents.errors import Refused
from incidents.wording.draft import Draft
from incidents.wording.explain import message, suggestion
from incidents.wording.finding import Finding, Hit, Level
from incidents.wording.post import Post
from incidents.wording.rules import RULES, Rule

NEVER_OVERRIDDEN = frozenset({"LINT-8", "LINT-29", "LINT-40", "LINT-41", "LINT-43", "LINT-68"})
"""Not even by the approver with a reason (WL-2)."""
ALWAYS_ERRORS = frozenset({"LINT-29", "LINT-40", "LINT-41"})
"""No organisation makes warnings of these (WL-5)."""


def check(post: Post) -> list[Finding]:
    """Every finding, by field and place. Pure, and linear in the length of the text (WL-1, SEC-125)."""
    draft = Draft(post)
    lowered = dict(post.house.levels)
    order = {name: number for number, name in enumerate(("stage", "title", *post.fields, "body"))}
    found = [
        _finding(draft, rule, hit, lowered.get(rule.id))
        for rule in RULES
        if rule.concerns(post)
        for hit in _once(rule.find(draft))
    ]
    return sorted(found, key=lambda finding: (order.get(finding.field, len(order)), finding.start))


def _once(hits: Iterable[Hit]) -> Iterator[Hit]:
    """What a field says wrong is not told again where the body repeats it."""
    seen = set[str]()
    for hit in hits:
        words = hit.found.lower()
        if hit.field != "body" or not words or words not in seen:
            yield hit
        if hit.field != "body":
            seen.add(words)


def _finding(draft: Draft, rule: Rule, hit: Hit, lowered: Level | None) -> Finding:
    level = hit.level or rule.level
    if lowered == "warning" and rule.id not in ALWAYS_ERRORS:
        level = "warning"
    language = draft.post.language
    return Finding(
        id=rule.id,
        severity=level,
        field=hit.field,
        start=hit.start,
        end=hit.end,
        message=message(rule.id, hit, language),
        suggestion=hit.suggestion or suggestion(rule.id, language),
    )


def blocking(findings: Iterable[Finding], *, overridden: Iterable[str] = ()) -> list[Finding]:
    """The errors that keep a post back; ``overridden`` are rules that the approver has set aside (WL-2)."""
    aside = set(overridden) - NEVER_OVERRIDDEN
    return [finding for finding in findings if finding.severity == "error" and finding.id not in aside]


@dataclass(frozen=True, slots=True)
class Override:
    """What goes into the log: which rules the approver set aside, and why (WL-2)."""

    rules: tuple[str, ...]
    reason: str


def override(findings: Iterable[Finding], *, reason: str) -> Override:
    """Set all blocking errors aside. Raises Refused without a reason, or for what nobody may set aside (WL-2)."""
    errors = list(dict.fromkeys(finding.id for finding in blocking(findings)))
    firm = [id for id in errors if id in NEVER_OVERRIDDEN]
    if firm:
        raise Refused(f"{', '.join(firm)} cannot be overridden: the text has to change.")
    if not reason.strip():
        raise Refused("Why does this go out as it is? An override needs a reason.")
    return Override(rules=tuple(errors), reason=reason.strip())
