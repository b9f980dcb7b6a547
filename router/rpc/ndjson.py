"""Answers that are streams, as JSON: one object a line, sent as they are made.

The status of the HTTP answer is known with its first line; a failure afterwards is a
last line {"error": ...}, as in Connect streams.
"""

import asyncio
import json
from collections.abc import AsyncIterator

from google.protobuf.json_format import MessageToJson
from starlette.responses import JSONResponse, Response, StreamingResponse

from router.rpc.handlers import Core, Payloads
from router.rpc.methods import Method
from router.rpc.status import Failure

AHEAD_MAX = 16
"""Messages that wait for a slow reader before the flow waits too."""

Line = bytes | Failure | None
"""A message, the failure that ended the stream, or None behind the last message."""
Lines = asyncio.Queue[Line]


async def streamed_answer(
    core: Core, method: Method, payload: Payloads, *, seconds_left: float | None
) -> Response:
    """The answer of a method that streams out."""
    lines: Lines = asyncio.Queue(AHEAD_MAX)

    async def run() -> None:
        result, _ = await core.answer(
            method, payload, seconds_left=seconds_left, enforced=False, send=lines.put
        )
        await lines.put(result if isinstance(result, Failure) else None)

    running = asyncio.create_task(run())
    first = await lines.get()
    if isinstance(first, Failure):
        return JSONResponse(first.to_json(), first.http_status)
    body = _body(method, first, lines, running)
    return StreamingResponse(body, media_type="application/x-ndjson")


async def _body(
    method: Method,
    line: bytes | Failure | None,
    lines: Lines,
    running: asyncio.Task[None],
) -> AsyncIterator[str]:
    try:
        while isinstance(line, bytes):
            yield MessageToJson(method.response.FromString(line), indent=None) + "\n"
            line = await lines.get()
        if isinstance(line, Failure):
            yield json.dumps({"error": line.to_json()}) + "\n"
    finally:
        # The reader may have gone away.
        running.cancel()
