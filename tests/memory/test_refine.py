"""Prefix sums give what the definitions, written out, give."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.memory.segmentation.refine import Metric, _prefix_sums, _quality, refine

Graph = NDArray[np.float64]


def modularity(graph: Graph, cut: int) -> float:
    """Modularity, pair by pair."""
    size = len(graph)
    total = float(graph.sum())
    event = [i >= cut for i in range(size)]
    pairs = [(i, j) for i in range(size) for j in range(size) if event[i] == event[j]]
    out, into = graph.sum(axis=1), graph.sum(axis=0)
    return float(sum(graph[i, j] - out[i] * into[j] / total for i, j in pairs)) / (2 * total)


def conductance(graph: Graph, cut: int) -> float:
    """Conductance, pair by pair."""
    inside = sum(graph[i, j] for i in range(cut) for j in range(cut))
    outside = sum(graph[i, j] for i in range(cut, len(graph)) for j in range(cut, len(graph)))
    across = sum(graph[i, j] for i in range(cut) for j in range(cut, len(graph)))
    return -float(across / min(inside, outside))


DEFINITIONS: dict[Metric, Callable[[Graph, int], float]] = {"modularity": modularity, "conductance": conductance}


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    size = draw(st.integers(2, 14))
    weights = np.random.default_rng(draw(st.integers(0, 1 << 32))).random((size, size)) + 1e-3
    return weights + weights.T if draw(st.booleans()) else weights


@pytest.mark.parametrize("metric", ["modularity", "conductance"])
@given(graph=graphs(), data=st.data())
def test_prefix_sums_agree_with_the_definition(graph: Graph, data: st.DataObject, metric: Metric) -> None:
    start = data.draw(st.integers(0, len(graph) - 2))
    end = data.draw(st.integers(start + 2, len(graph)))
    cuts = np.arange(start + 1, end)
    fast = _quality(_prefix_sums(graph), start, cuts, end, metric)
    slow = [DEFINITIONS[metric](graph[start:end, start:end], int(cut) - start) for cut in cuts]
    np.testing.assert_allclose(fast, slow, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("metric", ["modularity", "conductance"])
@given(graph=graphs(), data=st.data())
def test_boundaries_stay_apart_and_never_get_worse(graph: Graph, data: st.DataObject, metric: Metric) -> None:
    size = len(graph)
    old = sorted(data.draw(st.sets(st.integers(1, size - 1), min_size=1)))
    new = refine(graph, old, metric)
    assert [0, *new] == sorted({0, *new})
    assert all(n <= o for n, o in zip(new, old, strict=True))
    better, first_end = DEFINITIONS[metric], [*old, size][1]
    induced = graph[:first_end, :first_end]
    assert better(induced, new[0]) >= better(induced, old[0]) - 1e-12


@pytest.mark.parametrize("metric", ["modularity", "conductance"])
def test_a_boundary_moves_to_where_the_blocks_part(metric: Metric) -> None:
    graph = np.full((10, 10), 0.05)
    graph[:4, :4] = graph[4:, 4:] = 1.0
    assert refine(graph, [7], metric) == [4]


def test_a_graph_without_weight_moves_nothing() -> None:
    assert refine(np.zeros((6, 6)), [2, 4], "modularity") == [2, 4]
    assert refine(np.zeros((6, 6)), [2, 4], "conductance") == [2, 4]


@pytest.mark.parametrize("boundaries", [[0], [3], [2, 1], [1, 1]])
def test_boundaries_that_make_no_events_are_refused(boundaries: list[int]) -> None:
    with pytest.raises(ValueError, match="ascend"):
        refine(np.eye(3), boundaries)


def test_a_graph_that_is_not_square_is_refused() -> None:
    with pytest.raises(ValueError, match="square"):
        refine(np.ones((3, 2)), [1])
