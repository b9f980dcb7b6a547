"""A decision as bytes: small enough to keep for every hold, enough to decide again.

What is stored is the problem cut down to the nodes that matter and the plan: a line of
JSON, then the available units (and prices) of those nodes as plain numbers. The network
is named by its version and kept once for all decisions. Solving the stored problem
gives the stored plan again, byte for byte.
"""

from __future__ import annotations

import json
import zlib
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from allocation.cooling import refusal_document, refusals_of
from allocation.decide import survey
from allocation.documents import (
    canonical,
    document_of,
    order_of,
    policy_document,
    policy_of,
)
from allocation.explain import exclusion_counts
from allocation.fence import fence_document, fence_of
from allocation.kept import nodes_that_decide, room_document, room_of
from allocation.learned import learned_document, learned_of
from allocation.network import Network
from allocation.plan_documents import plan_document, plan_of_document
from allocation.problem import Problem
from allocation.rules.attempts import attempt_of
from allocation.slots import slots_of
from allocation.solve import solve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from allocation.order import Order
    from allocation.plan import Plan
    from allocation.policy import Policy
    from allocation.rules.book import RuleBook
    from allocation.solvers.instance import Integers

VERSION = 3
"""Of the stored form; a reader refuses any other."""
PLAIN_BYTES_MAX = 1024
"""Up to here a decision is kept as it is: compressing it would save a few hundred bytes
and cost more than writing the rest."""


def dump(problem: Problem, plan: Plan) -> bytes:
    """The stored decision: normally one to a few kilobytes."""
    if not (problem.solved or problem.attempts):
        # A plan of an earlier solve: what the solver compares is not known any more.
        solve(problem)
    solved = attempt_of(problem, plan)
    found = survey(solved)
    numbers = nodes_that_decide(problem, plan, found.reasons)
    tables = [_table(values[:, numbers]) for values in _by_node(problem)]
    document = {
        "v": VERSION,
        "network": problem.network.version,
        **_problem(problem, numbers),
        "tables": [table.dtype.str for table in tables],
        "exclusions": exclusion_counts(solved, plan, found),
        "plan": plan_document(plan),
        # Beside the plan: decisions from before it was kept still replay as the same.
        **({"queue_reason": plan.queue_reason} if plan.queue_reason else {}),
        **({"offers": plan.offers} if plan.offers else {}),
    }
    text = b"".join([canonical(document), b"\n", *[t.tobytes() for t in tables]])
    return zlib.compress(text, 1) if len(text) > PLAIN_BYTES_MAX else text


def load(
    raw: bytes,
    network: Network,
    book: RuleBook | None = None,
    *,
    also: Sequence[int] = (),
) -> tuple[Problem, Plan]:
    """The problem on the nodes that decided and those of the numbers `also`, which
    count as empty where they are not kept; and the plan.

    Raises ValueError for another network or other rules than those it was made with.
    """
    document, cells = _parts(raw)
    if document["network"] != network.version:
        raise ValueError(
            f"decision of network {document['network']}, not of {network.version}"
        )
    skus = [line["sku"] for line in document["order"]["lines"]]
    part = network.subset([*document["nodes"], *also], skus)
    policy = policy_of(document["policy"], book)
    tables = _tables_of(document, cells)
    return _problem_of(document, part, policy, tables), plan_of_document(document)


def plan_of(raw: bytes) -> Plan:
    """The plan alone; needs no network."""
    return plan_of_document(_document(raw))


def asked_of(raw: bytes) -> tuple[Order, Policy, datetime]:
    """The order, its policy without rules, and the instant; needs no network."""
    document = _document(raw)
    policy = {name: v for name, v in document["policy"].items() if name != "book"}
    at = datetime.fromisoformat(document["now"])
    return order_of(document["order"]), policy_of(policy), at


def network_version_of(raw: bytes) -> str:
    """Which network `load` needs."""
    return str(_document(raw)["network"])


def rules_version_of(raw: bytes) -> str | None:
    """Which rules `load` needs, if any."""
    version = _document(raw)["policy"].get("book")
    return str(version) if version else None


def counted_exclusions(raw: bytes) -> dict[str, int]:
    """Nodes of the whole network at that time, by the reason that kept them out."""
    return cast("dict[str, int]", _document(raw)["exclusions"])


def problem_to_json(problem: Problem) -> bytes:
    """A problem with everything it needs, to be kept as a file and solved anywhere."""
    stocked = np.flatnonzero((problem.available > 0).any(axis=0)).tolist()
    holding = sorted(set(stocked) & set(problem.network.node_by_number))
    skus = [line.sku for line in problem.order.lines]
    part = problem.network.subset(holding, skus)
    document = {
        "v": VERSION,
        "network": json.loads(part.to_json()),
        "network_version": problem.network.version,
        **_problem(problem, holding),
        "tables": [values[:, holding].tolist() for values in _by_node(problem)],
    }
    return canonical(document)


def problem_from_json(raw: bytes, book: RuleBook | None = None) -> Problem:
    """The problem of `problem_to_json`; its solution is that of the original."""
    document = json.loads(raw)
    _demand_version(document)
    network = Network.from_json(
        canonical(document["network"]), version=document["network_version"]
    )
    policy = policy_of(document["policy"], book)
    return _problem_of(document, network, policy, document["tables"])


def _by_node(problem: Problem) -> list[Integers]:
    """The arrays with a column for each node: available units, then prices if any."""
    prices = problem.prices
    return [problem.available] if prices is None else [problem.available, prices]


def _table(values: Integers) -> np.ndarray[Any, np.dtype[np.integer[Any]]]:
    """The numbers in the smallest type that holds them all, the low byte first."""
    least, most = values.min(initial=0), values.max(initial=0)
    kind = np.promote_types(np.min_scalar_type(least), np.min_scalar_type(most))
    return values.astype(kind.newbyteorder("<"))


def _tables_of(document: dict[str, Any], cells: bytes) -> list[Integers]:
    shape = len(document["order"]["lines"]), len(document["nodes"])
    found, at = [], 0
    for kind in document["tables"]:
        dtype = np.dtype(kind)
        values = np.frombuffer(cells, dtype, shape[0] * shape[1], at)
        found.append(values.reshape(shape).astype(np.int64))
        at += values.nbytes
    return found


def _problem(problem: Problem, numbers: list[int]) -> dict[str, object]:
    return {
        "order": document_of(problem.order),
        "policy": policy_document(problem.policy),
        "now": problem.now.isoformat(),
        "nodes": numbers,
        **({"price_list": problem.price_list} if problem.price_list else {}),
        **room_document(problem, numbers),
        **fence_document(problem, numbers),
        **refusal_document(problem, numbers),
        **learned_document(problem, numbers),
    }


def _problem_of(
    document: dict[str, Any],
    network: Network,
    policy: Policy,
    tables: Sequence[ArrayLike],
) -> Problem:
    order = order_of(document["order"])
    wide = np.zeros((len(tables), len(order.lines), network.size), dtype=np.int64)
    for values, table in zip(wide, tables, strict=True):
        values[:, document["nodes"]] = table
    return Problem(
        order,
        network,
        wide[0],
        policy,
        datetime.fromisoformat(document["now"]),
        wide[1] if len(wide) > 1 else None,
        price_list=document.get("price_list", ""),
        room=room_of(document, network.size),
        slots=slots_of(document),
        fence=fence_of(document, len(order.lines), network.size),
        refusals=refusals_of(document, network),
        learned=learned_of(document, len(order.lines), network.size),
    )


def _document(raw: bytes) -> dict[str, Any]:
    return _parts(raw)[0]


def _parts(raw: bytes) -> tuple[dict[str, Any], bytes]:
    """The document, and the bytes of the tables."""
    text = raw if raw.startswith(b"{") else zlib.decompress(raw)
    head, _, cells = text.partition(b"\n")
    document = cast("dict[str, Any]", json.loads(head))
    _demand_version(document)
    return document, cells


def _demand_version(document: dict[str, Any]) -> None:
    if document.get("v") != VERSION:
        raise ValueError(f"stored form {document.get('v')}, wanted {VERSION}")
