"""The view's promises on one server and on a cluster, and the script's contract.

Newer wins, whatever the order; duplicates change nothing; a value says whether it is
complete; malformed arguments change nothing.
"""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.exceptions import ResponseError, SlotNotCoveredError

from inventory.connecting import Client, connect
from inventory.packed import Entry, entry_of, generations_of, key_of, pack, width_of
from inventory.view import SCRIPT, Ahead, View, ViewDown

GENERATION = 1_700_000_000


@pytest.fixture
async def view(view_url: str) -> AsyncIterator[View]:
    opened = await View.open(view_url)
    yield opened
    await opened.close()


@pytest.fixture
async def client(view_url: str) -> AsyncIterator[Client]:
    opened = await connect(view_url)
    yield opened
    await opened.aclose()


async def read(view: View, sku: str = "A") -> bytes:
    (raw,) = await view.read([sku])
    assert raw is not None
    return raw


async def run(client: Client, *arguments: int | str, key: str = "v:{A}") -> list[str]:
    """The bare script."""
    said = await client.eval(SCRIPT, 1, key, *arguments)  # type: ignore[misc]
    return [word.decode() for word in said]


async def test_nothing_is_read_where_nothing_was_shown(view: View) -> None:
    assert await view.read(["A", "B"]) == [None, None]


async def test_many_skus_are_read_in_the_order_asked(view: View) -> None:
    skus = [f"S{number}" for number in range(40)]
    figures = {sku: [(0, 1, n)] for n, sku in enumerate(skus)}
    await view.push(GENERATION, figures)
    random.Random(3).shuffle(skus)

    raws = await view.read(skus)

    assert [f"S{entry_of(raw, 0)[1]}" for raw in raws if raw] == skus


async def test_fill_marks_the_value_complete(view: View) -> None:
    await view.fill(GENERATION, {"A": [(0, 3, 7), (4, 1, 9)]})

    assert await read(view) == pack(GENERATION, GENERATION, [(0, 3, 7), (4, 1, 9)])


async def test_fill_of_nothing_is_complete_too(view: View) -> None:
    await view.fill(GENERATION, {"A": []})

    assert await read(view) == pack(GENERATION, GENERATION, [])


async def test_push_alone_is_not_complete(view: View) -> None:
    await view.push(GENERATION, {"A": [(2, 1, 5)]})

    raw = await read(view)
    assert generations_of(raw) == (GENERATION, 0)
    assert entry_of(raw, 2) == (1, 5)


async def test_fill_over_newer_pushes_keeps_them(view: View) -> None:
    await view.push(GENERATION, {"A": [(1, 9, 4)]})
    ahead = await view.fill(GENERATION, {"A": [(0, 1, 1), (1, 8, 5)]})

    assert ahead == (Ahead("A", 1, 9, 4),)
    assert await read(view) == pack(GENERATION, GENERATION, [(0, 1, 1), (1, 9, 4)])


async def test_large_fill_goes_in_parts_and_is_complete_at_the_end(view: View) -> None:
    entries: list[Entry] = [(number, 1, number) for number in range(600)]
    await view.fill(GENERATION, {"A": entries})

    assert await read(view) == pack(GENERATION, GENERATION, entries)


async def test_new_generation_replaces_everything(view: View) -> None:
    await view.fill(GENERATION, {"A": [(0, 9, 1), (5, 9, 1)]})
    await view.push(GENERATION + 1, {"A": [(1, 2, 3)]})

    assert await read(view) == pack(GENERATION + 1, 0, [(1, 2, 3)])


async def test_old_generation_changes_nothing(view: View) -> None:
    await view.fill(GENERATION + 1, {"A": [(0, 1, 1)]})
    await view.push(GENERATION, {"A": [(0, 99, 99)]})
    await view.fill(GENERATION, {"A": [(0, 99, 99)]})

    assert await read(view) == pack(GENERATION + 1, GENERATION + 1, [(0, 1, 1)])


async def test_server_that_forgot_the_script_learns_it_again(
    view: View, client: Client
) -> None:
    await view.push(GENERATION, {"A": [(0, 1, 1)]})
    await client.script_flush()

    await view.push(GENERATION, {f"S{n}": [(0, 2, 2)] for n in range(20)})

    raws = await view.read([f"S{n}" for n in range(20)])
    assert all(raw and entry_of(raw, 0) == (2, 2) for raw in raws)


async def test_view_that_is_not_there_says_so() -> None:
    nowhere = await View.open("unix:///nowhere/valkey.sock")

    with pytest.raises(ViewDown):
        await nowhere.read(["A"])
    with pytest.raises(ViewDown):
        await nowhere.push(GENERATION, {"A": [(0, 1, 1)]})
    assert not await nowhere.ping()
    await nowhere.close()


async def test_incarnation_is_stable_while_nothing_restarts(view: View) -> None:
    assert await view.incarnation() == await view.incarnation() != ""


async def test_each_entry_has_its_answer(client: Client) -> None:
    await run(client, 7, 0, -1, 0, 5, 1, 1, 5, 1, 2, 5, 1)

    said = await run(client, 7, 0, -1, 0, 6, 1, 1, 5, 1, 2, 4, 9, 3, 1, 1)

    assert said == ["NEW", "SAME", "AHEAD 5 1", "NEW", "UNMARKED"]


async def test_same_version_with_other_units_is_a_conflict(client: Client) -> None:
    await run(client, 7, 0, -1, 0, 5, 1)

    assert await run(client, 7, 0, -1, 0, 5, 2) == ["CONFLICT 5 1", "UNMARKED"]


async def test_older_generation_is_told_so(client: Client) -> None:
    await run(client, 7, 0, -1, 0, 5, 1)

    assert await run(client, 6, 0, -1, 0, 9, 9) == ["OLD_GENERATION", "UNMARKED"]


async def test_mark_is_refused_when_entries_of_the_fill_are_missing(
    client: Client,
) -> None:
    """As after an eviction between two calls of one fill."""
    said = await run(client, 7, 7, 3, 0, 1, 1)

    assert said == ["NEW", "UNMARKED"]
    assert await run(client, 7, 7, 3, 1, 1, 1, 2, 1, 1) == ["NEW", "NEW", "MARKED"]


async def test_greatest_numbers_are_kept_exactly(client: Client, view: View) -> None:
    version, units, generation = 2**53 - 1, 2**32 - 1, 2**53 - 1
    await run(client, generation, 0, -1, 99_999, version, units)

    raw = await read(view)
    assert width_of(raw) == 100_000
    assert entry_of(raw, 99_999) == (version, units)
    assert generations_of(raw)[0] == generation


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        (7,),
        (0, 0, -1),
        (7, 6, -1),
        (7, 0, -2),
        (7.5, 0, -1),
        (7, 0, -1, 0),
        (7, 0, -1, 0, 1),
        (7, 0, -1, -1, 1, 1),
        (7, 0, -1, 100_000, 1, 1),
        (7, 0, -1, 0, 0, 1),
        (7, 0, -1, 0, "x", 1),
        (7, 0, -1, 0, "nan", 1),
        (7, 0, -1, 0, 1, -1),
        (7, 0, -1, 0, 1, 2**32),
        (7, 0, -1, 0, 2**60, 1),
        (7, 0, -1, 1, 1, 1, 1, 2, 2),
        (7, 0, -1, *[x for n in range(257) for x in (n, 1, 1)]),
    ],
)
async def test_malformed_arguments_change_nothing(
    client: Client, arguments: tuple[int | str, ...]
) -> None:
    await run(client, 7, 7, 1, 0, 1, 1)
    before = await client.get("v:{A}")

    with pytest.raises(ResponseError, match="BADARGS"):
        await run(client, *arguments)

    assert await client.get("v:{A}") == before


@pytest.mark.parametrize("stored", [b"short", b"x" * 17])
async def test_malformed_value_is_replaced_by_a_fill_only(
    client: Client, view: View, stored: bytes
) -> None:
    await client.set("v:{A}", stored)

    assert await view.read(["A"]) == [None]
    with pytest.raises(ResponseError, match="BADVALUE"):
        await run(client, 7, 0, -1, 0, 1, 1)
    await view.push(7, {"A": [(0, 1, 1)]})
    await view.fill(7, {"A": [(0, 1, 1)]})

    assert await read(view) == pack(7, 7, [(0, 1, 1)])


@pytest.mark.parametrize("wrong", ["one master", "no master"])
async def test_push_finds_slots_that_moved(
    cluster_url: str, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    """What a process believes of the slots may be old; the servers say so."""
    view = await View.open(cluster_url)
    client = view._client
    assert isinstance(client, RedisCluster)
    master = client.get_primaries()[0]

    def believed(key: str) -> ClusterNode:
        if wrong == "no master":
            raise SlotNotCoveredError(key)
        return master

    monkeypatch.setattr(client, "get_node_from_key", believed)
    await view.push(GENERATION, {f"S{n}": [(0, 1, n)] for n in range(30)})
    monkeypatch.undo()

    raws = await view.read([f"S{n}" for n in range(30)])
    assert [entry_of(raw, 0) for raw in raws if raw] == [(1, n) for n in range(30)]
    await view.close()


FIGURES = st.tuples(
    st.sampled_from([7, 8]), st.integers(0, 3), st.integers(1, 6), st.booleans()
)
Sent = list[tuple[int, int, int, bool]]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(figures=st.lists(FIGURES, max_size=30), seed=st.integers(0, 1_000_000))
def test_any_order_and_any_repetition_end_in_the_same_value(
    standalone_url: str, figures: Sent, seed: int
) -> None:
    """`available` is a function of (generation, node, version), as the ledger's is."""
    rng = random.Random(seed)
    twice = figures * 2
    rng.shuffle(twice)

    values = asyncio.run(_sent(standalone_url, {"first": figures, "second": twice}))

    assert values == [_expected(figures)] * 2


async def _sent(url: str, by_sku: dict[str, Sent]) -> list[bytes | None]:
    view, client = await View.open(url), await connect(url)
    try:
        await client.delete(*map(key_of, by_sku))
        for sku, figures in by_sku.items():
            for generation, node, version, is_fill in figures:
                figure = {sku: [(node, version, generation * version + node)]}
                await (view.fill if is_fill else view.push)(generation, figure)
        return await view.read(list(by_sku))
    finally:
        await view.close()
        await client.aclose()


def _expected(figures: Sent) -> bytes | None:
    if not figures:
        return None
    last = max(figure[0] for figure in figures)
    current = [figure for figure in figures if figure[0] == last]
    newest: dict[int, int] = {}
    for _, node, version, _ in current:
        newest[node] = max(newest.get(node, 0), version)
    mark = last if any(is_fill for *_, is_fill in current) else 0
    entries = [(n, version, last * version + n) for n, version in newest.items()]
    return pack(last, mark, entries)
