"""Values as plain JSON documents and back: what is stored, replayed and shown.

Fields at their default are left out, so that a document stays as short as what somebody
decided, and a field added later does not change the documents of before.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import date, datetime, time
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from allocation.look_ahead import LookAhead
from allocation.node import Item, Lane, Node, NodeKind
from allocation.order import Bundle, Destination, Line, Order, OrderFacts
from allocation.policy import LineSplit, Objective, Policy, Weights
from allocation.slots import Slot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from _typeshed import DataclassInstance

    from allocation.rules.book import RuleBook

POLICIES_MAX = 256

Document = dict[str, object]
T = TypeVar("T", bound="DataclassInstance")


def canonical(document: object) -> bytes:
    """The one spelling of a document, so that equal content has equal bytes."""
    text = json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return text.encode()


def document_of(value: DataclassInstance) -> Document:
    """A frozen value as a document; dates and times in ISO form."""
    document: Document = {}
    for name, default in _defaults(type(value)):
        here = getattr(value, name)
        if here != default:
            document[name] = _plain(here)
    return document


@cache
def _defaults(kind: type[DataclassInstance]) -> tuple[tuple[str, object], ...]:
    """Fields with their defaults; one without any has one that equals no value."""
    found = []
    for spec in fields(kind):
        default = spec.default
        if default is MISSING and spec.default_factory is not MISSING:
            default = spec.default_factory()
        found.append((spec.name, default))
    return tuple(found)


def _plain(value: object) -> object:
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, date | time | datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return document_of(value)
    return value


@lru_cache(maxsize=POLICIES_MAX)
def policy_document(policy: Policy) -> Document:
    """`document_of` of a policy; most orders share theirs, so it is remembered. Of its
    rules only the version: the document is kept once, under that name."""
    document = document_of(replace(policy, book=None))
    return document | {"book": policy.book.version} if policy.book else document


def node_of(document: Mapping[str, object]) -> Node:
    """Raises TypeError for an unknown field, ValueError for an unreadable one."""
    return _value_of(Node, document)


def item_of(document: Mapping[str, object]) -> Item:
    """Raises TypeError for an unknown field, ValueError for an unreadable one."""
    return _value_of(Item, document)


def lane_of(document: Mapping[str, object]) -> Lane:
    """Raises TypeError for an unknown field, ValueError for an unreadable one."""
    return _value_of(Lane, document)


def order_of(document: Mapping[str, object]) -> Order:
    """Raises TypeError for an unknown field, ValueError for an unreadable one."""
    return _value_of(Order, document)


def bundles_of(document: Mapping[str, Any]) -> tuple[Bundle, ...]:
    """The bundles of an order's document; nearly all have none."""
    return tuple(_value_of(Bundle, each) for each in document.get("bundles", ()))


def policy_of(document: Mapping[str, object], book: RuleBook | None = None) -> Policy:
    """The policy with the rules of its version.

    Raises TypeError for an unknown field, ValueError for an unreadable one or for other
    rules than those it was made with.
    """
    values = dict(document)
    version = values.pop("book", None)
    if version != (book.version if book else None):
        raise ValueError(f"policy with the rules of {version}, not of {book}")
    return replace(_value_of(Policy, values), book=book)


def _value_of(kind: type[T], document: Mapping[str, object]) -> T:
    readers = _READERS.get(kind, {})
    # JSON is untyped: the constructors and readers are where it becomes typed.
    values = {
        name: readers[name](cast("Any", value)) if name in readers else value
        for name, value in document.items()
    }
    return kind(**values)


def _dates(days: list[str]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in days)


def _lines(rows: list[Document]) -> tuple[Line, ...]:
    return tuple(_value_of(Line, row) for row in rows)


_READERS: dict[type, dict[str, Callable[[Any], object]]] = {
    Node: {
        "kind": NodeKind,
        "cut_off": time.fromisoformat,
        "open_from": time.fromisoformat,
        "open_until": time.fromisoformat,
        "ship_weekdays": tuple,
        "closed_dates": _dates,
        "tags": tuple,
        "paused_until": datetime.fromisoformat,
        "slots": lambda slots: tuple(_value_of(Slot, slot) for slot in slots),
    },
    Slot: {"until": time.fromisoformat},
    Item: {"tags": tuple, "components": _lines, "substitutes": tuple},
    Lane: {},
    Order: {
        "lines": _lines,
        "destination": lambda where: _value_of(Destination, where),
        "facts": lambda facts: _value_of(OrderFacts, facts),
        "bundles": lambda found: bundles_of({"bundles": found}),
    },
    Bundle: {"components": _lines},
    OrderFacts: {"tags": tuple},
    Policy: {
        "objective": Objective,
        "weights": lambda weights: _value_of(Weights, weights),
        "line_split": LineSplit,
        "node_tags": tuple,
        "only_node_ids": tuple,
        "exclude_node_ids": tuple,
        "promise_by": date.fromisoformat,
        "wanted_by": date.fromisoformat,
        "look_ahead": lambda ahead: _value_of(LookAhead, ahead),
    },
    LookAhead: {"without_tags": tuple},
}
