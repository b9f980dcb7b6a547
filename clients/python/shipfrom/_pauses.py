"""Closing a node for a while: the same two calls for both clients."""

import re
from datetime import UTC, datetime, timedelta

from shipfrom import _stock_answers as _answers
from shipfrom._core import Call, new_request_id
from shipfrom._shell import AsyncShell, Shell
from shipfrom._stock_values import Node
from shipfrom._wire import call_of, invalid, reader
from shipfrom.v1 import network_service_pb2 as pb

_NETWORK = "/shipfrom.v1.NetworkService/"
_SPAN = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

Until = str | timedelta | datetime | None


class Pauses:
    """Calls of `Client`."""

    _shell: Shell

    def pause_node(self, node_id: str, *, reason: str, until: Until = None) -> Node:
        """Let nothing ship from a node until a moment ("2h", an aware datetime), or
        until it is resumed. Held and committed orders stay as they are."""
        return self._shell.send(pause(node_id, reason=reason, until=until))

    def resume_node(self, node_id: str) -> Node:
        """End a pause now; a node that is not paused stays as it is."""
        return self._shell.send(resume(node_id))


class AsyncPauses:
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
