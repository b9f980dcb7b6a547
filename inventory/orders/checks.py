"""What must be true of orders (I8), each as a query that finds what is not.

The state of an order is derived here once more, in SQL: a mistake in the code that
stores it would otherwise be its own witness.
"""

from dataclasses import dataclass

from inventory.reserved import BACKORDER


@dataclass(frozen=True, slots=True)
class Check:
    """A query whose rows are violations; its first column says what is wrong."""

    invariant: str
    says: str
    query: str


_AT_ITS_NODE = "('ALLOCATED', 'ACCEPTED', 'PICKING', 'READY')"
_OVER = "('CANCELLED', 'NO_SHOW', 'RECEIVED')"
_OPEN = "('ALLOCATED', 'PICKED')"

# How far the least and the furthest of an order's shipments are.
_PROGRESS = f"""
    SELECT order_id, COUNT(*) AS live, MIN(rank) AS least, MAX(rank) AS furthest,
           SUM(CASE WHEN state = 'COLLECTED' THEN 1 ELSE 0 END) AS collected
    FROM (SELECT order_id, state, CASE state
                 WHEN 'ALLOCATED' THEN 0 WHEN 'ACCEPTED' THEN 0 WHEN 'PICKING' THEN 1
                 WHEN 'IN_TRANSIT' THEN 1
                 WHEN 'READY' THEN 2 WHEN 'SHIPPED' THEN 3 ELSE 4 END AS rank
          FROM shipment WHERE state NOT IN {_OVER}) r
    GROUP BY order_id
"""

_DERIVED = f"""
    SELECT o.order_id, o.state, CASE
        WHEN COALESCE(l.units, 0) = 0
          OR (p.live IS NULL AND l.waiting = 0) THEN 'CANCELLED'
        WHEN o.gate = 'REVIEW' THEN 'REVIEW'
        WHEN o.payment IN ('PENDING', 'FAILED') THEN 'PENDING'
        WHEN l.waiting > 0 AND o.gate = 'BACKORDER' THEN 'BACKORDERED'
        WHEN l.waiting > 0 THEN 'REVIEW'
        WHEN p.least = 0 AND p.furthest > 0 THEN 'PICKING'
        WHEN p.least = 0 THEN 'ALLOCATED'
        WHEN p.least = 1 THEN 'PICKING'
        WHEN p.least = 2 THEN 'READY'
        WHEN p.least = 3 THEN 'SHIPPED'
        WHEN o.payment IN ('NONE', 'CAPTURED', 'REFUNDED') THEN 'COMPLETED'
        WHEN p.collected = p.live THEN 'COLLECTED'
        ELSE 'DELIVERED' END AS derived
    FROM "order" o
    LEFT JOIN (SELECT order_id, SUM(ordered - cancelled) AS units,
                      SUM(unrouted) AS waiting
               FROM order_line GROUP BY order_id) l ON l.order_id = o.order_id
    LEFT JOIN ({_PROGRESS}) p ON p.order_id = o.order_id
"""

_ANNOUNCED = """
    SELECT r.order_id, l.sku, SUM(CASE r.state WHEN 'RECEIVED' THEN l.received
                                  WHEN 'OPEN' THEN l.qty ELSE 0 END) AS units
    FROM goods_return r JOIN return_line l ON l.return_id = r.return_id
    GROUP BY r.order_id, l.sku
"""

_PREFIX = len(BACKORDER)

CHECKS = (
    Check(
        "I8",
        "an order's state does not follow from its shipments",
        f"""SELECT order_id || ' is ' || state || ', they say ' || derived
            FROM ({_DERIVED}) d WHERE state <> derived""",
    ),
    Check(
        "I8",
        "units are claimed for a shipment that has left or is over",
        f"""SELECT a.allocation_id FROM allocation a
            LEFT JOIN shipment s ON s.shipment_id = a.shipment_id
            WHERE a.state IN {_OPEN} AND a.line_no <> 0
              AND COALESCE(s.state, '') NOT IN {_AT_ITS_NODE}""",
    ),
    Check(
        "I8",
        "a node's day is claimed for a shipment that was cancelled",
        f"""SELECT a.allocation_id FROM allocation a
            LEFT JOIN shipment s ON s.shipment_id = a.shipment_id
            WHERE a.state IN {_OPEN} AND a.line_no = 0 AND a.shipment_id <> ''
              AND COALESCE(s.state, 'CANCELLED') = 'CANCELLED'""",
    ),
    Check(
        "I8",
        "room to wait is claimed for units that do not wait",
        f"""SELECT a.order_id || ' ' || a.sku FROM (
                SELECT order_id, sku, SUM(qty) AS qty FROM allocation
                WHERE state IN {_OPEN} AND substr(sku, 1, {_PREFIX}) = '{BACKORDER}'
                GROUP BY order_id, sku) a
            LEFT JOIN order_line l
              ON l.order_id = a.order_id AND l.sku = substr(a.sku, {_PREFIX} + 1)
            WHERE a.qty > COALESCE(l.unrouted, 0)""",
    ),
    Check(
        "I8",
        "a shipment at its node has no units",
        f"""SELECT s.shipment_id FROM shipment s
            LEFT JOIN (SELECT DISTINCT shipment_id FROM allocation
                       WHERE state IN {_OPEN} AND line_no <> 0) a
              ON a.shipment_id = s.shipment_id
            WHERE s.state IN {_AT_ITS_NODE} AND a.shipment_id IS NULL""",
    ),
    Check(
        "I8",
        "units are not at their shipment's node, or not of its order",
        """SELECT a.allocation_id FROM allocation a
           JOIN shipment s ON s.shipment_id = a.shipment_id
           WHERE a.node <> s.node OR a.order_id <> s.order_id""",
    ),
    Check(
        "I8",
        "fewer than no units of an order line wait or are cancelled",
        """SELECT order_id || ' line ' || line_no FROM order_line
           WHERE unrouted < 0 OR cancelled < 0""",
    ),
    Check(
        "I8",
        "more comes back than left",
        f"""SELECT b.order_id || ' ' || b.sku FROM ({_ANNOUNCED}) b
            LEFT JOIN (SELECT order_id, sku, SUM(qty) AS units FROM allocation
                       WHERE state IN ('SHIPPED', 'COLLECTED')
                       GROUP BY order_id, sku) a
              ON a.order_id = b.order_id AND a.sku = b.sku
            WHERE b.units > COALESCE(a.units, 0)""",
    ),
    Check(
        "I8",
        "a transfer on its way has no units, or no store",
        """SELECT s.shipment_id FROM shipment s
           LEFT JOIN (SELECT DISTINCT shipment_id FROM allocation
                      WHERE state = 'SHIPPED') a ON a.shipment_id = s.shipment_id
           WHERE s.state = 'IN_TRANSIT'
             AND (a.shipment_id IS NULL OR s.to_node = '')""",
    ),
    Check(
        "I8",
        "a transfer was received and its units are still on their way",
        """SELECT a.allocation_id FROM allocation a
           JOIN shipment s ON s.shipment_id = a.shipment_id
           WHERE s.state = 'RECEIVED' AND a.line_no <> 0
             AND a.state IN ('ALLOCATED', 'PICKED', 'SHIPPED')""",
    ),
    Check(
        "I8",
        "several nodes won one shipment",
        """SELECT shipment_id FROM offer WHERE state = 'WON'
           GROUP BY shipment_id HAVING COUNT(*) > 1""",
    ),
    Check(
        "I8",
        "a shipment is offered that somebody has, or nobody will",
        """SELECT f.shipment_id || ' to ' || f.node FROM offer f
           LEFT JOIN shipment s ON s.shipment_id = f.shipment_id
           WHERE f.state = 'OPEN' AND COALESCE(s.state, '') <> 'ALLOCATED'""",
    ),
)
