"""How a command ends: the exit code, and an error that ends with the next command.

0 done, 1 refused by the server, 2 wrong usage or configuration, 3 server unreachable,
4 a check found something, 130 interrupted.
"""

import re
from collections.abc import Callable, Mapping

from shipfrom._errors import (
    DeadlineExceeded,
    Error,
    FieldViolation,
    InvalidField,
    NoStock,
    OutcomeUnknown,
    Unavailable,
)
from shipfrom.cli.show import say

REFUSED, WRONG_USAGE, UNREACHABLE, CHECK_FAILED, INTERRUPTED = 1, 2, 3, 4, 130

COMMAND = "shipfrom "
# What a refusal says to do next is meant for programs; here it is a command.
NEXT: Mapping[str, str] = {
    "ORDER_NOT_FOUND": "shipfrom order list",
    "HOLD_NOT_FOUND": "shipfrom order list",
    "NODE_NOT_FOUND": "shipfrom import nodes FILE",
    "SHIPMENT_NOT_FOUND": "shipfrom order ORDER",
    "RETURN_NOT_FOUND": "shipfrom returns get ORDER",
    "PAST_POINT_OF_NO_RETURN": "shipfrom order ORDER",
    "NO_STOCK": "shipfrom stock SKU",
    "HOLD_EXPIRED": "shipfrom hold --to ZIP SKU=N",
    "HOLD_RELEASED": "shipfrom hold --to ZIP SKU=N",
    "HOLD_COMMITTED": "shipfrom order list",
    "QUOTE_STALE": "shipfrom quote --to ZIP SKU=N",
    "POLICY_NOT_FOUND": "shipfrom rules list",
    "GOLDEN_ORDER_NOT_FOUND": "shipfrom rules golden list",
    "ETAG_MISMATCH": "shipfrom rules list",
    "ETAG_REQUIRED": "shipfrom rules list",
    "NOT_SIMULATED": "shipfrom rules simulate VERSION",
    "NEEDS_APPROVAL": "shipfrom rules approve VERSION --author NAME",
    "GATE_FAILED": "shipfrom rules golden list VERSION",
    "SOLVE_FAILED": "shipfrom prices",
    "WEBHOOK_NOT_FOUND": "shipfrom webhook list",
    "EVENT_NOT_FOUND": "shipfrom events list",
    "EVENTS_GONE": "shipfrom events list",
    "UNAVAILABLE": "shipfrom dev",
    "UNIMPLEMENTED": "shipfrom --help",
}
# The same command has the one answer that counts, or may succeed now.
ASK_AGAIN = frozenset(
    {
        "DEADLINE_EXCEEDED",
        "DEADLINE_TOO_SHORT",
        "DRAINING",
        "OUTCOME_UNKNOWN",
        "OVERLOADED",
        "STOCK_CHANGED",
        "STORAGE_UNAVAILABLE",
    }
)
DID_YOU_MEAN = re.compile(r"did you mean (\S+)\?")
UNSURE = "it may have happened or not: the same command gives the answer"


class CliError(Exception):
    """Wrong usage that only the command itself can know."""

    def __init__(
        self, message: str, *, next_step: str, exit_code: int = WRONG_USAGE
    ) -> None:
        super().__init__(message)
        self.next_step = next_step
        self.exit_code = exit_code


class Refused(Exception):
    """An error of the client or the server in the words of a command."""

    def __init__(self, error: Error, lines: list[str], *, next_step: str) -> None:
        super().__init__(lines[0])
        self.lines = lines
        self.next_step = next_step
        unreachable = (Unavailable, OutcomeUnknown, DeadlineExceeded)
        self.exit_code = UNREACHABLE if isinstance(error, unreachable) else REFUSED


def refused(
    error: Error,
    *,
    words: Callable[[str], str],
    named: Callable[[FieldViolation], str],
    same: str,
    verb: str,
    mended: str = "",
    order_id: str = "",
) -> Refused:
    """Say what happened and what to do next.

    Args:
        error: what the client raised.
        words: a text of the wire in the words of the command.
        named: a wrong field as it was typed.
        same: the same command again.
        verb: the command without what it was given.
        mended: the command with the suggestions of the error in it.
        order_id: the order that the command is about, if one.
    """
    head = f"{error.reason}: " if error.reason else ""
    if isinstance(error, InvalidField) and error.violations:
        told = [_violation(v, named, words) for v in error.violations]
        lines = [head + told[0], *(f"  {line}" for line in told[1:])]
        return Refused(error, lines, next_step=mended or f"{verb} --help")
    command = error.next_step.startswith(COMMAND)
    advice = "" if command else error.next_step
    if isinstance(error, OutcomeUnknown):
        advice = UNSURE
    lines = [head + words(error.message), *([f"  {words(advice)}"] if advice else [])]
    return Refused(
        error,
        lines,
        next_step=error.next_step if command else _command(error, same, verb, order_id),
    )


def _violation(
    violation: FieldViolation,
    named: Callable[[FieldViolation], str],
    words: Callable[[str], str],
) -> str:
    suggestion = f"; {words(violation.suggestion)}" if violation.suggestion else ""
    return f"{named(violation)}: {words(violation.problem)}{suggestion}"


def _command(error: Error, same: str, verb: str, order_id: str) -> str:
    if error.reason in ASK_AGAIN:
        return same
    meant, wrong = DID_YOU_MEAN.match(error.next_step), error.metadata.get("nodeId")
    if meant and wrong:
        return same.replace(wrong, meant[1])
    if isinstance(error, NoStock) and error.lines:
        return f"shipfrom stock {error.lines[0].sku}"
    if isinstance(error, NoStock) and "sku" in error.metadata:
        return f"shipfrom stock {error.metadata['sku']}"
    if error.reason == "HOLD_COMMITTED" and "orderId" in error.metadata:
        return f"shipfrom order {error.metadata['orderId']}"
    version = error.metadata.get("version", "")
    if error.reason == "WRONG_STATE" and version:
        return "shipfrom rules list"
    if error.reason == "WRONG_STATE" and order_id:
        return f"shipfrom order {order_id}"
    command = NEXT.get(error.reason, f"{verb} --help")
    known = {"VERSION": version, "ORDER": order_id}
    for word, value in known.items():
        command = command.replace(word, value or word)
    return command


def tell(refusal: Refused) -> int:
    """Say it on stderr; the exit code."""
    for line in refusal.lines:
        say(line)
    say(f"Next: {refusal.next_step}")
    return refusal.exit_code
