"""The demonstration's second act: two policies, what they cost, one put in force.

Both shipped examples are pushed, the second is simulated beside the first on the last
orders of the load and on the stock that they met, then published, and taken back.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

import shipfrom
from shipfrom import SimulationFigures

NEAREST, COST = "nearest-first", "cost-first"
WINDOW_S = 3.0
"""Of the load's last seconds: some hundreds of orders, for an act of seconds."""
EFFECT_SECONDS_MAX = 5.0
LOOK_S = 0.02

Tell = Callable[[int, int], None]


def second_act(address: str, ended_at: datetime, tell: Tell) -> dict[str, Any]:
    """Figures of both policies, their differences, and how soon each change counted."""
    with shipfrom.Client(address) as sf:
        sf.policies.push(_text(NEAREST), author="demo")
        nearest = next(iter(sf.policies.versions()))
        cost = sf.policies.push(_text(COST), author="demo")
        window = datetime.now(UTC) - ended_at + timedelta(seconds=WINDOW_S)
        report = sf.policies.simulate(
            cost.version, baseline=nearest.version, window=window, progress=tell
        )
        published_s = _until(sf, cost.policy_version, lambda: _publish(sf, cost))
        back = "built-in-1"
        rolled_back_s = _until(sf, back, lambda: sf.policies.rollback(reason="demo"))
    return {
        "orders": report.orders,
        NEAREST: _figures(report.baseline),
        COST: _figures(report.candidate),
        "differences": [asdict(each) for each in report.differences],
        "changed_orders": report.changed_orders,
        "published_s": round(published_s, 2),
        "rolled_back_s": round(rolled_back_s, 2),
    }


def _text(name: str) -> str:
    return (files("allocation.rules") / "examples" / f"{name}.yaml").read_text()


def _publish(sf: shipfrom.Client, version: shipfrom.PolicyVersion) -> None:
    sf.policies.publish(version.version, version.etag, author="demo", note="the demo")


def _until(sf: shipfrom.Client, wanted: str, change: Callable[[], object]) -> float:
    """Seconds from before the change until a quote is planned by the policy."""
    start = time.perf_counter()
    change()
    while sf.quote(lines={"85123A": 1}, ship_to="10001").best.policy_version != wanted:
        if time.perf_counter() - start > EFFECT_SECONDS_MAX:
            raise RuntimeError(f"no quote by {wanted} in {EFFECT_SECONDS_MAX} s")
        time.sleep(LOOK_S)
    return time.perf_counter() - start


def _figures(made: SimulationFigures) -> dict[str, Any]:
    return {
        "fill_rate": round(made.fill_rate, 5),
        "cost_per_order": float(made.cost_per_order.amount),
        "shipments_per_order": round(made.shipments_per_order, 3),
        "distance_km_mean": round(made.distance_km_mean, 1),
    }


def told(act: Mapping[str, Any]) -> Group:
    """The act as a table and a sentence about money."""
    table = Table(
        title=f"Two policies on the load's last {act['orders']:,} orders, simulated",
        title_justify="left",
        box=box.SIMPLE_HEAD,
    )
    table.add_column("")
    for name in ("filled", "$ an order", "shipments", "km"):
        table.add_column(name, justify="right")
    for name in (NEAREST, COST):
        made = act[name]
        table.add_row(
            name,
            f"{100 * made['fill_rate']:.2f} %",
            f"{made['cost_per_order']:.2f}",
            f"{made['shipments_per_order']:.2f}",
            f"{made['distance_km_mean']:,.0f}",
        )
    return Group(table, Text(_sentence(act)))


def _sentence(act: Mapping[str, Any]) -> str:
    money = next(d for d in act["differences"] if d["measure"] == "cost_minor")
    mean, *ends = (abs(money[name]) / 100 for name in ("mean", "low", "high"))
    low, high = sorted(ends)
    verb = "saves" if money["mean"] < 0 else "costs"
    clear = "" if money["certain"] else " (no clear difference)"
    return (
        f"{COST} {verb} ${mean:.2f} an order beside {NEAREST}, 95 % interval {low:.2f} "
        f"to {high:.2f}{clear}; {act['changed_orders']:,} orders change.\n"
        f"Published: quotes were planned by it {act['published_s']:.2f} s later. "
        f"Rolled back: {act['rolled_back_s']:.2f} s."
    )
