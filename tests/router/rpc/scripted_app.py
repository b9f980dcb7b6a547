"""An application without stores whose answers the request asks for.

The SKU of the first line, or the order_ref of a hold, is the script: `echo`,
`sleep 0.5`, `bug`, `replayed`, `big`, `deadline`, `worker`, or a refusal's reason.
"""

import asyncio
import os
from dataclasses import dataclass
from datetime import timedelta

from google.protobuf.message_factory import GetMessageClass

from inventory import errors
from inventory.errors import FieldViolation, InvalidField, Refusal
from router.rpc import refusals, status
from router.rpc.methods import service_descriptors
from shipfrom.v1 import checkout_service_pb2 as checkout
from shipfrom.v1 import inventory_service_pb2 as inventory


@dataclass
class Probe:
    view_ok: bool = True
    ledger_ok: bool = True


class ScriptedStock:
    def __init__(self):
        self.probe = Probe()

    async def ping(self):
        return self.probe


def refusal_of(reason: str) -> Refusal:
    """One of every class of refusal, as a flow would raise it."""
    kind = next(kind for kind in status.STATUS if kind.reason == reason)
    if issubclass(kind, InvalidField):
        return kind([FieldViolation("lines[0].sku", "is unknown", "did you mean B?")])
    if kind in (refusals.DeadlinePassed, refusals.CallCancelled):
        return kind()
    if kind is refusals.MessageTooLarge:
        return kind("The answer", bytes_max=7, next_step="ask for less")
    return kind("It is so.", next_step="do this", metadata={"sku": "A"})


class Service:
    """Answers every method with an empty message unless it is scripted below."""

    def __init__(self, descriptor):
        for method in descriptor.methods:
            if not hasattr(self, method.name):
                setattr(self, method.name, _empty(GetMessageClass(method.output_type)))


def _empty(message_class):
    async def answer(request, call):
        return message_class()

    return answer


class Checkout(Service):
    def __init__(self, descriptor, app):
        super().__init__(descriptor)
        self.app = app

    async def Quote(self, request, call):
        script = request.lines[0].sku if request.lines else "echo"
        return checkout.QuoteResponse(
            degraded=await self.app.play(script, call),
            explanation={"verdict": self.app.says},
        )

    async def Hold(self, request, call):
        await self.app.play(request.order_ref or "echo", call)
        self.app.held.append(request.hold_id)
        return checkout.HoldResponse(hold_id=request.hold_id)


class Inventory(Service):
    async def ImportStock(self, requests, call):
        answer = inventory.ImportStockResponse()
        async for request in requests:
            for row in request.rows:
                answer.accepted += 1
                if row.sku == "bad":
                    raise refusal_of("NODE_NOT_FOUND")
        return answer


class ScriptedApp:
    def __init__(self):
        self.stock = ScriptedStock()
        self.closed = False
        self.held = []
        self.started = []
        self.says = ""
        steps = "sweep serve relay deliver mail refresh follow learn timers prices"
        steps += " reoptimise"
        self.rounds = dict.fromkeys(steps.split(), 0)
        self.services = {}
        for descriptor in service_descriptors():
            name = descriptor.name
            if name == "CheckoutService":
                service = Checkout(descriptor, self)
            elif name == "InventoryService":
                service = Inventory(descriptor)
            else:
                service = Service(descriptor)
            self.services[descriptor.full_name] = service

    @classmethod
    async def open(cls, *, ledger_url, view_url, currency, **more):
        return cls()

    async def close(self):
        self.closed = True

    async def serve(self):
        self.rounds["serve"] += 1

    async def sweep(self):
        self.rounds["sweep"] += 1

    async def relay(self):
        self.rounds["relay"] += 1
        if os.environ.get("SCRIPTED_RELAY_FAILS"):
            raise RuntimeError("planted")

    async def deliver(self):
        self.rounds["deliver"] += 1

    async def mail(self):
        self.rounds["mail"] += 1

    async def refresh(self):
        self.rounds["refresh"] += 1

    async def follow(self):
        self.rounds["follow"] += 1

    async def learn(self):
        self.rounds["learn"] += 1

    async def keep_time(self):
        self.rounds["timers"] += 1

    async def make_prices(self):
        self.rounds["prices"] += 1

    async def reoptimise(self):
        self.rounds["reoptimise"] += 1

    async def play(self, script, call):
        self.started.append(script)
        self.says = ""
        verb, _, argument = script.partition(" ")
        if verb == "sleep":
            await asyncio.sleep(float(argument))
        elif verb == "cancel":
            raise asyncio.CancelledError
        elif verb == "bug":
            raise ZeroDivisionError("secret-of-the-house")
        elif verb == "replayed":
            call.mark_replayed()
        elif verb == "big":
            self.says = "x" * int(argument)
        elif verb == "deadline":
            self.says = "" if call.deadline is None else repr(call.deadline)
        elif verb == "worker":
            self.says = str(os.getpid())
        elif verb == "die":
            os._exit(7)
        elif verb == "retry":
            raise errors.Overloaded("Busy.", retry_after=timedelta(milliseconds=250))
        elif verb != "echo":
            raise refusal_of(verb)
        return True
