"""Boundaries are counted as the definitions say, and the benchmark finds topics that a child would find."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bench.boundaries import f1, matched, pk, window_diff
from app.bench.dialogues import load_dialogues, load_sessions, without_greetings
from app.bench.segment import bench_segment
from app.core.errors import InputError
from tests.bench.samples import sample, write

PIANO = ["I play the piano.", "Do you play a piano sonata?", "Yes, piano music is all I play."]
BOAT = ["Can you sail a boat?", "I sail my boat on the lake.", "A boat on the lake is calm."]


def marks(text: str) -> list[int]:
    return [i for i, mark in enumerate(text) if mark == "1"]


@pytest.mark.parametrize(
    ("truth", "found", "expected"),
    [
        ("000100000010", "000100000010", 0.0),
        ("000100000010", "000010000100", 0.3),
        ("000010000100", "100000010000", 0.8),
    ],
)
def test_window_diff_of_known_strings(truth: str, found: str, expected: float) -> None:
    """Those in the documentation of nltk.metrics.segmentation, whose marks stand before a boundary instead of behind."""
    shifted = [[i + 1 for i in marks(text)] for text in (truth, found)]
    assert window_diff(*shifted, n=len(truth) + 1, k=3) == pytest.approx(expected, abs=0.01)


def test_pk_of_known_strings() -> None:
    true = [i + 1 for i in marks("0100" * 100)]
    assert pk(true, true, 401, k=2) == 0.0
    assert pk(true, list(range(1, 401)), 401, k=2) == pytest.approx(0.5, abs=0.01)
    assert pk(true, [], 401, k=2) == pytest.approx(0.5, abs=0.01)


@given(st.integers(2, 40), st.data())
def test_figures_stay_in_range_and_the_truth_is_perfect(n: int, data: st.DataObject) -> None:
    places = st.lists(st.integers(1, n - 1), unique=True).map(sorted)
    truth, found = data.draw(places), data.draw(places)
    for figure in (pk(truth, found, n), window_diff(truth, found, n), f1(truth, found, 1)):
        assert 0 <= figure <= 1
    assert (pk(truth, truth, n), window_diff(truth, truth, n), f1(truth, truth)) == (0, 0, 1)
    assert pk(truth, found, n) <= window_diff(truth, found, n)


def test_one_boundary_matches_one() -> None:
    assert matched([5], [4, 5, 6], 1) == 1
    assert matched([4, 5], [5, 6], 1) == 2
    assert f1([5], [4, 6], 1) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Hey Mel! Good to see you! How have you been?", ""),
        ("Hey Caroline, since we last chatted, I ran a race.", "I ran a race."),
        ("Totally agree, Mel. I'm off to swim. Talk to you soon!", "Totally agree, Mel. I'm off to swim."),
        ("Bye, Caroline! Take care!", ""),
        ("The ferry leaves at nine.", "The ferry leaves at nine."),
        ("I bought a good chair to see the lake.", "I bought a good chair to see the lake."),
    ],
)
def test_greetings_and_farewells_give_no_session_away(said: str, left: str) -> None:
    assert without_greetings(said) == left


def test_sessions_run_together(tmp_path: Path) -> None:
    [found] = load_sessions(write(tmp_path, [sample()]))
    assert len(found.texts) == 5
    assert found.boundaries == (3,)
    assert found.speakers[:2] == ("Ann", "Ben")


def _file(folder: Path, items: Any) -> Path:
    path = folder / "talks.json"
    path.write_text(json.dumps(items), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "items",
    [{}, [1], [{"dial_id": 1, "utterances": ["a", "b"], "segments": [1]}], [{"dial_id": 1, "utterances": ["a"]}]],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, items: Any) -> None:
    with pytest.raises(InputError, match="not a file of dialogues"):
        load_dialogues(_file(tmp_path, items))


def test_nothing_to_measure_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no dialogue"):
        bench_segment(None, [], 0, False, lambda *_: None)


@pytest.mark.real
def test_the_benchmark_finds_what_is_plain(tmp_path: Path) -> None:
    talk = {"dial_id": "t", "utterances": PIANO + BOAT, "segments": [3, 3], "set": "test"}
    steps: list[tuple[int, int]] = []
    report = bench_segment(None, [_file(tmp_path, [talk])], 6, False, lambda *step: steps.append(step))
    assert steps == [(1, 2), (2, 2)]
    names = {"f1", "pk", "wd"}
    prefixes = ("", "embedding_dip.", "random.", "emllm.", "unread.", "read.")
    assert set(report.figures) == {f"{s}{p}{n}" for s in ("", "talks.") for p in prefixes for n in names}
    assert report.figures["f1"] > report.figures["random.f1"]
    assert report.figures["pk"] < report.figures["random.pk"]
