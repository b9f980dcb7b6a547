"""Bounds of single fields, and the list of everything wrong with a request.

A caller who sends five wrong fields is told five things, each with the field's proto
path, what is wrong and what to do. Values of the caller are never echoed beyond ids.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from difflib import SequenceMatcher, get_close_matches
from itertools import takewhile
from unicodedata import is_normalized

from google.protobuf.duration_pb2 import Duration
from google.type.date_pb2 import Date
from google.type.latlng_pb2 import LatLng
from google.type.money_pb2 import Money

from inventory.errors import FieldViolation, InvalidField
from inventory.reserved import RESERVED, is_reserved
from router.money import MINOR_MAX, Currency

ID_MAX = 64
TEXT_MAX = 128
QUANTITY_MAX = 1_000_000
COUNT_MAX = 1_000_000_000
TTL_MIN = timedelta(seconds=1)
TTL_MAX = timedelta(hours=4)
PAGE_SIZE = 50
PAGE_SIZE_MAX = 1_000
DAYS_AHEAD_MAX = 366
NEIGHBOURS = 100
"""Known ids looked at on each side of a misspelt one: difflib is slow."""

IDENTIFIER = re.compile(r"[A-Za-z0-9._:-]{1,64}").fullmatch
UUID4 = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.I
).fullmatch
REGION = re.compile(r"[A-Z]{2}").fullmatch

ID_RULE = "use 1 to 64 of A-Z a-z 0-9 . _ : -"


class Violations:
    """Everything wrong with one request, in the order in which it was found."""

    __slots__ = ("found",)

    def __init__(self) -> None:
        self.found: list[FieldViolation] = []

    def add(self, field: str, problem: str, suggestion: str = "") -> None:
        """Remember one wrong field."""
        self.found.append(FieldViolation(field, problem, suggestion))

    def check(self) -> None:
        """Raise InvalidField if anything is wrong."""
        if self.found:
            raise InvalidField(self.found)


def request_id(value: str, found: Violations) -> str:
    """The caller's UUID4, in lower case."""
    if not UUID4(value):
        problem = "is required" if not value else "is not a UUID of version 4"
        found.add("request_id", problem, "make one before the first send and keep it")
    return value.lower()


def identifier(value: str, field: str, found: Violations) -> str:
    """An id made by the caller."""
    if not IDENTIFIER(value):
        problem = "is required" if not value else "is not a valid id"
        found.add(field, problem, ID_RULE)
    return value


def is_sku(value: str) -> bool:
    """1 to 64 printable characters in normal form, no spaces at the ends.

    SKUs come from other systems and hold slashes and accents, but nothing that a
    person could not read back from a screen.
    """
    if is_reserved(value):
        return False
    if not 0 < len(value) <= ID_MAX or not value.isprintable():
        return False
    return value == value.strip() and (value.isascii() or is_normalized("NFC", value))


def sku(value: str, field: str, found: Violations) -> str:
    """The name of an item."""
    if not is_sku(value):
        found.add(field, *sku_fault(value))
    return value


def sku_fault(value: str) -> tuple[str, str]:
    """What is wrong with a name that is no SKU, and what to do."""
    if is_reserved(value):
        return f"begins with {RESERVED}, as the ledger's own names do", "rename it"
    problem = "is not a valid SKU" if value else "is required"
    return problem, "use 1 to 64 printable characters"


def text(
    value: str, field: str, found: Violations, *, length_max: int = TEXT_MAX
) -> str:
    """Free text for people: printable, bounded."""
    if len(value) > length_max:
        found.add(field, f"is longer than {length_max} characters", "shorten it")
    elif not value.isprintable():
        found.add(field, "holds control characters", "send plain text")
    return value


def whole(value: int, field: str, found: Violations, *, least: int, most: int) -> int:
    """A whole number from `least` to `most`."""
    if not least <= value <= most:
        found.add(field, f"is {value}", f"use {least:,} to {most:,}")
    return value


def ttl(message: Duration, field: str, found: Violations) -> timedelta:
    """A time to live, whole milliseconds, 1 s to 4 h."""
    span = timedelta(seconds=1)
    if abs(message.nanos) < 1_000_000_000 and abs(message.seconds) <= 10**6:
        span = timedelta(seconds=message.seconds, microseconds=message.nanos // 1000)
        if TTL_MIN <= span <= TTL_MAX:
            return span
    found.add(field, "is outside 1 s to 4 h", "choose a time to live in between")
    return span


def amount(message: Money, field: str, found: Violations, currency: Currency) -> int:
    """Money of 0 to 10^9 minor units."""
    try:
        minor = currency.minor(message)
    except ValueError as fault:
        found.add(field, str(fault), f"send {currency.code} in whole minor units")
        return 0
    if not 0 <= minor <= MINOR_MAX:
        found.add(field, "is out of range", f"use 0 to {currency.text(MINOR_MAX)}")
        return 0
    return minor


def day(message: Date, field: str, found: Violations) -> date | None:
    """A full calendar day."""
    try:
        return date(message.year, message.month, message.day)
    except ValueError:
        found.add(field, "is no day of the calendar", "send year, month and day")
        return None


def coming_day(
    message: Date, field: str, found: Violations, *, now: datetime
) -> date | None:
    """A day that is not over anywhere on Earth, at most a year ahead."""
    value = day(message, field, found)
    if value is None:
        return None
    # The last place on Earth where a day ends is 12 hours behind UTC.
    if value < (now.astimezone(UTC) - timedelta(hours=12)).date():
        found.add(field, f"{value} is in the past", "send today or a later day")
    elif value > now.date() + timedelta(days=DAYS_AHEAD_MAX):
        found.add(field, f"{value} is more than a year ahead", "send an earlier day")
    return value


def position(message: LatLng, field: str, found: Violations) -> tuple[float, float]:
    """Latitude and longitude in degrees. NaN is out of range: it compares false."""
    if not -90.0 <= message.latitude <= 90.0:
        found.add(f"{field}.latitude", "is out of range", "use -90 to 90 degrees")
    if not -180.0 <= message.longitude <= 180.0:
        found.add(f"{field}.longitude", "is out of range", "use -180 to 180 degrees")
    if message.latitude == 0.0 == message.longitude:
        found.add(field, "is 0,0, where nobody lives", "leave it out if it is unknown")
    return message.latitude, message.longitude


def page_size(value: int, found: Violations) -> int:
    """Rows of a page: 0 means 50, more than 1,000 is read as 1,000 (AIP-158)."""
    if value < 0:
        found.add("page_size", "is negative", f"use 1 to {PAGE_SIZE_MAX}")
    return min(value or PAGE_SIZE, PAGE_SIZE_MAX)


def count(size: int, field: str, found: Violations, *, most: int) -> None:
    """A repeated field of 1 to `most` entries."""
    if size == 0:
        found.add(field, "is empty", f"send 1 to {most:,}")
    elif size > most:
        found.add(field, f"has {size:,} entries", f"send at most {most:,} in one call")


def nearest(wrong: str, known: Sequence[str]) -> str:
    """A suggestion naming the known id closest to a misspelt one, or ''.

    `known` is sorted. Bounded: only the alphabetic neighbours of the id are compared.
    Of equally close ones it is the one with the same beginning: ids are made that way.
    """
    at = bisect_left(known, wrong)
    near = known[max(0, at - NEIGHBOURS) : at + NEIGHBOURS]

    def closeness(name: str) -> tuple[float, int]:
        alike = SequenceMatcher(None, name, wrong[:ID_MAX]).ratio()
        same = takewhile(
            lambda pair: pair[0] == pair[1], zip(name, wrong, strict=False)
        )
        return alike, len(tuple(same))

    matches = get_close_matches(wrong[:ID_MAX], near, n=NEIGHBOURS, cutoff=0.6)
    return f"did you mean {max(matches, key=closeness)}?" if matches else ""
