"""How long something takes."""

import sys
import time
from collections.abc import Callable


def milliseconds(call: Callable[[], object]) -> float:
    """Of the processor, the best of three: a busy machine does not fail the test. Coverage's tracer is not timed."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        return min(_once(call) for _ in range(3))
    finally:
        sys.settrace(tracer)


def _once(call: Callable[[], object]) -> float:
    started = time.thread_time()
    call()
    return 1000 * (time.thread_time() - started)
