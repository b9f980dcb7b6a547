"""Policies as YAML: every field, operator and literal, every mistake by its place."""

import pytest

from allocation.rules.document import PolicyDocument
from allocation.rules.fields import FIELDS, OPS, SEVERAL, Field, Kind, Op
from allocation.rules.words import LimitName, Measure
from allocation.rules.written import Unreadable, read

HEAD = "kind: Policy\nname: shop\nsay: A shop\n"

LITERALS: dict[str, tuple[tuple[str, object], ...]] = {
    "TEXT": (("NO", "NO"), ("'10115'", "10115"), ("01234", "01234"), ("a b", "a b")),
    "TAGS": (("lithium", "lithium"), ("on", "on")),
    "WHOLE": (("3", 3), ("'3'", 3), ("-1", -1)),
    "WHOLE g": (("2 kg", 2_000), ("500 g", 500), ("0.5kg", 500), ("7", 7)),
    "WHOLE km": (("150 km", 150), ("3000 m", 3), ("150", 150)),
    "WHOLE cm3": (("2 l", 2_000), ("40 ml", 40), ("1 m3", 1_000_000)),
    "WHOLE days": (("2 days", 2), ("1 day", 1), ("2 weeks", 14)),
    "MONEY": (("2.50 USD", 250), ("'3 USD'", 300), ("0.05 USD", 5)),
    "FLAG": (("true", True), ("False", False)),
    "TIME": (("15:00", 900), ("'00:30'", 30), ("24:00", 1440)),
    "DATE": (("2026-12-24", "2026-12-24"), ("'2028-02-29'", "2028-02-29")),
    "WEEKDAY": (("MON", "MON"), ("sun", "SUN")),
}
WRONG = {
    "TEXT": "[a]",
    "TAGS": "{a: b}",
    "WHOLE": "2.5",
    "WHOLE g": "2 lb",
    "WHOLE km": "150 mi",
    "WHOLE cm3": "1 gal",
    "WHOLE days": "2 months",
    "MONEY": "2.50 EUR",
    "FLAG": "yes",
    "TIME": "24:30",
    "DATE": "2026-02-30",
    "WEEKDAY": "Funday",
}
CASES = [
    pytest.param(field, op, id=f"{field.name}-{op}")
    for field in FIELDS.values()
    for op in Op
]


def sort_of(field: Field) -> str:
    return f"{field.kind} {field.unit}".strip()


def literals(field: Field) -> tuple[tuple[str, object], ...]:
    if field.values and field.kind is Kind.TEXT:
        return tuple((value.lower(), value) for value in field.values)
    return LITERALS[sort_of(field)]


RULE = "rules:\n- id: a\n  say: A\n  do: CHARGE\n  amount: 1 USD\n  per: UNIT\n"


def with_condition(condition: str) -> str:
    return f"{HEAD}{RULE}  where:\n  - {condition}\n"


def place(text: str, part: str) -> tuple[int, int]:
    """Line and column at which the last such part begins."""
    before = text[: text.rindex(part)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def mistakes(text: str, **money: object) -> list[tuple[int, int, str, str, str]]:
    with pytest.raises(Unreadable) as caught:
        read(text, **money)  # type: ignore[arg-type]  # currency and exponent
    return [
        (m.line, m.column, m.path, m.problem, m.suggestion)
        for m in caught.value.mistakes
    ]


def value_of(condition: str) -> object:
    [rule] = read(with_condition(condition)).rules
    return rule.where[0].value


@pytest.mark.parametrize(("field", "op"), CASES)
def test_a_condition_reads_its_literals_or_says_what_compares_the_field(
    field: Field, op: Op
) -> None:
    head = f"field: {field.name}, op: {op}"
    if op not in OPS[field.kind]:
        text = with_condition(f"{{{head}, value: {'[]' if op in SEVERAL else 'x'}}}")
        told = mistakes(text)[0]
        assert told[:2] == place(text, f"{op}, value")
        assert told[2] == "rules[0].where[0].op"
        assert told[3] == f"{op} does not compare {field.name}"
        assert told[4] == f"use {', '.join(OPS[field.kind])}"
        return
    if op is Op.IS_SET:
        assert value_of(f"{{{head}}}") == ()
        return
    for text, value in literals(field):
        if op is Op.BETWEEN:
            assert value_of(f"{{{head}, value: [{text}, {text}]}}") == (value, value)
        elif op in SEVERAL:
            assert value_of(f"{{{head}, value: [{text}]}}") == (value,)
        else:
            read_value = value_of(f"{{{head}, value: {text}}}")
            assert (type(read_value), read_value) == (type(value), value)


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_a_literal_of_another_kind_is_a_mistake_where_it_stands(field: Field) -> None:
    op = OPS[field.kind][0]
    wrong = "nowhere" if field.values else WRONG[sort_of(field)]
    value = f"[{wrong}]" if op in SEVERAL else wrong
    text = with_condition(f"{{field: {field.name}, op: {op}, value: {value}}}")
    [(line, column, path, problem, _)] = mistakes(text)
    assert (line, column) == place(text, wrong)
    assert path.startswith("rules[0].where[0].value")
    assert problem


def test_a_currency_without_cents_takes_no_fractions() -> None:
    text = f"{HEAD}weights: {{late_per_day: 500 JPY}}\n"
    assert read(text, currency="JPY", exponent=0).late_minor_per_day == 500
    text = text.replace("500", "0.5")
    [(line, column, path, problem, suggestion)] = mistakes(
        text, currency="JPY", exponent=0
    )
    assert (line, column, path) == (4, 25, "weights.late_per_day")
    assert problem == "is finer than the minor unit of JPY"
    assert suggestion == "write for example 2 JPY"


def test_what_is_left_out_is_as_by_default() -> None:
    assert read(HEAD) == PolicyDocument("shop", "A shop")


BAD = """\
kind: Polcy
nam: x
say: &a hi
say: two
objective: [{minimise: cots}, {minimise: cost, tolerance: {bps: 20000}}]
limits: {shipments_per_order: 40, distance_km: 150 mi, ship_complete: yes}
rules:
- {id: a, do: EXCLUDE, where: [{field: node.knd, op: EQ, value: 1}], units: two}
- {id: a, say: "", do: NEVER, units: 3, where: {field: x}}
- id: !!str b
  do: LIMIT
  say: *a
- {id: c, say: c, do: KEEP_BACK, units: 1, percent: 5 %}
- {id: d, say: d, do: LIMIT, limit: distance, to: 3}
- {id: e, say: e, do: PREFER, where: [{field: node.kind, op: EQUALS, value: STORE}]}
- {id: f, say: f, do: NEVER, active: {from: 2026-12-27},
   weekly: [{from: 20:00, until: 8:00}]}
- {id: g, say: g, do: SEND_TO, queue: REVUE, strength: ~}
relax: [{lift: a}, {to: 4}, {}, {widen: distance_km}]
unfilled: MAYBE
time_zone: America/Newyork
"""


def test_every_mistake_of_a_file_is_told_with_its_line_and_column() -> None:
    told = [(line, column, path) for line, column, path, *_ in mistakes(BAD)]
    assert told == [
        (1, 1, ""),
        (1, 7, "kind"),
        (2, 1, "nam"),
        (3, 6, "say"),
        (4, 1, "say"),
        (5, 24, "objective[0].minimise"),
        (5, 65, "objective[1].tolerance.bps"),
        (6, 31, "limits.shipments_per_order"),
        (6, 48, "limits.distance_km"),
        (6, 71, "limits.ship_complete"),
        (8, 3, "rules[0]"),
        (8, 15, "rules[0].do"),
        (8, 40, "rules[0].where[0].field"),
        (8, 77, "rules[0].units"),
        (9, 8, "rules[1].id"),
        (9, 16, "rules[1].say"),
        (9, 31, "rules[1].units"),
        (9, 48, "rules[1].where"),
        (10, 7, "rules[2].id"),
        (11, 3, "rules[2].do"),
        (11, 3, "rules[2].do"),
        (12, 8, "rules[2].say"),
        (13, 44, "rules[3].percent"),
        (14, 37, "rules[4].limit"),
        (15, 19, "rules[5].do"),
        (15, 62, "rules[5].where[0].op"),
        (16, 45, "rules[6].active.from"),
        (17, 13, "rules[6].weekly[0]"),
        (18, 39, "rules[7].queue"),
        (18, 56, "rules[7].strength"),
        (19, 16, "relax[0].lift"),
        (19, 21, "relax[1].to"),
        (19, 29, "relax[2]"),
        (19, 33, "relax[3]"),
        (20, 11, "unfilled"),
        (21, 12, "time_zone"),
    ]


@pytest.mark.parametrize(
    ("wrong", "suggestion"),
    [
        ("limits: {distance: 3}", "did you mean distance_km?"),
        ("objective: [{minimise: cots}]", "did you mean cost?"),
        ("unfilled: REVEW", "did you mean REVIEW?"),
        ("unfilled: MAYBE", "use REVIEW, BACKORDER, CANCEL"),
        ("limits: {line_split: FORCED}", "did you mean IF_FORCED?"),
        ("relax: [{widen: distance, to: 3}]", "did you mean distance_km?"),
        ("relax: [{lift: a}]", "write [a]"),
        ("relax: [{set: {distance: 3}}]", "did you mean distance_km?"),
        ("relax: [{set: {shipments_per_order: 0}}]", "use 1 to 10"),
        ("relax: [{set: {}}]", "name a limit: {shipments_per_order: 1}"),
        ("look_ahead: {enable: false}", "did you mean enabled?"),
        ("look_ahead: {cap: -1 USD}", "use 0.00 USD to 10000000.00 USD"),
        ("look_ahead: {without_tags: fresh}", "write [fresh]"),
        ("grops: {}", "did you mean groups?"),
        ("rules: [{id: a, say: a, do: KEEPBACK}]", "did you mean KEEP_BACK?"),
    ],
)
def test_a_misspelt_word_is_told_with_what_was_meant(
    wrong: str, suggestion: str
) -> None:
    assert suggestion in [told[-1] for told in mistakes(HEAD + wrong)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty"),
        ("# nothing\n", "is empty"),
        ("kind: [", "is not YAML"),
        ("kind: Policy\n\tname: x", "is not YAML"),
        ("a: \x00", "is not YAML"),
        ("a: \ud800", "is not Unicode"),
        ("- kind: Policy", "is a list, not a map"),
        ("Policy", "is one value, not a map"),
        (f"{HEAD}---\n{HEAD}", "is a second document"),
        ("[" * 5_000 + "]" * 5_000, "is nested too deep"),
        (f"{HEAD}x: {'a' * 270_000}", "has 270,"),
        (f"{HEAD}rules: &r []", "has an anchor"),
        (f"{HEAD}rules: *r", "is an alias"),
        (f"{HEAD}rules: !!python/object:os.system []", "has the tag"),
        (f"{HEAD}? [a]\n: b", "is no name"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_as_a_whole(text: str, problem: str) -> None:
    assert any(told[3].startswith(problem) for told in mistakes(text))


def test_aliases_cannot_make_a_small_file_large() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert len(mistakes("\n".join(rows))) < 1_000


def test_a_file_full_of_mistakes_is_told_up_to_a_bound() -> None:
    values = ", ".join(["1.5"] * 900)
    where = f"[{{field: order.units, op: IN, value: [{values}]}}]"
    rules = "".join(
        f"- {{id: r{n}, say: r, do: NEVER, where: {where}}}\n" for n in range(20)
    )
    assert len(mistakes(f"{HEAD}rules:\n{rules}")) == 1_000


@pytest.mark.parametrize("name", LimitName)
def test_a_limit_is_read_in_its_own_unit(name: LimitName) -> None:
    text = {"DISTANCE_KM": "9 km", "SHIPMENT_VALUE_MIN": "0.09 USD"}.get(name, "9")
    rule = f"{{id: a, say: a, do: LIMIT, limit: {name.lower()}, to: {text}}}"
    document = read(
        f"{HEAD}rules: [{rule}]\nrelax: [{{widen: {name.lower()}, to: {text}}}]\n"
    )
    assert (document.rules[0].limit, document.rules[0].to) == (name, 9)
    assert (document.relax[0].widen, document.relax[0].to) == (name, 9)


@pytest.mark.parametrize("measure", Measure)
def test_a_tolerance_is_read_in_the_unit_of_its_measure(measure: Measure) -> None:
    money = measure in (Measure.COST, Measure.UNFILLED_VALUE)
    text = "0.60 USD" if money else "60"
    tier = f"{{minimise: {measure}, tolerance: {{bps: 300, at_most: {text}}}}}"
    [read_tier] = read(f"{HEAD}objective: [{tier}]").objective
    assert (read_tier.tolerance_bps, read_tier.at_most) == (300, 60)
