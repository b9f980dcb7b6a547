"""Columns and a state that nothing ever filled are gone."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RETURN = "return_id, order_id, node, state, created_at_us, changed_at_us"
INCOMING = "incoming_id, sku, node, qty, received, expected_us, at_us"


def upgrade() -> None:
    """Tables with a check are made again with their rows: SQLite cannot change one."""
    op.execute("ALTER TABLE decision DROP COLUMN reason")
    op.execute("CREATE TABLE kept_returns AS SELECT * FROM goods_return")
    op.execute("CREATE TABLE kept_incoming AS SELECT * FROM incoming")
    op.drop_table("goods_return")
    op.drop_table("incoming")
    create_goods_return()
    create_incoming()
    op.execute(f"INSERT INTO goods_return SELECT {RETURN} FROM kept_returns")
    op.execute(f"INSERT INTO incoming SELECT {INCOMING} FROM kept_incoming")
    op.drop_table("kept_returns")
    op.drop_table("kept_incoming")


def create_goods_return() -> None:
    op.create_table(
        "goods_return",
        *texts("return_id", "order_id", "node", "state"),
        *wholes("created_at_us", "changed_at_us"),
        sa.CheckConstraint("state IN ('OPEN', 'RECEIVED')", name="goods_return_state"),
        sa.PrimaryKeyConstraint("return_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("goods_return_by_order", "goods_return", ["order_id"])


def create_incoming() -> None:
    op.create_table(
        "incoming",
        *texts("incoming_id", "sku", "node"),
        *wholes("qty", "received", "expected_us", "at_us"),
        sa.CheckConstraint("qty > 0 AND received >= 0", name="incoming_counts"),
        sa.PrimaryKeyConstraint("incoming_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("incoming_by_sku", "incoming", ["sku", "expected_us"])


def texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def wholes(*names: str) -> list[sa.Column[int]]:
    return [
        sa.Column(name, WHOLE, autoincrement=False, nullable=False) for name in names
    ]
