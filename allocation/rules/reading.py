"""Reads values out of a tree and lists every mistake on the way.

A reader that finds something wrong adds it and answers None; what it is part of is not
made then, and the reading goes on with what stands beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from allocation.rules.literals import (
    Coins,
    Wrong,
    read_flag,
    read_text,
    read_whole,
    read_word,
)
from allocation.rules.suggest import WORD_MAX, one_of
from allocation.rules.tree import Leaf, Mapping, Mistake, Place, Refused, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from enum import StrEnum

    from allocation.rules.tree import Tree

    E = TypeVar("E", bound=StrEnum)

T = TypeVar("T")

MISTAKES_MAX = 1_000
"""Nobody reads more; what is written after them is passed over."""


class Reader:
    """The mistakes of one file, and how its money is written."""

    def __init__(self, coins: Coins) -> None:
        self.coins = coins
        self.mistakes: list[Mistake] = []
        self._passed_over = 0

    @property
    def faults(self) -> int:
        """Grows with every mistake, and with all that is left out because of one."""
        return len(self.mistakes) + self._passed_over

    def add(self, place: Place, problem: str, suggestion: str = "") -> None:
        """Remembers one mistake."""
        if len(self.mistakes) >= MISTAKES_MAX:
            self._passed_over += 1
            return
        line, column, path = place.line, place.column, place.path
        self.mistakes.append(Mistake(line, column, path, problem, suggestion))

    def leaf(self, tree: Tree, read: Callable[[str], T]) -> T | None:
        """One value."""
        if isinstance(tree, Refused) or len(self.mistakes) >= MISTAKES_MAX:
            self._passed_over += 1
        elif isinstance(tree, Leaf) and not tree.is_null:
            try:
                return read(tree.text)
            except Wrong as wrong:
                self.add(tree.place, wrong.problem, wrong.suggestion)
        else:
            self.add(tree.place, f"is {_a(tree)}", "write one value")
        return None

    def text(self, tree: Tree) -> str | None:
        """Words for people, or a name."""
        return self.leaf(tree, read_text)

    def flag(self, tree: Tree) -> bool | None:
        """True or false."""
        return self.leaf(tree, read_flag)

    def word(self, kind: type[E], *, small: bool = False) -> Callable[[Tree], E | None]:
        """A word of a closed vocabulary; `small` ones are written in small letters."""
        words = {word.lower() if small else word.value: word for word in kind}

        def read(tree: Tree) -> E | None:
            word = self.leaf(tree, lambda text: read_word(text, words))
            return words[word] if word else None

        return read

    def number(
        self, bounds: tuple[int, int], unit: str = "", *, money: bool = False
    ) -> Callable[[Tree], int | None]:
        """A whole number, or money, within its bounds."""

        def read(tree: Tree) -> int | None:
            return self.leaf(tree, bounded)

        def bounded(text: str) -> int:
            value = self.coins.read(text) if money else read_whole(text, unit)
            if not bounds[0] <= value <= bounds[1]:
                least, most = (self.shown(each, unit, money) for each in bounds)
                raise Wrong("is out of bounds", f"use {least} to {most}")
            return value

        return read

    def shown(self, value: int, unit: str, money: bool) -> str:
        """A bound as it would be written."""
        if money:
            return self.coins.write(value)
        return f"{value:,} {unit}".strip()

    def items(self, tree: Tree, most: int) -> tuple[Tree, ...]:
        """The entries of a list."""
        if isinstance(tree, Sequence):
            if len(tree.items) > most:
                problem = f"has {len(tree.items):,} entries"
                self.add(tree.place, problem, f"use at most {most:,}")
            return tree.items[:most]
        if isinstance(tree, Refused):
            self._passed_over += 1
        else:
            example = "begin each entry with -"
            if isinstance(tree, Leaf) and not tree.is_null:
                example = f"write [{tree.text[:WORD_MAX]}]"
            self.add(tree.place, f"is {_a(tree)}, not a list", example)
        return ()

    def several(
        self, read: Callable[[Tree], T | None], most: int
    ) -> Callable[[Tree], tuple[T, ...]]:
        """A list of values of one kind."""

        def each(tree: Tree) -> tuple[T, ...]:
            found = [read(item) for item in self.items(tree, most)]
            return tuple(value for value in found if value is not None)

        return each

    def mapping(self, tree: Tree) -> Mapping | None:
        """Names with values."""
        if isinstance(tree, Mapping):
            return tree
        if isinstance(tree, Refused):
            self._passed_over += 1
        else:
            self.add(tree.place, f"is {_a(tree)}, not a map", "write name: value")
        return None

    def values(
        self,
        tree: Tree,
        readers: dict[str, Callable[[Tree], object]],
        required: Iterable[str] = (),
    ) -> dict[str, Any]:
        """What each known key holds; unknown and missing ones are mistakes."""
        found = self.mapping(tree)
        if found is None:
            return {}
        for name, place in found.keys.items():
            if name not in readers:
                self.add(place, "is an unknown key", one_of(name, readers))
        for name in required:
            if name not in found.values:
                self.add(found.place, f"has no {name}", f"add {name}:")
        read = {
            name: readers[name](value)
            for name, value in found.values.items()
            if name in readers
        }
        return {name: value for name, value in read.items() if value is not None}

    def build(
        self, place: Place, before: int, make: Callable[..., T], values: dict[str, Any]
    ) -> T | None:
        """The value of all parts, unless one of them was wrong since `before`."""
        if self.faults > before:
            return None
        try:
            return make(**values)
        except ValueError as fault:
            self.add(place, str(fault))
            return None


def peek(tree: Tree, name: str) -> str:
    """A value that tells how to read its neighbours, without judging it."""
    value = tree.values.get(name) if isinstance(tree, Mapping) else None
    return value.text.strip() if isinstance(value, Leaf) else ""


def _a(tree: Tree) -> str:
    if isinstance(tree, Leaf):
        return "empty" if tree.is_null else "one value"
    return "a list" if isinstance(tree, Sequence) else "a map"
