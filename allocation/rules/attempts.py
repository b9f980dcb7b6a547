"""The attempts at one order: under all its rules, then with one step more given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocation.rules.relaxing import relaxations
from allocation.rules.ruling import ruled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from allocation.plan import Plan
    from allocation.problem import Problem


def attempts(problem: Problem) -> Iterator[Problem]:
    """Problems without rules, in the order in which they are tried; each made once."""
    book = problem.policy.book
    assert book is not None, "attempts are for problems with rules"
    for number, relaxed in enumerate(relaxations(book.document)):
        if number == len(problem.attempts):
            problem.attempts.append(ruled(problem, relaxed))
        yield problem.attempts[number]


def attempt_of(problem: Problem, plan: Plan) -> Problem:
    """The attempt that a plan is the answer of; a problem without rules is its own."""
    if problem.policy.book is None:
        return problem
    for attempt in attempts(problem):
        if attempt.ruling and attempt.ruling.relaxed.steps == plan.relaxed:
            return attempt
    raise ValueError(f"the policy has no steps {plan.relaxed}")
