"""YAML as a small tree that knows where everything stands.

Built from the parser's events and not from its documents, so that an alias cannot
repeat or contain itself and no depth is beyond the stack: anchors, aliases, tags and
depth are refused before anything is made of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

BYTES_MAX = 256 * 1024
"""As much as a request may hold."""
DEPTH_MAX = 20
"""A policy needs eight."""
LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong with a file; line and column begin with 1."""

    line: int
    column: int
    path: str
    problem: str
    suggestion: str = ""

    def __str__(self) -> str:
        where = f"{self.line}:{self.column}: {self.path}".rstrip(": ")
        advice = f"; {self.suggestion}" if self.suggestion else ""
        return f"{where} {self.problem}{advice}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands, for people and for programs."""

    line: int
    column: int
    path: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar as it is written, whatever YAML takes it for: `NO` is a country and
    15:00 a time."""

    place: Place
    text: str
    is_null: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    place: Place
    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """Values by their keys, and where the keys stand."""

    place: Place
    values: dict[str, Tree]
    keys: dict[str, Place]


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that was reported already, in place of what it would be."""

    place: Place


Tree = Leaf | Sequence | Mapping | Refused

_NULLS = ("", "~", "null", "Null", "NULL")


def grow(text: str, mistakes: list[Mistake]) -> Tree | None:
    """The tree of one document, or None where it is not YAML; adds what is wrong."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        mistakes.append(Mistake(1, 1, "", "is not Unicode text", "save it as UTF-8"))
        return None
    if size > BYTES_MAX:
        problem = f"has {size:,} bytes"
        mistakes.append(Mistake(1, 1, "", problem, f"use at most {BYTES_MAX:,}"))
        return None
    try:
        return _Grower(text, mistakes).document()
    except yaml.YAMLError as error:
        mistakes.append(_not_yaml(error))
        return None


def places(tree: Tree) -> dict[str, Place]:
    """Where everything in a tree stands, by its path."""
    found: dict[str, Place] = {}
    left = [tree]
    while left:
        here = left.pop()
        if isinstance(here, Refused):
            continue
        found[here.place.path] = here.place
        if isinstance(here, Sequence):
            left.extend(here.items)
        elif isinstance(here, Mapping):
            left.extend(here.values.values())
    return found


def _not_yaml(error: yaml.YAMLError) -> Mistake:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = getattr(error, "problem", None) or getattr(error, "reason", "")
    suggestion = "check indentation, quotes and brackets here and one line above"
    return Mistake(line, column, "", f"is not YAML: {problem}", suggestion)


class _Grower:
    """Turns the events of one document into a tree."""

    def __init__(self, text: str, mistakes: list[Mistake]) -> None:
        self._events: Iterator[yaml.Event] = yaml.parse(text, LOADER)
        self._mistakes = mistakes

    def document(self) -> Tree | None:
        root: Tree | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentEndEvent | yaml.DocumentStartEvent):
                continue
            if isinstance(event, yaml.StreamStartEvent | yaml.StreamEndEvent):
                continue
            place = _place(event, "")
            if root is not None:
                self._add(place, "is a second document", "keep one policy in a file")
                self._skip(event)
            else:
                root = self._tree(event, "", 1)
        return root

    def _tree(self, event: yaml.Event, path: str, depth: int) -> Tree:
        place = _place(event, path)
        if isinstance(event, yaml.AliasEvent):
            self._add(place, "is an alias", "write out what it stands for")
            return Refused(place)
        self._check(event, place)
        if isinstance(event, yaml.ScalarEvent):
            return Leaf(place, event.value, not event.style and event.value in _NULLS)
        if depth > DEPTH_MAX:
            self._add(place, "is nested too deep", f"use at most {DEPTH_MAX} levels")
            self._skip(event)
            return Refused(place)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Tree] = []
            for inner in self._until(yaml.SequenceEndEvent):
                items.append(self._tree(inner, f"{path}[{len(items)}]", depth + 1))
            return Sequence(place, tuple(items))
        return self._mapping(place, depth)

    def _mapping(self, place: Place, depth: int) -> Mapping:
        values: dict[str, Tree] = {}
        keys: dict[str, Place] = {}
        for event in self._until(yaml.MappingEndEvent):
            key = self._tree(event, place.path, depth + 1)
            name = key.text if isinstance(key, Leaf) else "?"
            path = f"{place.path}.{name}" if place.path else name
            at = Place(key.place.line, key.place.column, path)
            value = self._tree(next(self._events), path, depth + 1)
            if isinstance(key, Refused):
                continue
            if not isinstance(key, Leaf):
                self._add(at, "is no name", "use a plain word before the colon")
            elif name in values:
                first = keys[name].line
                self._add(at, f"stands in line {first} already", "keep one of them")
            else:
                values[name], keys[name] = value, at
        return Mapping(place, values, keys)

    def _check(self, event: yaml.Event, place: Place) -> None:
        if getattr(event, "anchor", None):
            self._add(place, "has an anchor", "write out each value where it is used")
        tag = getattr(event, "tag", None)
        if tag:
            self._add(place, f"has the tag {tag}", "leave the tag out")

    def _until(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        for event in self._events:
            if isinstance(event, end):
                return
            yield event

    def _skip(self, event: yaml.Event) -> None:
        """Passes over all that is inside of what begins with the event."""
        opened = 1 if isinstance(event, yaml.CollectionStartEvent) else 0
        while opened:
            inner = next(self._events)
            opened += isinstance(inner, yaml.CollectionStartEvent)
            opened -= isinstance(inner, yaml.CollectionEndEvent)

    def _add(self, place: Place, problem: str, suggestion: str) -> None:
        self._mistakes.append(
            Mistake(place.line, place.column, place.path, problem, suggestion)
        )


def _place(event: yaml.Event, path: str) -> Place:
    mark = event.start_mark
    assert mark is not None, "events of a text know where they begin"
    return Place(mark.line + 1, mark.column + 1, path)
