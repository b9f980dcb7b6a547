"""Conditions as sets agree with conditions one by one."""

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.rules.condition import Condition
from allocation.rules.domains import domains, implies, impossible, together
from allocation.rules.fields import FIELDS, MINUTES_A_DAY, OPS, SEVERAL, Kind, Op
from allocation.rules.seen import compare

WORDS = ("a", "ab", "abc", "b", "NO")


def condition(text: str, op: Op, *values: object) -> Condition:
    value = values if op in SEVERAL or not values else values[0]
    return Condition(text, op, value)  # type: ignore[arg-type]  # any kind of value


def near(found: list[Condition], rng: random.Random) -> object:
    """A value that the field may have, close to those that are compared."""
    field = FIELDS[found[0].field]
    named = [
        each
        for one in found
        for each in (one.value if isinstance(one.value, tuple) else (one.value,))
    ]
    if field.kind is Kind.TAGS:
        pool = [*map(str, named), *WORDS]
        return tuple(rng.sample(pool, rng.randint(0, min(4, len(pool)))))
    if field.kind is Kind.FLAG:
        return rng.random() < 0.5
    if field.values:
        return rng.choice(field.values)
    if field.kind is Kind.TEXT:
        word = str(rng.choice([*named, *WORDS]))
        return rng.choice((word, word + "x", word[:1]))
    if field.kind is Kind.DATE:
        days = [date.fromisoformat(str(each)).toordinal() for each in named] or [9]
        day = rng.choice(days) + rng.randint(-2, 2)
        return date.fromordinal(min(max(day, 1), date.max.toordinal())).isoformat()
    least = -(1 << 50) if "priority" in field.name else 0
    most = MINUTES_A_DAY - 1 if field.kind is Kind.TIME else 1 << 50
    number = int(rng.choice(named or [0])) + rng.randint(-2, 2)
    return min(max(number, least), most)


def _ladder(name: str) -> list[Condition]:
    """Conditions on a field that often meet: small numbers, few words."""
    field = FIELDS[name]
    values: tuple[object, ...] = WORDS
    if field.values:
        values = field.values
    elif field.kind is Kind.FLAG:
        values = (True, False)
    elif field.kind is Kind.DATE:
        values = ("2026-12-01", "2026-12-03", "2026-12-09")
    elif field.kind in (Kind.WHOLE, Kind.MONEY, Kind.TIME):
        values = (0, 1, 2, 5, 9)
    found = []
    for op in OPS[field.kind]:
        if op is Op.IS_SET:
            found.append(Condition(name, op))
        elif op in SEVERAL:
            found += [condition(name, op, a, b) for a in values for b in values]
        else:
            found += [condition(name, op, a) for a in values]
    return found


OF_FIELD = {name: _ladder(name) for name in FIELDS}


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(OF_FIELD)), st.randoms(use_true_random=False))
def test_no_value_meets_what_is_impossible_and_all_meet_what_is_implied(
    name: str, rng: random.Random
) -> None:
    asked = [rng.choice(OF_FIELD[name]) for _ in range(rng.randint(1, 3))]
    then = rng.choice(OF_FIELD[name])
    found = domains(asked)
    for _ in range(60):
        seen = near([*asked, then], rng)
        if all(compare(c.op, seen, c) for c in asked):  # type: ignore[arg-type]  # any kind
            assert not impossible(found), (seen, asked)
            if implies(found, then):
                assert compare(then.op, seen, then), (seen, asked, then)  # type: ignore[arg-type]  # any kind


@pytest.mark.parametrize(
    "pair",
    [
        ((Op.GT, 500), (Op.LT, 100)),
        ((Op.GTE, 100), (Op.LT, 100)),
        ((Op.BETWEEN, 9, 9),),
        ((Op.EQ, 3), (Op.NE, 3)),
        ((Op.IN, 3, 4), (Op.NOT_IN, 3, 4)),
        ((Op.LT, 0),),
    ],
)
def test_distances_that_no_lane_has_are_impossible(
    pair: tuple[tuple[object, ...], ...],
) -> None:
    asked = [condition("lane.distance_km", op, *values) for op, *values in pair]  # type: ignore[arg-type]  # an operator first
    assert impossible(domains(asked)) == "lane.distance_km"


@pytest.mark.parametrize(
    ("field", "first", "then"),
    [
        ("node.kind", (Op.EQ, "STORE"), (Op.NE, "STORE")),
        ("node.kind", (Op.NOT_IN, "STORE", "CENTRE"), (Op.NE, "SUPPLIER")),
        ("node.id", (Op.EQ, "a1"), (Op.STARTS_WITH, "b")),
        ("node.id", (Op.STARTS_WITH, "a"), (Op.STARTS_WITH, "b")),
        ("order.residential", (Op.EQ, True), (Op.NE, True)),
        ("clock.weekday", (Op.EQ, "SAT"), (Op.IN, "MON", "TUE")),
        ("clock.date", (Op.LT, "2026-12-01"), (Op.GT, "2026-12-24")),
        ("node.local_time", (Op.LT, 600), (Op.GTE, 900)),
    ],
)
def test_words_days_and_hours_that_never_meet_are_impossible(
    field: str, first: tuple[object, ...], then: tuple[object, ...]
) -> None:
    one, other = (domains([condition(field, *each)]) for each in (first, then))  # type: ignore[arg-type]  # an operator first
    assert not impossible(one)
    assert not impossible(other)
    assert impossible(together(one, other)) == field


@pytest.mark.parametrize(
    ("field", "first", "then"),
    [
        ("lane.distance_km", (Op.GT, 500), (Op.GTE, 200)),
        ("lane.distance_km", (Op.EQ, 5), (Op.BETWEEN, 5, 7)),
        ("node.kind", (Op.EQ, "STORE"), (Op.IN, "STORE", "CENTRE")),
        ("node.kind", (Op.EQ, "STORE"), (Op.NE, "CENTRE")),
        ("node.id", (Op.EQ, "a1"), (Op.STARTS_WITH, "a")),
        ("node.id", (Op.STARTS_WITH, "a1"), (Op.STARTS_WITH, "a")),
        ("node.id", (Op.STARTS_WITH, "a"), (Op.NE, "b")),
        ("node.id", (Op.NOT_IN, "a", "b"), (Op.NE, "a")),
        ("item.tags", (Op.HAS_ALL, "a", "b"), (Op.HAS_ANY, "b", "c")),
        ("item.tags", (Op.HAS_ANY, "a", "b"), (Op.HAS_ANY, "a", "b", "c")),
        ("item.tags", (Op.HAS_ANY, "a", "b"), (Op.IS_SET,)),
        ("order.value", (Op.LT, 5), (Op.LTE, 5)),
    ],
)
def test_the_narrower_condition_implies_the_wider_one_and_not_the_other_way(
    field: str, first: tuple[object, ...], then: tuple[object, ...]
) -> None:
    narrow, wide = (condition(field, *each) for each in (first, then))  # type: ignore[arg-type]  # an operator first
    assert implies(domains([narrow]), wide)
    assert not implies(domains([wide]), narrow)
