"""How a command ends: the exit code, and an error that ends with the next command.

0 done, 1 refused by the server, 2 wrong usage or configuration, 3 server unreachable,
4 a check found something, 130 interrupted.
"""

from collections.abc import Mapping

from shipfrom._errors import (
    DeadlineExceeded,
    Error,
    InvalidField,
    OutcomeUnknown,
    Unavailable,
)
from shipfrom.cli.show import say

REFUSED, WRONG_USAGE, UNREACHABLE, CHECK_FAILED, INTERRUPTED = 1, 2, 3, 4, 130

# Where a refusal does not say what to do next.
NEXT: Mapping[str, str] = {
    "ORDER_NOT_FOUND": "shipfrom order list",
    "HOLD_NOT_FOUND": "shipfrom order list",
    "NODE_NOT_FOUND": "shipfrom import nodes FILE",
    "NO_STOCK": "shipfrom stock SKU",
    "HOLD_EXPIRED": "shipfrom hold --to ZIP SKU=N",
    "HOLD_RELEASED": "shipfrom hold --to ZIP SKU=N",
    "HOLD_COMMITTED": "shipfrom order list",
    "QUOTE_STALE": "shipfrom quote --to ZIP SKU=N",
}


class CliError(Exception):
    """Wrong usage that only the command itself can know."""

    def __init__(
        self, message: str, *, next_step: str, exit_code: int = WRONG_USAGE
    ) -> None:
        super().__init__(message)
        self.next_step = next_step
        self.exit_code = exit_code


def tell(error: Error) -> int:
    """Say what happened and what to do next; the exit code."""
    head = f"{error.reason}: {error.message}" if error.reason else error.message
    say(head)
    if isinstance(error, InvalidField):
        for violation in error.violations[1:]:
            say(f"  {violation.field}: {violation.problem}. {violation.suggestion}")
    say(f"Next: {error.next_step or NEXT.get(error.reason, 'shipfrom --help')}")
    unreachable = (Unavailable, OutcomeUnknown, DeadlineExceeded)
    return UNREACHABLE if isinstance(error, unreachable) else REFUSED
