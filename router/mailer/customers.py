"""Asks the shop who a customer is, at the moment when there is a mail to send.

We keep no address: the shop has it, and knows when it changed or must be forgotten.
"""

import asyncio
import json
import ssl
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import httpcore

from router.mailer.settings import REF

TIMEOUT_S = 10.0
BYTES_MAX = 10_000
_NOBODY = (404, 410)
_FAULTS = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    TimeoutError,
    ValueError,
)


class ShopDown(Exception):
    """The shop does not say who the customer is; it may later."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Where to write, and in which language."""

    address: str
    language: str


class Customers:
    """The customers of one shop.

    Args:
        url: with `{customer_ref}` in it; the shop answers {"address", "language"}, or
            404 for somebody who is to get no mail.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        self._url = urlunsplit(parts._replace(netloc=host))
        self._headers = [("accept", "application/json"), ("user-agent", "shipfrom")]
        if parts.username:
            said = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._headers.append(("authorization", f"Basic {_base64(said)}"))
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context()
        )

    async def close(self) -> None:
        """Cut what is on its way."""
        await self._pool.aclose()

    async def find(self, customer_ref: str) -> Customer | None:
        """The customer; None for nobody who wants mails.

        Raises:
            ShopDown: no answer, or none that can be used.
        """
        url = self._url.replace(REF, quote(customer_ref, safe=""))
        try:
            async with asyncio.timeout(TIMEOUT_S):
                answer = await self._pool.request("GET", url, headers=self._headers)
            if answer.status in _NOBODY:
                return None
            if answer.status != 200:
                raise ValueError(f"status {answer.status}")
            return _read(answer.content[:BYTES_MAX])
        except _FAULTS as error:
            why = str(error) or type(error).__name__
            raise ShopDown(f"the shop does not name a customer: {why}") from error


def _read(raw: bytes) -> Customer | None:
    found = json.loads(raw)
    if not isinstance(found, dict):
        raise ValueError("no object")
    address, language = found.get("address", ""), found.get("language", "")
    if not isinstance(address, str) or not isinstance(language, str):
        raise ValueError("address and language are no texts")
    return Customer(address, language) if address else None


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
