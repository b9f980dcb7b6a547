"""What stock is worth to the orders expected: `prices` of both clients."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import datetime
from functools import partial

from shipfrom import _forecast_requests as _forecasts
from shipfrom import _price_requests as _requests
from shipfrom._forecast_values import ForecastReport, ForecastRow
from shipfrom._price_values import CellPrice, PriceList
from shipfrom._shell import AsyncShell, Shell

Waiting = Callable[[int], None]


class Prices:
    """Reads the opportunity prices of stock, and has them made anew."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def current(self) -> PriceList | None:
        """The list in force, which may have faded; None before the first."""
        return self._shell.send(_requests.current())

    def list(self, *, sku: str = "", node_id: str = "") -> Iterator[CellPrice]:
        """Prices above 0 of the list in force, by SKU and node."""
        return self._shell.pages(partial(_requests.page, sku, node_id))

    def import_forecast(
        self,
        rows: Iterable[ForecastRow],
        *,
        made_at: datetime | None = None,
        clear: bool = False,
        request_id: str = "",
        validate_only: bool = False,
    ) -> ForecastReport:
        """Have prices made for these orders where they cover the horizon; at most
        10,000 rows and hours. They replace what was said of their hours before.

        `made_at`: when it was forecast, if not now; only what was said before an hour
        is tried on it. `clear` forgets first all that was said of hours from now on.
        """
        call = _forecasts.put(
            rows, made_at, request_id, clear=clear, validate_only=validate_only
        )
        return self._shell.send(call)

    def solve(
        self, *, validate_only: bool = False, progress: Waiting | None = None
    ) -> PriceList:
        """Make prices now and put them in force, which may take minutes.

        `validate_only` only shows them. `progress` is told the seconds so far. Raises
        Overloaded while they are being made already, SolveFailed.
        """
        found: PriceList | None = None
        for step in self._shell.listen(_requests.solve(validate_only=validate_only)):
            if isinstance(step, PriceList):
                found = step
            elif progress is not None:
                progress(step)
        assert found is not None, "the last step is the list"
        return found


class AsyncPrices:
    """Reads the opportunity prices of stock, and has them made anew."""

    def __init__(self, shell: AsyncShell) -> None:
        self._shell = shell

    async def current(self) -> PriceList | None:
        """The list in force, which may have faded; None before the first."""
        return await self._shell.send(_requests.current())

    def list(self, *, sku: str = "", node_id: str = "") -> AsyncIterator[CellPrice]:
        """Prices above 0 of the list in force, by SKU and node."""
        return self._shell.pages(partial(_requests.page, sku, node_id))

    async def import_forecast(
        self,
        rows: Iterable[ForecastRow],
        *,
        made_at: datetime | None = None,
        clear: bool = False,
        request_id: str = "",
        validate_only: bool = False,
    ) -> ForecastReport:
        """Have prices made for these orders where they cover the horizon; at most
        10,000 rows and hours. They replace what was said of their hours before.

        `made_at`: when it was forecast, if not now; only what was said before an hour
        is tried on it. `clear` forgets first all that was said of hours from now on.
        """
        call = _forecasts.put(
            rows, made_at, request_id, clear=clear, validate_only=validate_only
        )
        return await self._shell.send(call)

    async def solve(
        self, *, validate_only: bool = False, progress: Waiting | None = None
    ) -> PriceList:
        """Make prices now and put them in force, which may take minutes.

        `validate_only` only shows them. `progress` is told the seconds so far. Raises
        Overloaded while they are being made already, SolveFailed.
        """
        found: PriceList | None = None
        call = _requests.solve(validate_only=validate_only)
        async for step in self._shell.listen(call):
            if isinstance(step, PriceList):
                found = step
            elif progress is not None:
                progress(step)
        assert found is not None, "the last step is the list"
        return found
