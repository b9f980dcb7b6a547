"""A gRPC server that says what it is told to: failures that a real one gives rarely.

It answers in order what a test has laid out for a method, then that method's canned
answer, and keeps every request. Stories run against the real server instead.
"""

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from concurrent import futures
from dataclasses import dataclass, field
from datetime import timedelta

import grpc
from google.protobuf import any_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from shipfrom.v1 import checkout_service_pb2 as checkout
from shipfrom.v1 import inventory_service_pb2 as inventory
from shipfrom.v1 import look_ahead_service_pb2 as look_ahead
from shipfrom.v1 import network_service_pb2 as network
from shipfrom.v1 import order_service_pb2
from tests.clients.canned_orders import ANSWERS

PACKAGES = (checkout, inventory, look_ahead, network, order_service_pb2)
SERVICES = {
    name: service
    for pb in PACKAGES
    for service in pb.DESCRIPTOR.services_by_name.values()
    for name in (service.full_name,)
}
NEVER_S = 20.0


class Stay:
    """A stream that does not end until the caller leaves it."""


@dataclass(frozen=True)
class Fail:
    """An answer that is an error; with a reason it has the server's details."""

    code: str
    reason: str = ""
    message: str = "it did not work"
    next_step: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    retry_after_s: float = 0.0
    violations: tuple[tuple[str, str], ...] = ()

    def trailers(self) -> tuple[tuple[str, bytes], ...]:
        if not self.reason:
            return ()
        details: list[Message] = [
            error_details_pb2.ErrorInfo(
                reason=self.reason, domain="shipfrom", metadata=self.metadata
            )
        ]
        if self.retry_after_s:
            wait = error_details_pb2.RetryInfo()
            wait.retry_delay.FromTimedelta(timedelta(seconds=self.retry_after_s))
            details.append(wait)
        if self.violations:
            bad = error_details_pb2.BadRequest()
            for path, description in self.violations:
                bad.field_violations.add(field=path, description=description)
            details.append(bad)
        status = status_pb2.Status(message=self.text, details=map(packed, details))
        return (("grpc-status-details-bin", status.SerializeToString()),)

    @property
    def text(self) -> str:
        said = f"{self.reason}: {self.message}" if self.reason else self.message
        return f"{said}\nNext: {self.next_step}" if self.next_step else said


Answer = Message | Fail | Stay


def packed(detail: Message) -> any_pb2.Any:
    found = any_pb2.Any()
    found.Pack(detail)
    return found


class Stub(grpc.GenericRpcHandler):
    """The server of one test."""

    def __init__(self) -> None:
        self.requests: list[Message] = []
        self.attempts: list[str] = []
        self._arrived = threading.Condition()
        self._laid_out: defaultdict[str, deque[Message | Fail | Stay]] = defaultdict(
            deque
        )
        self._server = grpc.server(futures.ThreadPoolExecutor(8))
        self._server.add_generic_rpc_handlers((self,))
        port = self._server.add_insecure_port("127.0.0.1:0")
        self.address = f"127.0.0.1:{port}"

    def __enter__(self) -> "Stub":
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop(None).wait()

    def will(self, method: str, *answers: Answer) -> None:
        """What the next calls of a method get, in order."""
        self._laid_out[method].extend(answers)

    def asked(self, kind: type[Message]) -> list[Message]:
        """The requests of one class, in order."""
        return [request for request in self.requests if isinstance(request, kind)]

    def wait_for(self, method: str, times: int = 1) -> None:
        """Return when a method was called so often; fails when it never is."""
        with self._arrived:
            assert self._arrived.wait_for(
                lambda: self.attempts.count(method) >= times, NEVER_S
            ), f"{method} came {self.attempts.count(method)} times"

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        _, service, method = details.method.split("/")
        found = SERVICES[service].methods_by_name[method]
        module = next(p for p in PACKAGES if service in _services(p))
        kind = getattr(module, found.input_type.name)
        if found.server_streaming:
            return grpc.unary_stream_rpc_method_handler(
                self._streaming(method), kind.FromString, _bytes
            )
        if found.client_streaming:
            return grpc.stream_unary_rpc_method_handler(
                self._streamed(method), kind.FromString, _bytes
            )
        return grpc.unary_unary_rpc_method_handler(
            self._unary(method), kind.FromString, _bytes
        )

    def _unary(self, method: str) -> Callable[..., Message]:
        def answer(request: Message, context: grpc.ServicerContext) -> Message:
            self.requests.append(request)
            return self._answer(method, context)

        return answer

    def _streamed(self, method: str) -> Callable[..., Message]:
        def answer(
            requests: Iterator[Message], context: grpc.ServicerContext
        ) -> Message:
            self.requests.extend(requests)
            return self._answer(method, context)

        return answer

    def _streaming(self, method: str) -> Callable[..., Iterator[Message]]:
        """All that was laid out, one message after the other; a failure ends it."""
        laid_out = self._laid_out[method]

        def answer(
            request: Message, context: grpc.ServicerContext
        ) -> Iterator[Message]:
            self.requests.append(request)
            try:
                while laid_out and not isinstance(laid_out[0], Stay):
                    yield self._answer(method, context)
                left = threading.Event()
                if laid_out and context.add_callback(left.set):
                    left.wait(NEVER_S)
            finally:
                self._note(f"{method} left")

        return answer

    def _note(self, what: str) -> None:
        with self._arrived:
            self.attempts.append(what)
            self._arrived.notify_all()

    def _answer(self, method: str, context: grpc.ServicerContext) -> Message:
        self._note(method)
        waiting = self._laid_out[method]
        said = waiting.popleft() if waiting else ANSWERS[method]
        assert not isinstance(said, Stay), "only a stream stays"
        if not isinstance(said, Fail):
            return said
        context.set_trailing_metadata(said.trailers())
        context.abort(grpc.StatusCode[said.code], said.text)
        raise AssertionError("abort always raises")


def _services(module: object) -> set[str]:
    services = module.DESCRIPTOR.services_by_name.values()
    return {service.full_name for service in services}


def _bytes(message: Message) -> bytes:
    return message.SerializeToString()
