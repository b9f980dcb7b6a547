"""A shipment is offered to four nodes that all accept at once: one of them has it."""

from benchmarks.offers import NODES, Verdict, is_good, measured

RACES = 200


async def test_one_writer_gives_each_shipment_to_one_node(sqlite_url: str) -> None:
    check(await measured(sqlite_url, races=RACES, seed=1))


async def test_two_writers_give_each_shipment_to_one_node(postgres_url: str) -> None:
    check(await measured(postgres_url, races=RACES, seed=2, routers=2))


def check(verdict: Verdict) -> None:
    """One winner each, one answer each, and whoever was asked could win."""
    assert is_good(verdict), verdict
    assert sum(verdict.winners.values()) == RACES
    assert set(verdict.winners) == set(NODES)
