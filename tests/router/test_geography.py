"""Postcodes become places, or are refused; none ends up in the Gulf of Guinea."""

import time

import pytest
from zipcodes import list_all

from router.geography import Postcodes, five_digits


@pytest.fixture(scope="module")
def postcodes() -> Postcodes:
    return Postcodes()


def test_a_postcode_has_its_place(postcodes: Postcodes) -> None:
    point = postcodes.find("10001")
    assert point is not None
    assert (point.latitude, point.longitude) == (40.7484, -73.9967)
    assert point.precise


def test_a_row_without_a_place_falls_back_to_its_region(postcodes: Postcodes) -> None:
    lost = next(
        row["zip_code"]
        for row in list_all()
        if float(row["lat"]) == 0 and postcodes.find(row["zip_code"])
    )
    point, neighbour = postcodes.find(lost), postcodes.nearest_known(lost)
    assert point is not None
    assert not point.precise
    assert neighbour is not None
    assert abs(point.latitude) > 10


def test_a_region_without_any_place_is_unknown(postcodes: Postcodes) -> None:
    assert postcodes.find("09001") is None, "a military post office at 0,0"
    assert postcodes.nearest_known("09001") is None


def test_no_postcode_is_at_the_origin(postcodes: Postcodes) -> None:
    places = [postcodes.find(row["zip_code"]) for row in list_all()]
    known = [place for place in places if place]
    assert len(known) > 41_900
    assert all(abs(p.latitude) > 1 and abs(p.longitude) > 1 for p in known)


def test_an_unknown_postcode_has_a_nearest_known_one(postcodes: Postcodes) -> None:
    assert postcodes.find("10000") is None
    assert postcodes.nearest_known("10000") == "10001"


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("10001", "10001"),
        ("10001-1234", "10001"),
        (" 10001 ", "10001"),
        ("1001", None),
        ("100011", None),
        ("1000a", None),
        ("10001-12", None),
        ("10001-abcd", None),
        ("\uff11\uff10\uff10\uff10\uff11", None),
        ("", None),
    ],
)
def test_only_five_digits_are_a_zip(text: str, digits: str | None) -> None:
    assert five_digits(text) == digits


def test_regions_are_read_once() -> None:
    postcodes = Postcodes()
    postcodes.warm()
    postcodes.find("60601")
    started = time.perf_counter()
    for _ in range(1000):
        postcodes.find("60601")
    assert time.perf_counter() - started < 0.05
