"""Books whose effects nobody inserts: the same cells and answers, and no rows."""

from inventory.books import Books, CellRow, Effects
from inventory.decide import decide
from inventory.operations import Answer
from tests.inventory.sentences import adjust, commit, count, place


def settled(*, are_written: bool) -> tuple[Books, list[Answer]]:
    books = Books(generation=1, now_us=1_000_000, are_written=are_written)
    books.cells["A", "N0"] = CellRow("A", "N0", 5)
    operations = (
        place("h", ("A", "N0", 5)),
        commit("h", order_id="o"),
        count(("A", "N0", 4)),
        adjust(("A", "N0", -1)),
    )
    return books, [decide(books, operation) for operation in operations]


def test_books_that_are_not_written_make_no_rows() -> None:
    books, _ = settled(are_written=False)

    assert books.effects == Effects()


def test_books_that_are_not_written_decide_what_the_others_do() -> None:
    books, answers = settled(are_written=False)
    others, expected = settled(are_written=True)

    assert answers == expected
    assert books.cells["A", "N0"].value() == others.cells["A", "N0"].value()
    assert books.touched == others.touched
    assert others.effects != Effects()
