"""What is lacking before an incident, as whoever asks reads it: channels and departments (REG-9, AUD-15)."""

from collections.abc import Mapping
from datetime import date

from incidents.channels import lacking
from templates.card import Card
from templates.house import House
from templates.marks import bold

DEPARTMENTS = ("support", "sales", "marketing", "product", "finance", "legal", "hr")
"""Those whom an incident may concern (AUD-2 to AUD-7)."""


def doctor_card(house: House, departments: Mapping[str, str], today: date, *, parts: tuple[str, ...]) -> Card:
    found = {"channels": _channels(house, today), "departments": _departments(departments)}
    blocks = ["\n".join((bold(part), *found[part])) for part in parts]
    good = all(line.startswith("✓") for part in parts for line in found[part])
    return Card("What is lacking", "\n\n".join(blocks), tone="good" if good else "warn")


def _channels(house: House, today: date) -> list[str]:
    if not house.channels:
        return ["✓ none is configured; posts stand in the status channel and on Sitrep’s own status page"]
    return [
        _line(each.name, [*([each.broken] if each.broken else []), *lacking(each, today)]) for each in house.channels
    ]


def _line(name: str, found: list[str]) -> str:
    return f"✗ {name}: {'; '.join(found)}" if found else f"✓ {name}"


def _departments(departments: Mapping[str, str]) -> list[str]:
    return [
        f"✓ {name}: {departments[name]}" if departments.get(name) else f"✗ {name}: nobody is named"
        for name in DEPARTMENTS
    ]
