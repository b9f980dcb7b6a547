"""Replays one case and says how it went: passed, failed with what differs, or skipped.

A case is skipped before anything is sent when the API lacks what it needs; a few gaps
show only in an answer (the API's own documented bounds) and skip it then.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from itertools import count
from typing import Literal

from . import set_up, steps
from .calls import Api, Refused, Server
from .capabilities import needs
from .expectations import mismatches
from .names import Names
from .outcome import Outcome
from .schema import Case, Json, Needs
from .world import World

_replays = count(1)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one case went; `reasons` are what differs or the capabilities it needs."""

    case: Case
    result: Literal["passed", "failed", "skipped"]
    reasons: tuple[str, ...] = ()


async def replay_all(
    api: Api, server: Server, cases: Iterable[Case]
) -> AsyncIterator[Verdict]:
    """Verdicts of cases, one after the other, on one server."""
    for case in cases:
        yield await replay(api, server, case)


async def replay(api: Api, server: Server, case: Case) -> Verdict:
    """Set the case's world up, do its steps and compare each with what it expects."""
    try:
        missing = needs(case)
        if missing:
            return Verdict(case, "skipped", missing)
        wrong = await _played(World(api, server, case, Names(f"c{next(_replays)}")))
    except Needs as gap:
        return Verdict(case, "skipped", (gap.capability,))
    except Refused as refused:
        return Verdict(case, "failed", (f"was refused: {refused}",))
    except Exception as fault:
        return Verdict(case, "failed", (f"broke with {fault!r}",))
    return Verdict(case, "failed" if wrong else "passed", wrong)


async def _played(world: World) -> tuple[str, ...]:
    """What differs; whatever policy the case published is out of force again."""
    try:
        return await _wrong(world)
    finally:
        await world.govern(None)


async def _wrong(world: World) -> tuple[str, ...]:
    """What differs in the first step that differs; later ones would only follow."""
    await set_up.build(world)
    for number, step in enumerate(world.case.steps, 1):
        outcome = await steps.run(world, step, number=number)
        found = await _compare(world, step, outcome)
        if found:
            return tuple(f"step {number} {step['op']}: {what}" for what in found)
    return ()


async def _compare(world: World, step: Json, outcome: Outcome) -> tuple[str, ...]:
    expect = step.get("expect", {})
    if "hold_rows" in expect:
        outcome.hold_rows = await world.hold_rows()
    skus = {sku for cells in expect.get("state", {}).values() for sku in cells}
    return mismatches(world.case, expect, outcome, await world.states(skus))
