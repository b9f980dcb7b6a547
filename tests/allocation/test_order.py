"""Orders and policies refuse what no order can be."""

import pytest

from allocation.order import LINES_MAX, Destination, Line, Order
from allocation.policy import Policy, Weights

HERE = Destination(40, -74)


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001])
def test_a_line_wants_one_to_a_million_units(quantity: int) -> None:
    with pytest.raises(ValueError, match="quantity of a"):
        Line("a", quantity)


def test_an_order_names_each_sku_once() -> None:
    with pytest.raises(ValueError, match="merge the lines"):
        Order((Line("a", 1), Line("b", 1), Line("a", 2)), HERE)


@pytest.mark.parametrize("lines", [0, LINES_MAX + 1])
def test_an_order_has_one_to_500_lines(lines: int) -> None:
    with pytest.raises(ValueError, match="lines, wanted 1 to 500"):
        Order(tuple(Line(f"{n}", 1) for n in range(lines)), HERE)


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(90.1, 0), (0, 180.1), (float("nan"), 0)]
)
def test_a_destination_lies_on_earth(latitude: float, longitude: float) -> None:
    with pytest.raises(ValueError, match="wanted -"):
        Destination(latitude, longitude)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("max_shipments", 0),
        ("max_shipments", 11),
        ("max_distance_km", -1),
        ("keep_back", -1),
        ("version", ""),
    ],
)
def test_a_policy_keeps_its_limits_within_bounds(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Policy(**{field: value})


def test_weights_are_not_negative() -> None:
    with pytest.raises(ValueError, match="distance_minor_per_100km"):
        Weights(distance_minor_per_100km=-1)
