"""Versions of the routing rules: what was written, which one is in force, who said so.

A version may be written again while it is a DRAFT and never afterwards; its content
stays for ever, so that what it decided can be replayed.
"""

from sqlalchemy import CheckConstraint, Column, LargeBinary, Table

from inventory.columns import KEYED, WHOLE, metadata, serial, text_, whole

policy = Table(
    "policy",
    metadata,
    whole("version", primary_key=True),
    text_("name"),
    text_("state"),
    text_("etag"),
    Column("content", LargeBinary, nullable=False),
    text_("author"),
    text_("note"),
    whole("created_at_us"),
    whole("updated_at_us"),
    # When it first left the desk; from then on nobody can change it.
    Column("published_at_us", WHOLE),
    # The etag that a simulation ran on, and what came of it, as JSON; '' for none.
    text_("simulated_etag"),
    text_("report"),
    CheckConstraint("state IN ('DRAFT', 'PUBLISHED', 'RETIRED')", name="policy_state"),
    CheckConstraint("version > 0", name="policy_version"),
    CheckConstraint(
        "(state = 'DRAFT') = (published_at_us IS NULL)", name="policy_published_once"
    ),
    sqlite_strict=True,
)

policy_pointer = Table(
    "policy_pointer",
    metadata,
    whole("row_no", primary_key=True),
    # Raised by every change; whoever keeps a copy polls it.
    whole("revision"),
    # 0 is the built-in policy.
    whole("published"),
    Column("previous", WHOLE),
    Column("scheduled", WHOLE),
    Column("starts_at_us", WHOLE),
    Column("canary", WHOLE),
    whole("canary_bps"),
    # The revision at which the canary began: its figures are kept under it.
    whole("canary_era"),
    text_("guard"),
    CheckConstraint("row_no = 1", name="one_pointer"),
    CheckConstraint(
        "(scheduled IS NULL) = (starts_at_us IS NULL)", name="schedule_has_a_start"
    ),
    CheckConstraint(
        "canary_bps >= 0 AND canary_bps <= 10000"
        " AND (canary IS NULL) = (canary_bps = 0)",
        name="canary_has_a_share",
    ),
    **KEYED,
)

policy_event = Table(
    "policy_event",
    metadata,
    serial("serial"),
    whole("at_us"),
    text_("who"),
    text_("what"),
    whole("version"),
    text_("why"),
    text_("detail"),
    sqlite_strict=True,
)

policy_tally = Table(
    "policy_tally",
    metadata,
    whole("era", primary_key=True),
    whole("version", primary_key=True),
    whole("orders"),
    whole("short_orders"),
    whole("units"),
    whole("filled_units"),
    whole("planned_orders"),
    whole("cost_minor"),
    **KEYED,
)

golden_order = Table(
    "golden_order",
    metadata,
    text_("golden_id", primary_key=True),
    text_("order_id"),
    text_("say"),
    Column("problem", LargeBinary, nullable=False),
    text_("author"),
    whole("at_us"),
    sqlite_strict=True,
)
