"""Which mails went out: each event's at most once, whoever asks and however often.

A mail is claimed before it is sent and marked afterwards. Who dies in between leaves a
claim; it is taken up again after a while, under the same Message-ID, so that the
receiving side can tell.
"""

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from inventory.database import Database
from inventory.events.filing import LOG
from inventory.events.tables import event_mark, mail_sent
from inventory.queries import Queries
from inventory.writer import Writer

MAIL_MARK = "mail"
CLAIM_US = 600_000_000  # a claim this old is of somebody who died
_NOT_BEGUN = -1


class Mails:
    """The mails of one ledger."""

    def __init__(self, database: Database, queries: Queries, writer: Writer) -> None:
        self._database = database
        self._queries = queries
        self._writer = writer

    async def begin(self) -> int:
        """The number of the log behind which mails are due; at first its end."""

        def job(connection: Connection) -> int:
            place = _mark(connection, MAIL_MARK)
            if place == _NOT_BEGUN:
                place = _mark(connection, LOG)
                _move(connection, place)
            return place

        place = await self._queries.run(lambda c: _mark(c, MAIL_MARK))
        return place if place != _NOT_BEGUN else await self._writer.work(job)

    async def move(self, sequence: int) -> None:
        """Everything up to this number is done with."""
        await self._writer.work(lambda c: _move(c, sequence))

    async def claim(self, event_id: str) -> bool:
        """Whether the caller is to send the mail of this event, and nobody else."""

        def job(connection: Connection) -> bool:
            return _claim(connection, event_id, self._database.now_us(connection))

        return await self._writer.work(job)

    async def sent(self, event_id: str) -> None:
        """It left."""
        await self._writer.work(lambda c: _mark_sent(c, event_id))

    async def give_back(self, event_id: str) -> None:
        """It certainly did not leave: whoever tries next need not wait."""
        await self._writer.work(lambda c: _give_back(c, event_id))


def _mark(connection: Connection, name: str) -> int:
    mark = select(event_mark.c.sequence).where(event_mark.c.name == name)
    return int(connection.execute(mark).scalar_one())


def _move(connection: Connection, sequence: int) -> None:
    is_behind = event_mark.c.name == MAIL_MARK, event_mark.c.sequence < sequence
    connection.execute(update(event_mark).where(*is_behind).values(sequence=sequence))


def _claim(connection: Connection, event_id: str, now_us: int) -> bool:
    is_sqlite = connection.dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    mine = {"event_id": event_id, "state": "CLAIMED", "at_us": now_us}
    new = insert(mail_sent).values(**mine).on_conflict_do_nothing()
    counted = {"preserve_rowcount": True}
    if connection.execute(new, execution_options=counted).rowcount:
        return True
    is_left = (
        mail_sent.c.event_id == event_id,
        mail_sent.c.state == "CLAIMED",
        mail_sent.c.at_us <= now_us - CLAIM_US,
    )
    again = update(mail_sent).where(*is_left).values(at_us=now_us)
    return connection.execute(again).rowcount == 1


def _mark_sent(connection: Connection, event_id: str) -> None:
    this = mail_sent.c.event_id == event_id
    connection.execute(update(mail_sent).where(this).values(state="SENT"))


def _give_back(connection: Connection, event_id: str) -> None:
    this = mail_sent.c.event_id == event_id, mail_sent.c.state == "CLAIMED"
    connection.execute(update(mail_sent).where(*this).values(at_us=0))
