"""python -m fuzz --seed 7 --runs 200000   (from the folder tests)"""

import argparse
import sys
import time

from fuzz.targets import TARGETS, Broken, fuzz


def main() -> int:
    words = argparse.ArgumentParser(
        prog="fuzz", description="Anything at all, at the parser, the checks, the encoders."
    )
    words.add_argument("--target", choices=TARGETS, action="append", help="only this one")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--runs", type=int, default=200_000, help="of each")
    asked = words.parse_args()
    broken = 0
    for target in asked.target or TARGETS:
        began = time.monotonic()
        try:
            fuzz(target, asked.seed, asked.runs)
        except Broken as problem:
            sys.stdout.write(f"{target}: {problem}\n")
            broken += 1
            continue
        took = time.monotonic() - began
        sys.stdout.write(f"{target:<10} {asked.runs} runs in {took:.0f} s ({asked.runs / took:.0f}/s), 0 broken\n")
        sys.stdout.flush()
    return min(broken, 1)


if __name__ == "__main__":
    sys.exit(main())
