"""One plan for each order of the pool, by CP-SAT: what whole orders can share.

Data         orders o with known plans p, the first one as it stands; value v_op, units
             a_opc of contested cells c, entries e_opn of nodes n with a limit; units
             s_c of a cell, room r_n of a node; saving t asked of each move, M moves
Variables    x_op in {0, 1}: order o has plan p
Constraints  sum_p x_op = 1                     for each order
             sum a_opc x_op <= s_c              for each contested cell
             sum e_opn x_op <= r_n              for each node with a limit
             sum over all but first plans <= M
Objective    least value + t for each move; with that, fewest moves

Limits       one worker, a fixed seed, deterministic time; wall clock only as a guard.
Statuses     OPTIMAL: proven among these plans. FEASIBLE: what was found. UNKNOWN: what
             the search started from. INFEASIBLE or MODEL_INVALID: a bug, for how the
             orders stand keeps every constraint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from allocation.reoptimise.limits import MODEL_GUARD_SECONDS, MODEL_SECONDS
from allocation.solvers.model import SEED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.reoptimise.columns import Column, Columns
    from allocation.reoptimise.limits import Limits


class Choice(NamedTuple):
    """A plan for each order; `proven`: none of the known plans together are better."""

    columns: tuple[Column, ...]
    proven: bool


def choose(columns: Columns, limits: Limits, *, start: Sequence[Column]) -> Choice:
    """The best plans together, never worse than those it starts from."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    chosen = [[(model.new_bool_var(""), c) for c in known] for known in columns.of]
    for number, plans in enumerate(chosen):
        model.add_exactly_one(variable for variable, _ in plans)
        for variable, column in plans:
            model.add_hint(variable, column is start[number])
    _share(model, columns, chosen)
    moves = sum(variable for plans in chosen for variable, _ in plans[1:])
    model.add(moves <= limits.most_moved)
    value = sum(column.value_minor * x for plans in chosen for x, column in plans)
    worth = value + limits.least_saving_minor * moves
    model.minimize(worth * (len(chosen) + 1) + moves)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = SEED
    solver.parameters.max_deterministic_time = MODEL_SECONDS
    solver.parameters.max_time_in_seconds = MODEL_GUARD_SECONDS
    status = solver.solve(model)
    if status == cp_model.UNKNOWN:
        return Choice(tuple(start), proven=False)
    assert status in (cp_model.OPTIMAL, cp_model.FEASIBLE), model.validate()
    found = tuple(
        next(column for x, column in plans if solver.boolean_value(x))
        for plans in chosen
    )
    return Choice(found, proven=status == cp_model.OPTIMAL)


def _share(
    model: Any, columns: Columns, chosen: Sequence[Sequence[tuple[Any, Column]]]
) -> None:
    """What the orders take together of cells and of the rooms of nodes."""
    of_cell: dict[Any, list[Any]] = {}
    of_node: dict[int, list[Any]] = {}
    for variable, column in (pair for plans in chosen for pair in plans):
        for cell, units in column.uses.items():
            of_cell.setdefault(cell, []).append(units * variable)
        for node in column.enters:
            of_node.setdefault(node, []).append(variable)
    for cell, taken in of_cell.items():
        model.add(sum(taken) <= columns.pool.contested[cell])
    for node, entering in of_node.items():
        model.add(sum(entering) <= columns.pool.rooms[node])
