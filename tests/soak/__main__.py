"""python -m soak --seconds 600   (from the folder tests)"""

import argparse
import asyncio
import sys

from soak.run import soak


def main() -> int:
    words = argparse.ArgumentParser(prog="soak", description="Two replicas on PostgreSQL, killed all the time.")
    words.add_argument("--seconds", type=float, default=600.0)
    words.add_argument("--seed", type=int, default=1)
    asked = words.parse_args()
    found = asyncio.run(soak(asked.seconds, asked.seed))
    sys.stdout.writelines(f"{what:<16} {many:10.1f}\n" for what, many in found.items())
    wrong = sum(many for what, many in found.items() if what.startswith(("lost", "doubled")))
    sys.stdout.write("0 lost, 0 doubled\n" if not wrong else "NOT what was promised\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
