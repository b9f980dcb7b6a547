"""The composition root: settings in, a running server out, a calm end on SIGTERM.

One worker runs in this process. Several are spawned and share the ports, and this
process only watches them; channels, event loops and database connections do not
survive a fork. Without a `redis_url` this process also owns the Valkey of the view.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib import import_module
from pathlib import Path
from typing import NoReturn, cast

import uvloop
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from inventory.database import LedgerInUse, demand_free
from inventory.embedded import EmbeddedValkey
from inventory.errors import Refusal
from router import log, memory
from router.settings import NO_REDIS, Settings, SettingsError
from router.supervisor import Supervisor
from router.worker import Addresses, Application, Worker

APP = "router.app:App"

Ready = Callable[[Addresses, Application | None], object]


def serve(settings: Settings, *, on_ready: Ready, app: str = APP) -> int:
    """Serve until SIGTERM or SIGINT; the exit code.

    Args:
        on_ready: told the addresses, and the application if it runs in this process;
            awaited if it answers an awaitable.
        app: "module:Class" of the application.
    """
    log.configure(settings.log_level, settings.log_format)
    memory.keep_pages()
    # Until the loop has its own handlers: leave by the front door, so that a Valkey
    # that is just starting is stopped again.
    signal.signal(signal.SIGTERM, _leave)
    with _view(settings) as (view_url, embedded):
        return uvloop.run(
            _run(settings, view_url, on_ready=on_ready, app=app, embedded=embedded)
        )


async def open_app(app: str, settings: Settings, view_url: str | None) -> Application:
    """The application named "module:Class", opened on the stores of the settings."""
    module, _, name = app.partition(":")
    if settings.on_sqlite:
        _make_directory(settings.ledger_url)
    try:
        opened = await getattr(import_module(module), name).open(
            ledger_url=settings.ledger_url,
            view_url=view_url,
            currency=settings.currency,
            deployment=settings.deployment,
            webhooks_to_loopback=settings.webhooks_to_loopback,
            mail=settings,
            approving=settings.approving,
            look_ahead_every_s=settings.look_ahead_every_s,
            reoptimise_every_s=settings.reoptimise_every_s,
        )
    except LedgerInUse as taken:
        raise _in_use(taken) from taken
    except (Refusal, SQLAlchemyError) as failed:
        why = str(failed).partition("\n")[0]
        raise SettingsError(f"cannot open the stores: {why}") from failed
    return cast("Application", opened)


def _in_use(taken: LedgerInUse) -> SettingsError:
    return SettingsError(
        f"{taken}: stop that one, or name another ledger with --ledger-url"
    )


@asynccontextmanager
async def running(
    settings: Settings, view_url: str | None, *, app: str = APP
) -> AsyncIterator[Worker]:
    """One worker in this process and loop, drained and closed at the end."""
    opened = await open_app(app, settings, view_url)
    try:
        async with Worker(opened, settings) as worker:
            yield worker
    finally:
        await opened.close()


@contextmanager
def _view(settings: Settings) -> Iterator[tuple[str | None, EmbeddedValkey | None]]:
    if settings.redis_url == NO_REDIS:
        yield None, None
    elif settings.redis_url:
        yield settings.redis_url, None
    else:
        try:
            # Its owner uses this Valkey too, and starting ours would end it.
            demand_free(settings.ledger_url)
        except LedgerInUse as taken:
            raise _in_use(taken) from taken
        with EmbeddedValkey(settings.data_dir / "valkey") as embedded:
            yield embedded.url, embedded


async def _run(
    settings: Settings,
    view_url: str | None,
    *,
    on_ready: Ready,
    app: str,
    embedded: EmbeddedValkey | None,
) -> int:
    stop = asyncio.Event()
    if settings.workers > 1:
        supervisor = Supervisor(settings, view_url, app=app)
        _on_signals(stop, supervisor.kill, embedded)
        return await supervisor.run(stop, lambda found: on_ready(found, None))
    _on_signals(stop, lambda: None, embedded)
    opened = await open_app(app, settings, view_url)
    try:
        await serve_worker(opened, settings, stop=stop, on_ready=on_ready)
    finally:
        await opened.close()
    return 0


async def serve_worker(
    opened: Application, settings: Settings, *, stop: asyncio.Event, on_ready: Ready
) -> None:
    """Run one worker until `stop` is set, then drain it."""
    worker = Worker(opened, settings)
    memory.forget_the_start()
    addresses = await worker.start()
    told = on_ready(addresses, opened)
    if asyncio.iscoroutine(told):
        await told
    await stop.wait()
    log.get().info("server.draining", calls=worker.core.in_progress)
    await worker.drain(notice_s=settings.drain_notice_s, grace_s=settings.drain_grace_s)
    log.get().info("server.stopped")


def _leave(*_: object) -> NoReturn:
    raise SystemExit(128 + signal.SIGTERM)


def _on_signals(
    stop: asyncio.Event, kill: Callable[[], object], embedded: EmbeddedValkey | None
) -> None:
    """First signal: drain. Second: end at once, which is safe by design."""

    def signalled() -> None:
        if not stop.is_set():
            stop.set()
            return
        kill()
        if embedded is not None:
            embedded.kill()
        os._exit(1)

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, signalled)


def _make_directory(ledger_url: str) -> None:
    path = make_url(ledger_url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
