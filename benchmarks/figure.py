"""One measured figure beside its goal, and how figures are shown and kept."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_ROW = "{:<26}{:>12}  {:<7}{:>12}  {}"


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: float
    unit: str
    goal: float
    better: Literal["higher", "lower"]

    @property
    def met(self) -> bool:
        return self.value >= self.goal if self.better == "higher" else self.value <= self.goal

    def record(self) -> dict[str, object]:
        """As it stands in latest.json."""
        return {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "goal": self.goal,
            "better": self.better,
            "met": self.met,
        }


HEADING = _ROW.format("figure", "measured", "", "goal", "")


def row(figure: Figure) -> str:
    sign = ">=" if figure.better == "higher" else "<="
    goal = f"{sign} {figure.goal:g}"
    return _ROW.format(figure.name, f"{figure.value:.3g}", figure.unit, goal, "met" if figure.met else "NOT MET")


def keep(figures: Iterable[Figure], file: Path) -> None:
    file.write_text(json.dumps([figure.record() for figure in figures], indent=2) + "\n", encoding="utf-8")
