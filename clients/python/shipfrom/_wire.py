"""From values to the wire: the small pieces that every request is made of."""

from collections.abc import Callable, Iterable
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from google.protobuf.message import Message
from google.type import date_pb2, money_pb2

from shipfrom._core import Call
from shipfrom._errors import FieldViolation, InvalidField
from shipfrom._money import Money, exponent_of

A = TypeVar("A", bound=Message)
T = TypeVar("T")
_NANOS = 1_000_000_000


def call_of(
    path: str, request: Message, parse: Callable[[bytes], T], *, mutates: bool = False
) -> Call[T]:
    """A unary call."""
    return Call(path, (request.SerializeToString(),), parse, mutates=mutates)


def invalid(field_path: str, problem: str, suggestion: str = "") -> InvalidField:
    """The refusal of one wrong field, found before anything was sent."""
    return InvalidField.of([FieldViolation(field_path, problem, suggestion)])


def reader(kind: type[A], make: Callable[[A], T]) -> Callable[[bytes], T]:
    """Parse bytes as one message class and make the value of it."""
    return lambda raw: make(kind.FromString(raw))


def names_of(names: Iterable[str]) -> Iterable[str]:
    """One name is not the list of its letters."""
    return [names] if isinstance(names, str) else names


def money_pb(amount: Money | None) -> money_pb2.Money | None:
    """A google.type.Money; units and nanos carry the same sign."""
    if amount is None:
        return None
    scale = 10 ** exponent_of(amount.currency)
    units, rest = divmod(abs(amount.minor), scale)
    sign = -1 if amount.minor < 0 else 1
    nanos = rest * (_NANOS // scale)
    return money_pb2.Money(
        currency_code=amount.currency, units=sign * units, nanos=sign * nanos
    )


def date_pb(day: date | None) -> date_pb2.Date | None:
    """A google.type.Date."""
    if day is None:
        return None
    return date_pb2.Date(year=day.year, month=day.month, day=day.day)


def enum_pb(word: str, kind: type[StrEnum], field_path: str, prefix: str) -> str:
    """The wire's name of a word, in any case. Raises InvalidField with the nearest."""
    plain = word.upper().replace("-", "_")
    if not plain:
        return f"{prefix}UNSPECIFIED"
    if plain in kind.__members__:
        return prefix + plain
    near = get_close_matches(plain, kind.__members__, n=1)
    names = ", ".join(n for n in kind.__members__ if n != "UNSPECIFIED")
    suggestion = f"did you mean {near[0]}?" if near else f"use one of {names}"
    problem = f"{word!r} is unknown"
    raise invalid(field_path, problem, suggestion)
