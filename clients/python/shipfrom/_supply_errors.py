"""Refusals about supply and guarded counts."""

from shipfrom._errors import Refusal


class IncomingNotFound(Refusal):
    """No supply is announced under this id."""

    reason = "INCOMING_NOT_FOUND"


class BelowAllocated(Refusal):
    """A guarded count is smaller than what orders have in the cell."""

    reason = "BELOW_ALLOCATED"
