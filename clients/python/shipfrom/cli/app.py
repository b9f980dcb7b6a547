"""The table of verbs, and the one place where an error becomes an exit code."""

import shlex
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from shipfrom._errors import Error
from shipfrom.cli import (
    audit,
    bench,
    checkout,
    cover,
    events,
    imports,
    incoming,
    nodes,
    orders,
    prices,
    quotas,
    replays,
    returns,
    rules,
    server,
    stock,
    stores,
    webhooks,
)
from shipfrom.cli.naming import option_of, words
from shipfrom.cli.problems import (
    INTERRUPTED,
    WRONG_USAGE,
    CliError,
    Refused,
    refused,
    tell,
)
from shipfrom.cli.show import say

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Where should each line of an order ship from?",
)
_VERBS: tuple[Callable[..., None], ...] = (
    server.dev,
    server.serve,
    server.doctor,
    checkout.quote,
    checkout.hold,
    checkout.commit,
    checkout.release,
    checkout.extend,
)
for verb in _VERBS:
    app.command()(verb)
app.add_typer(orders.app, name="order")
app.add_typer(returns.app, name="returns")
app.command()(orders.explain)
app.command()(replays.replay)
app.command()(stock.stock)
app.command()(stock.entries)
app.command()(cover.cover)
app.command()(cover.feeds)
app.add_typer(incoming.app, name="incoming")
app.add_typer(nodes.app, name="node")
app.add_typer(stores.app, name="store")
app.add_typer(quotas.app, name="quota")
app.add_typer(imports.app, name="import")
app.add_typer(rules.app, name="rules")
app.add_typer(prices.app, name="prices")
app.add_typer(events.app, name="events")
app.add_typer(webhooks.app, name="webhook")
app.command()(audit.audit)
app.command(context_settings=bench.PASS_ON)(bench.bench)
app.add_typer(server.config_app, name="config")


def _version(wanted: bool) -> None:
    if not wanted:
        return
    try:
        typer.echo(version("shipfrom"))
    except PackageNotFoundError:
        typer.echo("not installed")
    raise typer.Exit


@app.callback()
def shipfrom(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Where should each line of an order ship from?"""


def run(arguments: Sequence[str]) -> int:
    """Run one command; the exit code."""
    try:
        code = app(list(arguments), prog_name="shipfrom", standalone_mode=False)
    except Error as error:
        return tell(_refused(error, arguments))
    except Refused as refusal:
        return tell(refusal)
    except CliError as error:
        say(f"shipfrom: {error}")
        say(f"Next: {error.next_step}")
        return error.exit_code
    except typer.TyperException as usage:
        return _wrong_usage(usage, arguments)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _refused(error: Error, arguments: Sequence[str]) -> Refused:
    return refused(
        error,
        words=words,
        named=option_of,
        same=shlex.join(["shipfrom", *arguments]),
        verb=" ".join(["shipfrom", *_verbs(arguments)]),
    )


def _verbs(arguments: Sequence[str]) -> list[str]:
    """The verb that was called, as far as it is one."""
    known = typer.main.get_group(app).commands
    return [word for word in arguments[:1] if word in known]


def _wrong_usage(usage: typer.TyperException, arguments: Sequence[str]) -> int:
    message = usage.format_message()
    # A group without a verb has printed its help already and has no more to say.
    if message:
        say(f"shipfrom: {message}")
        say(f"Next: {' '.join(['shipfrom', *_verbs(arguments), '--help'])}")
    return WRONG_USAGE
