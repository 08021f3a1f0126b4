"""Events where the model is surprised."""

from __future__ import annotations

import numpy as np

from app.memory.segmentation.surprise import EventSettings, events, surprising


def test_a_boundary_is_where_surprise_exceeds_its_recent_mean_and_deviation() -> None:
    calm = [1.0, 3.0] * 5  # mean 2, deviation 1
    for last, gamma, found in ((3.1, 1.0, True), (2.9, 1.0, False), (3.1, 2.0, False)):
        assert (10 in surprising(np.array([*calm, last]), EventSettings(window=10, gamma=gamma))) is found


def test_only_the_window_counts() -> None:
    values = np.array([90.0, 90.0, 1.0, 3.0, 1.0, 3.0, 4.0])
    assert surprising(values, EventSettings(window=4)) == [6]
    assert surprising(values, EventSettings(window=50)) == []


def test_momentum_adds_up_a_run_of_surprise_too_small_to_count_alone() -> None:
    values = np.array([1.0, 2.0] * 20 + [2.4] * 8)
    assert surprising(values[10:], EventSettings(gamma=2.0)) == []
    assert surprising(values[10:], EventSettings(gamma=2.0, momentum=0.8)) != []


def test_refinement_moves_a_late_boundary_to_where_the_keys_change() -> None:
    surprise = np.ones(10)
    surprise[7] = 9.0
    keys = np.repeat(np.eye(2), [5, 5], axis=0)
    assert events(surprise, None) == [7]
    assert events(surprise, keys, EventSettings(metric="conductance")) == [5]


def test_too_little_to_compare_with_is_no_event() -> None:
    assert events(np.array([]), None) == []
    assert events(np.array([1.0, 50.0]), None) == []
