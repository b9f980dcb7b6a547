"""Refusals of events: read anew, or look at the list."""

from shipfrom._errors import Refusal


class EventNotFound(Refusal):
    """No event has this id, or it is older than the log keeps."""

    reason = "EVENT_NOT_FOUND"


class WebhookNotFound(Refusal):
    """No webhook has this id."""

    reason = "WEBHOOK_NOT_FOUND"


class EventsGone(Refusal):
    """The log cannot be read on from there: something would be missed.

    Read what you mirror anew, then go on after `last`.
    """

    reason = "EVENTS_GONE"

    @property
    def last(self) -> int:
        """The newest event's number."""
        return int(self.metadata.get("last", 0))
