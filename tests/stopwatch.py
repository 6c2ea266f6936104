"""How long something takes."""

import sys
import time
from collections.abc import Callable


def milliseconds(call: Callable[[], object]) -> float:
    """The best of three, so that a busy machine does not fail the test; coverage's tracer is not timed."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        return min(_once(call) for _ in range(3))
    finally:
        sys.settrace(tracer)


def _once(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - started)
