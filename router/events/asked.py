"""What callers ask of events: positions, types, webhooks; checked field by field."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Protocol

from inventory.events.log import ID_END_CHARS, Position, Wanted
from inventory.events.types import KINDS, PREFIX, type_of
from inventory.events.webhooks import Wish
from router.events.guarding import url_fault
from router.events.signing import key_of
from router.validate import ID_MAX, Violations, identifier, text
from shipfrom.v1 import event_service_pb2 as pb

TYPES_MAX = 20
SUBJECT_MAX = 2 * ID_MAX + 1  # SKU@node
RANGE_MAX = 10_000

_POSITION = re.compile(rf"(\d{{1,18}})(?:-([0-9a-z]{{{ID_END_CHARS}}}))?").fullmatch
TYPES = frozenset(map(type_of, KINDS))
FAMILIES = frozenset(f"{PREFIX}.{each.split('.')[1]}.*" for each in TYPES)
_ENABLED = {
    pb.WEBHOOK_STATE_UNSPECIFIED: None,
    pb.WEBHOOK_STATE_ENABLED: True,
    pb.WEBHOOK_STATE_DISABLED: False,
}


class Chosen(Protocol):
    """What ListEvents and WatchEvents have in common."""

    @property
    def types(self) -> Sequence[str]: ...
    @property
    def subject(self) -> str: ...
    @property
    def node_id(self) -> str: ...


def token_of(position: Position) -> str:
    """A resume token; it holds a piece of the event's id, to notice a restore."""
    said = f"{position.sequence}-{position.id_end}"
    return said if position.id_end else str(position.sequence)


def position(after: str, found: Violations) -> Position | None:
    """The position of a resume token or a number; None if nothing was said."""
    if not after:
        return None
    match = _POSITION(after)
    if match is None:
        problem = "is neither a resume token nor a sequence number"
        found.add("after", problem, "send one of an earlier answer, or leave it out")
        return None
    return Position(int(match[1]), match[2] or "")


def chosen(request: Chosen, found: Violations) -> Wanted:
    """Which events are asked for."""
    text(request.subject, "subject", found, length_max=SUBJECT_MAX)
    if request.node_id:
        identifier(request.node_id, "node_id", found)
    return Wanted(types(request.types, found), request.subject, request.node_id)


def types(asked: Sequence[str], found: Violations) -> tuple[str, ...]:
    """Types and families, in one order and each once."""
    if len(asked) > TYPES_MAX:
        found.add("types", f"has {len(asked)} entries", f"send at most {TYPES_MAX}")
    for index, each in enumerate(asked[:TYPES_MAX]):
        if each not in TYPES | FAMILIES:
            found.add(f"types[{index}]", "is no type of an event", _near(each))
    return tuple(sorted(set(asked[:TYPES_MAX])))


def webhook(
    request: pb.UpsertWebhookRequest, found: Violations, *, loopback: bool
) -> Wish:
    """What a webhook is to be."""
    identifier(request.webhook_id, "webhook_id", found)
    fault = url_fault(request.url, loopback=loopback)
    if fault is not None:
        found.add("url", *fault)
    if request.state not in _ENABLED:
        found.add("state", "is unknown", "use ENABLED or DISABLED")
    if request.secret:
        _check_secret(request, found)
    return Wish(
        webhook_id=request.webhook_id,
        url=request.url,
        types=types(request.types, found),
        enabled=_ENABLED.get(request.state),
        rotate=request.rotate_secret,
        secret=request.secret,
    )


def _check_secret(request: pb.UpsertWebhookRequest, found: Violations) -> None:
    try:
        key_of(request.secret)
    except ValueError as problem:
        found.add("secret", str(problem), "leave it out: one is made")
    if request.rotate_secret:
        both = "comes with a secret of your own"
        found.add("rotate_secret", both, "send one of the two")


def span(asked: pb.EventRange, found: Violations) -> tuple[int, int]:
    """A half-open range of the log, after < number <= until."""
    if not 0 <= asked.after < asked.until:
        found.add("range", "is empty or negative", "use after < until")
    elif asked.until - asked.after > RANGE_MAX:
        most = f"send at most {RANGE_MAX:,} at once"
        found.add("range", f"has {asked.until - asked.after:,} events", most)
    return asked.after, asked.until


def _near(wrong: str) -> str:
    match = get_close_matches(wrong[:100], sorted(TYPES | FAMILIES), n=1)
    family = "write a whole type, or a family such as shipfrom.order.*"
    return f"did you mean {match[0]}?" if match else family
