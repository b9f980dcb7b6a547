"""How far each source of counts has gone at each node; documents counted once."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEYED = {"sqlite_strict": True, "sqlite_with_rowid": False}


def upgrade() -> None:
    create_feed_mark()
    create_feed_document()


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=False)


def whole(name: str) -> sa.Column[int]:
    return sa.Column(name, WHOLE, autoincrement=False, nullable=False)


def create_feed_mark() -> None:
    op.create_table(
        "feed_mark",
        text("source"),
        text("node"),
        whole("last_seq"),
        text("digest"),
        whole("as_of_us"),
        whole("open_as_of_us"),
        whole("is_open"),
        whole("owns"),
        whole("ver"),
        whole("at_us"),
        sa.CheckConstraint(
            "is_open IN (0, 1) AND owns IN (0, 1)", name="feed_mark_flags"
        ),
        sa.PrimaryKeyConstraint("source", "node"),
        **KEYED,
    )
    op.create_index(
        "feed_owner",
        "feed_mark",
        ["node"],
        unique=True,
        sqlite_where=sa.text("owns = 1"),
        postgresql_where=sa.text("owns = 1"),
    )
    op.create_index("feed_mark_by_node", "feed_mark", ["node"])


def create_feed_document() -> None:
    op.create_table(
        "feed_document",
        text("source"),
        text("document_id"),
        text("content"),
        whole("at_us"),
        sa.PrimaryKeyConstraint("source", "document_id"),
        **KEYED,
    )
