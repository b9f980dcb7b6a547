"""How many orders are expected, from whom, and how far that is trusted."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.prices.backtest import (
    FULL_BPS,
    Backtest,
    backtest,
    history_hours,
)
from allocation.prices.forecast import (
    Forecast,
    Past,
    Source,
    foretell,
    from_text,
    learned,
    to_text,
)
from allocation.prices.imported import FACTOR_MAX, Imported, Said
from allocation.prices.volume import DAY, WEEK, expected_orders, mean_orders

NOW, AHEAD = 500_000, 72
FIRST = NOW - history_hours(AHEAD)

Rate = Callable[[int], float]


def steady(_: int) -> float:
    return 10


def by_day(at: int) -> float:
    """Mondays are busy, Sundays are not."""
    return (16, 14, 10, 10, 9, 6, 5)[at // DAY % 7]


def every_other_week(at: int) -> float:
    """The last week is always the wrong one."""
    return 16 if at // WEEK % 2 else 4


def came(rate: Rate, first: int = FIRST, *, seed: int | None = None) -> dict[int, int]:
    """Orders by hour, as many as the rate says or drawn around it."""
    hours = range(first, NOW)
    if seed is None:
        return {at: round(rate(at)) for at in hours}
    drawn = np.random.default_rng(seed).poisson([rate(at) for at in hours])
    return {at: int(many) for at, many in zip(hours, drawn, strict=True)} | {first: 1}


def said(rate: Rate, *, early: int = 4 * DAY, first: int = FIRST) -> Imported:
    """Every hour was forecast so many hours before."""
    return Imported(
        Said(at, at - early, rate(at)) for at in range(first, NOW + AHEAD + 1)
    )


def foretold(by_hour: Mapping[int, int], imported: Imported | None = None) -> Forecast:
    return foretell(Past(by_hour, imported or Imported()), NOW, AHEAD)


def true_orders(rate: Rate) -> float:
    return sum(rate(at) for at in range(NOW, NOW + AHEAD))


def test_what_was_learned_beats_the_mean_where_days_differ() -> None:
    found = foretold(came(by_day, seed=1))

    assert found.source is Source.LEARNED
    assert found.learned is not None
    assert found.learned.windows == 28
    assert found.learned.error_bps < found.learned.mean_error_bps / 2
    assert found.kept_bps == FULL_BPS


def test_what_was_learned_keeps_nothing_where_the_last_week_misleads() -> None:
    found = foretold(came(every_other_week, seed=1))

    assert found.learned is not None
    assert found.learned.error_bps > found.learned.mean_error_bps + 1_000
    assert found.kept_bps == 0
    assert found.orders > 0, "it is told all the same"


@pytest.mark.parametrize("seed", range(5))
def test_a_steady_stream_does_not_flap(seed: int) -> None:
    """Both forecasts are good, and chance makes the mean the better one."""
    found = foretold(came(steady, seed=seed))

    assert found.learned is not None
    assert found.learned.error_bps >= found.learned.mean_error_bps
    assert found.kept_bps > 8_500


def test_with_less_than_five_weeks_nothing_is_said_and_nothing_taken_away() -> None:
    least = 4 * WEEK + AHEAD + 6 * DAY
    short = foretold(came(every_other_week, NOW - least + 1))
    enough = foretold(came(every_other_week, NOW - least))

    assert (short.learned, short.kept_bps) == (None, FULL_BPS)
    assert enough.learned is not None
    assert enough.learned.windows == 7, "each day of the week once"


def test_what_is_expected_now_is_from_four_whole_weeks() -> None:
    known = came(every_other_week) | {NOW: 7}
    recent = {at: many for at, many in known.items() if at >= NOW - 4 * WEEK}
    assert foretold(known).orders == expected_orders(recent, NOW, AHEAD)
    assert len(recent) == 4 * WEEK + 1


def test_the_hour_under_way_is_expected_again_and_judges_nothing() -> None:
    new = foretold({NOW: 24})
    assert new.orders == pytest.approx(AHEAD), "one busy hour is taken for a day"
    busy = foretold(came(by_day) | {NOW: 10_000})
    assert busy.learned == foretold(came(by_day)).learned


def test_a_perfect_import_is_used_and_keeps_all() -> None:
    found = foretold(came(every_other_week), said(every_other_week))

    assert found.source is Source.IMPORTED
    assert found.orders == pytest.approx(true_orders(every_other_week))
    assert found.factor == pytest.approx(1)
    assert found.covered_hours == AHEAD
    assert found.imported == Backtest(28, 0, found.imported.mean_error_bps)  # type: ignore[union-attr]
    assert found.kept_bps == FULL_BPS


@pytest.mark.parametrize("times", [1.3, 0.7])
def test_an_import_that_is_wrong_for_weeks_is_corrected_by_what_came(
    times: float,
) -> None:
    found = foretold(came(by_day), said(lambda at: times * by_day(at)))

    assert found.source is Source.IMPORTED
    assert found.factor == pytest.approx(1 / times, rel=0.01)
    assert found.orders == pytest.approx(true_orders(by_day), rel=0.01)
    assert found.imported is not None
    assert found.imported.error_bps < 100
    assert found.kept_bps == FULL_BPS


def test_a_correction_needs_orders_and_has_its_bounds() -> None:
    few = Imported(Said(at, at - 9, 0.01) for at in range(NOW - WEEK, NOW))
    assert few.factor({NOW - 5: 4}, NOW) == pytest.approx(1.07, rel=0.01)
    many = said(by_day)
    assert many.factor(came(lambda at: 99 * by_day(at)), NOW) == FACTOR_MAX
    assert many.factor({}, NOW) == 1 / FACTOR_MAX


def test_an_import_that_loses_makes_way_for_what_was_learned() -> None:
    wrong_days = said(lambda at: by_day(at + 3 * DAY))
    found = foretold(came(by_day), wrong_days)

    assert found.source is Source.LEARNED
    assert found.orders == pytest.approx(true_orders(by_day))
    assert found.imported is not None
    assert found.imported.error_bps > found.imported.mean_error_bps + 1_000
    assert found.kept_bps == FULL_BPS


def test_an_import_that_is_a_little_worse_stays_and_prices_shrink() -> None:
    blurred = said(lambda at: 0.4 * by_day(at) + 0.6 * by_day(at + 3 * DAY))
    found = foretold(came(by_day), blurred)

    assert found.source is Source.IMPORTED
    assert FULL_BPS // 2 < found.kept_bps < FULL_BPS


def test_where_both_lose_prices_count_nothing() -> None:
    found = foretold(came(every_other_week), said(lambda at: 20 - every_other_week(at)))

    assert found.source is Source.IMPORTED, "neither keeps more than the other"
    assert found.kept_bps == 0


def test_an_import_that_ends_within_the_horizon_is_not_used() -> None:
    half = Imported(Said(at, NOW - 9, 5.0) for at in range(NOW, NOW + AHEAD // 2))
    found = foretold(came(by_day), half)

    assert (found.source, found.covered_hours) == (Source.LEARNED, AHEAD // 2)
    assert found.imported is None


def test_a_first_import_is_believed_before_it_can_be_tried() -> None:
    promotion = Imported(Said(at, NOW, 50.0) for at in range(NOW, NOW + AHEAD))
    found = foretold(came(by_day), promotion)

    assert (found.source, found.orders) == (Source.IMPORTED, 50 * AHEAD)
    assert (found.imported, found.factor, found.kept_bps) == (None, 1, FULL_BPS)


def test_what_is_said_afterwards_is_no_forecast() -> None:
    hindsight = said(lambda at: 2 * by_day(at), early=-1)
    found = foretold(came(by_day), hindsight)

    assert (found.imported, found.factor) == (None, 1)


def test_a_horizon_is_judged_by_what_was_said_before_it_began() -> None:
    """A wrong word on all days, and the right one a day before each."""
    words = [Said(at, FIRST, 30.0) for at in range(FIRST, NOW)]
    right = [Said(at, at - DAY, by_day(at)) for at in range(FIRST, NOW + AHEAD)]
    late, early = foretold(came(by_day), Imported(words + right)), said(by_day)

    assert late.imported is not None
    assert late.imported.error_bps > 5_000
    assert foretold(came(by_day), early).imported.error_bps == 0  # type: ignore[union-attr]


def test_what_is_said_within_an_hour_is_not_known_when_it_begins() -> None:
    words = Imported([Said(90, 50, 1.0), Said(90, 60, 2.0)])
    known = {before: words.hour(90, before) for before in (50, 51, 60, 61)}
    assert known == {50: None, 51: 1.0, 60: 1.0, 61: 2.0}
    assert words.hour(90) == 2.0


def test_the_mean_is_of_four_weeks_and_the_same_for_every_day() -> None:
    known = came(by_day)
    assert mean_orders(known, NOW, WEEK) == 24 * 70
    assert mean_orders(known, NOW - 2 * DAY, DAY) == 240
    assert mean_orders({NOW: 99, NOW - 4 * WEEK - 1: 99}, NOW, DAY) == 0


def test_a_forecast_is_tried_with_nothing_that_came_later() -> None:
    """Whatever comes in a horizon, its forecast is the same."""
    usual, quiet = came(by_day), came(by_day)
    start = NOW - AHEAD
    for at in range(start, NOW):
        quiet[at] = 0

    assert learned(Past(usual), start, AHEAD) == learned(Past(quiet), start, AHEAD)
    before = {at: many for at, many in usual.items() if start - 4 * WEEK <= at < start}
    again = expected_orders(before, start, AHEAD)
    assert learned(Past(usual), start, AHEAD) == again
    assert learned(Past({start - 9: 1, start: 99}), start, AHEAD) == 3, "of a new shop"


def test_nobody_ordered_so_there_is_nothing_to_be_wrong_about() -> None:
    assert backtest({}, NOW, AHEAD, lambda _: 5.0) is None
    assert backtest({FIRST: 0}, NOW, AHEAD, lambda _: 5.0) is None


errors = st.integers(0, 50_000)


@given(errors, errors, st.integers(0, 5_000))
def test_the_share_kept_falls_with_the_error_and_never_jumps(
    error: int, mean: int, more: int
) -> None:
    kept = Backtest(28, error, mean).kept_bps
    worse = Backtest(28, error + more, mean).kept_bps

    assert 0 <= worse <= kept <= FULL_BPS
    assert kept - worse <= 10 * more
    assert (kept == FULL_BPS) == (error <= mean)
    assert (kept == 0) == (error >= mean + 1_000)


hourly = st.lists(st.integers(0, 9), min_size=1, max_size=40)


@settings(max_examples=10)
@given(hourly, st.floats(0.3, 3))
def test_an_imported_shape_is_corrected_whatever_its_level(
    week: list[int], times: float
) -> None:
    """Multiplied by anything within the bounds, what is expected stays nearly."""

    def rate(at: int) -> float:
        return 20 + week[at % len(week)]

    right = foretold(came(rate), said(rate))
    scaled = foretold(came(rate), said(lambda at: times * rate(at)))

    assert scaled.orders == pytest.approx(right.orders, rel=0.03)
    assert scaled.source is right.source is Source.IMPORTED


def test_a_forecast_is_kept_as_text() -> None:
    plain = foretold({NOW: 24})
    full = foretold(came(by_day), said(by_day))

    assert from_text(to_text(plain)) == plain
    assert from_text(to_text(full)) == full
    assert from_text("") is None
