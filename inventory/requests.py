"""Who asks what, under which id: the key of every answer that is kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestKey:
    """Who asks, by which method, under which caller-made id, with which content.

    `content_hash` covers the parsed request in our own deterministic form and never the
    plan, which may differ at each try.
    """

    principal: str
    method: str
    request_id: str
    content_hash: str
