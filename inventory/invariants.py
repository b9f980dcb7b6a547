"""The invariants of the ledger, each as a query that finds what breaks it.

The queries share nothing with the code that decides: a balance is summed up again from
the entries, the running stock of every cell is replayed entry by entry.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, select

from inventory.orders.checks import CHECKS as OF_ORDERS
from inventory.orders.checks import Check
from inventory.reserved import OF_DAYS, RESERVED
from inventory.tables import idempotency

DAY_US = 24 * 3600 * 1_000_000
HOLD_OUTLIVES_ANSWER_US = (90 - 7) * DAY_US  # as `inventory/pruning.py` keeps both
FOUND_MAX = 20  # of one kind: the first ones tell the story


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken invariant (I1 to I8) and what breaks it, in words."""

    invariant: str
    what: str


Checker = Callable[[Connection], Iterator[Violation]]

# What every entry left in its cell: replayed from the first entry on.
_RUNNING = """
    SELECT sku, node, cell_ver, op_id, kind, d_on_hand, d_held, d_allocated, d_short,
           SUM(d_on_hand) OVER w AS on_hand, SUM(d_held) OVER w AS held,
           SUM(d_allocated) OVER w AS allocated, SUM(d_short) OVER w AS short,
           SUM(d_safety) OVER w AS safety
    FROM entry WINDOW w AS (PARTITION BY sku, node ORDER BY cell_ver)
"""

_SUMS = """
    SELECT sku, node, COUNT(*) AS entries,
           MIN(cell_ver) AS first, MAX(cell_ver) AS last,
           SUM(d_on_hand) AS on_hand, SUM(d_held) AS held,
           SUM(d_allocated) AS allocated, SUM(d_short) AS short,
           SUM(d_safety) AS safety
    FROM entry GROUP BY sku, node
"""

# The lines of all holds, taken out of their JSON.
_LINES = {
    "sqlite": """
        SELECT h.owner, h.hold_id, h.state, json_extract(l.value, '$[0]') AS sku,
               json_extract(l.value, '$[1]') AS node,
               json_extract(l.value, '$[2]') AS qty
        FROM hold h, json_each(h.lines) l""",
    "postgresql": """
        SELECT h.owner, h.hold_id, h.state, l.value ->> 0 AS sku,
               l.value ->> 1 AS node, (l.value ->> 2)::bigint AS qty
        FROM hold h, jsonb_array_elements(h.lines::jsonb) l""",
}

# What a hold claims of a day's capacity or of a quota is a line of the hold and of
# nothing else.
_OF_CLAIMS = f"substr(sku, 1, 1) = '{RESERVED}'"
_OF_DAYS = f"substr(sku, 1, {len(OF_DAYS)}) = '{OF_DAYS}'"

_GRANTS = "kind IN ('HOLD', 'ROUTE', 'SUBSTITUTE')"
_OPEN = "('ALLOCATED', 'PICKED')"
_GONE = "('SHORT', 'MOVED', 'CANCELLED', 'NO_SHOW')"

CHECKS = (
    Check(
        "I1",
        "a cell promises more than it has and declares",
        """SELECT sku || ' at ' || node FROM cell
           WHERE held + allocated > on_hand + short
              OR on_hand < 0 OR held < 0 OR allocated < 0 OR short < 0
              OR safety_stock < 0""",
    ),
    Check(
        "I1",
        "units were granted that were not free",
        f"""SELECT sku || ' at ' || node || ' version ' || cell_ver FROM ({_RUNNING}) r
            WHERE {_GRANTS} AND on_hand - held - allocated
                < CASE WHEN safety > 0 THEN safety ELSE 0 END""",
    ),
    Check(
        "I1",
        "short rose although on_hand did not fall",
        """SELECT sku || ' at ' || node || ' version ' || cell_ver FROM entry
           WHERE d_short > 0 AND d_on_hand >= 0""",
    ),
    Check(
        "I2",
        "a cell is not the sum of its entries",
        f"""SELECT c.sku || ' at ' || c.node FROM cell c
            LEFT JOIN ({_SUMS}) s ON s.sku = c.sku AND s.node = c.node
            WHERE c.on_hand <> COALESCE(s.on_hand, 0)
               OR c.held <> COALESCE(s.held, 0)
               OR c.allocated <> COALESCE(s.allocated, 0)
               OR c.short <> COALESCE(s.short, 0)
               OR c.safety_stock <> COALESCE(s.safety, 0)""",
    ),
    Check(
        "I2",
        "entries of a cell that is not there",
        """SELECT DISTINCT e.sku || ' at ' || e.node FROM entry e
           LEFT JOIN cell c ON c.sku = e.sku AND c.node = e.node
           WHERE c.sku IS NULL""",
    ),
    Check(
        "I2",
        "held is not what the active holds claim",
        """SELECT c.sku || ' at ' || c.node FROM cell c
           LEFT JOIN (SELECT sku, node, SUM(qty) AS qty FROM ({lines}) l
                      WHERE state = 'ACTIVE' GROUP BY sku, node) a
             ON a.sku = c.sku AND a.node = c.node
           WHERE c.held <> COALESCE(a.qty, 0)""",
    ),
    Check(
        "I2",
        "allocated is not what the open allocations claim",
        f"""SELECT c.sku || ' at ' || c.node FROM cell c
            LEFT JOIN (SELECT sku, node, SUM(qty) AS qty FROM (
                         SELECT sku, node, qty FROM allocation WHERE state IN {_OPEN}) b
                       GROUP BY sku, node) a
              ON a.sku = c.sku AND a.node = c.node
            WHERE c.allocated <> COALESCE(a.qty, 0)""",
    ),
    Check(
        "I3",
        "an operation entered a cell twice",
        """SELECT op_id || ' ' || kind || ' ' || sku || ' at ' || node FROM entry
           GROUP BY op_id, kind, sku, node HAVING COUNT(*) > 1""",
    ),
    Check(
        "I3",
        "a hold's entries do not tell its fate",
        """SELECT h.owner || '/' || h.hold_id || ' ' || h.state FROM hold h
           LEFT JOIN (SELECT owner, hold_id, COUNT(*) AS lines FROM ({lines}) x
                      WHERE node <> '' GROUP BY owner, hold_id) l
             ON l.owner = h.owner AND l.hold_id = h.hold_id
           LEFT JOIN (SELECT op_id,
                        SUM(CASE WHEN kind = 'HOLD' THEN 1 ELSE 0 END) AS placed,
                        SUM(CASE WHEN kind = 'COMMIT' THEN 1 ELSE 0 END) AS committed,
                        SUM(CASE WHEN kind = 'RELEASE' THEN 1 ELSE 0 END) AS released,
                        SUM(CASE WHEN kind = 'EXPIRE' THEN 1 ELSE 0 END) AS expired
                      FROM entry GROUP BY op_id) e
             ON e.op_id = h.owner || '/' || h.hold_id
           WHERE COALESCE(e.placed, 0) <> COALESCE(l.lines, 0)
              OR COALESCE(e.committed, 0) <> CASE WHEN h.state = 'COMMITTED'
                   THEN COALESCE(l.lines, 0) ELSE 0 END
              OR COALESCE(e.released, 0) <> CASE WHEN h.state = 'RELEASED'
                   THEN COALESCE(l.lines, 0) ELSE 0 END
              OR COALESCE(e.expired, 0) <> CASE WHEN h.state = 'EXPIRED'
                   THEN COALESCE(l.lines, 0) ELSE 0 END""",
    ),
    Check(
        "I4",
        "versions of a cell are not dense",
        f"""SELECT c.sku || ' at ' || c.node FROM cell c
            LEFT JOIN ({_SUMS}) s ON s.sku = c.sku AND s.node = c.node
            WHERE c.ver <> COALESCE(s.entries, 0) OR c.ver <> COALESCE(s.last, 0)
               OR (c.ver > 0 AND s.first <> 1)""",
    ),
    Check(
        "I7",
        "a committed hold without its one order, or an order without its hold",
        """SELECT h.hold_id FROM hold h
           LEFT JOIN "order" o ON o.owner = h.owner AND o.hold_id = h.hold_id
           WHERE (h.state = 'COMMITTED') <> (o.order_id IS NOT NULL)
           UNION ALL
           SELECT o.order_id FROM "order" o
           LEFT JOIN hold h ON h.owner = o.owner AND h.hold_id = o.hold_id
           WHERE h.hold_id IS NULL""",
    ),
    Check(
        "I7",
        "units of an order line are lost",
        f"""SELECT l.order_id || ' line ' || l.line_no FROM order_line l
            LEFT JOIN (SELECT order_id, line_no, SUM(qty) AS qty FROM allocation
                       WHERE state NOT IN {_GONE} GROUP BY order_id, line_no) a
              ON a.order_id = l.order_id AND a.line_no = l.line_no
            WHERE COALESCE(a.qty, 0) + l.unrouted + l.cancelled <> l.ordered""",
    ),
    Check(
        "I7",
        "an order's lines are not what its hold claimed",
        f"""SELECT o.order_id FROM "order" o
            LEFT JOIN (SELECT order_id, SUM(ordered) AS units FROM order_line
                       GROUP BY order_id) l ON l.order_id = o.order_id
            LEFT JOIN (SELECT owner, hold_id, SUM(qty) AS units FROM ({{lines}}) x
                       WHERE NOT {_OF_CLAIMS} GROUP BY owner, hold_id) h
              ON h.owner = o.owner AND h.hold_id = o.hold_id
            WHERE o.ver = 0 AND COALESCE(l.units, 0) <> COALESCE(h.units, 0)""",
    ),
    Check(
        "I7",
        "a hold claims a node's day twice, or of a node that sends nothing",
        f"""SELECT owner || '/' || hold_id || ' at ' || node FROM ({{lines}}) x
            GROUP BY owner, hold_id, node
            HAVING SUM(CASE WHEN {_OF_DAYS} THEN qty ELSE 0 END) > CASE
                WHEN SUM(CASE WHEN {_OF_CLAIMS} THEN 0 ELSE qty END) > 0
                THEN 1 ELSE 0 END""",
    ),
)

_OVERSOLD = f"""
    SELECT COALESCE(SUM(units), 0) FROM (
        SELECT MAX(held + allocated - on_hand) AS units FROM ({_RUNNING}) r
        WHERE {_GRANTS} AND held + allocated > on_hand GROUP BY sku, node) o
"""


def checkers() -> tuple[Checker, ...]:
    """One for each thing that the ledger itself can show to be broken. Each needs a
    snapshot; they need not have the same one."""
    return (*(partial(_found, check) for check in CHECKS + OF_ORDERS), _unanswered)


def broken(connection: Connection) -> Iterator[Violation]:
    """Every violation, the first ones of each kind."""
    for checker in checkers():
        yield from checker(connection)


def _found(check: Check, connection: Connection) -> Iterator[Violation]:
    query = check.query.replace("{lines}", _LINES[connection.dialect.name])
    for row in connection.exec_driver_sql(query).fetchmany(FOUND_MAX):
        yield Violation(check.invariant, f"{check.says}: {row[0]}")


def _unanswered(connection: Connection) -> Iterator[Violation]:
    for what in _answers_without_effect(connection):
        yield Violation("I6", what)


def oversold_units(connection: Connection) -> int:
    """Units granted beyond what the shelf held at that moment, over all cells."""
    return int(connection.exec_driver_sql(_OVERSOLD).scalar_one())


def _answers_without_effect(connection: Connection) -> Iterator[str]:
    """Answers that were given although their effect is not there."""
    holds = _keys(connection, "SELECT owner, hold_id FROM hold")
    orders = _keys(connection, 'SELECT owner, order_id FROM "order"')
    order_ids = {order_id for _, order_id in orders}
    wanted = select(idempotency.c.principal, idempotency.c.answer, idempotency.c.at_us)
    for principal, text, at_us in connection.execute(wanted):
        kind, *values = json.loads(text)
        # A hold that was long over when it was asked for may be forgotten before the
        # answer is.
        is_kept = kind == "hold" and at_us - values[-1] < HOLD_OUTLIVES_ANSWER_US
        if is_kept and (principal, values[0]) not in holds:
            yield f"hold {values[0]} was answered and is not there"
        if kind == "order" and (principal, values[0]) not in orders:
            yield f"order {values[0]} was answered and is not there"
        if kind == "step" and values[0] not in order_ids:
            yield f"a step of order {values[0]} was answered, which is not there"


def _keys(connection: Connection, query: str) -> set[tuple[str, str]]:
    return {(str(a), str(b)) for a, b in connection.exec_driver_sql(query)}
