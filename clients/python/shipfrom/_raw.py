"""The generated stubs on a client's connection, for what the client does not wrap."""

import grpc

from shipfrom.v1 import (
    checkout_service_pb2_grpc,
    event_service_pb2_grpc,
    inventory_service_pb2_grpc,
    look_ahead_service_pb2_grpc,
    network_service_pb2_grpc,
    order_service_pb2_grpc,
    policy_service_pb2_grpc,
    store_service_pb2_grpc,
)


class Raw:
    """One stub a service; with an AsyncClient their calls are awaited."""

    def __init__(self, channel: grpc.Channel | grpc.aio.Channel) -> None:
        self.checkout = checkout_service_pb2_grpc.CheckoutServiceStub(channel)  # type: ignore[no-untyped-call]  # generated
        self.orders = order_service_pb2_grpc.OrderServiceStub(channel)  # type: ignore[no-untyped-call]  # generated
        self.inventory = inventory_service_pb2_grpc.InventoryServiceStub(channel)  # type: ignore[no-untyped-call]  # generated
        self.policies = policy_service_pb2_grpc.PolicyServiceStub(channel)  # type: ignore[no-untyped-call]  # generated
        self.stores = store_service_pb2_grpc.StoreServiceStub(channel)  # type: ignore[no-untyped-call]  # generated
        self.network = network_service_pb2_grpc.NetworkServiceStub(channel)  # type: ignore[no-untyped-call]  # generated
        self.events = event_service_pb2_grpc.EventServiceStub(channel)  # type: ignore[no-untyped-call]  # generated
        self.look_ahead = look_ahead_service_pb2_grpc.LookAheadServiceStub(channel)  # type: ignore[no-untyped-call]  # generated
