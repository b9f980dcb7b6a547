"""What came of shipments at their nodes."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "outcome",
        sa.Column("id", WHOLE, primary_key=True, autoincrement=True),
        *(
            sa.Column(name, TEXT, nullable=False)
            for name in ("node", "kind", "shipment_id")
        ),
        *(
            sa.Column(name, WHOLE, autoincrement=False, nullable=False)
            for name in ("found", "missing", "at_us")
        ),
        sa.CheckConstraint(
            "kind IN ('REJECTED', 'TIMED_OUT', 'PICKED')", name="outcome_kind"
        ),
        sa.CheckConstraint("found >= 0 AND missing >= 0", name="outcome_counts"),
        sqlite_strict=True,
    )
    op.create_index("outcome_by_age", "outcome", ["at_us"])
