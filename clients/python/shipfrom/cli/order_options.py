"""What the commands about orders take."""

from typing import Annotated

import typer

from shipfrom._core import new_request_id
from shipfrom._enums import OrderState, PaymentState

OrderId = Annotated[str, typer.Argument(metavar="ORDER", help="Id of the order.")]
OrderOrLast = Annotated[
    str, typer.Argument(metavar="ORDER|last", help="Id of the order, or last.")
]
Customer = Annotated[
    str, typer.Option("--customer", help="The shop's own name for the customer.")
]
State = Annotated[
    str,
    typer.Option(
        "--state",
        help="One of " + ", ".join(s.lower() for s in list(OrderState)[1:]) + ".",
    ),
]
PAYMENT_STATES = ", ".join(s.lower() for s in list(PaymentState)[1:])
Payment = Annotated[
    str,
    typer.Option("--payment", help=f"One of {PAYMENT_STATES}; pending keeps it back."),
]
Reason = Annotated[str, typer.Option("--reason", help="Why, for those who ask later.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would come of it, change nothing.")
]
RequestId = Annotated[
    str, typer.Option("--request-id", help="To repeat the very same request safely.")
]
AllowSubstitutes = Annotated[
    bool,
    typer.Option(
        "--allow-substitutes",
        help="The customer takes an item's substitutes where a store has no more.",
    ),
]


def asked_as(context: typer.Context, request_id: str) -> str:
    """The id of the request, made before it is sent, so that an error can name it.

    Another process cannot call retry(): it repeats the command, with this id.
    """
    context.params["request_id"] = request_id or new_request_id()
    return str(context.params["request_id"])
