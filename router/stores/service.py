"""For store devices and nodes: what is to do, and what was done."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime

from router.money import Currency
from router.orders.rerouting import Rerouter
from router.rpc.call import Call
from router.stores.desk import Desk
from router.stores.failing import Failing
from router.stores.offers import Offers
from router.stores.printing import Printing
from router.stores.substitutes import Substitutes
from router.stores.tasks import TaskList
from router.stores.watching import Watchers
from shipfrom.v1 import store_service_pb2 as pb


@dataclass(frozen=True, slots=True)
class StoreService:
    """The stories of a node."""

    tasks: TaskList
    watchers: Watchers
    desk: Desk
    failing: Failing
    offers: Offers
    printing: Printing

    @classmethod
    def wired(
        cls, rerouter: Rerouter, currency: Currency, *, now: Callable[[], datetime]
    ) -> "StoreService":
        """The service of one process."""
        stock, networks = rerouter.stock, rerouter.networks
        substitutes = Substitutes(stock, networks)
        tasks = TaskList(stock, networks, substitutes)
        return cls(
            tasks,
            Watchers(stock, tasks),
            Desk(rerouter, tasks, now),
            Failing(rerouter, tasks, substitutes, currency),
            Offers(rerouter, tasks, now),
            Printing(stock, tasks),
        )

    async def ListTasks(
        self, request: pb.ListTasksRequest, call: Call
    ) -> pb.ListTasksResponse:
        """What a node has to do."""
        return await self.tasks.list_page(request, call)

    def WatchTasks(
        self, request: pb.WatchTasksRequest, call: Call
    ) -> AsyncIterator[pb.WatchTasksResponse]:
        """The tasks that changed, as they change."""
        return self.watchers.watch(request, call)

    async def Accept(self, request: pb.AcceptRequest, call: Call) -> pb.AcceptResponse:
        """The node will pick it, or what it names of it."""
        if request.lines:
            return await self.failing.accept(request, call)
        return await self.offers.accept(request, call)

    async def Reject(self, request: pb.RejectRequest, call: Call) -> pb.RejectResponse:
        """The node will not."""
        return await self.failing.reject(request, call)

    async def ConfirmPick(
        self, request: pb.ConfirmPickRequest, call: Call
    ) -> pb.ConfirmPickResponse:
        """What was picked, and what was not found."""
        return await self.failing.pick(request, call)

    async def MarkReady(
        self, request: pb.MarkReadyRequest, call: Call
    ) -> pb.MarkReadyResponse:
        """Packed."""
        return await self.desk.ready(request, call)

    async def HandOver(
        self, request: pb.HandOverRequest, call: Call
    ) -> pb.HandOverResponse:
        """To whoever knows the code."""
        return await self.desk.hand_over(request, call)

    async def MarkShipped(
        self, request: pb.MarkShippedRequest, call: Call
    ) -> pb.MarkShippedResponse:
        """A carrier has it."""
        return await self.desk.shipped(request, call)

    async def ReceiveTransfer(
        self, request: pb.ReceiveTransferRequest, call: Call
    ) -> pb.ReceiveTransferResponse:
        """A transfer arrived at its store."""
        return await self.desk.received(request, call)

    async def MarkDelivered(
        self, request: pb.MarkDeliveredRequest, call: Call
    ) -> pb.MarkDeliveredResponse:
        """It arrived."""
        return await self.desk.delivered(request, call)

    async def MarkUncollected(
        self, request: pb.MarkUncollectedRequest, call: Call
    ) -> pb.MarkUncollectedResponse:
        """Nobody came."""
        return await self.desk.uncollected(request, call)

    async def OfferShipment(
        self, request: pb.OfferShipmentRequest, call: Call
    ) -> pb.OfferShipmentResponse:
        """Several nodes are asked."""
        return await self.offers.offer(request, call)

    async def PrintDocument(
        self, request: pb.PrintDocumentRequest, call: Call
    ) -> pb.PrintDocumentResponse:
        """A page to print."""
        return await self.printing.page(request, call)
