"""How answers look: rich tables for people, JSON for programs, both on stdout.

Names come from catalogues that others fill, so no markup in them is ever obeyed.
"""

import dataclasses
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from enum import StrEnum

from rich.console import Console

from shipfrom._money import Money

# Off a terminal a table is kept in a file or a mail; programs read --json.
PIPE_COLUMNS = 80

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


def stdout() -> Console:
    """Where data goes."""
    return _console(sys.stdout.isatty(), stderr=False)


def stderr() -> Console:
    """Where words go."""
    return _console(sys.stderr.isatty(), stderr=True)


def _console(terminal: bool, *, stderr: bool) -> Console:
    free = not terminal and "COLUMNS" not in os.environ
    return Console(
        stderr=stderr,
        markup=False,
        emoji=False,
        highlight=False,
        width=PIPE_COLUMNS if free else None,
    )


def plain(value: object) -> Json:
    """A value as JSON: money as {amount, currency}, instants in UTC, enums as words."""
    if isinstance(value, Money):
        return {"amount": str(value.amount), "currency": value.currency}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str | int | float) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value):
        names = (field.name for field in dataclasses.fields(value))
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no JSON form")


def put_json(value: object) -> None:
    """One object on one line, so that a stream of them is NDJSON."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False) + "\n")


def put_text(text: str) -> None:
    """A sentence of the answer, on stdout."""
    stdout().print(text, soft_wrap=True)


def say(text: str) -> None:
    """Words for people, on stderr."""
    stderr().print(text, soft_wrap=True)


def moment(at: datetime) -> str:
    """An instant, the same wherever it is shown: 2026-11-16 17:00:00Z."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"


def day(on: date) -> str:
    """A day, the same wherever it is shown: Mon 16 Nov."""
    return f"{on:%a} {on.day} {on:%b}"


def cell(value: object) -> str:
    """One value for a table cell; control characters of a name are made visible."""
    if value is None or value == "":
        return "-"
    if isinstance(value, datetime):
        text = moment(value)
    elif isinstance(value, date):
        text = day(value)
    elif isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, int):
        text = f"{value:,}"
    else:
        text = str(value)
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
