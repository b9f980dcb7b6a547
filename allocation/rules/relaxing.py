"""What is given up, step by step, while a unit is unfilled or late."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from allocation.rules.document import PolicyDocument, Relax
    from allocation.rules.words import LimitName


class Relaxed(NamedTuple):
    """Everything given up so far; `steps` says it in words."""

    lifted: frozenset[str]
    limits: Mapping[LimitName, int]
    steps: tuple[str, ...]


NOTHING = Relaxed(frozenset(), {}, ())


def relaxations(document: PolicyDocument) -> Iterator[Relaxed]:
    """Nothing given up, then each step on top of those before it."""
    so_far = NOTHING
    yield so_far
    for step in document.relax:
        so_far = _further(so_far, step)
        yield so_far


def _further(before: Relaxed, step: Relax) -> Relaxed:
    return Relaxed(
        before.lifted | set(step.lift),
        {**before.limits, **step.limits},
        (*before.steps, _said(step)),
    )


def _said(step: Relax) -> str:
    if step.widen is not None:
        return f"widened {step.widen.lower()} to {step.to}"
    said = [f"lifted {', '.join(step.lift)}"] if step.lift else []
    said += [f"set {each.limit.lower()} to {each.to}" for each in step.set_to]
    return " and ".join(said)
