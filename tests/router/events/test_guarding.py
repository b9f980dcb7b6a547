"""Webhooks lead to the open internet only."""

from ipaddress import ip_address

import httpcore
import pytest

from router.events.guarding import Forbidden, GuardedBackend, is_allowed, url_fault


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "127.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
    ],
)
def test_addresses_of_our_own_networks_are_refused(address: str) -> None:
    assert not is_allowed(ip_address(address), loopback=False)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_allowed(ip_address(address), loopback=False)


def test_this_machine_is_allowed_only_by_the_flag_and_nothing_else_with_it() -> None:
    assert is_allowed(ip_address("127.0.0.1"), loopback=True)
    assert not is_allowed(ip_address("10.0.0.1"), loopback=True)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://example.com/x", "is not https"),
        ("ftp://example.com/x", "is not https"),
        ("https://10.1.2.3/x", "private address"),
        ("https://[::1]/x", "private address"),
        ("https://me:pw@example.com/", "names a user"),
        ("https://example.com/#part", "fragment"),
        ("https:///path", "no host"),
        ("https://example.com:99999/", "is no URL"),
        ("https://example.com/a b", "is no URL"),
        ("http://127.0.0.1:80/", "is not https"),
    ],
)
def test_a_url_that_leads_elsewhere_is_refused(url: str, problem: str) -> None:
    fault = url_fault(url, loopback=False)

    assert fault is not None
    assert problem in fault[0]


def test_http_is_for_this_machine_only() -> None:
    assert url_fault("https://example.com/hook", loopback=False) is None
    assert url_fault("http://127.0.0.1:80/", loopback=True) is None
    assert url_fault("http://localhost:80/", loopback=True) is None
    assert url_fault("http://example.com/", loopback=True) is not None


async def test_a_name_is_checked_when_it_is_connected_to() -> None:
    """The name of this machine, as a name that a rival changed after the check."""
    guard = GuardedBackend(loopback=False)

    with pytest.raises(Forbidden, match="localhost leads to"):
        await guard.connect_tcp("localhost", 443)
    with pytest.raises(httpcore.ConnectError, match="cannot be resolved"):
        await guard.connect_tcp("no.such.name.invalid", 443)
