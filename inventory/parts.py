"""Several decisions of one hold: an order may have parts that go to different places.

Almost every order has one part, whose decision is kept as it is. The shipments of all
parts are numbered through: `shipment_no` says the part and the place in its plan.
"""

import json
from collections.abc import Sequence

PART_SHIPMENTS = 100
"""Numbers of one part; a plan has far fewer shipments."""
_MARK = b"\x00parts"
"""No decision begins so: it is JSON, or compressed."""


def pack(decisions: Sequence[bytes]) -> bytes:
    """The decisions as one value."""
    if len(decisions) == 1:
        return decisions[0]
    sizes = json.dumps([len(each) for each in decisions]).encode()
    return b"\n".join((_MARK + sizes, b"".join(decisions)))


def unpack(raw: bytes) -> tuple[bytes, ...]:
    """Each part's decision."""
    if not raw.startswith(_MARK):
        return (raw,)
    head, _, rest = raw.partition(b"\n")
    found, at = [], 0
    for size in json.loads(head.removeprefix(_MARK)):
        found.append(rest[at : at + size])
        at += size
    return tuple(found)


def shipment_no(part: int, plan_no: int) -> int:
    """The number of a shipment of a part, whose plan counts from 1."""
    return part * PART_SHIPMENTS + plan_no


def place_of(number: int) -> tuple[int, int]:
    """The part and the place in its plan."""
    return divmod(number, PART_SHIPMENTS)
