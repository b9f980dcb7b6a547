"""The ledger, its answers and outbox, and the catalogue."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEYED = {"sqlite_strict": True, "sqlite_with_rowid": False}


def upgrade() -> None:
    create_allocation()
    create_cell()
    create_entry()
    create_hold()
    create_idempotency()
    create_item()
    create_lane()
    create_meta()
    create_network_snapshot()
    create_node()
    create_order()
    create_order_line()
    create_outbox()
    create_shipment()
    # Seconds since 1970: above the generation of any view that an older ledger filled.
    generation = int(time.time())
    op.execute(f"INSERT INTO meta VALUES (1, {generation}, 0, '', 0)")


def texts(*names: str) -> list[sa.Column[str]]:
    return [text_(name) for name in names]


def wholes(*names: str) -> list[sa.Column[int]]:
    return [whole(name) for name in names]


def text_(name: str) -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=False)


def whole(name: str) -> sa.Column[int]:
    return sa.Column(name, WHOLE, autoincrement=False, nullable=False)


def create_allocation() -> None:
    op.create_table(
        "allocation",
        *texts("allocation_id", "order_id"),
        whole("line_no"),
        *texts("shipment_id", "sku", "node"),
        whole("qty"),
        text_("state"),
        sa.CheckConstraint(
            "state IN ('ALLOCATED', 'PICKED', 'READY', 'SHIPPED', 'COLLECTED',"
            " 'CANCELLED', 'SHORT', 'MOVED', 'NO_SHOW')",
            name="allocation_state",
        ),
        sa.CheckConstraint("qty > 0", name="allocation_positive"),
        sa.PrimaryKeyConstraint("allocation_id"),
        **KEYED,
    )
    op.create_index("allocation_by_order", "allocation", ["order_id"])


def create_cell() -> None:
    op.create_table(
        "cell",
        *texts("sku", "node"),
        *wholes("on_hand", "held", "allocated", "short", "safety_stock", "ver"),
        sa.CheckConstraint(
            "on_hand <= 1000000000 AND safety_stock <= 1000000000",
            name="counters_bounded",
        ),
        sa.CheckConstraint(
            "on_hand >= 0 AND held >= 0 AND allocated >= 0 AND short >= 0"
            " AND safety_stock >= 0 AND ver >= 0",
            name="counters_not_negative",
        ),
        sa.CheckConstraint(
            "short = 0 OR short = held + allocated - on_hand", name="short_is_derived"
        ),
        sa.CheckConstraint("short >= held + allocated - on_hand", name="no_oversell"),
        sa.PrimaryKeyConstraint("sku", "node"),
        postgresql_with={"fillfactor": 60},
        **KEYED,
    )
    op.create_index("cell_by_node", "cell", ["node", "sku"])


def create_entry() -> None:
    op.create_table(
        "entry",
        sa.Column("serial", WHOLE, autoincrement=True, nullable=False),
        *texts("sku", "node"),
        whole("cell_ver"),
        *texts("op_id", "kind"),
        *wholes("d_on_hand", "d_held", "d_allocated", "d_short", "d_safety"),
        *texts("actor", "reason"),
        whole("at_us"),
        sa.CheckConstraint("kind <> 'HOLD' OR d_held > 0", name="a_hold_claims_units"),
        sa.CheckConstraint(
            "d_short <= 0 OR d_on_hand < 0", name="only_a_count_makes_short"
        ),
        sa.PrimaryKeyConstraint("serial"),
        sa.UniqueConstraint("sku", "node", "cell_ver", name="one_entry_a_version"),
        sqlite_strict=True,
    )


def create_hold() -> None:
    op.create_table(
        "hold",
        *texts("owner", "hold_id", "state", "request_hash", "order_ref"),
        *wholes("created_at_us", "expires_at_us"),
        sa.Column("settled_at_us", WHOLE, nullable=True),
        sa.Column("settled_by", TEXT, nullable=True),
        sa.Column("settle_op", TEXT, nullable=True),
        text_("lines"),
        sa.Column("decision", sa.LargeBinary, nullable=False),
        sa.CheckConstraint(
            "(state = 'ACTIVE') = (settled_at_us IS NULL)", name="hold_settled_once"
        ),
        sa.CheckConstraint(
            "state IN ('ACTIVE', 'COMMITTED', 'RELEASED', 'EXPIRED')", name="hold_state"
        ),
        sa.PrimaryKeyConstraint("owner", "hold_id"),
        sqlite_strict=True,
    )
    op.create_index(
        "hold_by_end",
        "hold",
        ["settled_at_us"],
        sqlite_where=sa.text("state IN ('RELEASED', 'EXPIRED')"),
        postgresql_where=sa.text("state IN ('RELEASED', 'EXPIRED')"),
    )
    op.create_index(
        "hold_by_expiry",
        "hold",
        ["expires_at_us"],
        sqlite_where=sa.text("state = 'ACTIVE'"),
        postgresql_where=sa.text("state = 'ACTIVE'"),
    )


def create_idempotency() -> None:
    op.create_table(
        "idempotency",
        *texts("principal", "method", "request_id", "request_hash", "answer"),
        whole("at_us"),
        sa.PrimaryKeyConstraint("principal", "method", "request_id"),
        **KEYED,
    )
    op.create_index("idempotency_by_age", "idempotency", ["at_us"])


def create_item() -> None:
    op.create_table(
        "item",
        *texts("id", "document"),
        sa.PrimaryKeyConstraint("id"),
        **KEYED,
    )


def create_lane() -> None:
    op.create_table(
        "lane",
        *texts("id", "document"),
        sa.PrimaryKeyConstraint("id"),
        **KEYED,
    )


def create_meta() -> None:
    op.create_table(
        "meta",
        *wholes("row_no", "generation", "network_version"),
        text_("view_incarnation"),
        whole("view_is_stale"),
        sa.CheckConstraint("row_no = 1", name="one_row"),
        sa.PrimaryKeyConstraint("row_no"),
        **KEYED,
    )


def create_network_snapshot() -> None:
    op.create_table(
        "network_snapshot",
        text_("version"),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("version"),
        sqlite_strict=True,
    )


def create_node() -> None:
    op.create_table(
        "node",
        text_("id"),
        whole("number"),
        text_("document"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number", name="one_slot_a_node"),
        **KEYED,
    )


def create_order() -> None:
    op.create_table(
        "order",
        *texts("order_id", "owner", "hold_id", "state"),
        whole("created_at_us"),
        sa.CheckConstraint(
            "state IN ('OPEN', 'SHIPPED', 'CANCELLED')", name="order_state"
        ),
        sa.PrimaryKeyConstraint("order_id"),
        sa.UniqueConstraint("owner", "hold_id", name="one_order_a_hold"),
        **KEYED,
    )
    op.create_index("order_by_age", "order", ["owner", "created_at_us", "order_id"])


def create_order_line() -> None:
    op.create_table(
        "order_line",
        text_("order_id"),
        whole("line_no"),
        text_("sku"),
        *wholes("ordered", "cancelled", "unrouted"),
        sa.CheckConstraint(
            "ordered > 0 AND cancelled >= 0 AND unrouted >= 0", name="order_line_counts"
        ),
        sa.PrimaryKeyConstraint("order_id", "line_no"),
        **KEYED,
    )


def create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        *texts("key", "kind", "payload"),
        whole("at_us"),
        sa.Column("published_at_us", WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index(
        "outbox_published",
        "outbox",
        ["published_at_us"],
        sqlite_where=sa.text("published_at_us IS NOT NULL"),
        postgresql_where=sa.text("published_at_us IS NOT NULL"),
    )
    op.create_index(
        "outbox_unpublished",
        "outbox",
        ["id"],
        sqlite_where=sa.text("published_at_us IS NULL"),
        postgresql_where=sa.text("published_at_us IS NULL"),
    )


def create_shipment() -> None:
    op.create_table(
        "shipment",
        *texts("shipment_id", "order_id", "node", "state"),
        sa.CheckConstraint(
            "state IN ('OPEN', 'PICKED', 'READY', 'SHIPPED', 'COLLECTED', 'CANCELLED')",
            name="shipment_state",
        ),
        sa.PrimaryKeyConstraint("shipment_id"),
        **KEYED,
    )
    op.create_index("shipment_by_order", "shipment", ["order_id"])
