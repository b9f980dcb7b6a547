"""An order that a rule sends to wait says why, in the words of the rule."""

import json
from dataclasses import replace
from typing import Any

import pytest

from allocation import codec
from allocation.plan import Plan
from allocation.problem import Problem
from allocation.replay import difference
from allocation.rules.book import RuleBook
from allocation.rules.document import Rule
from allocation.rules.words import Queue, Verb, WhenUnfilled
from allocation.solve import solve
from tests.allocation.rules.test_verbs import world


def waiting(reason: str) -> Rule:
    return Rule("dear", "Dear", Verb.SEND_TO, (), queue=Queue.REVIEW, reason=reason)


def decided(*rules: Rule) -> tuple[Problem, Plan, RuleBook]:
    problem = world(*rules)
    assert problem.policy.book is not None
    return problem, solve(problem), problem.policy.book


def test_the_reason_is_that_of_the_first_rule_that_speaks() -> None:
    second = replace(waiting("too heavy"), id="heavy")

    _, plan, _ = decided(waiting("fraud check"), second)

    assert (plan.queue_rule, plan.queue_reason) == ("dear", "fraud check")


def test_what_waits_for_stock_alone_has_no_reason_of_a_rule() -> None:
    problem, _, book = decided(Rule("none", "None", Verb.NEVER, ()))
    document = replace(book.document, unfilled=WhenUnfilled.REVIEW)
    policy = replace(problem.policy, book=RuleBook("v2", document))

    plan = solve(replace(problem, policy=policy))

    assert (plan.queue, plan.queue_reason) == ("REVIEW", "")


@pytest.mark.parametrize("reason", ["fraud check", ""])
def test_the_reason_is_stored_with_the_decision(reason: str) -> None:
    problem, plan, book = decided(waiting(reason))

    raw = codec.dump(problem, plan)

    assert codec.plan_of(raw).queue_reason == plan.queue_reason == reason
    assert difference(raw, problem.network, book) == ""


def test_a_decision_stored_before_reasons_were_is_read_and_replays_as_the_same() -> (
    None
):
    problem, plan, book = decided(waiting("fraud check"))
    head, newline, cells = codec.dump(problem, plan).partition(b"\n")
    document: dict[str, Any] = json.loads(head)
    del document["queue_reason"]

    old = json.dumps(document).encode() + newline + cells

    assert codec.plan_of(old).queue_reason == ""
    assert difference(old, problem.network, book) == ""
