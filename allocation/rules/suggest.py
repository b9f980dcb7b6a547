"""What somebody who misspelt a word probably meant."""

from __future__ import annotations

from bisect import bisect_left
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WORD_MAX = 64
NEIGHBOURS = 100
"""Known words looked at on each side of a misspelt one: difflib is slow."""
LISTED = 13
"""More words than this are not listed one by one."""


def one_of(wrong: str, known: Iterable[str]) -> str:
    """The closest of a few words in any case, else all of them."""
    words = list(known)
    found = get_close_matches(wrong[:WORD_MAX].upper(), map(str.upper, words), n=1)
    if found:
        return did_you_mean(next(w for w in words if w.upper() == found[0]))
    return f"use {', '.join(words)}" if len(words) <= LISTED else ""


def closest(wrong: str, known: Sequence[str]) -> str:
    """The closest of many sorted words, of which only the neighbours are compared."""
    at = bisect_left(known, wrong)
    near = known[max(0, at - NEIGHBOURS) : at + NEIGHBOURS]
    found = get_close_matches(wrong[:WORD_MAX], near, n=1)
    return did_you_mean(found[0]) if found else ""


def did_you_mean(word: str) -> str:
    """The suggestion itself."""
    return f"did you mean {word}?"
