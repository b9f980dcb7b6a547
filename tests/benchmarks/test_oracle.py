from dataclasses import replace

import pytest

from allocation.solvers.instance import Frontier, Instance
from allocation.solvers.optimise import Limits, optimise
from benchmarks import oracle


def test_the_oracle_agrees_on_its_own_seed() -> None:
    assert oracle.compare(20, 3) == []


def test_the_oracle_notices_a_plan_that_costs_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def dearer(instance: Instance, *, limits: Limits) -> Frontier:
        found = optimise(instance, limits=limits)
        worse = (replace(s, cost_minor=s.cost_minor + 1) for s in found.best)
        return found._replace(best=tuple(worse))

    monkeypatch.setattr(oracle, "optimise", dearer)
    assert len(oracle.compare(10, 3)) > 5
