"""Connections of our own to the view's servers, for many small commands in one go.

The library's way to send commands guards each one and each reply with a timer and
counts both; sixty-four pushes cost it more than the SQL of the batch that they follow.
Here commands are packed at once, and one timer guards the whole round trip. Addresses,
passwords, TLS and who serves which slot stay the library's business.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import hiredis
from redis.asyncio.client import Redis
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as LostConnection
from redis.exceptions import ResponseError

from inventory.connecting import TIMEOUT_S

Command = tuple[Any, ...]  # of str and int


class Wires:
    """The idle connections to one server; one more is made when all are in use."""

    def __init__(self, make: Callable[[], AbstractConnection]) -> None:
        self._make = make
        self._idle: list[AbstractConnection] = []

    @classmethod
    def to(cls, server: Redis | ClusterNode) -> "Wires":
        """To the server that the library would talk to."""
        source = server.connection_pool if isinstance(server, Redis) else server
        kind = source.connection_class
        # Our timer covers the round trip; the one for connecting stays.
        settings = {**source.connection_kwargs, "socket_timeout": None}
        return cls(lambda: kind(**settings))

    async def ask(self, commands: Iterable[Command]) -> list[Any]:
        """Send all commands at once; their replies, an error being a reply too.

        Raises:
            RedisError, OSError, TimeoutError: some may have been carried out.
        """
        packed = [hiredis.pack_command(command) for command in commands]
        while self._idle:
            try:
                return await self._on(self._idle.pop(), packed)
            except LostConnection:
                continue  # the server closed it while it was idle
        return await self._on(self._make(), packed)

    async def close(self) -> None:
        """Let every idle connection go."""
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.disconnect()

    async def _on(
        self, connection: AbstractConnection, packed: list[bytes]
    ) -> list[Any]:
        together = b"".join(packed)
        replies: list[Any] = []
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await connection.send_packed_command(together, check_health=False)
                for _ in packed:
                    replies.append(await _reply(connection))
            return replies
        finally:
            # Replies that nobody read would be taken for those of the next commands.
            if len(replies) < len(packed):
                await connection.disconnect(nowait=True)
            else:
                self._idle.append(connection)


async def _reply(connection: AbstractConnection) -> Any:
    try:
        return await connection.read_response()
    except ResponseError as error:
        return error
