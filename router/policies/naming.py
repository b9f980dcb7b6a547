"""What plans call the versions of the rules, and which one a caller means."""

import re

from allocation.policy import Policy
from allocation.rules.book import policy_in_force
from allocation.rules.stored import from_json
from inventory.policy_rows import BUILT_IN, PolicyVersion

PREFIX = "rules-"
_NAME = re.compile(PREFIX + r"([1-9][0-9]{0,8})").fullmatch


def name_of(version: int, built_in: Policy) -> str:
    """What a plan records."""
    return f"{PREFIX}{version}" if version != BUILT_IN else built_in.version


def number_of(name: str) -> int:
    """The version that a plan recorded; the built-in one for any other name."""
    match = _NAME(name)
    return int(match[1]) if match else BUILT_IN


def policy_of(found: PolicyVersion) -> Policy:
    """The policy that orders are planned under."""
    return policy_in_force(from_json(found.content), f"{PREFIX}{found.version}")
