"""One batch of operations as one SQL transaction: read, decide, write, commit.

Absolute values are safe because two independent things protect them: the row locks, taken
in one global order, and the guarded writes. Each alone would do; together they also
catch a mistake in the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Table

from inventory import tables
from inventory.books import (
    AnswerKey,
    Books,
    CellKey,
    CellRow,
    Change,
    HoldKey,
    HoldRow,
    LineRow,
    OrderRow,
    StoredAnswer,
)
from inventory.bulk import Row
from inventory.database import Database
from inventory.decide import decide
from inventory.errors import NodeNotFound, Refusal
from inventory.failpoint import failpoint
from inventory.operations import (
    AdjustStock,
    Answer,
    CommitHold,
    CountStock,
    ExpireHold,
    HoldState,
    Operation,
    PlaceHold,
    ReleaseHold,
)
