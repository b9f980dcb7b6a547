"""The parcels of each set of whole lines that no other one beats in every measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.solvers.book import PART, SENDER, Book, add, beaten, book_of, full
from allocation.solvers.compiled import njit
from allocation.solvers.instance import INFEASIBLE
from allocation.solvers.pooled import carriages, coverage

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers
    from allocation.solvers.parcels import Data


class Extra(NamedTuple):
    """Additive measures, t of them: (t, N), (t, N) and (t * N, L)."""

    fixed: Integers
    line: Integers
    unit: Integers


@njit()
def _vector(
    data: Data, extra: Extra, asked: Integers, candidate: int, mask: int, new: Integers
) -> None:
    """All measures of one parcel, carriage left out."""
    many = data.tariff.size
    new[0] = data.fixed[candidate]
    for i in range(1, new.size):
        new[i] = extra.fixed[i - 1, candidate]
    for line in range(asked.size):
        if mask >> line & 1:
            new[0] += data.line[candidate] + data.unit[candidate, line] * asked[line]
            for i in range(1, new.size):
                row = (i - 1) * many + candidate
                new[i] += (
                    extra.line[i - 1, candidate] + extra.unit[row, line] * asked[line]
                )


@njit()
def offers_of(
    data: Data, extra: Extra, asked: Integers, parcel_ok: Integers, steps_max: int
) -> tuple[Book, Integers]:
    """The parcels of each set that no other one beats, and where each set begins."""
    width = 1 + extra.fixed.shape[0]
    book = book_of(width, steps_max)
    masks = coverage(data, asked)
    carriage = carriages(data, asked)
    first = np.zeros(parcel_ok.size + 1, np.int64)
    new, note = np.empty(width, np.int64), np.zeros(5, np.int64)
    for mask in range(1, parcel_ok.size):
        first[mask] = book.size[0]
        if parcel_ok[mask] == 0:
            continue
        for candidate in range(masks.size):
            if mask & ~masks[candidate] or full(book):
                continue
            _vector(data, extra, asked, candidate, mask, new)
            new[0] += carriage[data.tariff[candidate], mask]
            if not beaten(book, first[mask], book.size[0], new):
                note[SENDER], note[PART] = candidate, mask
                add(book, first[mask], new, note)
    first[parcel_ok.size] = book.size[0]
    return book, first


@njit()
def room_of(
    offers: Book, first: Integers, whole: int, place: int, cap: int
) -> Integers:
    """The most that a vector of each set may come to at `place`, so that the rest of
    `whole` can still be added within the cap; without one, anything."""
    sets = first.size - 1
    if cap >= INFEASIBLE or whole == 0:
        return np.full(sets, INFEASIBLE, np.int64)
    least = np.full(sets, INFEASIBLE, np.int64)
    for mask in range(1, sets):
        for at in range(first[mask], first[mask + 1]):
            least[mask] = min(least[mask], offers.values[at, place])
    rest = np.full(sets, INFEASIBLE, np.int64)
    rest[0] = 0
    room = np.full(sets, -1, np.int64)
    for mask in range(sets):
        if mask & ~whole:
            continue
        low = mask & -mask
        others = mask ^ low
        part = 0
        while mask:
            total = least[part | low] + rest[others ^ part]
            rest[mask] = min(rest[mask], total)
            if part == others:
                break
            part = (part - others) & others
        room[whole ^ mask] = cap - rest[mask]
    return room
