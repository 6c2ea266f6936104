"""One computation of padded times, for estimates, for windows and for what the wording rules accept (ETA-3, ETA-9)."""

from datetime import UTC, datetime, timedelta

import pytest

from incidents import eta, padding
from incidents.wording.claims import earliest
from incidents.wording.post import Estimate

MIDNIGHT = datetime(2031, 4, 2, tzinfo=UTC)


@pytest.mark.parametrize("minutes", [1, 5, 35, 36, 40, 42, 43, 44, 90, 160, 170, 171, 172, 180, 600, 1441])
def test_eta_9_a_window_is_as_long_as_an_estimate_of_medium_certainty_is_far(minutes: int) -> None:
    """From a full day on, where the clock's round times and the span's are the same."""
    announced = eta.padded(MIDNIGHT, minutes, padding.BUFFERS["medium"])
    assert timedelta(minutes=padding.with_buffer(minutes)) == announced - MIDNIGHT


@pytest.mark.parametrize("buffer", [*padding.BUFFERS.values(), padding.REVISED])
@pytest.mark.parametrize("minutes", [1, 7, 40, 171, 600])
def test_eta_3_what_customers_read_is_never_before_what_the_wording_rules_accept(minutes: int, buffer: int) -> None:
    announced = eta.padded(MIDNIGHT, minutes, buffer)
    assert 30 <= buffer <= 50
    accepted = earliest(Estimate(MIDNIGHT, timedelta(minutes=minutes), buffer=buffer))
    assert accepted <= announced < accepted + padding.step(accepted - MIDNIGHT)
