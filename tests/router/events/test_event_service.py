"""What the service refuses, repeats and streams, on the wire."""

import base64
import json
import threading
import urllib.request
from collections.abc import Iterator

import grpc
import pytest

from router.events.watching import WATCHERS_MAX
from shipfrom import Client
from shipfrom.testing import Server
from shipfrom.v1 import event_service_pb2 as pb
from tests.router.shop import new_id, refusal

HOOK = "https://example.com/hook"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(valkey=False) as started:
        yield started


@pytest.fixture
def events(server: Server):  # type: ignore[no-untyped-def] # a stub
    return server.client().raw.events


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (
            {"url": HOOK},
            {"webhook_id": "is required", "request_id": "is required"},
        ),
        ({"webhook_id": "w", "url": "http://example.com"}, {"url": "is not https"}),
        ({"webhook_id": "w", "url": HOOK, "secret": "x"}, {"secret": "whsec_"}),
        (
            {
                "webhook_id": "w",
                "url": HOOK,
                "types": ["shipfrom.order.shiped.v1"],
            },
            {"types[0]": "did you mean shipfrom.order.shipped.v1?"},
        ),
        (
            {"webhook_id": "w", "url": HOOK, "types": ["shipfrom.order.*"] * 21},
            {"types": "send at most 20"},
        ),
    ],
)
def test_a_wrong_webhook_is_told_each_field(
    events, request_: dict[str, object], fields: dict[str, str]
) -> None:  # type: ignore[no-untyped-def] # a stub
    asked = pb.UpsertWebhookRequest(**request_)
    if "request_id" not in fields:
        asked.request_id = new_id()

    said = refusal(lambda: events.UpsertWebhook(asked, timeout=5))

    assert said.code == "INVALID_ARGUMENT"
    for path, problem in fields.items():
        assert problem in said.fields[path]


@pytest.mark.parametrize(
    ("which", "path"),
    [
        ({}, "event_id"),
        ({"event_id": "no such id!"}, "event_id"),
        ({"range": pb.EventRange(after=5, until=5)}, "range"),
        ({"range": pb.EventRange(after=0, until=10_001)}, "range"),
    ],
)
def test_a_resend_names_one_event_or_a_range(
    events, which: dict[str, object], path: str
) -> None:  # type: ignore[no-untyped-def] # a stub
    asked = pb.ResendEventsRequest(request_id=new_id(), webhook_id="w", **which)

    assert path in refusal(lambda: events.ResendEvents(asked, timeout=5)).fields


def test_a_repeated_request_has_one_effect_and_the_same_secret(events) -> None:  # type: ignore[no-untyped-def] # a stub
    asked = pb.UpsertWebhookRequest(request_id=new_id(), webhook_id="once", url=HOOK)

    first, call = events.UpsertWebhook.with_call(asked, timeout=5)
    second, again = events.UpsertWebhook.with_call(asked, timeout=5)

    assert first == second
    assert first.secret
    assert ("shipfrom-replayed", "true") not in call.trailing_metadata()
    assert ("shipfrom-replayed", "true") in again.trailing_metadata()
    asked.url = HOOK + "/2"
    reused = refusal(lambda: events.UpsertWebhook(asked, timeout=5))
    assert reused.reason == "ID_REUSED"
    gone = pb.DeleteWebhookRequest(request_id=new_id(), webhook_id="once")
    events.DeleteWebhook(gone, timeout=5)
    events.DeleteWebhook(gone, timeout=5)


def test_an_own_secret_is_taken_and_never_shown(events) -> None:  # type: ignore[no-untyped-def] # a stub
    secret = "whsec_" + base64.b64encode(bytes(32)).decode()
    asked = pb.UpsertWebhookRequest(
        request_id=new_id(), webhook_id="own", url=HOOK, secret=secret
    )

    assert events.UpsertWebhook(asked, timeout=5).secret == ""
    shown = events.ListWebhooks(pb.ListWebhooksRequest(), timeout=5)
    assert secret not in str(shown)


def test_webhooks_come_page_by_page(events) -> None:  # type: ignore[no-untyped-def] # a stub
    for name in ("p1", "p2", "p3"):
        asked = pb.UpsertWebhookRequest(request_id=new_id(), webhook_id=name, url=HOOK)
        events.UpsertWebhook(asked, timeout=5)
    found, token = [], ""
    while True:
        asked = pb.ListWebhooksRequest(page_size=2, page_token=token)
        page = events.ListWebhooks(asked, timeout=5)
        found += [w.webhook_id for w in page.webhooks]
        token = page.next_page_token
        if not token:
            break

    assert found == sorted(set(found))
    assert {"p1", "p2", "p3"} <= set(found)


def test_a_quiet_stream_beats_with_a_token_that_resumes(server: Server, events) -> None:  # type: ignore[no-untyped-def] # a stub
    stream = events.WatchEvents(pb.WatchEventsRequest(), timeout=10)

    beat = next(iter(stream))
    stream.cancel()

    assert not beat.HasField("event")
    behind = pb.ListEventsRequest(after=beat.resume_token)
    assert events.ListEvents(behind, timeout=5).resume_token == beat.resume_token


def test_more_watchers_than_there_is_room_for_are_refused(
    server: Server, events
) -> None:  # type: ignore[no-untyped-def] # a stub
    watching = server.app.services["shipfrom.v1.EventService"].watching  # type: ignore[attr-defined] # of the service
    before, watching.watchers = watching.watchers, WATCHERS_MAX
    try:
        said = refusal(lambda: list(events.WatchEvents(pb.WatchEventsRequest())))
    finally:
        watching.watchers = before

    assert (said.code, said.reason) == ("RESOURCE_EXHAUSTED", "OVERLOADED")


def test_json_streams_an_object_a_line(server: Server) -> None:
    sf = server.client()
    sf.hold(lines={"SKU-1": 1}, ship_to="10001", order_id="o-json").commit()
    url = f"http://{server.http_address}/shipfrom.v1.EventService/WatchEvents"
    request = urllib.request.Request(url, data=b'{"after": "0"}')

    with urllib.request.urlopen(request, timeout=20) as answer:
        for line in answer:
            found = json.loads(line)
            if "event" in found:
                break

    assert found["event"]["type"].startswith("shipfrom.")
    assert found["resumeToken"]


def test_a_server_that_stops_ends_the_streams(server: Server) -> None:
    with Server(valkey=False, empty=True) as own:
        # A client of its own: the server's is closed before it stops.
        client = Client(own.address)
        messages = iter(client.raw.events.WatchEvents(pb.WatchEventsRequest()))
        next(messages)
        ended = threading.Event()

        def read() -> None:
            try:
                for _ in messages:
                    pass
            except grpc.RpcError:
                return
            ended.set()

        reader = threading.Thread(target=read)
        reader.start()
    reader.join(10)
    client.close()

    assert ended.is_set()
