"""`python -m benchmarks [ONLY]`: ONLY is a benchmark (`door`) or one of its figures (`door-20`)."""

import sys

from benchmarks.run import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
