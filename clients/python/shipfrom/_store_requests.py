"""Every call of a store as a value: its bytes, its reader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shipfrom import _store_answers as _answers
from shipfrom._asked import Lines, lines_of, lines_pb
from shipfrom._core import Call, new_request_id
from shipfrom._enums import DocumentKind, RejectReason
from shipfrom._store_values import Task, TaskDone, TaskNews
from shipfrom._wire import call_of, enum_pb, names_of, reader
from shipfrom.v1 import store_service_pb2 as pb

PAGE_ROWS = 200
_SERVICE = "/shipfrom.v1.StoreService/"
_REASON = "REJECT_REASON_"
Units = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Said:
    """What an associate adds: why, in which words, and whether only to try."""

    reason: str = ""
    note: str = ""
    dry_run: bool = False
    plan_id: str = ""
    request_id: str = ""


def tasks_page(page_token: str, *, node_id: str) -> Call[tuple[tuple[Task, ...], str]]:
    """One page of a node's tasks."""
    request = pb.ListTasksRequest(
        node_id=node_id, page_size=PAGE_ROWS, page_token=page_token
    )
    parse = reader(
        pb.ListTasksResponse,
        lambda w: (tuple(map(_answers.task, w.tasks)), w.next_page_token),
    )
    return call_of(_SERVICE + "ListTasks", request, parse)


def watch(node_id: str, resume_token: str) -> Call[TaskNews]:
    """The tasks that changed: a stream."""
    request = pb.WatchTasksRequest(node_id=node_id, resume_token=resume_token)
    parse = reader(pb.WatchTasksResponse, _answers.news)
    return call_of(_SERVICE + "WatchTasks", request, parse)


def accept(
    shipment_id: str, lines: Lines | None, *, node_id: str, said: Said
) -> Call[TaskDone]:
    """The node will pick it, or what it names of it."""
    request = pb.AcceptRequest(
        request_id=said.request_id or new_request_id(),
        shipment_id=shipment_id,
        node_id=node_id,
        lines=lines_pb(lines_of(lines)) if lines else (),
        reason=enum_pb(said.reason, RejectReason, "reason", _REASON),
        note=said.note,
        validate_only=said.dry_run,
        plan_id=said.plan_id,
    )
    parse = reader(pb.AcceptResponse, _answers.moved)
    return call_of(_SERVICE + "Accept", request, parse, mutates=True)


def reject(shipment_id: str, lines: Lines | None, said: Said) -> Call[TaskDone]:
    """The node will not, all of it or what it names."""
    request = pb.RejectRequest(
        request_id=said.request_id or new_request_id(),
        shipment_id=shipment_id,
        reason=enum_pb(said.reason, RejectReason, "reason", _REASON),
        note=said.note,
        validate_only=said.dry_run,
        plan_id=said.plan_id,
        lines=lines_pb(lines_of(lines)) if lines else (),
    )
    parse = reader(pb.RejectResponse, _answers.moved)
    return call_of(_SERVICE + "Reject", request, parse, mutates=True)


def pick(
    shipment_id: str,
    found: Units,
    *,
    missing: Units,
    instead: Mapping[str, Units],
    said: Said,
) -> Call[TaskDone]:
    """What was picked, what was not found, and what stands in for it."""
    request = pb.ConfirmPickRequest(
        request_id=said.request_id or new_request_id(),
        shipment_id=shipment_id,
        lines=[
            pb.PickedLine(
                sku=s,
                picked=found.get(s, 0),
                missing=missing.get(s, 0),
                substitutes=lines_pb(lines_of(instead.get(s, {}))),
            )
            for s in {**found, **missing, **instead}
        ],
        reason=enum_pb(said.reason, RejectReason, "reason", _REASON),
        note=said.note,
        validate_only=said.dry_run,
        plan_id=said.plan_id,
    )
    parse = reader(pb.ConfirmPickResponse, _answers.moved)
    return call_of(_SERVICE + "ConfirmPick", request, parse, mutates=True)


def ready(shipment_id: str, request_id: str) -> Call[TaskDone]:
    """Packed."""
    request = pb.MarkReadyRequest(
        request_id=request_id or new_request_id(), shipment_id=shipment_id
    )
    parse = reader(pb.MarkReadyResponse, _answers.ready)
    return call_of(_SERVICE + "MarkReady", request, parse, mutates=True)


def hand_over(
    shipment_id: str, code: str, lines: Lines | None, *, request_id: str
) -> Call[TaskDone]:
    """Over the counter."""
    request = pb.HandOverRequest(
        request_id=request_id or new_request_id(),
        shipment_id=shipment_id,
        pickup_code=code,
        lines=lines_pb(lines_of(lines)) if lines else (),
    )
    parse = reader(pb.HandOverResponse, _answers.done)
    return call_of(_SERVICE + "HandOver", request, parse, mutates=True)


def shipped(
    shipment_id: str, *, carrier: str, tracking_number: str, request_id: str
) -> Call[TaskDone]:
    """A carrier has it."""
    request = pb.MarkShippedRequest(
        request_id=request_id or new_request_id(),
        shipment_id=shipment_id,
        carrier=carrier,
        tracking_number=tracking_number,
    )
    parse = reader(pb.MarkShippedResponse, _answers.done)
    return call_of(_SERVICE + "MarkShipped", request, parse, mutates=True)


def receive_transfer(shipment_id: str, request_id: str) -> Call[TaskDone]:
    """It is at its store."""
    request = pb.ReceiveTransferRequest(
        request_id=request_id or new_request_id(), shipment_id=shipment_id
    )
    parse = reader(pb.ReceiveTransferResponse, _answers.done)
    return call_of(_SERVICE + "ReceiveTransfer", request, parse, mutates=True)


def delivered(shipment_id: str, request_id: str) -> Call[TaskDone]:
    """It arrived."""
    request = pb.MarkDeliveredRequest(
        request_id=request_id or new_request_id(), shipment_id=shipment_id
    )
    parse = reader(pb.MarkDeliveredResponse, _answers.done)
    return call_of(_SERVICE + "MarkDelivered", request, parse, mutates=True)


def uncollected(shipment_id: str, request_id: str) -> Call[TaskDone]:
    """Nobody came."""
    request = pb.MarkUncollectedRequest(
        request_id=request_id or new_request_id(), shipment_id=shipment_id
    )
    parse = reader(pb.MarkUncollectedResponse, _answers.done)
    return call_of(_SERVICE + "MarkUncollected", request, parse, mutates=True)


def offer(
    shipment_id: str, node_ids: Iterable[str], *, minutes: int, request_id: str
) -> Call[TaskDone]:
    """Ask several nodes."""
    request = pb.OfferShipmentRequest(
        request_id=request_id or new_request_id(),
        shipment_id=shipment_id,
        node_ids=names_of(node_ids),
        minutes=minutes,
    )
    parse = reader(pb.OfferShipmentResponse, _answers.offer)
    return call_of(_SERVICE + "OfferShipment", request, parse, mutates=True)


def page(kind: str, *, node_id: str, shipment_id: str) -> Call[str]:
    """A page to print."""
    request = pb.PrintDocumentRequest(
        kind=enum_pb(kind, DocumentKind, "kind", "DOCUMENT_KIND_"),
        node_id=node_id,
        shipment_id=shipment_id,
    )
    parse = reader(pb.PrintDocumentResponse, lambda w: w.html)
    return call_of(_SERVICE + "PrintDocument", request, parse)
