"""What the form of each stage and of each special case asks for (table 7.2, STG-5)."""

from dataclasses import dataclass

from incidents.stage import Stage


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One fact of a post: ``name`` is its STG-8 placeholder; ``required`` ones block the post while unknown (STG-5).

    ``hint`` is an example of a value, in the form in which the template's sentence needs it. What it is in other
    languages is in samples.py.
    """

    name: str
    label: str
    hint: str
    required: bool = False


_SERVICE = FieldSpec("service", "Service", "Checkout")
_NAMED_SERVICE = FieldSpec("service", "Service", "Checkout", required=True)
_SYMPTOM = FieldSpec("symptom", "What customers see", "error messages when paying")
_SEEN = FieldSpec("symptom", "What customers see", "error messages when paying", required=True)
_WHO = FieldSpec("affected_who", "Who is affected", "customers in Europe")
_REGIONS = FieldSpec("regions", "Regions", "Europe and Asia")
_NOT_AFFECTED = FieldSpec("not_affected", "What works normally", "browsing and the cart")
_WORKAROUND = FieldSpec("workaround", "What customers can do meanwhile", "pay by invoice")
_SHARE = FieldSpec("affected_share", "How many customers", "40%", required=True)
_FUNCTIONS = FieldSpec("functions", "What they cannot use", "card payment", required=True)
_ACTION = FieldSpec("action_now", "What we are doing now", "checking the payment connection", required=True)
_CAUSE = FieldSpec("cause_plain", "Cause in plain words", "a faulty setting reached our servers")
_FIX = FieldSpec("fix_plain", "What we are doing about it", "rolling back the setting", required=True)
_ETA = FieldSpec("eta_time", "Normal again by (empty: no reliable estimate yet)", "16:00 UTC")
_DATA = FieldSpec("data_statement", "Was data lost or changed?", "No data was lost or changed.", required=True)
_DOUBT = FieldSpec(
    "data_statement", "What of customers' data", "We are checking whether data is affected.", required=True
)

FIELDS: dict[Stage, tuple[FieldSpec, ...]] = {
    Stage.INVESTIGATING: (_NAMED_SERVICE, _SEEN, _ACTION, _WHO, _NOT_AFFECTED),
    Stage.IDENTIFIED: (
        _SERVICE,
        _SYMPTOM,
        FieldSpec("cause_plain", "Confirmed cause", "a faulty setting reached our servers", required=True),
        _SHARE,
        _FUNCTIONS,
        _FIX,
        _REGIONS,
        _ETA,
        _WORKAROUND,
    ),
    Stage.MONITORING: (
        _SERVICE,
        _SYMPTOM,
        FieldSpec("fix_plain", "What we finished", "rolling back the setting", required=True),
        FieldSpec("end_time", "Finished at", "15:10 UTC", required=True),
        FieldSpec("progress", "How much works again", "98%", required=True),
        FieldSpec("remaining_impact", "Who still waits", "5% of customers in Asia", required=True),
        _WORKAROUND,
    ),
    Stage.RESOLVED: (
        _NAMED_SERVICE,
        _DATA,
        FieldSpec("prevention", "To prevent a repeat we will", "test this setting before each release", required=True),
        FieldSpec("fix_plain", "What restored it", "rolling back the setting", required=True),
        FieldSpec("affected_who", "Who was affected", "customers in Europe"),
        _SYMPTOM,
        _CAUSE,
        FieldSpec("report_time", "Full report by", "Friday 17:00 UTC"),
    ),
    Stage.WITHDRAWN: (_SERVICE,),
}
"""Times, duration and contact fill themselves in."""

SCOPING = (_SHARE, _FUNCTIONS, _ACTION, _SERVICE, _SYMPTOM, _REGIONS, _NOT_AFFECTED, _WORKAROUND)
"""What the scoping post and an update with a change ask for (STG-12)."""

KINDS: dict[str, tuple[FieldSpec, ...]] = {
    "holding": (),
    "no-news": (),
    "scoping": SCOPING,
    "limited": (_NAMED_SERVICE, _SEEN, _ACTION, _WORKAROUND),
    "opened-resolved": (
        _NAMED_SERVICE,
        _SEEN,
        _DATA,
        _WHO,
        _CAUSE,
        FieldSpec("prevention", "Next step", "test this setting before each release"),
    ),
    "long": (_SHARE, _FUNCTIONS, _ACTION, _SERVICE, _CAUSE, _REGIONS, _WORKAROUND),
    "full-outage": (_NAMED_SERVICE, _ACTION, _CAUSE, _ETA, _WORKAROUND),
    "partial-outage": (
        _NAMED_SERVICE,
        _FUNCTIONS,
        _SHARE,
        _ACTION,
        _REGIONS,
        _NOT_AFFECTED,
        _WORKAROUND,
        _CAUSE,
        _ETA,
    ),
    "third-party": (_NAMED_SERVICE, _SYMPTOM, _FUNCTIONS, _SHARE, _FIX, _REGIONS, _ETA, _WORKAROUND),
    "security": (
        _NAMED_SERVICE,
        FieldSpec("date", "Found on", "2031-04-02", required=True),
        FieldSpec("data_types", "Which data", "names and e-mail addresses", required=True),
        _WHO,
        FieldSpec("start_time", "Access from", "2031-04-01 22:10 UTC", required=True),
        FieldSpec("end_time", "Stopped at", "2031-04-02 09:40 UTC", required=True),
        FieldSpec("fix_plain", "What we did", "replaced all access keys", required=True),
        FieldSpec("customer_steps", "What customers should do", "choose a new password", required=True),
        FieldSpec("report_url", "Address of the account", "https://status.example.com/security"),
    ),
    "security-private": (_NAMED_SERVICE, _FUNCTIONS),
}
"""The special cases by the word that asks for them; what is no kind is the stage's own template."""

KIND_LABELS: dict[str, str] = {
    "holding": "Holding statement",
    "no-news": "No news",
    "scoping": "Scope, or what has changed",
    "limited": "To each customer instead of a post",
    "opened-resolved": "Opened and resolved at once",
    "long": "It will take longer",
    "full-outage": "Nothing works",
    "partial-outage": "A part does not work",
    "third-party": "A service of somebody else is the cause",
    "security": "Security: the first statement",
    "security-private": "Security: details stay private",
}

STATEMENT = "security"
"""Tells of an incident of security: dated, cleared by several, never cut short in another language (STG-25)."""

TO_EACH = "limited"
"""Where few are affected, each of them can be written to; no channel carries that (STG-17, SVR-15)."""

READY = ("holding", "no-news")
"""Texts that are complete as they are, posted with one press (CAD-10, STG-10, STG-13)."""


def fields(stage: Stage, kind: str = "", *, data_doubted: bool = False) -> tuple[FieldSpec, ...]:
    """What the form of this post asks for; where data is in doubt also what is known of it, until it is over."""
    found = KINDS[kind] if kind in KINDS and template(stage, kind) in _OF_KIND.values() else FIELDS[stage]
    return (*found, _DOUBT) if data_doubted and stage in _OPEN and kind not in _SILENT_ON_DATA else found


_SILENT_ON_DATA = (*READY, TO_EACH, STATEMENT, "security-private")
"""Complete as they are, or about data in their own way."""
_STAGES = {
    Stage.INVESTIGATING: "STG-11",
    Stage.IDENTIFIED: "STG-14",
    Stage.MONITORING: "STG-15",
    Stage.RESOLVED: "STG-16",
    Stage.WITHDRAWN: "STG-18",
}
_OF_KIND = {
    "holding": "STG-10",
    "scoping": "STG-12",
    "no-news": "STG-13",
    "limited": "STG-17",
    "opened-resolved": "STG-19",
    "long": "STG-20",
    "full-outage": "STG-21",
    "partial-outage": "STG-22",
    "security": "STG-25",
    "security-private": "STG-26",
    "third-party": "STG-31",
}
_OPEN = (Stage.INVESTIGATING, Stage.IDENTIFIED, Stage.MONITORING)
_FITS: dict[str, tuple[Stage, ...]] = {
    "opened-resolved": (Stage.RESOLVED,),
    "full-outage": (Stage.INVESTIGATING, Stage.IDENTIFIED),
    "partial-outage": (Stage.INVESTIGATING, Stage.IDENTIFIED),
    "third-party": (Stage.IDENTIFIED,),
    "security": tuple(Stage),
    # That the scope is being confirmed is said while investigating only (LINT-4).
    "security-private": (Stage.INVESTIGATING,),
}
FILES = {
    **{id: kind.replace("-", "_") for kind, id in _OF_KIND.items()},
    **{id: stage.value for stage, id in _STAGES.items()},
    "text": "text",
    "short": "short",
}
"""The file of each template, without folder and ending."""


def stages_for(kind: str) -> tuple[Stage, ...]:
    """The stages in which a special case can be told; none for what is no special case."""
    return _FITS.get(kind, _OPEN) if kind in KINDS else ()


def kinds_for(stage: Stage) -> tuple[str, ...]:
    """The special cases that fit a stage, without those that need no form."""
    return tuple(kind for kind in KINDS if kind not in READY and stage in stages_for(kind))


def template(stage: Stage, kind: str) -> str:
    """The template for a stage and a special case. A case that does not fit the stage gives the stage's own.

    Where something is out altogether, nothing has been fixed yet. That another's service is the cause is a fact only
    once it is confirmed (STG-31, LINT-30).
    """
    return _OF_KIND[kind] if stage in _FITS.get(kind, _OPEN) and kind in _OF_KIND else _STAGES[stage]
