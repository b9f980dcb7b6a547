"""Money adds up and prints; quotes find their options; values say themselves."""

from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipfrom import (
    Destination,
    Line,
    Money,
    Objective,
    Plan,
    PlanStatus,
    Quote,
    Routing,
    Shipment,
    UnfilledLine,
)
from shipfrom._answers import money
from shipfrom._wire import money_pb

CURRENCIES = st.sampled_from(["USD", "EUR", "JPY", "KWD", "CLF"])
MINOR = st.integers(-(10**15), 10**15)


@given(MINOR, MINOR, CURRENCIES)
def test_money_adds_and_subtracts_like_its_minor_units(
    a: int, b: int, currency: str
) -> None:
    one, other = Money(a, currency), Money(b, currency)
    assert (one + other).minor == a + b
    assert one + other - other == one
    assert (-one).minor == -a
    assert sum([one, other, one]) == one * 2 + other


@given(MINOR, MINOR, CURRENCIES)
def test_money_orders_like_its_minor_units(a: int, b: int, currency: str) -> None:
    one, other = Money(a, currency), Money(b, currency)
    assert (one < other, one <= other, one > other, one >= other, one == other) == (
        a < b,
        a <= b,
        a > b,
        a >= b,
        a == b,
    )


@given(MINOR, CURRENCIES)
def test_money_survives_the_wire_and_its_own_text(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    sent = money_pb(amount)
    assert sent is not None
    assert money(sent) == amount
    assert sent.units * sent.nanos >= 0
    assert Money.parse(str(amount.amount), currency) == amount


@pytest.mark.parametrize(
    ("minor", "currency", "printed"),
    [
        (1184, "USD", "$11.84"),
        (-5, "USD", "-$0.05"),
        (123456789, "EUR", "€1,234,567.89"),
        (500, "JPY", "¥500"),
        (1500, "KWD", "KWD 1.500"),
    ],
)
def test_money_prints_with_the_decimals_of_its_currency(
    minor: int, currency: str, printed: str
) -> None:
    assert str(Money(minor, currency)) == printed


def test_two_currencies_are_never_mixed() -> None:
    dollar, euro = Money(1, "USD"), Money(1, "EUR")
    assert dollar != euro
    for mix in (lambda: dollar + euro, lambda: dollar - euro, lambda: dollar < euro):
        with pytest.raises(ValueError, match="USD and EUR"):
            mix()
    with pytest.raises(TypeError):
        dollar + 1  # type: ignore[operator]  # that is what the test is about
    with pytest.raises(TypeError):
        dollar * 1.5  # type: ignore[operator]  # that is what the test is about


@pytest.mark.parametrize("text", ["1.005", "1,50", "$1", "", "nan", "1e-9", "inf"])
def test_amounts_that_are_not_whole_minor_units_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount|finer"):
        Money.parse(text, "USD")


def test_money_has_whole_minor_units_and_a_real_code() -> None:
    with pytest.raises(TypeError):
        Money(1.5, "USD")  # type: ignore[arg-type]  # that is what the test is about
    for code in ("usd", "US", "DOLLAR", ""):
        with pytest.raises(ValueError, match="currency"):
            Money(1, code)
    assert Money(1184, "USD").amount == Decimal("11.84")


def plan(cost_minor: int, arrives: date, nodes: str, *, unfilled: int = 0) -> Plan:
    cost = Money(cost_minor, "USD")
    shipments = tuple(
        Shipment(node, "GROUND", (Line("SKU-1", 1),), cost, arrives, None)
        for node in nodes.split()
    )
    missing = (UnfilledLine("SKU-1", unfilled, "NO_STOCK"),) if unfilled else ()
    return Plan(
        Objective.CHEAPEST, shipments, missing, cost, arrives, PlanStatus.OPTIMAL
    )


def quote(best: Plan, *options: Plan, with_options: bool = True) -> Quote:
    return Quote(
        best,
        options,
        datetime(2026, 11, 16, tzinfo=UTC),
        False,
        (Line("SKU-1", 1),),
        Destination("10001"),
        Routing(),
        with_options=with_options,
    )


def test_a_quote_finds_its_options_even_where_equal_plans_were_dropped() -> None:
    cheap = plan(500, date(2026, 11, 20), "chi-01 nyc-01 bos-01")
    quick_and_whole = plan(900, date(2026, 11, 17), "nyc-01")
    found = quote(cheap, quick_and_whole)
    assert found.cheapest is cheap
    assert found.fastest is quick_and_whole
    assert found.fewest is quick_and_whole


def test_a_plan_that_fills_more_comes_before_one_that_is_cheaper() -> None:
    whole = plan(900, date(2026, 11, 20), "nyc-01 bos-01")
    partial = plan(100, date(2026, 11, 17), "nyc-01", unfilled=1)
    found = quote(whole, partial)
    assert found.cheapest is found.fastest is found.fewest is whole


def test_a_quote_without_options_does_not_pretend_to_have_them() -> None:
    found = quote(plan(500, date(2026, 11, 20), "nyc-01"), with_options=False)
    with pytest.raises(LookupError, match="options=True"):
        _ = found.fastest


def test_values_say_themselves_shortly_and_stay_as_they_are() -> None:
    found = plan(828, date(2026, 11, 27), "nyc-01", unfilled=2)
    assert repr(found.shipments[0]) == "Shipment(nyc-01, 1 line, $8.28, Fri 27 Nov)"
    assert repr(found) == "Plan(nyc-01, $8.28, Fri 27 Nov, 2 unfilled)"
    assert repr(quote(found)).startswith("Quote(Plan(nyc-01")
    assert repr(found.cost) == "Money($8.28)"
    with pytest.raises(FrozenInstanceError):
        found.gap_bps = 1  # type: ignore[misc]  # that is what the test is about


def test_a_destination_has_both_coordinates_or_none() -> None:
    with pytest.raises(ValueError, match="together"):
        Destination(latitude=40.7)
