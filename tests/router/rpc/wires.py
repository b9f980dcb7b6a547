"""One scripted server on each front, and one way to call it over each wire."""

import asyncio
import base64
import json
import urllib.error
import urllib.request
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import grpc
from google.protobuf.json_format import MessageToJson, Parse
from google.protobuf.message_factory import GetMessageClass
from google.rpc import status_pb2
from scripted_app import ScriptedApp

from router.rpc.methods import service_descriptors
from router.settings import Settings
from router.worker import Worker

FRONTS = ("native", "grpcio")
WIRES = (*FRONTS, "json")
CHECKOUT = "shipfrom.v1.CheckoutService"
INVENTORY = "shipfrom.v1.InventoryService"
IMPORT_PATH = INVENTORY + "/ImportStock"


@dataclass
class Reply:
    """What came back: an answer, or a status; `headers` beside it."""

    answer: object = None
    code: str = "OK"
    message: str = ""
    status: status_pb2.Status = field(default_factory=status_pb2.Status)
    headers: dict = field(default_factory=dict)

    def detail(self, kind):
        """The details of one type, unpacked."""
        found = []
        for packed in self.status.details:
            detail = kind()
            if packed.Unpack(detail):
                found.append(detail)
        return found


def answer_class(path):
    service, name = path.split("/")
    [found] = [d for d in service_descriptors() if d.full_name == service]
    method = found.methods_by_name.get(name)
    return GetMessageClass(method.output_type) if method else None


class GrpcWire:
    def __init__(self, worker):
        self.channel = grpc.aio.insecure_channel(worker.addresses.grpc)

    async def call(self, path, request, *, seconds=5.0, raw=False):
        payload = request if raw else request.SerializeToString()
        return await self._reply(
            path, self.channel.unary_unary("/" + path)(payload, timeout=seconds)
        )

    async def stream(self, path, requests, *, seconds=5.0):
        payloads = [request.SerializeToString() for request in requests]
        return await self._reply(
            path, self.channel.stream_unary("/" + path)(iter(payloads), timeout=seconds)
        )

    async def _reply(self, path, call):
        try:
            answer = await call
            trailers = dict(await call.trailing_metadata())
            return Reply(answer_class(path).FromString(answer), headers=trailers)
        except grpc.aio.AioRpcError as error:
            trailers = dict(error.trailing_metadata())
            status = status_pb2.Status.FromString(
                trailers.get("grpc-status-details-bin", b"")
            )
            return Reply(
                code=error.code().name,
                message=error.details(),
                status=status,
                headers=trailers,
            )

    async def close(self):
        await self.channel.close()


class JsonWire:
    def __init__(self, worker):
        self.base = f"http://{worker.addresses.http}/"

    async def call(self, path, request, *, seconds=5.0, raw=False, headers=None):
        body = request if raw else MessageToJson(request).encode()
        given = (
            {} if seconds is None else {"Connect-Timeout-Ms": f"{seconds * 1e3:.0f}"}
        )
        return await asyncio.to_thread(self._post, path, body, given | (headers or {}))

    async def stream(self, path, requests, *, seconds=5.0):
        lines = [MessageToJson(request, indent=None) for request in requests]
        return await self.call(path, "\n".join(lines).encode(), raw=True)

    def _post(self, path, body, headers):
        request = urllib.request.Request(self.base + path, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                answer = Parse(response.read(), answer_class(path)())
                return Reply(answer, headers=dict(response.headers))
        except urllib.error.HTTPError as error:
            with error:
                said = json.loads(error.read())
                return self._failure(said, error)

    def _failure(self, said, error):
        status = status_pb2.Status()
        for detail in said["details"]:
            value = detail["value"] + "=" * (-len(detail["value"]) % 4)
            status.details.add(
                type_url="type.googleapis.com/" + detail["type"],
                value=base64.b64decode(value),
            )
        return Reply(
            code=said["code"].upper(),
            message=said["message"],
            status=status,
            headers={"http-status": error.code, **error.headers},
        )

    async def close(self):
        pass


@asynccontextmanager
async def serving(wire, **settings):
    """A scripted application behind a worker; the wire to call it."""
    app = ScriptedApp()
    front = wire if wire in FRONTS else "grpcio"
    async with Worker(app, Settings(port=0, front=front, **settings)) as worker:
        client = JsonWire(worker) if wire == "json" else GrpcWire(worker)
        client.app, client.worker = app, worker
        yield client
        await client.close()
