"""The words that the ledger has for what becomes of an order."""

ORDER_STATES = (
    "PENDING",
    "REVIEW",
    "BACKORDERED",
    "ALLOCATED",
    "PICKING",
    "READY",
    "SHIPPED",
    "COLLECTED",
    "DELIVERED",
    "COMPLETED",
    "CANCELLED",
)
SHIPMENT_STATES = (
    "ALLOCATED",
    "ACCEPTED",
    "PICKING",
    "READY",
    "SHIPPED",
    "COLLECTED",
    "DELIVERED",
    "CANCELLED",
    "NO_SHOW",
    "IN_TRANSIT",
    "RECEIVED",
)
ALLOCATION_STATES = (
    *("ALLOCATED", "PICKED", "SHIPPED", "COLLECTED"),
    *("CANCELLED", "SHORT", "MOVED", "NO_SHOW"),
)
PAYMENT_STATES = ("NONE", "PENDING", "AUTHORIZED", "CAPTURED", "FAILED", "REFUNDED")
