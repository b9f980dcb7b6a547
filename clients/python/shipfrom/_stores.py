"""What stores do, as `client.stores`."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from shipfrom import _store_requests as _requests
from shipfrom._asked import Lines
from shipfrom._enums import DocumentKind, RejectReason
from shipfrom._shell import Shell
from shipfrom._store_requests import Said
from shipfrom._store_values import Task, TaskDone, TaskNews


class Stores:
    """Tasks of nodes, and every step of a shipment.

    Each write makes the id of its request and repeats it by itself. A device that
    queues its writes makes the ids when they happen and gives them as `request_id`:
    sent late, or twice, each has one effect. `dry_run` shows what would come of it.
    """

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def tasks(self, node_id: str) -> Iterator[Task]:
        """What a node has to do, the longest waiting first."""
        return self._shell.pages(partial(_requests.tasks_page, node_id=node_id))

    def watch(self, node_id: str, *, resume_token: str = "") -> Iterator[TaskNews]:
        """What is to do, then what changes, as long as the connection lasts.

        Watch again with the last `resume_token` when it ends: a task may come twice,
        none is left out.
        """
        return self._shell.listen(_requests.watch(node_id, resume_token))

    def accept(
        self,
        shipment_id: str,
        lines: Lines | None = None,
        *,
        node_id: str = "",
        reason: RejectReason | str = "",
        note: str = "",
        dry_run: bool = False,
        plan_id: str = "",
        request_id: str = "",
    ) -> TaskDone:
        """The node will pick it; `node_id` is who accepts where several were asked.

        `lines` is what it accepts, if not all; the rest is rejected for the `reason`.
        The task of the answer is what the node has to pick. Raises WrongState where
        another one was first.
        """
        said = Said(reason, note, dry_run, plan_id, request_id)
        call = _requests.accept(shipment_id, lines, node_id=node_id, said=said)
        return self._shell.send(call)

    def reject(
        self,
        shipment_id: str,
        reason: RejectReason | str,
        lines: Lines | None = None,
        *,
        note: str = "",
        dry_run: bool = False,
        plan_id: str = "",
        request_id: str = "",
    ) -> TaskDone:
        """The node will not: its units get another node in the same step.

        `lines` is what it rejects, if not all; the rest is accepted with it.
        """
        said = Said(reason, note, dry_run, plan_id, request_id)
        return self._shell.send(_requests.reject(shipment_id, lines, said))

    def pick(
        self,
        shipment_id: str,
        found: Mapping[str, int],
        *,
        missing: Mapping[str, int] | None = None,
        substitutes: Mapping[str, Mapping[str, int]] | None = None,
        reason: RejectReason | str = "",
        note: str = "",
        dry_run: bool = False,
        plan_id: str = "",
        request_id: str = "",
    ) -> TaskDone:
        """Units picked by SKU, and those looked for in vain, which go elsewhere.

        `substitutes` stand in for missing units: {"SKU-1": {"SKU-2": 1}}. Raises
        SubstituteNotAllowed, NoStock.
        """
        said = Said(reason, note, dry_run, plan_id, request_id)
        call = _requests.pick(
            shipment_id,
            found,
            missing=missing or {},
            instead=substitutes or {},
            said=said,
        )
        return self._shell.send(call)

    def ready(self, shipment_id: str, *, request_id: str = "") -> TaskDone:
        """Packed. A pickup gets its `pickup_code`; said again, a new one."""
        return self._shell.send(_requests.ready(shipment_id, request_id))

    def hand_over(
        self,
        shipment_id: str,
        pickup_code: str,
        lines: Lines | None = None,
        *,
        request_id: str = "",
    ) -> TaskDone:
        """To whoever knows the code; `lines` is what the customer takes, if not all.

        Raises WrongCode, CodeLocked.
        """
        call = _requests.hand_over(
            shipment_id, pickup_code, lines, request_id=request_id
        )
        return self._shell.send(call)

    def shipped(
        self,
        shipment_id: str,
        *,
        carrier: str = "",
        tracking_number: str = "",
        request_id: str = "",
    ) -> TaskDone:
        """A carrier has it."""
        call = _requests.shipped(
            shipment_id,
            carrier=carrier,
            tracking_number=tracking_number,
            request_id=request_id,
        )
        return self._shell.send(call)

    def receive_transfer(self, shipment_id: str, *, request_id: str = "") -> TaskDone:
        """A transfer is here; the task is what the customer collects of it."""
        call = _requests.receive_transfer(shipment_id, request_id)
        return self._shell.send(call)

    def delivered(self, shipment_id: str, *, request_id: str = "") -> TaskDone:
        """It arrived."""
        return self._shell.send(_requests.delivered(shipment_id, request_id))

    def uncollected(self, shipment_id: str, *, request_id: str = "") -> TaskDone:
        """Nobody came for it; the units are back on the shelf."""
        return self._shell.send(_requests.uncollected(shipment_id, request_id))

    def offer(
        self,
        shipment_id: str,
        node_ids: Iterable[str] = (),
        *,
        minutes: int = 0,
        request_id: str = "",
    ) -> TaskDone:
        """Ask several nodes, by default the three best; the first to accept has it.

        Raises NoStock where no other node could send all of it.
        """
        call = _requests.offer(
            shipment_id, node_ids, minutes=minutes, request_id=request_id
        )
        return self._shell.send(call)

    def page(
        self,
        kind: DocumentKind | str,
        *,
        node_id: str = "",
        shipment_id: str = "",
    ) -> str:
        """A page to print, as HTML: PICK_LIST of a node, PACKING_LIST or LABEL."""
        call = _requests.page(kind, node_id=node_id, shipment_id=shipment_id)
        return self._shell.send(call)
