"""JSON over HTTP for the same methods, so that curl and a browser can call them.

The shape is unary Connect: POST /package.Service/Method, the body is the request in
proto JSON, an error is {code, message, details}. The bridge only translates; admission,
deadlines and errors are the handler core's.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import suppress
from difflib import get_close_matches

from google.protobuf.json_format import MessageToJson
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from inventory.errors import FieldViolation, InvalidField, Refusal
from router.rpc.handlers import REQUEST_BYTES_MAX, Core
from router.rpc.health import LIVE, Health
from router.rpc.methods import Method
from router.rpc.ndjson import streamed_answer
from router.rpc.refusals import ForeignOrigin, MessageTooLarge, UnknownMethod
from router.rpc.status import Failure, failure_of
from router.rpc.strict_json import parse, parse_array

TIMEOUT_HEADER = "connect-timeout-ms"
# Ten digits, as the Connect protocol allows.
_TIMEOUT_DIGITS_MAX = 10
# Of a body that was refused, so much more is read and thrown away.
DISCARD_BYTES_MAX = 64 * 1024 * 1024
DISCARD_SECONDS_MAX = 2.0

_HELP = """Shipfrom: where should each line ship from?

JSON over HTTP, the same methods as gRPC:

  curl -s {url}shipfrom.v1.CheckoutService/Quote -d '{{
    "shipTo": {{"postalCode": "10001", "regionCode": "US"}},
    "lines": [{{"sku": "SKU-1", "quantity": 2}}]}}'

Fields are lowerCamelCase, int64 are strings, unknown fields are refused. A method that
takes a stream takes one JSON object a line, or an array of them; one that answers with
a stream answers one object a line.

Methods (POST):
{methods}
"""


def bridge(core: Core, health: Health) -> Starlette:
    """The HTTP application of one worker."""
    methods = {method.path: method for method in core.methods}

    async def call(request: Request) -> Response:
        method = methods.get(request.url.path)
        if method is None:
            return _failed(failure_of(_unknown(request, methods)))
        refusal = _untrusted(request)
        if refusal is not None:
            return _failed(failure_of(refusal))
        return await _answer(core, method, request)

    async def root(request: Request) -> Response:
        paths = "\n".join(f"  {path}" for path in sorted(methods))
        return PlainTextResponse(_HELP.format(url=request.base_url, methods=paths))

    async def lost(request: Request, error: Exception) -> Response:
        return _failed(failure_of(_unknown(request, methods)))

    return Starlette(
        routes=[
            Route("/", root, methods=["GET"]),
            Route("/healthz", _liveness(health), methods=["GET"]),
            Route("/{service}/{method}", call, methods=["POST"]),
        ],
        exception_handlers={404: lost, 405: lost},
    )


async def _answer(core: Core, method: Method, request: Request) -> Response:
    try:
        seconds_left = _seconds_left(request)
    except Refusal as refusal:
        return _failed(failure_of(refusal))
    payloads = (
        _streamed(method, request) if method.streams_in else _one(method, request)
    )
    if method.streams_out:
        return await streamed_answer(core, method, payloads, seconds_left=seconds_left)
    result, made = await core.answer(
        method, payloads, seconds_left=seconds_left, enforced=False
    )
    if isinstance(result, Failure):
        await _discard_rest(request)
        return _failed(result)
    text = MessageToJson(method.response.FromString(result), indent=None)
    return Response(text, media_type="application/json", headers=made.trailers)


async def _discard_rest(request: Request) -> None:
    """Let the caller finish sending: a connection cut before loses our answer."""
    rest = 0
    # RuntimeError is how a body that was read to its end answers.
    with suppress(RuntimeError, ClientDisconnect, TimeoutError):
        async with asyncio.timeout(DISCARD_SECONDS_MAX):
            async for chunk in request.stream():
                rest += len(chunk)
                if rest > DISCARD_BYTES_MAX:
                    return


def _failed(failure: Failure) -> Response:
    return JSONResponse(failure.to_json(), failure.http_status)


async def _one(method: Method, request: Request) -> AsyncIterator[bytes]:
    body = await _whole(b"", request.stream())
    yield parse(method.request, body).SerializeToString()


async def _streamed(method: Method, request: Request) -> AsyncIterator[bytes]:
    chunks = request.stream()
    start = b""
    async for chunk in chunks:
        start += chunk
        if start.strip():
            break
    if start.lstrip().startswith(b"["):
        for message in parse_array(method.request, await _whole(start, chunks)):
            yield message.SerializeToString()
        return
    number = 0
    async for line in _lines(start, chunks):
        number += 1
        if line.strip():
            message = parse(method.request, line, place=f"line {number}")
            yield message.SerializeToString()


async def _whole(start: bytes, chunks: AsyncIterator[bytes]) -> bytes:
    body = bytearray(start)
    async for chunk in chunks:
        body += chunk
        if len(body) > REQUEST_BYTES_MAX:
            raise _too_large("The body")
    return bytes(body)


async def _lines(start: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The lines of a body of any length, each within the limit of a message."""
    *lines, rest = start.split(b"\n")
    for line in lines:
        yield line
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line
        if len(rest) > REQUEST_BYTES_MAX:
            raise _too_large("A line")
    yield rest


def _too_large(what: str) -> MessageTooLarge:
    return MessageTooLarge(
        what,
        bytes_max=REQUEST_BYTES_MAX,
        next_step="send less at once; a stream takes one JSON object a line",
    )


def _seconds_left(request: Request) -> float | None:
    given = request.headers.get(TIMEOUT_HEADER)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit()) or len(given) > _TIMEOUT_DIGITS_MAX:
        raise InvalidField(
            [
                FieldViolation(
                    TIMEOUT_HEADER,
                    "is not a number of milliseconds",
                    "send digits only",
                )
            ]
        )
    return int(given) / 1000


def _unknown(request: Request, methods: Collection[str]) -> UnknownMethod:
    path = request.url.path
    if path in methods:
        problem = f"{path} is called by POST, not {request.method}."
        next_step = "send the request as JSON: curl -d '{...}'"
    else:
        near = get_close_matches(path, methods, n=1)
        problem = "There is no such method here."
        hint = f"did you mean {near[0]}? " if near else ""
        next_step = f"{hint}GET / lists the methods; all are called by POST"
    return UnknownMethod(problem, next_step=next_step, metadata={"path": path})


def _untrusted(request: Request) -> Refusal | None:
    """Why a browser may have been made to send this, None if nothing says so.

    A page of another site can post to a server on loopback without being asked, as
    text/plain and with our cookies; curl and services send neither Origin nor Cookie.
    """
    headers = request.headers
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2] != headers.get("host"):
        return ForeignOrigin(
            "A page of another site sent this call.",
            next_step="call from a page of this server, or from outside a browser",
            metadata={"origin": origin},
        )
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if "cookie" in headers and kind != "application/json":
        return InvalidField(
            [
                FieldViolation(
                    "content-type",
                    "with a cookie only JSON is taken",
                    "send Content-Type: application/json",
                )
            ]
        )
    return None


def metrics_app(exposition: Callable[[], bytes], health: Health) -> Starlette:
    """What probes and Prometheus read, on loopback."""

    async def metrics(request: Request) -> Response:
        return Response(exposition(), media_type="text/plain; version=0.0.4")

    return Starlette(
        routes=[Route("/metrics", metrics), Route("/healthz", _liveness(health))]
    )


def _liveness(health: Health) -> Callable[[Request], Awaitable[Response]]:
    async def healthz(request: Request) -> Response:
        live = health.is_serving(LIVE)
        return PlainTextResponse("ok\n" if live else "draining\n", 200 if live else 503)

    return healthz
