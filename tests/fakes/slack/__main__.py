"""python -m fakes.slack --port 8090   (from the folder tests). The first line it prints says how to reach it."""

import argparse
import asyncio
import json
import sys

from fakes.slack.control import Control
from fakes.slack.fake import FakeSlack


async def main() -> None:
    words = argparse.ArgumentParser(prog="fakes.slack", description="A Slack on this machine, for tests.")
    words.add_argument("--port", type=int, default=0, help="0 takes any free port")
    words.add_argument("--seed", type=int, default=1)
    asked = words.parse_args()
    slack = FakeSlack(seed=asked.seed, port=asked.port)
    control = Control(slack)
    async with slack:
        sys.stdout.write(json.dumps(await control.app({})) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
