"""Under which key the answer of a mutation is kept: who asked what, and which way."""

from inventory.requests import RequestKey
from router.paging import digest
from router.rpc.call import Call
from router.validate import Violations, request_id


def key_of(
    method: str, asked: str, found: Violations, call: Call, *content: object
) -> RequestKey:
    """The key of a request; raises everything that was found wrong with it."""
    checked = request_id(asked, found)
    found.check()
    return RequestKey(call.principal, method, checked, digest(*content))
