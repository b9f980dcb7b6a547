"""A case's policy as the policy document that the API publishes for it.

Most of a case's policy is what an order may ask of its routing. Least values of a
shipment, lines that stay together, stock thresholds and cascades of rules are not: they
are written as rules, limits and steps of `relax`, and the service does the rest.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm

from shipfrom.v1 import policy_pb2 as pb

from .names import Names
from .places import MONEY_MAX
from .routing import EARTH_KM, SHIPMENTS_MAX, Wish, is_governed
from .schema import Case, Json, Needs, every_step

UNCHANGED = ("strategy", "safety_stock", "ignore_capacity")
"""What no step of `relax` changes."""
OVERRIDES = {
    *("name", "max_km", "split", "partial", "groups", "exclude", *UNCHANGED),
    *("min_shipment_value", "keep_together", "min_location_stock_above"),
}
"""What a rule of a cascade may say."""
LASTING = (
    pb.MEASURE_UNFILLED_UNITS,
    pb.MEASURE_DAYS_OF_COVER,
    pb.MEASURE_COST,
)
"""From where the stock lasts longest; no order asks for that in its routing."""

Limits = Mapping["pb.LimitName", int]


@dataclass(frozen=True, slots=True)
class Term:
    """Something that a stage of a cascade restricts, by a rule of the document."""

    kind: str
    words: frozenset[str] = frozenset()
    above: Fraction = Fraction(0)

    def follows_from(self, others: Iterable["Term"]) -> bool:
        """Whether it forbids nothing that one of the others does not."""
        return any(self._follows(other) for other in others if other.kind == self.kind)

    def _follows(self, other: "Term") -> bool:
        if self.kind == "groups":
            return other.words <= self.words
        return other.words >= self.words and other.above >= self.above


def stages(policy: Json) -> tuple[Json, ...]:
    """The policies that are tried in order: one, or one for each rule of a cascade.

    "One location first" is a stage of its own there, before the same with splits.
    """
    base = {key: value for key, value in policy.items() if key != "rules"}
    rules = policy.get("rules")
    if not rules:
        return (base,)
    found: list[Json] = []
    for stage in ({**base, **rule} for rule in rules):
        if stage.get("strategy") == "single_location_first":
            found.append({**stage, "split": "no_order_split"})
        found.append(stage)
    return tuple(found)


def gaps(policy: Json, lines: Iterable[Json]) -> Iterator[str]:
    """What of a policy no document says, for an order of these lines."""
    rules = policy.get("rules") or []
    if not isinstance(rules, list) or not all(isinstance(r, dict) for r in rules):
        yield "rules of another form"
        return
    for rule in rules:
        yield from (f"rule field {key}" for key in rule if key not in OVERRIDES)
        for key in UNCHANGED:
            if key in rule and rule[key] != policy.get(key):
                yield f"rule_that_changes_{key}"
    each = stages(policy)
    if rules and any(s.get("partial", "reject") != "reject" for s in (policy, *each)):
        # Steps are tried for the whole order: what one placed is not kept for the next.
        yield "rule_that_keeps_a_part"
    if any(_odd_groups(stage.get("keep_together")) for stage in each):
        yield "keep_together of another form"
    elif _narrows(each):
        yield "rule_that_narrows_again"
    if len({line["sku"] for line in lines}) > 1 and any(
        stage.get("min_location_stock_above") for stage in each
    ):
        # A rule sees the cell of a line, not those of the other lines at the node.
        yield "node_stock_threshold_of_several_skus"


def document(case: Case, names: Names, wish: Wish) -> pb.Policy | None:
    """The document of an order's policy; None where its routing says everything."""
    if not is_governed(wish.policy):
        return None
    each = stages(wish.policy)
    until = _until(each)
    found = pb.Policy(name="a case", say="What a case says that an order cannot ask")
    if wish.strategy == "weeks_of_supply":
        found.objective.extend(pb.Tier(minimise=measure) for measure in LASTING)
    if wish.policy.get("backorder"):
        found.unfilled = pb.WHEN_UNFILLED_BACKORDER
    for number, (term, last) in enumerate(until.items()):
        rule = _rule(case, names, term, keep_back=wish.keep_back)
        rule.id = rule.say = f"rule {number}"
        if last < len(each) - 1:
            rule.strength = pb.STRENGTH_SOFT
        found.rules.append(rule)
    limits = [_limits(case, stage) for stage in each]
    _begin(found.limits, limits[0])
    for number, (before, after) in enumerate(pairwise(limits)):
        ended = [f"rule {n}" for n, last in enumerate(until.values()) if last == number]
        step = pb.Relax(lift=ended)
        for limit, to in after.items():
            if to != before[limit]:
                step.set_to.add(limit=limit, to=to)
        if step.lift or step.set_to:
            found.relax.append(step)
    return found


def minor_of(case: Case) -> Fraction:
    """Minor units of the file's unit of money, so that every amount is whole."""
    least = [Fraction(str(value)) for value in _thresholds(case)]
    skus = case.setup.get("skus", {}).values()
    worth = [Fraction(str(sku.get("price") or 0)) / case.scale for sku in skus]
    amounts = [*least, *worth]
    minor = lcm(*(amount.denominator for amount in amounts))
    if any(abs(amount) * minor > MONEY_MAX for amount in amounts):
        raise Needs("finer_prices")
    return Fraction(minor)


def item_minor(case: Case, sku: str) -> int:
    """What one whole unit of a SKU is worth; 0 where no case asks."""
    price = case.setup.get("skus", {}).get(sku, {}).get("price")
    if not price or not any(_thresholds(case)):
        return 0
    return int(Fraction(str(price)) / case.scale * minor_of(case))


def _thresholds(case: Case) -> list[object]:
    policies = [case.policy, *(step.get("policy", {}) for step in every_step(case))]
    every = [stage for policy in policies for stage in (policy, *stages(policy))]
    return [stage.get("min_shipment_value") or 0 for stage in every]


def _terms(stage: Json) -> Iterator[Term]:
    for key in ("groups", "exclude"):
        if stage.get(key):
            yield Term(key, frozenset(stage[key]))
    if stage.get("min_location_stock_above"):
        above = Fraction(str(stage["min_location_stock_above"]))
        yield Term("above", above=above)
    for group in _together(stage.get("keep_together") or []):
        yield Term("together", frozenset(group))


def _together(groups: Iterable[object]) -> list[list[str]]:
    """Groups of SKUs; a plain list of them is one group."""
    flat = [each for each in groups if isinstance(each, str)]
    return [flat] if flat else [list(each) for each in groups]  # type: ignore[call-overload]


def _odd_groups(groups: object) -> bool:
    if not groups:
        return False
    if not isinstance(groups, list):
        return True
    texts = all(isinstance(each, str) for each in groups)
    return not texts and not all(
        isinstance(each, list) and all(isinstance(sku, str) for sku in each)
        for each in groups
    )


def _until(each: tuple[Json, ...]) -> dict[Term, int]:
    """Every term with the last stage that has it."""
    return {term: n for n, stage in enumerate(each) for term in _terms(stage)}


def _narrows(each: tuple[Json, ...]) -> bool:
    """Whether a stage allows what a later one forbids: rules are lifted, not added."""
    until = _until(each)
    return any(
        last >= number and not term.follows_from(_terms(stage))
        for number, stage in enumerate(each)
        for term, last in until.items()
    )


def _limits(case: Case, stage: Json) -> Limits:
    split = stage.get("split", "allow")
    least = Fraction(str(stage.get("min_shipment_value") or 0)) * minor_of(case)
    return {
        pb.LIMIT_NAME_DISTANCE_KM: int(stage.get("max_km") or EARTH_KM),
        pb.LIMIT_NAME_SHIPMENTS_PER_ORDER: (
            1 if split == "no_order_split" else SHIPMENTS_MAX
        ),
        pb.LIMIT_NAME_SHIPMENTS_PER_LINE: 1 if split == "no_line_split" else 0,
        pb.LIMIT_NAME_SHIPMENT_VALUE_MIN: int(least),
    }


def _begin(out: pb.Limits, limits: Limits) -> None:
    out.distance_km = limits[pb.LIMIT_NAME_DISTANCE_KM]
    out.shipments_per_order = limits[pb.LIMIT_NAME_SHIPMENTS_PER_ORDER]
    out.shipments_per_line = limits[pb.LIMIT_NAME_SHIPMENTS_PER_LINE]
    out.shipment_value_min_minor = limits[pb.LIMIT_NAME_SHIPMENT_VALUE_MIN]


def _rule(case: Case, names: Names, term: Term, *, keep_back: int) -> pb.Rule:
    words = sorted(term.words)
    if term.kind == "groups":
        tags = list(map(names.group, words))
        return _where(pb.VERB_ONLY, "node.tags", pb.OP_HAS_ANY, tags)
    if term.kind == "exclude":
        nodes = list(map(names.node, words))
        return _where(pb.VERB_NEVER, "node.id", pb.OP_IN, nodes)
    if term.kind == "together":
        skus = list(map(names.sku, words))
        return _where(pb.VERB_TOGETHER, "line.sku", pb.OP_IN, skus)
    # What the order keeps back of a cell is not there for it.
    most = int(term.above * case.scale // 1) + keep_back
    rule = pb.Rule(do=pb.VERB_NEVER)
    asked = rule.where.add(field="cell.available", op=pb.OP_LTE)
    asked.value.number = most
    return rule


def _where(verb: "pb.Verb", field: str, op: "pb.Op", words: Iterable[str]) -> pb.Rule:
    rule = pb.Rule(do=verb)
    asked = rule.where.add(field=field, op=op)
    asked.value.texts.values.extend(words)
    return rule
