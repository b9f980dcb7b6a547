"""When a shipment must leave, as its plan said; what is on its way to stores."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

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
COMING = "state = 'IN_TRANSIT'"


def upgrade() -> None:
    """Make the table again with its rows: SQLite adds no column without a default."""
    op.execute("CREATE TABLE kept AS SELECT * FROM shipment")
    op.drop_table("shipment")
    create_shipment()
    op.execute("INSERT INTO shipment SELECT kept.*, 0 FROM kept")
    op.drop_table("kept")
    create_indexes()


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
        *wholes("ship_by_us"),
        sa.CheckConstraint(STATES, name="shipment_state"),
        sa.PrimaryKeyConstraint("shipment_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def create_indexes() -> None:
    op.create_index("shipment_by_order", "shipment", ["order_id"])
    create_index("shipment_by_due", ["due_us"], OPEN)
    create_index("shipment_left", ["node", "changed_at_us"], LEFT)
    create_index("shipment_to_do", ["node", "changed_at_us", "shipment_id"], OPEN)
    create_index("shipment_to_store", ["to_node", "changed_at_us"], "to_node <> ''")
    create_index("shipment_coming", ["to_node", "changed_at_us"], COMING)
    create_index("shipment_coming_by_due", ["due_us"], COMING)


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
