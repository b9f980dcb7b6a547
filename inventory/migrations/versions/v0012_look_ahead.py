"""Price lists, leases, and orders by their time."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "price_list",
        *wholes("version", "made_at_us", "fresh_s", "fades_s", "horizon_s"),
        *wholes("orders", "futures", "bound_minor", "cells", "units"),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("version > 0 AND fades_s > 0", name="price_list_counts"),
        sa.PrimaryKeyConstraint("version"),
        sqlite_strict=True,
    )
    lease = op.create_table(
        "lease",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("holder", TEXT, nullable=False),
        *wholes("until_us"),
        sa.PrimaryKeyConstraint("name"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.bulk_insert(lease, [{"name": "look-ahead", "holder": "", "until_us": 0}])
    op.create_index("order_by_time", "order", ["created_at_us"])


def wholes(*names: str) -> list[sa.Column[int]]:
    return [
        sa.Column(name, WHOLE, autoincrement=False, nullable=False) for name in names
    ]
