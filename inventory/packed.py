"""The packed value of a SKU in the view: one fixed-width slot a node number.

Header, 16 bytes: generation and complete mark, both big-endian u64. Then 12 bytes a
node number: version (u64) and available units (u32). Version 0 is an absent entry. A
packed string costs one small read and one vectorised parse whatever the number of
nodes; a hash costs 15 to 120 times as much (benchmarks/stock.py).
"""

import struct
from collections.abc import Collection, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

HEADER_BYTES = 16
SLOT_BYTES = 12
ENTRIES_MAX = 256  # entries of one script call: a call must stay short

_HEADER = struct.Struct(">QQ")
_SLOT = struct.Struct(">QI")
_SLOTS = np.dtype([("version", ">u8"), ("available", ">u4")])

_WORDS = np.dtype(">u4")
_FIRST_AVAILABLE = (HEADER_BYTES + 8) // 4

Entry = tuple[int, int, int]  # node number, version, available


def header(generation: int, mark: int) -> bytes:
    """The first 16 bytes; equal numbers mean complete in that generation."""
    return _HEADER.pack(generation, mark)


def key_of(sku: str) -> str:
    """The key of a SKU's value; the braces are the cluster's hash tag."""
    return f"v:{{{sku}}}"


def pack(generation: int, mark: int, entries: Collection[Entry]) -> bytes:
    """A whole value, as the script would have built it."""
    if not entries:
        return header(generation, mark)
    numbers, versions, available = zip(*entries, strict=True)
    slots = np.zeros(1 + max(numbers), _SLOTS)
    at = list(numbers)
    slots["version"][at] = versions
    slots["available"][at] = available
    return header(generation, mark) + slots.tobytes()


def width_of(raw: bytes) -> int:
    """The number of slots."""
    return (len(raw) - HEADER_BYTES) // SLOT_BYTES


def available_of(raw: bytes) -> NDArray[np.uint32]:
    """Available units by node number: a view on the bytes, nothing is copied."""
    return np.frombuffer(raw, _WORDS)[_FIRST_AVAILABLE::3]


def slots_of(raw: bytes) -> NDArray[np.void]:
    """Fields `version` and `available` by node number."""
    return np.frombuffer(raw, _SLOTS, offset=HEADER_BYTES)


def sums_of(raw: bytes) -> tuple[int, int]:
    """Versions and available units, added up."""
    slots = slots_of(raw)
    return int(slots["version"].sum()), int(slots["available"].sum(dtype=np.int64))


def lagging_entries(
    held: Mapping[str, bytes], generation: int, figures: Mapping[str, Iterable[Entry]]
) -> dict[str, list[Entry]]:
    """Entries that the values do not have; other generations are misses anyway."""
    lagging: dict[str, list[Entry]] = {}
    for sku, raw in held.items():
        if generations_of(raw)[0] == generation:
            known = slots_of(raw)["version"].tolist()
            lagging[sku] = [
                entry
                for entry in figures[sku]
                if entry[0] >= len(known) or known[entry[0]] < entry[1]
            ]
    return lagging


def entry_of(raw: bytes, number: int) -> tuple[int, int]:
    """Version and available of one node; (0, 0) where there is no slot."""
    if number >= width_of(raw):
        return 0, 0
    version, available = _SLOT.unpack_from(raw, HEADER_BYTES + number * SLOT_BYTES)
    return int(version), int(available)


def generations_of(raw: bytes) -> tuple[int, int]:
    """Generation and complete mark."""
    generation, mark = _HEADER.unpack_from(raw)
    return int(generation), int(mark)


def is_whole(raw: bytes) -> bool:
    """Whether the length is that of a header and whole slots."""
    return len(raw) >= HEADER_BYTES and (len(raw) - HEADER_BYTES) % SLOT_BYTES == 0
