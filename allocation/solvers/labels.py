"""Several measures at once: exact, by Pareto lists over the sets of whole lines.

The kernel keeps the least cost of each set of lines; where a later tier may give up
some of an earlier one, or a shipment must be worth something, that is too little. Here
every set keeps all vectors (cost and each additive measure) that no other one beats:

    G(R)   = vectors of the single shipments that carry exactly R
    F_j(S) = undominated { g + f : g in G(R), f in F_{j-1}(S minus R), low(S) in R }

and a vector is dropped too if one with fewer shipments is no worse. What a set is worth
and whether it keeps a group together does not depend on the candidate, so that side
constraints only forbid sets. The tiers choose last, among all vectors of all sets that
may be sent. Equal vectors: fewer shipments, the smaller R, the smaller candidate.

Lists may grow without bound: beyond `BOOK_SIZE` labels or the allowed comparisons, the
answer is left to CP-SAT. Lines that are counted are not for here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import types

from allocation.solvers.book import (
    MASK,
    PARENT,
    PART,
    SENDER,
    SHIPMENTS,
    Book,
    add,
    beaten,
    book_of,
    full,
)
from allocation.solvers.compiled import GRID, ROW, njit, returns
from allocation.solvers.instance import INFEASIBLE, Measure
from allocation.solvers.offers import Extra, offers_of, room_of
from allocation.solvers.parcels import SIGNATURE, Data, Rates
from allocation.solvers.targets import targets

if TYPE_CHECKING:
    from allocation.solvers.instance import Integers

NOTHING, SOLVED, TOO_MANY = range(3)
"""What `choose` says: nothing may be sent; solved; too many vectors or comparisons."""

_UNITS, _VALUE = int(Measure.UNFILLED_UNITS), int(Measure.UNFILLED_VALUE)
_COUNT, _COST = int(Measure.SHIPMENTS), int(Measure.COST)
_BPS = 10_000


class Table(NamedTuple):
    """Where the vectors of F_j(S) begin and end in the book, (j, S, 2); where the
    offers of S begin; the most that a vector of S may come to at the capped place."""

    bounds: Integers
    first: Integers
    most: Integers


@njit()
def _open(book: Book, offers: Book, table: Table, place: int) -> None:
    """F_1: each parcel by itself."""
    for mask in range(1, table.first.size - 1):
        table.bounds[1, mask] = book.size[0]
        for at in range(table.first[mask], table.first[mask + 1]):
            if offers.values[at, place] > table.most[mask]:
                continue
            to = book.size[0]
            book.values[to] = offers.values[at]
            book.notes[to] = offers.notes[at]
            book.notes[to, PARENT] = -1
            book.notes[to, MASK] = mask
            book.notes[to, SHIPMENTS] = 1
            book.size[0] += 1
        table.bounds[1, mask, 1] = book.size[0]


@njit()
def _known(book: Book, table: Table, j: int, mask: int, new: Integers) -> bool:
    """Whether a vector of the set with as many or fewer shipments is no worse."""
    for fewer in range(1, j):
        first, last = table.bounds[fewer, mask]
        if beaten(book, first, last, new):
            return True
    return beaten(book, table.bounds[j, mask, 0], book.size[0], new)


@njit()
def _cell(
    book: Book, offers: Book, table: Table, place: int, j: int, mask: int
) -> None:
    """F_j of one set, at the end of the book."""
    low = mask & -mask
    rest = mask ^ low
    start = book.size[0]
    table.bounds[j, mask] = start
    note = np.array([0, 0, 0, mask, j])
    new = np.empty(offers.values.shape[1], np.int64)
    part = 0
    while part != rest and table.most[mask] >= 0:
        own, other = part | low, rest ^ part
        part = (part - rest) & rest
        for offer in range(table.first[own], table.first[own + 1]):
            for at in range(
                table.bounds[j - 1, other, 0], table.bounds[j - 1, other, 1]
            ):
                book.work[0] += 1
                for i in range(new.size):
                    new[i] = offers.values[offer, i] + book.values[at, i]
                if full(book):
                    return
                fits = new[place] <= table.most[mask]
                if fits and not _known(book, table, j, mask, new):
                    note[SENDER], note[PART] = offers.notes[offer, SENDER], own
                    note[PARENT] = at
                    add(book, start, new, note)
    table.bounds[j, mask, 1] = book.size[0]


@njit()
def _layers(
    book: Book, offers: Book, table: Table, whole_first: int, place: int
) -> None:
    """F_j for every j.

    `whole_first`: the set that no other one matters beside once it may be sent; 0 where
    there is none. Then a later layer needs only the sets without its lowest line.
    """
    last, sets = table.bounds.shape[0] - 1, table.first.size - 1
    _open(book, offers, table, place)
    rest = whole_first & (whole_first - 1)
    bounds = table.bounds[:, whole_first]
    for j in range(2, last + 1):
        for mask in range(sets - 1, 0, -1):
            whole = whole_first > 0 and (bounds[:, 0] < bounds[:, 1]).any()
            spare = whole and mask != whole_first
            if spare and (j == last or mask & ~rest):
                continue
            if mask & (mask - 1):
                _cell(book, offers, table, place, j, mask)


@njit()
def _measured(book: Book, left: Integers, kind: int, place: int, at: int) -> int:
    if kind in (_UNITS, _VALUE):
        return int(left[kind, book.notes[at, MASK]])
    if kind == _COUNT:
        return int(book.notes[at, SHIPMENTS])
    return int(book.values[at, place])


@njit()
def _spare(tier: Integers, best: int) -> int:
    """What later tiers may spend of this one."""
    more = (best + tier[4]) * tier[2] // _BPS
    return int(min(more, tier[3]) if tier[3] >= 0 else more)


@njit()
def _chosen(book: Book, left: Integers, fill_ok: Integers, tiers: Integers) -> int:
    """The vector that the tiers leave, or -1."""
    size = book.size[0]
    alive = np.empty(size, np.int64)
    many = 0
    for at in range(size):
        if fill_ok[book.notes[at, MASK]]:
            alive[many] = at
            many += 1
    for row in range(tiers.shape[0]):
        if many == 0:
            return -1
        kind, place = tiers[row, 0], tiers[row, 1]
        best = INFEASIBLE
        for i in range(many):
            best = min(best, _measured(book, left, kind, place, alive[i]))
        more = _spare(tiers[row], best)
        kept = 0
        for i in range(many):
            if _measured(book, left, kind, place, alive[i]) <= best + more:
                alive[kept] = alive[i]
                kept += 1
        many = kept
    return int(alive[0])


@njit()
def _row(book: Book, at: int, asked: Integers) -> Integers:
    """A vector as a row of `kernel.partition`."""
    width = 1 + asked.size
    row = np.zeros(2 + book.notes[at, SHIPMENTS] * width, np.int64)
    row[0], row[1] = book.notes[at, SHIPMENTS], book.values[at, 0]
    to = 2
    while at >= 0:
        row[to] = book.notes[at, SENDER]
        for line in range(asked.size):
            row[to + 1 + line] = asked[line] * (book.notes[at, PART] >> line & 1)
        to += width
        at = book.notes[at, PARENT]
    return row


@njit()
def _senders(offers: Book, candidates: int) -> Integers:
    seen = np.zeros(candidates, np.bool_)
    for at in range(offers.size[0]):
        seen[offers.notes[at, SENDER]] = True
    return np.flatnonzero(seen)


@njit(
    returns(0, 1, 1)(
        *SIGNATURE, GRID, GRID, GRID, ROW, ROW, GRID, GRID, *3 * (types.int64,)
    )
)
def choose(
    quantity: Integers,
    weight_g: Integers,
    volume_cm3: Integers,
    useful: Integers,
    node: Integers,
    tariff: Integers,
    fixed: Integers,
    line: Integers,
    unit: Integers,
    base: Integers,
    step: Integers,
    step_g: Integers,
    fuel_bps: Integers,
    residential: Integers,
    divisor: Integers,
    shipments_max: int,
    rule: int,
    complete: bool,
    more_fixed: Integers,
    more_line: Integers,
    more_unit: Integers,
    parcel_ok: Integers,
    fill_ok: Integers,
    left: Integers,
    tiers: Integers,
    cap_place: int,
    cap: int,
    steps_max: int,
) -> tuple[int, Integers, Integers]:
    """The plan that the tiers choose, for an order without counted lines.

    `more_*`: the additive measures, as in `Extra`. `parcel_ok`, `fill_ok`: (2^L,) 1 for
    the sets that one parcel may carry and that a plan may send. `left`: (2, 2^L) units
    and value that a plan of this set leaves. `tiers`: (n, 5) measure, place in the
    vector, tolerance in basis points and at most, what a share is of besides; ties
    included. `cap`: the most that a plan may come to at `cap_place`, and then it must
    fill everything. Returns what came of it, the row of the plan, the candidates with
    a parcel that no other beats.
    """
    rates = Rates(base, step, step_g, fuel_bps, residential, divisor)
    data = Data(
        quantity, weight_g, volume_cm3, useful, node, tariff, fixed, line, unit, rates
    )
    extra = Extra(more_fixed, more_line, more_unit)
    asked, _ = targets(quantity, useful, rule)
    nothing = np.zeros(0, np.int64)
    offers, first = offers_of(data, extra, asked, parcel_ok, steps_max)
    book = book_of(offers.values.shape[1], steps_max)
    whole = 0
    wanted_whole = tiers[0, 0] == _UNITS and _spare(tiers[0], 0) == 0
    for mask in range(1, fill_ok.size):
        if fill_ok[mask] and left[0, mask] == 0 and wanted_whole:
            whole = mask
            break
    if not full(offers):
        most = room_of(offers, first, whole, cap_place, cap)
        table = Table(
            np.zeros((shipments_max + 1, fill_ok.size, 2), np.int64), first, most
        )
        _layers(book, offers, table, whole, cap_place)
    if full(offers) or full(book):
        return TOO_MANY, nothing, nothing
    at = _chosen(book, left, fill_ok, tiers)
    considered = _senders(offers, tariff.size)
    if at < 0:
        return NOTHING, nothing, considered
    return SOLVED, _row(book, at, asked), considered
