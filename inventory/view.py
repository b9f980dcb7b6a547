"""The stock view in Redis: read by everyone, changed only by `view_push.lua`.

It may be lost, rolled back or cut off at any instant. Whatever a reader finds is some
committed figure of its generation, or a miss; what a writer repeats changes nothing.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import starmap
from typing import Any, cast

import redis.asyncio as redis
from redis.asyncio.cluster import ClusterNode
from redis.exceptions import (
    AskError,
    ClusterDownError,
    MovedError,
    NoScriptError,
    RedisClusterException,
    ResponseError,
    TryAgainError,
)

from inventory.connecting import VIEW_ERRORS, Client, connect
from inventory.packed import ENTRIES_MAX, Entry, is_whole, key_of
from inventory.script_calls import SCRIPT, Call, parts_of, round_trips
from inventory.wires import Wires

IN_FLIGHT_MAX = 32  # round trips of a process to the view's servers at once
STREAM = "cloudevents"
STREAM_MAX = 100_000  # delivery only; who missed more asks the ledger


# A refusal of this server or of this moment: the library finds the way.
_NOT_HERE = (NoScriptError, MovedError, AskError, TryAgainError, ClusterDownError)

log = logging.getLogger(__name__)


class ViewDown(Exception):
    """The view cannot be used now; the ledger can."""


class _Doubled(Exception):
    """The stream has this id, or a later one."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The view knew a newer version of a cell, or other units for the same version."""

    sku: str
    number: int
    version: int
    available: int
    conflict: bool = False
    generation: int = field(default=0, compare=False)  # of both figures


class View:
    """One process's access to the view."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._room = asyncio.Semaphore(IN_FLIGHT_MAX)
        self._wires: dict[str, Wires] = {}

    @classmethod
    async def open(cls, view_url: str) -> "View":
        return cls(await connect(view_url))

    async def close(self) -> None:
        for wires in self._wires.values():
            await wires.close()
        await self._client.aclose()

    async def read(self, skus: Sequence[str]) -> list[bytes | None]:
        """The packed values, None where there is none; one round trip (per master).

        Raises:
            ViewDown: no answer, or not in time.
        """
        keys = [key_of(sku) for sku in skus]
        try:
            if isinstance(self._client, redis.Redis):
                values = await self._read_server(self._client, keys)
            else:
                values = await self._read_cluster(keys)
        except VIEW_ERRORS as error:
            raise ViewDown(str(error)) from error
        return [v if v is not None and is_whole(v) else None for v in values]

    async def push(
        self, generation: int, figures: Mapping[str, Iterable[Entry]]
    ) -> tuple[Ahead, ...]:
        """Show newer figures; whatever the view knows better is reported.

        Raises:
            ViewDown: some may have been shown, some not; sending all again is harmless.
        """
        calls = [
            Call(sku, generation, 0, -1, tuple(part))
            for sku, entries in figures.items()
            for part in parts_of(entries, ENTRIES_MAX)
        ]
        return await self._call_all(calls)

    async def fill(
        self,
        generation: int,
        figures: Mapping[str, Sequence[Entry]],
        *,
        lagging: Mapping[str, Sequence[Entry]] | None = None,
    ) -> tuple[Ahead, ...]:
        """Show all cells of some SKUs and mark the values as complete.

        Args:
            lagging: of SKUs whose value has some of the entries, those that it lacks:
                only these are sent, and the mark is set if nothing was lost meanwhile.
        """
        calls = []
        for sku, entries in figures.items():
            sent = (lagging or {}).get(sku, entries)
            parts = list(parts_of(sent, ENTRIES_MAX)) or [()]
            for number, part in enumerate(parts, 1):
                filled = len(entries) if number == len(parts) else -1
                calls.append(Call(sku, generation, generation, filled, tuple(part)))
        return await self._call_all(calls)

    async def ping(self) -> bool:
        """Whether the view answers."""
        try:
            return bool(await self._client.ping())
        except VIEW_ERRORS:
            return False

    async def incarnation(self) -> str:
        """Changes when a server restarts or another is promoted: it may have lost some.

        Raises:
            ViewDown: no answer.
        """
        try:
            if isinstance(self._client, redis.Redis):
                facts = await self._client.info("replication")
                return str(facts["master_replid"])
            answers = await self._client.info(
                "replication", target_nodes=redis.RedisCluster.PRIMARIES
            )
            return ",".join(sorted(str(a["master_replid"]) for a in answers.values()))
        except VIEW_ERRORS as error:
            raise ViewDown(str(error)) from error

    async def tell(self, events: Sequence[tuple[str, str]]) -> None:
        """Append events to the stream under ids of their own, which only rise.

        One that is there already, from another process or an earlier try, is let be.

        Raises:
            ViewDown: some may have been appended.
        """
        try:
            for stream_id, event in events:
                fields: Any = {"event": event}
                with suppress(_Doubled):
                    await self._append(fields, stream_id)
        except VIEW_ERRORS as error:
            raise ViewDown(str(error)) from error

    async def _append(self, fields: Any, stream_id: str) -> None:
        try:
            await self._client.xadd(STREAM, fields, id=stream_id, maxlen=STREAM_MAX)
        except ResponseError as error:
            if "equal or smaller" in str(error):
                raise _Doubled from error
            raise

    async def _read_server(
        self, client: redis.Redis, keys: Sequence[str]
    ) -> list[bytes | None]:
        (answer,) = await self._wires_to("", client).ask([("MGET", *keys)])
        if isinstance(answer, Exception):
            raise answer
        return cast("list[bytes | None]", answer)

    async def _read_cluster(self, keys: Sequence[str]) -> list[bytes | None]:
        client = cast("Any", self._client)
        async with client.pipeline() as pipe:
            for key in keys:
                pipe.get(key)
            try:
                return cast("list[bytes | None]", await pipe.execute())
            except AttributeError as error:
                raise _closing() from error

    async def _call_all(self, calls: Sequence[Call]) -> tuple[Ahead, ...]:
        """Run the calls; those of one SKU in their order."""
        try:
            answers = [
                answer
                for part in round_trips(calls)
                for answer in await self._round_trip(part)
            ]
        except VIEW_ERRORS as error:
            raise ViewDown(str(error)) from error
        ahead: list[Ahead] = []
        for call, answer in zip(calls, answers, strict=True):
            ahead += _newer(call, answer)
        return tuple(ahead)

    async def _round_trip(self, calls: Sequence[Call]) -> list[Any]:
        """One go to each server; what it would not do is tried the library's way."""
        if isinstance(self._client, redis.Redis):
            answers = await self._ask("", self._client, calls)
        else:
            answers = await self._ask_masters(self._client, calls)
        for number, answer in enumerate(answers):
            # It forgot the script, serves the slot no longer, or is not there.
            if answer is None or isinstance(answer, _NOT_HERE):
                answers[number] = await self._call(calls[number])
        return answers

    async def _ask_masters(
        self, client: redis.RedisCluster, calls: Sequence[Call]
    ) -> list[Any]:
        """The answers of a cluster; None from a master that did not give one."""
        by_master: dict[str, list[int]] = {}
        masters: dict[str, ClusterNode] = {}
        for number, call in enumerate(calls):
            with suppress(RedisClusterException):
                master = client.get_node_from_key(key_of(call.sku))
                assert master is not None, "a slot's first node is its master"
                masters[master.name] = master
                by_master.setdefault(master.name, []).append(number)
        answers: list[Any] = [None] * len(calls)

        async def ask(name: str, numbers: list[int]) -> None:
            with suppress(*VIEW_ERRORS):
                mine = [calls[number] for number in numbers]
                found = await self._ask(name, masters[name], mine)
                for number, answer in zip(numbers, found, strict=True):
                    answers[number] = answer

        await asyncio.gather(*starmap(ask, by_master.items()))
        return answers

    async def _ask(
        self, name: str, server: redis.Redis | ClusterNode, calls: Sequence[Call]
    ) -> list[Any]:
        async with self._room:
            wires = self._wires_to(name, server)
            return await wires.ask([call.command() for call in calls])

    def _wires_to(self, name: str, server: redis.Redis | ClusterNode) -> Wires:
        wires = self._wires.get(name)
        if wires is None:
            wires = self._wires[name] = Wires.to(server)
        return wires

    async def _call(self, call: Call) -> Any:
        """One script call; EVAL teaches the script to a server that forgot it."""
        client = cast("Any", self._client)
        async with self._room:
            try:
                return await client.evalsha(*call.command()[1:])
            except NoScriptError:
                return await client.eval(SCRIPT, *call.command()[2:])
            except ResponseError as error:
                return error
            except AttributeError as error:
                raise _closing() from error


def _closing() -> ViewDown:
    """The library closes a cluster's connections under other calls when one fails."""
    return ViewDown("the cluster's connections were closed")


def _newer(call: Call, answer: Any) -> list[Ahead]:
    """What the view knew better; an error of the script is a fault of the value."""
    if isinstance(answer, Exception):
        if isinstance(answer, ResponseError) and str(answer).startswith("BADVALUE"):
            log.error("the view's value of %s is malformed: %s", call.sku, answer)
            return []
        raise ViewDown(str(answer)) from answer
    found = []
    for (number, _, _), said in zip(call.entries, answer, strict=False):
        word, *figures = said.split()
        if figures:
            version, available = map(int, figures)
            conflict = word == b"CONFLICT"
            figure = (call.sku, number, version, available)
            found.append(Ahead(*figure, conflict, call.generation))
    return found
