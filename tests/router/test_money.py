"""Money crosses the wire exactly, whatever the currency's minor unit."""

import pytest
from google.type.money_pb2 import Money

from router.money import Currency


@pytest.mark.parametrize(
    ("code", "minor", "units", "nanos"),
    [
        ("USD", 1184, 11, 840_000_000),
        ("USD", 5, 0, 50_000_000),
        ("USD", -1184, -11, -840_000_000),
        ("USD", -5, 0, -50_000_000),
        ("JPY", 1184, 1184, 0),
        ("KWD", 1184, 1, 184_000_000),
        ("KWD", 1, 0, 1_000_000),
        ("CLF", 12345, 1, 234_500_000),
        ("EUR", 0, 0, 0),
    ],
)
def test_minor_units_become_money_and_back(
    code: str, minor: int, units: int, nanos: int
) -> None:
    money = Money()
    Currency(code).write(minor, money)
    assert (money.currency_code, money.units, money.nanos) == (code, units, nanos)
    assert Currency(code).minor(money) == minor


@pytest.mark.parametrize(
    ("money", "problem"),
    [
        (Money(currency_code="EUR", units=1), "is in EUR"),
        (Money(units=1), "no currency"),
        (Money(currency_code="USD", units=1, nanos=1), "finer than the minor unit"),
        (Money(currency_code="USD", units=1, nanos=-10_000_000), "different sign"),
        (Money(currency_code="USD", units=-1, nanos=10_000_000), "different sign"),
        (Money(currency_code="USD", nanos=1_000_000_000), "beyond one unit"),
    ],
)
def test_money_that_cannot_be_counted_is_refused(money: Money, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Currency("USD").minor(money)


def test_yen_have_no_minor_unit() -> None:
    with pytest.raises(ValueError, match="finer than the minor unit of JPY"):
        Currency("JPY").minor(Money(currency_code="JPY", nanos=500_000_000))


@pytest.mark.parametrize(
    ("code", "minor", "text"),
    [
        ("USD", 123_456_789, "1,234,567.89 USD"),
        ("JPY", 500, "500 JPY"),
        ("KWD", -1, "-0.001 KWD"),
    ],
)
def test_people_read_amounts_with_the_right_digits(
    code: str, minor: int, text: str
) -> None:
    assert Currency(code).text(minor) == text


@pytest.mark.parametrize("code", ["usd", "US", "DOLLAR", ""])
def test_a_currency_is_three_capitals(code: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Currency(code)
