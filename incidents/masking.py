"""Words that must no longer be shown: how they are hidden in a text, and in what an incident knows (TL-8)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from incidents.account_records import Account
from incidents.incident import Incident
from incidents.records import Wording

MASKED = "[masked]"

BEGINNING = 150
"""A long text is known again by its beginning: the row of a public post repeats no more of it than that."""

OURS = frozenset(
    {"severity", "role", "handover", "task", "poll", "post", "page", "status", "facts", "approval", "feedback"}
)
"""Types of rows that only Sitrep writes; what a person said stands behind the colon."""

Hide = Callable[[str], str]


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
    _report(incident, found, words)
    return found


def _report(incident: Incident, found: Sequence[str], words: str) -> None:
    """The public report repeats facts inside its sentences, waiting or read (STG-32)."""

    def clean(text: str) -> str:
        for said in found:
            text = text.replace(said, hide(said, words))
        return text

    incident.account_facts = {name: clean(value) for name, value in incident.account_facts.items()}

    def cleaned(account: Account) -> Account:
        texts, carried = (
            {key: Wording(clean(text.title), clean(text.body)) for key, text in said.items()}
            for said in (account.texts, account.carried)
        )
        facts = {name: clean(value) for name, value in account.facts.items()}
        return replace(account, texts=texts, carried=carried, facts=facts)

    incident.account = cleaned(incident.account) if incident.account else None
    incident.told_account = cleaned(incident.told_account) if incident.told_account else None


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
    incident.facts = {name: hidden(value) for name, value in incident.facts.items()}
    incident.sheet = {name: hidden(value) for name, value in incident.sheet.items()}
    incident.cause = hidden(incident.cause)
    _retell(incident, hidden)


def _post(incident: Incident, hidden: Hide) -> None:
    incident.facts = {name: hidden(value) for name, value in incident.facts.items()}
    _retell(incident, hidden)


def _retell(incident: Incident, hidden: Hide) -> None:
    """What channels were given says the same in other words, so they are made anew from what is left."""
    update = incident.update
    if update is None:
        return
    texts = {code: Wording(hidden(text.title), hidden(text.body)) for code, text in update.texts.items()}
    facts = {name: hidden(value) for name, value in update.facts.items()}
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
