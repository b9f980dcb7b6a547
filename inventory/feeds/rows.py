"""A batch's private copy of the marks, and what moved in cells since they were counted.

The rows are mutable on purpose, like those of the cells: each operation works on what
its predecessors in the batch left.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from inventory.bulk import Row

MarkKey = tuple[str, str]  # source, node
CellMoment = tuple[str, str, int]  # sku, node, as_of_us


@dataclass(slots=True)
class MarkRow:
    """How far a source has gone at a node; `read_ver` 0 is a mark of this batch."""

    source: str
    node: str
    last_seq: int = 0
    digest: str = ""
    as_of_us: int = 0
    open_as_of_us: int = 0
    is_open: int = 0
    owns: int = 0
    ver: int = 0
    read_ver: int = 0

    @classmethod
    def of(cls, row: Row) -> "MarkRow":
        """A row of table `feed_mark`."""
        mark = cls(*row[:9])  # type: ignore[arg-type]  # the columns in their order
        mark.read_ver = mark.ver
        return mark

    def values(self, at_us: int) -> Row:
        """The row to insert."""
        return (
            self.source,
            self.node,
            self.last_seq,
            self.digest,
            self.as_of_us,
            self.open_as_of_us,
            self.is_open,
            self.owns,
            self.ver,
            at_us,
        )


class Movement(NamedTuple):
    """What the ledger has of a cell since a moment: units that moved other than by
    counts, and whether somebody counted it at a later moment."""

    units: int = 0
    is_counted: bool = False


@dataclass(slots=True)
class FeedBooks:
    """What a batch read of feeds, and what it changes."""

    marks: dict[MarkKey, MarkRow] = field(default_factory=dict)
    owners: dict[str, MarkRow] = field(default_factory=dict)
    """The mark of the source that counts a node, by node."""
    changed: dict[MarkKey, MarkRow] = field(default_factory=dict)
    documents: dict[tuple[str, str], str] = field(default_factory=dict)
    """Content of the documents that were counted, by source and id."""
    new_documents: list[tuple[str, str, str]] = field(default_factory=list)
    movements: dict[CellMoment, Movement] = field(default_factory=dict)
    moved: dict[tuple[str, str], int] = field(default_factory=dict)
    """Units that operations of this very batch moved, by cell."""
    counted: set[tuple[str, str]] = field(default_factory=set)
    """Cells that operations of this very batch counted as they are now."""
    looked_at: set[tuple[str, str]] = field(default_factory=set)
    """Cells whose count was believed, whether or not it said something new."""

    def add(self, mark: MarkRow) -> MarkRow:
        """Take a mark in."""
        self.marks[mark.source, mark.node] = mark
        if mark.owns:
            self.owners[mark.node] = mark
        return mark

    def since(self, sku: str, node: str, as_of_us: int) -> Movement:
        """What happened in the cell after the moment, up to now."""
        stored = self.movements.get((sku, node, as_of_us), Movement())
        key = (sku, node)
        units = stored.units + self.moved.get(key, 0)
        return Movement(units, stored.is_counted or key in self.counted)
