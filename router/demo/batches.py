"""Rows in messages and transactions of a bounded size, under ids that repeat."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import TypeVar
from uuid import UUID

Row = TypeVar("Row")


def batches(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    """The rows in their order, at most `size` at a time."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def request_id(*words: str) -> str:
    """A UUID told by what is sent, so that sending a world again changes nothing."""
    digest = hashlib.sha256("\n".join(words).encode()).digest()
    return str(UUID(bytes=digest[:16], version=4))
