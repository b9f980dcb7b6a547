"""Steps of relaxing that change nothing, tiers that never matter, limits at odds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocation.rules.findings import Finding, error, warning
from allocation.rules.limits import LIMIT_OF
from allocation.rules.overlaps import ADDING
from allocation.rules.suggest import closest
from allocation.rules.words import LimitName, Measure, Strength, Verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from allocation.rules.document import PolicyDocument, Relax, Rule, Tier

UNFILLED = (Measure.UNFILLED_UNITS, Measure.UNFILLED_VALUE)
EMPTY_IS_BEST = (
    Measure.COST,
    Measure.SHIPMENTS,
    Measure.DISTANCE_KM,
    Measure.CO2_G,
    Measure.LOAD,
    Measure.COVER,
    Measure.PICK_RISK,
    Measure.DAYS_OF_COVER,
)
"""Measures that a plan which sends nothing makes smallest."""
FILLS_NOTHING = (*ADDING, Verb.SEND_TO, Verb.OFFER)
"""Verbs that take no unit from an order."""


def steps(document: PolicyDocument) -> Iterator[Finding]:
    """Steps of `relax` that change nothing."""
    rules = {rule.id: rule for rule in document.rules}
    lifted: set[str] = set()
    now = {name: getattr(document.limits, each) for name, each in LIMIT_OF.items()}
    for number, step in enumerate(document.relax):
        path = f"relax[{number}]"
        for name in step.lift:
            yield from _lift(path, name, rules, lifted)
            lifted.add(name)
        if step.widen is not None:
            yield from _widen(path, step, now[step.widen], document)
        elif _sets_nothing(step, now, document):
            text = "sets limits to what they are already"
            yield warning(path, text, "remove the step, or set another value")
        now |= step.limits


def never_lifted(document: PolicyDocument) -> Iterator[Finding]:
    """Soft rules that are as hard as the others."""
    lifted = {name for step in document.relax for name in step.lift}
    for place, rule in enumerate(document.rules):
        soft = rule.strength is Strength.SOFT and rule.do not in FILLS_NOTHING
        if soft and rule.enabled and rule.id not in lifted:
            text = f"{rule.id} is SOFT, and no step of relax lifts it"
            advice = "lift it in a step, or make it HARD"
            path = f"rules[{place}].strength"
            yield warning(path, text, advice, rules=(rule.id,))


def _lift(
    path: str, name: str, rules: dict[str, Rule], lifted: set[str]
) -> Iterator[Finding]:
    path = f"{path}.lift"
    rule = rules.get(name)
    if rule is None:
        yield error(path, f"{name} is no rule", closest(name, sorted(rules)))
    elif name in lifted:
        advice = "remove it from this step"
        yield warning(path, f"{name} was lifted before", advice, rules=(name,))
    elif rule.strength is Strength.HARD:
        advice = "make it SOFT, or keep it out of relax"
        yield error(path, f"{name} is HARD and never lifted", advice, rules=(name,))
    elif not rule.enabled:
        yield warning(path, f"{name} is not enabled", "enable it", rules=(name,))
    elif rule.do in FILLS_NOTHING:
        text = f"lifting {name} fills nothing: {rule.do} forbids nothing"
        yield warning(path, text, "leave it out", rules=(name,))


def _widen(
    path: str, step: Relax, now: int, document: PolicyDocument
) -> Iterator[Finding]:
    assert step.widen is not None, "the caller asked"
    name = step.widen.lower()
    narrow = _ruled(document, step.widen)
    wider = _is_wider(step.widen, step.to, now)
    if step.to == now and not any(_is_wider(step.widen, now, to) for to in narrow):
        yield warning(path, f"{name} is {now} already", "widen it further")
    elif step.to != now and not wider:
        advice = f"use {'less' if _is_least(step.widen) else 'more'} than {now}"
        yield error(path, f"{name} is narrowed from {now} to {step.to}", advice)


def _sets_nothing(
    step: Relax, now: Mapping[LimitName, int], document: PolicyDocument
) -> bool:
    return not step.lift and all(
        now[limit] == to and not _ruled(document, limit)
        for limit, to in step.limits.items()
    )


def _ruled(document: PolicyDocument, limit: LimitName) -> list[int]:
    """What rules for some orders set the limit to."""
    return [
        rule.to
        for rule in document.rules
        if rule.limit is limit and rule.enabled and not rule.asks_nodes
    ]


def _is_least(name: LimitName) -> bool:
    """Whether the limit is the least that is allowed, so that less is wider."""
    return name is LimitName.SHIPMENT_VALUE_MIN


def _is_wider(name: LimitName, to: int, than: int) -> bool:
    if _is_least(name):
        return to < than
    if name is LimitName.SHIPMENTS_PER_LINE:  # 0 is no limit
        return than != 0 and (to == 0 or to > than)
    return to > than


def tiers(document: PolicyDocument) -> Iterator[Finding]:
    """Measures that are decided before, and tolerances that nobody can spend."""
    fixed: set[Measure] = set()
    # Where no tier fills, filling comes first by itself.
    filled = not any(tier.minimise in UNFILLED for tier in document.objective)
    one = _most_shipments(document) == 1
    for number, tier in enumerate(document.objective):
        path = f"objective[{number}]"
        name = tier.minimise.lower()
        if tier.minimise in fixed:
            text = f"{name} is decided by an earlier tier already"
            yield warning(path, text, "remove one of them")
        elif tier.minimise is Measure.SHIPMENTS and filled and one:
            text = "shipments never matter: the limit is one an order"
            yield warning(path, text, "remove the tier")
        if tier.minimise in EMPTY_IS_BEST and not filled:
            text = f"{name} comes before anything is filled: sending nothing is best"
            yield error(path, text, "put unfilled_units first")
        if tier.minimise in UNFILLED:
            filled = True
        yield from _tolerance(document, number)
        if not _tolerates(tier):
            fixed.add(tier.minimise)


def _tolerance(document: PolicyDocument, number: int) -> Iterator[Finding]:
    tier = document.objective[number]
    path = f"objective[{number}].tolerance"
    if tier.tolerance_bps or tier.at_most > 0:
        if not _tolerates(tier):
            advice = "give both bps and at_most, the smaller one counts"
            yield warning(path, "tolerates nothing", advice)
        elif number == len(document.objective) - 1 and tier.minimise in (
            Measure.COST,
            Measure.UNFILLED_UNITS,
        ):
            text = "no later tier spends the tolerance"
            yield warning(path, text, "add a tier after it, or remove the tolerance")


def _tolerates(tier: Tier) -> bool:
    return tier.tolerance_bps > 0 and tier.at_most != 0


def _most_shipments(document: PolicyDocument) -> int:
    """The most shipments that any order may have."""
    limits = document.limits
    widest = [limits.shipments_per_order]
    for rule in document.rules:
        if rule.limit is LimitName.SHIPMENTS_PER_ORDER:
            widest.append(rule.to)
    for step in document.relax:
        widest.append(step.limits.get(LimitName.SHIPMENTS_PER_ORDER, 0))
    return 1 if limits.together else max(widest)


def limits(document: PolicyDocument) -> Iterator[Finding]:
    """Limits that make each other, or rules, needless."""
    own = document.limits
    if own.ship_complete and own.allow_partial:
        text = "allow_partial never applies: ship_complete sends all or nothing"
        yield warning("limits.allow_partial", text, "keep one of them")
    if own.shipments_per_line > own.shipments_per_order and not own.together:
        text = "shipments_per_line is above shipments_per_order"
        yield warning("limits.shipments_per_line", text, "lower it, or leave it out")
    one = _most_shipments(document) == 1
    for place, rule in enumerate(document.rules):
        if not rule.enabled:
            continue
        if rule.do is Verb.TOGETHER and one:
            text = f"{rule.id} changes nothing: an order is one shipment anyway"
            yield warning(f"rules[{place}]", text, "remove it", rules=(rule.id,))
        if rule.do is Verb.LIMIT:
            yield from _needless_limit(document, place)


def _needless_limit(document: PolicyDocument, place: int) -> Iterator[Finding]:
    """A limit that the policy sets anyway, and no exception to a later rule."""
    rule = document.rules[place]
    assert rule.limit is not None, "LIMIT names what it limits"
    own = getattr(document.limits, LIMIT_OF[rule.limit])
    others = [each for each in document.rules[place + 1 :] if each.limit is rule.limit]
    widened = any(rule.limit in step.limits for step in document.relax)
    same = rule.to == own and not others
    beyond = rule.asks_nodes and rule.to >= own and not _raised(document, own)
    if (same and not rule.asks_nodes) or (beyond and not widened):
        text = f"{rule.id} changes nothing: the limit is {own} already"
        yield warning(
            f"rules[{place}].to", text, "change or remove it", rules=(rule.id,)
        )


def _raised(document: PolicyDocument, own: int) -> bool:
    """Whether a rule lets some orders travel further than the policy does."""
    return any(
        rule.limit is LimitName.DISTANCE_KM and not rule.asks_nodes and rule.to > own
        for rule in document.rules
    )
