"""The forms that a word without its arguments opens; each also shows the one line that does the same."""

from collections.abc import Mapping, Sequence

from incidents.declaring import UNTITLED
from incidents.incident import Incident
from incidents.person import Person
from incidents.records import Draft, Task
from incidents.roles import Role
from incidents.severity import Severity
from templates.card import Card, Field, Form

Choices = tuple[tuple[str, str], ...]

_SEVERITIES: Choices = tuple((f"sev{level.value}", f"{level.label} {level.title}") for level in Severity)
_REASON = Field("reason", "Why", required=True)
_DATA: Choices = (
    ("none_affected", "No data was lost or changed (checked)"),
    ("being_checked", "Still being checked"),
    ("affected", "Data was affected"),
)


def severity_form(incident: Incident) -> Form:
    return Form(
        title="Change severity",
        says="severity",
        fields=(
            Field("severity", "Severity", "choice", f"sev{incident.severity.value}", True, choices=_SEVERITIES),
            Field("reason", "Why", hint="Needed for lowering it"),
        ),
        submit="Change",
        intro=f"Now {incident.severity.label}. In doubt take the higher one.",
        plain="/incident sev1 all payments fail",
    )


def note_form() -> Form:
    return Form(
        title="Note for the timeline",
        says="note",
        fields=(
            Field("text", "What happened", "text", required=True, hint="The action or finding, and who did it"),
            Field("at", "When", "time", hint="14:05; empty for now"),
        ),
        submit="Note",
        plain="!note --at 14:05 deploy 7431 rolled back",
    )


def take_form(incident: Incident) -> Form:
    """All roles one can take oneself; those that somebody holds say so."""
    return Form(
        title="Take a role",
        says="take",
        fields=(Field("role", "Role", "choice", _first_free(incident), required=True, choices=_roles(incident)),),
        submit="Take it",
        plain="/incident take scribe",
    )


def _first_free(incident: Incident) -> str:
    return next((role.value for role in incident.open_roles()), Role.SME.value)


def _roles(incident: Incident) -> Choices:
    def label(role: Role) -> str:
        holder = incident.holder(role) if role.single else None
        return f"{role.label} (now {holder.name})" if holder else role.label

    return tuple((role.value, label(role)) for role in Role)


def assign_form(incident: Incident, role: Role | None, people: Sequence[Person]) -> Form:
    chosen = role.value if role else _first_free(incident)
    return Form(
        title=f"Name the {role.label}" if role else "Give somebody a role",
        says="assign",
        fields=(
            Field("role", "Role", "choice", chosen, required=True, choices=_roles(incident)),
            _person("person", "Person", people),
        ),
        submit="Assign",
        plain=f"/incident assign {chosen} @name",
    )


def _person(name: str, label: str, people: Sequence[Person]) -> Field:
    """The values are ids, which never change; the labels show name and handle."""
    choices = tuple((person.id, f"{person.name} (@{person.handle})") for person in people)
    return Field(name, label, "person", required=True, choices=choices)


def handover_form(incident: Incident, people: Sequence[Person]) -> Form:
    others = [person for person in people if person != incident.commander]
    return Form(
        title="Hand over command",
        says="handover",
        fields=(_person("person", "To", others),),
        submit="Offer command",
        intro="You command until the handover is done. The person gets a private briefing and accepts or declines.",
        plain="/incident handover @name",
    )


def page_form(contacts: Sequence[tuple[str, str]]) -> Form:
    """``contacts`` are (what to call, how it is shown) pairs: people, teams, `ic`."""
    return Form(
        title="Call somebody",
        says="page",
        fields=(
            Field("person", "Whom", "choice", required=True, choices=tuple(contacts)),
            Field("reason", "What for", hint="One line; it is read on a phone"),
        ),
        submit="Call now",
        plain="/ic page @name database is down",
    )


def task_form(people: Sequence[Person]) -> Form:
    return Form(
        title="Give a task",
        says="task",
        fields=(
            _person("person", "Who", people),
            Field("minutes", "Minutes", value="10", required=True),
            Field("text", "What", required=True, hint="One thing"),
        ),
        submit="Give",
        plain="!task @name 10m look at the database",
    )


def longer_form(task: Task) -> Form:
    return Form(
        title=f"More time for task {task.number}",
        says=f"task longer {task.number}",
        fields=(Field("minutes", "How many more minutes", value="10", required=True),),
        intro=task.text,
        plain=f"/incident task longer {task.number} 10m",
    )


def declare_form() -> Form:
    """Nothing has to be known to declare (INC-6, INC-9)."""
    unsure = (("", "Not sure: start at SEV-2 / P1"),)
    return Form(
        title="Declare an incident",
        says="declare",
        fields=(
            Field("title", "What is wrong", hint="Checkout returns 500s"),
            Field("severity", "How bad", "choice", choices=unsure + _SEVERITIES),
        ),
        submit="Declare",
        intro="If in doubt, declare. Anybody may, and nobody is blamed for a false alarm.",
        plain="/incident sev1 Checkout returns 500s",
    )


def resolve_form(incident: Incident, missing: Sequence[str]) -> Form:
    """``missing`` are the sentences of incidents.ending; the one about monitoring asks why so early (LIFE-11)."""
    early = any("monitoring" in what for what in missing)
    return Form(
        title="Resolve",
        says="resolve",
        fields=(
            Field("impact_ended", "Customer impact has ended", "check", required=True),
            Field("recovered", "Service has fully recovered", "check", required=True),
            Field("confident", "I trust that it will not come back soon", "check", required=True),
            Field("data", "What about data?", "choice", required=True, choices=_DATA),
            Field("data_text", "If data was affected: which, and what customers should know"),
            *((Field("early_reason", "Why end monitoring early", required=True),) if early else ()),
        ),
        submit="Resolve",
        intro=f"Still to be confirmed: {'; '.join(missing)}." if missing else "",
        plain="/incident resolve No data was lost or changed.",
    )


def reopen_form(incident: Incident) -> Form:
    return Form(
        title=f"Reopen: {incident.title}",
        says="reopen",
        fields=(Field("reason", "What came back", required=True, hint="Errors rise again since 16:20"),),
        submit="Reopen",
        plain="/incident reopen errors rise again since 16:20",
    )


def cancel_form(incident: Incident) -> Form:
    return Form(
        title=f"Cancel: {incident.title}",
        says="cancel",
        fields=(_REASON,),
        submit="It was a false alarm",
        intro="Raising it was right: it counts as practice.",
        plain="/incident cancel the probe was wrong, users saw nothing",
    )


def close_form(incident: Incident) -> Form:
    return Form(
        title=f"Close: {incident.title}",
        says="close",
        fields=(
            Field("severity", "Final level", "choice", f"sev{incident.severity.value}", True, choices=_SEVERITIES),
        ),
        submit="Close",
        plain=f"/incident close sev{incident.severity.value}",
    )


def rename_form(incident: Incident) -> Form:
    title = "" if incident.title == UNTITLED else incident.title
    return Form(
        title="Rename",
        says="rename",
        fields=(Field("title", "Title", value=title, required=True),),
        plain="/incident rename Checkout returns 500s",
    )


def reason_form(title: str, says: str, question: str, hidden: Mapping[str, str]) -> Form:
    """One question, for a line that was refused without an answer; ``hidden`` is the rest of that line.

    A form has no invisible fields: what is sent along is shown, the long texts so that they can still be changed.
    """
    return Form(
        title=title,
        says=says,
        fields=(Field("because", question, required=True), *(_kept(*item) for item in hidden.items())),
    )


def scoping_form(incident: Incident) -> Card:
    """Whether customers hear of it, by the questions that are asked again later (CAD-8, CAD-9)."""
    questions = (*SCOPING, *incident.policy.posting_criteria)
    text = "\n".join(["One yes, or doubt: post.", *(f"• {question}" for question in questions)])
    form = reason_form("No post for customers?", "status skip", "All no: why do customers need no post?", {})
    return Card(title=form.title, text=text, form=form)


SCOPING = (
    "May many customers be hit, or is that unclear?",
    "Do people outside see it or report it?",
    "Is there doubt whether they can do what they come for?",
    "Would it look bad if we seemed not to know?",
)


def identified_form(question: str, scope: bool, hidden: Mapping[str, str]) -> Form:
    """Customers would read that the cause is known, and something is missing (LIFE-10 d).

    Sent again once it is confirmed, it needs no reason.
    """
    who = Field("affected_who", "Who is affected", hint="customers in Europe")
    return Form(
        title="Post identified?",
        says="update",
        fields=(
            *((who,) if scope else ()),
            Field("because", "To post without waiting for that: why"),
            *(_kept(*item) for item in hidden.items()),
        ),
        intro=question,
    )


def return_form(draft: Draft) -> Form:
    return Form(
        title="Return the post",
        says=f"return {draft.number}",
        fields=(Field("remark", "What should be different", "text", required=True),),
        submit="Return",
        intro=f"{draft.author.name} gets it back with your words, everything kept.",
        plain="/incident return say which regions",
    )


def _kept(name: str, value: str) -> Field:
    kind, colon, channel = name.partition(":")
    if colon and kind == "channel":
        return Field(name, f"Send to {channel}", "check", value)
    label = name.replace("_", " ").capitalize()
    if len(value) > 70 or "\n" in value:
        return Field(name, label, "text", value)
    return Field(name, label, "choice", value, choices=((value, value),))
