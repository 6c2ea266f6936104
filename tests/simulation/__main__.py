"""python -m simulation --seed 7 --steps 50000   (from the folder tests)"""

import argparse
import sys
import time

from simulation.run import Violation, run


def main() -> int:
    words = argparse.ArgumentParser(prog="simulation", description="Two replicas through bad weather, from a seed.")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--seeds", type=int, default=1, help="so many, one after the other")
    words.add_argument("--steps", type=int, default=50_000)
    words.add_argument("--trace", type=argparse.FileType("w"), help="write down every step")
    asked = words.parse_args()
    for seed in range(asked.seed, asked.seed + asked.seeds):
        began = time.monotonic()
        try:
            report = run(seed, asked.steps, asked.trace)
        except Violation as problem:
            sys.stdout.write(f"seed {seed}: {problem}\n")
            return 1
        took = time.monotonic() - began
        told = ", ".join(f"{many} {what}" for what, many in report.figures.items())
        sys.stdout.write(
            f"seed {seed}: {report.steps} steps, {report.hours:.1f} h in {took:.1f} s "
            f"({report.steps / took:.0f}/s), digest {report.digest}: {told}\n"
        )
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
