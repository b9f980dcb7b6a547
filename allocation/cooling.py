"""Nodes that turned shipments down lately, and how long they are left alone for it.

A node that rejected several shipments within some hours, or let their time pass, will
probably do so again. From the one that was too many it rests for a while. What the
ledger tells is when; how many are too many, a rule says (`Verb.COOL_OFF`).
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from allocation.network import Network
    from allocation.problem import Problem

REJECTIONS_MAX = 100
"""More rejections than any rule waits for; as many are remembered of a node."""
HOURS_MAX = 168
MINUTES_MAX = 10_080
"""A week each: what is longer is a pause."""
HORIZON_S = (HOURS_MAX * 60 + MINUTES_MAX) * 60
"""What was turned down before this cannot matter any more."""
TERMS_MAX = 64
"""Sorts of rules remembered for one state of the refusals."""


class Terms(NamedTuple):
    """So many rejections within so many hours make a node rest so many minutes."""

    rejections: int
    within_hours: int
    for_minutes: int


class Rest(NamedTuple):
    """The last time that a node had too many: how many, and when its rest ends."""

    rejections: int
    until_s: int


@dataclass(frozen=True, slots=True, eq=False)
class Refusals:
    """When nodes turned shipments down: seconds since 1970 by node id, rising.

    Never changed; `rests` only remembers what follows from it.
    """

    by_node: Mapping[str, tuple[int, ...]]
    _known: dict[Terms, Mapping[str, Rest]] = field(default_factory=dict, repr=False)

    def rests(self, terms: Terms) -> Mapping[str, Rest]:
        """The last rest of each node that ever had one, over or not."""
        found = self._known.get(terms)
        if found is None:
            rests = {n: _last_rest(times, terms) for n, times in self.by_node.items()}
            found = {node_id: rest for node_id, rest in rests.items() if rest}
            if len(self._known) >= TERMS_MAX:
                self._known.clear()
            self._known[terms] = found
        return found

    def resting(self, terms: Terms, now: datetime) -> dict[str, Rest]:
        """The nodes that rest at this moment."""
        now_s = now.timestamp()
        rests = self.rests(terms).items()
        return {node_id: rest for node_id, rest in rests if now_s < rest.until_s}


def _last_rest(times: Sequence[int], terms: Terms) -> Rest | None:
    window_s = terms.within_hours * 3600
    for last in range(len(times) - 1, terms.rejections - 2, -1):
        at_s = times[last]
        if at_s - times[last + 1 - terms.rejections] <= window_s:
            since = bisect_left(times, at_s - window_s)
            return Rest(last + 1 - since, at_s + terms.for_minutes * 60)
    return None


def refusal_document(problem: Problem, numbers: Sequence[int]) -> dict[str, object]:
    """What these nodes turned down; nothing where no rule asks."""
    if problem.refusals is None:
        return {}
    known = problem.refusals.by_node
    ids = {n: problem.network.node_by_number[n].node_id for n in numbers}
    kept = [[n, list(known[node_id])] for n, node_id in ids.items() if node_id in known]
    return {"refusals": kept}


def refusals_of(document: Mapping[str, Any], network: Network) -> Refusals | None:
    """The refusals that `refusal_document` wrote."""
    if "refusals" not in document:
        return None
    ids = {number: node.node_id for number, node in network.node_by_number.items()}
    rows = document["refusals"]
    return Refusals({ids[number]: tuple(times) for number, times in rows})
