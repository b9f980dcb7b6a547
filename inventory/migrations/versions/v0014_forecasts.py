"""What others say of the orders to come, and what a price list was made from."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEFORE = "version, made_at_us, fresh_s, fades_s, horizon_s, orders, futures"
BETWEEN = "bound_minor, cells, units, verdict"


def upgrade() -> None:
    """Make the table again with its rows: SQLite adds no column without a default."""
    op.execute("CREATE TABLE kept AS SELECT * FROM price_list")
    op.drop_table("price_list")
    create_price_list()
    op.execute(f"INSERT INTO price_list SELECT {BEFORE}, {BETWEEN}, '', body FROM kept")
    op.drop_table("kept")
    op.create_table(
        "forecast",
        *wholes("hour", "made_at_us", "orders_milli"),
        sa.CheckConstraint("orders_milli >= 0", name="forecast_not_negative"),
        sa.PrimaryKeyConstraint("hour", "made_at_us"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def create_price_list() -> None:
    op.create_table(
        "price_list",
        *wholes("version", "made_at_us", "fresh_s", "fades_s", "horizon_s"),
        *wholes("orders", "futures", "bound_minor", "cells", "units"),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("forecast", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("version > 0 AND fades_s > 0", name="price_list_counts"),
        sa.PrimaryKeyConstraint("version"),
        sqlite_strict=True,
    )


def wholes(*names: str) -> list[sa.Column[int]]:
    return [
        sa.Column(name, WHOLE, autoincrement=False, nullable=False) for name in names
    ]
