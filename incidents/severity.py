"""How bad it is: five levels, two scales (SVR-1, SVR-2)."""

import re
from enum import IntEnum

from incidents.errors import Refused


class Severity(IntEnum):
    """SEV-1 is the worst. Shown in both scales, so that a slip between them is seen (GEN-6)."""

    SEV1 = 1
    SEV2 = 2
    SEV3 = 3
    SEV4 = 4
    SEV5 = 5

    @property
    def label(self) -> str:
        """`SEV-2 / P1`."""
        return f"SEV-{self.value} / P{min(self.value - 1, 3)}"

    @property
    def title(self) -> str:
        return ("critical", "major", "general", "minor", "cosmetic")[self.value - 1]

    @property
    def major(self) -> bool:
        """SEV-1 and SEV-2 need more than one team (SVR-7)."""
        return self <= Severity.SEV2

    def worse_than(self, other: "Severity") -> bool:
        return self < other


CHOICES = tuple(f"sev{level.value}" for level in Severity)

_SEV = re.compile(r"^s(?:ev)?(?:erity)?[-_ ]?([1-5])$", re.IGNORECASE)
_P = re.compile(r"^p[-_ ]?([0-3])$", re.IGNORECASE)
# "p99 latency" and "s3000 is down" are titles, so only one digit after a lone letter counts as an attempt.
_LIKE = re.compile(r"^(?:sev(?:erity)?[-_ ]?\d{1,3}|[sp][-_ ]?\d)$", re.IGNORECASE)


def read(word: str) -> Severity | None:
    """The level a word names, or None when it names none.

    Raises Refused for a bare digit, which means different levels in different firms, and for levels that
    do not exist (SVR-2).
    """
    if match := _SEV.match(word):
        return Severity(int(match[1]))
    if match := _P.match(word):
        return Severity(int(match[1]) + 1)
    if word.isdigit() and len(word) == 1:
        raise Refused(
            f"“{word}” alone could be SEV-{word} or P{word}, and those differ. Say which.",
            hint="sev1 = P0, sev2 = P1, sev3 = P2, sev4 = P3, sev5",
            choices=CHOICES,
        )
    if _LIKE.match(word):
        raise Refused(f"There is no level “{word}”. The levels are SEV-1 to SEV-5, or P0 to P3.", choices=CHOICES)
    return None
