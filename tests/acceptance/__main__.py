"""`python -m tests.acceptance [CASES.json]`: replay a file and print how it went.

Exit status: 0 when nothing failed, 1 when a case failed, 2 when the file cannot be read
as a cases file.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from .adapter import Verdict, replay_all
from .report import page
from .schema import BadFile, Case, load
from .service import service

SHIPPED = Path(__file__).with_name("cases.json")


def main(arguments: Sequence[str]) -> int:
    """The exit status of one run."""
    path = Path(arguments[0]) if arguments else SHIPPED
    try:
        cases = load(path)
    except BadFile as bad:
        sys.stderr.write(f"{bad}\n")
        return 2
    verdicts = asyncio.run(_replayed(cases))
    sys.stdout.write(page(verdicts))
    return 1 if any(verdict.result == "failed" for verdict in verdicts) else 0


async def _replayed(cases: Sequence[Case]) -> list[Verdict]:
    async with service() as (api, server):
        return [verdict async for verdict in replay_all(api, server, cases)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
