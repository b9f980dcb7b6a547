"""What a check found, told by the line of the file and the rules it is about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An ERROR keeps a policy from being published, a WARNING does not."""

    ERROR = "ERROR"
    WARNING = "WARNING"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that cannot be meant."""

    severity: Severity
    rule_ids: tuple[str, ...]
    path: str
    text: str
    suggestion: str = ""

    def __str__(self) -> str:
        advice = f"; {self.suggestion}" if self.suggestion else ""
        return f"{self.severity} {self.path}: {self.text}{advice}"


def error(
    path: str, text: str, suggestion: str = "", *, rules: tuple[str, ...] = ()
) -> Finding:
    """Something that must not be published."""
    return Finding(Severity.ERROR, rules, path, text, suggestion)


def warning(
    path: str, text: str, suggestion: str = "", *, rules: tuple[str, ...] = ()
) -> Finding:
    """Something that somebody should look at."""
    return Finding(Severity.WARNING, rules, path, text, suggestion)
