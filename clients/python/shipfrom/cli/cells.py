"""How one cell of a CSV becomes a value. What is doubtful is refused, never guessed.

A thousands separator, a decimal comma and a lost leading zero look alike to a program,
and a count that is wrong by a factor of a thousand sells what nobody has.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from shipfrom._stock_values import CapacitySlot
from shipfrom._wishes import Line

Read = Callable[[str], object]
_GROUPED = re.compile(r"-?\d{1,3}([., '’]\d{3})+")  # noqa: RUF001  # Swiss files use it
_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII).fullmatch
_SCIENTIFIC = re.compile(r"-?\d([.,]\d+)?E\+\d+", re.IGNORECASE)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# Spreadsheets count days from here (with their leap year 1900 already in it).
_SERIAL_DAY_0 = date(1899, 12, 30)


class WrongCell(ValueError):
    """A cell that cannot be read: what is wrong and what to write instead."""

    def __init__(self, problem: str, suggestion: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.suggestion = suggestion


def text(cell: str) -> str:
    """Any text."""
    return cell


def identifier(cell: str) -> str:
    """An id; spreadsheets turn long digits into 1.23E+12, which no one can undo."""
    if "+" in cell and _SCIENTIFIC.fullmatch(cell):
        raise WrongCell(
            f"{cell!r} was shortened by a spreadsheet",
            "format the column as text and export again",
        )
    return cell


def whole(cell: str) -> int:
    """A whole number without separators."""
    if _WHOLE(cell):
        return int(cell)
    if _GROUPED.fullmatch(cell):
        digits = re.sub(r"[^\d-]", "", cell)
        raise WrongCell(f"{cell!r} has a thousands separator", f"write {digits}")
    try:
        exact = Decimal(cell)
        near = (
            f"write {int(exact)}" if exact.is_finite() and abs(exact) < 10**18 else ""
        )
    except InvalidOperation:
        near = "write digits only"
    raise WrongCell(f"{cell!r} is not a whole number", near)


def degrees(cell: str) -> float:
    """A coordinate with a decimal point."""
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d+)?", cell, re.ASCII):
        return float(cell)
    if re.fullmatch(r"[+-]?\d{1,3},\d+", cell, re.ASCII):
        point = cell.replace(",", ".")
        raise WrongCell(f"{cell!r} has a decimal comma", f"write {point}")
    raise WrongCell(f"{cell!r} is not a coordinate", "write degrees such as 40.7484")


def amount(cell: str) -> Decimal:
    """An amount of money in major units, with a decimal point and no symbol."""
    if re.fullmatch(r"-?\d{1,15}(\.\d{1,4})?", cell, re.ASCII):
        return Decimal(cell)
    if re.fullmatch(r"-?\d+,\d{1,2}", cell, re.ASCII):
        point = cell.replace(",", ".")
        raise WrongCell(f"{cell!r} has a decimal comma", f"write {point}")
    digits = re.sub(r"[^\d.-]", "", cell)
    raise WrongCell(f"{cell!r} is not an amount", f"write {digits or '1.50'}")


def currency(cell: str) -> str:
    """An ISO 4217 code."""
    if re.fullmatch(r"[A-Za-z]{3}", cell, re.ASCII):
        return cell.upper()
    raise WrongCell(f"{cell!r} is not a currency", "write its code, for example USD")


def tags(cell: str) -> tuple[str, ...]:
    """Words separated by |."""
    return tuple(word.strip() for word in cell.split("|") if word.strip())


def components(cell: str) -> tuple[Line, ...]:
    """What a bundle is made of: CUP*1;PLATE*2. A list of JSON comes with | between."""
    return tuple(_component(one) for one in re.split("[;|]", cell) if one.strip())


def _component(cell: str) -> Line:
    name, _, units = cell.rpartition("*")
    if not name.strip():
        raise WrongCell(f"{cell.strip()!r} is no component", "write CUP*1;PLATE*2")
    return Line(identifier(name.strip()), whole(units.strip()))


def weekdays(cell: str) -> tuple[int, ...]:
    """ISO weekdays separated by |, 1 = Monday."""
    return tuple(whole(day.strip()) for day in cell.split("|"))


def days(cell: str) -> tuple[date, ...]:
    """Dates separated by |."""
    return tuple(_day(one.strip()) for one in cell.split("|"))


def _day(cell: str) -> date:
    if _ISO_DAY.fullmatch(cell):
        try:
            return date.fromisoformat(cell)
        except ValueError:
            pass
    suggestion = "write 2026-11-20"
    if re.fullmatch(r"\d{5}", cell, re.ASCII):
        suggestion = f"write {_SERIAL_DAY_0 + timedelta(days=int(cell))}"
    raise WrongCell(f"{cell!r} is not a date", suggestion)


def moment(cell: str) -> datetime:
    """An instant with its zone; without one nobody knows when it was."""
    try:
        at = datetime.fromisoformat(cell)
    except ValueError:
        hint = "write 2026-11-20T09:30:00Z"
        raise WrongCell(f"{cell!r} is no moment", hint) from None
    if at.tzinfo is None:
        hint = f"write {at.isoformat()}Z for UTC"
        raise WrongCell(f"{cell!r} names no time zone", hint)
    return at


def clock(cell: str) -> time:
    """A local time of day."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", cell, re.ASCII)
    if match and int(match[1]) < 24 and int(match[2]) < 60:
        return time(int(match[1]), int(match[2]))
    raise WrongCell(f"{cell!r} is not a time of day", "write 15:00")


def slots(cell: str) -> tuple[CapacitySlot, ...]:
    """Ends and orders separated by |, for example 12:00=40|17:00=60."""
    found = []
    for part in cell.split("|"):
        until, equals, orders = (word.strip() for word in part.partition("="))
        if not equals:
            raise WrongCell(f"{part!r} is no slot", "write 12:00=40|17:00=60")
        found.append(CapacitySlot(clock(until), whole(orders)))
    return tuple(found)


def flag(cell: str) -> bool:
    """Yes or no."""
    known = {
        "true": True,
        "yes": True,
        "1": True,
        "false": False,
        "no": False,
        "0": False,
    }
    if cell.lower() in known:
        return known[cell.lower()]
    raise WrongCell(f"{cell!r} is neither yes nor no", "write true or false")
