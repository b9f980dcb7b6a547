"""Versions of the routing rules, the pointer to the one in force, and their audit."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEYED = {"sqlite_strict": True, "sqlite_with_rowid": False}


def upgrade() -> None:
    create_policy()
    create_policy_pointer()
    create_policy_event()
    create_policy_tally()
    create_golden_order()
    op.execute(
        "INSERT INTO policy_pointer VALUES (1, 0, 0, NULL, NULL, NULL, NULL, 0, 0, '')"
    )


def texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def wholes(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [
        sa.Column(name, WHOLE, autoincrement=False, nullable=nullable) for name in names
    ]


def create_policy() -> None:
    op.create_table(
        "policy",
        *wholes("version"),
        *texts("name", "state", "etag"),
        sa.Column("content", sa.LargeBinary, nullable=False),
        *texts("author", "note"),
        *wholes("created_at_us", "updated_at_us"),
        *wholes("published_at_us", nullable=True),
        *texts("simulated_etag", "report"),
        sa.PrimaryKeyConstraint("version"),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'PUBLISHED', 'RETIRED')", name="policy_state"
        ),
        sa.CheckConstraint("version > 0", name="policy_version"),
        sa.CheckConstraint(
            "(state = 'DRAFT') = (published_at_us IS NULL)",
            name="policy_published_once",
        ),
        sqlite_strict=True,
    )


def create_policy_pointer() -> None:
    op.create_table(
        "policy_pointer",
        *wholes("row_no", "revision", "published"),
        *wholes("previous", "scheduled", "starts_at_us", "canary", nullable=True),
        *wholes("canary_bps", "canary_era"),
        *texts("guard"),
        sa.PrimaryKeyConstraint("row_no"),
        sa.CheckConstraint("row_no = 1", name="one_pointer"),
        sa.CheckConstraint(
            "(scheduled IS NULL) = (starts_at_us IS NULL)", name="schedule_has_a_start"
        ),
        sa.CheckConstraint(
            "canary_bps >= 0 AND canary_bps <= 10000"
            " AND (canary IS NULL) = (canary_bps = 0)",
            name="canary_has_a_share",
        ),
        **KEYED,
    )


def create_policy_event() -> None:
    op.create_table(
        "policy_event",
        sa.Column("serial", WHOLE, autoincrement=True, nullable=False),
        *wholes("at_us"),
        *texts("who", "what"),
        *wholes("version"),
        *texts("why", "detail"),
        sa.PrimaryKeyConstraint("serial"),
        sqlite_strict=True,
    )


def create_policy_tally() -> None:
    op.create_table(
        "policy_tally",
        *wholes("era", "version", "orders", "short_orders", "units", "filled_units"),
        *wholes("planned_orders", "cost_minor"),
        sa.PrimaryKeyConstraint("era", "version"),
        **KEYED,
    )


def create_golden_order() -> None:
    op.create_table(
        "golden_order",
        *texts("golden_id", "order_id", "say"),
        sa.Column("problem", sa.LargeBinary, nullable=False),
        *texts("author"),
        *wholes("at_us"),
        sa.PrimaryKeyConstraint("golden_id"),
        sqlite_strict=True,
    )
