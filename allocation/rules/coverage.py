"""Rules that leave no node: told from masks over the network and from sets of values.

A rule is counted where it certainly holds: hard, or soft and lifted by no step. What it
keeps is never underestimated, so that nothing is called impossible that is not.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from allocation.rules.columns import Columns, item_columns, node_columns
from allocation.rules.findings import Finding, error, warning
from allocation.rules.meaning import speaks_with
from allocation.rules.words import Verb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from allocation.network import Network
    from allocation.rules.condition import Condition
    from allocation.rules.document import PolicyDocument
    from allocation.rules.meaning import Meaning

    Mask = NDArray[np.bool_]

SERVICE = "lane.service"
TOLD_MAX = 3
"""Nodes or items of one finding that are named."""
KINDS_MAX = 2_000
"""Sorts of items told apart by the rules that mean them."""


class Coverage:
    """Which nodes and services the rules that certainly hold leave.

    Masks have a row for each node that is not disabled and a column for each service;
    one of them may be 1 where it makes no difference.
    """

    def __init__(
        self, document: PolicyDocument, network: Network, found: Sequence[Meaning]
    ) -> None:
        self.nodes = [node for node in network.nodes if not node.disabled]
        self._columns = node_columns(self.nodes, document)
        self._services = sorted({lane.service for lane in network.lanes})
        self.all: Mask = np.ones((len(self.nodes), 1), dtype=np.bool_)
        self.binding = [one for one in found if one.binds and _forbids(one)]
        self.kept = {one.place: self._kept(one) for one in self.binding}
        self.always = [one for one in self.binding if one.is_always]

    def left(self, rules: Iterable[Meaning]) -> Mask:
        """Nodes and services that all of the rules leave."""
        return reduce(np.logical_and, (self.kept[one.place] for one in rules), self.all)

    def blamed(self, rules: Sequence[Meaning]) -> tuple[Meaning, ...]:
        """The fewest of the rules that together leave nothing, the first ones kept."""
        needed = list(rules)
        for one in reversed(rules):
            without = [other for other in needed if other is not one]
            if not self.left(without).any():
                needed = without
        return tuple(needed)

    def meant(self, one: Meaning) -> Mask:
        """Nodes and services that the rule may mean, as far as the network tells."""
        asked = [c for c in one.rule.which if self._knows(c)]
        found = reduce(np.logical_and, map(self._mask, asked), self.all)
        choices = one.means_any
        if choices and all(map(self._knows, choices)):
            found = found & reduce(np.logical_or, map(self._mask, choices))
        return found

    def _kept(self, one: Meaning) -> Mask:
        if one.rule.do is Verb.ONLY:
            return self.meant(one)
        if not all(map(self._knows, one.rule.which)):
            return self.all
        dropped = reduce(np.logical_and, map(self._mask, one.rule.which), self.all)
        if one.means_any:
            known = [c for c in one.means_any if self._knows(c)]
            dropped = dropped & reduce(np.logical_or, map(self._mask, known), ~self.all)
        return ~dropped

    def _knows(self, condition: Condition) -> bool:
        if condition.field == SERVICE:
            return bool(self._services)
        return self._columns.knows(condition)

    def _mask(self, condition: Condition) -> Mask:
        if condition.field == SERVICE:
            row = Columns(len(self._services))
            row.text(SERVICE, self._services)
            return row.mask(condition)[None, :]
        return self._columns.mask(condition)[:, None]


def _forbids(one: Meaning) -> bool:
    """Whether the rule takes nodes away, and not just refuses an order or a line: that
    somebody means."""
    if one.rule.do is Verb.NEVER:
        return one.rule.asks_nodes or one.is_always
    return one.rule.do is Verb.ONLY


def meant_nodes(coverage: Coverage, found: Sequence[Meaning]) -> Iterator[Finding]:
    """Rules whose conditions no node of the network meets."""
    for one in found:
        if not coverage.nodes or (one.rule.do is Verb.ONLY and one.binds):
            continue
        if one.rule.asks_nodes and not coverage.meant(one).any():
            text = f"{one.rule.id} means no node of this network"
            advice = "check its conditions on nodes"
            yield warning(one.path, text, advice, rules=(one.rule.id,))


def conflicts(coverage: Coverage) -> Iterator[Finding]:
    """Sets of rules that leave no node wherever one of them speaks."""
    if not coverage.nodes:
        return
    if not coverage.left(coverage.always).any():
        yield _nothing_left(coverage.blamed(coverage.always), "no order")
        return
    told: set[tuple[str, ...]] = set()
    for one in coverage.binding:
        if one.is_always:
            continue
        rules = [other for other in coverage.binding if speaks_with(other, one)]
        if not coverage.left(rules).any():
            blamed = coverage.blamed(rules)
            names = tuple(each.rule.id for each in blamed)
            if names not in told:
                told.add(names)
                yield _nothing_left(blamed, f"nothing that {one.rule.id} speaks of")


def _nothing_left(blamed: Sequence[Meaning], what: str) -> Finding:
    names = tuple(one.rule.id for one in blamed)
    path = blamed[-1].path if blamed else "rules"
    text = f"{what} can be sent: {' and '.join(names)} leave no node"
    if len(names) == 1:
        text = f"{what} can be sent: {names[0]} leaves no node"
    return error(path, text, "widen or remove one, or make it SOFT", rules=names)


def idle_nodes(coverage: Coverage) -> Iterator[Finding]:
    """Nodes that can never send anything, whatever the order."""
    alive = coverage.all.any(axis=1)
    if not coverage.nodes or not coverage.left(coverage.always).any():
        return
    so_far: list[Meaning] = []
    for one in coverage.always:
        so_far.append(one)
        after = coverage.left(so_far).any(axis=1)
        idle = np.flatnonzero(alive & ~after)
        alive = after
        if idle.size and not _names_nodes(one):
            ids = [coverage.nodes[row].node_id for row in idle.tolist()]
            many = f"{len(ids):,} of {len(coverage.nodes):,} nodes can"
            text = f"{many} never send anything under {one.rule.id}: {_few(ids)}"
            advice = "disable them if that is meant, or make the rule SOFT"
            yield warning(one.path, text, advice, rules=(one.rule.id,))


def _names_nodes(one: Meaning) -> bool:
    """Whether the rule names the nodes that it forbids: then it is meant."""
    fields = {condition.field for condition in (*one.rule.which, *one.means_any)}
    return one.rule.do is Verb.NEVER and fields == {"node.id"}


def stranded_items(coverage: Coverage, network: Network) -> Iterator[Finding]:
    """Items that no node may send."""
    if not coverage.nodes or not coverage.left(coverage.always).any():
        return
    columns = item_columns(network.items)
    about = [one for one in coverage.binding if _asks_items(one, columns)]
    if not about or not network.items:
        return
    speaks = np.array([_speaks_of(one, columns) for one in about])
    kinds, kind_of = np.unique(speaks, axis=1, return_inverse=True)
    kind_of = kind_of.reshape(-1)
    told: set[tuple[str, ...]] = set()
    for kind in range(min(kinds.shape[1], KINDS_MAX)):
        rules = [one for one, here in zip(about, kinds[:, kind], strict=True) if here]
        if not rules or coverage.left((*coverage.always, *rules)).any():
            continue
        blamed = coverage.blamed((*coverage.always, *rules))
        names = tuple(one.rule.id for one in blamed)
        rows = np.flatnonzero(kind_of == kind).tolist()
        skus = [network.items[row].sku for row in rows]
        if names not in told:
            told.add(names)
            yield _nothing_left(blamed, f"no unit of {_few(skus)}")


def _asks_items(one: Meaning, columns: Columns) -> bool:
    """Whether the rule speaks of some items at every moment, whatever the order."""
    rule = one.rule
    if one.is_always or rule.active_from or rule.active_until or rule.weekly:
        return False
    return all(map(columns.knows, (*rule.when, *one.speaks_when)))


def _speaks_of(one: Meaning, columns: Columns) -> NDArray[np.bool_]:
    mask = np.ones(columns.size, dtype=np.bool_)
    for condition in one.rule.when:
        mask &= columns.mask(condition)
    if one.speaks_when:
        mask &= reduce(np.logical_or, map(columns.mask, one.speaks_when))
    return mask


def _few(names: Sequence[str]) -> str:
    rest = len(names) - TOLD_MAX
    shown = ", ".join(names[:TOLD_MAX])
    return f"{shown} and {rest:,} more" if rest > 0 else shown
