"""A price list as people read it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from allocation.prices import shown
from allocation.prices.published import PriceList
from allocation.prices.shown import CellPrice, dearest, priced_cells


def listed(*rows: list[int], nodes: tuple[str, ...] = ("nyc", "chi")) -> PriceList:
    """SKUs a, b, c ... with their prices at the nodes."""
    return PriceList(
        version="prices-1",
        made_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
        fresh_for=timedelta(minutes=15),
        fades_over=timedelta(minutes=45),
        horizon=timedelta(days=3),
        futures=30,
        bound_minor=1_000,
        price_minor=np.array(rows, np.int64).reshape(-1, len(nodes)),
        skus=tuple("abcdefgh"[: len(rows)]),
        node_ids=nodes,
    )


PRICES = listed([5, 0], [0, 0], [7, 9])
A_NYC, C_CHI, C_NYC = (
    CellPrice("a", "nyc", 5),
    CellPrice("c", "chi", 9),
    CellPrice("c", "nyc", 7),
)


def test_cells_come_by_sku_then_node_and_those_of_no_worth_not_at_all() -> None:
    assert list(priced_cells(PRICES)) == [A_NYC, C_CHI, C_NYC]


def test_cells_of_a_sku_or_of_a_node_or_of_both() -> None:
    assert list(priced_cells(PRICES, sku="c")) == [C_CHI, C_NYC]
    assert list(priced_cells(PRICES, node_id="nyc")) == [A_NYC, C_NYC]
    assert list(priced_cells(PRICES, sku="c", node_id="chi")) == [C_CHI]
    assert not list(priced_cells(PRICES, sku="none"))
    assert not list(priced_cells(PRICES, node_id="none"))


def test_reading_goes_on_behind_any_cell_also_one_that_has_no_price_now() -> None:
    assert list(priced_cells(PRICES, after=("a", "nyc"))) == [C_CHI, C_NYC]
    assert list(priced_cells(PRICES, after=("b", "nyc"))) == [C_CHI, C_NYC]
    assert list(priced_cells(PRICES, after=("c", "chi"))) == [C_NYC]
    assert list(priced_cells(PRICES, sku="c", after=("c", "chi"))) == [C_NYC]


def test_long_lists_are_read_in_parts_without_a_seam(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = listed(*([n, n] for n in range(1, 8)))
    whole = list(priced_cells(many))
    assert len(whole) == 14
    monkeypatch.setattr(shown, "ROWS", 3)
    assert list(priced_cells(many)) == whole


def test_the_dearest_cells_come_first_and_no_more_than_asked_for() -> None:
    assert dearest(PRICES, 10) == (C_CHI, C_NYC, A_NYC)
    assert dearest(PRICES, 2) == (C_CHI, C_NYC)
    equal = listed([4, 4], [4, 4])
    assert len(dearest(equal, 3)) == 3
    assert not dearest(listed([0, 0]), 3)
