"""Sends one event to one receiver and says what was heard; it never raises for that."""

import asyncio
import ssl
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from time import monotonic, time

import httpcore

from inventory.events.envelope import CONTENT_TYPE, to_json
from inventory.events.log import Event
from inventory.events.webhook_rows import Webhook
from router.events.guarding import Forbidden, GuardedBackend
from router.events.retrying import Heard
from router.events.signing import headers

TIMEOUT_S = 15.0
CONNECTIONS_MAX = 64
ANSWER_BYTES_MAX = 1_000
_KEEP_S = 30.0
_BROKEN = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)


class Sender:
    """One process's connections to receivers.

    Args:
        source: the deployment, as events name it.
        loopback: whether receivers may be on this machine.
        timeout_s: for everything from the name to the last byte that is read.
        now_s: the time that is signed: receivers compare it with their own.
    """

    def __init__(
        self,
        source: str,
        *,
        loopback: bool,
        timeout_s: float = TIMEOUT_S,
        now_s: Callable[[], float] = time,
    ) -> None:
        self._source = source
        self._timeout_s = timeout_s
        self._now_s = now_s
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=CONNECTIONS_MAX,
            keepalive_expiry=_KEEP_S,
            network_backend=GuardedBackend(loopback=loopback),
        )

    async def close(self) -> None:
        """Cut what is on its way."""
        await self._pool.aclose()

    async def send(self, webhook: Webhook, one: Event) -> Heard:
        """What the receiver answered."""
        body = to_json(one, self._source).encode()
        signed = headers(webhook.secrets, one.event_id, body, at_s=int(self._now_s()))
        started = monotonic()

        def heard(
            status: int, said: str, *, asked_s: float = 0.0, is_down: bool = False
        ) -> Heard:
            took_ms = round((monotonic() - started) * 1000)
            return Heard(status, took_ms, said, asked_s, is_down)

        try:
            async with asyncio.timeout(self._timeout_s):
                status, said, asked_s = await self._post(webhook.url, signed, body)
        except TimeoutError:
            return heard(0, f"no answer within {self._timeout_s:g} s")
        except Forbidden as error:
            return heard(0, str(error))
        except httpcore.ConnectError as error:
            return heard(0, _why(error), is_down=True)
        except _BROKEN as error:
            return heard(0, _why(error))
        return heard(status, said, asked_s=asked_s)

    async def _post(
        self, url: str, signed: dict[str, str], body: bytes
    ) -> tuple[int, str, float]:
        fields = {**signed, "content-type": CONTENT_TYPE, "user-agent": "shipfrom"}
        raw = [(name.encode(), value.encode()) for name, value in fields.items()]
        async with self._pool.stream("POST", url, headers=raw, content=body) as answer:
            said = b""
            async for part in answer.aiter_stream():
                said += part
                if len(said) >= ANSWER_BYTES_MAX:
                    break
            wait = dict(answer.headers).get(b"retry-after", b"")
            asked_s = retry_after_s(wait.decode("latin-1"), now_s=self._now_s())
            return answer.status, _text(said[:ANSWER_BYTES_MAX]), asked_s


def retry_after_s(said: str, *, now_s: float) -> float:
    """Seconds of a Retry-After header: a number, a date, or nothing that counts."""
    if said.strip().isdigit():
        return float(said.strip()[:9])
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - now_s)
    except ValueError:
        return 0.0


def _text(raw: bytes) -> str:
    """The body for people; NUL is no character of any database."""
    return raw.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__
