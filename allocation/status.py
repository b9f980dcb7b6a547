"""What is proven about a plan."""

from enum import StrEnum


class PlanStatus(StrEnum):
    """What is proven about a plan."""

    OPTIMAL = "OPTIMAL"
    FEASIBLE = "FEASIBLE"
