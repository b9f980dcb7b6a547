"""Tables for people: as wide as the screen, and never a word broken in two.

An id that is broken over lines cannot be copied, so a table is rather wider than the
screen. Cells are folded here, between their words or the members of a list.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from shipfrom.cli.show import cell, say, stdout

# Columns between two cells.
GAP = 2


@dataclass(frozen=True, slots=True)
class Parts:
    """A list in a cell; it is folded between its members only."""

    parts: tuple[str, ...]
    joint: str = ", "

    @property
    def whole(self) -> str:
        """All on one line."""
        return self.joint.join(self.parts)

    @property
    def least(self) -> int:
        """The width of the longest member."""
        ended = (f"{part}{self.joint.rstrip()}" for part in self.parts[:-1])
        return max(map(cell_len, (*ended, *self.parts[-1:])), default=0)

    def folded(self, width: int) -> str:
        """On as few lines of this width as it takes."""
        lines = [""]
        for number, part in enumerate(self.parts):
            last = number == len(self.parts) - 1
            ended = part if last else part + self.joint.rstrip()
            longer = f"{lines[-1]} {ended}" if lines[-1] else ended
            if lines[-1] and cell_len(longer) > width:
                lines.append(ended)
            else:
                lines[-1] = longer
        return "\n".join(lines)


def put_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    wide: bool = False,
    empty: str = "",
) -> None:
    """A table on stdout.

    Args:
        columns: #so are numbers, !so are ids; both stay on one line.
        rows: values, or `Parts`.
        wide: do not care for the width of the screen.
        empty: what to say on stderr when there is no row.
    """
    console = stdout()
    cells = [list(map(_parts, columns, row)) for row in rows]
    if not cells and empty:
        say(empty)
    least, most = _widths(columns, cells)
    widths = most if wide else _fitted(least, most, console.width)
    console.width = max(console.width, sum(widths) + GAP * len(widths))
    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0)
    )
    for column, width in zip(columns, widths, strict=True):
        table.add_column(
            _title(column).folded(width),
            justify="right" if column.startswith("#") else "left",
            no_wrap=True,
            width=width,
        )
    for row in cells:
        folded = (one.folded(width) for one, width in zip(row, widths, strict=True))
        table.add_row(*folded)
    _put(table, console)


def _parts(column: str, value: object) -> Parts:
    if isinstance(value, Parts):
        return Parts(tuple(map(cell, value.parts)) or (cell(""),), value.joint)
    text = cell(value)
    return Parts((text,) if column.startswith(("#", "!")) else tuple(text.split()), " ")


def _title(column: str) -> Parts:
    return Parts(tuple(column.lstrip("#!").split()), " ")


def _widths(
    columns: Sequence[str], cells: Sequence[Sequence[Parts]]
) -> tuple[list[int], list[int]]:
    """How wide each column must be to break no word, and to fold nothing."""
    shown = [
        (_title(column), *(row[number] for row in cells))
        for number, column in enumerate(columns)
    ]
    least = [max(one.least for one in column) for column in shown]
    most = [max(cell_len(one.whole) for one in column) for column in shown]
    return least, most


def _fitted(least: Sequence[int], most: Sequence[int], width: int) -> list[int]:
    """What is left of the screen goes to the columns that fold, from the left."""
    left = width - sum(least) - GAP * len(least)
    widths = []
    for narrow, whole in zip(least, most, strict=True):
        more = max(0, min(whole - narrow, left))
        widths.append(narrow + more)
        left -= more
    return widths


def _put(table: Table, console: Console) -> None:
    if console.is_terminal:
        console.print(table)
        return
    # In a file or a pipe the padding of the last column is only noise.
    with console.capture() as drawn:
        console.print(table)
    for line in drawn.get().splitlines():
        sys.stdout.write(line.rstrip() + "\n")
