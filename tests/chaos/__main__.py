"""`python -m tests.chaos --kills 20`: a longer run whose result is kept as evidence."""

import argparse
import asyncio
import dataclasses
import json
import os
import random
import shlex
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.chaos.story import FAULTS, run


def main() -> int:
    """Run, print the verdict, write it as JSON; 4 when the books are not clean."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rng = random.Random(given.seed)
    faults = [rng.choice(FAULTS) for _ in range(given.kills)]
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        verdict = asyncio.run(run(Path(folder), faults=faults, seed=given.seed))
    found = {
        "command": shlex.join(["python", "-m", "tests.chaos", *sys.argv[1:]]),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "cores": os.cpu_count(),
        "clean": verdict.clean,
        **dataclasses.asdict(verdict),
    }
    text = json.dumps(found, indent=2)
    sys.stdout.write(text + "\n")
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(text + "\n")
    return 0 if verdict.clean else 4


if __name__ == "__main__":
    sys.exit(main())
