"""The parts of both clients, each with the calls of one service."""

from shipfrom._async_events import AsyncEvents, AsyncWebhooks
from shipfrom._async_orders import AsyncOrders
from shipfrom._async_policies import AsyncPolicies
from shipfrom._async_stores import AsyncStores
from shipfrom._events import Events, Webhooks
from shipfrom._orders import Orders
from shipfrom._policies import Policies
from shipfrom._prices import AsyncPrices, Prices
from shipfrom._shell import AsyncShell, Shell
from shipfrom._stores import Stores


class Parts:
    """Parts of `Client`."""

    _shell: Shell

    @property
    def stores(self) -> Stores:
        """What stores have to do, and every step of a shipment."""
        return Stores(self._shell)

    @property
    def orders(self) -> Orders:
        """Orders after their commit; called, it lists them: `orders(state=...)`."""
        return Orders(self._shell)

    @property
    def policies(self) -> Policies:
        """Versions of the routing rules."""
        return Policies(self._shell)

    @property
    def prices(self) -> Prices:
        """What stock is worth to the orders expected."""
        return Prices(self._shell)

    @property
    def events(self) -> Events:
        """What happened: a log to read and to watch."""
        return Events(self._shell)

    @property
    def webhooks(self) -> Webhooks:
        """Who is told of what happened."""
        return Webhooks(self._shell)


class AsyncParts:
    """Parts of `AsyncClient`."""

    _shell: AsyncShell

    @property
    def stores(self) -> AsyncStores:
        """What stores have to do, and every step of a shipment."""
        return AsyncStores(self._shell)

    @property
    def orders(self) -> AsyncOrders:
        """Orders after their commit; called, it lists them: `orders(state=...)`."""
        return AsyncOrders(self._shell)

    @property
    def policies(self) -> AsyncPolicies:
        """Versions of the routing rules."""
        return AsyncPolicies(self._shell)

    @property
    def prices(self) -> AsyncPrices:
        """What stock is worth to the orders expected."""
        return AsyncPrices(self._shell)

    @property
    def events(self) -> AsyncEvents:
        """What happened: a log to read and to watch."""
        return AsyncEvents(self._shell)

    @property
    def webhooks(self) -> AsyncWebhooks:
        """Who is told of what happened."""
        return AsyncWebhooks(self._shell)
