"""What past orders teach, in numbers worked out by hand."""

import numpy as np
import pytest

from inventory.cover import NO_SALES, Sales
from inventory.outcomes import Picks
from router.lessons import NO_LESSONS, lessons_of, miss_bps

NUMBERS = {"nyc": 0, "chi": 1, "lax": 2}


@pytest.mark.parametrize(
    ("found", "missing", "bps"),
    [
        # Nobody looked there yet: as everywhere, 10 of 1,000.
        (0, 0, 100),
        # One of one is missing: (1 + 1) / (1 + 100).
        (0, 1, 198),
        (900, 0, 10),
        (9_900, 100, 100),
        (0, 9_900, 9_901),
    ],
)
def test_few_picks_weigh_little_against_those_of_all_nodes(
    found: int, missing: int, bps: int
) -> None:
    assert miss_bps(Picks("nyc", found, missing), found=990, missing=10) == bps


def test_a_node_that_nobody_picked_at_is_like_the_others() -> None:
    picks = [Picks("nyc", 85, 15), Picks("chi", 100, 0), Picks("gone", 0, 999)]
    lessons = lessons_of(picks, NO_SALES, NUMBERS)

    learned = lessons.of(["A"], np.zeros((1, 4), dtype=np.int64))

    # (15 + 7.5) / 200, 7.5 / 200, and 15 of 200 wherever nobody looked.
    assert learned.miss_bps.tolist() == [1_125, 375, 750, 750]


def test_days_of_cover_are_those_of_the_stock_at_this_moment() -> None:
    rows = ("A", "nyc", 28), ("A", "lax", 14), ("B", "chi", 1), ("A", "gone", 5)
    lessons = lessons_of([], Sales(rows, 28), NUMBERS)

    learned = lessons.of(["B", "A"], np.array([[5, 5, 5], [3, 0, 1_000]]))

    assert learned.cover_days.tolist() == [[365, 140, 365], [3, 365, 365]]
    # Two nodes only, as a router that has not seen the third.
    assert lessons.of(["A"], np.array([[3, 0]])).cover_days.tolist() == [[3, 365]]


def test_nothing_learned_makes_all_nodes_alike() -> None:
    learned = NO_LESSONS.of(["A"], np.ones((1, 3), dtype=np.int64))

    assert set(learned.miss_bps.tolist()) == {0}
    assert set(learned.cover_days.ravel().tolist()) == {365}
