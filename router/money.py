"""Money at the wire: google.type.Money outside, whole minor units inside.

A currency's minor unit is a power of ten below its unit (ISO 4217): yen have none,
cents are hundredths, fils thousandths. No float ever carries an amount.
"""

from dataclasses import dataclass, field

from google.type.money_pb2 import Money

NANOS = 1_000_000_000
MINOR_MAX = 1_000_000_000
"""Largest single tariff or handling amount; keeps every sum of a plan inside int64."""

WITHOUT_MINOR = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
WITH_MILLS = "BHD IQD JOD KWD LYD OMR TND"
EXPONENTS = {
    **dict.fromkeys(WITHOUT_MINOR.split(), 0),
    **dict.fromkeys(WITH_MILLS.split(), 3),
    "CLF": 4,
    "UYW": 4,
}
"""Digits after the point where they are not two (ISO 4217, amendment 177)."""


@dataclass(frozen=True, slots=True)
class Currency:
    """The one currency of a deployment; converting others is the caller's work."""

    code: str = "USD"
    exponent: int = field(init=False)
    """Digits after the point: JPY 0, USD 2, KWD 3."""
    minor_per_unit: int = field(init=False)
    """For USD 100."""
    nanos_per_minor: int = field(init=False)

    def __post_init__(self) -> None:
        if not (len(self.code) == 3 and self.code.isascii() and self.code.isupper()):
            raise ValueError(f"{self.code!r} is no ISO 4217 code of three capitals")
        exponent = EXPONENTS.get(self.code, 2)
        object.__setattr__(self, "exponent", exponent)
        object.__setattr__(self, "minor_per_unit", 10**exponent)
        object.__setattr__(self, "nanos_per_minor", NANOS // 10**exponent)

    def minor(self, money: Money) -> int:
        """The amount in minor units.

        Raises:
            ValueError: another currency, mixed signs, nanos out of range or finer than
                the minor unit; the message says which, in words that follow "it".
        """
        if money.currency_code != self.code:
            raise ValueError(f"is in {money.currency_code or 'no currency'}")
        if abs(money.nanos) >= NANOS:
            raise ValueError("has nanos beyond one unit")
        if (money.units > 0 > money.nanos) or (money.units < 0 < money.nanos):
            raise ValueError("has units and nanos of different sign")
        step = self.nanos_per_minor
        if money.nanos % step:
            raise ValueError(f"is finer than the minor unit of {self.code}")
        return int(money.units * self.minor_per_unit + money.nanos // step)

    def write(self, minor: int, money: Money) -> None:
        """Fill an empty Money message; both parts carry the sign."""
        money.currency_code = self.code
        if minor >= 0:
            units, rest = divmod(minor, self.minor_per_unit)
        else:
            units, rest = divmod(-minor, self.minor_per_unit)
            units, rest = -units, -rest
        money.units = units
        if rest:
            money.nanos = rest * self.nanos_per_minor

    def text(self, minor: int) -> str:
        """For people: 11.84 USD."""
        sign = "-" if minor < 0 else ""
        units, rest = divmod(abs(minor), self.minor_per_unit)
        point = f".{rest:0{self.exponent}d}" if self.exponent else ""
        return f"{sign}{units:,}{point} {self.code}"
