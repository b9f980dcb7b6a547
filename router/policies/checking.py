"""Faults of a document and differences of two: the one place that asks for them."""

from allocation.rules.document import PolicyDocument, Rule
from router.policies.finding import Finding
from router.snapshot import Snapshot


def findings(document: PolicyDocument, snapshot: Snapshot) -> tuple[Finding, ...]:
    """What the static checks say of a document in this network."""
    return ()


def differences(
    before: PolicyDocument, after: PolicyDocument
) -> tuple[tuple[str, str], ...]:
    """Rule id ("" for none) and sentence of each change, in the new order."""
    old = {rule.id: rule for rule in before.rules}
    new = {rule.id: rule for rule in after.rules}
    gone = [
        (name, f"gone: {rule.say}") for name, rule in old.items() if name not in new
    ]
    said = [(name, _change(old.get(name), rule)) for name, rule in new.items()]
    return tuple((name, text) for name, text in [*gone, *said] if text)


def _change(before: Rule | None, after: Rule) -> str:
    if before is None:
        return f"new: {after.say}"
    return "" if before == after else f"changed: {after.say}"
