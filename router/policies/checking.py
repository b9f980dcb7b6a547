"""Faults of a document and differences of two: the one place that asks for them."""

from datetime import datetime

from allocation.rules import checks, diff
from allocation.rules.document import PolicyDocument
from router.money import Currency
from router.policies.finding import Finding, Severity
from router.snapshot import Snapshot


def findings(
    document: PolicyDocument, snapshot: Snapshot, now: datetime
) -> tuple[Finding, ...]:
    """What the static checks say of a document in this network, errors first."""
    return tuple(
        Finding(
            Severity(found.severity),
            rule_id=", ".join(found.rule_ids),
            path=found.path,
            problem=found.text,
            suggestion=found.suggestion,
        )
        for found in checks.check(document, snapshot.network, now)
    )


def differences(
    before: PolicyDocument, after: PolicyDocument, currency: Currency
) -> tuple[diff.Difference, ...]:
    """Every change, in the order of the new document."""
    return diff.differences(
        before, after, currency=currency.code, exponent=currency.exponent
    )
