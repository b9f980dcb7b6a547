"""The face of the package: these names, the same in both clients, no wire types."""

import dataclasses
import importlib
import inspect
import subprocess
import sys
import typing

import pytest

import shipfrom
from shipfrom import (
    AsyncClient,
    AsyncEvents,
    AsyncHold,
    AsyncOrders,
    AsyncPolicies,
    AsyncPrices,
    AsyncStores,
    AsyncWebhooks,
    Client,
    Events,
    Hold,
    Orders,
    Policies,
    Prices,
    Stores,
    Webhooks,
)
from shipfrom._parts import AsyncParts, Parts

TWINS = (
    (Client, AsyncClient),
    (Hold, AsyncHold),
    (Orders, AsyncOrders),
    (Policies, AsyncPolicies),
    (Prices, AsyncPrices),
    (Events, AsyncEvents),
    (Webhooks, AsyncWebhooks),
    (Stores, AsyncStores),
    (Parts, AsyncParts),
)
KINDS = tuple(kind for twins in TWINS for kind in twins)


def test_all_names_everything_public_and_nothing_else() -> None:
    modules = ("v1", "cli", "testing", "pytest_plugin", "shipfrom")
    public = {
        name
        for name in vars(shipfrom)
        # "@": what pytest adds to the modules of a plugin to explain their asserts.
        if not name.startswith(("_", "@")) and name not in modules
    }
    assert public == set(shipfrom.__all__)
    assert shipfrom.__all__ == list(dict.fromkeys(shipfrom.__all__))


@pytest.mark.parametrize(("sync", "asynchronous"), TWINS)
def test_both_clients_have_the_same_methods_with_the_same_parameters(
    sync: type, asynchronous: type
) -> None:
    def methods(kind: type) -> dict[str, list[str]]:
        return {
            name: [str(p).split(":")[0] for p in parameters(member)]
            for name, member in inspect.getmembers(kind, callable)
            if not name.startswith("_")
        }

    def parameters(member: object) -> list[inspect.Parameter]:
        assert callable(member)
        return list(inspect.signature(member).parameters.values())

    assert methods(sync) == methods(asynchronous)
    properties = {n for n, v in vars(sync).items() if isinstance(v, property)}
    assert properties == {
        n for n, v in vars(asynchronous).items() if isinstance(v, property)
    }


@pytest.mark.parametrize("kind", KINDS)
def test_no_wire_class_stands_in_a_public_signature(kind: type) -> None:
    for name, member in inspect.getmembers(kind, callable):
        if not name.startswith("_"):
            assert "_pb2" not in str(inspect.signature(member)), name


def test_every_value_is_frozen_and_slotted() -> None:
    for name in shipfrom.__all__:
        kind = getattr(shipfrom, name)
        if dataclasses.is_dataclass(kind):
            assert kind.__dataclass_params__.frozen, name
            assert "__slots__" in vars(kind), name


def test_every_public_name_and_method_says_why() -> None:
    for name in shipfrom.__all__:
        assert getattr(shipfrom, name).__doc__, name
    for kind in KINDS:
        for name, member in inspect.getmembers(kind, callable):
            assert name.startswith("_") or member.__doc__, name


def test_every_public_annotation_resolves() -> None:
    for kind in KINDS:
        for name, member in inspect.getmembers(kind, inspect.isfunction):
            if not name.startswith("_"):
                assert typing.get_type_hints(member), name


def test_the_client_loads_without_solver_server_or_cli() -> None:
    program = (
        "import sys, shipfrom; heavy = {'ortools', 'numpy', 'numba', 'sqlalchemy', "
        "'redis', 'router', 'inventory', 'allocation', 'typer', 'rich', 'pydantic', "
        "'grpc_status'} & set(sys.modules); sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True)
    assert done.returncode == 0, done.stderr


def test_the_package_says_that_it_is_typed() -> None:
    path = importlib.resources.files("shipfrom") / "py.typed"
    assert path.is_file()
