"""Every method of every service, bound from the descriptors to its coroutine.

There is no code for a single method: a service added to the proto is served as soon as
the application names an object for it.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

import shipfrom.v1
from router.metrics import MethodFigures, ProcessFigures
from router.rpc.call import Call


@dataclass(frozen=True, slots=True)
class Method:
    """One method of one service with the coroutine that answers it."""

    service: str
    name: str
    request: type[Message]
    response: type[Message]
    streams_in: bool
    streams_out: bool
    mutates: bool
    implementation: Callable[[Any, Call], Any]
    """Answers one message to await, or several to iterate if it streams out."""
    figures: MethodFigures

    @property
    def path(self) -> str:
        """The HTTP path of the method, the same in gRPC and JSON."""
        return f"/{self.service}/{self.name}"


def service_descriptors() -> tuple[ServiceDescriptor, ...]:
    """Every service of the proto package shipfrom.v1."""
    modules = sorted(
        module.name
        for module in pkgutil.iter_modules(shipfrom.v1.__path__)
        if module.name.endswith("_service_pb2")
    )
    files = [importlib.import_module(f"shipfrom.v1.{name}") for name in modules]
    return tuple(
        service
        for file in files
        for service in file.DESCRIPTOR.services_by_name.values()
    )


def methods_of(
    services: Mapping[str, object], figures: ProcessFigures
) -> tuple[Method, ...]:
    """Bind the services' coroutines to the methods of their descriptors.

    A service that nobody implements answers UNIMPLEMENTED; a service that lacks one of
    its methods is a bug, and it shows at the start.
    """
    return tuple(
        _method(descriptor, services[service.full_name], figures)
        for service in service_descriptors()
        if service.full_name in services
        for descriptor in service.methods
    )


def _method(
    descriptor: MethodDescriptor, service: object, figures: ProcessFigures
) -> Method:
    name = descriptor.containing_service.full_name
    return Method(
        service=name,
        name=descriptor.name,
        request=GetMessageClass(descriptor.input_type),
        response=GetMessageClass(descriptor.output_type),
        streams_in=descriptor.client_streaming,
        streams_out=descriptor.server_streaming,
        mutates="request_id" in descriptor.input_type.fields_by_name,
        implementation=getattr(service, descriptor.name),
        figures=figures.of(f"{name}/{descriptor.name}"),
    )
