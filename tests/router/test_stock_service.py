"""Counts, changes and imports of stock, and the ledger that remembers them."""

from collections.abc import Iterator
from typing import Any

import pytest

from shipfrom.testing import Server
from shipfrom.v1 import inventory_service_pb2 as pb
from tests.router.shop import Shop, new_id, refusal


def set_request(sku: str, **on_hand: int) -> pb.SetStockRequest:
    request = pb.SetStockRequest(request_id=new_id())
    for node_id, units in on_hand.items():
        request.counts.add(sku=sku, node_id=node_id, on_hand=units)
    return request


def adjust_request(sku: str, **delta: int) -> pb.AdjustStockRequest:
    request = pb.AdjustStockRequest(request_id=new_id(), reason="receipt")
    for node_id, units in delta.items():
        request.deltas.add(sku=sku, node_id=node_id, delta=units)
    return request


def imported(
    shop: Shop, rows: list[tuple[str, str, int]], *, size: int = 1000, **settings: Any
) -> pb.ImportStockResponse:
    settings.setdefault("request_id", new_id())

    def messages() -> Iterator[pb.ImportStockRequest]:
        for start in range(0, max(1, len(rows)), size):
            message = pb.ImportStockRequest(**settings if not start else {})
            for sku, node_id, on_hand in rows[start : start + size]:
                message.rows.add(sku=sku, node_id=node_id, on_hand=on_hand)
            yield message

    return shop.call("ImportStock", messages())


def test_a_count_is_written_and_shown(shop: Shop) -> None:
    sku = shop.sku()
    cells = shop.call("SetStock", set_request(sku, nyc=7, chi=2)).cells
    assert [(c.node_id, c.on_hand, c.available) for c in cells] == [
        ("nyc", 7, 7),
        ("chi", 2, 2),
    ]
    assert shop.available(sku) == 9


def test_a_count_below_what_is_promised_is_declared_short(shop: Shop) -> None:
    sku = shop.sku(nyc=5)
    shop.hold({sku: 4})
    (cell,) = shop.call("SetStock", set_request(sku, nyc=1)).cells
    assert (cell.on_hand, cell.held, cell.short, cell.available) == (1, 4, 3, 0)


def test_safety_stock_stays_unless_it_is_sent(shop: Shop) -> None:
    sku = shop.sku()
    request = set_request(sku, nyc=5)
    request.counts[0].safety_stock = 2
    shop.call("SetStock", request)
    (cell,) = shop.call("SetStock", set_request(sku, nyc=6)).cells
    assert (cell.safety_stock, cell.available) == (2, 4)
    request = set_request(sku, nyc=6)
    request.counts[0].safety_stock = 0
    (cell,) = shop.call("SetStock", request).cells
    assert cell.available == 6


def test_a_delta_adds_and_takes(shop: Shop) -> None:
    sku = shop.sku(nyc=5)
    (cell,) = shop.call("AdjustStock", adjust_request(sku, nyc=3)).cells
    assert cell.on_hand == 8
    (cell,) = shop.call("AdjustStock", adjust_request(sku, nyc=-8)).cells
    assert cell.on_hand == 0


def test_deltas_below_zero_change_nothing_at_all(shop: Shop) -> None:
    sku = shop.sku(nyc=5, chi=1)
    request = adjust_request(sku, nyc=1, chi=-2)
    refused = refusal(lambda: shop.call("AdjustStock", request))
    assert (refused.code, refused.reason) == ("FAILED_PRECONDITION", "NEGATIVE_STOCK")
    assert shop.cell(sku, "nyc").on_hand == 5


def test_a_write_under_the_same_id_happens_once(shop: Shop) -> None:
    sku = shop.sku(nyc=5)
    request = adjust_request(sku, nyc=3)
    first = shop.call("AdjustStock", request)
    assert shop.call("AdjustStock", request) == first
    assert shop.trailers["shipfrom-replayed"] == "true"
    assert shop.cell(sku, "nyc").on_hand == 8
    request.deltas[0].delta = 4
    assert refusal(lambda: shop.call("AdjustStock", request)).reason == "ID_REUSED"


def test_validate_only_shows_the_outcome_and_changes_nothing(shop: Shop) -> None:
    sku = shop.sku(nyc=5)
    count = set_request(sku, nyc=9)
    count.validate_only = True
    assert shop.call("SetStock", count).cells[0].on_hand == 9
    delta = adjust_request(sku, nyc=-6)
    delta.validate_only = True
    assert refusal(lambda: shop.call("AdjustStock", delta)).reason == "NEGATIVE_STOCK"
    assert shop.cell(sku, "nyc").on_hand == 5
    count.validate_only = False
    assert shop.call("SetStock", count).cells[0].on_hand == 9, "the id was not consumed"


def test_cells_are_listed_page_by_page(shop: Shop) -> None:
    sku = shop.sku(nyc=1, chi=2, lax=3)
    found, token = [], ""
    while True:
        request = pb.GetStockRequest(sku=sku, page_size=2, page_token=token)
        page = shop.call("GetStock", request)
        found += [(cell.node_id, cell.on_hand) for cell in page.cells]
        token = page.next_page_token
        if not token:
            break
    assert found == [("chi", 2), ("lax", 3), ("nyc", 1)]


def test_stock_of_an_unknown_node_is_not_found(shop: Shop) -> None:
    request = pb.GetStockRequest(node_id="nycc")
    refused = refusal(lambda: shop.call("GetStock", request))
    assert (refused.code, refused.reason) == ("NOT_FOUND", "NODE_NOT_FOUND")
    assert "nyc" in refused.message


def test_the_ledger_tells_every_change_newest_first(shop: Shop) -> None:
    sku = shop.sku(nyc=5)
    hold = shop.hold({sku: 2})
    shop.commit(hold.hold_id)
    shop.call("AdjustStock", adjust_request(sku, nyc=1))
    found, token = [], ""
    while True:
        request = pb.ListEntriesRequest(sku=sku, page_size=3, page_token=token)
        page = shop.call("ListEntries", request)
        found += list(page.entries)
        token = page.next_page_token
        if not token:
            break
    assert [entry.kind for entry in found] == ["ADJUST", "COMMIT", "HOLD", "COUNT"]
    assert [entry.version for entry in found] == [4, 3, 2, 1]
    assert sum(entry.delta_on_hand for entry in found) == 6
    assert sum(entry.delta_held for entry in found) == 0
    assert sum(entry.delta_allocated for entry in found) == 2
    assert found[0].reason == "receipt"


def test_an_import_takes_the_good_rows_and_names_the_bad(shop: Shop) -> None:
    shop.items("IMP-A", "IMP-B", "IMP-C")
    rows = [
        ("IMP-A", "nyc", 1),
        ("IMP-A", "nyx", 1),
        ("IMP-B", "chi", -1),
        ("IMP-A", "nyc", 2),
        ("", "chi", 1),
        ("IMP-C", "chi", 3),
    ]
    answer = imported(shop, rows, size=4)
    assert (answer.accepted, answer.rejected) == (2, 4)
    assert [(r.row, r.field) for r in answer.rejected_rows] == [
        (2, "node_id"),
        (3, "on_hand"),
        (4, "sku"),
        (5, "sku"),
    ]
    assert answer.rejected_rows[0].suggestion == "did you mean nyc?"
    assert "row 1" in answer.rejected_rows[2].problem
    assert shop.available("IMP-C") == 3


def test_one_bad_row_keeps_all_out_when_asked(shop: Shop) -> None:
    rows = [(f"ALL-{n}", "nyc", 1) for n in range(600)] + [("ALL-X", "nyx", 1)]
    shop.items(*(sku for sku, _, _ in rows))
    answer = imported(shop, rows, all_or_nothing=True)
    assert (answer.accepted, answer.rejected) == (0, 1)
    request = pb.GetStockRequest(sku="ALL-0")
    assert not shop.call("GetStock", request).cells
    assert imported(shop, rows[:-1], all_or_nothing=True).accepted == 600
    assert shop.available("ALL-599") == 1


def test_an_import_that_only_looks_changes_nothing(shop: Shop) -> None:
    shop.items("DRY-1", "DRY-2")
    answer = imported(
        shop, [("DRY-1", "nyc", 1), ("DRY-2", "?", 1)], validate_only=True
    )
    assert (answer.accepted, answer.rejected) == (1, 1)
    assert not shop.call("GetStock", pb.GetStockRequest(sku="DRY-1")).cells


def test_a_repeated_import_happens_once(shop: Shop) -> None:
    rows = [(f"REP-{n:04d}", "nyc", n + 1) for n in range(1200)]
    shop.items(*(sku for sku, _, _ in rows))
    asked = new_id()
    first = imported(shop, rows, request_id=asked)
    assert (first.accepted, first.unchanged) == (1200, 0)
    shop.call("AdjustStock", adjust_request("REP-0000", nyc=5))
    again = imported(shop, rows, request_id=asked)
    assert again.accepted == 1200
    assert shop.trailers["shipfrom-replayed"] == "true"
    assert shop.cell("REP-0000", "nyc").on_hand == 6, "the repeat changed nothing"
    rows[0] = ("REP-0000", "nyc", 99)
    refused = refusal(lambda: imported(shop, rows, request_id=asked))
    assert refused.reason == "ID_REUSED"


def test_rows_that_were_so_already_are_counted(shop: Shop) -> None:
    rows = [(f"SAME-{n}", "nyc", n) for n in range(10)]
    shop.items(*(sku for sku, _, _ in rows))
    imported(shop, rows)
    rows[3] = ("SAME-3", "nyc", 77)
    answer = imported(shop, rows)
    assert (answer.accepted, answer.unchanged) == (10, 9)


@pytest.mark.parametrize("asked", ["", "abc"])
def test_an_import_needs_its_id_first(shop: Shop, asked: str) -> None:
    refused = refusal(lambda: imported(shop, [("A", "nyc", 1)], request_id=asked))
    assert "request_id" in refused.fields


def test_an_import_without_a_message_is_refused(shop: Shop) -> None:
    refused = refusal(lambda: shop.call("ImportStock", iter(())))
    assert "request_id" in refused.fields


def test_an_import_with_two_ids_is_a_mix_up(shop: Shop) -> None:
    messages = [pb.ImportStockRequest(request_id=new_id()) for _ in range(2)]
    refused = refusal(lambda: shop.call("ImportStock", iter(messages)))
    assert "request_id" in refused.fields


def test_only_the_first_hundred_bad_rows_are_listed(shop: Shop) -> None:
    answer = imported(shop, [(f"BAD-{n}", "?", 1) for n in range(150)])
    assert answer.rejected == 150
    assert len(answer.rejected_rows) == 100


@pytest.mark.parametrize("only_looks", [False, True])
def test_an_import_refuses_a_sku_that_nobody_knows(
    shop: Shop, only_looks: bool
) -> None:
    shop.items("85123A", "85231B", "85183B", "85129B", "85124B")
    rows = [("85123B", "nyc", 1), ("85123A", "nyc", 2), ("85123A", "?", 3)]
    answer = imported(shop, rows, validate_only=only_looks)
    assert (answer.accepted, answer.rejected) == (1, 2)
    typo, place = answer.rejected_rows
    assert (typo.row, typo.field, place.row) == (1, "sku", 3)
    assert "unknown SKU" in typo.problem
    assert typo.suggestion.startswith("did you mean 85123A? ")
    assert "import its item first" in typo.suggestion
    assert not shop.call("GetStock", pb.GetStockRequest(sku="85123B")).cells


def test_an_import_takes_a_sku_without_an_item_that_was_counted(shop: Shop) -> None:
    shop.call("SetStock", set_request("BARE-1", nyc=0))
    assert imported(shop, [("BARE-1", "nyc", 5)]).accepted == 1


def test_without_items_an_import_takes_any_sku() -> None:
    with Server(empty=True) as server:
        server.node("nyc")
        assert imported(Shop(server), [("ANY-1", "nyc", 5)]).accepted == 1
