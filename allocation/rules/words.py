"""The closed vocabularies of a policy document."""

from enum import StrEnum


class Verb(StrEnum):
    """What a rule does."""

    ONLY = "ONLY"
    NEVER = "NEVER"
    PREFER = "PREFER"
    KEEP_BACK = "KEEP_BACK"
    LIMIT = "LIMIT"
    CHARGE = "CHARGE"
    CREDIT = "CREDIT"
    TOGETHER = "TOGETHER"
    SEND_TO = "SEND_TO"
    OFFER = "OFFER"
    COOL_OFF = "COOL_OFF"


class Strength(StrEnum):
    """Whether a step of `relax` may lift the rule."""

    HARD = "HARD"
    SOFT = "SOFT"


class Per(StrEnum):
    """What an amount is charged for."""

    SHIPMENT = "SHIPMENT"
    LINE = "LINE"
    UNIT = "UNIT"
    KM = "KM"
    DAY_LATE = "DAY_LATE"


class LimitName(StrEnum):
    """What a limit bounds."""

    DISTANCE_KM = "DISTANCE_KM"
    SHIPMENTS_PER_ORDER = "SHIPMENTS_PER_ORDER"
    SHIPMENTS_PER_LINE = "SHIPMENTS_PER_LINE"
    SHIPMENT_VALUE_MIN = "SHIPMENT_VALUE_MIN"


class Queue(StrEnum):
    """Where an order waits for a person or for stock."""

    REVIEW = "REVIEW"
    BACKORDER = "BACKORDER"


class Measure(StrEnum):
    """What a tier of the objective makes small."""

    UNFILLED_UNITS = "UNFILLED_UNITS"
    UNFILLED_VALUE = "UNFILLED_VALUE"
    SHIPMENTS = "SHIPMENTS"
    COST = "COST"
    LATE_DAYS = "LATE_DAYS"
    DISTANCE_KM = "DISTANCE_KM"
    CO2_G = "CO2_G"
    LOAD = "LOAD"
    """Share of the sending nodes' day that is taken, in basis points."""
    COVER = "COVER"
    """Share of the stock of a cell that each unit takes, in basis points."""
    PICK_RISK = "PICK_RISK"
    """Units that will probably not be found, in basis points of a unit."""
    DAYS_OF_COVER = "DAYS_OF_COVER"
    """Days that the stock of each unit's cell lasts less than a year."""


class WhenUnfilled(StrEnum):
    """What becomes of units that no node can send."""

    REVIEW = "REVIEW"
    BACKORDER = "BACKORDER"
    CANCEL = "CANCEL"
