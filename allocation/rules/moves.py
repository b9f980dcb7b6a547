"""Which rules were moved, and past which others that matters."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from allocation.rules.domains import domains, impossible
from allocation.rules.words import Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.rules.document import Rule


class Move(NamedTuple):
    """A rule that was taken to another place among the others. `up`: how many places,
    below 0 for down. `passed`: rules with which it decides who comes first."""

    id: str
    up: int
    passed: tuple[str, ...]


def moves(old: Sequence[Rule], new: Sequence[Rule]) -> tuple[Move, ...]:
    """The fewest moves that explain the new order of the rules that both have."""
    place = {rule.id: number for number, rule in enumerate(old)}
    common = [rule for rule in new if rule.id in place]
    was = sorted(place[rule.id] for rule in common)
    before = [was.index(place[rule.id]) for rule in common]
    stayed = set(_longest_rising(before))
    return tuple(
        Move(rule.id, before[now] - now, _passed(common, before, now))
        for now, rule in enumerate(common)
        if before[now] not in stayed
    )


def _passed(rules: Sequence[Rule], before: Sequence[int], now: int) -> tuple[str, ...]:
    return tuple(
        other.id
        for there, other in enumerate(rules)
        if (there < now) is not (before[there] < before[now])
        and there != now
        and first_decides(rules[now], other)
    )


def first_decides(one: Rule, other: Rule) -> bool:
    """Whether the order of two rules may matter: both may speak, and only the first
    one counts."""
    if one.do is not other.do or not (one.enabled and other.enabled):
        return False
    if impossible(domains((*one.where, *other.where))):
        return False
    match one.do:
        case Verb.KEEP_BACK:
            return (one.units, one.percent) != (other.units, other.percent)
        case Verb.LIMIT:
            # Limits on nodes all hold, in any order.
            asks = one.asks_nodes or other.asks_nodes
            return one.limit is other.limit and one.to != other.to and not asks
        case Verb.SEND_TO:
            return (one.queue, one.reason) != (other.queue, other.reason)
        case Verb.OFFER:
            return (one.nodes, one.minutes) != (other.nodes, other.minutes)
        case _:
            return False


def _longest_rising(numbers: Sequence[int]) -> list[int]:
    """A longest rising part of distinct numbers (patience sorting)."""
    tops: list[int] = []
    chains: list[list[int]] = []
    for number in numbers:
        at = bisect_left(tops, number)
        chain = [*(chains[at - 1] if at else []), number]
        if at == len(tops):
            tops.append(number)
            chains.append(chain)
        else:
            tops[at], chains[at] = number, chain
    return chains[-1] if chains else []
