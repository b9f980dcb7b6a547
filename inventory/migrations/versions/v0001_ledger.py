"""The ledger, the catalogue and the outbox."""

import time

import sqlalchemy as sa
from alembic import op

from inventory.tables import meta, metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())
    # Seconds since 1970: above the generation of any view that an older ledger filled.
    op.get_bind().execute(
        sa.insert(meta).values(
            row_no=1,
            generation=int(time.time()),
            network_version=0,
            view_incarnation="",
        )
    )
