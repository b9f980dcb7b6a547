"""What the ledger keeps of an order: lines, units at nodes, shipments, what happened.

An allocation is split, never raised; what it was stays as a row of its own. The state
of an order follows from its shipments; it is stored so that orders can be listed by it.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    Table,
    UniqueConstraint,
    text,
)

from inventory.columns import KEYED, metadata, text_, whole
from inventory.orders.vocabulary import (
    ALLOCATION_STATES,
    ORDER_STATES,
    PAYMENT_STATES,
    SHIPMENT_STATES,
)

LEFT = (
    "state IN ('SHIPPED', 'COLLECTED', 'DELIVERED', 'CANCELLED', 'NO_SHOW',"
    " 'IN_TRANSIT', 'RECEIVED')"
)
"""Of a shipment: nothing is to do at its node."""


_IS_NAMED = text("customer_ref <> ''")
_TO_A_STORE = text("to_node <> ''")
_IN_TRANSIT = text("state = 'IN_TRANSIT'")
_AT_A_NODE = text("state IN ('ALLOCATED', 'ACCEPTED', 'PICKING', 'READY')")


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


order = Table(
    "order",
    metadata,
    text_("order_id", primary_key=True),
    text_("owner"),
    text_("hold_id"),
    text_("state"),
    whole("created_at_us"),
    text_("customer_ref"),
    text_("payment"),
    # Why nothing may be picked yet, or units wait: '', REVIEW or BACKORDER.
    text_("gate"),
    whole("priority"),
    # Who takes care of it, where something is wrong.
    text_("assignee"),
    whole("reroutes"),
    # How many decisions it has beside the hold's, and how many shipments it ever had.
    whole("decisions"),
    whole("shipments"),
    whole("ver"),
    whole("changed_at_us"),
    UniqueConstraint("owner", "hold_id", name="one_order_a_hold"),
    CheckConstraint(_one_of("state", ORDER_STATES), name="order_state"),
    CheckConstraint(_one_of("payment", PAYMENT_STATES), name="order_payment"),
    Index("order_by_age", "owner", "created_at_us", "order_id"),
    Index("order_by_time", "created_at_us"),
    Index(
        "order_by_customer",
        *("owner", "customer_ref", "created_at_us", "order_id"),
        sqlite_where=_IS_NAMED,
        postgresql_where=_IS_NAMED,
    ),
    Index(
        "order_in_need",
        "changed_at_us",
        sqlite_where=text("state IN ('PENDING', 'REVIEW', 'BACKORDERED')"),
        postgresql_where=text("state IN ('PENDING', 'REVIEW', 'BACKORDERED')"),
    ),
    **KEYED,
)

order_line = Table(
    "order_line",
    metadata,
    text_("order_id", primary_key=True),
    whole("line_no", primary_key=True),
    text_("sku"),
    whole("ordered"),
    whole("cancelled"),
    whole("unrouted"),
    CheckConstraint(
        "ordered > 0 AND cancelled >= 0 AND unrouted >= 0", name="order_line_counts"
    ),
    Index(
        "order_line_waiting",
        *("sku", "order_id"),
        sqlite_where=text("unrouted > 0"),
        postgresql_where=text("unrouted > 0"),
    ),
    **KEYED,
)

allocation = Table(
    "allocation",
    metadata,
    text_("allocation_id", primary_key=True),
    text_("order_id"),
    # 0 for a claim of a node's day, which is no line of the order.
    whole("line_no"),
    text_("shipment_id"),
    text_("sku"),
    text_("node"),
    whole("qty"),
    text_("state"),
    CheckConstraint("qty > 0", name="allocation_positive"),
    CheckConstraint(_one_of("state", ALLOCATION_STATES), name="allocation_state"),
    Index("allocation_by_order", "order_id"),
    Index(
        "allocation_open",
        *("sku", "node"),
        sqlite_where=text("state IN ('ALLOCATED', 'PICKED')"),
        postgresql_where=text("state IN ('ALLOCATED', 'PICKED')"),
    ),
    **KEYED,
)

shipment = Table(
    "shipment",
    metadata,
    text_("shipment_id", primary_key=True),
    text_("order_id"),
    text_("node"),
    text_("state"),
    # Which decision of the order planned it, 0 for the hold's, and its place there.
    whole("decision_no"),
    whole("plan_no"),
    # When the present step should be done; 0 while nobody has said.
    whole("due_us"),
    # What the customer says at the counter, and how often it was said wrong.
    text_("code"),
    whole("guesses"),
    text_("carrier"),
    text_("tracking"),
    whole("changed_at_us"),
    # The store that it goes to, or came to, to be collected there.
    text_("to_node"),
    # When it must leave, as its plan said; 0 where none did, and for rows of before.
    whole("ship_by_us"),
    CheckConstraint(_one_of("state", SHIPMENT_STATES), name="shipment_state"),
    Index("shipment_by_order", "order_id"),
    Index(
        "shipment_to_do",
        *("node", "changed_at_us", "shipment_id"),
        sqlite_where=_AT_A_NODE,
        postgresql_where=_AT_A_NODE,
    ),
    # What left a node lately, for devices that were away.
    Index(
        "shipment_left",
        *("node", "changed_at_us"),
        sqlite_where=text(LEFT),
        postgresql_where=text(LEFT),
    ),
    # What came to a store lately.
    Index(
        "shipment_to_store",
        *("to_node", "changed_at_us"),
        sqlite_where=_TO_A_STORE,
        postgresql_where=_TO_A_STORE,
    ),
    # What is on its way to a store: few of all that ever went there.
    Index(
        "shipment_coming",
        *("to_node", "changed_at_us"),
        sqlite_where=_IN_TRANSIT,
        postgresql_where=_IN_TRANSIT,
    ),
    Index(
        "shipment_coming_by_due",
        "due_us",
        sqlite_where=_IN_TRANSIT,
        postgresql_where=_IN_TRANSIT,
    ),
    Index(
        "shipment_by_due",
        "due_us",
        sqlite_where=_AT_A_NODE,
        postgresql_where=_AT_A_NODE,
    ),
    **KEYED,
)

decision = Table(
    "decision",
    metadata,
    text_("order_id", primary_key=True),
    whole("decision_no", primary_key=True),
    # What made it necessary, for example SHORT_PICKED.
    text_("cause"),
    text_("actor"),
    whole("at_us"),
    Column("content", LargeBinary, nullable=False),
    sqlite_strict=True,
)

offer = Table(
    "offer",
    metadata,
    text_("shipment_id", primary_key=True),
    text_("node", primary_key=True),
    text_("state"),
    whole("at_us"),
    CheckConstraint("state IN ('OPEN', 'WON', 'LOST')", name="offer_state"),
    Index(
        "offer_open",
        "node",
        sqlite_where=text("state = 'OPEN'"),
        postgresql_where=text("state = 'OPEN'"),
    ),
    Index(
        "offer_over",
        *("node", "at_us"),
        sqlite_where=text("state IN ('WON', 'LOST')"),
        postgresql_where=text("state IN ('WON', 'LOST')"),
    ),
    **KEYED,
)

cell_flag = Table(
    "cell_flag",
    metadata,
    text_("sku", primary_key=True),
    text_("node", primary_key=True),
    text_("order_id"),
    text_("reason"),
    whole("at_us"),
    **KEYED,
)

payment = Table(
    "payment",
    metadata,
    text_("order_id", primary_key=True),
    text_("payment_id", primary_key=True),
    text_("state"),
    text_("shipment_id"),
    whole("amount_minor"),
    text_("reference"),
    whole("at_us"),
    CheckConstraint(_one_of("state", PAYMENT_STATES), name="payment_state"),
    **KEYED,
)

goods_return = Table(
    "goods_return",
    metadata,
    text_("return_id", primary_key=True),
    text_("order_id"),
    text_("node"),
    text_("state"),
    whole("created_at_us"),
    whole("changed_at_us"),
    CheckConstraint("state IN ('OPEN', 'RECEIVED')", name="goods_return_state"),
    Index("goods_return_by_order", "order_id"),
    **KEYED,
)

return_line = Table(
    "return_line",
    metadata,
    text_("return_id", primary_key=True),
    whole("line_no", primary_key=True),
    text_("sku"),
    whole("qty"),
    text_("reason"),
    # What came back: how many, in which condition, and what became of it.
    whole("received"),
    text_("condition"),
    text_("disposition"),
    CheckConstraint("qty > 0 AND received >= 0", name="return_line_counts"),
    **KEYED,
)

incoming = Table(
    "incoming",
    metadata,
    text_("incoming_id", primary_key=True),
    text_("sku"),
    text_("node"),
    whole("qty"),
    whole("received"),
    whole("expected_us"),
    whole("at_us"),
    CheckConstraint("qty > 0 AND received >= 0", name="incoming_counts"),
    Index("incoming_by_sku", "sku", "expected_us"),
    **KEYED,
)
