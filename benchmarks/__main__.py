"""`python -m benchmarks [ONLY]`: ONLY is a benchmark (`door`) or one of its figures (`door-20`)."""

import logging
import sys

import structlog

from benchmarks.run import main

if __name__ == "__main__":
    # What the parts log on their way would stand between the lines of the table.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    sys.exit(main(sys.argv[1:]))
