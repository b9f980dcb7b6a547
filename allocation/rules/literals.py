"""Values as people write them, and back: 2.50 USD, 150 km, 15:00, 10 %.

A reader takes the text of a YAML scalar and raises Wrong; a writer gives the one
spelling that is used when a policy is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from allocation.rules.condition import TEXT_MAX, is_text
from allocation.rules.suggest import one_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBER = re.compile(r"[+-]?\d{1,18}").fullmatch
_MEASURE = re.compile(r"([+-]?\d{1,18}(?:\.\d{1,9})?)\s*([^\d\s.].*)?").fullmatch
_TIME = re.compile(r"(\d{1,2}):(\d{2})").fullmatch
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}").fullmatch

UNITS: dict[str, dict[str, Decimal]] = {
    "km": {"km": Decimal(1), "m": Decimal("0.001")},
    "g": {"g": Decimal(1), "kg": Decimal(1_000), "t": Decimal(1_000_000)},
    "cm3": {
        "cm3": Decimal(1),
        "ml": Decimal(1),
        "l": Decimal(1_000),
        "m3": Decimal(1_000_000),
    },
    "days": {
        "days": Decimal(1),
        "day": Decimal(1),
        "weeks": Decimal(7),
        "week": Decimal(7),
    },
}
"""What each unit of the catalogue may be written in: exact multiples only."""


class Wrong(ValueError):
    """A value that cannot be read: what is wrong, in words that follow "it", and what
    to write instead."""

    def __init__(self, problem: str, suggestion: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Coins:
    """The one currency of a deployment, and the digits after its point."""

    code: str = "USD"
    exponent: int = 2

    def read(self, text: str) -> int:
        """2.50 USD in minor units. Other currencies are not converted."""
        found = _MEASURE(text)
        example = f"write for example {self.write(25 * 10**self.exponent // 10)}"
        if found is None:
            raise Wrong("is no amount of money", example)
        number, code = found.groups()
        if code != self.code:
            raise Wrong(f"is in {code}" if code else "names no currency", example)
        minor = Decimal(number).scaleb(self.exponent)
        if minor != int(minor):
            raise Wrong(f"is finer than the minor unit of {self.code}", example)
        return int(minor)

    def write(self, minor: int) -> str:
        """2.50 USD."""
        return f"{Decimal(minor).scaleb(-self.exponent):f} {self.code}"


def read_text(text: str) -> str:
    """Printable text of at most 200 characters, spaces at the ends cut off."""
    value = text.strip()
    if not value:
        raise Wrong("is empty", "write a word")
    if len(value) > TEXT_MAX:
        raise Wrong(f"has {len(value)} characters", f"use at most {TEXT_MAX}")
    if not is_text(value):
        raise Wrong("holds line breaks or control characters", "write plain text")
    return value


def read_whole(text: str, unit: str = "") -> int:
    """A whole number in the unit of its field, written with or without it."""
    found = _MEASURE(text)
    wanted = f"write for example {'25 ' + unit if unit else 25}"
    if found is None or (found[2] and not unit):
        raise Wrong("is no whole number", wanted)
    number, suffix = found.groups()
    factors = UNITS.get(unit, {})
    if suffix and suffix not in factors:
        raise Wrong(f"is in {suffix}, which is no {unit}", f"use {', '.join(factors)}")
    value = Decimal(number) * (factors[suffix] if suffix else 1)
    if value != int(value):
        raise Wrong(f"is no whole number{' of ' + unit if unit else ''}", wanted)
    return int(value)


def write_whole(value: int, unit: str = "") -> str | int:
    """150 km; a number without unit stays one."""
    return f"{value} {unit}" if unit else value


def read_percent(text: str) -> int:
    """10 % or 10."""
    number = text.removesuffix("%").strip()
    if not _NUMBER(number):
        raise Wrong("is no whole percentage", "write for example 10 %")
    return int(number)


def read_flag(text: str) -> bool:
    """True or false; YAML's yes and no are left to countries."""
    if text.lower() not in ("true", "false"):
        raise Wrong("is neither true nor false", "write true or false")
    return text.lower() == "true"


def read_time(text: str) -> int:
    """15:00 in minutes after midnight; 24:00 is the end of the day."""
    found = _TIME(text)
    minutes = int(found[1]) * 60 + int(found[2]) if found else -1
    if found is None or int(found[2]) > 59 or not 0 <= minutes <= 24 * 60:
        raise Wrong("is no time of day", "write 00:00 to 24:00, for example 15:00")
    return minutes


def write_time(minutes: int) -> str:
    """15:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def read_date(text: str) -> str:
    """A day of the calendar, as ISO has it."""
    try:
        if _DATE(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise Wrong("is no day of the calendar", "write for example 2026-12-24")


def read_instant(text: str) -> datetime:
    """A moment with its zone."""
    example = "write for example 2026-12-24T00:00-05:00"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Wrong("is no moment", example) from error
    if moment.tzinfo is None:
        raise Wrong("names no time zone", example)
    return moment


def write_instant(moment: datetime) -> str:
    """To the minute where that says all."""
    if moment.second or moment.microsecond:
        return moment.isoformat()
    return moment.isoformat(timespec="minutes")


def read_word(text: str, known: Iterable[str]) -> str:
    """One of a closed vocabulary, in any case."""
    words = list(known)
    for word in words:
        if word.upper() == text.upper():
            return word
    raise Wrong(f"{text[:TEXT_MAX]} is unknown", one_of(text, words))
