"""Files of counts as values: whose they are, how far they go, how long it lasts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shipfrom._money import Money


@dataclass(frozen=True, slots=True)
class Feed:
    """The file that counts belong to.

    Args:
        source: who sends it; one source counts a node at a time.
        sequence: rises with every file of the source; one that is not above the last
            is not applied. 0 is none.
        digest: hash of the whole file; without sequences the last one is known by it.
        take_over: count nodes that another source counted until now.
        as_of: when the source counted, for rows that do not say. None is now.
        complete_for: nodes of which the file names every cell: absent ones become 0.
        rows: how many rows the source says the file has; needed with `complete_for`.
    """

    source: str = ""
    sequence: int = 0
    digest: str = ""
    take_over: bool = False
    as_of: datetime | None = None
    complete_for: tuple[str, ...] = ()
    rows: int = 0


@dataclass(frozen=True, slots=True)
class FeedMark:
    """How far one source has gone at one node; `as_of` None where no file said when."""

    source: str
    node_id: str
    sequence: int
    open: bool
    owner: bool
    digest: str
    as_of: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RefusedDocument:
    """A document of a file of deltas that was refused whole.

    `row` is where it is wrong, from 1; its rows are `rows` from `first_row` on.
    """

    row: int
    first_row: int
    rows: int
    document_id: str
    field: str
    problem: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class DeltaReport:
    """What a file of deltas did, in documents and rows. `known` were applied before."""

    applied: int
    known: int
    rows: int
    refused: tuple[RefusedDocument, ...]


class CoverBand(StrEnum):
    """Too little, enough or too much for what is sold."""

    UNSPECIFIED = "UNSPECIFIED"
    UNDER = "UNDER"
    FINE = "FINE"
    OVER = "OVER"


@dataclass(frozen=True, slots=True)
class Cover:
    """How long the stock of one cell lasts; `days` None where nothing was sold.

    `units_at_risk` are missing to the lower limit, or beyond the upper one.
    """

    sku: str
    node_id: str
    available: int
    sold: int
    days: int | None
    band: CoverBand
    units_at_risk: int
    value_at_risk: Money | None
