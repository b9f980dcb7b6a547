"""Published price lists, leases (work that one process of a deployment does), and the
orders that others expect."""

from sqlalchemy import CheckConstraint, Column, LargeBinary, Table

from inventory.columns import KEYED, metadata, text_, whole

price_list = Table(
    "price_list",
    metadata,
    whole("version", primary_key=True),
    whole("made_at_us"),
    # Counted in full so long, then falling to nothing within so long.
    whole("fresh_s"),
    whole("fades_s"),
    whole("horizon_s"),
    # Orders looked at, futures drawn, what no policy can go below, cells with a price.
    whole("orders"),
    whole("futures"),
    whole("bound_minor"),
    whole("cells"),
    # Units that the priced cells had: when many of them are gone, prices are made anew.
    whole("units"),
    # What a replay of the orders said of the prices.
    text_("verdict"),
    # How many orders were expected, from whom, and how good that was; '' before.
    text_("forecast"),
    Column("body", LargeBinary, nullable=False),
    CheckConstraint("version > 0 AND fades_s > 0", name="price_list_counts"),
    sqlite_strict=True,
)

lease = Table(
    "lease",
    metadata,
    text_("name", primary_key=True),
    # '' and 0: nobody has it.
    text_("holder"),
    whole("until_us"),
    **KEYED,
)

# What was said of each hour since 1970, and when: a later word does not undo what an
# earlier one is judged by.
forecast = Table(
    "forecast",
    metadata,
    whole("hour", primary_key=True),
    whole("made_at_us", primary_key=True),
    whole("orders_milli"),
    CheckConstraint("orders_milli >= 0", name="forecast_not_negative"),
    **KEYED,
)
