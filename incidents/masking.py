"""Words that must no longer be shown: how they are hidden in a text, and in what an incident knows (TL-8)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from incidents.account_records import Account
from incidents.incident import Incident
from incidents.records import Draft, Wording

MASKED = "[masked]"

BEGINNING = 150
"""A long text is known again by its beginning: the row of a public post repeats no more of it than that."""

OURS = frozenset(
    {"severity", "role", "handover", "task", "poll", "post", "page", "status", "facts", "approval", "feedback"}
)
"""Types of rows that only Sitrep writes; what a person said stands behind the colon."""

Hide = Callable[[str], str]

_SHORT = 12
"""A text this long is known by its letters; a shorter one, such as `ok`, only where an entry's text stands."""

_AHEAD = r"(?:(?<=: )|(?<=“)|(?<=\) )|(?<=\n)|\A)"
_BEHIND = r"(?=\Z|\n|[.”)]| \(|, executor | #\d)"


def hide(text: str, words: str) -> str:
    """The text without these words, however they are spaced and whatever their case; without ``words`` nothing of it.

    >>> hide("mail from Joe@x.example, urgent", "joe@x.example")
    'mail from [masked], urgent'
    """
    if not words.strip():
        return MASKED if text else text
    pattern = re.compile(r"\s+".join(re.escape(word) for word in words.split()), re.IGNORECASE)
    # What was hidden before stays as it is, whatever letters are asked for.
    return MASKED.join(pattern.sub(MASKED, part) for part in text.split(MASKED))


def conceal(incident: Incident, kind: str, versions: Sequence[str], words: str) -> list[str]:
    """Hide it also where the incident itself repeats the entry. The texts that were changed, as they were before.

    ``versions`` are all wordings of the entry, ``kind`` is its type: a row about a task repeats the task's text,
    one about a public post what customers were told.
    """
    found: list[str] = []

    def hidden(text: str) -> str:
        after = hide(text, words)
        if not text or after == text or not any(_repeats(version, text) for version in versions):
            return text
        found.append(text)
        return after

    _REPEATING.get(kind, _nowhere)(incident, hidden)
    _waiting(incident, hiding([*versions, *said_in(kind, versions), *found], words))
    return found


def _waiting(incident: Incident, hidden: Hide) -> None:
    """What waits for a yes repeats facts and notes inside its sentences: the public report, posts (STG-32, APPR-1)."""
    incident.account_facts = _values(incident.account_facts, hidden)
    incident.account = _untold(incident.account, hidden) if incident.account else None
    incident.told_account = _untold(incident.told_account, hidden) if incident.told_account else None
    if draft := incident.draft:
        incident.draft = _unsaid(draft, hidden)
    incident.previews = {person: _unsaid(draft, hidden) for person, draft in incident.previews.items()}


def _untold(account: Account, hidden: Hide) -> Account:
    texts, carried = (_wordings(said, hidden) for said in (account.texts, account.carried))
    return replace(account, texts=texts, carried=carried, facts=_values(account.facts, hidden))


def _unsaid(draft: Draft, hidden: Hide) -> Draft:
    reach = replace(draft.reach, carried=_wordings(draft.reach.carried, hidden))
    return replace(
        draft,
        texts=_wordings(draft.texts, hidden),
        text=hidden(draft.text),
        facts=_values(draft.facts, hidden),
        reason=hidden(draft.reason),
        standing=_values(draft.standing, hidden),
        reach=reach,
    )


def _wordings(texts: Mapping[str, Wording], hidden: Hide) -> dict[str, Wording]:
    return {code: Wording(hidden(text.title), hidden(text.body)) for code, text in texts.items()}


def _values(facts: Mapping[str, str], hidden: Hide) -> dict[str, str]:
    return {name: hidden(value) for name, value in facts.items()}


def _tasks(incident: Incident, hidden: Hide) -> None:
    incident.tasks = [replace(task, text=hidden(task.text)) for task in incident.tasks]


def _plans(incident: Incident, hidden: Hide) -> None:
    incident.proposals = [replace(proposal, plan=hidden(proposal.plan)) for proposal in incident.proposals]
    incident.skipped_post = hidden(incident.skipped_post)


def _pages(incident: Incident, hidden: Hide) -> None:
    incident.pages = [replace(page, reason=hidden(page.reason)) for page in incident.pages]


def _description(incident: Incident, hidden: Hide) -> None:
    incident.title = hidden(incident.title)
    incident.data_statement = hidden(incident.data_statement)


def _found(incident: Incident, hidden: Hide) -> None:
    """A fact sheet is one row; what it says stands in several places (STG-7)."""
    incident.facts = _values(incident.facts, hidden)
    incident.sheet = _values(incident.sheet, hidden)
    incident.cause = hidden(incident.cause)
    _retell(incident, hidden)


def _post(incident: Incident, hidden: Hide) -> None:
    incident.facts = _values(incident.facts, hidden)
    _retell(incident, hidden)


def _retell(incident: Incident, hidden: Hide) -> None:
    """What channels were given says the same in other words, so they are made anew from what is left."""
    update = incident.update
    if update is None:
        return
    texts = _wordings(update.texts, hidden)
    facts = _values(update.facts, hidden)
    after = replace(update, body=hidden(update.body), texts=texts, facts=facts)
    incident.update = after if after == update else replace(after, reach=None)


def _reports(incident: Incident, hidden: Hide) -> None:
    incident.reports = [
        replace(each, symptom=hidden(each.symptom), region=hidden(each.region), component=hidden(each.component))
        for each in incident.reports
    ]


def _nowhere(incident: Incident, hidden: Hide) -> None:
    """What is only noted is not repeated."""


_REPEATING: dict[str, Callable[[Incident, Hide], None]] = {
    "task": _tasks,
    "poll": _plans,
    "decision": _plans,
    "page": _pages,
    "status": _description,
    "post": _post,
    "feedback": _reports,
    "facts": _found,
}


def said_in(kind: str, versions: Sequence[str]) -> list[str]:
    """A person's own words in an entry, without what Sitrep put around them.

    `call the vendor` of `Task 1 for Bob, 10 min: call the vendor`, `go back` of `go back, executor Dan`.
    """
    behind = [version.partition(": ")[2] for version in versions if kind in OURS]
    before = [text.rpartition(", executor ")[0] for text in (*versions, *behind)]
    return [said for said in (*behind, *before) if said]


def _repeats(version: str, text: str) -> bool:
    end = "" if len(text) > BEGINNING else r"(?!\w)"
    return re.search(rf"(?<!\w){re.escape(text[:BEGINNING])}{end}", version) is not None


def hiding(repeated: Sequence[str], words: str) -> Hide:
    """Hides ``words`` (empty: everything) wherever one of the texts ``repeated`` stands, and nowhere else.

    So masking one's own entry never reaches what others said.
    """
    patterns = [re.compile(_pattern(text)) for text in sorted(repeated, key=len, reverse=True)]

    def hidden(text: str) -> str:
        for pattern in patterns:
            text = pattern.sub(lambda match: hide(match[0], words), text)
        return text

    return hidden


def _pattern(text: str) -> str:
    cut = text.endswith("…") and len(text) > BEGINNING
    if cut:
        return rf"{re.escape(text[:-1])}[\s\S]*"
    if len(text) < _SHORT:
        return f"{_AHEAD}{re.escape(text)}{_BEHIND}"
    return rf"(?<!\w){re.escape(text)}(?!\w)"
