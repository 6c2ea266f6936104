"""Somebody who can speak, hold a role or be reminded."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """``id`` never changes (an e-mail address in lower case where one is known); ``handle`` is what follows an @."""

    id: str
    name: str
    handle: str


CLOCK = Person(id="sitrep:clock", name="Sitrep", handle="sitrep")
"""Who speaks when a deadline passes; its words are refused to people."""
