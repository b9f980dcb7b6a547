"""A book of Pareto lists for compiled code: vectors, what made them, and how many.

Lists are ranges of one book; only the last one grows. Of equal vectors the first stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.solvers.compiled import njit

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers

BOOK_SIZE = 40_000
"""Vectors of one order: more take longer to compare than a model takes to solve."""

SENDER, PART, PARENT, MASK, SHIPMENTS = range(5)
"""Columns of `Book.notes`: candidate and lines of the last parcel, the vector it was
added to (-1: none), the lines of all parcels, and how many these are."""


class Book(NamedTuple):
    """Vectors (values and notes), how many there are, comparisons done and allowed."""

    values: Integers
    notes: Integers
    size: Integers
    work: Integers


@njit()
def book_of(width: int, steps_max: int) -> Book:
    """An empty book for vectors of this width."""
    return Book(
        np.empty((BOOK_SIZE, width), np.int64),
        np.empty((BOOK_SIZE, 5), np.int64),
        np.zeros(1, np.int64),
        np.array([0, steps_max]),
    )


@njit()
def full(book: Book) -> bool:
    """Whether no more may be added or compared."""
    return bool(book.size[0] >= BOOK_SIZE or book.work[0] > book.work[1])


@njit()
def beaten(book: Book, first: int, last: int, new: Integers) -> bool:
    """Whether a vector of the range is nowhere worse than the new one."""
    for at in range(first, last):
        worse = False
        for i in range(new.size):
            if book.values[at, i] > new[i]:
                worse = True
                break
        if not worse:
            book.work[0] += at - first + 1
            return True
    book.work[0] += last - first
    return False


@njit()
def add(book: Book, first: int, new: Integers, note: Integers) -> None:
    """Put a vector at the end of the range from `first` on, without those it beats."""
    kept = first
    for at in range(first, book.size[0]):
        better = False
        for i in range(new.size):
            if book.values[at, i] < new[i]:
                better = True
                break
        if better:
            if kept < at:
                book.values[kept] = book.values[at]
                book.notes[kept] = book.notes[at]
            kept += 1
    book.values[kept] = new
    book.notes[kept] = note
    book.size[0] = kept + 1
