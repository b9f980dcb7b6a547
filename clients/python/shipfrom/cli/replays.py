"""`shipfrom replay`: does a decision come out the same? Exit code 4 if not."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count, islice
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from shipfrom._client import Client
from shipfrom._enums import ReplayOutcome
from shipfrom._values import Replay
from shipfrom.cli import options
from shipfrom.cli.problems import CHECK_FAILED, REFUSED, CliError
from shipfrom.cli.show import put_json, put_text, say, stderr
from shipfrom.cli.subjects import by_id

SHOWN_MAX = 20
TOLD_EVERY = 1000
PAGE = 200


def replay(
    subject: Annotated[
        str,
        typer.Argument(metavar="ID|last", help="An order, a hold, or last."),
    ] = "",
    all_: Annotated[bool, typer.Option("--all", help="Every order that is kept.")] = (
        False
    ),
    last: Annotated[
        int, typer.Option("--last", min=0, metavar="N", help="The newest N orders.")
    ] = 0,
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Solve stored decisions again: the same plans, or the first difference of each."""
    if (bool(subject), all_, bool(last)).count(True) != 1:
        raise CliError(
            "replay takes one order or hold, --last N or --all",
            next_step="shipfrom replay last",
        )
    with options.connect(address) as client:
        if subject:
            found = by_id(client, subject, client.replay)
            put_replay(found, json=json)
            raise typer.Exit(exit_code(found))
        different = _in_bulk(client, None if all_ else last, json=json, quiet=quiet)
    if different:
        raise typer.Exit(CHECK_FAILED)


def exit_code(found: Replay) -> int:
    """0 for the same plan, 4 for another one, 1 where it cannot be read any more."""
    codes = {ReplayOutcome.SAME: 0, ReplayOutcome.DIFFERENT: CHECK_FAILED}
    return codes.get(found.outcome, REFUSED)


def put_replay(found: Replay, *, json: bool = False) -> None:
    """Same, or the first difference."""
    if json:
        put_json(found)
        return
    said = found.outcome.lower()
    put_text(f"{said}: {found.difference}" if found.difference else said)


def _in_bulk(client: Client, limit: int | None, *, json: bool, quiet: bool) -> int:
    """How many came out otherwise; those that cannot be read are only counted."""
    counts: Counter[ReplayOutcome] = Counter()
    with _progress(limit, quiet=quiet or json) as advance:
        for order_id, found in _replays(client, limit):
            counts[found.outcome] += 1
            advance()
            if json:
                put_json({"order_id": order_id, **_plain(found)})
            elif not found.same and _not_same(counts) <= SHOWN_MAX:
                put_text(f"{order_id}  {found.outcome.lower()}: {found.difference}")
    if not json:
        put_text(_summary(counts))
    return counts[ReplayOutcome.DIFFERENT]


def _not_same(counts: Counter[ReplayOutcome]) -> int:
    return counts.total() - counts[ReplayOutcome.SAME]


@contextmanager
def _progress(total: int | None, *, quiet: bool) -> Iterator[Callable[[], None]]:
    """A bar on a terminal, else a line each thousand."""
    words = stderr()
    if quiet:
        yield lambda: None
    elif not words.is_terminal:
        numbers = count(1)

        def tell() -> None:
            done = next(numbers)
            if done % TOLD_EVERY == 0:
                say(f"{done:,} replayed")

        yield tell
    else:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=words, transient=True) as bars:
            task = bars.add_task("orders", total=total)
            yield lambda: bars.advance(task)


def _plain(found: Replay) -> dict[str, str]:
    return {"outcome": found.outcome, "difference": found.difference}


def _replays(client: Client, limit: int | None) -> Iterator[tuple[str, Replay]]:
    orders = client.orders(page_size=min(limit or PAGE, PAGE))
    for order in islice(orders, limit):
        yield order.order_id, client.replay(order.order_id)


def _summary(counts: Counter[ReplayOutcome]) -> str:
    """For example: 10,000 replayed: 9,998 same, 0 different, 2 unreadable."""
    told = ("SAME", "DIFFERENT", "UNREADABLE")
    parts = (f"{counts[ReplayOutcome(name)]:,} {name.lower()}" for name in told)
    return f"{counts.total():,} replayed: {', '.join(parts)}."
