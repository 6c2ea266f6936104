"""A process that is here for one piece of work, or to be killed in it."""

import gc
import os
import traceback
import warnings
from collections.abc import Callable


def forked(work: Callable[[], None]) -> int:
    """The child never returns into the test run."""
    with warnings.catch_warnings():
        # Where the test runner itself has threads, newer Pythons warn; the child uses nothing of theirs.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        return pid
    # A collection would touch, and so copy, all the memory that the child shares with its parent.
    gc.disable()
    try:
        work()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
