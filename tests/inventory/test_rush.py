"""Many callers, few units, several writers: never one unit too many."""

import asyncio
import random

import pytest

from inventory import errors
from inventory.audit import audit
from inventory.operations import HoldAnswer
from inventory.stock import Stock
from tests.inventory.sentences import commit, furnish, place, release

CALLERS = 32


async def test_last_units_are_sold_once(ledger_url: str, standalone_url: str) -> None:
    stock = await Stock.open(ledger_url=ledger_url, view_url=standalone_url)
    await furnish(stock, ("A", "N0", 7), ("B", "N1", 50))

    outcomes = await asyncio.gather(
        *(
            stock.submit(place(f"h{n}", ("A", "N0", 1), ("B", "N1", 1)))
            for n in range(CALLERS)
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(o, HoldAnswer) for o in outcomes) == 7
    assert sum(isinstance(o, errors.NoStock) for o in outcomes) == CALLERS - 7
    await stock.close()
    assert (await audit(ledger_url, standalone_url)).violations == ()


async def test_two_routers_on_one_ledger_never_sell_a_unit_twice(
    postgres_url: str, standalone_url: str
) -> None:
    routers = [
        await Stock.open(ledger_url=postgres_url, view_url=standalone_url)
        for _ in range(2)
    ]
    cells = [("A", "N0", 40), ("A", "N1", 30), ("B", "N0", 20), ("B", "N2", 25)]
    await furnish(routers[0], *cells)
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 # shown if the test fails
    rng = random.Random(seed)

    async def caller(number: int) -> int:
        bought = 0
        for turn in range(6):
            stock = routers[rng.randrange(2)]
            chosen = rng.sample(cells, rng.randint(1, 3))
            lines = [(sku, node, rng.randint(1, 3)) for sku, node, _ in chosen]
            name = f"h{number}-{turn}"
            try:
                await stock.submit(place(name, *lines))
            except errors.NoStock:
                continue
            settle = rng.choice([commit, release, None])
            if settle is not None:
                await rng.choice(routers).submit(settle(name))
            bought += 1
        return bought

    bought = await asyncio.gather(*map(caller, range(CALLERS)))

    assert sum(bought) > 10
    for stock in routers:
        await stock.close()
    report = await audit(postgres_url, standalone_url)
    assert report.violations == ()
    assert report.oversold_units == 0


async def test_duplicates_on_two_routers_have_one_effect(postgres_url: str) -> None:
    routers = [
        await Stock.open(ledger_url=postgres_url, view_url=None) for _ in range(2)
    ]
    await furnish(routers[0], ("A", "N0", 100))

    for number in range(20):
        same = place(f"h{number}", ("A", "N0", 1), request_id=f"r{number}")
        answers = await asyncio.gather(*(stock.submit(same) for stock in routers))
        assert sorted(answer.replayed for answer in answers) == [False, True]

    (cell,) = await routers[0].cells(sku="A", node_id="N0", limit=1)
    assert cell.held == 20
    for stock in routers:
        await stock.close()


@pytest.mark.parametrize("turn", range(3))
async def test_random_cancellations_never_mix_up_answers(
    sqlite_url: str, standalone_url: str, turn: int
) -> None:
    stock = await Stock.open(ledger_url=sqlite_url, view_url=standalone_url)
    skus = [f"S{number}" for number in range(30)]
    await furnish(stock, *((sku, "N0", number) for number, sku in enumerate(skus)))
    rng = random.Random(turn)

    async def reader() -> None:
        chosen = rng.sample(range(30), 3)
        reading = await stock.read([skus[n] for n in chosen])
        assert reading.available[:, 0].tolist() == chosen

    for _ in range(40):
        tasks = [asyncio.create_task(reader()) for _ in range(10)]
        await asyncio.sleep(rng.random() / 500)
        for task in rng.sample(tasks, 4):
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(
            outcome is None or isinstance(outcome, asyncio.CancelledError)
            for outcome in outcomes
        )
    await stock.close()
