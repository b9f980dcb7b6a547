"""Which class of error each reason of the server is."""

from collections.abc import Mapping

from shipfrom import (
    _event_errors,
    _order_errors,
    _policy_errors,
    _price_errors,
    _supply_errors,
)
from shipfrom._errors import Error

# Their classes are branches of the tree.
assert _event_errors
assert _order_errors
assert _policy_errors
assert _price_errors
assert _supply_errors


def _tree(root: type[Error]) -> dict[str, type[Error]]:
    found = {root.reason: root} if "reason" in vars(root) and root.reason else {}
    for branch in root.__subclasses__():
        found |= _tree(branch)
    return found


BY_REASON: Mapping[str, type[Error]] = _tree(Error)
