"""What rules do to cells and to the terms of nodes, as arrays: one rule after another.

Arrays have one row, or one for each line of the order, and a column for each node
number. Where rules compete for a cell the first of the document wins, in whatever order
they are looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allocation.rules.fees import CHARGING
from allocation.rules.masks import both, when, which
from allocation.rules.words import Per, Verb

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.rules.masks import Mask, NodeMasks
    from allocation.rules.prepared import Prepared
    from allocation.solvers.instance import Integers

NOBODY = np.iinfo(np.int16).max
"""Place of the rule where there is none: behind every rule."""
COLUMNS = {Per.SHIPMENT: 0, Per.KM: 0, Per.LINE: 1, Per.UNIT: 2}


class Effects(NamedTuple):
    """What the rules looked at so far do."""

    forbidden_by: NDArray[np.int16]
    """Place of the first rule that forbids the cell."""
    kept_back: Integers
    """Units kept back by rules."""
    kept_by: NDArray[np.int16]
    """Place of the rule that keeps units back."""
    node_fees: Integers
    """(network.size, 3) charged a shipment, a line and a unit, minor units."""
    unit_fees: Integers
    """Charged a unit where that depends on the line; no rows: nothing."""


def nothing(size: int) -> Effects:
    """No rule yet."""
    nobody = np.full((1, size), NOBODY, dtype=np.int16)
    none = np.zeros((1, size), dtype=np.int64)
    fees = np.zeros((size, 3), dtype=np.int64)
    return Effects(nobody, none, nobody, fees, none[:0])


def with_rule(effects: Effects, masks: NodeMasks, rule: Prepared) -> Effects:
    """What is done when this rule speaks too."""
    do = rule.rule.do
    if do in CHARGING:
        return _charge(effects, masks, rule)
    if do is Verb.KEEP_BACK:
        return _keep_back(effects, masks, rule)
    hit = _forbidden(masks, rule)
    if hit is None:
        return effects
    if do is Verb.COOL_OFF:
        # A rest ends by itself: any other rule is the better reason.
        hit = hit & (effects.forbidden_by == NOBODY)
    # Sums take a quarter of the time of a choice.
    place = NOBODY - hit * np.int16(NOBODY - rule.place)
    return effects._replace(forbidden_by=np.minimum(effects.forbidden_by, place))


def _forbidden(masks: NodeMasks, rule: Prepared) -> Mask | None:
    """Cells that the rule forbids; None for a rule that forbids nothing."""
    match rule.rule.do:
        case Verb.NEVER:
            return both(when(masks, rule), which(masks, rule))
        case Verb.ONLY:
            return both(when(masks, rule), ~which(masks, rule))
        case Verb.LIMIT if rule.asks_nodes:
            far = (masks.exact_km > rule.rule.to)[None, :]
            return both(when(masks, rule), both(which(masks, rule), far))
        case Verb.COOL_OFF:
            resting = _resting(masks, rule)
            return None if resting is None else both(when(masks, rule), resting)
        case _:
            return None


def _resting(masks: NodeMasks, rule: Prepared) -> Mask | None:
    """(1, network.size) nodes that the rule means and that rest; None: none rests."""
    problem = masks.scene.problem
    if problem.refusals is None:
        return None
    known = problem.network.node_by_id
    resting = problem.refusals.resting(rule.rule.terms, problem.now)
    numbers = [known[node_id].number for node_id in resting if node_id in known]
    found = np.zeros((1, problem.network.size), dtype=np.bool_)
    found[0, numbers] = True
    return both(found, which(masks, rule)) if numbers else None


def _keep_back(effects: Effects, masks: NodeMasks, rule: Prepared) -> Effects:
    hit = both(when(masks, rule), which(masks, rule))
    hit = both(hit, rule.place < effects.kept_by)
    units: int | Integers = rule.rule.units
    if rule.rule.percent:
        units = -(-masks.scene.problem.available * rule.rule.percent // 100)
    return effects._replace(
        kept_back=np.where(hit, units, effects.kept_back),
        kept_by=np.where(hit, np.int16(rule.place), effects.kept_by),
    )


def _charge(effects: Effects, masks: NodeMasks, rule: Prepared) -> Effects:
    meant = which(masks, rule)
    hit = both(when(masks, rule), meant if rule.rule.do is Verb.CHARGE else ~meant)
    amounts = hit * np.int64(rule.rule.amount_minor)
    if amounts.shape[0] > 1:
        before = effects.unit_fees
        return effects._replace(unit_fees=amounts + before if before.size else amounts)
    if rule.rule.per is Per.KM:
        amounts = amounts * masks.distance_km
    fees = effects.node_fees.copy()
    fees[:, COLUMNS[rule.rule.per]] += amounts[0]
    return effects._replace(node_fees=fees)
