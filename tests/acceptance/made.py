"""Cases made in tests: small worlds where only one reading of the schema is right."""

from fractions import Fraction
from typing import Any

from .adapter import replay
from .calls import Api, Server
from .schema import Case, Json


def node(name: str, stock: Json, **more: Any) -> Json:
    return {"id": name, "stock": stock, **more}


def ask(op: str, wanted: Json, **more: Any) -> Json:
    """A step about one order; `dest` may be among the rest."""
    order: dict[str, Any] = {
        "id": more.pop("order_id", "o"),
        "lines": [{"sku": sku, "qty": quantity} for sku, quantity in wanted.items()],
    }
    if "dest" in more:
        order["dest"] = more.pop("dest")
    return {"op": op, "order": order, **more}


def gets(**allocations: Json) -> Json:
    return {"status": "full", "allocations": allocations}


def case_of(nodes: list[Json], steps: list[Json], policy: Json, **setup: Any) -> Case:
    return Case(
        id="one",
        group="made here",
        title="a case of these tests",
        scale=Fraction(1),
        requires=(),
        setup={"locations": nodes, "policy": policy, **setup},
        steps=tuple(steps),
    )


async def check(
    served: tuple[Api, Server],
    nodes: list[Json],
    steps: list[Json],
    policy: Json | None = None,
    **setup: Any,
) -> None:
    """Replay the case and demand that it passes."""
    verdict = await replay(*served, case_of(nodes, steps, policy or {}, **setup))
    assert (verdict.result, verdict.reasons) == ("passed", ())


async def skipped(
    served: tuple[Api, Server], nodes: list[Json], steps: list[Json], policy: Json
) -> tuple[str, ...]:
    """Replay the case, demand that it is skipped, and tell what it needs."""
    verdict = await replay(*served, case_of(nodes, steps, policy))
    assert verdict.result == "skipped"
    return verdict.reasons
