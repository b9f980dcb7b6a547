"""Which policy a command means, and the simulation that several commands need."""

from datetime import datetime, timedelta
from pathlib import Path

import typer

from shipfrom._policy_values import SimulationReport
from shipfrom.cli import options
from shipfrom.cli.problems import CliError
from shipfrom.cli.show import say

ALIASES = ("published", "draft")


def source_of(name: str) -> str | int:
    """A version, an alias, or the text of a file."""
    if name.isdigit():
        return int(name)
    return name if name in ALIASES else read(Path(name))


def read(file: Path) -> str:
    """The text of a policy file. Raises CliError."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise CliError(
            f"{file} cannot be read: {error.strerror}",
            next_step=f"shipfrom rules pull --out {file}",
        ) from None
    except UnicodeDecodeError as error:
        # Never the name of the file here: the command would write over it.
        raise CliError(
            f"{file} is no text in UTF-8: {error.reason} at byte {error.start}",
            next_step="shipfrom rules pull --out policy.yaml",
        ) from None
    if not text.strip():
        raise CliError(
            f"{file} is empty", next_step=f"shipfrom rules pull --out {file}"
        )
    return text


def etag_of(text: str) -> str:
    """An etag as the server writes it: a shell takes its quotes away."""
    return f'"{text}"' if text and not text.startswith('"') else text


def instant_of(text: str) -> datetime:
    """Read 2026-12-27T00:00:00-05:00."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        advice = "write for example 2026-12-27T00:00-05:00"
        raise typer.BadParameter(f"--at: {text!r} is no moment; {advice}") from None
    if at.tzinfo is None:
        raise typer.BadParameter(f"{text!r} names no zone; write {text}Z for UTC")
    return at


def simulated(
    name: str,
    against: str,
    days: int,
    *,
    address: str,
    quiet: bool,
    author: str = "",
    coverage: bool = False,
    orders: Path | None = None,
    prices: bool = False,
) -> SimulationReport:
    """The report of a simulation, with a word of progress each 10 %."""
    said = 0

    def progress(done: int, total: int) -> None:
        nonlocal said
        tenth = done * 10 // total if total else 0
        if not quiet and tenth > said:
            said = tenth
            say(f"{tenth * 10} %, {done:,} of {total:,} orders")

    with options.connect(address) as client:
        return client.policies.simulate(
            source_of(name),
            baseline=source_of(against),
            window=timedelta(days=days),
            coverage=coverage,
            orders=orders.read_text() if orders else "",
            prices=prices,
            author=author,
            progress=progress,
        )
