"""From a problem to a plan: compile, optimise, put names back, judge.

Pure: the same problem gives the same plan, byte for byte. Every objective is the exact
optimiser's answer to an instance:

* cheapest: the last plan of the frontier over the number of shipments;
* fewest shipments: the first plan of the frontier that fills as much;
* fastest: the cheapest plan of the earliest arrival date that fills as much;
* nearest, priority, most stock: unit costs are ranks and parcels are free, so that the
  optimum takes every unit from the first node that has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from allocation.check import violations
from allocation.compose import Pick, compose
from allocation.instance import Frontier, Instance, Solution
from allocation.optimise import optimise
from allocation.policy import Objective
from allocation.ranked import ranked_picks
from allocation.shortlist import Shortlist, shortlist
from allocation.state import instance_of

if TYPE_CHECKING:
    from allocation.plan import Plan
    from allocation.problem import Problem
