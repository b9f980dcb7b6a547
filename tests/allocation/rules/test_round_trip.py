"""A document survives being written and read, as YAML and as JSON."""

from hypothesis import HealthCheck, given, settings

from allocation.rules.document import PolicyDocument
from allocation.rules.stored import from_json, to_json
from allocation.rules.writing import write
from allocation.rules.written import read
from tests.allocation.rules.documents import documents

slowly = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@slowly
@given(documents())
def test_any_document_is_the_same_after_yaml(document: PolicyDocument) -> None:
    assert read(write(document)) == document


@slowly
@given(documents())
def test_amounts_are_the_same_in_a_currency_without_cents_and_in_one_with_mills(
    document: PolicyDocument,
) -> None:
    for currency, exponent in (("JPY", 0), ("KWD", 3)):
        text = write(document, currency=currency, exponent=exponent)
        assert read(text, currency=currency, exponent=exponent) == document


@slowly
@given(documents())
def test_any_document_is_the_same_after_json(document: PolicyDocument) -> None:
    assert from_json(to_json(document)) == document
