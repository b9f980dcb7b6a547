"""Nodes, items and lanes: the same calls for both clients."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from shipfrom import _imports, _stock_requests
from shipfrom import _stock_answers as _answers
from shipfrom._core import Call, new_request_id
from shipfrom._shell import AsyncShell, Progress, Shell
from shipfrom._stock_values import ImportReport, Item, Lane, Node, Written
from shipfrom._wire import call_of, invalid, reader
from shipfrom.v1 import network_service_pb2 as pb

_NETWORK = "/shipfrom.v1.NetworkService/"
_SPAN = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

Until = str | timedelta | datetime | None


class NetworkCalls:
    """Calls of `Client`."""

    _shell: Shell

    def pause_node(self, node_id: str, *, reason: str, until: Until = None) -> Node:
        """Let nothing ship from a node until a moment ("2h", an aware datetime), or
        until it is resumed. Held and committed orders stay as they are."""
        return self._shell.send(pause(node_id, reason=reason, until=until))

    def resume_node(self, node_id: str) -> Node:
        """End a pause now; a node that is not paused stays as it is."""
        return self._shell.send(resume(node_id))

    def import_nodes(
        self,
        rows: Iterable[Node],
        *,
        all_or_nothing: bool = False,
        validate_only: bool = False,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Write any number of nodes whole."""
        settings = _imports.Settings(all_or_nothing, validate_only)
        parts = _imports.parts("nodes", rows, settings)
        return self._shell.run_import(parts, progress)

    def import_items(
        self,
        rows: Iterable[Item],
        *,
        all_or_nothing: bool = False,
        validate_only: bool = False,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Write any number of items whole."""
        settings = _imports.Settings(all_or_nothing, validate_only)
        parts = _imports.parts("items", rows, settings)
        return self._shell.run_import(parts, progress)

    def import_lanes(
        self,
        rows: Iterable[Lane],
        *,
        all_or_nothing: bool = False,
        validate_only: bool = False,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Write any number of lanes whole."""
        settings = _imports.Settings(all_or_nothing, validate_only)
        parts = _imports.parts("lanes", rows, settings)
        return self._shell.run_import(parts, progress)

    def nodes(self) -> Iterator[Node]:
        """All nodes by id."""
        return self._shell.pages(_stock_requests.nodes_page)

    def items(self) -> Iterator[Item]:
        """All items by SKU."""
        return self._shell.pages(_stock_requests.items_page)

    def lanes(self) -> Iterator[Lane]:
        """All lanes by id."""
        return self._shell.pages(_stock_requests.lanes_page)

    def upsert_nodes(
        self, nodes: Iterable[Node], *, validate_only: bool = False
    ) -> Written:
        """Write nodes whole, at most 500; unknown ids are created."""
        call = _stock_requests.upsert_nodes(nodes, validate_only=validate_only)
        return self._shell.send(call)

    def upsert_items(
        self, items: Iterable[Item], *, validate_only: bool = False
    ) -> Written:
        """Write items whole, at most 500; unknown ids are created."""
        call = _stock_requests.upsert_items(items, validate_only=validate_only)
        return self._shell.send(call)

    def upsert_lanes(
        self, lanes: Iterable[Lane], *, validate_only: bool = False
    ) -> Written:
        """Write lanes whole, at most 500; unknown ids are created."""
        call = _stock_requests.upsert_lanes(lanes, validate_only=validate_only)
        return self._shell.send(call)


class AsyncNetworkCalls:
    """Calls of `AsyncClient`."""

    _shell: AsyncShell

    async def pause_node(
        self, node_id: str, *, reason: str, until: Until = None
    ) -> Node:
        """Let nothing ship from a node until a moment ("2h", an aware datetime), or
        until it is resumed. Held and committed orders stay as they are."""
        return await self._shell.send(pause(node_id, reason=reason, until=until))

    async def resume_node(self, node_id: str) -> Node:
        """End a pause now; a node that is not paused stays as it is."""
        return await self._shell.send(resume(node_id))

    async def import_nodes(
        self,
        rows: Iterable[Node],
        *,
        all_or_nothing: bool = False,
        validate_only: bool = False,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Write any number of nodes whole."""
        settings = _imports.Settings(all_or_nothing, validate_only)
        parts = _imports.parts("nodes", rows, settings)
        return await self._shell.run_import(parts, progress)

    async def import_items(
        self,
        rows: Iterable[Item],
        *,
        all_or_nothing: bool = False,
        validate_only: bool = False,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Write any number of items whole."""
        settings = _imports.Settings(all_or_nothing, validate_only)
        parts = _imports.parts("items", rows, settings)
        return await self._shell.run_import(parts, progress)

    async def import_lanes(
        self,
        rows: Iterable[Lane],
        *,
        all_or_nothing: bool = False,
        validate_only: bool = False,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Write any number of lanes whole."""
        settings = _imports.Settings(all_or_nothing, validate_only)
        parts = _imports.parts("lanes", rows, settings)
        return await self._shell.run_import(parts, progress)

    def nodes(self) -> AsyncIterator[Node]:
        """All nodes by id."""
        return self._shell.pages(_stock_requests.nodes_page)

    def items(self) -> AsyncIterator[Item]:
        """All items by SKU."""
        return self._shell.pages(_stock_requests.items_page)

    def lanes(self) -> AsyncIterator[Lane]:
        """All lanes by id."""
        return self._shell.pages(_stock_requests.lanes_page)

    async def upsert_nodes(
        self, nodes: Iterable[Node], *, validate_only: bool = False
    ) -> Written:
        """Write nodes whole, at most 500; unknown ids are created."""
        call = _stock_requests.upsert_nodes(nodes, validate_only=validate_only)
        return await self._shell.send(call)

    async def upsert_items(
        self, items: Iterable[Item], *, validate_only: bool = False
    ) -> Written:
        """Write items whole, at most 500; unknown ids are created."""
        call = _stock_requests.upsert_items(items, validate_only=validate_only)
        return await self._shell.send(call)

    async def upsert_lanes(
        self, lanes: Iterable[Lane], *, validate_only: bool = False
    ) -> Written:
        """Write lanes whole, at most 500; unknown ids are created."""
        call = _stock_requests.upsert_lanes(lanes, validate_only=validate_only)
        return await self._shell.send(call)


def pause(node_id: str, *, reason: str, until: Until) -> Call[Node]:
    """Close a node."""
    request = pb.PauseNodeRequest(
        request_id=new_request_id(), node_id=node_id, reason=reason
    )
    if until is not None:
        request.until.FromDatetime(until_of(until, datetime.now(UTC)))
    parse = reader(pb.PauseNodeResponse, lambda w: _answers.node(w.node))
    return call_of(_NETWORK + "PauseNode", request, parse, mutates=True)


def resume(node_id: str) -> Call[Node]:
    """Open a node again."""
    request = pb.ResumeNodeRequest(request_id=new_request_id(), node_id=node_id)
    parse = reader(pb.ResumeNodeResponse, lambda w: _answers.node(w.node))
    return call_of(_NETWORK + "ResumeNode", request, parse, mutates=True)


def until_of(until: str | timedelta | datetime, now: datetime) -> datetime:
    """Read "2h", "2026-11-23T09:30-05:00" or a moment. Raises InvalidField."""
    if isinstance(until, timedelta):
        return now + until
    if isinstance(until, str):
        span = _SPAN.fullmatch(until.strip())
        if span is not None:
            return now + timedelta(**{_UNITS[span[2]]: int(span[1])})
    moment = _moment(until) if isinstance(until, str) else until
    if moment is None or moment.tzinfo is None:
        problem = f"{str(until)!r} is no moment with a time zone"
        raise invalid("until", problem, "write 2h, 3d or 2026-11-23T09:30-05:00")
    return moment


def _moment(said: str) -> datetime | None:
    try:
        return datetime.fromisoformat(said)
    except ValueError:
        return None
