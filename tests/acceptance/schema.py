"""A cases file as values: what a case says, in whole units.

The file's own header (`how_to_read`) defines the words. Its places are our nodes; they
keep the file's word `location` only as a key of the JSON.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

Json = Mapping[str, Any]


class Needs(Exception):
    """A case asks for something that this release's API does not have."""

    def __init__(self, capability: str) -> None:
        super().__init__(capability)
        self.capability = capability


class BadFile(Exception):
    """The cases file cannot be read as one."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case; `scale` turns the file's quantities into whole units."""

    id: str
    group: str
    title: str
    scale: Fraction
    requires: tuple[str, ...]
    setup: Json
    steps: tuple[Json, ...]

    def units(self, quantity: Any) -> int:
        """Whole units of a quantity of the file; refuses what stays fractional."""
        scaled = Fraction(str(quantity)) * self.scale
        if scaled.denominator != 1:
            raise Needs("fractional_quantity")
        return int(scaled)

    @property
    def places(self) -> tuple[Json, ...]:
        """The nodes as the file lists them."""
        return tuple(self.setup.get("locations", ()))

    @property
    def policy(self) -> Json:
        """The policy of every step that does not override it."""
        return dict(self.setup.get("policy", {}))

    def ranked(self) -> tuple[Json, ...]:
        """Lower priority number first, ties by order of listing."""
        return tuple(sorted(self.places, key=lambda place: place.get("priority", 0)))

    def orders(self) -> tuple[Json, ...]:
        """Every order of every step."""
        return tuple(step["order"] for step in every_step(self) if "order" in step)


def every_step(case: Case) -> tuple[Json, ...]:
    """The steps and what runs inside them at the same time."""
    return _flat(case.steps)


def waits(case: Case) -> bool:
    """Whether a policy or a step lets units wait."""
    policies = [case.policy, *(step.get("policy", {}) for step in every_step(case))]
    steps = any(step.get("allow_backorder") for step in every_step(case))
    return steps or any(policy.get("backorder") for policy in policies)


def _flat(steps: tuple[Json, ...]) -> tuple[Json, ...]:
    found: list[Json] = []
    for step in steps:
        found += (step, *_flat(tuple(step.get("ops", ()))))
    return tuple(found)


def load(path: Path) -> tuple[Case, ...]:
    """The cases of a file, in its order."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_case(row) for row in document["cases"])
    except OSError as fault:
        raise BadFile(f"{path}: {fault.strerror or fault}") from fault
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise BadFile(f"{path}: not a cases file ({fault!r})") from fault


def _case(row: Json) -> Case:
    return Case(
        id=str(row["id"]),
        group=str(row.get("group", "no group")),
        title=str(row.get("title", "")),
        scale=Fraction(str(row.get("qty_scale", 1))),
        requires=tuple(row.get("requires", ())),
        setup=row.get("setup", {}),
        steps=tuple(row["steps"]),
    )
