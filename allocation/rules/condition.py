"""One condition of a rule: a field, an operator and a value of the field's kind."""

from dataclasses import dataclass
from datetime import date

from allocation.rules.fields import (
    FIELDS,
    MINUTES_A_DAY,
    OPS,
    SCOPES,
    SEVERAL,
    Field,
    Kind,
    Op,
    Scope,
)

VALUES_MAX = 1_000
TEXT_MAX = 200
VALUE_MAX = 1_000_000_000_000
"""Grams, cubic centimetres or minor units of the largest order."""
TEXT_RULE = f"has 1 to {TEXT_MAX} printable characters, no spaces at the ends"

Value = str | int | bool | tuple[str, ...] | tuple[int, ...]


def is_text(value: object) -> bool:
    """Whether a person can read it back from a screen: printable, bounded, no spaces at
    the ends."""
    if not isinstance(value, str) or not 0 < len(value) <= TEXT_MAX:
        return False
    return value.isprintable() and value == value.strip()


def _is_of(field: Field, value: object) -> bool:
    """Whether a field of that kind can have the value."""
    if field.values:
        return value in field.values
    if field.kind in (Kind.TEXT, Kind.TAGS):
        return is_text(value)
    if field.kind is Kind.DATE:
        return isinstance(value, str) and _is_date(value)
    if field.kind is Kind.FLAG:
        return isinstance(value, bool)
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    if field.kind is Kind.TIME:
        return 0 <= value <= MINUTES_A_DAY
    return -VALUE_MAX <= value <= VALUE_MAX


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Condition:
    """`field op value`. Times are minutes after midnight, dates ISO texts."""

    field: str
    op: Op
    value: Value = ()

    def __post_init__(self) -> None:
        field = FIELDS.get(self.field)
        if field is None:
            raise ValueError(f"{self.field} is no field")
        if self.op not in OPS[field.kind]:
            raise ValueError(f"{self.field} cannot be compared by {self.op}")
        if self.op is Op.IS_SET:
            if self.value != ():
                raise ValueError(f"{self.field} IS_SET takes no value")
            return
        if isinstance(self.value, tuple) is not (self.op in SEVERAL):
            wanted = "a list" if self.op in SEVERAL else "one value"
            raise ValueError(f"{self.field} {self.op} takes {wanted}")
        if isinstance(self.value, tuple):
            least = 2 if self.op is Op.BETWEEN else 1
            most = 2 if self.op is Op.BETWEEN else VALUES_MAX
            if not least <= len(self.value) <= most:
                raise ValueError(f"{self.field} {self.op} takes {least} to {most}")
        for each in self.value if isinstance(self.value, tuple) else (self.value,):
            if not _is_of(field, each):
                raise ValueError(f"{self.field} is never {each!r}")

    @property
    def scope(self) -> Scope:
        """What it asks about."""
        return SCOPES[self.field]
