"""Money as whole minor units: to add up, compare and print without a float.

The number of decimals belongs to the currency (ISO 4217): yen have none, dinars three.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENTS = {
    **dict.fromkeys(_NO_DECIMALS.split(), 0),
    **dict.fromkeys(_THREE_DECIMALS.split(), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def exponent_of(currency: str) -> int:
    """Decimals of a currency; 2 unless ISO 4217 says otherwise."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True, repr=False)
class Money:
    """An amount in the minor unit of its currency: `Money(1184, "USD")` is $11.84.

    Adding or comparing two currencies raises ValueError: conversion is the caller's.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are whole: {self.minor!r} is not an int")
        code = self.currency
        if not (len(code) == 3 and code.isascii() and code.isupper()):
            raise ValueError(f"{code!r} is not a currency code, for example USD")

    @classmethod
    def parse(cls, text: str, currency: str = "USD") -> "Money":
        """Read a decimal string such as "11.84".

        Raises ValueError for digits finer than the minor unit, grouping, or symbols.
        """
        try:
            exact = Decimal(text.strip()).scaleb(exponent_of(currency))
        except InvalidOperation:
            raise ValueError(f"{text!r} is not an amount, for example 11.84") from None
        if not exact.is_finite() or exact != exact.to_integral_value():
            raise ValueError(f"{text!r} is finer than the minor unit of {currency}")
        return cls(int(exact), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-exponent_of(self.currency))

    def _minor_of(self, other: object, verb: str) -> int:
        if not isinstance(other, Money):
            raise TypeError(f"cannot {verb} {self!r} and {other!r}")
        if other.currency != self.currency:
            raise ValueError(f"cannot {verb} {self.currency} and {other.currency}")
        return other.minor

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._minor_of(other, "add"), self.currency)

    def __radd__(self, other: Literal[0]) -> "Money":
        # sum() starts from the number 0, which is the only number that may be added.
        return self if other == 0 else self + other

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._minor_of(other, "subtract"), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __mul__(self, times: int) -> "Money":
        if type(times) is not int:
            raise TypeError(f"money is multiplied by whole numbers, not {times!r}")
        return Money(self.minor * times, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._minor_of(other, "compare")

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._minor_of(other, "compare")

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._minor_of(other, "compare")

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._minor_of(other, "compare")

    def __str__(self) -> str:
        decimals = exponent_of(self.currency)
        number = f"{abs(self.amount):,.{decimals}f}"
        sign = "-" if self.minor < 0 else ""
        symbol = _SYMBOLS.get(self.currency, f"{self.currency} ")
        return f"{sign}{symbol}{number}"

    def __repr__(self) -> str:
        return f"Money({self})"
