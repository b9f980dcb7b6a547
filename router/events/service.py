"""For other systems: the log of events, and webhooks that are told of it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass

from inventory.events.desk import EventDesk
from inventory.events.log import Page as LogPage
from inventory.events.log import Position
from inventory.events.webhook_rows import DeliveryState
from inventory.operations import RequestKey
from router.events import answers, asked
from router.events.watching import Watching
from router.paging import digest, read_token, write_token
from router.policies.pages import Page
from router.rpc.call import Call
from router.validate import Violations, identifier, page_size, request_id
from shipfrom.v1 import event_service_pb2 as pb

_STATES = {
    pb.DELIVERY_STATE_UNSPECIFIED: None,
    pb.DELIVERY_STATE_PENDING: DeliveryState.PENDING,
    pb.DELIVERY_STATE_DELIVERED: DeliveryState.DELIVERED,
}


@dataclass(frozen=True, slots=True)
class EventService:
    """The stories of events.

    Args:
        loopback: whether webhooks may lead to this machine.
    """

    desk: EventDesk
    watching: Watching
    loopback: bool

    async def ListEvents(
        self, request: pb.ListEventsRequest, call: Call
    ) -> pb.ListEventsResponse:
        """Events behind a position, the oldest first."""
        found = Violations()
        after = asked.position(request.after, found)
        wanted = asked.chosen(request, found)
        rows = page_size(request.page_size, found)
        found.check()
        page = await self.desk.log.page(after, wanted, limit=rows)
        response = pb.ListEventsResponse(
            resume_token=asked.token_of(page.until), has_more=not page.is_last
        )
        for one in page.events:
            answers.write_event(one, self.desk.source, response.events.add())
        return response

    async def WatchEvents(
        self, request: pb.WatchEventsRequest, call: Call
    ) -> AsyncIterator[pb.WatchEventsResponse]:
        """Events as they happen, and heartbeats."""
        found = Violations()
        after = asked.position(request.after, found)
        wanted = asked.chosen(request, found)
        found.check()
        start = await self.desk.log.end() if after is None else after
        following = self.watching.follow(start, wanted, is_ending=call.is_ending)
        async with aclosing(following) as pages:
            async for page in pages:
                for message in self._messages(page):
                    yield message

    def _messages(self, page: LogPage) -> Iterator[pb.WatchEventsResponse]:
        """A message an event; a page without any is a heartbeat."""
        for one in page.events:
            token = asked.token_of(Position.at(one))
            message = pb.WatchEventsResponse(resume_token=token)
            answers.write_event(one, self.desk.source, message.event)
            yield message
        if not page.events:
            yield pb.WatchEventsResponse(resume_token=asked.token_of(page.until))

    async def UpsertWebhook(
        self, request: pb.UpsertWebhookRequest, call: Call
    ) -> pb.UpsertWebhookResponse:
        """Create or replace a webhook."""
        found = Violations()
        made_by = request_id(request.request_id, found)
        wish = asked.webhook(request, found, loopback=self.loopback)
        found.check()
        response = pb.UpsertWebhookResponse()
        if request.validate_only:
            response.webhook.webhook_id = wish.webhook_id
            response.webhook.url = wish.url
            response.webhook.types.extend(wish.types)
            return response
        key = RequestKey(call.principal, "UpsertWebhook", made_by, digest(wish))
        made = await self.desk.webhooks.upsert(key, wish)
        if made.replayed:
            call.mark_replayed()
        answers.write_webhook(made.webhook, response.webhook)
        response.secret = made.secret
        return response

    async def ListWebhooks(
        self, request: pb.ListWebhooksRequest, call: Call
    ) -> pb.ListWebhooksResponse:
        """All webhooks, by id."""
        found = Violations()
        rows = page_size(request.page_size, found)
        found.check()
        hashed = digest("ListWebhooks")
        key = read_token(request.page_token, hashed, kinds=(str,))
        known = await self.desk.webhooks.all()
        behind = [each for each in known if not key or each.webhook_id > str(key[0])]
        response = pb.ListWebhooksResponse()
        for one in behind[:rows]:
            answers.write_webhook(one, response.webhooks.add())
        if len(behind) > rows:
            last = behind[rows - 1].webhook_id
            response.next_page_token = write_token([last], hashed)
        return response

    async def DeleteWebhook(
        self, request: pb.DeleteWebhookRequest, call: Call
    ) -> pb.DeleteWebhookResponse:
        """Forget a webhook."""
        found = Violations()
        asked_by = request_id(request.request_id, found)
        webhook_id = identifier(request.webhook_id, "webhook_id", found)
        found.check()
        key = RequestKey(call.principal, "DeleteWebhook", asked_by, digest(webhook_id))
        if await self.desk.webhooks.remove(key, webhook_id):
            call.mark_replayed()
        return pb.DeleteWebhookResponse()

    async def ListDeliveries(
        self, request: pb.ListDeliveriesRequest, call: Call
    ) -> pb.ListDeliveriesResponse:
        """What was sent and what is still to be, newest event first."""
        found = Violations()
        identifier(request.webhook_id, "webhook_id", found)
        if request.state not in _STATES:
            found.add("state", "is unknown", "use PENDING or DELIVERED")
        found.check()
        page = Page.of(request, f"ListDeliveries {request.webhook_id} {request.state}")
        rows = await self.desk.webhooks.deliveries(
            request.webhook_id,
            state=_STATES[request.state],
            before=page.before,
            limit=page.rows + 1,
        )
        response = pb.ListDeliveriesResponse()
        for one in rows[: page.rows]:
            answers.write_delivery(one, response.deliveries.add())
        response.next_page_token = page.next([each.sequence for each in rows])
        return response

    async def ResendEvents(
        self, request: pb.ResendEventsRequest, call: Call
    ) -> pb.ResendEventsResponse:
        """Send events once more."""
        found = Violations()
        asked_by = request_id(request.request_id, found)
        webhook_id = identifier(request.webhook_id, "webhook_id", found)
        after, until = await self._range(request, found)
        key = RequestKey(
            call.principal,
            "ResendEvents",
            asked_by,
            digest(webhook_id, request.event_id, after, until),
        )
        resent, replayed = await self.desk.webhooks.resend(
            key, webhook_id, after=after, until=until
        )
        if replayed:
            call.mark_replayed()
        return pb.ResendEventsResponse(events=resent)

    async def _range(
        self, request: pb.ResendEventsRequest, found: Violations
    ) -> tuple[int, int]:
        """Behind which number and up to which. Raises InvalidField, EventNotFound."""
        which = request.WhichOneof("which")
        if which is None:
            found.add("event_id", "is required, or a range", "send one of the two")
        after, until = 0, 0
        if which == "event_id":
            identifier(request.event_id, "event_id", found)
        elif which == "range":
            after, until = asked.span(request.range, found)
        found.check()
        if which == "event_id":
            one = await self.desk.log.find(request.event_id)
            return one.sequence - 1, one.sequence
        return after, until
