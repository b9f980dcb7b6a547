"""When units that wait are expected to be there: in an order, a quote and a hold."""

from datetime import datetime

from allocation.plan import Plan
from allocation.problem import Problem
from allocation.rules.words import Queue
from inventory.instants import microseconds
from inventory.orders.reading import WholeOrder
from inventory.reserved import backorder_sku
from inventory.stock import Stock
from inventory.supply import Supply, Turn
from router.backorders import room_claims
from router.incoming import expected_date
from router.messages import write_date
from router.wishes import Wish
from shipfrom.v1 import order_pb2
from shipfrom.v1 import order_service_pb2 as pb


async def date_order(supply: Supply, whole: WholeOrder, out: pb.Order) -> None:
    """Date the lines of an order that waits for stock."""
    order = whole.order
    if order.state != "BACKORDERED":
        return
    units = {line.sku: line.unrouted for line in whole.book.lines.values()}
    turn = Turn(order.priority, order.created_at_us, order.order_id)
    waiting = {sku: count for sku, count in units.items() if count}
    dates = await supply.expected(waiting, turn)
    for line in out.line_states:
        if line.sku in dates:
            write_date(expected_date(dates[line.sku]), line.expected_date)


async def tell_waits(
    stock: Stock, problem: Problem, plan: Plan, out: order_pb2.Plan, *, now: datetime
) -> None:
    """Say of a quote when units that wait are expected and whose limits let them wait;
    where those do not, that nothing waits."""
    if plan.queue != Queue.BACKORDER:
        return
    wish = Wish(problem.order, problem.policy)
    await date_plan(stock.supply, plan, out, wish, now=now)
    claims = await room_claims(stock, problem, plan)
    if claims is None:
        out.queue = out.queue_rule_id = ""
    for line in out.unfilled:
        name = backorder_sku(line.sku)
        for claim in (each for each in claims or () if each.sku == name):
            line.waits.add(node_id=claim.node_id, quantity=claim.quantity)


async def date_plan(
    supply: Supply, plan: Plan, out: order_pb2.Plan, wish: Wish, *, now: datetime
) -> None:
    """Date what a plan leaves to wait, behind all who wait as urgently already."""
    if plan.queue != Queue.BACKORDER or not plan.unfilled:
        return
    units = {line.sku: line.quantity for line in plan.unfilled}
    dates = await supply.expected(
        units, Turn(wish.order.facts.priority, microseconds(now))
    )
    for line in out.unfilled:
        if line.sku in dates:
            write_date(expected_date(dates[line.sku]), line.expected_date)
