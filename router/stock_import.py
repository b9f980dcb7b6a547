"""Many absolute counts as a stream: block by block through the writer."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from inventory.errors import FieldViolation, InvalidField
from inventory.operations import Count, CountStock, RequestKey, StockAnswer
from inventory.stock import Stock
from router.counts import read_count
from router.importing import BLOCK_ROWS, Report, Settings, empty, no_cell_twice
from router.paging import digest
from router.rpc.call import Call
from router.skus import Skus
from router.snapshot import Snapshot
from router.validate import Violations
from shipfrom.v1 import inventory_service_pb2 as pb

MESSAGE_ROWS_MAX = 1_000
REASON = "import"


@dataclass(frozen=True, slots=True)
class Block:
    """500 rows by position in the stream: their number, hash and good counts."""

    number: int
    content: str
    counts: tuple[Count, ...]


@dataclass(slots=True)
class StockImport:
    """One import under way.

    The key of a block hashes all of its rows, the rejected ones included: a repeated
    block gives its first answer even when a node that was unknown then is known now.
    """

    stock: Stock
    skus: Skus
    snapshot: Snapshot
    call: Call
    report: Report = field(default_factory=Report)
    _seen: dict[str, dict[str, int]] = field(default_factory=dict)
    _raw: list[tuple[str, str, int, int]] = field(default_factory=list)
    _good: dict[int, Count] = field(default_factory=dict)
    _kept: list["Block"] = field(default_factory=list)
    _closed: int = 0

    async def run(
        self, messages: AsyncIterator[pb.ImportStockRequest]
    ) -> pb.ImportStockResponse:
        """Read the whole stream."""
        settings: Settings | None = None
        async for message in messages:
            if settings is None:
                settings = Settings.of(message)
            settings.same(message)
            _check_size(message)
            for row in message.rows:
                self._take(row)
                if len(self._raw) == BLOCK_ROWS:
                    await self._close_block(settings)
        if settings is None:
            raise empty()
        await self._close_block(settings)
        if settings.all_or_nothing and not settings.validate_only:
            for block in self._kept if not self.report.rejected else ():
                await self._apply(settings, block)
        return self._answer(settings)

    def _take(self, row: pb.StockCount) -> None:
        number, found = self.report.next_row(), Violations()
        count = read_count(row, "", found, snapshot=self.snapshot)
        safety = row.safety_stock if row.HasField("safety_stock") else -1
        self._raw.append((row.sku, row.node_id, row.on_hand, safety))
        twice = None
        if not found.found:
            twice = no_cell_twice(self._seen, (count.sku, count.node_id), number)
        if found.found or twice:
            self.report.reject(number, twice or found.found[0])
        else:
            self._good[number] = count

    async def _close_block(self, settings: Settings) -> None:
        """Apply the block, or keep it until the whole stream is known to be good."""
        self._closed += 1
        await self._reject_unknown_skus()
        block = Block(self._closed, digest(self._raw), tuple(self._good.values()))
        self._raw.clear()
        self._good.clear()
        if settings.validate_only:
            self.report.accepted += len(block.counts)
        elif settings.all_or_nothing:
            self._kept.append(block)
        else:
            await self._apply(settings, block)

    async def _reject_unknown_skus(self) -> None:
        """A name that nobody knows is a typo, where items tell what there is."""
        if not self.snapshot.items:
            return
        names = [count.sku for count in self._good.values()]
        unknown = await self.skus.unknown(names, self.snapshot)
        for number, count in tuple(self._good.items()):
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

    async def _apply(self, settings: Settings, block: "Block") -> None:
        if not block.counts:
            return
        block_id = f"{settings.request_id}/{block.number}"
        key = RequestKey(self.call.principal, "ImportStock", block_id, block.content)
        answer = await self.stock.submit(
            CountStock(key, block.counts, REASON), deadline=self.call.deadline
        )
        assert isinstance(answer, StockAnswer)
        self.report.accepted += len(block.counts)
        self.report.unchanged += answer.unchanged
        self.skus.note(count.sku for count in block.counts)
        if answer.replayed:
            self.call.mark_replayed()

    def _answer(self, settings: Settings) -> pb.ImportStockResponse:
        report = self.report
        if settings.all_or_nothing and report.rejected:
            report.accepted = 0
        response = pb.ImportStockResponse(
            accepted=report.accepted,
            unchanged=report.unchanged,
            rejected=report.rejected,
        )
        # Unknown SKUs are found a block at a time, after what else is wrong in it.
        response.rejected_rows.extend(sorted(report.first_rejected, key=_row))
        return response


def _row(rejected: pb.RejectedRow) -> int:
    return rejected.row


def _check_size(message: pb.ImportStockRequest) -> None:
    if len(message.rows) > MESSAGE_ROWS_MAX:
        problem = f"has {len(message.rows):,} rows"
        raise InvalidField(
            [FieldViolation("rows", problem, f"send at most {MESSAGE_ROWS_MAX:,}")]
        )
