"""Refusals of prices: those in force stay."""

from shipfrom._errors import Refusal


class SolveFailed(Refusal):
    """Prices could not be made. Those in force stay, and fade by themselves."""

    reason = "SOLVE_FAILED"
