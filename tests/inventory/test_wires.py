"""Our own connections to the view's servers: many commands, one timer, no mix-up."""

import asyncio
from pathlib import Path

import pytest
import redis.asyncio as redis
from redis.exceptions import RedisError, ResponseError

from inventory import wires
from inventory.embedded import EmbeddedValkey
from inventory.wires import Wires


async def test_replies_come_in_the_order_of_the_commands(standalone_url: str) -> None:
    client = redis.Redis.from_url(standalone_url)
    sent = Wires.to(client)

    replies = await sent.ask([("ECHO", f"é{n}") for n in range(300)])

    assert replies == [f"é{n}".encode() for n in range(300)]
    await sent.close()
    await client.aclose()


async def test_an_error_is_the_reply_of_its_own_command(standalone_url: str) -> None:
    client = redis.Redis.from_url(standalone_url)
    sent = Wires.to(client)

    first, wrong, last = await sent.ask([("ECHO", 1), ("NOSUCH",), ("ECHO", 2)])

    assert (first, last) == (b"1", b"2")
    assert isinstance(wrong, ResponseError)
    await sent.close()
    await client.aclose()


async def test_those_who_ask_together_get_their_own_replies(
    standalone_url: str,
) -> None:
    client = redis.Redis.from_url(standalone_url)
    sent = Wires.to(client)

    answers = await asyncio.gather(
        *(sent.ask([("ECHO", f"{n}a"), ("ECHO", f"{n}b")]) for n in range(20))
    )

    assert answers == [[f"{n}a".encode(), f"{n}b".encode()] for n in range(20)]
    await sent.close()
    await client.aclose()


async def test_a_reply_that_came_too_late_is_never_taken_for_another(
    standalone_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = redis.Redis.from_url(standalone_url)
    sent = Wires.to(client)
    await sent.ask([("ECHO", "warm")])
    monkeypatch.setattr(wires, "TIMEOUT_S", 0.05)
    with pytest.raises(TimeoutError):
        await sent.ask([("BLPOP", "nothing", "0.2"), ("ECHO", "old")])
    monkeypatch.undo()

    assert await sent.ask([("ECHO", "new")]) == [b"new"]
    await sent.close()
    await client.aclose()


async def test_a_server_that_came_back_is_found_at_once(tmp_path: Path) -> None:
    server = EmbeddedValkey(tmp_path, aof=False)
    server.start()
    client = redis.Redis.from_url(server.url)
    sent = Wires.to(client)
    await asyncio.gather(*(sent.ask([("PING",)]) for _ in range(3)))
    server.kill()
    with pytest.raises(RedisError):
        await sent.ask([("PING",)])
    server.start()

    assert await sent.ask([("PING",)]) == [b"PONG"]
    await asyncio.gather(*(sent.ask([("PING",)]) for _ in range(3)))
    server.kill()
    server.start()

    assert await sent.ask([("PING",)]) == [b"PONG"], "idle connections had grown stale"
    await sent.close()
    await client.aclose()
    server.stop()
