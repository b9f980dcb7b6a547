"""Which mails went out: each event's once, whoever asks and however often.

A mail is claimed before it is sent and marked afterwards. Who dies in between leaves a
claim; it is taken up again after a while, under the same Message-ID, so that the
receiving side can tell.
"""

from collections.abc import Sequence
from enum import Enum

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


class Claim(Enum):
    """Whose a mail is."""

    MINE = "the caller's, who sends it now"
    TAKEN = "somebody else's, who has not said yet that it left"
    DONE = "nobody's any more"


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

    async def claim(self, event_id: str) -> Claim:
        """Whether the caller is to send the mail of this event, and nobody else."""

        def job(connection: Connection) -> Claim:
            return _claim(connection, event_id, self._database.now_us(connection))

        return await self._writer.work(job)

    async def sent_of(self, event_ids: Sequence[str]) -> set[str]:
        """Those of these mails that left."""
        wanted = select(mail_sent.c.event_id).where(
            mail_sent.c.event_id.in_(event_ids), mail_sent.c.state == "SENT"
        )
        return await self._queries.run(lambda c: set(c.execute(wanted).scalars()))

    async def mark_sent(self, event_id: str) -> None:
        """It left, or never will."""
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


def _claim(connection: Connection, event_id: str, now_us: int) -> Claim:
    is_sqlite = connection.dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    mine = {"event_id": event_id, "state": "CLAIMED", "at_us": now_us}
    new = insert(mail_sent).values(**mine).on_conflict_do_nothing()
    counted = {"preserve_rowcount": True}
    if connection.execute(new, execution_options=counted).rowcount:
        return Claim.MINE
    this = mail_sent.c.event_id == event_id
    is_left = mail_sent.c.state == "CLAIMED", mail_sent.c.at_us <= now_us - CLAIM_US
    again = update(mail_sent).where(this, *is_left).values(at_us=now_us)
    if connection.execute(again).rowcount:
        return Claim.MINE
    state: str = connection.execute(select(mail_sent.c.state).where(this)).scalar_one()
    return Claim.DONE if state == "SENT" else Claim.TAKEN


def _mark_sent(connection: Connection, event_id: str) -> None:
    this = mail_sent.c.event_id == event_id
    connection.execute(update(mail_sent).where(this).values(state="SENT"))


def _give_back(connection: Connection, event_id: str) -> None:
    this = mail_sent.c.event_id == event_id, mail_sent.c.state == "CLAIMED"
    connection.execute(update(mail_sent).where(*this).values(at_us=0))
