"""What the caller told the customer: a hold keeps to it or is refused."""

from dataclasses import dataclass
from datetime import date, datetime

from router.money import Currency
from router.validate import Violations, amount, coming_day
from shipfrom.v1 import checkout_service_pb2 as pb


@dataclass(frozen=True, slots=True)
class Terms:
    """What the caller told the customer; None accepts anything."""

    cost_max_minor: int | None = None
    promise_by: date | None = None


def read_terms(
    accept: pb.Accept, found: Violations, currency: Currency, *, now: datetime
) -> Terms:
    """The terms of a request, checked."""
    cost_max = by = None
    if accept.HasField("cost_max"):
        cost_max = amount(accept.cost_max, "accept.cost_max", found, currency)
    if accept.HasField("promise_by"):
        by = coming_day(accept.promise_by, "accept.promise_by", found, now=now)
    return Terms(cost_max, by)
