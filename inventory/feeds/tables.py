"""How far each source has gone at each node, and the documents that were counted."""

from sqlalchemy import CheckConstraint, Index, Table, text

from inventory.columns import KEYED, metadata, text_, whole

feed_mark = Table(
    "feed_mark",
    metadata,
    text_("source", primary_key=True),
    text_("node", primary_key=True),
    whole("last_seq"),
    # Of the file that the mark is about: the last whole one, or the one under way.
    text_("digest"),
    # Latest moment that a whole file counted here, and of the one under way.
    whole("as_of_us"),
    whole("open_as_of_us"),
    whole("is_open"),
    whole("owns"),
    whole("ver"),
    whole("at_us"),
    CheckConstraint("is_open IN (0, 1) AND owns IN (0, 1)", name="feed_mark_flags"),
    Index(
        "feed_owner",
        "node",
        unique=True,
        sqlite_where=text("owns = 1"),
        postgresql_where=text("owns = 1"),
    ),
    Index("feed_mark_by_node", "node"),
    **KEYED,
)

feed_document = Table(
    "feed_document",
    metadata,
    text_("source", primary_key=True),
    text_("document_id", primary_key=True),
    text_("content"),
    whole("at_us"),
    **KEYED,
)
