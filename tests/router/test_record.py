"""What nodes turned down is kept up by its news, and is as if it were read anew."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, insert

from allocation.cooling import HORIZON_S, REJECTIONS_MAX
from inventory.instants import microseconds
from inventory.outcome_rows import outcome
from inventory.outcomes import Refusal
from inventory.stock import Stock
from router.record import NO_RECORD, SECOND_US, Following, Record, with_news

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
NOON_S = int(NOON.timestamp())
HORIZON = timedelta(seconds=HORIZON_S)


@dataclass
class Decider:
    """What is decided with."""

    record: Record = NO_RECORD

    @property
    def snapshot(self) -> "Decider":
        return self

    def learn(self, record: Record) -> None:
        self.record = record

    @property
    def known(self) -> dict[str, list[int]]:
        """Seconds after noon, by node."""
        times = self.record.refusals.by_node
        return {name: [at - NOON_S for at in each] for name, each in times.items()}


def turned_down(engine: Engine, node: str, at: datetime, *, number: int) -> None:
    row = {"node": node, "kind": "REJECTED", "shipment_id": "s", "id": number}
    counts = {"found": 0, "missing": 0, "at_us": microseconds(at)}
    with engine.begin() as connection:
        connection.execute(insert(outcome).values(**row, **counts))


async def test_each_refusal_counts_once_also_one_that_comes_to_light_late(
    stock: Stock, sqlite_url: str
) -> None:
    engine, decider, now = create_engine(sqlite_url), Decider(), [NOON]
    turned_down(engine, "nyc", NOON, number=1)
    following = await Following.open(stock.outcomes, decider, now=lambda: now[0])
    assert decider.known == {"nyc": [0]}

    turned_down(engine, "nyc", NOON + timedelta(seconds=5), number=3)
    assert await following.refresh()
    # Its commit took longer.
    turned_down(engine, "nyc", NOON + timedelta(seconds=2), number=2)
    turned_down(engine, "lax", NOON + timedelta(seconds=30), number=4)
    assert await following.refresh()
    assert not await following.refresh()

    assert decider.known == {"nyc": [0, 2, 5], "lax": [30]}


async def test_what_is_too_old_to_matter_is_forgotten(
    stock: Stock, sqlite_url: str
) -> None:
    engine, decider, now = create_engine(sqlite_url), Decider(), [NOON]
    for number, node in enumerate(("nyc", "lax")):
        turned_down(engine, node, NOON - HORIZON + timedelta(hours=1), number=number)
    following = await Following.open(stock.outcomes, decider, now=lambda: now[0])
    assert set(decider.known) == {"nyc", "lax"}
    now[0] += timedelta(hours=2)
    turned_down(engine, "nyc", now[0], number=9)

    assert await following.refresh()

    assert decider.known == {"nyc": [7_200]}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 400)), max_size=500))
def test_news_make_of_what_is_known_what_all_of_it_makes(
    rows: list[tuple[str, int]],
) -> None:
    told = [Refusal(n, node, at * SECOND_US) for n, (node, at) in enumerate(rows)]
    half = len(told) // 2

    known = with_news({}, told[:half])
    known = with_news(known, told[half:])

    assert known == with_news({}, told)
    for node, times in known.items():
        every = sorted(at for name, at in rows if name == node)
        assert list(times) == every[-REJECTIONS_MAX:]


def test_nodes_without_news_are_left_as_they_are() -> None:
    known = with_news({}, [Refusal(1, "nyc", 0), Refusal(2, "lax", 0)])
    newer = with_news(known, [Refusal(3, "lax", SECOND_US)])
    assert newer["nyc"] is known["nyc"]
    assert (known["lax"], newer["lax"]) == ((0,), (0, 1))
