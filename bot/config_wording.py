"""From [wording] in sitrep.toml to what an organisation adds to the rules of wording (WL-5)."""

from collections.abc import Iterator

from bot import config_file as file
from bot.config_file import Document
from bot.toml_lines import Path
from incidents.wording.check import ALWAYS_ERRORS
from incidents.wording.lexicon import lexicon
from incidents.wording.post import LANGUAGES, House
from incidents.wording.rules import IDS


def wording(document: Document) -> House:
    written, organisation = document.wording, document.organisation
    people = [someone.name for someone in document.people]
    return House(
        allowed=(*written.allowed, *organisation.services),
        providers=tuple(written.providers),
        customers=tuple(written.customers),
        staff=(*written.staff, *people),
        hosts=tuple(written.hosts),
        code_names=(*written.code_names, *document.roster.teams),
        contacts=(*written.contacts, *([organisation.support_contact] if organisation.support_contact else [])),
        aliases=tuple((component, alias) for component, aliases in written.aliases.items() for alias in aliases),
        words=tuple(
            (language, name, tuple(words)) for language, lists in written.words.items() for name, words in lists.items()
        ),
        levels=tuple(written.levels.items()),
        eta=written.eta,
    )


def contradictions_of_wording(written: file.Wording) -> Iterator[tuple[Path, str]]:
    """Rules, languages and lists that there are not, and rules that nobody softens."""
    for rule in written.levels:
        if rule not in IDS:
            yield ("wording", "levels", rule), "must be one of the rules LINT-1 to LINT-68"
        elif rule in ALWAYS_ERRORS:
            yield ("wording", "levels", rule), "must stay an error: this rule is for everybody"
    for language, lists in written.words.items():
        if language not in LANGUAGES:
            yield ("wording", "words", language), f"must be one of {', '.join(LANGUAGES)}"
        else:
            yield from _unknown_lists(language, lists)


def _unknown_lists(language: str, lists: dict[str, list[str]]) -> Iterator[tuple[Path, str]]:
    for name, words in lists.items():
        key: Path = ("wording", "words", language, name)
        if name not in lexicon(language).words:
            yield key, "must be a list of the lint, such as hedge or vague_time"
        elif any(word.startswith("re:") for word in words):
            yield key, "must hold words and phrases; patterns are not taken from here"
