"""How many orders to expect."""

import pytest

from allocation.prices.volume import WEEK, expected_orders

HOUR = 500_000
"""The present one, since 1970."""


def hours(rate: dict[int, int], *, weeks: int) -> dict[int, int]:
    """The same week again and again: orders by hours into the week."""
    return {
        HOUR - back * WEEK + into: many
        for back in range(1, weeks + 1)
        for into, many in rate.items()
    }


def test_nobody_ordered_so_nobody_is_expected() -> None:
    assert expected_orders({}, HOUR, 72) == 0


def test_a_new_shop_expects_its_mean_rate() -> None:
    half_full = {HOUR - back: 3 for back in range(48)}
    assert expected_orders(half_full, HOUR, 72) == pytest.approx(3 * 72)


def test_one_busy_hour_is_taken_for_a_day() -> None:
    assert expected_orders({HOUR: 24}, HOUR, 72) == pytest.approx(72)


def test_the_busy_hours_of_the_week_are_expected_when_they_come() -> None:
    week = {0: 1, 5: 100, 100: 300}
    known = hours(week, weeks=4)

    assert expected_orders(known, HOUR, 24) == pytest.approx(101)
    assert expected_orders(known, HOUR, WEEK) == pytest.approx(401)


def test_volume_is_that_of_the_last_week() -> None:
    known = hours({5: 100, 100: 300}, weeks=4)
    doubled = {at: many * (2 if at >= HOUR - WEEK else 1) for at, many in known.items()}

    assert expected_orders(doubled, HOUR, 24) == pytest.approx(200)


def test_a_few_orders_have_no_profile() -> None:
    known = hours({5: 1, 100: 3}, weeks=4)
    observed = max(known) - min(known) + 1
    rate = 16 / (HOUR - min(known) + 1)

    assert observed > 2 * WEEK
    assert expected_orders(known, HOUR, 24) == pytest.approx(24 * rate)
