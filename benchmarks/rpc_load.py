"""A load generator that costs less than the server it measures.

grpcio's client spends more CPU on a call than a quote does, so it would measure itself.
This one writes prepared HTTP/2 frames and looks only at frame headers: a message came
back, or it did not. It assumes an honest server on loopback and small messages.
"""

import asyncio
import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import cast

FRAME_DATA, FRAME_HEADERS, FRAME_RESET, FRAME_SETTINGS = 0, 1, 3, 4
FRAME_PING, FRAME_GOAWAY, FRAME_WINDOW = 6, 7, 8
END_STREAM, END_HEADERS, ACK = 1, 4, 1

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
WINDOW_MAX = 2**31 - 1
# Give the connection's window back in large portions.
WINDOW_STEP = 2**24
STREAM_ID_MAX = 2**31 - 3

Bodies = Callable[[], bytes]
"""The next request message, serialised."""


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    """One HTTP/2 frame (RFC 9113, section 4.1)."""
    head = len(payload).to_bytes(3, "big") + bytes((kind, flags))
    return head + stream.to_bytes(4, "big") + payload


def request_headers(path: str, authority: str, timeout_s: int) -> bytes:
    """A header block without dynamic table, so that every request sends the same."""

    def text(value: str) -> bytes:
        raw = value.encode()
        assert len(raw) < 127, "one length byte"
        return bytes((len(raw),)) + raw

    return (
        b"\x83\x86"  # :method POST, :scheme http
        + b"\x04" + text(path)
        + b"\x01" + text(authority)
        + b"\x0f\x10" + text("application/grpc")
        + b"\x00" + text("te") + text("trailers")
        + b"\x00" + text("grpc-timeout") + text(f"{timeout_s}S")
    )  # fmt: skip


@dataclass(slots=True)
class Tally:
    """What one run saw."""

    latencies_s: list[float] = field(default_factory=list)
    failures: int = 0
    client_cpu_s: float = 0.0
    seconds: float = 0.0


class Connection(asyncio.Protocol):
    """Keeps `outstanding` calls of one method in flight."""

    def __init__(
        self, headers: bytes, bodies: Bodies, tally: Tally, *, outstanding: int
    ) -> None:
        self._headers = headers
        self._bodies = bodies
        self._tally = tally
        self._outstanding = outstanding
        self._buffer = bytearray()
        self._next_stream = 1
        self._sent: dict[int, float] = {}
        self._answered: set[int] = set()
        self._credit = 0
        self.stopping = False
        self.idle: asyncio.Event = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Open the windows wide and send the first calls."""
        self._transport = cast("asyncio.Transport", transport)
        settings = (4).to_bytes(2, "big") + WINDOW_MAX.to_bytes(4, "big")
        window = (WINDOW_MAX - 65_535).to_bytes(4, "big")
        start = [
            PREFACE,
            frame(FRAME_SETTINGS, 0, 0, settings),
            frame(FRAME_WINDOW, 0, 0, window),
        ]
        self._transport.write(b"".join(start))
        self._send(self._outstanding)

    def data_received(self, data: bytes) -> None:
        """Take the frames apart and replace every call that ended."""
        self._buffer += data
        buffer, position, ended = self._buffer, 0, 0
        while len(buffer) - position >= 9:
            size = int.from_bytes(buffer[position : position + 3], "big")
            if len(buffer) - position < 9 + size:
                break
            kind, flags = buffer[position + 3], buffer[position + 4]
            stream = int.from_bytes(buffer[position + 5 : position + 9], "big")
            position += 9 + size
            if kind == FRAME_DATA:
                self._answered.add(stream)
                self._credit += size
            if kind in (FRAME_DATA, FRAME_HEADERS) and flags & END_STREAM:
                ended += self._end(stream)
            elif kind == FRAME_RESET:
                self._answered.discard(stream)
                ended += self._end(stream)
            elif kind > FRAME_RESET:
                self._control(kind, flags, bytes(buffer[position - size : position]))
        del buffer[:position]
        if ended and not self.stopping:
            self._send(ended)
        if self.stopping and not self._sent:
            self.idle.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Calls without an answer failed."""
        self._tally.failures += len(self._sent)
        self._sent.clear()
        self.idle.set()

    def stop(self) -> None:
        """Send nothing more; `idle` tells when the last answer is there."""
        self.stopping = True
        if not self._sent:
            self.idle.set()

    def close(self) -> None:
        """Let go of the connection."""
        self._transport.close()

    def _send(self, count: int) -> None:
        out, now = [], perf_counter()
        for _ in range(count):
            body, stream = self._bodies(), self._next_stream
            self._next_stream += 2
            assert stream < STREAM_ID_MAX, "a connection's streams are used up"
            message = b"\x00" + len(body).to_bytes(4, "big") + body
            out.append(frame(FRAME_HEADERS, END_HEADERS, stream, self._headers))
            out.append(frame(FRAME_DATA, END_STREAM, stream, message))
            self._sent[stream] = now
        if self._credit > WINDOW_STEP:
            credit = self._credit.to_bytes(4, "big")
            out.append(frame(FRAME_WINDOW, 0, 0, credit))
            self._credit = 0
        self._transport.write(b"".join(out))

    def _end(self, stream: int) -> int:
        sent = self._sent.pop(stream, None)
        if sent is None:
            return 0
        if stream in self._answered:
            self._answered.discard(stream)
            self._tally.latencies_s.append(perf_counter() - sent)
        else:
            # Trailers only: a status without a message is a refusal.
            self._tally.failures += 1
        return 1

    def _control(self, kind: int, flags: int, payload: bytes) -> None:
        if kind == FRAME_SETTINGS and not flags & ACK:
            self._transport.write(frame(FRAME_SETTINGS, ACK, 0, b""))
        elif kind == FRAME_PING and not flags & ACK:
            self._transport.write(frame(FRAME_PING, ACK, 0, payload))
        elif kind == FRAME_GOAWAY:
            self._transport.close()


async def drive(
    address: tuple[str, int],
    path: str,
    bodies: Bodies,
    *,
    outstanding: int,
    connections: int,
    seconds: float,
) -> Tally:
    """Keep `outstanding` calls in flight over `connections` for some seconds."""
    tally = Tally()
    headers = request_headers(path, f"{address[0]}:{address[1]}", 5)
    loop = asyncio.get_running_loop()
    per_connection = max(1, outstanding // connections)

    def made() -> Connection:
        return Connection(headers, bodies, tally, outstanding=per_connection)

    started, cpu = perf_counter(), _cpu_s()
    opened: Sequence[Connection] = [
        (await loop.create_connection(made, *address))[1] for _ in range(connections)
    ]
    await asyncio.sleep(seconds)
    tally.seconds = perf_counter() - started
    tally.client_cpu_s = _cpu_s() - cpu
    for connection in opened:
        connection.stop()
    await asyncio.wait_for(_all_idle(opened), 10)
    for connection in opened:
        connection.close()
    return tally


async def _all_idle(connections: Sequence[Connection]) -> None:
    for connection in connections:
        await connection.idle.wait()


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
