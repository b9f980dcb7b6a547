"""Units of cells that are kept for channels: the same calls for both clients."""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from shipfrom._answers import instant
from shipfrom._core import Call, new_request_id
from shipfrom._shell import AsyncShell, Shell
from shipfrom._stock_requests import PAGE_ROWS
from shipfrom._wire import call_of, invalid, reader
from shipfrom.v1 import inventory_service_pb2 as pb

_INVENTORY = "/shipfrom.v1.InventoryService/"


@dataclass(frozen=True, slots=True)
class Quota:
    """Units of a SKU that only orders of one channel may take.

    They are kept by one node (`node_id`), by all nodes that carry `node_tag` together,
    or by all nodes together (`every_node`); from `start` until before `end`.

    `left`: not yet claimed; `held` by its live holds; `taken` by its orders, in all.
    `falls_through`: the channel may take common stock when nothing is left.
    """

    sku: str
    node_id: str
    channel: str
    left: int = 0
    held: int = 0
    taken: int = 0
    falls_through: bool = True
    node_tag: str = ""
    every_node: bool = False
    start: datetime | None = None
    end: datetime | None = None


class QuotaCalls:
    """Calls of `Client`."""

    _shell: Shell

    def set_quotas(
        self,
        quotas: Iterable[Quota],
        *,
        reason: str = "",
        request_id: str = "",
        validate_only: bool = False,
    ) -> tuple[Quota, ...]:
        """Keep `left` units of each cell for its channel from now on; at most 500, all
        or none. Nothing left that falls through ends a quota. Raises QuotaTooLarge."""
        call = put(quotas, reason, request_id, validate_only=validate_only)
        return self._shell.send(call)

    def quotas(
        self, *, sku: str = "", node_id: str = "", channel: str = ""
    ) -> Iterator[Quota]:
        """What is kept for which channel, by SKU, node and channel."""
        return self._shell.pages(partial(page, sku, node_id, channel))


class AsyncQuotaCalls:
    """Calls of `AsyncClient`."""

    _shell: AsyncShell

    async def set_quotas(
        self,
        quotas: Iterable[Quota],
        *,
        reason: str = "",
        request_id: str = "",
        validate_only: bool = False,
    ) -> tuple[Quota, ...]:
        """Keep `left` units of each cell for its channel from now on; at most 500, all
        or none. Nothing left that falls through ends a quota. Raises QuotaTooLarge."""
        call = put(quotas, reason, request_id, validate_only=validate_only)
        return await self._shell.send(call)

    def quotas(
        self, *, sku: str = "", node_id: str = "", channel: str = ""
    ) -> AsyncIterator[Quota]:
        """What is kept for which channel, by SKU, node and channel."""
        return self._shell.pages(partial(page, sku, node_id, channel))


def put(
    quotas: Iterable[Quota], reason: str, request_id: str, *, validate_only: bool
) -> Call[tuple[Quota, ...]]:
    """Write quotas."""
    request = pb.SetQuotasRequest(
        request_id=request_id or new_request_id(),
        quotas=map(_setting, quotas),
        reason=reason,
        validate_only=validate_only,
    )
    parse = reader(pb.SetQuotasResponse, lambda w: tuple(map(_quota, w.quotas)))
    return call_of(_INVENTORY + "SetQuotas", request, parse, mutates=True)


def _setting(quota: Quota) -> pb.QuotaSetting:
    wire = pb.QuotaSetting(
        sku=quota.sku,
        node_id=quota.node_id,
        channel=quota.channel,
        units=quota.left,
        falls_through=quota.falls_through,
        node_tag=quota.node_tag,
        every_node=quota.every_node,
    )
    for name, moment in (("start", quota.start), ("end", quota.end)):
        if moment is not None:
            if moment.tzinfo is None:
                problem = f"{str(moment)!r} is no moment with a time zone"
                raise invalid(name, problem, "add tzinfo, for example ZoneInfo")
            getattr(wire, f"{name}_time").FromDatetime(moment)
    return wire


def page(
    sku: str, node_id: str, channel: str, page_token: str
) -> Call[tuple[tuple[Quota, ...], str]]:
    """One page of quotas."""
    request = pb.ListQuotasRequest(
        sku=sku,
        node_id=node_id,
        channel=channel,
        page_size=PAGE_ROWS,
        page_token=page_token,
    )
    parse = reader(
        pb.ListQuotasResponse,
        lambda w: (tuple(map(_quota, w.quotas)), w.next_page_token),
    )
    return call_of(_INVENTORY + "ListQuotas", request, parse)


def _quota(wire: pb.Quota) -> Quota:
    return Quota(
        wire.sku,
        wire.node_id,
        wire.channel,
        left=wire.left,
        held=wire.held,
        taken=wire.taken,
        falls_through=wire.falls_through,
        node_tag=wire.node_tag,
        every_node=wire.every_node,
        start=instant(wire.start_time) if wire.HasField("start_time") else None,
        end=instant(wire.end_time) if wire.HasField("end_time") else None,
    )
