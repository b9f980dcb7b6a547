"""The packed value and the bytes that the script expects."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from inventory import packed

ENTRIES = st.dictionaries(
    st.integers(0, 300),
    st.tuples(st.integers(1, 2**53), st.integers(0, 2**32 - 1)),
    max_size=40,
)


@given(st.integers(1, 2**53), st.integers(0, 2**53), ENTRIES)
def test_what_is_packed_is_read_again(
    generation: int, mark: int, entries: dict[int, tuple[int, int]]
) -> None:
    raw = packed.pack(generation, mark, [(n, v, a) for n, (v, a) in entries.items()])

    assert packed.is_whole(raw)
    assert packed.generations_of(raw) == (generation, mark)
    assert packed.width_of(raw) == max(entries, default=-1) + 1
    for number in range(packed.width_of(raw) + 2):
        assert packed.entry_of(raw, number) == entries.get(number, (0, 0))
    units = packed.available_of(raw).astype(np.int64)
    assert [int(u) for u in units] == [
        entries.get(n, (0, 0))[1] for n in range(len(units))
    ]


def test_layout_is_the_documented_one() -> None:
    raw = packed.pack(1, 2, [(1, 3, 4)])

    assert raw.hex(" ", 4) == (
        "00000000 00000001 00000000 00000002"
        " 00000000 00000000 00000000"
        " 00000000 00000003 00000004"
    )


def test_slot_cut_short_is_not_whole() -> None:
    assert not packed.is_whole(packed.pack(1, 1, [(0, 1, 1)])[:-1])
    assert not packed.is_whole(b"")


def test_key_has_the_sku_as_hash_tag() -> None:
    assert packed.key_of("SKU-1") == "v:{SKU-1}"
