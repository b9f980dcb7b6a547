"""JSON in: whatever is not understood is named, with its path."""

import pytest

from inventory.errors import InvalidField
from router.rpc.refusals import UnknownField
from router.rpc.strict_json import parse, parse_array
from shipfrom.v1 import checkout_service_pb2 as checkout
from shipfrom.v1 import inventory_service_pb2 as inventory


def refused(body, kind=InvalidField):
    with pytest.raises(kind) as caught:
        parse(checkout.QuoteRequest, body)
    return caught.value.violations


def test_an_empty_body_is_an_empty_message():
    assert parse(checkout.QuoteRequest, b"") == checkout.QuoteRequest()


def test_all_unknown_members_are_named_at_once():
    body = b'{"lines":[{"sku":"A"},{"skuu":"B"}],"shipto":{}}'
    fields = [violation.field for violation in refused(body, UnknownField)]
    assert fields == ["lines[1].skuu", "shipto"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"lines":[{"sku":"A"},{"quantity":"two"}]}', "lines[1].quantity"),
        (b'{"lines":[{"quantity":1.5}]}', "lines[0].quantity"),
        (b'{"lines":[{"quantity":99999999999}]}', "lines[0].quantity"),
        (b'{"lines":[{"sku":7}]}', "lines[0].sku"),
        (b'{"lines":{"sku":"A"}}', "lines"),
        (b'{"lines":["A"]}', "lines[0]"),
        (b'{"shipTo":[]}', "ship_to"),
        (b'{"shipTo":{"location":{"latitude":"north"}}}', "ship_to.location.latitude"),
        (b'{"routing":{"objective":"FOO"}}', "routing.objective"),
        (b'{"lines":[{"sku":"\\ud800"}]}', "lines[0].sku"),
    ],
)
def test_a_wrong_value_is_named_with_its_path(body, field):
    assert [violation.field for violation in refused(body)] == [field]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"7",
        b'"text"',
        b'{"lines":NaN}',
        b'{"explain":true,"explain":false}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_what_is_not_one_json_object_is_refused(body):
    assert refused(body)


def test_null_means_not_set():
    assert parse(checkout.QuoteRequest, b'{"lines":null,"shipTo":null}').lines == []


def test_durations_and_long_numbers_follow_the_proto_rules():
    hold = parse(checkout.HoldRequest, b'{"ttl":"90s"}')
    assert hold.ttl.seconds == 90
    stock = parse(inventory.StockCount, b'{"onHand":"9007199254740993"}')
    assert stock.on_hand == 9007199254740993


def test_an_array_names_the_message_at_fault():
    body = b'[{"rows":[]},{"rows":[{"skuu":"A"}]}]'
    with pytest.raises(UnknownField) as caught:
        list(parse_array(inventory.ImportStockRequest, body))
    assert caught.value.violations[0].field == "[1].rows[0].skuu"
