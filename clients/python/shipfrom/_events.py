"""What happened, and who is told of it, as `client.events` and `client.webhooks`."""

import time
from collections.abc import Iterator, Sequence
from functools import partial

from shipfrom import _event_requests as _requests
from shipfrom._errors import Error
from shipfrom._event_requests import Chosen, Patience
from shipfrom._event_values import Delivery, Event, Webhook
from shipfrom._shell import Shell


class Events:
    """Reads the log of events: what is there, or what happens.

    `types` are whole ones or families such as "shipfrom.order.*".
    """

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def list(
        self,
        *,
        after: str | int = "",
        types: Sequence[str] = (),
        subject: str = "",
        node_id: str = "",
    ) -> Iterator[Event]:
        """Events behind a resume token or a sequence number, the oldest first.

        Raises EventsGone where the log is not kept from there.
        """
        chosen = Chosen(tuple(types), subject, node_id)
        return self._shell.pages(partial(_requests.page, str(after), chosen))

    def watch(
        self,
        *,
        after: str | int = "",
        types: Sequence[str] = (),
        subject: str = "",
        node_id: str = "",
    ) -> Iterator[Event]:
        """Events as they happen, without an end; by default from now on.

        A connection that breaks is made again, and no event is missed. Keep the last
        `resume_token` to go on after a restart of your own. Raises EventsGone, and
        Unavailable when nobody answers for a minute.
        """
        chosen, at = Chosen(tuple(types), subject, node_id), Patience(str(after))
        while True:
            try:
                for step in self._shell.listen(_requests.watch(at.token, chosen)):
                    at.heard(step.token)
                    if step.event is not None:
                        yield step.event
            except Error as error:
                time.sleep(at.pause_s(error))


class Webhooks:
    """Addresses that events are sent to."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def upsert(
        self,
        webhook_id: str,
        url: str,
        *,
        types: Sequence[str] = (),
        enabled: bool | None = None,
        secret: str = "",
        rotate_secret: bool = False,
        validate_only: bool = False,
    ) -> Webhook:
        """Create one, or replace the one with this id; a new secret is in the answer.

        Enabling one that was disabled sends at once what waits for it.
        """
        call = _requests.upsert(
            webhook_id,
            url,
            types=types,
            enabled=enabled,
            secret=secret,
            rotate_secret=rotate_secret,
            validate_only=validate_only,
        )
        return self._shell.send(call)

    def list(self) -> Iterator[Webhook]:
        """All webhooks, by id."""
        return self._shell.pages(_requests.webhooks_page)

    def remove(self, webhook_id: str) -> None:
        """Forget one with its deliveries. Raises WebhookNotFound."""
        self._shell.send(_requests.remove(webhook_id))

    def deliveries(self, webhook_id: str, *, state: str = "") -> Iterator[Delivery]:
        """What was sent and what is still to be, newest event first."""
        page = partial(_requests.deliveries_page, webhook_id, state)
        return self._shell.pages(page)

    def resend(
        self, webhook_id: str, event_id: str = "", *, after: int = 0, until: int = 0
    ) -> int:
        """Send one event, or those with after < sequence <= until, once more.

        How many; those of other types than the webhook's are left out.
        """
        call = _requests.resend(webhook_id, event_id, after, until)
        return self._shell.send(call)
