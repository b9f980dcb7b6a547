"""A long order is held as it was quoted a moment ago, or planned again."""

from tests.router.shop import Shop

LINES = 14


def cart(shop: Shop, **on_hand: int) -> dict[str, int]:
    return {shop.sku(**on_hand): 1 for _ in range(LINES)}


def nodes(plan: object) -> list[str]:
    return sorted(shipment.node_id for shipment in plan.shipments)  # type: ignore[attr-defined]


def test_what_was_quoted_is_held_though_a_nearer_node_was_filled_since(
    shop: Shop,
) -> None:
    lines = cart(shop, lax=2)
    quoted = shop.quote(lines).best
    for sku in lines:
        shop.count(sku, nyc=2)
    held = shop.hold(lines).plan
    assert nodes(held) == nodes(quoted) == ["lax"]
    assert held.cost == quoted.cost


def test_a_quote_of_some_time_ago_is_planned_again(shop: Shop) -> None:
    lines = cart(shop, lax=2)
    shop.quote(lines)
    for sku in lines:
        shop.count(sku, nyc=2)
    shop.server.clock.advance("6s")
    assert nodes(shop.hold(lines).plan) == ["nyc"]


def test_a_quoted_unit_that_is_gone_is_taken_elsewhere(shop: Shop) -> None:
    lines = cart(shop, nyc=1, chi=5)
    assert nodes(shop.quote(lines).best) == ["nyc"]
    first = next(iter(lines))
    shop.hold({first: 1})
    held = shop.hold(lines).plan
    assert sum(line.quantity for s in held.shipments for line in s.lines) == LINES
    assert "chi" in nodes(held)
    assert shop.available(first) == 4


def test_what_was_quoted_short_is_filled_if_it_can_be_now(shop: Shop) -> None:
    lines = cart(shop, nyc=1)
    scarce = shop.sku()
    lines[scarce] = 1
    partial = {"allow_partial": True}
    assert len(shop.quote(lines, routing=partial).best.unfilled) == 1
    shop.count(scarce, nyc=1)
    assert not shop.hold(lines, routing=partial).plan.unfilled
