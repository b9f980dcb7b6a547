"""Who fills how much of what is still missing: lines as bits, 64 a word.

A whole line is sent or not, so that the lines of a candidate that are still missing are
one bitwise and; their units are added up by the binary digits of the asked quantities.
Counted lines, of which an order has few, are looked at one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.solvers.compiled import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.solvers.instance import Integers

    Words = NDArray[np.uint64]

_PAIRS = np.uint64(0x5555555555555555)
_FOURS = np.uint64(0x3333333333333333)
_BYTES = np.uint64(0x0F0F0F0F0F0F0F0F)
_ONES = np.uint64(0x0101010101010101)


class Cover(NamedTuple):
    """What each candidate has, and what the order asks, by bits."""

    has: Words
    """Whole lines of each candidate (candidates, words)."""
    digit: Words
    """Whole lines whose asked units have this binary digit (digits, words)."""
    counted: Integers
    """The counted lines."""
    units: Integers
    """What each candidate has of them (candidates, counted lines)."""


class Need(NamedTuple):
    """What is still missing at each depth of a search."""

    lines: Words
    """Whole lines (depths, words)."""
    units: Integers
    """Units of the counted lines (depths, counted lines)."""
    missing: Integers
    """Units in all (depths,)."""


@njit()
def cover_of(have: Integers, asked: Integers, counted: Integers) -> Cover:
    """`have` is what `dominance.digits` says."""
    words = (asked.size + 63) // 64
    digits = 0
    while asked.max() >> digits:
        digits += 1
    has = np.zeros((have.shape[0], words), np.uint64)
    digit = np.zeros((digits, words), np.uint64)
    lines = np.flatnonzero(counted)
    units = np.zeros((have.shape[0], lines.size), np.int64)
    for line in range(asked.size):
        if not counted[line]:
            for place in range(digits):
                if asked[line] >> place & 1:
                    digit[place, line >> 6] |= np.uint64(1) << np.uint64(line & 63)
    for k in range(have.shape[0]):
        for line in range(asked.size):
            if have[k, line] > 0 and not counted[line]:
                has[k, line >> 6] |= np.uint64(1) << np.uint64(line & 63)
        for i in range(lines.size):
            units[k, i] = have[k, lines[i]]
    return Cover(has, digit, lines, units)


@njit()
def everything(cover: Cover, asked: Integers, depths: int) -> Need:
    """At the first depth all that is asked is missing."""
    need = Need(
        np.zeros((depths, cover.has.shape[1]), np.uint64),
        np.zeros((depths, cover.counted.size), np.int64),
        np.zeros(depths, np.int64),
    )
    for place in range(cover.digit.shape[0]):
        need.lines[0] |= cover.digit[place]
    need.units[0] = asked[cover.counted]
    need.missing[0] = asked.sum()
    return need


@njit(borrows=True)
def _ones(word: np.uint64) -> np.uint64:
    """How many bits are set."""
    word = word - ((word >> np.uint64(1)) & _PAIRS)
    word = (word & _FOURS) + ((word >> np.uint64(2)) & _FOURS)
    word = (word + (word >> np.uint64(4))) & _BYTES
    return (word * _ONES) >> np.uint64(56)


@njit(borrows=True)
def gain(cover: Cover, need: Need, depth: int, k: int) -> int:
    """Missing units that a candidate has."""
    filled = 0
    for word in range(cover.has.shape[1]):
        found = cover.has[k, word] & need.lines[depth, word]
        if found != 0:
            for place in range(cover.digit.shape[0]):
                ones = _ones(found & cover.digit[place, word])
                filled += int(np.int64(ones) << place)
    for i in range(cover.counted.size):
        filled += min(need.units[depth, i], cover.units[k, i])
    return filled


@njit(borrows=True)
def take(cover: Cover, need: Need, depth: int, k: int) -> None:
    """Write what is missing at the next depth, when this candidate is opened."""
    need.missing[depth + 1] = need.missing[depth] - gain(cover, need, depth, k)
    for word in range(cover.has.shape[1]):
        need.lines[depth + 1, word] = need.lines[depth, word] & ~cover.has[k, word]
    for i in range(cover.counted.size):
        left = need.units[depth, i] - cover.units[k, i]
        need.units[depth + 1, i] = max(0, left)


@njit(borrows=True)
def is_missing(cover: Cover, need: Need, depth: int, line: int) -> bool:
    """Whether something of a line is missing."""
    bit = np.uint64(1) << np.uint64(line & 63)
    if need.lines[depth, line >> 6] & bit:
        return True
    for i in range(cover.counted.size):
        if cover.counted[i] == line:
            return bool(need.units[depth, i] > 0)
    return False
