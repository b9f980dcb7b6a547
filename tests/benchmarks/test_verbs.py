"""`make bench` runs long; that each of its commands would start is told at once."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BENCH = re.findall(
    r"python -m (benchmarks\.\w+) --json build/\w+\.json",
    (ROOT / "Makefile").read_text(),
)


@pytest.mark.parametrize("module", BENCH)
def test_a_benchmark_writes_its_figures_to_the_file_that_make_names(
    module: str,
) -> None:
    told = subprocess.run(
        [sys.executable, "-m", module, "--help"],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    )
    assert "--json JSON" in told.stdout


def test_make_bench_runs_every_benchmark_with_bars() -> None:
    named = {name.rpartition(".")[2] for name in BENCH}

    assert named >= {"kernel", "stock", "rpc", "rules", "simulate"}
