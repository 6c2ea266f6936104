"""What a process says to itself before anybody speaks; none of it is kept."""

from datetime import datetime, timedelta

from commands.line import Line
from incidents.person import CLOCK, Person

_NOBODY = Person("nobody@sitrep.invalid", "Nobody", "nobody")
_OWED_FOR = timedelta(hours=1)


def warming_lines(incident: int, at: datetime) -> list[Line]:
    """An incident declared an hour ago that nobody took care of: all its reminders are due. A thing is noted, too."""
    since = at - _OWED_FOR
    return [
        Line(_NOBODY, "/incident sev2 Warming up", since, "warming:declare"),
        Line(CLOCK, "remind", at, "warming:remind", via="clock", incident=incident),
        Line(_NOBODY, "!note warming up", at, "warming:note", incident=incident),
    ]
