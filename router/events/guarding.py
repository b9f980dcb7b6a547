"""Where webhooks may lead: to the open internet, and never into our own network.

The address that a name resolves to is checked at the moment of connecting, and the
checked address is the one connected to: a name that changes in between changes nothing.
"""

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpcore

URL_CHARS_MAX = 2_000
_NAT64 = IPv6Network("64:ff9b::/96")
Address = IPv4Address | IPv6Address


class Forbidden(Exception):
    """The address is none that events are sent to."""


def url_fault(url: str, *, loopback: bool) -> tuple[str, str] | None:
    """What is wrong with the URL of a webhook and what to do, or None.

    Args:
        loopback: whether this machine is allowed, also without TLS.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is no URL", "send https://host/path"
    if (
        len(url) > URL_CHARS_MAX
        or not url.isascii()
        or not url.isprintable()
        or " " in url
    ):
        return "is no URL", f"send at most {URL_CHARS_MAX} plain characters"
    if not host or parts.username is not None or parts.fragment:
        return "names a user or a fragment, or no host", "send https://host/path"
    if parts.scheme != "https" and not (loopback and _is_local_http(parts)):
        return "is not https", "send https://host/path"
    address = _literal(host)
    if address is not None and not is_allowed(address, loopback=loopback):
        return f"leads to {address}, a private address", "send a public one"
    return None


def is_allowed(address: Address, *, loopback: bool) -> bool:
    """Whether events may be sent there."""
    real = _embedded(address)
    if real.is_loopback:
        return loopback
    return real.is_global and not real.is_multicast


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects only to addresses that are allowed."""

    def __init__(self, *, loopback: bool) -> None:
        self._loopback = loopback
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(  # type: ignore[override]  # the pool names every argument
        self,
        host: str,
        port: int,
        *,
        timeout: float | None = None,  # noqa: ASYNC109  # the pool's own interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve the name, check every address, connect to the first that answers."""
        addresses = await self._addresses(host, port)
        for last, address in enumerate(addresses, 1 - len(addresses)):
            try:
                return await self._plain.connect_tcp(
                    str(address),
                    port,
                    timeout=timeout,
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if last == 0:
                    raise
        raise httpcore.ConnectError(f"{host} has no address")

    async def sleep(self, seconds: float) -> None:
        """Wait; the pool asks for it between its tries."""
        await self._plain.sleep(seconds)

    async def _addresses(self, host: str, port: int) -> list[Address]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(f"{host} cannot be resolved") from error
        addresses = [ip_address(str(each[4][0]).partition("%")[0]) for each in found]
        for address in addresses:
            if not is_allowed(address, loopback=self._loopback):
                raise Forbidden(f"{host} leads to {address}, a private address")
        return addresses


def _is_local_http(parts: SplitResult) -> bool:
    address = _literal(parts.hostname or "")
    is_local = parts.hostname == "localhost" or (address and address.is_loopback)
    return parts.scheme == "http" and bool(is_local)


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _embedded(address: Address) -> Address:
    """The address that packets for this one end at."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address in _NAT64:
        inner = IPv4Address(int(address) & 0xFFFF_FFFF)
    return inner or address
