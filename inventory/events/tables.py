"""What happened, in one order that everybody can resume, and who was told of it.

`event` is the log: its numbers are dense and given under the lock of one row, so that
whoever has read up to a number has missed nothing below it.
"""

from sqlalchemy import CheckConstraint, Column, Index, Table, UniqueConstraint, text

from inventory.columns import KEYED, WHOLE, metadata, text_, whole

event = Table(
    "event",
    metadata,
    whole("sequence", primary_key=True),
    text_("event_id"),
    text_("type"),
    # What it is about: an order, "sku@node", a node, a webhook. Order is kept by it.
    text_("subject"),
    # The node that it concerns, '' for none: a store watches its own.
    text_("node_id"),
    whole("at_us"),
    text_("data"),
    UniqueConstraint("event_id", name="one_event_an_id"),
    Index("event_by_subject", "subject", "sequence"),
    Index(
        "event_by_node",
        "node_id",
        "sequence",
        sqlite_where=text("node_id <> ''"),
        postgresql_where=text("node_id <> ''"),
    ),
    **KEYED,
)

# How far something has come: 'log' is the number given last, 'stream' and 'mail' what
# was sent of it (-1: not begun), 'webhooks' counts their changes and is their lock.
event_mark = Table(
    "event_mark", metadata, text_("name", primary_key=True), whole("sequence"), **KEYED
)

webhook = Table(
    "webhook",
    metadata,
    text_("webhook_id", primary_key=True),
    text_("url"),
    # Which types it wants, a JSON array; empty is every one.
    text_("types"),
    text_("state"),
    # Why it is disabled, '' while it is not.
    text_("disabled_reason"),
    text_("secret"),
    # The secret before the last rotation, '' for none; it signs too until its time.
    text_("old_secret"),
    whole("old_secret_until_us"),
    # Up to here in the log its deliveries are rows.
    whole("sequence"),
    # Nothing is sent before this instant: the receiver asked for it or does not answer.
    whole("paused_until_us"),
    # The worker that delivers now, so that not all of them do.
    text_("lease_owner"),
    whole("lease_until_us"),
    whole("created_at_us"),
    whole("changed_at_us"),
    CheckConstraint("state IN ('ENABLED', 'DISABLED')", name="webhook_state"),
    **KEYED,
)

_PENDING = text("state = 'PENDING'")
_DELIVERED = text("state = 'DELIVERED'")

delivery = Table(
    "delivery",
    metadata,
    text_("webhook_id", primary_key=True),
    whole("sequence", primary_key=True),
    text_("event_id"),
    text_("subject"),
    text_("state"),
    # Tries so far, and when the next one is due.
    whole("tries"),
    whole("due_us"),
    # Of the last try: when, the HTTP status (0 for no answer), how long, what was said.
    Column("tried_at_us", WHOLE),
    whole("status"),
    whole("latency_ms"),
    text_("answer"),
    CheckConstraint("state IN ('PENDING', 'DELIVERED')", name="delivery_state"),
    Index(
        "delivery_due",
        "webhook_id",
        "due_us",
        "sequence",
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    ),
    Index(
        "delivery_waiting",
        "webhook_id",
        "subject",
        "sequence",
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    ),
    Index(
        "delivery_by_age",
        "tried_at_us",
        sqlite_where=_DELIVERED,
        postgresql_where=_DELIVERED,
    ),
    **KEYED,
)

mail_sent = Table(
    "mail_sent",
    metadata,
    text_("event_id", primary_key=True),
    text_("state"),
    whole("at_us"),
    CheckConstraint("state IN ('CLAIMED', 'SENT')", name="mail_state"),
    Index("mail_by_age", "at_us"),
    **KEYED,
)
