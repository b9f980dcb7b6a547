"""Seeding fills a real ledger, and doing it twice changes nothing."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from router.app import App
from router.demo import seed


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    opened = await App.open(ledger_url=f"sqlite:///{tmp_path / 'l.db'}", view_url=None)
    yield opened
    await opened.close()


async def test_a_seeded_server_knows_the_small_world(app: App) -> None:
    told: dict[str, tuple[int, int]] = {}

    def progress(what: str, done: int, total: int) -> None:
        told[what] = (done, total)

    world = await seed(app, progress=progress)
    rows = await app.stock.catalogue.load()
    assert len(rows.nodes) == len(world.nodes)
    assert [name for _, name, _ in rows.nodes] == [n.node_id for n in world.nodes]
    assert told["stock"] == (len(world.stock), len(world.stock))
    first = next(world.counts())
    (cell,) = await app.stock.cells(sku=first.sku, node_id=first.node_id, limit=2)
    assert cell.on_hand == first.on_hand


async def test_seeding_again_changes_nothing(app: App) -> None:
    world = await seed(app)
    count = next(world.counts())
    before = await app.stock.cells(sku=count.sku, limit=100)
    await seed(app)
    assert await app.stock.cells(sku=count.sku, limit=100) == before
