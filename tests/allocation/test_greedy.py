import numpy as np

from allocation.solvers.limits import Limits
from allocation.solvers.optimise import optimise
from benchmarks.instances import Shape, order_like

AT_ONCE = Limits(kernel_lines=0, search_nodes=0, model_cells=0)


def test_the_first_plan_fills_at_least_what_its_guarantee_says() -> None:
    rng = np.random.default_rng(1)
    for _ in range(30):
        instance = order_like(rng, Shape(10, 12, 0.4, max_shipments=3))
        total = int(instance.quantity.sum())
        best = total - optimise(instance).best[-1].unfilled_units
        first = total - optimise(instance, limits=AT_ONCE).best[-1].unfilled_units
        assert first >= 0.63 * best


def test_the_first_plan_opens_the_candidate_that_fills_most() -> None:
    rng = np.random.default_rng(2)
    instance = order_like(rng, Shape(10, 12, 0.4, max_shipments=1))
    first = optimise(instance, limits=AT_ONCE).best[0]
    filled = instance.useful.sum(axis=1)
    assert sum(first.parcels[0].units) == filled.max()
