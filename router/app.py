"""Everything one router process needs to answer calls, without a transport.

The composition root of the flows: it opens stock and network, wires the services and
names them as the proto does. The rim serves `services` and calls `sweep`, `relay`,
`deliver`, `mail`, `refresh` and `follow` in the background.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from allocation.policy import Policy
from allocation.solvers.optimise import warm
from inventory.instants import Clock, present
from inventory.policy_approvals import NO_APPROVALS, Approving
from inventory.stock import Stock
from router.capacity import Capacity
from router.checkout import CheckoutService
from router.events.dispatching import Dispatcher
from router.events.lag import Lag
from router.events.sending import Sender
from router.events.service import EventService
from router.events.watching import Watching
from router.geography import Postcodes
from router.learning import Learner
from router.lookahead.wired import LookAhead
from router.looking_ahead import LookAheadService
from router.mailer.mailing import Mailer
from router.mailer.settings import MailSettings
from router.mailer.wired import mailer_of
from router.money import Currency
from router.network import NetworkService
from router.networks import Networks
from router.orders.rerouting import Rerouter
from router.orders.service import OrderService
from router.orders.waiting import WaitingOrders
from router.parse_network import NetworkReader
from router.planning import Planner
from router.policies.in_force import PoliciesInForce
from router.policies.service import PolicyService
from router.record import Following
from router.reoptimising.desk import Reoptimiser
from router.reoptimising.schedule import Rounds
from router.skus import Skus
from router.stock import InventoryService
from router.stores.asking import RuledOffers
from router.stores.service import StoreService
from router.stores.timed import TimedSteps
from router.stores.timers import Timers
from router.wishes import WishReader

PACKAGE = "shipfrom.v1"


class App:
    """The services of one process and what they stand on."""

    def __init__(
        self,
        stock: Stock,
        networks: Networks,
        services: Mapping[str, object],
        *,
        planner: Planner,
        capacity: Capacity,
        policies: PoliciesInForce,
        timers: Timers,
        waiting: WaitingOrders,
        following: Following,
        learner: Learner,
        look_ahead: LookAhead,
        rounds: Rounds,
        dispatcher: Dispatcher,
        mailer: Mailer | None,
    ) -> None:
        self.stock = stock
        self.policies = policies
        self.networks = networks
        self.services = services
        self._planner = planner
        self._capacity = capacity
        self._timers = timers
        self._following = following
        self._learner = learner
        self.look_ahead = look_ahead
        self._rounds = rounds
        self.waiting = waiting
        self._dispatcher = dispatcher
        self._mailer = mailer
        self._lag = Lag(stock.events.log)

    @classmethod
    async def open(
        cls,
        *,
        ledger_url: str,
        view_url: str | None,
        clock: Clock | None = None,
        policy: Policy | None = None,
        currency: str = "USD",
        deployment: str = "default",
        webhooks_to_loopback: bool = False,
        mail: MailSettings | None = None,
        approving: Approving = NO_APPROVALS,
        look_ahead_every_s: int = 0,
        reoptimise_every_s: int = 0,
    ) -> "App":
        """Open the ledger and the view, compile the network, wire the services.

        Args:
            deployment: its name in the source of events.
            webhooks_to_loopback: whether webhooks may lead to this machine.
            mail: how customers get mails; None sends none.
            approving: who else says yes before a policy is published.
            look_ahead_every_s: how often prices of stock are made; 0: when asked.
            reoptimise_every_s: how often orders are planned again together; 0: when
                asked.

        Raises:
            StorageUnavailable: SQL cannot be reached.
            ValueError: `currency` is no ISO 4217 code.
        """
        money, now = Currency(currency), clock or present
        postcodes, built_in = Postcodes(), policy or Policy()
        opening = Stock.open(
            ledger_url=ledger_url, view_url=view_url, clock=clock, deployment=deployment
        )
        warming = asyncio.to_thread(postcodes.warm), asyncio.to_thread(warm)
        stock, *_ = await asyncio.gather(opening, *warming)
        networks = await Networks.open(stock.catalogue, now=now)
        in_force = await PoliciesInForce.open(stock.policies, built_in)
        following = await Following.open(stock.outcomes, networks, now=now)
        learner = Learner(stock.outcomes, stock.feeds.cover, networks, now=now)
        look_ahead = await LookAhead.open(
            stock, networks, in_force, every_s=look_ahead_every_s, now=now
        )
        planner, skus = Planner(), Skus(stock)
        capacity = Capacity(stock, networks, now=now)
        await capacity.post()
        rerouter = Rerouter(stock, networks, planner, in_force, capacity, now)
        waiting, reoptimiser = WaitingOrders(rerouter), Reoptimiser(rerouter, money)
        shared = stock, networks, planner, skus, capacity, in_force
        parts = Parts(*shared, waiting, reoptimiser, learner, look_ahead, approving)
        table = _services(
            parts, WishReader(postcodes, built_in), postcodes, money=money, now=now
        )
        return cls(
            *(stock, networks),
            MappingProxyType(table | _events(stock, loopback=webhooks_to_loopback)),
            planner=planner,
            capacity=capacity,
            policies=in_force,
            timers=Timers(TimedSteps(rerouter, now), RuledOffers(rerouter, now)),
            waiting=waiting,
            following=following,
            learner=learner,
            look_ahead=look_ahead,
            rounds=Rounds(reoptimiser, every_s=reoptimise_every_s),
            dispatcher=_dispatcher(stock, loopback=webhooks_to_loopback),
            mailer=mailer_of(stock, mail, now),
        )

    async def close(self) -> None:
        """Let the writer finish what it accepted, then let everything go."""
        self._planner.close()
        await self._dispatcher.close()
        if self._mailer is not None:
            await self._mailer.close()
        await self.stock.close()

    async def sweep(self) -> int:
        """End holds whose time is over; how many. Keep ship days ahead of orders."""
        ended = await self.stock.sweep()
        await self._capacity.post()
        return ended

    async def keep_time(self) -> int:
        """Go on without what stores did not do in their time; how many steps."""
        return await self._timers.tend()

    async def serve(self) -> int:
        """Give what came free to orders that wait for it; how many got units."""
        return await self.waiting.serve()

    async def relay(self) -> int:
        """Publish what commits left in the outbox; how many rows."""
        await self._lag.look()
        return await self.stock.relay()

    async def deliver(self) -> int:
        """Send webhooks what is due; how many are being served."""
        return await self._dispatcher.run()

    async def mail(self) -> int:
        """Send customers their mails; how many left."""
        return 0 if self._mailer is None else await self._mailer.run()

    async def refresh(self) -> bool:
        """Look for a newer network and for what nodes did lately; whether there was
        any."""
        looks = self.networks.refresh(), self._following.refresh()
        return any(await asyncio.gather(*looks))

    async def learn(self) -> bool:
        """Look up what the policies in force ask of past orders; whether it was new."""
        return await self._learner.ready(*self.policies.deciding)

    async def follow(self) -> bool:
        """Look for another policy in force and newer prices; whether there was one."""
        looks = self.policies.refresh(), self.look_ahead.follower.refresh()
        return any(await asyncio.gather(*looks))

    async def make_prices(self) -> bool:
        """Make prices of stock anew if it is time; whether it was."""
        return await self.look_ahead.schedule.tend()

    async def reoptimise(self) -> int:
        """Plan orders that nobody has begun again if it is time; how many moved."""
        return await self._rounds.tend()


def _events(stock: Stock, *, loopback: bool) -> dict[str, object]:
    """The service of events by its name in the proto."""
    events = EventService(stock.events, Watching(stock.events.log), loopback)
    return {f"{PACKAGE}.EventService": events}


def _dispatcher(stock: Stock, *, loopback: bool) -> Dispatcher:
    sender = Sender(stock.events.source, loopback=loopback)
    return Dispatcher(stock.events.deliveries, sender)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the services of a process share."""

    stock: Stock
    networks: Networks
    planner: Planner
    skus: Skus
    capacity: Capacity
    policies: PoliciesInForce
    waiting: WaitingOrders
    reoptimiser: Reoptimiser
    learner: Learner
    look_ahead: LookAhead
    approving: Approving


def _services(
    parts: Parts,
    reader: WishReader,
    postcodes: Postcodes,
    *,
    money: Currency,
    now: Callable[[], datetime],
) -> dict[str, object]:
    """Every service by its name in the proto."""
    stock, networks, planner, skus, capacity, in_force = (
        *(parts.stock, parts.networks, parts.planner),
        *(parts.skus, parts.capacity, parts.policies),
    )
    rerouter = parts.waiting.rerouter
    rows = NetworkReader(postcodes, money)
    services = {
        "CheckoutService": CheckoutService(
            stock, networks, planner, skus, capacity, reader, in_force, money, now
        ),
        "LookAheadService": LookAheadService(
            parts.look_ahead.desk,
            lambda: networks.snapshot.nodes,
            *(money, now, stock.prices.forecasts),
        ),
        "OrderService": OrderService.wired(parts.reoptimiser, skus, money, now=now),
        "StoreService": StoreService.wired(rerouter, money, now=now),
        "InventoryService": InventoryService(
            stock, networks, now, skus, parts.waiting, money
        ),
        "NetworkService": NetworkService(
            stock, skus, networks, capacity, in_force, rows, money, now
        ),
        "PolicyService": PolicyService.wired(
            stock,
            networks,
            planner,
            in_force=in_force,
            learner=parts.learner,
            currency=money,
            reader=reader,
            now=now,
            approving=parts.approving,
        ),
    }
    return {f"{PACKAGE}.{name}": service for name, service in services.items()}
