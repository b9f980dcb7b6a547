"""Many absolute counts as a stream: block by block through the writer."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from sys import intern
from time import monotonic

from inventory.errors import FieldViolation, InvalidField
from inventory.feeds.values import Feed
from inventory.operations import Count, CountStock, RequestKey, StockAnswer
from inventory.stock import Stock
from router.counts import Moments, read_count
from router.feeds.absent import absent_cells
from router.feeds.reading import Complete, File, read_file
from router.importing import BLOCK_ROWS, Report, Settings, empty, no_cell_twice
from router.paging import digest
from router.rpc.call import Call
from router.skus import Skus
from router.snapshot import Snapshot
from router.validate import COUNT_MAX, Violations
from shipfrom.v1 import inventory_service_pb2 as pb

MESSAGE_ROWS_MAX = 1_000
TURN_ROWS = 50
"""Rows that are read before other calls have their turn, some 0.1 ms."""
PAUSE = 0.5
"""Share of a block's time in the ledger that is left to others after it, if there are
any, and always where other workers serve: an import that never pauses is what every
other call waits for."""
REASON = "import"


@dataclass(frozen=True, slots=True)
class Block:
    """500 rows by position in the stream: name, hash, good counts and their rows."""

    name: str
    content: str
    counts: tuple[Count, ...]
    rows: Sequence[int] = ()


@dataclass(slots=True)
class StockImport:
    """One import under way.

    The key of a block hashes all of its rows, the rejected ones included: a repeated
    block gives its first answer even when a node that was unknown then is known now.
    """

    stock: Stock
    skus: Skus
    snapshot: Snapshot
    moments: Moments
    call: Call
    report: Report = field(default_factory=Report)
    _file: File = field(default_factory=File)
    _seen: dict[str, dict[str, int]] = field(default_factory=dict)
    _raw: list[tuple[str, str, int, int, int]] = field(default_factory=list)
    _good: dict[int, Count] = field(default_factory=dict)
    _kept: list[Block] = field(default_factory=list)
    _closed: int = 0

    async def run(
        self, messages: AsyncIterator[pb.ImportStockRequest]
    ) -> pb.ImportStockResponse:
        """Read the whole stream."""
        settings: Settings | None = None
        async for message in messages:
            if settings is None:
                settings = Settings.of(message)
                self._file = read_file(
                    message, snapshot=self.snapshot, moments=self.moments
                )
            settings.same(message)
            _check_size(message)
            for part in _turns(message.rows):
                for row in part:
                    self._take(row)
                    if len(self._raw) == BLOCK_ROWS:
                        await self._close_block(settings)
                await asyncio.sleep(0)
        if settings is None:
            raise empty()
        await self._close_block(settings)
        await self._end(settings)
        return self._answer(settings)

    def _take(self, row: pb.StockCount) -> None:
        number = self.report.next_row()
        count, wrong = self._read(row)
        safety = -1 if count.safety_stock is None else count.safety_stock
        said = (count.sku, count.node_id, count.on_hand, safety, count.as_of_us)
        self._raw.append(said)
        if wrong is None:
            wrong = no_cell_twice(self._seen, (count.sku, count.node_id), number)
        if wrong is not None:
            self.report.reject(number, wrong)
            return
        if not count.as_of_us and self._file.as_of_us:
            count = count._replace(as_of_us=self._file.as_of_us)
        self._good[number] = count

    def _read(self, row: pb.StockCount) -> tuple[Count, FieldViolation | None]:
        """The count, and the first thing that is wrong with it."""
        name, node_id, on_hand = row.sku, row.node_id, row.on_hand
        is_plain = not (row.HasField("safety_stock") or row.HasField("as_of_time"))
        if (
            is_plain
            and (item := self.snapshot.items.get(name)) is not None
            and not item.components
            and node_id in self.snapshot.nodes
            and 0 <= on_hand <= COUNT_MAX
        ):
            # Nearly every row: nothing to check that is not checked here.
            return Count(intern(name), intern(node_id), on_hand), None
        found = Violations()
        count = read_count(row, "", found, snapshot=self.snapshot, moments=self.moments)
        return count, found.found[0] if found.found else None

    async def _close_block(self, settings: Settings) -> None:
        """Apply the block, or keep it until the whole stream is known to be good."""
        self._closed += 1
        await self._reject_unknown_skus()
        content, rows = digest(self._raw), tuple(self._good)
        block = Block(str(self._closed), content, tuple(self._good.values()), rows)
        self._raw.clear()
        self._good.clear()
        if settings.validate_only or settings.all_or_nothing:
            await self._look(settings, block)
            if not settings.validate_only:
                self._kept.append(block)
        else:
            await self._apply(settings, block)

    async def _reject_unknown_skus(self) -> None:
        """A name that nobody knows is a typo, where items tell what there is."""
        if not self.snapshot.items:
            return
        names = [count.sku for count in self._good.values()]
        unknown = await self.skus.unknown(names, self.snapshot)
        for number, count in tuple(self._good.items()) if unknown else ():
            if count.sku in unknown:
                del self._good[number]
                self.report.reject(number, self._typo(count.sku))

    def _typo(self, name: str) -> FieldViolation:
        known = "" if self.report.full else self.skus.nearest(name, self.snapshot)
        new = "if it is new, import its item first"
        return FieldViolation(
            "sku",
            "is an unknown SKU: it is no item and was never counted",
            f"{known} {new[0].upper()}{new[1:]}" if known else new,
        )

    async def _end(self, settings: Settings) -> None:
        """What is left when the last row was read."""
        if settings.all_or_nothing and not settings.validate_only:
            kept, self._kept = self._kept, []
            if self.report.rejected:
                return
            self.report.accepted = self.report.unchanged = 0
            self.report.created = self.report.outdated = 0
            for block in kept:
                await self._apply(settings, block)
        complete = self._file.complete
        if complete is not None:
            self._check_rows(complete)
            if self.report.rejected:
                return
            await self._empty_absent(settings, complete)
        feed = self._file.feed
        if feed and not self._file.continues and not settings.validate_only:
            end = Block("end", digest(self._closed), ())
            await self._submit(settings, end, replace(feed, ends=True))

    def _check_rows(self, complete: Complete) -> None:
        if self.report.rows != complete.rows:
            problem = f"says {complete.rows:,}, and {self.report.rows:,} rows came"
            hint = "nothing absent was emptied; ask the source for the whole file"
            wrong = FieldViolation("feed.snapshot.rows", problem, hint)
            raise InvalidField([wrong])

    async def _empty_absent(self, settings: Settings, complete: Complete) -> None:
        absent = absent_cells(
            self.stock, complete.node_ids, self._seen, as_of_us=self._file.as_of_us
        )
        async for counts in absent:
            # Named by what they say: a repeated import finds fewer cells to empty.
            content = digest(counts)
            block = Block(f"absent/{content}", content, counts)
            if settings.validate_only:
                answer = await self.stock.feeds.preview(
                    self._operation(settings, block)
                )
            else:
                answer = await self._submit(settings, block, self._file.feed)
            emptied = len(counts) - answer.outdated - len(answer.skipped)
            self.report.emptied += emptied

    async def _look(self, settings: Settings, block: Block) -> None:
        """Count what the block would come to."""
        if block.counts:
            operation = self._operation(settings, block)
            self._count(block, await self.stock.feeds.preview(operation))

    async def _apply(self, settings: Settings, block: Block) -> None:
        if block.counts:
            self._count(block, await self._submit(settings, block, self._file.feed))

    def _count(self, block: Block, answer: StockAnswer) -> None:
        report = self.report
        for place, wrong in answer.skipped:
            report.reject(block.rows[place], wrong)
        written = len(block.counts) - answer.outdated - len(answer.skipped)
        report.accepted += written
        report.unchanged += answer.unchanged
        report.created += answer.created
        report.outdated += answer.outdated

    def _operation(self, settings: Settings, block: Block) -> CountStock:
        block_id = f"{settings.request_id}/{block.name}"
        key = RequestKey(self.call.principal, "ImportStock", block_id, block.content)
        feed = self._file.feed
        return CountStock(key, block.counts, REASON, feed=feed, wants_cells=False)

    async def _submit(
        self, settings: Settings, block: Block, feed: Feed | None
    ) -> StockAnswer:
        operation = replace(self._operation(settings, block), feed=feed)
        began, known = monotonic(), self.call.arrived()
        answer = await self.stock.submit(operation, deadline=self.call.deadline)
        if self.call.others_since(known):
            await asyncio.sleep((monotonic() - began) * PAUSE)
        assert isinstance(answer, StockAnswer)
        self.skus.note(count.sku for count in block.counts)
        if answer.replayed:
            self.call.mark_replayed()
        return answer

    def _answer(self, settings: Settings) -> pb.ImportStockResponse:
        report = self.report
        if settings.all_or_nothing and report.rejected:
            report.accepted = report.unchanged = report.created = 0
        response = pb.ImportStockResponse(
            accepted=report.accepted,
            unchanged=report.unchanged,
            created=report.created,
            outdated=report.outdated,
            emptied=report.emptied,
            rejected=report.rejected,
            applied=not settings.validate_only
            and bool(report.accepted or report.emptied),
        )
        # Unknown SKUs are found a block at a time, after what else is wrong in it.
        response.rejected_rows.extend(sorted(report.first_rejected, key=_row))
        return response


def _row(rejected: pb.RejectedRow) -> int:
    return rejected.row


def _turns(rows: Sequence[pb.StockCount]) -> Iterator[Sequence[pb.StockCount]]:
    for start in range(0, len(rows), TURN_ROWS):
        yield rows[start : start + TURN_ROWS]


def _check_size(message: pb.ImportStockRequest) -> None:
    if len(message.rows) > MESSAGE_ROWS_MAX:
        problem = f"has {len(message.rows):,} rows"
        raise InvalidField(
            [FieldViolation("rows", problem, f"send at most {MESSAGE_ROWS_MAX:,}")]
        )
