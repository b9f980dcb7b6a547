"""The life of an order after its commit: states, decisions, offers, flags."""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEYED = {"sqlite_strict": True, "sqlite_with_rowid": False}
OPEN = "state IN ('ALLOCATED', 'ACCEPTED', 'PICKING', 'READY')"
LEFT = "state IN ('SHIPPED', 'COLLECTED', 'DELIVERED', 'CANCELLED', 'NO_SHOW')"


def upgrade() -> None:
    remake("hold", create_hold, "{}, '', 0")
    order = "CASE state WHEN 'OPEN' THEN 'ALLOCATED' ELSE state END"
    remake(
        "order",
        create_order,
        f"order_id, owner, hold_id, {order}, created_at_us,"
        " '', 'NONE', '', 0, '', 0, 0, 0, 0, created_at_us",
    )
    remake("order_line", create_order_line, "{}")
    remake("allocation", create_allocation, "{}")
    shipped = "CASE state WHEN 'OPEN' THEN 'ALLOCATED' ELSE state END"
    remake(
        "shipment",
        create_shipment,
        f"shipment_id, order_id, node, {shipped}, 0, 0, 0, '', 0, '', '', 0",
    )
    create_decision()
    create_offer()
    create_cell_flag()


def remake(table: str, create: Callable[[], None], columns: str) -> None:
    """Make the table again with its rows: SQLite cannot change a check."""
    names = [c["name"] for c in sa.inspect(op.get_bind()).get_columns(table)]
    op.execute(f'CREATE TABLE kept AS SELECT * FROM "{table}"')
    op.drop_table(table)
    create()
    said = columns.format(", ".join(names))
    op.execute(f'INSERT INTO "{table}" SELECT {said} FROM kept')
    op.drop_table("kept")


def texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def wholes(*names: str) -> list[sa.Column[int]]:
    return [
        sa.Column(name, WHOLE, autoincrement=False, nullable=False) for name in names
    ]


def one_of(column: str, words: str) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words.split())})"


def create_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(
        name,
        table,
        columns,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def create_hold() -> None:
    op.create_table(
        "hold",
        *texts("owner", "hold_id", "state", "request_hash", "order_ref"),
        *wholes("created_at_us", "expires_at_us"),
        sa.Column("settled_at_us", WHOLE, nullable=True),
        sa.Column("settled_by", TEXT, nullable=True),
        sa.Column("settle_op", TEXT, nullable=True),
        *texts("lines"),
        sa.Column("decision", sa.LargeBinary, nullable=False),
        *texts("gate"),
        *wholes("priority"),
        sa.CheckConstraint(
            "(state = 'ACTIVE') = (settled_at_us IS NULL)", name="hold_settled_once"
        ),
        sa.CheckConstraint(
            "state IN ('ACTIVE', 'COMMITTED', 'RELEASED', 'EXPIRED')", name="hold_state"
        ),
        sa.PrimaryKeyConstraint("owner", "hold_id"),
        sqlite_strict=True,
    )
    create_index(
        "hold_by_end", "hold", ["settled_at_us"], "state IN ('RELEASED', 'EXPIRED')"
    )
    create_index("hold_by_expiry", "hold", ["expires_at_us"], "state = 'ACTIVE'")


def create_order() -> None:
    op.create_table(
        "order",
        *texts("order_id", "owner", "hold_id", "state"),
        *wholes("created_at_us"),
        *texts("customer_ref", "payment", "gate"),
        *wholes("priority"),
        *texts("assignee"),
        *wholes("reroutes", "decisions", "shipments", "ver", "changed_at_us"),
        sa.CheckConstraint(
            one_of("payment", "NONE PENDING AUTHORIZED CAPTURED FAILED REFUNDED"),
            name="order_payment",
        ),
        sa.CheckConstraint(
            one_of(
                "state",
                "PENDING REVIEW BACKORDERED ALLOCATED PICKING READY "
                "SHIPPED COLLECTED DELIVERED COMPLETED CANCELLED",
            ),
            name="order_state",
        ),
        sa.PrimaryKeyConstraint("order_id"),
        sa.UniqueConstraint("owner", "hold_id", name="one_order_a_hold"),
        **KEYED,
    )
    op.create_index("order_by_age", "order", ["owner", "created_at_us", "order_id"])
    create_index(
        "order_by_customer",
        "order",
        ["owner", "customer_ref", "created_at_us", "order_id"],
        "customer_ref <> ''",
    )
    create_index(
        "order_in_need",
        "order",
        ["changed_at_us"],
        "state IN ('PENDING', 'REVIEW', 'BACKORDERED')",
    )


def create_order_line() -> None:
    op.create_table(
        "order_line",
        *texts("order_id"),
        *wholes("line_no"),
        *texts("sku"),
        *wholes("ordered", "cancelled", "unrouted"),
        sa.CheckConstraint(
            "ordered > 0 AND cancelled >= 0 AND unrouted >= 0", name="order_line_counts"
        ),
        sa.PrimaryKeyConstraint("order_id", "line_no"),
        **KEYED,
    )
    create_index(
        "order_line_waiting", "order_line", ["sku", "order_id"], "unrouted > 0"
    )


def create_allocation() -> None:
    op.create_table(
        "allocation",
        *texts("allocation_id", "order_id"),
        *wholes("line_no"),
        *texts("shipment_id", "sku", "node"),
        *wholes("qty"),
        *texts("state"),
        sa.CheckConstraint("qty > 0", name="allocation_positive"),
        sa.CheckConstraint(
            one_of(
                "state",
                "ALLOCATED PICKED SHIPPED COLLECTED CANCELLED SHORT MOVED NO_SHOW",
            ),
            name="allocation_state",
        ),
        sa.PrimaryKeyConstraint("allocation_id"),
        **KEYED,
    )
    op.create_index("allocation_by_order", "allocation", ["order_id"])
    create_index(
        "allocation_open",
        "allocation",
        ["sku", "node"],
        "state IN ('ALLOCATED', 'PICKED')",
    )


def create_shipment() -> None:
    op.create_table(
        "shipment",
        *texts("shipment_id", "order_id", "node", "state"),
        *wholes("decision_no", "plan_no", "due_us"),
        *texts("code"),
        *wholes("guesses"),
        *texts("carrier", "tracking"),
        *wholes("changed_at_us"),
        sa.CheckConstraint(
            one_of(
                "state",
                "ALLOCATED ACCEPTED PICKING READY SHIPPED COLLECTED "
                "DELIVERED CANCELLED NO_SHOW",
            ),
            name="shipment_state",
        ),
        sa.PrimaryKeyConstraint("shipment_id"),
        **KEYED,
    )
    create_index("shipment_by_due", "shipment", ["due_us"], OPEN)
    create_index("shipment_left", "shipment", ["node", "changed_at_us"], LEFT)
    op.create_index("shipment_by_order", "shipment", ["order_id"])
    create_index(
        "shipment_to_do", "shipment", ["node", "changed_at_us", "shipment_id"], OPEN
    )


def create_decision() -> None:
    op.create_table(
        "decision",
        *texts("order_id"),
        *wholes("decision_no"),
        *texts("cause", "actor", "reason"),
        *wholes("at_us"),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("order_id", "decision_no"),
        sqlite_strict=True,
    )


def create_offer() -> None:
    op.create_table(
        "offer",
        *texts("shipment_id", "node", "state"),
        *wholes("at_us"),
        sa.CheckConstraint("state IN ('OPEN', 'WON', 'LOST')", name="offer_state"),
        sa.PrimaryKeyConstraint("shipment_id", "node"),
        **KEYED,
    )
    create_index("offer_open", "offer", ["node"], "state = 'OPEN'")
    create_index("offer_over", "offer", ["node", "at_us"], "state IN ('WON', 'LOST')")


def create_cell_flag() -> None:
    op.create_table(
        "cell_flag",
        *texts("sku", "node", "order_id", "reason"),
        *wholes("at_us"),
        sa.PrimaryKeyConstraint("sku", "node"),
        **KEYED,
    )
