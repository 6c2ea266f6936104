"""What an organisation's own template of a special case must go on telling (STG-36)."""

from collections.abc import Iterator, Mapping
from functools import cache

from incidents.stage import Stage
from templates import allowed
from templates.placeholders import NAMES, UNTOUCHED
from templates.public_text import PARTS
from templates.update_fields import stages_for
from templates.words import environment

SPECIAL = frozenset(
    {
        "limited",
        "withdrawn",
        "opened_resolved",
        "long",
        "full_outage",
        "partial_outage",
        "third_party",
        "security",
        "security_private",
        "maintenance_scheduled",
        "maintenance_started",
        "maintenance_extended",
        "maintenance_verifying",
        "maintenance_completed",
        "maintenance_cancelled",
    }
)

_ELEMENTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "the state": (("stage_label",),),
    "the scope": (
        ("share_of_customers", "affected_share", "affected_who", "functions", "effect", "data_types"),
        ("service_named", "in_service", "service", "subject"),
    ),
    "the expected time": (
        ("eta_time",),
        ("window_end", "new_window_end"),
        ("next_update_time", "cadence"),
        ("end_time", "lasted_to"),
    ),
    "the way around": (("workaround", "customer_steps"), ("not_affected", "support_contact")),
}
"""Each in the forms it can take, the best first: what the built-in text has, the own one needs, in the same form."""

_MARKS = {name: chr(0xE000 + number) for number, name in enumerate(NAMES) if name not in UNTOUCHED}
"""One letter that nobody writes for each placeholder: what can be seen in the filled text was told."""


def left_out(name: str, language: str, source: str) -> Iterator[str]:
    """What customers would no longer read, each as half a sentence. Raises Unusable when it cannot be filled."""
    if name not in SPECIAL:
        return
    told = _built_in(name, language)
    own = _seen(allowed.render(source, values | _parts(language, values)) for values in _everything(name))
    for element, forms in _ELEMENTS.items():
        needed = _first(forms, told)
        if needed and not own & set(needed):
            yield f"leaves out {element}; tell it with {_written(needed, told)} (STG-36)"


def _first(forms: tuple[tuple[str, ...], ...], told: frozenset[str]) -> tuple[str, ...]:
    return next((form for form in forms if told & set(form)), ())


def _written(needed: tuple[str, ...], told: frozenset[str]) -> str:
    """As the built-in text has it."""
    return " or ".join(f"{{{{ {name} }}}}" for name in needed if name in told)


@cache
def _built_in(name: str, language: str) -> frozenset[str]:
    template = environment.get_template(f"updates/{language}/{name}.j2")
    return _seen(template.render(values) for values in _everything(name))


def _everything(name: str) -> Iterator[dict[str, str]]:
    """All facts known, in each stage that it can be told in: of an estimate not while we investigate (ETA-2)."""
    own = stages_for(name.replace("_", "-")) or (Stage.WITHDRAWN,)
    for stage in (each.value for each in own):
        yield {**_MARKS, **dict.fromkeys(UNTOUCHED, ""), "stage": stage}


def _parts(language: str, values: Mapping[str, str]) -> dict[str, str]:
    return {part: environment.get_template(f"updates/{language}/{part}.j2").render(values) for part in PARTS}


def _seen(texts: Iterator[str]) -> frozenset[str]:
    read = "".join(texts)
    return frozenset(name for name, mark in _MARKS.items() if mark in read)
