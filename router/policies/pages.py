"""Lists whose rows have numbers, newest first, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from router.paging import digest, read_token, write_token
from router.validate import Violations, page_size


class Paged(Protocol):
    """What such requests have in common."""

    @property
    def page_size(self) -> int: ...
    @property
    def page_token(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Page:
    """Rows with numbers below `before`; one row more tells whether there are others."""

    rows: int
    before: int | None
    asked: str

    @classmethod
    def of(cls, request: Paged, method: str) -> "Page":
        """What was asked for. Raises InvalidField, PageTokenMismatch."""
        found = Violations()
        rows = page_size(request.page_size, found)
        found.check()
        asked = digest(method)
        key = read_token(request.page_token, asked, kinds=(int,))
        return cls(rows, int(key[0]) if key else None, asked)

    def next(self, numbers: Sequence[int]) -> str:
        """The token of the next page; '' behind the last one."""
        if len(numbers) <= self.rows:
            return ""
        return write_token([numbers[self.rows - 1]], self.asked)
