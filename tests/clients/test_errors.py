"""Every refusal of the server is an exception of the client, with all that it said."""

import grpc
import pytest

import shipfrom
from inventory import errors as server_errors
from shipfrom import Client
from shipfrom._errors import Error
from shipfrom._reasons import BY_REASON
from tests.clients.stub_server import Fail, Stub

REASONS = {
    kind.reason: kind
    for kind in vars(server_errors).values()
    if isinstance(kind, type)
    and issubclass(kind, server_errors.Refusal)
    and kind is not server_errors.Refusal
}


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_each_reason_of_the_server_has_a_class_of_the_same_name(reason: str) -> None:
    assert BY_REASON[reason].__name__ == REASONS[reason].__name__
    assert getattr(shipfrom, REASONS[reason].__name__) is BY_REASON[reason]


def test_an_error_carries_message_next_step_and_metadata(
    stub: Stub, sf: Client
) -> None:
    stub.will(
        "Quote",
        Fail(
            "FAILED_PRECONDITION",
            "NO_STOCK",
            "SKU-9 x3 wanted, 2 available in 4 nodes.",
            next_step="ask for 2, or allow_partial",
            metadata={"sku": "SKU-9", "available": "2"},
        ),
    )
    with pytest.raises(shipfrom.NoStock) as caught:
        sf.quote({"SKU-9": 3}, "10001")
    error = caught.value
    assert error.message == "SKU-9 x3 wanted, 2 available in 4 nodes."
    assert error.next_step == "ask for 2, or allow_partial"
    assert error.metadata == {"sku": "SKU-9", "available": "2"}
    assert str(error) == (
        "NO_STOCK: SKU-9 x3 wanted, 2 available in 4 nodes.\n"
        "Next: ask for 2, or allow_partial"
    )
    assert isinstance(error.__context__, grpc.RpcError)


def test_invalid_fields_come_with_path_problem_and_suggestion(
    stub: Stub, sf: Client
) -> None:
    stub.will(
        "Quote",
        Fail(
            "INVALID_ARGUMENT",
            "INVALID_FIELD",
            "lines[0].sku: is unknown",
            violations=(
                ("lines[0].sku", "is unknown. did you mean SKU-1?"),
                ("ship_to", "is missing"),
            ),
        ),
    )
    with pytest.raises(shipfrom.InvalidField) as caught:
        sf.quote({"SKU-l": 3}, "10001")
    assert caught.value.violations == (
        shipfrom.FieldViolation("lines[0].sku", "is unknown", "did you mean SKU-1?"),
        shipfrom.FieldViolation("ship_to", "is missing"),
    )


def test_a_reason_of_a_newer_server_is_a_plain_refusal(stub: Stub, sf: Client) -> None:
    stub.will("Quote", Fail("FAILED_PRECONDITION", "APPROVAL_MISSING"))
    with pytest.raises(shipfrom.Refusal) as caught:
        sf.quote({"SKU-9": 3}, "10001")
    assert type(caught.value) is shipfrom.Refusal
    assert caught.value.reason == "APPROVAL_MISSING"


def test_a_failure_without_our_details_is_never_taken_for_a_refusal(
    stub: Stub, sf: Client
) -> None:
    stub.will("Quote", Fail("INTERNAL"), Fail("UNKNOWN"), Fail("DEADLINE_EXCEEDED"))
    with pytest.raises(shipfrom.ServerFault, match="it did not work"):
        sf.quote({"SKU-9": 3}, "10001")
    with pytest.raises(shipfrom.ServerFault):
        sf.quote({"SKU-9": 3}, "10001")
    with pytest.raises(shipfrom.DeadlineExceeded):
        sf.quote({"SKU-9": 3}, "10001")


def test_retry_after_is_kept(stub: Stub, sf: Client) -> None:
    stub.will("Quote", Fail("RESOURCE_EXHAUSTED", "OVERLOADED", retry_after_s=0.25))
    with pytest.raises(shipfrom.Overloaded) as caught:
        sf.quote({"SKU-9": 3}, "10001")
    assert caught.value.retry_after is not None
    assert caught.value.retry_after.total_seconds() == 0.25


def test_every_class_of_the_tree_is_public_and_says_why() -> None:
    def branches(root: type[Error]) -> list[type[Error]]:
        return [root, *(x for b in root.__subclasses__() for x in branches(b))]

    for kind in branches(Error):
        assert kind.__name__ in shipfrom.__all__
        assert kind.__doc__


def test_an_outcome_that_came_from_no_call_cannot_be_retried() -> None:
    with pytest.raises(RuntimeError):
        shipfrom.OutcomeUnknown("somewhere").retry()


def test_a_wrong_pickup_code_says_how_many_guesses_are_left() -> None:
    wrong = shipfrom.WrongCode("another one", metadata={"guessesLeft": "3"})
    assert (wrong.guesses_left, shipfrom.WrongCode("x").guesses_left) == (3, 0)
