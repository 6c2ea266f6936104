"""[[regulatory]], [[routine]] and [posting]: what the organisation owes by law and to itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, Field

from bot.config_kinds import STRICT, Email, Text, matching_trigger
from bot.toml_lines import Path
from incidents.person import Person
from incidents.policy import Duty, Policy
from incidents.routines import Every, Routine

Trigger = Annotated[str, matching_trigger()]


class Regulatory(BaseModel):
    """Something the law asks for, counted from a confirmed breach (CAD-25)."""

    model_config = STRICT

    name: Text
    hours: Annotated[int, Field(ge=1, le=24 * 366)]
    contact: Email
    trigger: Trigger = "breach"


class Again(BaseModel):
    """What is done again and again: a drill, a crisis played through, the figures read (CAD-24f)."""

    model_config = STRICT

    name: Text
    every: Every
    owner: Email


class Posting(BaseModel):
    model_config = STRICT

    criteria: Annotated[list[Text], Field(max_length=10)] = []


def with_duties(policy: Policy, duties: Sequence[Regulatory], posting: Posting, people: Mapping[str, Person]) -> Policy:
    """``people`` are those under [[people]], by e-mail."""
    owed = tuple(Duty(each.name, each.hours, people[each.contact], each.trigger) for each in duties)
    return replace(policy, regulatory=owed, posting_criteria=tuple(posting.criteria))


def routines(written: Sequence[Again], people: Mapping[str, Person]) -> tuple[Routine, ...]:
    return tuple(Routine(each.name, each.every, people[each.owner]) for each in written)


def named_contacts(duties: Sequence[Regulatory], again: Sequence[Again]) -> Iterator[tuple[Path, str]]:
    for number, each in enumerate(duties):
        yield ("regulatory", number, "contact"), each.contact
    for number, one in enumerate(again):
        yield ("routine", number, "owner"), one.owner


def twice(again: Sequence[Again]) -> Iterator[tuple[Path, str]]:
    """By its name somebody says that it is done."""
    names = [each.name.lower() for each in again]
    for number, name in enumerate(names):
        if name in names[:number]:
            yield ("routine", number, "name"), "must be there once"
