"""Delivers events to webhooks: side by side, but those of one subject in their order.

What is to be sent, and when, is in the ledger (`inventory.events.deliveries`); here is
only who sends now. One worker serves a webhook at a time, so that it is not told twice
by habit; that it is told at all does not depend on that.
"""

import asyncio
import secrets

from inventory.events.deliveries import Deliveries, Due, Tried
from inventory.events.webhook_rows import Webhook
from router.events.retrying import SCHEDULE_S, Jitter, jitter, judged
from router.events.sending import Sender

AT_ONCE_MAX = 8  # to one webhook: a receiver is no load test
IN_ALL_MAX = 64


class Dispatcher:
    """One worker's deliveries.

    Args:
        schedule_s: the waits before the second try and each further one.
    """

    def __init__(
        self,
        deliveries: Deliveries,
        sender: Sender,
        *,
        schedule_s: tuple[float, ...] = SCHEDULE_S,
        jitter: Jitter = jitter,
    ) -> None:
        self._deliveries = deliveries
        self._sender = sender
        self._schedule_s = schedule_s
        self._jitter = jitter
        self._worker = secrets.token_hex(8)
        self._room = asyncio.Semaphore(IN_ALL_MAX)
        self._serving: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> int:
        """See to it that every webhook with something due is served; how many are.

        Raises:
            StorageUnavailable: the ledger cannot be reached.
        """
        ended = {name: task for name, task in self._serving.items() if task.done()}
        for name in ended:
            del self._serving[name]
        for webhook_id in await self._deliveries.ready(self._worker):
            if webhook_id not in self._serving:
                work = self._serve(webhook_id)
                self._serving[webhook_id] = asyncio.create_task(work)
        for task in ended.values():
            task.result()
        return len(self._serving)

    async def idle(self) -> None:
        """Wait until nothing is on its way."""
        await asyncio.gather(*self._serving.values(), return_exceptions=True)

    async def close(self) -> None:
        """Cut what is on its way: it comes again, from another worker or later."""
        for task in self._serving.values():
            task.cancel()
        await self.idle()
        await self._sender.close()
        await self._deliveries.let_go(self._worker)

    async def _serve(self, webhook_id: str) -> None:
        """Send until nothing is due."""
        webhook = await self._deliveries.turn(webhook_id, self._worker)
        sending: dict[int, asyncio.Task[Tried]] = {}
        try:
            while True:
                if webhook is not None:
                    await self._start(webhook, sending)
                if not sending:
                    return
                await asyncio.wait(
                    sending.values(), return_when=asyncio.FIRST_COMPLETED
                )
                done = [number for number, task in sending.items() if task.done()]
                tried = [sending.pop(number).result() for number in done]
                webhook = await self._deliveries.turn(webhook_id, self._worker, tried)
        finally:
            for task in sending.values():
                task.cancel()

    async def _start(
        self, webhook: Webhook, sending: dict[int, asyncio.Task[Tried]]
    ) -> None:
        """Send what is due, as far as there is room."""
        due = await self._deliveries.due(webhook.webhook_id, limit=AT_ONCE_MAX)
        for one in due:
            if len(sending) < AT_ONCE_MAX and one.event.sequence not in sending:
                work = self._try(webhook, one)
                sending[one.event.sequence] = asyncio.create_task(work)

    async def _try(self, webhook: Webhook, due: Due) -> Tried:
        async with self._room:
            heard = await self._sender.send(webhook, due.event)
        return judged(due, heard, schedule_s=self._schedule_s, jitter=self._jitter)
