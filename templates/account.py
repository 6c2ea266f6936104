"""The public report on an incident that is over: its words, its form, its card (STG-32, POST-21)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from incidents import account as rules
from incidents.account_records import Account
from incidents.facts import told
from incidents.incident import Incident
from incidents.person import Person
from incidents.records import Draft, Wording
from incidents.stage import Stage
from incidents.wording.finding import Finding
from templates import account_channels, checked, figures, known, public_text
from templates.approval_card import folds
from templates.card import Button, Card, Fact, Field, FieldKind, Form
from templates.house import House
from templates.marks import bold, mention
from templates.origins import origin_line
from templates.phrases import NATIVE, label
from templates.placeholders import FACTS
from templates.update_fields import STATEMENT, FieldSpec
from templates.update_form import SAME_EVERYWHERE, boxes
from templates.updates import UNKNOWN

ID, FILE = "STG-32", "report"
FIELDS = (
    FieldSpec("service", "Service", "Checkout", required=True),
    FieldSpec("symptom", "What customers saw", "error messages when paying", required=True),
    FieldSpec("affected_who", "Who was affected", "customers in Europe"),
    FieldSpec("affected_share", "How many customers", "40%", required=True),
    FieldSpec("regions", "Regions", "Europe and Asia"),
    FieldSpec("functions", "What they could not use", "card payment"),
    FieldSpec("text", "What happened, with times (at most three sentences)", "At 14:02 UTC we rolled out a setting."),
    FieldSpec("cause_plain", "Cause in plain words", "a faulty setting reached our servers", required=True),
    FieldSpec("fix_plain", "What restored it", "rolling back the setting", required=True),
    FieldSpec("data_statement", "Was data lost or changed?", "No data was lost or changed.", required=True),
    FieldSpec("prevention", "To prevent a repeat we will", "test this setting before each release", required=True),
)


@dataclass(frozen=True, slots=True)
class Made:
    """``unknown`` are facts still missing, `symptom@fr` where only a translation is."""

    account: Account
    unknown: tuple[str, ...]


def drafted(
    facts: Mapping[str, str],
    picks: Mapping[str, bool],
    *,
    incident: Incident,
    house: House,
    by: Person,
    now: datetime,
) -> Made:
    """From the record and what its author gave, in every language; in none of them with gaps (STG-34)."""
    given = told(incident.facts, facts)
    texts, origins, unknown = dict[str, Wording](), dict[str, str](), list[str]()
    for language in house.languages:
        values, missing = _values(given, incident, house, now, language)
        made = public_text.write(FILE, language, values | dict.fromkeys(_names(missing), UNKNOWN), house)
        dated = f"{values['date']} - " if rules.told_security(incident) else ""
        texts[language] = Wording(dated + made.title, made.body)
        origins[language] = f"{ID} v{made.version}{' own' * made.own}"
        unknown += missing
    source = house.languages[0]
    account = Account(0, texts, source, by, now, facts=dict(facts), origins=origins, picks=dict(picks))
    going, left = account_channels.carried(incident, texts, picks, house)
    return Made(replace(account, carried=going, left_out=left), tuple(dict.fromkeys(unknown)))


def _values(
    given: Mapping[str, str], incident: Incident, house: House, now: datetime, language: str
) -> tuple[dict[str, str], list[str]]:
    source = house.languages[0]
    values = known.values(given, incident=incident, house=house, now=now, next_update_at=None, language=language)
    values |= figures.written(values, FACTS, language, house.zone)
    values |= {"stage": "resolved", "stage_label": label(Stage.RESOLVED, language)}
    values["text"] = _sentences(given.get("text" if language == source else f"text@{language}", ""))
    missing = [field.name for field in FIELDS if field.required and not values[field.name]]
    if language != source:
        foreign = known.untranslated(given, incident=incident, house=house, language=language)
        foreign &= public_text.uses(FILE, language, house)
        foreign |= {"text"} if given.get("text") and not values["text"] else set()
        missing = [field.name + f"@{language}" for field in FIELDS if field.name in foreign]
    return values, missing


def _names(missing: list[str]) -> list[str]:
    return [name.partition("@")[0] for name in missing]


def _sentences(text: str) -> str:
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?", "。", "！", "？")) else f"{text}."


def objections(account: Account, incident: Incident, house: House) -> list[Finding]:
    """What the wording rules keep back (WL-2)."""
    return checked.stopping(_as_post(account, incident), incident, house)


def _as_post(account: Account, incident: Incident) -> Draft:
    kind = STATEMENT if rules.told_security(incident) else ""
    facts = {name: text for name, text in account.facts.items() if name in FACTS}
    return Draft(
        0,
        Stage.RESOLVED,
        ID,
        account.texts,
        account.author,
        account.submitted_at,
        language=account.language,
        kind=kind,
        facts=facts,
    )


def form(
    incident: Incident,
    facts: Mapping[str, str],
    house: House,
    now: datetime,
    *,
    picks: Mapping[str, bool],
    why: str = "",
) -> Form:
    """Filled with what is known; a box for each channel, ticked as the matrix says (CHN-3)."""
    given = told(incident.facts, facts)
    values = known.values(given, incident=incident, house=house, now=now, next_update_at=None)
    values["text"] = given.get("text", "")
    return Form(
        title="Not sent yet" if why else "Public report",
        says="account",
        fields=(
            *(shown for field in FIELDS for shown in _fields(field, values[field.name], given, house)),
            *boxes(account_channels.offered(incident, house), picks, house),
        ),
        submit="Send for approval",
        intro=why or "Start, end, length and contact are added for you.",
        plain='/incident account --prevention "test this setting"',
    )


def _fields(field: FieldSpec, value: str, given: Mapping[str, str], house: House) -> Iterator[Field]:
    needed = "Needed, for example: " if field.required else "For example: "
    shape: FieldKind = "text" if field.name == "text" else "line"
    yield Field(field.name, field.label, shape, value, hint=needed + field.hint)
    for language in house.languages[1:] if field.name not in SAME_EVERYWHERE else ():
        name = f"{field.name}@{language}"
        yield Field(name, f"{field.label} ({NATIVE[language]})", shape, given.get(name, ""))


def gaps(unknown: tuple[str, ...]) -> str:
    """`Still empty: What customers saw (Français).`"""
    labels = {field.name: field.label for field in FIELDS}
    shown = [
        labels[name] + (f" ({NATIVE[language]})" if language else "")
        for name, _, language in (each.partition("@") for each in unknown)
    ]
    return f"Still empty: {', '.join(shown)}."


def card(incident: Incident, account: Account, house: House, *, lead: str = "") -> Card:
    """Every word in every language, what was found, whose yes is missing (APPR-1)."""
    several = len(account.texts) > 1
    blocks = [
        "\n\n".join(filter(None, (bold(NATIVE[code]) if several else "", bold(text.title), text.body)))
        for code, text in account.texts.items()
    ]
    left = [
        f"{part}: {' or '.join(mention(person) for person in people) or 'nobody here'}"
        for part, people in rules.open_parts(incident, account).items()
    ]
    facts = [
        Fact("Template", origin_line(account.origins)),
        Fact("Written by", mention(account.author)),
        Fact("Yes still needed", "; ".join(left)),
    ]
    if account.cleared:
        facts.append(Fact("Said yes", ", ".join(mention(person) for person in account.cleared.values())))
    if account.carried:
        facts.append(Fact("Goes also to", ", ".join(account.carried)))
    if account.left_out:
        facts.append(Fact("Left out", ", ".join(account.left_out)))
    if account.reason:
        facts.append(Fact("Why", account.reason))
    found = checked.checked(_as_post(account, incident), incident, house)
    return Card(
        title=f"Public report for approval · {incident.title}",
        text="\n\n".join(filter(None, (lead, *blocks, "\n".join(found)))),
        facts=tuple(facts),
        folds=folds({}, account.language, account.carried, house),
        buttons=(
            Button("Publish report", says=f"account approve {account.seal}", style="primary"),
            Button("Return report…", says=f"account return {account.seal}"),
        ),
        tone="warn",
    )
