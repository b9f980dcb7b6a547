"""Prices as bytes, and back."""

import numpy as np

from allocation.prices.stored import from_bytes, priced_part, to_bytes

NODES = {0: "albany", 1: "boston", 2: "chicago"}


def test_rows_and_columns_without_a_price_are_left_out() -> None:
    every = np.array([[0, 7, 0], [0, 0, 0], [3, 0, 0]])

    part = priced_part(every, ("c", "b", "a"), NODES)

    assert (part.skus, part.node_ids) == (("a", "c"), ("albany", "boston"))
    assert part.price_minor.tolist() == [[3, 0], [0, 7]]


def test_prices_come_back_as_they_were() -> None:
    every = np.random.default_rng(4).integers(0, 1 << 40, (40, 3)) * (
        np.arange(40)[:, None] % 3 > 0
    )
    part = priced_part(every, [f"SKU\n{n}é" for n in range(40)], NODES)

    again = from_bytes(to_bytes(part))

    assert (again.skus, again.node_ids) == (part.skus, part.node_ids)
    assert again.price_minor.tolist() == part.price_minor.tolist()
    assert len(again.skus) == 26


def test_no_price_at_all_is_a_list_too() -> None:
    none = from_bytes(to_bytes(priced_part(np.zeros((2, 3), np.int64), "ab", NODES)))
    assert (none.skus, none.node_ids, none.price_minor.shape) == ((), (), (0, 0))
