"""Many variants of one policy, each beside the policy itself."""

from dataclasses import replace

from router.simulate import Effect, Progress, effects
from tests.router.simulation import POLICY, SKUS, order, report, setting

A, B, C = SKUS[:3]
WITHOUT = {
    "no near node": replace(POLICY, version="far", only_node_ids=("lax",)),
    "no change": replace(POLICY, version="same"),
}


async def test_each_variant_tells_what_it_changes_and_costs() -> None:
    world = setting({"nyc": {A: 9, B: 9}, "lax": {A: 9, B: 9, C: 9}})
    orders = [order(sku, {sku: 1}) for sku in (A, B, C)]
    steps = [
        step async for step in effects(world, orders, base=POLICY, variants=WITHOUT)
    ]

    assert steps[0] == Progress(0, 3)
    far, same = steps[-1]  # type: ignore[misc]
    assert isinstance(far, Effect)
    assert (far.name, far.changed_orders, far.changed_share) == (
        "no near node",
        2,
        0.666667,
    )
    assert far.cost_minor.mean > 0
    assert (same.changed_share, same.cost_minor.mean, same.cost_minor.high) == (0, 0, 0)


async def test_effect_is_what_a_simulation_of_the_variant_alone_says() -> None:
    world = setting({"nyc": {A: 2, B: 1}, "lax": {A: 9, B: 9, C: 9}})
    orders = [
        order(f"{sku}-{n}", {sku: 1}, minutes=n)
        for n, sku in enumerate((A, B, A, B, A, B))
    ]
    async for step in effects(world, orders, base=POLICY, variants=WITHOUT, seed=3):
        found = step
    far, _ = found  # type: ignore[misc]
    alone = await report(world, orders, WITHOUT["no near node"], seed=3)

    assert far.changed_orders == alone.changed_orders > 0
    assert far.cost_minor == alone.differences["cost_minor"]
    assert far.fill_rate == alone.differences["fill_rate"]
