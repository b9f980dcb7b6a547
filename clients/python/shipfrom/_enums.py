"""The closed lists of the API as string enums: they print, compare and sort as words.

Each has UNSPECIFIED, so that a client meets a newer server's word without failing.
"""

from enum import StrEnum


class Objective(StrEnum):
    """How a plan is chosen among those that fill the most units."""

    UNSPECIFIED = "UNSPECIFIED"
    CHEAPEST = "CHEAPEST"
    FASTEST = "FASTEST"
    FEWEST_SHIPMENTS = "FEWEST_SHIPMENTS"
    NEAREST = "NEAREST"
    PRIORITY = "PRIORITY"
    MOST_STOCK = "MOST_STOCK"
    POLICY = "POLICY"


class LineSplit(StrEnum):
    """Whether one line may come from several nodes."""

    UNSPECIFIED = "UNSPECIFIED"
    IF_FORCED = "IF_FORCED"
    NEVER = "NEVER"
    BY_COST = "BY_COST"


class PlanStatus(StrEnum):
    """What is proven about a plan."""

    UNSPECIFIED = "UNSPECIFIED"
    OPTIMAL = "OPTIMAL"
    FEASIBLE = "FEASIBLE"


class HoldState(StrEnum):
    """ACTIVE, then one of the others, once."""

    UNSPECIFIED = "UNSPECIFIED"
    ACTIVE = "ACTIVE"
    COMMITTED = "COMMITTED"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"


class OrderState(StrEnum):
    """Life of an order, derived from its shipments."""

    UNSPECIFIED = "UNSPECIFIED"
    ALLOCATED = "ALLOCATED"
    SHIPPED = "SHIPPED"
    CANCELLED = "CANCELLED"
    PENDING = "PENDING"
    REVIEW = "REVIEW"
    BACKORDERED = "BACKORDERED"
    PICKING = "PICKING"
    READY = "READY"
    COLLECTED = "COLLECTED"
    DELIVERED = "DELIVERED"
    COMPLETED = "COMPLETED"


class ShipmentState(StrEnum):
    """Life of a shipment."""

    UNSPECIFIED = "UNSPECIFIED"
    ALLOCATED = "ALLOCATED"
    SHIPPED = "SHIPPED"
    CANCELLED = "CANCELLED"
    ACCEPTED = "ACCEPTED"
    PICKING = "PICKING"
    READY = "READY"
    COLLECTED = "COLLECTED"
    DELIVERED = "DELIVERED"
    NO_SHOW = "NO_SHOW"
    IN_TRANSIT = "IN_TRANSIT"
    RECEIVED = "RECEIVED"


class NodeKind(StrEnum):
    """What kind of place a node is."""

    UNSPECIFIED = "UNSPECIFIED"
    CENTRE = "CENTRE"
    STORE = "STORE"
    SUPPLIER = "SUPPLIER"


class ChangeKind(StrEnum):
    """What could have been otherwise for a node to be in a plan."""

    UNSPECIFIED = "UNSPECIFIED"
    UNITS = "UNITS"
    COST = "COST"
    SHIPMENTS = "SHIPMENTS"
    DISTANCE = "DISTANCE"
    PROMISE_BY = "PROMISE_BY"
    SWITCHED_ON = "SWITCHED_ON"
    SELECTED = "SELECTED"
    NOT_EXCLUDED = "NOT_EXCLUDED"
    TAGGED = "TAGGED"
    ANY_SERVICE = "ANY_SERVICE"
    RULE_LIFTED = "RULE_LIFTED"


class ReplayOutcome(StrEnum):
    """What came of solving a stored decision again."""

    UNSPECIFIED = "UNSPECIFIED"
    SAME = "SAME"
    DIFFERENT = "DIFFERENT"
    UNREADABLE = "UNREADABLE"


class PaymentState(StrEnum):
    """What the shop's payment system says of an order; UNSPECIFIED: nothing."""

    UNSPECIFIED = "UNSPECIFIED"
    PENDING = "PENDING"
    AUTHORIZED = "AUTHORIZED"
    CAPTURED = "CAPTURED"
    FAILED = "FAILED"
    REFUNDED = "REFUNDED"


class ExceptionKind(StrEnum):
    """Why an order needs somebody."""

    UNSPECIFIED = "UNSPECIFIED"
    UNFILLED = "UNFILLED"
    SHORT = "SHORT"
    LATE_RISK = "LATE_RISK"
    TIMED_OUT = "TIMED_OUT"
    PAYMENT = "PAYMENT"
    REVIEW = "REVIEW"


class ReturnState(StrEnum):
    """Life of a return."""

    UNSPECIFIED = "UNSPECIFIED"
    OPEN = "OPEN"
    RECEIVED = "RECEIVED"


class Disposition(StrEnum):
    """What becomes of units that came back; only RESTOCK makes them stock again."""

    UNSPECIFIED = "UNSPECIFIED"
    RESTOCK = "RESTOCK"
    REFURBISH = "REFURBISH"
    SCRAP = "SCRAP"


class RejectReason(StrEnum):
    """Why a node does not send something; each says what that tells of its shelf."""

    UNSPECIFIED = "UNSPECIFIED"
    NOT_FOUND = "NOT_FOUND"
    FEWER = "FEWER"
    DAMAGED = "DAMAGED"
    TOO_BUSY = "TOO_BUSY"
    CLOSED = "CLOSED"


class DocumentKind(StrEnum):
    """What to print."""

    UNSPECIFIED = "UNSPECIFIED"
    PICK_LIST = "PICK_LIST"
    PACKING_LIST = "PACKING_LIST"
    LABEL = "LABEL"
