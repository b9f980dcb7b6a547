"""What came of a simulation, as a message."""

from collections.abc import Iterable

from router.messages import write_time
from router.money import Currency
from router.simulate import Effect, Report
from router.simulate.bootstrap import Difference
from router.simulate.figures import Figures
from router.simulate.report import Changed, Priced, Side
from shipfrom.v1 import policy_service_pb2 as pb

CHANGED_MAX = 50
"""Changed orders in an answer: those that matter most come first."""


def write_report(report: Report, out: pb.SimulationReport, currency: Currency) -> None:
    """Both policies on the same orders."""
    out.orders = report.orders
    _write_figures(report.baseline, out.baseline, currency)
    _write_figures(report.draft, out.candidate, currency)
    for measure, difference in report.differences.items():
        _write_difference(difference, out.differences.add(measure=measure))
    out.changed_orders = report.changed_orders
    for changed in report.changed[:CHANGED_MAX]:
        _write_changed(changed, out.changed.add(), currency)
    if report.prices is not None:
        _write_prices(report.prices, out.prices, currency)


def _write_prices(prices: Priced, out: pb.SimulatedPrices, currency: Currency) -> None:
    out.orders = prices.orders
    currency.write(prices.difference_minor, out.difference)
    for made in prices.lists:
        row = out.lists.add(orders=made.orders, cells=made.cells, verdict=made.verdict)
        write_time(made.at, row.make_time)


def write_coverage(
    effects: Iterable[Effect], out: pb.SimulationReport, currency: Currency
) -> None:
    """What each rule does. An effect is that of leaving it out."""
    for effect in effects:
        row = out.coverage.add(
            rule_id=effect.name,
            orders=effect.orders,
            decides=effect.changed_orders,
            fill_rate=0.0 - effect.fill_rate.mean,
        )
        currency.write(
            -round(effect.cost_minor.mean * effect.cost_minor.orders), row.cost
        )


def _write_figures(
    figures: Figures, out: pb.SimulationFigures, currency: Currency
) -> None:
    out.orders = figures.orders
    out.shipped_orders = figures.shipped_orders
    out.units = figures.units
    out.filled_units = figures.filled_units
    out.fill_rate = figures.fill_rate
    currency.write(round(figures.cost_minor_per_order), out.cost_per_order)
    out.shipments_per_order = figures.shipments_per_order
    out.late_orders = figures.late_orders
    out.distance_km_mean = figures.distance_km_mean


def _write_difference(difference: Difference, out: pb.SimulationDifference) -> None:
    out.mean = difference.mean
    out.low = difference.low
    out.high = difference.high
    out.orders = difference.orders
    out.certain = difference.is_certain


def _write_changed(changed: Changed, out: pb.ChangedOrder, currency: Currency) -> None:
    out.order_id = changed.order_id
    currency.write(changed.difference_minor, out.difference)
    _write_side(changed.baseline, out.baseline, currency)
    _write_side(changed.draft, out.candidate, currency)


def _write_side(side: Side, out: pb.SimulatedPlan, currency: Currency) -> None:
    currency.write(side.cost_minor, out.cost)
    out.filled_units = side.filled_units
    out.node_ids.extend(side.node_ids)
    out.refusal = side.refusal
