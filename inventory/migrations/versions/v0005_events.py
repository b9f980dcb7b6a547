"""The log of events, webhooks with their deliveries, mails that were sent."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEYED = {"sqlite_strict": True, "sqlite_with_rowid": False}


def upgrade() -> None:
    create_event()
    create_event_mark()
    create_webhook()
    create_delivery()
    create_mail_sent()


def texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def wholes(*names: str) -> list[sa.Column[int]]:
    return [
        sa.Column(name, WHOLE, autoincrement=False, nullable=False) for name in names
    ]


def create_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(
        name,
        table,
        columns,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def create_event() -> None:
    op.create_table(
        "event",
        *wholes("sequence"),
        *texts("event_id", "type", "subject", "node_id"),
        *wholes("at_us"),
        *texts("data"),
        sa.PrimaryKeyConstraint("sequence"),
        sa.UniqueConstraint("event_id", name="one_event_an_id"),
        **KEYED,
    )
    op.create_index("event_by_subject", "event", ["subject", "sequence"])
    create_index("event_by_node", "event", ["node_id", "sequence"], "node_id <> ''")


def create_event_mark() -> None:
    op.create_table(
        "event_mark",
        *texts("name"),
        *wholes("sequence"),
        sa.PrimaryKeyConstraint("name"),
        **KEYED,
    )
    # The mailer begins where the log ends when it is first used, not at its start.
    marks = {"log": 0, "stream": 0, "webhooks": 0, "mail": -1}
    for name, sequence in marks.items():
        op.execute(f"INSERT INTO event_mark VALUES ('{name}', {sequence})")


def create_webhook() -> None:
    op.create_table(
        "webhook",
        *texts("webhook_id", "url", "types", "state", "disabled_reason"),
        *texts("secret", "old_secret"),
        *wholes("old_secret_until_us", "sequence", "paused_until_us"),
        *texts("lease_owner"),
        *wholes("lease_until_us", "created_at_us", "changed_at_us"),
        sa.CheckConstraint("state IN ('ENABLED', 'DISABLED')", name="webhook_state"),
        sa.PrimaryKeyConstraint("webhook_id"),
        **KEYED,
    )


def create_delivery() -> None:
    op.create_table(
        "delivery",
        *texts("webhook_id"),
        *wholes("sequence"),
        *texts("event_id", "subject", "state"),
        *wholes("tries", "due_us"),
        sa.Column("tried_at_us", WHOLE, nullable=True),
        *wholes("status", "latency_ms"),
        *texts("answer"),
        sa.CheckConstraint("state IN ('PENDING', 'DELIVERED')", name="delivery_state"),
        sa.PrimaryKeyConstraint("webhook_id", "sequence"),
        **KEYED,
    )
    pending, delivered = "state = 'PENDING'", "state = 'DELIVERED'"
    due = ["webhook_id", "due_us", "sequence"]
    create_index("delivery_due", "delivery", due, pending)
    waiting = ["webhook_id", "subject", "sequence"]
    create_index("delivery_waiting", "delivery", waiting, pending)
    create_index("delivery_by_age", "delivery", ["tried_at_us"], delivered)


def create_mail_sent() -> None:
    op.create_table(
        "mail_sent",
        *texts("event_id", "state"),
        *wholes("at_us"),
        sa.CheckConstraint("state IN ('CLAIMED', 'SENT')", name="mail_state"),
        sa.PrimaryKeyConstraint("event_id"),
        **KEYED,
    )
    op.create_index("mail_by_age", "mail_sent", ["at_us"])
