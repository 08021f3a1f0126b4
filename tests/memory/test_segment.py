"""Episodes of a conversation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.memory.segmentation.features import NAMES, depths, gap_features
from app.memory.segmentation.segment import Method, SegmentSettings, Turn, highest, segment, split_long
from app.memory.segmentation.weights import learned
from app.runtime.host import EmbedHost
from tests.fakes import FakeEmbedder

NOW = datetime(2025, 3, 14, 9, 0, tzinfo=UTC)
PIANO = ["the piano is old", "my piano needs a tuner", "a piano tuner came"]
TALK = [*PIANO, "the boat leaks", "a boat on the lake", "the lake and the boat"]


def turns(texts: list[str], **fields: object) -> list[Turn]:
    vectors = FakeEmbedder().embed(texts)
    return [Turn(text, vector, **fields) for text, vector in zip(texts, vectors, strict=True)]  # type: ignore[arg-type]


def firsts(found: list[Turn], settings: SegmentSettings | None = None, embedder: str = "fake") -> list[int]:
    return [episode.first for episode in segment(found, embedder, settings)]


def test_a_valley_of_cohesion_is_a_boundary() -> None:
    assert 3 in firsts(turns(TALK))


def test_nothing_and_one_turn() -> None:
    assert segment([], "fake") == []
    assert firsts(turns(["hello"])) == [0]


@pytest.mark.real
def test_one_turn_by_itself_is_an_episode_with_the_shipped_weights_too(embed_host: EmbedHost) -> None:
    embed_host.load()
    alone = Turn("hello", embed_host.embed(["hello"])[0])
    assert learned(embed_host.identity, "topic") is not None
    assert [part.first for part in segment([alone], embed_host.identity)] == [0]


def test_a_pause_and_a_branch_are_boundaries_whatever_was_said() -> None:
    same = turns(["the boat leaks"] * 6, said_at=NOW)
    same[2] = Turn(same[2].text, same[2].vector, NOW + timedelta(hours=1))
    same[5] = Turn(same[5].text, same[5].vector, NOW, follows=False)
    assert firsts(same) == [0, 2, 5]


def test_a_long_monotone_talk_is_cut() -> None:
    found = segment(turns(["the boat leaks"] * 50), "fake", SegmentSettings(longest=8))
    assert max(e.last - e.first + 1 for e in found) <= 8


def test_surprise_is_told_where_a_model_read_along() -> None:
    read = [Turn("a", np.ones(2), surprise=4.0, tokens=3), Turn("b", np.ones(2), surprise=1.0, tokens=1)]
    [episode] = segment(read, "fake")
    assert (episode.surprise, episode.peak, episode.boundary) == (3.25, 4.0, 4.0)
    [unread] = segment([read[0], Turn("b", np.ones(2))], "fake")
    assert unread.surprise is None


def test_an_episode_says_what_its_boundaries_come_from() -> None:
    read = [Turn(text, np.full(384, 0.05), surprise=3.0, key=np.ones(8) * i) for i, text in enumerate(TALK)]
    known = "all-MiniLM-L6-v2:0123"
    assert {e.method for e in segment(read, known)} == {Method.READING}
    assert {e.method for e in segment([*read, Turn("b", np.full(384, 0.05))], known)} == {Method.EMBEDDING}
    assert {e.method for e in segment(read, "another")} == {Method.COHESION}


@given(st.lists(st.sampled_from([*TALK, ""]), max_size=30), st.integers(2, 12), st.sampled_from(["topic", "session"]))
def test_every_turn_is_in_exactly_one_episode(texts: list[str], longest: int, level: str) -> None:
    settings = SegmentSettings(level, longest=longest)  # type: ignore[arg-type]
    found = segment(turns(texts), "fake", settings)
    assert [t for e in found for t in range(e.first, e.last + 1)] == list(range(len(texts)))
    assert all(e.last - e.first < longest for e in found)
    assert found == segment(turns(texts), "fake", settings)


@given(st.lists(st.floats(0, 1), max_size=30), st.integers(1, 6))
def test_boundaries_keep_their_distance_and_the_highest_wins(scores: list[float], apart: int) -> None:
    found = highest(np.array(scores), 0.5, apart)
    assert all(b - a >= apart for a, b in pairwise(found))
    if scores and max(scores) >= 0.5:
        assert int(np.argmax(scores)) + 1 in found


def test_long_episodes_are_cut_at_their_highest_score() -> None:
    scores = np.array([0.1, 0.1, 0.1, 0.4, 0.1, 0.1, 0.1])
    assert split_long(scores, [], 5) == [4]
    assert split_long(scores, [], 8) == []


def test_depth_is_measured_from_the_peaks_on_both_sides() -> None:
    assert depths(np.array([3.0, 1.0, 2.0, 5.0])).tolist() == [0.0, 6.0, 3.0, 0.0]


def test_features_look_only_a_few_turns_ahead() -> None:
    texts = TALK * 5
    vectors = FakeEmbedder().embed(texts)
    whole, part = gap_features(texts, vectors), gap_features(texts[:20], vectors[:20])
    assert whole.shape == (29, len(NAMES))
    np.testing.assert_allclose(part[:11], whole[:11], atol=1e-9)


def test_weights_belong_to_their_embedder() -> None:
    assert learned("another:1", "topic") is None
    head = learned("all-MiniLM-L6-v2:0123", "session")
    assert head is not None
    assert head.before.shape == (384,)


@pytest.mark.real
def test_sessions_are_found_in_a_real_conversation(embed_host: EmbedHost, shared: Callable[[str], Path]) -> None:
    from app.bench.boundaries import f1
    from app.bench.dialogues import load_sessions

    talk = load_sessions(shared("locomo/conversations.json"))[0]
    texts, true = talk.texts[:120], [b for b in talk.boundaries if b < 120]
    read = [Turn(text, vector) for text, vector in zip(texts, embed_host.embed(texts), strict=True)]
    found = firsts(read, SegmentSettings("session"), embed_host.identity)[1:]
    dips = firsts(read, SegmentSettings("session"))[1:]
    assert f1(true, found, 1) > max(0.6, f1(true, dips, 1))
