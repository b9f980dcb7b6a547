"""Lines and destinations as callers give them: short forms, and what is wrong early."""

from collections.abc import Iterable, Mapping

from google.type import latlng_pb2

from shipfrom._errors import InvalidField
from shipfrom._wire import invalid
from shipfrom._wishes import Destination, Line
from shipfrom.v1 import order_pb2

Lines = Mapping[str, int] | Iterable[Line]
US_ZIP_DIGITS = 5


def lines_of(lines: Lines) -> tuple[Line, ...]:
    """Lines from {"SKU-1": 2} or from values."""
    if isinstance(lines, Mapping):
        return tuple(Line(sku, quantity) for sku, quantity in lines.items())
    return tuple(lines)


def destination_of(ship_to: str | Destination) -> Destination:
    """A destination from a US ZIP code, or as it is. Raises InvalidField."""
    if isinstance(ship_to, str):
        return Destination(ship_to)
    if not isinstance(ship_to, Destination):
        raise _no_text(ship_to, "ship_to")
    if not isinstance(ship_to.postal_code, str):
        raise _no_text(ship_to.postal_code, "ship_to.postal_code")
    return ship_to


def _no_text(value: object, field_path: str) -> InvalidField:
    """A number has lost the zeros that a postcode starts with."""
    code = "02134"
    if isinstance(value, int) and 0 <= value < 10**US_ZIP_DIGITS:
        code = f"{value:0{US_ZIP_DIGITS}}"
    problem = f"{value!r} is no text"
    hint = f'write the postcode as a text with its leading zeros, "{code}"'
    return invalid(field_path, problem, hint)


def lines_pb(lines: Iterable[Line]) -> list[order_pb2.Line]:
    """Lines of a message. Raises InvalidField."""
    return [_line_pb(index, line) for index, line in enumerate(lines)]


def _line_pb(index: int, line: Line) -> order_pb2.Line:
    if not isinstance(line.sku, str):
        problem = f"{line.sku!r} is no text"
        raise invalid(f"lines[{index}].sku", problem, f'write "{line.sku}"')
    try:
        return order_pb2.Line(sku=line.sku, quantity=line.quantity)
    except (TypeError, ValueError):
        problem = f"{line.quantity!r} of {line.sku!r} is no quantity"
        raise invalid(
            f"lines[{index}].quantity", problem, "give whole units, 1 to 1,000,000"
        ) from None


def destination_pb(place: Destination) -> order_pb2.Destination:
    """A destination of a message."""
    point = None
    if place.latitude is not None and place.longitude is not None:
        point = latlng_pb2.LatLng(latitude=place.latitude, longitude=place.longitude)
    return order_pb2.Destination(
        postal_code=place.postal_code,
        region_code=place.region_code,
        location=point,
        residential=place.residential,
        node_id=place.node_id,
    )
