"""The decision of one operation on the batch's copy of the books. Pure, no SQL.

Each function first checks everything and then changes everything, so a refused operation
leaves no trace. State machines and guards: the tables in ARCHITECTURE.md, "Stock".
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from itertools import groupby

from inventory import answers
from inventory.books import Books, CellKey, HoldKey, HoldRow, LineRow, OrderRow
from inventory.books import StoredAnswer as StoredAnswer
from inventory.database import MICROSECOND, moment
from inventory.errors import (
    HoldCommitted,
    HoldExpired,
    HoldNotFound,
    HoldReleased,
    IdReused,
    NegativeStock,
    NoStock,
    Refusal,
)
from inventory.operations import (
    AdjustStock,
    Answer,
    CommitHold,
    CountStock,
    ExpireHold,
    ExtendHold,
    HoldAnswer,
    HoldState,
    Operation,
    OrderAnswer,
    PlaceHold,
    ReleaseHold,
    RequestKey,
    StockAnswer,
)

HOLD_AGE_MAX = timedelta(hours=4)  # a hold cannot be extended past this age
