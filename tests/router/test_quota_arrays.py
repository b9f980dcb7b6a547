"""Who may take what of a cell: the arrays against the sentences, cell by cell."""

import time
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from router.quotas import QuotaRow, Quotas

CHANNELS = ("web", "shop", "app")
SKUS = ("A", "B", "C")
NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
SECONDS_MAX = 0.2
NODES = {"n0": 0, "n1": 1, "n2": 2}


@st.composite
def rows(draw: st.DrawFn) -> list[QuotaRow]:
    cells = st.tuples(
        st.sampled_from(SKUS[:2]),
        st.sampled_from([*NODES, "gone"]),
        st.sampled_from(CHANNELS),
    )
    drawn = draw(st.lists(cells, unique=True, max_size=8))
    return [QuotaRow(*cell, draw(st.booleans())) for cell in drawn]


@given(
    rows=rows(),
    channel=st.sampled_from([*CHANNELS, "", "other"]),
    seed=st.integers(0, 99),
)
def test_an_order_may_take_its_own_units_and_then_what_nobody_keeps(
    rows: list[QuotaRow], channel: str, seed: int
) -> None:
    random = np.random.default_rng(seed)
    quotas = Quotas.of(rows, NODES)
    units = random.integers(0, 9, (len(SKUS), len(NODES)))
    names = quotas.names(SKUS)
    counted = random.integers(0, 5, (len(names), len(NODES)))
    for row, name in enumerate(names):
        there = {NODES[r.node_id] for r in quotas.rows if r.name == name}
        counted[row, [n for n in NODES.values() if n not in there]] = 0

    left = dict(zip(names, counted, strict=True))
    taken, fence = quotas.fenced(SKUS, channel, units, left)

    for at, sku in enumerate(SKUS):
        for node_id, number in NODES.items():
            here = [r for r in rows if (r.sku, r.node_id) == (sku, node_id)]
            left = {r.channel: counted[names.index(r.name), number] for r in here}
            own, there = left.get(channel, 0), units[at, number]
            common = max(0, there - sum(left.values()))
            if any(r.channel == channel and not r.falls_through for r in here):
                common = 0
            assert taken[at, number] == min(there, own + common)
            assert fence.kept[at, number] == there - taken[at, number]
            assert fence.own[at, number] == own


def test_skus_without_quotas_read_nothing_more() -> None:
    quotas = Quotas.of([QuotaRow("A", "n0", "web", True)], NODES)
    assert quotas.names(["B", "C"]) == []
    assert quotas.names(["A"]) == ["~quota~web~A"]


def test_a_quota_at_a_node_that_this_router_does_not_know_yet_waits_for_it() -> None:
    quotas = Quotas.of([QuotaRow("A", "new", "web", True)], NODES)
    assert (quotas.rows, quotas.names(["A"])) == ((), [])


def test_quotas_are_those_of_the_moment_found_without_a_search() -> None:
    """10,000 of them, each with an end of its own."""
    hours = [NOON + timedelta(hours=n) for n in range(10_000)]
    many = [
        QuotaRow(f"S{n}", "n0", "web", True, ends=end.isoformat())
        for n, end in enumerate(hours)
    ]
    late = QuotaRow("A", "n0", "web", True, starts=hours[1].isoformat())
    quotas = Quotas.of([*many, late], NODES)

    assert quotas.at(NOON).names(["A"]) == []
    assert quotas.at(hours[1]).names(["A"]) == [late.name]
    assert quotas.at(hours[0]).names(["S0"]) == []
    just_before = hours[1] - timedelta(microseconds=1)
    assert len(quotas.at(just_before).names(["S1"])) == 1
    started = time.process_time()
    for _ in range(1_000):
        quotas.at(hours[1] + timedelta(minutes=1))
    assert time.process_time() - started < SECONDS_MAX
