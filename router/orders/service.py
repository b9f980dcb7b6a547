"""For agents and portals: orders as they stand, why, and what may still change."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime

from router.money import Currency
from router.orders.changing import OrderChanges
from router.orders.queue import ExceptionQueue
from router.orders.reading import OrderReading
from router.orders.returning import Returns
from router.reoptimising.desk import Reoptimiser
from router.rpc.call import Call
from router.skus import Skus
from shipfrom.v1 import order_service_pb2 as pb


@dataclass(frozen=True, slots=True)
class OrderService:
    """The stories of an order after its commit."""

    reading: OrderReading
    changes: OrderChanges
    returns: Returns
    queue: ExceptionQueue
    reoptimiser: Reoptimiser

    @classmethod
    def wired(
        cls,
        reoptimiser: Reoptimiser,
        skus: Skus,
        currency: Currency,
        *,
        now: Callable[[], datetime],
    ) -> "OrderService":
        """The service of one process."""
        rerouter = reoptimiser.rerouter
        stock, networks = rerouter.stock, rerouter.networks
        parts = (stock, networks, rerouter.planner, rerouter.policies, currency)
        return cls(
            OrderReading(*parts),
            OrderChanges(rerouter, skus, currency),
            Returns(rerouter, currency),
            ExceptionQueue(stock, now),
            reoptimiser,
        )

    async def GetOrder(
        self, request: pb.GetOrderRequest, call: Call
    ) -> pb.GetOrderResponse:
        """One order with its shipments."""
        return await self.reading.get(request, call)

    async def ListOrders(
        self, request: pb.ListOrdersRequest, call: Call
    ) -> pb.ListOrdersResponse:
        """Orders, newest first, page by page."""
        return await self.reading.list_page(request, call)

    def WatchOrder(
        self, request: pb.WatchOrderRequest, call: Call
    ) -> AsyncIterator[pb.WatchOrderResponse]:
        """The order now and at each change."""
        return self.reading.watch(request, call)

    async def ExplainOrder(
        self, request: pb.ExplainOrderRequest, call: Call
    ) -> pb.ExplainOrderResponse:
        """Why an order or a hold ships from where it does."""
        return await self.reading.explain(request, call)

    async def ReplayOrder(
        self, request: pb.ReplayOrderRequest, call: Call
    ) -> pb.ReplayOrderResponse:
        """Whether the stored decision comes out the same, byte for byte."""
        return await self.reading.replay(request, call)

    async def CancelOrder(
        self, request: pb.CancelOrderRequest, call: Call
    ) -> pb.CancelOrderResponse:
        """Give units back, all or some."""
        return await self.changes.cancel(request, call)

    async def ChangeOrder(
        self, request: pb.ChangeOrderRequest, call: Call
    ) -> pb.ChangeOrderResponse:
        """Other quantities."""
        return await self.changes.change(request, call)

    async def RerouteOrder(
        self, request: pb.RerouteOrderRequest, call: Call
    ) -> pb.RerouteOrderResponse:
        """Other nodes."""
        return await self.changes.reroute(request, call)

    def Reoptimise(
        self, request: pb.ReoptimiseRequest, call: Call
    ) -> AsyncIterator[pb.ReoptimiseResponse]:
        """Orders that nobody has begun, planned again together."""
        return self.reoptimiser.answer(request, call)

    async def ReportPayment(
        self, request: pb.ReportPaymentRequest, call: Call
    ) -> pb.ReportPaymentResponse:
        """What the payment system says, mirrored."""
        return await self.changes.pay(request, call)

    async def ReviewOrder(
        self, request: pb.ReviewOrderRequest, call: Call
    ) -> pb.ReviewOrderResponse:
        """Somebody takes care of it, or lets it go on."""
        return await self.changes.review(request, call)

    async def ListExceptions(
        self, request: pb.ListExceptionsRequest, call: Call
    ) -> pb.ListExceptionsResponse:
        """What needs somebody."""
        return await self.queue.list_page(request, call)

    async def CreateReturn(
        self, request: pb.CreateReturnRequest, call: Call
    ) -> pb.CreateReturnResponse:
        """Goods will come back."""
        return await self.returns.create(request, call)

    async def ReceiveReturn(
        self, request: pb.ReceiveReturnRequest, call: Call
    ) -> pb.ReceiveReturnResponse:
        """Goods came back."""
        return await self.returns.receive(request, call)
