"""How far the demonstration is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)


@contextmanager
def bars_on(console: Console) -> Iterator[Progress]:
    """Bars, until the end of the block."""
    columns = (TextColumn("{task.description:<22}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as bars:
        yield bars


def bar_of(bars: Progress, what: str) -> Callable[[int, int], None]:
    """A bar; where nobody could watch it grow, a line for every tenth."""
    task = bars.add_task(what, total=None)
    last_tenth = 0

    def tell(done: int, total: int) -> None:
        nonlocal last_tenth
        bars.update(task, completed=done, total=total)
        tenth = 10 * done // total
        if tenth > last_tenth and not bars.console.is_terminal:
            bars.console.print(f"  {what}: {done:,} of {total:,}", highlight=False)
        last_tenth = tenth

    return tell
