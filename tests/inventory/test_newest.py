"""What the ledger said last is not forgotten before the view has it."""

import numpy as np

from inventory.newest import SKUS_MAX, Newest
from inventory.packed import pack


def merged(newest: Newest, *entries: tuple[int, int, int]) -> list[int]:
    raw = pack(7, 7, entries)
    row = np.zeros(4, np.int64)
    for number, _, available in entries:
        row[number] = available
    newest.merge("A", raw, row)
    return [int(units) for units in row]


def test_newer_figure_of_the_ledger_wins_over_the_view() -> None:
    newest = Newest()
    assert newest.note(7, "A", (1, 5, 40))

    assert merged(newest, (0, 1, 9), (1, 4, 50)) == [9, 40, 0, 0]


def test_newer_figure_of_the_view_wins() -> None:
    newest = Newest()
    newest.note(7, "A", (1, 5, 40))

    assert merged(newest, (1, 6, 30)) == [0, 30, 0, 0]


def test_figure_of_an_old_generation_is_no_news() -> None:
    newest = Newest()
    newest.note(8, "A", (1, 5, 40))

    assert not newest.note(7, "A", (1, 9, 1))
    assert newest.note(9, "B", (1, 1, 1))
    assert "A" not in newest


def test_shown_figures_are_forgotten_and_newer_ones_kept() -> None:
    newest = Newest()
    newest.note(7, "A", (1, 5, 40))
    newest.note(7, "A", (2, 6, 41))
    newest.forget(7, {"A": [(1, 5, 40), (2, 5, 42)]})

    assert merged(newest) == [0, 0, 41, 0]


def test_memory_is_bounded() -> None:
    newest = Newest()
    for number in range(SKUS_MAX + 5):
        newest.note(7, f"S{number}", (0, 1, 1))

    assert "S0" not in newest
    assert f"S{SKUS_MAX + 4}" in newest
