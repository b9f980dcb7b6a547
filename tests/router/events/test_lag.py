"""Events that come late are an alarm."""

from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from inventory.stock import Stock
from router.events.lag import Lag
from tests.inventory.movable_clock import MovableClock
from tests.inventory.sentences import commit, furnish, place


async def test_a_row_that_waits_is_measured_and_told_once(
    books: Stock, clock: MovableClock
) -> None:
    lag = Lag(books.events.log)
    await furnish(books, ("A", "N0", 10))
    await books.submit(place("h", ("A", "N0", 1)))
    assert await lag.look() == 0.0
    await books.submit(commit("h", "o"))

    clock.move(seconds=4)
    assert await lag.look() == 4.0
    clock.move(seconds=2)
    with capture_logs() as told:
        assert [await lag.look(), await lag.look()] == [6.0, 6.0]

    assert REGISTRY.get_sample_value("shipfrom_outbox_lag_seconds") == 6.0
    assert [(t["event"], t["seconds"]) for t in told] == [("outbox.late", 6.0)]
    await books.relay()
    assert await lag.look() == 0.0
