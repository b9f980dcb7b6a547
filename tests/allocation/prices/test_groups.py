"""Destinations in groups: neighbours together, the same way every time."""

import numpy as np
import pytest

from allocation.prices.groups import groups_of, mean_costs

WEST, EAST = [1.0, 9.0], [9.0, 1.0]


def test_destinations_that_cost_the_same_fall_into_one_group() -> None:
    cost = np.array([WEST, EAST, [1.2, 9.0], [9.0, 1.1]])

    group = groups_of(cost, np.array([1.0, 5.0, 1.0, 1.0]), 2)

    assert group[0] == group[2] != group[1] == group[3]


def test_with_a_group_for_each_destination_nothing_is_lost() -> None:
    rng = np.random.default_rng(1)
    cost, weight = rng.random((12, 4)), rng.random(12)

    group = groups_of(cost, weight, 12)

    assert len(set(group.tolist())) == 12
    assert mean_costs(cost, weight, group)[group] == pytest.approx(cost)


def test_a_group_costs_what_its_destinations_cost_in_the_mean() -> None:
    cost = np.array([[1.0], [3.0], [50.0]])
    weight = np.array([3.0, 1.0, 1.0])

    means = mean_costs(cost, weight, np.array([0, 0, 2]))

    assert means.tolist() == [[1.5], [50.0]]
