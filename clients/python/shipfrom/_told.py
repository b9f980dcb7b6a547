"""What a quote is asked beside the order itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """What a quote also answers, and the shop's own name of the order."""

    options: bool = False
    explain: bool = False
    order_ref: str = ""
    why_not: tuple[str, ...] = ()
