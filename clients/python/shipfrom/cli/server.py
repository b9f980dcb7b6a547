"""Verbs that need the server distribution: dev, serve, doctor, config.

It is imported only when one of them is called, so that a checkout service's client
never pays for a solver.
"""

import os
import tomllib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from shipfrom.cli import options
from shipfrom.cli.problems import CliError
from shipfrom.cli.show import put_json
from shipfrom.cli.table import put_table

Config = Annotated[
    Path | None, typer.Option("--config", help="Instead of ./shipfrom.toml.")
]
Port = Annotated[
    int | None, typer.Option("--port", help="gRPC; HTTP is + 1000. 0 picks free ones.")
]
Host = Annotated[str | None, typer.Option("--host", help="Address to listen on.")]
Workers = Annotated[int | None, typer.Option("--workers", help="Server processes.")]
Front = Annotated[str | None, typer.Option("--front", help="grpcio or native.")]
LedgerUrl = Annotated[str | None, typer.Option("--ledger-url", help="SQLAlchemy URL.")]
RedisUrl = Annotated[
    str | None, typer.Option("--redis-url", help='Redis of the view, or "none".')
]

config_app = typer.Typer(no_args_is_help=True, help="Look at the configuration.")


def need(module: str, what: str) -> None:
    """Refuse where the server distribution is not installed."""
    if find_spec(module) is None:
        raise CliError(
            f"{what} needs the server, which is not installed here",
            next_step="pip install shipfrom-server",
        )


def serve(
    config: Config = None,
    host: Host = None,
    port: Port = None,
    workers: Workers = None,
    front: Front = None,
    ledger_url: LedgerUrl = None,
    redis_url: RedisUrl = None,
    json: options.AsJson = False,
) -> None:
    """Serve until SIGTERM."""
    need("router", "shipfrom serve")
    from router import cli

    code = cli.serve(
        config_file=config,
        as_json=json,
        host=host,
        port=port,
        workers=workers,
        front=front,
        ledger_url=ledger_url,
        redis_url=redis_url,
    )
    raise typer.Exit(code)


def dev(
    config: Config = None,
    port: Port = None,
    front: Front = None,
    ledger_url: LedgerUrl = None,
    redis_url: RedisUrl = None,
    demo: Annotated[
        bool, typer.Option("--demo/--no-demo", help="Fill an empty ledger first.")
    ] = True,
    json: options.AsJson = False,
) -> None:
    """Serve a demonstration world from this directory; nothing else to start."""
    need("router", "shipfrom dev")
    from router import cli

    code = cli.dev(
        config_file=config,
        as_json=json,
        demo=demo,
        port=port,
        front=front,
        ledger_url=ledger_url,
        redis_url=redis_url,
    )
    raise typer.Exit(code)


def doctor(
    config: Config = None,
    ledger_url: LedgerUrl = None,
    redis_url: RedisUrl = None,
    json: options.AsJson = False,
) -> None:
    """Could a server start here, and what would it use?"""
    need("router", "shipfrom doctor")
    from router import cli

    code = cli.doctor(
        config_file=config, as_json=json, ledger_url=ledger_url, redis_url=redis_url
    )
    raise typer.Exit(code)


@config_app.command()
def show(config: Config = None, json: options.AsJson = False) -> None:
    """Every setting with its value and where that comes from."""
    need("router", "shipfrom config show")
    from router.settings import CONFIG_FILE, SettingsError, load

    try:
        settings = load(config_file=config)
    except SettingsError as wrong:
        raise CliError(str(wrong), next_step="mend it, then ask again") from None
    path = Path(config or os.environ.get("SHIPFROM_CONFIG") or CONFIG_FILE)
    rows = [
        {"setting": name, "value": value, "origin": _origin(name, path)}
        for name, value in settings.described().items()
    ]
    if json:
        put_json(rows)
        return
    put_table(["setting", "value", "origin"], (tuple(row.values()) for row in rows))


def _origin(name: str, path: Path) -> str:
    variable = f"SHIPFROM_{name.upper()}"
    for candidate in (variable, f"{variable}_FILE"):
        if candidate in os.environ:
            return candidate
    return str(path) if name in _file(path) else "default"


def _file(path: Path) -> Mapping[str, object]:
    if not path.is_file():
        return {}
    return tomllib.loads(path.read_text())
