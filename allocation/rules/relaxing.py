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
    widened: Mapping[LimitName, int]
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
    if step.widen is None:
        lifted = before.lifted | set(step.lift)
        said = f"lifted {', '.join(step.lift)}"
        return Relaxed(lifted, before.widened, (*before.steps, said))
    said = f"widened {step.widen.lower()} to {step.to}"
    widened = {**before.widened, step.widen: step.to}
    return Relaxed(before.lifted, widened, (*before.steps, said))
