"""The lines of a hold are kept as they were given, and those of before still read."""

from inventory.books import LineRow
from inventory.lines import read_lines, write_lines


def test_lines_are_read_as_they_were_written() -> None:
    lines = (LineRow('A "1"', "N0", 2, 1, ship_by_us=7), LineRow("B", "", 1, 0))
    assert read_lines(write_lines(lines)) == lines


def test_lines_of_before_say_no_moment() -> None:
    assert read_lines('[["A","N0",2,1]]') == (LineRow("A", "N0", 2, 1, ship_by_us=0),)
