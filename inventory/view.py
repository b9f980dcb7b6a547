"""The stock view in Redis: read by everyone, changed only by `view_push.lua`.

It may be lost, rolled back or cut off at any instant. Whatever a reader finds is some
committed figure of its generation, or a miss; what a writer repeats changes nothing.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha1
from importlib.resources import files
from itertools import islice
from typing import Any, TypeVar, cast

import redis.asyncio as redis
from redis.exceptions import NoScriptError, ResponseError

from inventory.connecting import VIEW_ERRORS, Client, connect
from inventory.packed import ENTRIES_MAX, Entry, is_whole, key_of

T = TypeVar("T")

IN_FLIGHT_MAX = 32  # script calls of a process that a cluster works on at once
PIPELINE_CALLS = 128  # script calls of one round trip: longer ones delay the readers
PIPELINE_ENTRIES = 2_048  # entries of one round trip: about 5 ms of the server's time
STREAM = "events"
STREAM_MAX = 100_000  # delivery only; who missed more asks the ledger

SCRIPT = files("inventory").joinpath("view_push.lua").read_text()
SCRIPT_SHA = sha1(SCRIPT.encode(), usedforsecurity=False).hexdigest()

log = logging.getLogger(__name__)


class ViewDown(Exception):
    """The view cannot be used now; the ledger can."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The view knew a newer version of a cell, or other units for the same version."""

    sku: str
    number: int
    version: int
    available: int
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class _Call:
    """One script call for one SKU. `filled` is -1 except with a fill's last call."""

    sku: str
    generation: int
    mark: int
    filled: int
    entries: tuple[Entry, ...]

    def arguments(self) -> tuple[str | int, ...]:
        values = [value for entry in self.entries for value in entry]
        return (key_of(self.sku), self.generation, self.mark, self.filled, *values)


class View:
    """One process's access to the view."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._room = asyncio.Semaphore(IN_FLIGHT_MAX)

    @classmethod
    async def open(cls, view_url: str) -> "View":
        return cls(await connect(view_url))

    async def close(self) -> None:
        await self._client.aclose()

    async def read(self, skus: Sequence[str]) -> list[bytes | None]:
        """The packed values, None where there is none; one round trip (per master).

        Raises:
            ViewDown: no answer, or not in time.
        """
        keys = [key_of(sku) for sku in skus]
        try:
            if isinstance(self._client, redis.Redis):
                values = cast("list[bytes | None]", await self._client.mget(keys))
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
            _Call(sku, generation, 0, -1, tuple(part))
            for sku, entries in figures.items()
            for part in _parts(entries, ENTRIES_MAX)
        ]
        return await self._call_all(calls)

    async def fill(
        self, generation: int, figures: Mapping[str, Sequence[Entry]]
    ) -> tuple[Ahead, ...]:
        """Show all cells of some SKUs and mark the values as complete."""
        calls = []
        for sku, entries in figures.items():
            parts = list(_parts(entries, ENTRIES_MAX)) or [()]
            for number, part in enumerate(parts, 1):
                filled = len(entries) if number == len(parts) else -1
                calls.append(_Call(sku, generation, generation, filled, tuple(part)))
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

    async def tell(self, events: Sequence[Mapping[str, str]]) -> None:
        """Append business events to the stream; at least once.

        Raises:
            ViewDown: some may have been appended.
        """
        try:
            for event in events:
                fields = cast("Any", dict(event))
                await self._client.xadd(STREAM, fields, maxlen=STREAM_MAX)
        except VIEW_ERRORS as error:
            raise ViewDown(str(error)) from error

    async def _read_cluster(self, keys: Sequence[str]) -> list[bytes | None]:
        client = cast("Any", self._client)
        async with client.pipeline() as pipe:
            for key in keys:
                pipe.get(key)
            try:
                return cast("list[bytes | None]", await pipe.execute())
            except AttributeError as error:
                raise _closing() from error

    async def _call_all(self, calls: Sequence[_Call]) -> tuple[Ahead, ...]:
        """Run the calls; the order between SKUs does not matter."""
        try:
            if isinstance(self._client, redis.Redis):
                answers: list[Any] = []
                for part in _round_trips(calls):
                    answers += await self._pipeline(self._client, part)
            else:
                answers = await self._scatter(calls)
        except VIEW_ERRORS as error:
            raise ViewDown(str(error)) from error
        ahead: list[Ahead] = []
        for call, answer in zip(calls, answers, strict=True):
            ahead += _newer(call, answer)
        return tuple(ahead)

    async def _pipeline(self, client: redis.Redis, calls: Sequence[_Call]) -> list[Any]:
        pipe = client.pipeline(transaction=False)
        for call in calls:
            pipe.evalsha(SCRIPT_SHA, 1, *call.arguments())
        answers = await pipe.execute(raise_on_error=False)
        for number, answer in enumerate(answers):
            # The server forgot the script: a restart, a failover or an eviction.
            if isinstance(answer, NoScriptError):
                answers[number] = await self._call(calls[number])
        return answers

    async def _scatter(self, calls: Sequence[_Call]) -> list[Any]:
        """On a cluster: SKUs side by side, the calls of one SKU in their order."""
        by_sku: dict[str, list[_Call]] = {}
        for call in calls:
            by_sku.setdefault(call.sku, []).append(call)
        answered = await asyncio.gather(*map(self._in_order, by_sku.values()))
        return [answer for answers in answered for answer in answers]

    async def _in_order(self, calls: Sequence[_Call]) -> list[Any]:
        answers: list[Any] = []
        for call in calls:
            try:
                answers.append(await self._call(call))
            except ResponseError as error:
                answers.append(error)
        return answers

    async def _call(self, call: _Call) -> Any:
        """One script call; EVAL teaches the script to a server that forgot it."""
        client = cast("Any", self._client)
        async with self._room:
            try:
                return await client.evalsha(SCRIPT_SHA, 1, *call.arguments())
            except NoScriptError:
                return await client.eval(SCRIPT, 1, *call.arguments())
            except AttributeError as error:
                raise _closing() from error


def _parts(values: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    rest = iter(values)
    while part := tuple(islice(rest, size)):
        yield part


def _round_trips(calls: Iterable[_Call]) -> Iterator[list[_Call]]:
    """The calls in their order, in parts that the server answers well in time."""
    part: list[_Call] = []
    entries = 0
    for call in calls:
        entries += len(call.entries)
        if part and (len(part) == PIPELINE_CALLS or entries > PIPELINE_ENTRIES):
            yield part
            part, entries = [], len(call.entries)
        part.append(call)
    if part:
        yield part


def _closing() -> ViewDown:
    """The library closes a cluster's connections under other calls when one fails."""
    return ViewDown("the cluster's connections were closed")


def _newer(call: _Call, answer: Any) -> list[Ahead]:
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
            found.append(Ahead(call.sku, number, version, available, conflict))
    return found
