"""Policies that fix the node of each line without looking at the stock of the moment.

Static nearest is what the literature calls myopic: each SKU and region has one node,
the nearest that carries the SKU, and no second choice. The rounding rules draw the node
of each line from the shares of the item LP, the lines of one order together, so that
few shipments are opened. All of them leave a line unfilled whose node has run out.

The draws are those of the papers, from their formulas: Jasin and Sinha (2015), Ma
(2023). Every rule is written for many arrivals of one order at once: (draws, lines)
nodes from (lines, nodes) shares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.experiments.network import OPENING, unit_costs

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

    from allocation.solvers.instance import Integers
    from benchmarks.experiments.item import ItemPlan
    from benchmarks.experiments.network import Reals, Setting

    Rule = Callable[[Reals, int, Generator], Integers]


class Served(NamedTuple):
    """What a sequence of arrivals cost, and how it was served."""

    cost: float
    """Dollars."""
    split: float
    """Share of the orders with lines that took more than one real shipment."""
    lost: float
    """Share of the lines that nobody sent."""


def _normal(share: Reals) -> Reals:
    return np.asarray(share / share.sum(axis=1, keepdims=True))


def independent(share: Reals, draws: int, rng: Generator) -> Integers:
    """Each line alone draws its node with its shares."""
    upto = _normal(share).cumsum(axis=1)
    upto[:, -1] = 1.0
    spun = rng.random((draws, share.shape[0], 1))
    return np.asarray((spun >= upto[None]).sum(axis=2))


def dilate(share: Reals, draws: int, rng: Generator) -> Integers:
    """One exponential clock a node and order; a line takes the first, its shares being
    the speeds."""
    clock = rng.exponential(size=(draws, 1, share.shape[1]))
    with np.errstate(divide="ignore"):
        return np.asarray((clock / share[None]).argmin(axis=2))


def force_open(share: Reals, draws: int, rng: Generator) -> Integers:
    """As `dilate`, but the node with a line's largest share is often opened at once."""
    lines, nodes = share.shape
    clock = rng.exponential(size=(draws, nodes))
    with np.errstate(divide="ignore"):
        time = clock[:, None, :] / share[None]
    first = share.argmax(axis=1)
    for line in range(lines):
        z = min(1.0, float(share[line, first[line]]))
        own = clock[:, first[line]]
        if z > 1 - 1e-9:
            time[:, line, first[line]] = 0.0
            continue
        late = (1 - z) / (1 - z + z * np.exp(min(1 / z, 500.0)) - np.e)
        at_end = rng.random(draws) < late
        early = np.minimum(own, 1.0) / z
        time[:, line, first[line]] = np.where(at_end, 1 / z, early)
    return np.asarray(time.argmin(axis=2))


def _layers(share: Reals) -> list[tuple[int, tuple[int, ...], float]]:
    """(node, lines, height): node by node the shares cut into layers of lines."""
    layers = []
    for node in range(share.shape[1]):
        lines = np.argsort(-share[:, node], kind="stable")
        ordered = np.append(share[lines, node], 0.0)
        for many in range(1, lines.size + 1):
            height = float(ordered[many - 1] - ordered[many])
            if height > 1e-12:
                layers.append((node, tuple(lines[:many].tolist()), height))
    return layers


def jasin_sinha(share: Reals, draws: int, rng: Generator) -> Integers:
    """One layer is drawn for the whole order, the lines outside it draw alone."""
    layers, lines = _layers(_normal(share)), share.shape[0]
    node = np.array([each[0] for each in layers])
    inside = np.array([[i in each[1] for i in range(lines)] for each in layers])
    height = np.array([each[2] for each in layers])
    many = inside.sum(axis=1)
    chance = height * many / lines
    drawn = rng.choice(node.size, size=draws, p=chance / chance.sum())
    taken = np.repeat(node[drawn][:, None], lines, axis=1)
    for line in range(lines):
        alone = ~inside[drawn, line]
        weight = inside[:, line] * height * (1 - many / lines)
        if alone.any():
            other = rng.choice(node.size, size=alone.sum(), p=weight / weight.sum())
            taken[alone, line] = node[other]
    return taken


def nearest_shares(setting: Setting, miles: Reals | None = None) -> dict[int, Reals]:
    """Static nearest as shares: all of each line from the nearest that carries it.

    `miles` (skus, nodes, regions), where the setting sees other distances than its own;
    a SKU that nobody carries goes unfilled."""
    nodes, share = setting.miles.shape[0], {}
    for kind, skus in enumerate(setting.types):
        for region in range(setting.regions):
            rows = np.zeros((len(skus), nodes + 1))
            for line, sku in enumerate(skus):
                seen = np.where(setting.carried[sku], setting.miles[:, region], np.inf)
                if miles is not None:
                    seen = miles[sku, :, region]
                any_ = setting.carried[sku].any() or miles is not None
                rows[line, int(seen.argmin()) if any_ else nodes] = 1.0
            share[setting.number(kind, region)] = rows
    return share


def planned(
    setting: Setting, plan: ItemPlan, rule: Rule, *, drawn: Integers, rng: Generator
) -> Served:
    """Serve arrivals by a rule that draws from the shares of a plan."""
    return served(
        setting, _drawn(setting, plan.share, rule, drawn=drawn, rng=rng), drawn
    )


def nearest(setting: Setting, drawn: Integers, miles: Reals | None = None) -> Served:
    """Serve arrivals by static nearest."""
    fixed = nearest_shares(setting, miles)
    rng = np.random.default_rng(0)
    return served(setting, _drawn(setting, fixed, _first, drawn=drawn, rng=rng), drawn)


def _first(share: Reals, draws: int, rng: Generator) -> Integers:
    return np.repeat(share.argmax(axis=1)[None], draws, axis=0)


def _drawn(
    setting: Setting,
    share: dict[int, Reals],
    rule: Rule,
    *,
    drawn: Integers,
    rng: Generator,
) -> Integers:
    """(arrivals, most lines) node of each line, -1 where an order has fewer."""
    widest = max(len(kind) for kind in setting.types)
    nodes = np.full((drawn.size, widest), -1, np.int64)
    for number in np.unique(drawn).tolist():
        skus = setting.types[number // setting.regions]
        if skus:
            at = np.flatnonzero(drawn == number)
            nodes[at, : len(skus)] = rule(share[number], at.size, rng)
    return nodes


def served(setting: Setting, nodes: Integers, drawn: Integers) -> Served:
    """What it costs when each line goes to its node while that has stock.

    A cell serves those who come first; the draws do not depend on the stock, so that
    each cell can be looked at alone.
    """
    none = setting.miles.shape[0]
    kinds, regions = np.divmod(drawn, setting.regions)
    sku = np.full(nodes.shape, -1, np.int64)
    for kind, skus in enumerate(setting.types):
        sku[np.ix_(kinds == kind, range(len(skus)))] = skus
    nodes = nodes.copy()
    for item, node in np.argwhere(setting.stock >= 0).tolist():
        asked = np.argwhere((sku == item) & (nodes == node))
        late = asked[setting.stock[item, node] :]
        nodes[late[:, 0], late[:, 1]] = none
    unit = unit_costs(setting.miles)
    real = nodes >= 0
    cost = float(unit[nodes, regions[:, None]][real].sum())
    used = np.array([(nodes == node).any(axis=1) for node in range(none + 1)])
    cost += OPENING * float(used[:none].sum() + 2 * used[none].sum())
    orders = max(1, int(real.any(axis=1).sum()))
    lost = float((nodes == none).sum() / max(1, real.sum()))
    return Served(cost, float((used[:none].sum(axis=0) > 1).sum() / orders), lost)
