"""Shipments to a store, where the customer collects them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = "state IN ('ALLOCATED', 'ACCEPTED', 'PICKING', 'READY')"
LEFT = (
    "state IN ('SHIPPED', 'COLLECTED', 'DELIVERED', 'CANCELLED', 'NO_SHOW',"
    " 'IN_TRANSIT', 'RECEIVED')"
)
STATES = (
    "state IN ('ALLOCATED', 'ACCEPTED', 'PICKING', 'READY', 'SHIPPED', 'COLLECTED',"
    " 'DELIVERED', 'CANCELLED', 'NO_SHOW', 'IN_TRANSIT', 'RECEIVED')"
)


def upgrade() -> None:
    """Make the table again with its rows: SQLite cannot change a check."""
    op.execute("CREATE TABLE kept AS SELECT * FROM shipment")
    op.drop_table("shipment")
    create_shipment()
    op.execute("INSERT INTO shipment SELECT kept.*, '' FROM kept")
    op.drop_table("kept")


def create_shipment() -> None:
    op.create_table(
        "shipment",
        *texts("shipment_id", "order_id", "node", "state"),
        *wholes("decision_no", "plan_no", "due_us"),
        *texts("code"),
        *wholes("guesses"),
        *texts("carrier", "tracking"),
        *wholes("changed_at_us"),
        *texts("to_node"),
        sa.CheckConstraint(STATES, name="shipment_state"),
        sa.PrimaryKeyConstraint("shipment_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("shipment_by_order", "shipment", ["order_id"])
    create_index("shipment_by_due", ["due_us"], OPEN)
    create_index("shipment_left", ["node", "changed_at_us"], LEFT)
    create_index("shipment_to_do", ["node", "changed_at_us", "shipment_id"], OPEN)
    create_index("shipment_to_store", ["to_node", "changed_at_us"], "to_node <> ''")


def texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def wholes(*names: str) -> list[sa.Column[int]]:
    return [
        sa.Column(name, WHOLE, autoincrement=False, nullable=False) for name in names
    ]


def create_index(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name,
        "shipment",
        columns,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
