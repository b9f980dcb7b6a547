"""Pages to print hold what is to do, and nothing that a browser would run or fetch."""

import re

from shipfrom.v1 import network_service_pb2 as network_pb
from shipfrom.v1 import store_service_pb2 as pb
from tests.router.shop import new_id, refusal
from tests.router.stores.counter import Counter


def printed(counter: Counter, kind: str, **fields: str) -> str:
    number = pb.DocumentKind.Value(f"DOCUMENT_KIND_{kind}")
    request = pb.PrintDocumentRequest(kind=number, **fields)
    return counter.call("PrintDocument", request).html


def test_a_pick_list_has_one_line_a_sku(counter: Counter) -> None:
    sku, other = counter.sku(lax=9), counter.sku(lax=9)
    one, two = counter.ordered({sku: 2}), counter.ordered({sku: 1, other: 4})
    counter.picked(two, {other: 1})
    page = printed(counter, "PICK_LIST", node_id="lax")
    rows = {row: page.count(f"<td>{row}</td>") for row in (sku, other)}
    assert rows == {sku: 1, other: 1}
    assert f"2 to {one}, 1 to {two}" in page
    assert f'<td class="count">3</td><td>3 to {two}</td>' in page


def test_a_packing_list_has_what_is_in_the_box(counter: Counter) -> None:
    sku = counter.sku(nyc=9)
    name = counter.ordered({sku: 2}, order_ref="W-55")
    page = printed(counter, "PACKING_LIST", shipment_id=name)
    assert "Order W-55" in page
    assert f'<td>{sku}</td><td></td><td class="count">2</td>' in page


def test_a_label_is_marked_as_a_specimen(counter: Counter) -> None:
    name = counter.ordered({counter.sku(nyc=9): 2})
    page = printed(counter, "LABEL", shipment_id=name)
    assert "SPECIMEN" in page
    assert "GROUND, arrives Tue 17 Nov" in page


def test_what_somebody_typed_is_escaped_and_nothing_is_fetched(
    counter: Counter,
) -> None:
    sku = counter.sku(nyc=9)
    item = network_pb.Item(sku=sku, display_name="<script>alert(1)</script>")
    request = network_pb.UpsertItemsRequest(request_id=new_id(), items=[item])
    counter.call("UpsertItems", request)
    counter.server.run(counter.server.app.refresh())
    name = counter.ordered({sku: 1}, order_ref="<b>W</b>")
    for page in (
        printed(counter, "PICK_LIST", node_id="nyc"),
        printed(counter, "PACKING_LIST", shipment_id=name),
        printed(counter, "LABEL", shipment_id=name),
    ):
        assert "<script" not in page
        assert "<b>" not in page
        assert not re.search(r"(src|href|url\()", page)
    page = printed(counter, "PACKING_LIST", shipment_id=name)
    assert "&lt;script&gt;alert(1)" in page
    assert "&lt;b&gt;W" in page


def test_a_page_needs_to_know_of_what(counter: Counter) -> None:
    request = pb.PrintDocumentRequest()
    refused = refusal(lambda: counter.call("PrintDocument", request))
    assert set(refused.fields) == {"kind", "shipment_id"}
