"""Files of counts: whose they are, how far they go, what they leave out."""

from datetime import timedelta
from typing import Any

import pytest

from shipfrom.testing import NOON
from shipfrom.v1 import inventory_service_pb2 as pb
from tests.router.shop import Shop, new_id, refusal

Row = tuple[str, str, int]


def nodes(shop: Shop, *names: str) -> tuple[str, ...]:
    made = tuple(f"{name}-{new_id()[:8]}" for name in names)
    for name in made:
        shop.server.node(name)
    return made


def sent(
    shop: Shop, rows: list[Row], *, feed: dict[str, Any] | None = None, **settings: Any
) -> pb.ImportStockResponse:
    """One stream with one feed."""
    settings.setdefault("request_id", new_id())
    message = pb.ImportStockRequest(feed=feed and pb.Feed(**feed), **settings)
    for sku, node_id, on_hand in rows:
        message.rows.add(sku=sku, node_id=node_id, on_hand=on_hand)
    return shop.call("ImportStock", iter([message]))


def on_hand(shop: Shop, sku: str, node_id: str) -> int:
    return shop.cell(sku, node_id).on_hand


def test_an_older_file_is_answered_and_not_applied(shop: Shop) -> None:
    sku, (here,) = shop.sku(), nodes(shop, "here")
    answer = sent(shop, [(sku, here, 5)], feed={"source": "erp", "sequence": 9})
    assert (answer.accepted, answer.created, answer.applied) == (1, 1, True)
    for sequence in (9, 8):
        feed = {"source": "erp", "sequence": sequence}
        answer = sent(shop, [(sku, here, 1)], feed=feed)
        assert (answer.accepted, answer.outdated, answer.applied) == (0, 1, False)
    assert on_hand(shop, sku, here) == 5


def test_parts_of_one_file_share_its_sequence(shop: Shop) -> None:
    sku, (here, there) = shop.sku(), nodes(shop, "here", "there")
    feed = {"source": "erp", "sequence": 3, "digest": "d"}
    sent(shop, [(sku, here, 5)], feed=feed | {"continues": True})
    [mark] = marks(shop, here)
    assert (mark.sequence, mark.open, mark.owner) == (3, True, True)
    assert sent(shop, [(sku, there, 6)], feed=feed).applied
    assert [mark.open for mark in (*marks(shop, here), *marks(shop, there))] == [
        False,
        False,
    ]
    assert not sent(shop, [(sku, there, 6)], feed=feed).applied


def marks(shop: Shop, node_id: str) -> list[pb.FeedMark]:
    request = pb.ListFeedMarksRequest(node_id=node_id)
    return list(shop.call("ListFeedMarks", request).marks)


def test_two_sources_take_turns_only_when_told(shop: Shop) -> None:
    sku, (here,) = shop.sku(), nodes(shop, "here")
    sent(shop, [(sku, here, 5)], feed={"source": "erp", "sequence": 1})
    wms = {"source": "wms", "sequence": 1}
    refused = refusal(lambda: sent(shop, [(sku, here, 7)], feed=wms))
    assert (refused.code, refused.reason) == ("FAILED_PRECONDITION", "FEED_OWNED")
    assert refused.metadata == {"nodeId": here, "source": "wms", "owner": "erp"}
    looked = refusal(lambda: sent(shop, [(sku, here, 7)], feed=wms, validate_only=True))
    assert looked.reason == "FEED_OWNED", "a dry run says so before"
    assert sent(shop, [(sku, here, 7)], feed=wms | {"take_over": True}).applied
    owners = {mark.source: mark.owner for mark in marks(shop, here)}
    assert owners == {"erp": False, "wms": True}


def test_marks_are_listed_page_by_page(shop: Shop) -> None:
    sku, names = shop.sku(), nodes(shop, "a", "b", "c")
    sent(shop, [(sku, name, 1) for name in names], feed={"source": "paged"})
    found, token = [], ""
    while True:
        request = pb.ListFeedMarksRequest(source="paged", page_size=2, page_token=token)
        page = shop.call("ListFeedMarks", request)
        found += [mark.node_id for mark in page.marks]
        token = page.next_page_token
        if not token:
            break
    assert found == sorted(names)


def test_a_preview_says_what_is_new_changed_and_the_same(shop: Shop) -> None:
    old, same, new = shop.sku(nyc=1), shop.sku(nyc=2), shop.sku()
    rows = [(old, "nyc", 9), (same, "nyc", 2), (new, "nyc", 3), (new, "nyx", 1)]
    answer = sent(shop, rows, validate_only=True)
    assert (answer.accepted, answer.created, answer.unchanged) == (3, 1, 1)
    assert (answer.rejected, answer.applied) == (1, False)
    assert on_hand(shop, old, "nyc") == 1
    assert not shop.call("GetStock", pb.GetStockRequest(sku=new)).cells


def test_a_count_of_a_moment_keeps_what_moved_since(shop: Shop) -> None:
    sku = shop.sku(nyc=10)
    counted = shop.server.clock.now()
    shop.server.clock.advance("60s")
    delta = pb.AdjustStockRequest(request_id=new_id())
    delta.deltas.add(sku=sku, node_id="nyc", delta=-4)
    shop.call("AdjustStock", delta)
    sent(shop, [(sku, "nyc", 12)], feed={"as_of_time": counted})
    assert on_hand(shop, sku, "nyc") == 8


@pytest.mark.parametrize(
    ("ago", "problem"),
    [
        (timedelta(days=7, seconds=1), "is more than 7 days ago"),
        (timedelta(seconds=-61), "is in the future"),
    ],
)
def test_a_moment_that_nobody_believes_is_named_with_its_row(
    shop: Shop, ago: timedelta, problem: str
) -> None:
    sku, now = shop.sku(), shop.server.clock.now()
    message = pb.ImportStockRequest(request_id=new_id())
    message.rows.add(sku=sku, node_id="nyc", on_hand=1, as_of_time=now)
    message.rows.add(sku=sku, node_id="chi", on_hand=1, as_of_time=now - ago)
    answer = shop.call("ImportStock", iter([message]))
    assert answer.accepted == 1
    [row] = answer.rejected_rows
    assert (row.row, row.field, row.problem) == (2, "as_of_time", problem)


def test_a_count_before_the_last_stock_take_is_rejected(shop: Shop) -> None:
    sku, early = shop.sku(), shop.server.clock.now()
    shop.server.clock.advance("60s")
    shop.count(sku, nyc=4)
    message = pb.ImportStockRequest(request_id=new_id())
    message.rows.add(sku=sku, node_id="nyc", on_hand=9, as_of_time=early)
    [row] = shop.call("ImportStock", iter([message])).rejected_rows
    assert (row.row, row.field) == (1, "as_of_time")
    request = pb.SetStockRequest(request_id=new_id())
    request.counts.add(sku=sku, node_id="chi", on_hand=9)
    request.counts.add(sku=sku, node_id="nyc", on_hand=9, as_of_time=early)
    refused = refusal(lambda: shop.call("SetStock", request))
    assert list(refused.fields) == ["counts[1].as_of_time"]
    assert shop.available(sku) == 4, "all or none"


def complete(rows: int, *node_ids: str, **feed: Any) -> dict[str, Any]:
    return {"snapshot": pb.Snapshot(node_ids=node_ids, rows=rows), **feed}


def test_what_a_complete_file_does_not_name_is_empty_at_its_nodes_only(
    shop: Shop,
) -> None:
    here, there = nodes(shop, "here", "there")
    kept, gone = shop.sku(), shop.sku()
    both = [(sku, node, 5) for sku in (kept, gone) for node in (here, there)]
    sent(shop, both)
    file = [(kept, here, 6), (kept, there, 7)]
    looked = sent(shop, file, feed=complete(2, here), validate_only=True)
    assert (looked.emptied, on_hand(shop, gone, here)) == (1, 5)
    answer = sent(shop, file, feed=complete(2, here, source="erp", sequence=4))
    assert (answer.accepted, answer.emptied) == (2, 1)
    assert [on_hand(shop, gone, node) for node in (here, there)] == [0, 5]
    assert [on_hand(shop, kept, node) for node in (here, there)] == [6, 7]
    again = sent(shop, file, feed=complete(2, here, source="erp", sequence=4))
    assert (again.outdated, again.applied) == (2, False)


def test_a_file_that_was_cut_short_empties_nothing(shop: Shop) -> None:
    (here,), sku, gone = nodes(shop, "here"), shop.sku(), shop.sku()
    sent(shop, [(sku, here, 5), (gone, here, 5)])
    feed = complete(2, here, source="erp", sequence=4)
    refused = refusal(lambda: sent(shop, [(sku, here, 6)], feed=feed))
    assert "says 2, and 1 rows came" in refused.fields["feed.snapshot.rows"]
    assert on_hand(shop, gone, here) == 5
    rows = [(sku, here, 6), (gone, here, 4)]
    assert sent(shop, rows, feed=feed).applied, "the whole file still goes in"


def test_a_file_with_a_bad_row_empties_nothing(shop: Shop) -> None:
    (here,), sku, gone = nodes(shop, "here"), shop.sku(), shop.sku()
    sent(shop, [(gone, here, 5)])
    rows = [(sku, here, 6), (gone, here, -1)]
    answer = sent(shop, rows, feed=complete(2, here))
    assert (answer.rejected, answer.emptied) == (1, 0)
    assert on_hand(shop, gone, here) == 5


def test_what_came_in_after_a_complete_count_stays(shop: Shop) -> None:
    (here,), gone = nodes(shop, "here"), shop.sku()
    sent(shop, [(gone, here, 5)])
    counted = shop.server.clock.now()
    shop.server.clock.advance("60s")
    receive(shop, gone, here, 3)
    feed = complete(0, here, as_of_time=counted)
    assert sent(shop, [], feed=feed).emptied == 1
    assert on_hand(shop, gone, here) == 3


def receive(
    shop: Shop, sku: str, node_id: str, units: int, **fields: str
) -> pb.AdjustStockResponse:
    request = pb.AdjustStockRequest(request_id=new_id(), reason="receipt", **fields)
    request.deltas.add(sku=sku, node_id=node_id, delta=units)
    return shop.call("AdjustStock", request)


def test_a_receipt_is_counted_once(shop: Shop) -> None:
    sku = shop.sku(nyc=1)
    paper = {"source": "erp", "document_id": f"GRN-{sku}"}
    assert receive(shop, sku, "nyc", 5, **paper).applied
    again = receive(shop, sku, "nyc", 5, **paper)
    assert (again.applied, again.cells[0].on_hand) == (False, 6)
    other = refusal(lambda: receive(shop, sku, "nyc", 6, **paper))
    assert other.reason == "ID_REUSED"


@pytest.mark.parametrize(
    ("feed", "field"),
    [
        ({"sequence": 3}, "feed.source"),
        ({"source": "no spaces"}, "feed.source"),
        ({"source": "erp", "sequence": -1}, "feed.sequence"),
        ({"source": "erp", "digest": "x" * 65}, "feed.digest"),
        (complete(1), "feed.snapshot.node_ids"),
        (complete(1, "nyx"), "feed.snapshot.node_ids[0]"),
        (complete(1, "nyc", continues=True), "feed.continues"),
        ({"as_of_time": NOON - timedelta(days=30)}, "feed.as_of_time"),
    ],
)
def test_a_feed_that_is_wrong_is_named_by_its_field(
    shop: Shop, feed: dict[str, Any], field: str
) -> None:
    refused = refusal(lambda: sent(shop, [("A", "nyc", 1)], feed=feed))
    assert list(refused.fields) == [field]


def test_a_source_without_a_document_is_a_mix_up(shop: Shop) -> None:
    sku = shop.sku(nyc=1)
    refused = refusal(lambda: receive(shop, sku, "nyc", 5, source="erp"))
    assert list(refused.fields) == ["document_id"]
