"""What every import shares: rows by position, rejections, and the first message.

Good rows go in and bad ones are named, or with `all_or_nothing` a single bad row keeps
all of them out. Rows are cut into blocks by their position in the stream, so that a
repeated import makes the same blocks and each block is applied once.
"""

from dataclasses import dataclass, field
from typing import Protocol

from inventory.errors import FieldViolation, InvalidField
from router.validate import Violations, request_id
from shipfrom.v1 import inventory_service_pb2 as pb

BLOCK_ROWS = 500
"""Rows of one operation of the writer: locks are held that long."""
ROWS_MAX = 1_000_000
"""Rows of one stream; larger files come as several imports."""
REJECTED_MAX = 100


class Opening(Protocol):
    """The settings in the first message of an import."""

    @property
    def request_id(self) -> str: ...
    @property
    def all_or_nothing(self) -> bool: ...
    @property
    def validate_only(self) -> bool: ...


@dataclass(slots=True)
class Report:
    """How an import went so far."""

    rows: int = 0
    accepted: int = 0
    unchanged: int = 0
    created: int = 0
    outdated: int = 0
    emptied: int = 0
    rejected: int = 0
    first_rejected: list[pb.RejectedRow] = field(default_factory=list)

    def next_row(self) -> int:
        """The number of the next row, from 1."""
        if self.rows >= ROWS_MAX:
            problem = f"holds more than {ROWS_MAX:,} rows"
            raise InvalidField([FieldViolation("rows", problem, "import in parts")])
        self.rows += 1
        return self.rows

    @property
    def full(self) -> bool:
        """Whether further bad rows are only counted."""
        return len(self.first_rejected) >= REJECTED_MAX

    def reject(self, row: int, violation: FieldViolation) -> None:
        """Count a bad row and remember it among the first hundred."""
        self.rejected += 1
        if not self.full:
            self.first_rejected.append(
                pb.RejectedRow(
                    row=row,
                    field=violation.field,
                    problem=violation.problem,
                    suggestion=violation.suggestion,
                )
            )


@dataclass(frozen=True, slots=True)
class Settings:
    """What the first message asked for."""

    request_id: str
    all_or_nothing: bool
    validate_only: bool

    @classmethod
    def of(cls, opening: Opening) -> "Settings":
        """Raises InvalidField when the first message has no request id."""
        found = Violations()
        asked = request_id(opening.request_id, found)
        found.check()
        return cls(asked, opening.all_or_nothing, opening.validate_only)

    def same(self, message: Opening) -> None:
        """Later messages carry rows; another request id in one is a mix-up."""
        if message.request_id and message.request_id.lower() != self.request_id:
            problem = "differs from the first message's"
            raise InvalidField(
                [FieldViolation("request_id", problem, "send it once, or the same")]
            )


def empty() -> InvalidField:
    """A stream that ended before its first message."""
    return InvalidField(
        [FieldViolation("request_id", "is required", "send it in the first message")]
    )


def no_cell_twice(
    seen: dict[str, dict[str, int]], cell: tuple[str, str], row: int
) -> FieldViolation | None:
    """A row whose cell came before: which of two counts would be right?"""
    sku, node_id = cell
    first = seen.setdefault(node_id, {}).setdefault(sku, row)
    if first == row:
        return None
    return FieldViolation("sku", f"is the same cell as row {first}", "send it once")
