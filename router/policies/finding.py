"""What a check found in a policy, wherever it looked."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An ERROR stands against publishing."""

    WARNING = "WARNING"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing; line and column begin with 1, 0 where there is no text."""

    severity: Severity
    rule_id: str = ""
    path: str = ""
    problem: str = ""
    suggestion: str = ""
    line: int = 0
    column: int = 0
