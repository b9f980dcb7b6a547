"""What would another policy have done with these orders? The checkout, replayed.

Every order is held and committed by the checkout's own code (`router.holding`), on
stock in memory (`inventory.memory`) and at its own time, once under each policy.
Nothing is written anywhere.

    setting = Setting(snapshot, opening)
    async for step in simulate(setting, orders, baseline=published, draft=draft):
        match step:
            case Progress():  # at once, then each 50 ms
                ...
            case Report():    # the last step
                report_to_json(step)

To cancel, leave the loop and `aclose()` the generator, or cancel its task. A run gives
the event loop away at each report of progress and keeps it busy in between: a router
under load runs it in a process of its own.

`effects` is the same for many variants of one policy (`Effect` for each), `run` gives
the bare outcomes. With `ahead=Ahead("draft")` the draft decides with look-ahead prices
(`foresight`). Orders come from a file (`order_file`) or from the ledger
(`recorded`, with the stock of that time); golden orders are in `golden`.
"""

from router.simulate.engine import Progress, Runs, run
from router.simulate.foresight import Ahead, Before
from router.simulate.orders import CellChange, Setting, SimulatedOrder, StockChange
from router.simulate.outcome import Outcome
from router.simulate.report import Report, report_to_json, simulate
from router.simulate.variants import Effect, effects

__all__ = [
    "Ahead",
    "Before",
    "CellChange",
    "Effect",
    "Outcome",
    "Progress",
    "Report",
    "Runs",
    "Setting",
    "SimulatedOrder",
    "StockChange",
    "effects",
    "report_to_json",
    "run",
    "simulate",
]
