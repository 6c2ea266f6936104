"""How much later than believed it is said to be over: one policy for estimates and for windows (ETA-3, ETA-9)."""

from datetime import timedelta

from incidents.customer_records import Certainty

BUFFERS: dict[Certainty, int] = {"high": 30, "medium": 40, "low": 50}
"""Percent on top of what whoever knows the work believes (ETA-3)."""

REVISED = 50
"""Percent for every estimate after the first (ETA-6)."""

_HOUR, _FOUR_HOURS = timedelta(hours=1), timedelta(hours=4)


def stretched(believed: timedelta, buffer: int) -> timedelta:
    """``buffer`` in percent.

    >>> stretched(timedelta(minutes=40), 40)
    datetime.timedelta(seconds=3360)
    """
    return believed * (100 + buffer) / 100


def step(span: timedelta) -> timedelta:
    """What a time that is so far away is rounded up to."""
    if span < _HOUR:
        return timedelta(minutes=5)
    return timedelta(minutes=15) if span < _FOUR_HOURS else _HOUR


def with_buffer(work: int) -> int:
    """Minutes of window for ``work`` minutes of work, of which nobody is sure: rounded up as estimates are (ETA-9)."""
    span = stretched(timedelta(minutes=work), BUFFERS["medium"])
    return (span + -span % step(span)) // timedelta(minutes=1)
