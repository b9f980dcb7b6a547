"""The server's verbs for the command line: serve, dev, doctor.

The CLI of the client distribution parses the arguments and calls these functions where
the server is installed. Words go to stderr, data to stdout, the answer is an exit code:
0 done, 2 wrong configuration, 4 a check found something.
"""

import asyncio
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from router.server import serve as run_server
from router.settings import NO_REDIS, Settings, SettingsError, load
from router.worker import Addresses, Application

WRONG_CONFIGURATION, CHECK_FAILED = 2, 4

# A start takes 3 s where the solvers are compiled.
SLOW_START_S = 8.0
# Long enough for a first connection to a database that has to wake up.
DOCTOR_SECONDS_MAX = 15.0


def serve(
    *, config_file: Path | None = None, as_json: bool = False, **flags: object
) -> int:
    """Serve until SIGTERM; the exit code.

    Args:
        config_file: instead of ./shipfrom.toml.
        as_json: print the addresses as one JSON line on stdout when ready.
        flags: settings from the command line; None means not given.
    """
    words = Console(stderr=True)
    slow = _say_when_slow(words)

    def ready(addresses: Addresses, _: Application | None) -> None:
        slow.cancel()
        _say(words, _banner(settings, addresses, ""))
        if as_json:
            typer.echo(json.dumps(asdict(addresses)))

    try:
        settings = load(flags, config_file=config_file)
        return run_server(settings, on_ready=ready)
    except SettingsError as wrong:
        _say_wrong(words, f"shipfrom serve: {wrong}")
        return WRONG_CONFIGURATION
    finally:
        slow.cancel()


def dev(
    *,
    config_file: Path | None = None,
    as_json: bool = False,
    demo: bool = True,
    **flags: object,
) -> int:
    """Serve a demonstration world from this directory; everything in one process tree.

    Args:
        demo: fill an empty ledger with the small demonstration world first.
    """
    words = Console(stderr=True)
    slow = _say_when_slow(words)

    async def ready(addresses: Addresses, app: Application | None) -> None:
        slow.cancel()
        told = await _filled(app, settings, words) if demo else "none (--no-demo)"
        _say(words, _banner(settings, addresses, told))
        if as_json:
            typer.echo(json.dumps(asdict(addresses)))

    try:
        settings = load(_dev_flags(flags), config_file=config_file)
        return run_server(settings, on_ready=ready)
    except SettingsError as wrong:
        _say_wrong(words, f"shipfrom dev: {wrong}")
        return WRONG_CONFIGURATION
    finally:
        slow.cancel()


def doctor(
    *, config_file: Path | None = None, as_json: bool = False, **flags: object
) -> int:
    """Say whether a server could start here and what it would use.

    On a new machine it compiles the solvers, as a first start would.
    """
    try:
        settings = load(flags, config_file=config_file)
    except SettingsError as wrong:
        _say_wrong(Console(stderr=True), f"shipfrom doctor: {wrong}")
        return WRONG_CONFIGURATION
    found = {name: _checked(check, settings) for name, check in _CHECKS.items()}
    if as_json:
        report = {"settings": settings.described(), "checks": found}
        typer.echo(json.dumps(report))
    else:
        for name, problem in found.items():
            mark = "ok  " if not problem else "FAIL"
            typer.echo(f"{mark}  {name}  {problem}".rstrip())
    return CHECK_FAILED if any(found.values()) else 0


def _say(words: Console, lines: list[str]) -> None:
    # A path or a command stays whole when it is copied.
    words.print("\n".join(lines), highlight=False, soft_wrap=True)


def _say_wrong(words: Console, text: str) -> None:
    # The terminal wraps it: a path or a command stays whole when it is copied.
    words.print(text, style="red", highlight=False, markup=False, soft_wrap=True)


def _say_when_slow(words: Console, after_s: float = SLOW_START_S) -> threading.Timer:
    """Nobody should wait for a minute without a word; cancel it when ready."""
    said = (
        "Still starting: the first start on a machine compiles the solvers, "
        "which takes a minute or two"
    )
    timer = threading.Timer(after_s, words.print, [said])
    timer.daemon = True
    timer.start()
    return timer


def _dev_flags(flags: dict[str, object]) -> dict[str, object]:
    front = "native" if find_spec("pygrpc_native") else "grpcio"
    own: dict[str, object] = {
        "front": front,
        "workers": 1,
        "drain_notice_s": 0.0,
        # A receiver to try out is on this machine.
        "webhooks_to_loopback": True,
    }
    return own | {name: value for name, value in flags.items() if value is not None}


async def _filled(app: Any, settings: Settings, words: Console) -> str:
    """What the demonstration world is; made only once: it is a third of a start."""
    note = settings.data_dir / "demo.json"
    ledger_url = settings.described()["ledger_url"]
    known = json.loads(note.read_text()) if note.is_file() else {}
    if app.networks.snapshot.nodes and known.get("ledger_url") == ledger_url:
        return str(known["told"])
    told = await _seeded(app, words)
    # Written last: a start that was interrupted is done again.
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps({"ledger_url": ledger_url, "told": told}))
    return told


async def _seeded(app: Any, words: Console) -> str:
    from router.demo import seed

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=words, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done)

        world = await seed(app, progress=progress)
    return (
        f"{len(world.nodes)} nodes · {len(world.items):,} SKUs · seed {world.seed} · "
        "synthetic rates"
    )


def _banner(settings: Settings, addresses: Addresses, demo: str) -> list[str]:
    scheme = "https" if settings.tls else "http"
    view = {"": "Valkey, embedded (SHIPFROM_REDIS_URL for yours)", NO_REDIS: "none"}
    shown = settings.described()
    rows = [
        ("Demo data", demo),
        ("gRPC", f"{addresses.grpc}  ({settings.front}, {settings.workers} worker(s))"),
        ("JSON", f"{scheme}://{addresses.http}/shipfrom.v1.CheckoutService/Quote"),
        ("Metrics", f"http://{addresses.metrics}/metrics"),
        ("Stock view", view.get(settings.redis_url, shown["redis_url"])),
        ("Ledger", _from_anywhere(shown["ledger_url"])),
    ]
    kind = "development server, not for production" if demo else "server"
    lines = [f"  Shipfrom {version('shipfrom-server')}   {kind}"]
    lines += [f"  {name:<11} {what}" for name, what in rows if what]
    lines.append(f"  {'Next':<11} curl -s {scheme}://{addresses.http}/")
    return [*lines, f"  ready in {_process_age_s():.1f} s"]


def _from_anywhere(ledger_url: str) -> str:
    """The URL of a SQLite file that means the same in another folder."""
    scheme, relative, path = ledger_url.partition(":///")
    if not (relative and path and scheme.startswith("sqlite")) or path == ":memory:":
        return ledger_url
    return f"{scheme}:///{Path(path).absolute()}"


def _process_age_s() -> float:
    """Seconds since this process began: its imports are part of starting."""
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        began_s = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - began_s
    except (OSError, AttributeError):
        # Not Linux: its work so far, without what it waited for.
        return time.process_time()


def _front_problem(settings: Settings) -> str:
    if settings.front == "native" and not find_spec("pygrpc_native"):
        return "install shipfrom-server[fast]"
    return ""


def _view_problem(settings: Settings) -> str:
    from inventory.embedded import NoValkey, server_binary

    try:
        if not settings.redis_url:
            server_binary()
    except NoValkey as missing:
        return str(missing)
    return ""


def _solver_problem(settings: Settings) -> str:
    """Compile them now: what follows then measures the stores and nothing else."""
    from allocation.solvers.optimise import warm

    slow = _say_when_slow(Console(stderr=True))
    try:
        warm()
    finally:
        slow.cancel()
    return ""


def _store_problem(settings: Settings) -> str:
    try:
        return asyncio.run(_ping(settings))
    except TimeoutError:
        shown = settings.described()
        view = "" if settings.redis_url in ("", NO_REDIS) else shown["redis_url"]
        asked = " and ".join(filter(None, (f"the ledger {shown['ledger_url']}", view)))
        return (
            f"asked {asked} for {DOCTOR_SECONDS_MAX:g} s without an answer: either it "
            "is still starting, or something else listens there, or a firewall drops "
            "the connection. Check that it runs, then ask again, or name another one "
            "with --ledger-url or --redis-url"
        )


async def _ping(settings: Settings) -> str:
    from router.server import open_app

    view_url = settings.redis_url if settings.redis_url != NO_REDIS else None
    async with asyncio.timeout(DOCTOR_SECONDS_MAX):
        app = await open_app("router.app:App", settings, view_url or None)
        try:
            found = await app.stock.ping()
        finally:
            await app.close()
    if not found.ledger_ok:
        return f"the ledger {settings.described()['ledger_url']} does not answer"
    if found.view_ok or not view_url:
        return ""
    shown = settings.described()["redis_url"]
    return f"the view {shown} does not answer: start it, or name another --redis-url"


def _checked(check: Callable[[Settings], str], settings: Settings) -> str:
    try:
        return check(settings)
    except (OSError, TimeoutError, SettingsError) as failed:
        return str(failed) or type(failed).__name__


_CHECKS: dict[str, Callable[[Settings], str]] = {
    "front": _front_problem,
    "view server": _view_problem,
    "solvers": _solver_problem,
    "stores": _store_problem,
}
