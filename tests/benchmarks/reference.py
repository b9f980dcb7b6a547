"""Reference optima of the published instances."""

import csv
from pathlib import Path

_FOLDER = Path(__file__).parent / "anchors"


def anchors(name: str) -> list[dict[str, str]]:
    """The rows of one experiment."""
    text = (_FOLDER / f"experiment_{name}.csv").read_text()
    return list(csv.DictReader(text.splitlines()))
