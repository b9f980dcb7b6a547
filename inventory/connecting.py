"""Opens Redis or Valkey, standalone or cluster, with the settings that we rely on.

The library retries every command ten times by default, scripts included, and waits
seconds for each; a quote would rather be degraded than late. Everything that we send is
safe to repeat, and we decide ourselves when to.
"""

from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import redis.asyncio as redis
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

Client = redis.Redis | RedisCluster

TIMEOUT_S = 0.2
CONNECTIONS_MAX = 64  # above what we ever have in flight: the library fails beyond it

# What a broken or busy view raises; the library lets some of the system's own through.
VIEW_ERRORS = (RedisError, OSError, TimeoutError)


async def connect(view_url: str) -> Client:
    """A client of a view URL: `redis://`, `rediss://` or `unix://`.

    `?cluster=true` says that it is a cluster; else the server is asked. A server that
    cannot be asked now is taken for a standalone one.
    """
    url, said = _without_cluster(view_url)
    if said:
        return await _cluster(url)
    client = redis.Redis.from_url(
        url, retry=Retry(NoBackoff(), 0), max_connections=CONNECTIONS_MAX, **_timeouts()
    )
    if await _is_cluster(client):
        await client.aclose()
        return await _cluster(url)
    return client


async def _cluster(url: str) -> RedisCluster:
    # One retry: after a failover the first try only learns who serves the slot now.
    client = RedisCluster.from_url(
        url, retry=Retry(NoBackoff(), 1), max_connections=CONNECTIONS_MAX, **_timeouts()
    )
    # Learning the slots amid many first commands breaks their connections.
    with suppress(*VIEW_ERRORS):
        await client.initialize()
    return client


def _timeouts() -> dict[str, Any]:
    return {"socket_timeout": TIMEOUT_S, "socket_connect_timeout": TIMEOUT_S}


async def _is_cluster(client: redis.Redis) -> bool:
    try:
        facts = await client.info("cluster")
    except VIEW_ERRORS:
        return False
    return bool(facts.get("cluster_enabled"))


def _without_cluster(view_url: str) -> tuple[str, bool]:
    parts = urlsplit(view_url)
    query = parse_qsl(parts.query)
    kept = [(name, value) for name, value in query if name != "cluster"]
    said = any(name == "cluster" and value in ("true", "1") for name, value in query)
    return urlunsplit(parts._replace(query=urlencode(kept))), said
