"""Payments mirrored, returns, and dated supply."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEYED = {"sqlite_strict": True, "sqlite_with_rowid": False}


def upgrade() -> None:
    create_payment()
    create_goods_return()
    create_return_line()
    create_incoming()


def texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def wholes(*names: str) -> list[sa.Column[int]]:
    return [
        sa.Column(name, WHOLE, autoincrement=False, nullable=False) for name in names
    ]


def one_of(column: str, words: str) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words.split())})"


def create_payment() -> None:
    op.create_table(
        "payment",
        *texts("order_id", "payment_id", "state", "shipment_id"),
        *wholes("amount_minor"),
        *texts("reference"),
        *wholes("at_us"),
        sa.CheckConstraint(
            one_of("state", "NONE PENDING AUTHORIZED CAPTURED FAILED REFUNDED"),
            name="payment_state",
        ),
        sa.PrimaryKeyConstraint("order_id", "payment_id"),
        **KEYED,
    )


def create_goods_return() -> None:
    op.create_table(
        "goods_return",
        *texts("return_id", "order_id", "node", "state"),
        *wholes("created_at_us", "changed_at_us"),
        sa.CheckConstraint(
            "state IN ('OPEN', 'RECEIVED', 'CANCELLED')", name="goods_return_state"
        ),
        sa.PrimaryKeyConstraint("return_id"),
        **KEYED,
    )
    op.create_index("goods_return_by_order", "goods_return", ["order_id"])


def create_return_line() -> None:
    op.create_table(
        "return_line",
        *texts("return_id"),
        *wholes("line_no"),
        *texts("sku"),
        *wholes("qty"),
        *texts("reason"),
        *wholes("received"),
        *texts("condition", "disposition"),
        sa.CheckConstraint("qty > 0 AND received >= 0", name="return_line_counts"),
        sa.PrimaryKeyConstraint("return_id", "line_no"),
        **KEYED,
    )


def create_incoming() -> None:
    op.create_table(
        "incoming",
        *texts("incoming_id", "sku", "node"),
        *wholes("qty", "received", "promised", "expected_us", "at_us"),
        sa.CheckConstraint(
            "qty > 0 AND received >= 0 AND promised >= 0", name="incoming_counts"
        ),
        sa.PrimaryKeyConstraint("incoming_id"),
        **KEYED,
    )
    op.create_index("incoming_by_sku", "incoming", ["sku", "expected_us"])
