"""What an import tells of its rows: how far it is, which ones are wrong and where."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from shipfrom.cli.sheet import Problem
from shipfrom.cli.show import say, stderr

# The error file has them all.
PROBLEMS_SHOWN_MAX = 20
NOT_IN = "is good, but did not go in: another row was rejected"

File = Annotated[Path, typer.Argument(metavar="FILE", help="CSV or JSON lines, UTF-8.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Check everything, change nothing.")
]
AllOrNothing = Annotated[
    bool, typer.Option("--all-or-nothing", help="Take no row when one is bad.")
]


def place_of(problem: Problem) -> tuple[int, int]:
    """Where in the file a problem is, to sort by."""
    return problem.line, problem.column


def say_problems(file: Path, problems: Sequence[Problem]) -> None:
    """The first problems, each on a line, and how many more there are."""
    for problem in problems[:PROBLEMS_SHOWN_MAX]:
        say(problem.at(str(file)))
    if len(problems) > PROBLEMS_SHOWN_MAX:
        say(f"... and {len(problems) - PROBLEMS_SHOWN_MAX:,} more")


@contextmanager
def progress_of(
    name: str, total: int, quiet: bool
) -> Iterator[Callable[[int], None] | None]:
    """A bar on a terminal, else one line each 10 %; what to tell the rows done."""
    words = stderr()
    if quiet:
        yield None
    elif not words.is_terminal:
        yield _TenPercent(name, total)
    else:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=words, transient=True) as bars:
            task = bars.add_task(name, total=total)
            yield lambda rows: bars.update(task, completed=rows)


class _TenPercent:
    """Says how far an import is, at most ten times."""

    def __init__(self, name: str, total: int) -> None:
        self.name, self.total, self.said = name, total, 0

    def __call__(self, rows: int) -> None:
        tenth = rows * 10 // self.total
        if tenth > self.said:
            self.said = tenth
            say(f"{self.name}: {tenth * 10} %, {rows:,} of {self.total:,} rows")
