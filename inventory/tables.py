"""The ledger's tables: who decides, written down as a schema that refuses oversell.

Instants are whole microseconds since 1970 in UTC (`…_us`), so that SQLite and
PostgreSQL compare them alike. Text is compared by code point on both (collation "C",
BINARY), the order in which Python sorts the keys before rows are locked. There is no
foreign key: checking one would lock cells, and the audit proves the links (I2, I3, I7).
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    Table,
    UniqueConstraint,
    text,
)

from inventory.columns import KEYED as _KEYED
from inventory.columns import TEXT as _TEXT
from inventory.columns import WHOLE as _WHOLE
from inventory.columns import metadata
from inventory.columns import serial as _serial
from inventory.columns import text_ as _text
from inventory.columns import whole as _whole
from inventory.feeds.tables import feed_document as feed_document
from inventory.feeds.tables import feed_mark as feed_mark
from inventory.orders.tables import allocation as allocation
from inventory.orders.tables import order as order
from inventory.orders.tables import order_line as order_line
from inventory.orders.tables import shipment as shipment
from inventory.outcome_rows import outcome as outcome
from inventory.prices.tables import forecast as forecast
from inventory.prices.tables import lease as lease
from inventory.prices.tables import price_list as price_list

QUANTITY_MAX = 1_000_000_000

meta = Table(
    "meta",
    metadata,
    _whole("row_no", primary_key=True),
    _whole("generation"),
    _whole("network_version"),
    # The Redis that the view was last brought up to date on; '' is none.
    _text("view_incarnation"),
    # 1 while the ledger runs without a view: what it commits then, no view ever sees.
    _whole("view_is_stale"),
    CheckConstraint("row_no = 1", name="one_row"),
    **_KEYED,
)

cell = Table(
    "cell",
    metadata,
    _text("sku", primary_key=True),
    _text("node", primary_key=True),
    _whole("on_hand"),
    _whole("held"),
    _whole("allocated"),
    _whole("short"),
    _whole("safety_stock"),
    _whole("ver"),
    CheckConstraint(
        "on_hand >= 0 AND held >= 0 AND allocated >= 0 AND short >= 0"
        " AND safety_stock >= 0 AND ver >= 0",
        name="counters_not_negative",
    ),
    CheckConstraint(
        f"on_hand <= {QUANTITY_MAX} AND safety_stock <= {QUANTITY_MAX}",
        name="counters_bounded",
    ),
    CheckConstraint("short >= held + allocated - on_hand", name="no_oversell"),
    CheckConstraint(
        "short = 0 OR short = held + allocated - on_hand", name="short_is_derived"
    ),
    Index("cell_by_node", "node", "sku"),
    **_KEYED,
    # Room in the page keeps updates in place, without touching the indexes.
    postgresql_with={"fillfactor": 60},
)

hold = Table(
    "hold",
    metadata,
    _text("owner", primary_key=True),
    _text("hold_id", primary_key=True),
    _text("state"),
    _text("request_hash"),
    _text("order_ref"),
    _whole("created_at_us"),
    _whole("expires_at_us"),
    Column("settled_at_us", _WHOLE),
    Column("settled_by", _TEXT),
    Column("settle_op", _TEXT),
    # What it claims, never changed: a JSON array of [sku, node, quantity, shipment,
    # ship by].
    # Rows of their own would dirty one more page a hold, at a random place.
    _text("lines"),
    Column("decision", LargeBinary, nullable=False),
    # What its order waits for, '' for nothing, and how urgent it is.
    _text("gate"),
    _whole("priority"),
    CheckConstraint(
        "state IN ('ACTIVE', 'COMMITTED', 'RELEASED', 'EXPIRED')", name="hold_state"
    ),
    CheckConstraint(
        "(state = 'ACTIVE') = (settled_at_us IS NULL)", name="hold_settled_once"
    ),
    Index(
        "hold_by_expiry",
        "expires_at_us",
        sqlite_where=text("state = 'ACTIVE'"),
        postgresql_where=text("state = 'ACTIVE'"),
    ),
    Index(
        "hold_by_end",
        "settled_at_us",
        sqlite_where=text("state IN ('RELEASED', 'EXPIRED')"),
        postgresql_where=text("state IN ('RELEASED', 'EXPIRED')"),
    ),
    sqlite_strict=True,
)

entry = Table(
    "entry",
    metadata,
    _serial("serial"),
    _text("sku"),
    _text("node"),
    _whole("cell_ver"),
    _text("op_id"),
    _text("kind"),
    _whole("d_on_hand"),
    _whole("d_held"),
    _whole("d_allocated"),
    _whole("d_short"),
    _whole("d_safety"),
    _text("actor"),
    _text("reason"),
    _whole("at_us"),
    UniqueConstraint("sku", "node", "cell_ver", name="one_entry_a_version"),
    # That an operation enters a cell once is the hold row's guard and audited (I3): a
    # unique key on the random op_id would double the pages that a commit writes.
    # `short` is derived, so the cell's checks alone would hide an oversell.
    CheckConstraint("d_short <= 0 OR d_on_hand < 0", name="only_a_count_makes_short"),
    CheckConstraint("kind <> 'HOLD' OR d_held > 0", name="a_hold_claims_units"),
    sqlite_strict=True,
)

idempotency = Table(
    "idempotency",
    metadata,
    _text("principal", primary_key=True),
    _text("method", primary_key=True),
    _text("request_id", primary_key=True),
    _text("request_hash"),
    _text("answer"),
    _whole("at_us"),
    Index("idempotency_by_age", "at_us"),
    **_KEYED,
)

outbox = Table(
    "outbox",
    metadata,
    _serial("id"),
    _text("key"),
    _text("kind"),
    _text("payload"),
    _whole("at_us"),
    Column("published_at_us", _WHOLE),
    Index(
        "outbox_unpublished",
        "id",
        sqlite_where=text("published_at_us IS NULL"),
        postgresql_where=text("published_at_us IS NULL"),
    ),
    Index(
        "outbox_published",
        "published_at_us",
        sqlite_where=text("published_at_us IS NOT NULL"),
        postgresql_where=text("published_at_us IS NOT NULL"),
    ),
    sqlite_strict=True,
)

node = Table(
    "node",
    metadata,
    _text("id", primary_key=True),
    # The slot in the packed view: dense from 0, never given to another node.
    _whole("number"),
    _text("document"),
    UniqueConstraint("number", name="one_slot_a_node"),
    **_KEYED,
)

item = Table(
    "item", metadata, _text("id", primary_key=True), _text("document"), **_KEYED
)

lane = Table(
    "lane", metadata, _text("id", primary_key=True), _text("document"), **_KEYED
)

# What is kept for which channel; how many units, a cell says.
quota = Table(
    "quota", metadata, _text("id", primary_key=True), _text("document"), **_KEYED
)

network_snapshot = Table(
    "network_snapshot",
    metadata,
    _text("version", primary_key=True),
    Column("content", LargeBinary, nullable=False),
    sqlite_strict=True,
)
