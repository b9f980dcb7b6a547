"""Broken bytes: the field at fault is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import InvalidField
from router.rpc.decode import decode
from shipfrom.v1 import checkout_service_pb2 as checkout


def fault(payload):
    with pytest.raises(InvalidField) as caught:
        decode(checkout.QuoteRequest, payload)
    return caught.value.violations[0]


def with_length(number, value):
    return bytes([number << 3 | 2, len(value)]) + value


def test_a_string_that_is_not_utf_8_is_named_by_its_path():
    good = with_length(1, with_length(1, b"A"))
    latin_1 = with_length(1, with_length(1, "Größe".encode("latin-1")))
    assert fault(good + good + latin_1).field == "lines[2].sku"
    postcode = with_length(2, with_length(1, b"\xff"))
    assert fault(good + postcode).field == "ship_to.postal_code"


def test_bytes_that_are_no_message_are_refused_as_a_whole():
    assert fault(b"garbage").field == "QuoteRequest"
    assert fault(with_length(1, b"\x0a\x7f")).field == "QuoteRequest"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_refused(payload):
    try:
        decode(checkout.QuoteRequest, payload)
    except InvalidField:
        return
