"""Everything of events that a router asks for, in one place."""

from dataclasses import dataclass

from inventory.database import Database
from inventory.events.deliveries import Deliveries
from inventory.events.envelope import source_of
from inventory.events.log import EventLog
from inventory.events.mails import Mails
from inventory.events.webhooks import Webhooks
from inventory.queries import Queries
from inventory.writer import Writer


@dataclass(frozen=True, slots=True)
class EventDesk:
    """The log, who is told of it, and what came of the telling."""

    log: EventLog
    webhooks: Webhooks
    deliveries: Deliveries
    mails: Mails
    source: str

    @classmethod
    def of(
        cls, database: Database, queries: Queries, writer: Writer, deployment: str
    ) -> "EventDesk":
        """The desk of one process."""
        return cls(
            EventLog(database, queries),
            Webhooks(database, queries, writer),
            Deliveries(database, queries, writer),
            Mails(database, queries, writer),
            source_of(deployment),
        )
