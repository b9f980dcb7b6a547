"""Reads the rules of a policy: conditions, windows and what each verb takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allocation.cooling import HOURS_MAX, MINUTES_MAX, REJECTIONS_MAX
from allocation.rules.condition import VALUE_MAX, VALUES_MAX, Condition
from allocation.rules.document import ANY_MAX, CONDITIONS_MAX, Rule, Window
from allocation.rules.fields import FIELDS, OPS, SEVERAL, WEEKDAYS, Field, Kind, Op
from allocation.rules.limits import LIMIT_MAX, LIMIT_MOST
from allocation.rules.literals import (
    Wrong,
    read_date,
    read_flag,
    read_instant,
    read_percent,
    read_text,
    read_time,
    read_word,
)
from allocation.rules.parameters import (
    AMOUNT_MAX,
    OFFER_MINUTES_MAX,
    OFFERED_MAX,
    PARAMETERS,
    PERCENT_MAX,
)
from allocation.rules.reading import Reader, peek
from allocation.rules.suggest import closest
from allocation.rules.tree import Mapping
from allocation.rules.words import LimitName, Per, Queue, Strength, Verb

if TYPE_CHECKING:
    from collections.abc import Callable

    from allocation.rules.tree import Tree

KEYS = {
    "any": "any_of",
    "amount": "amount_minor",
}
"""Names that a person would not write as the document has them."""
WANTED = {
    Verb.ONLY: (("where", "any"),),
    Verb.PREFER: (("amount",),),
    Verb.KEEP_BACK: (("units", "percent"),),
    Verb.LIMIT: (("limit",), ("to",)),
    Verb.CHARGE: (("amount",),),
    Verb.CREDIT: (("amount",),),
    Verb.SEND_TO: (("queue",),),
    Verb.OFFER: (("nodes",),),
    Verb.COOL_OFF: (("rejections",), ("within_hours",), ("for_minutes",)),
}
"""What each verb needs, one key of each group."""
WINDOWS_MAX = 14


def read_rule(reader: Reader, tree: Tree) -> Rule | None:
    """One rule, or None when something is wrong with it."""
    before = reader.faults
    limit = peek(tree, "limit").upper()
    readers: dict[str, Callable[[Tree], object]] = {
        "id": reader.text,
        "say": reader.text,
        "do": reader.word(Verb),
        "where": _conditions(reader, CONDITIONS_MAX),
        "any": _conditions(reader, ANY_MAX),
        "units": reader.number((1, LIMIT_MAX)),
        "percent": lambda inner: reader.leaf(inner, _percent),
        "amount": reader.number((1, AMOUNT_MAX), money=True),
        "per": reader.word(Per),
        "limit": reader.word(LimitName, small=True),
        "to": limit_reader(reader, limit, least=1),
        "queue": reader.word(Queue),
        "reason": reader.text,
        "nodes": reader.number((1, OFFERED_MAX)),
        "minutes": reader.number((1, OFFER_MINUTES_MAX)),
        "rejections": reader.number((1, REJECTIONS_MAX)),
        "within_hours": reader.number((1, HOURS_MAX)),
        "for_minutes": reader.number((1, MINUTES_MAX)),
        "strength": reader.word(Strength),
        "enabled": reader.flag,
        "active": lambda inner: _active(reader, inner),
        "weekly": reader.several(lambda inner: _window(reader, inner), WINDOWS_MAX),
    }
    values = reader.values(tree, readers, ("id", "say", "do"))
    if isinstance(tree, Mapping) and "do" in values:
        _refuse_unread(reader, tree, values["do"])
        _refuse_wanting(reader, tree, values["do"])
    values |= values.pop("active", {})
    named = {KEYS.get(name, name): value for name, value in values.items()}
    return reader.build(tree.place, before, Rule, named)


def limit_reader(
    reader: Reader, limit: str, *, least: int
) -> Callable[[Tree], int | None]:
    """Reads what a limit is set to, in its own unit."""
    name = LimitName(limit) if limit in set(LimitName) else None
    bounds = least, LIMIT_MOST[name] if name else LIMIT_MAX
    if name is LimitName.SHIPMENT_VALUE_MIN:
        return reader.number(bounds, money=True)
    return reader.number(bounds, "km" if name is LimitName.DISTANCE_KM else "")


def _refuse_unread(reader: Reader, tree: Mapping, verb: Verb) -> None:
    """Keys that the verb would pass over in silence."""
    taken = set(PARAMETERS[verb])
    for parameters in PARAMETERS.values():
        for name in parameters:
            key = name.removesuffix("_minor")
            if name not in taken and key in tree.keys:
                reader.add(tree.keys[key], f"is not read by {verb}", "leave it out")
                taken.add(name)


def _refuse_wanting(reader: Reader, tree: Mapping, verb: Verb) -> None:
    """Keys that the verb says nothing without."""
    for keys in WANTED.get(verb, ()):
        given = [key for key in keys if key in tree.keys]
        names = " or ".join(keys)
        if not given:
            reader.add(tree.keys["do"], f"{verb} needs {names}", f"add {keys[0]}:")
        elif len(given) > 1 and verb is Verb.KEEP_BACK:
            reader.add(tree.keys[given[1]], f"stands beside {given[0]}", "keep one")


def _percent(text: str) -> int:
    value = read_percent(text)
    if not 1 <= value <= PERCENT_MAX:
        raise Wrong("is out of bounds", f"use 1 % to {PERCENT_MAX} %")
    return value


def _active(reader: Reader, tree: Tree) -> dict[str, Any]:
    def moment(inner: Tree) -> object:
        return reader.leaf(inner, read_instant)

    values = reader.values(tree, {"from": moment, "until": moment})
    return {f"active_{name}": value for name, value in values.items()}


def _window(reader: Reader, tree: Tree) -> Window | None:
    before = reader.faults

    def time(inner: Tree) -> object:
        return reader.leaf(inner, read_time)

    def day(inner: Tree) -> str | None:
        return reader.leaf(inner, lambda text: read_word(text, WEEKDAYS))

    days = reader.several(day, len(WEEKDAYS))
    values = reader.values(tree, {"days": days, "from": time, "until": time})
    names = {"days": "weekdays", "from": "from_minute", "until": "until_minute"}
    named = {names[name]: value for name, value in values.items()}
    return reader.build(tree.place, before, Window, named)


def _conditions(reader: Reader, most: int) -> Callable[[Tree], tuple[Condition, ...]]:
    return reader.several(lambda tree: read_condition(reader, tree), most)


def read_condition(reader: Reader, tree: Tree) -> Condition | None:
    """One condition; its value is read as its field wants it."""
    before = reader.faults
    field = FIELDS.get(peek(tree, "field"))
    op = peek(tree, "op").upper()
    several = op in SEVERAL
    readers: dict[str, Callable[[Tree], object]] = {
        "field": lambda inner: reader.leaf(inner, _field),
        "op": lambda inner: reader.leaf(inner, lambda text: _op(text, field)),
        "value": _value_reader(reader, field, several),
    }
    wanted = ("field", "op") if op == Op.IS_SET else ("field", "op", "value")
    values = reader.values(tree, readers, wanted)
    if op == Op.IS_SET and "value" in values and isinstance(tree, Mapping):
        reader.add(tree.keys["value"], "is not read by IS_SET", "leave it out")
    return reader.build(tree.place, before, Condition, values)


def _field(text: str) -> str:
    if text not in FIELDS:
        raise Wrong(f"{text[:64]} is no field", closest(text, sorted(FIELDS)))
    return text


def _op(text: str, field: Field | None) -> Op:
    op = Op(read_word(text, list(Op)))
    if field and op not in OPS[field.kind]:
        possible = ", ".join(OPS[field.kind])
        raise Wrong(f"{op} does not compare {field.name}", f"use {possible}")
    return op


def _value_reader(
    reader: Reader, field: Field | None, several: bool
) -> Callable[[Tree], object]:
    """How the value of a condition on the field is read; not at all without one."""
    if field is None:
        return lambda tree: ""
    one = _one_reader(reader, field)
    return reader.several(one, VALUES_MAX) if several else one


def _one_reader(reader: Reader, field: Field) -> Callable[[Tree], object]:
    if field.values:
        return lambda tree: reader.leaf(tree, lambda t: read_word(t, field.values))
    match field.kind:
        case Kind.MONEY:
            return reader.number((0, VALUE_MAX), money=True)
        case Kind.WHOLE:
            return reader.number((-VALUE_MAX, VALUE_MAX), field.unit)
        case Kind.FLAG:
            return lambda tree: reader.leaf(tree, read_flag)
        case Kind.TIME:
            return lambda tree: reader.leaf(tree, read_time)
        case Kind.DATE:
            return lambda tree: reader.leaf(tree, read_date)
        case _:
            return lambda tree: reader.leaf(tree, read_text)
