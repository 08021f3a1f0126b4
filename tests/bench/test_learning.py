"""`mneme bench learning` measures a user who asks and opens, and one who is misled."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from app.bench import learning
from app.bench.learning import Example, bench_learning
from app.cli.commands import mneme
from app.memory.recall.features import NAMES
from tests.bench.samples import sample, write


def _bench(*arguments: str) -> Any:
    return CliRunner().invoke(mneme, ["bench", "learning", *arguments])


@pytest.mark.real
def test_it_prints_one_object_with_every_figure(tmp_path: Path) -> None:
    result = _bench("--locomo", str(write(tmp_path, [sample(), sample("conv-2")])), "--quick", "--json")
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)["figures"]
    ends = ("before", "after", "poisoned", "poisoned_then")
    names = {f"{start}{end}.recall@{k}" for start in ("", "shipped.") for end in ends for k in (5, 10)}
    assert set(figures) >= names
    assert figures["before.recall@10"] == 1.0  # five turns a conversation


@pytest.mark.parametrize("missing", ["--questions", "--corpus"])
def test_questions_without_their_corpus_are_told(tmp_path: Path, missing: str) -> None:
    result = _bench("--locomo", str(write(tmp_path, [sample()])), missing, str(tmp_path / "file"), "--json")
    assert result.exit_code == 5
    assert "Give both files" in json.loads(result.stdout)["message"]


def test_a_file_of_another_shape_is_told(tmp_path: Path) -> None:
    result = _bench("--locomo", str(write(tmp_path, {"not": "locomo"})), "--json")
    assert result.exit_code == 5


def test_a_conversation_with_one_question_cannot_be_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "_conversations", lambda _: [[unlike_the_shipped(0)]])
    result = _bench("--locomo", str(tmp_path), "--json")
    assert result.exit_code == 5
    assert "less than two questions" in json.loads(result.stdout)["message"]


def unlike_the_shipped(seed: int) -> Example:
    """A question whose answer has the words around it, where everything else says nothing, but is weighed."""
    rows = np.random.default_rng(seed).normal(size=(40, len(NAMES))) / 4
    rows[:, NAMES.index("named")] = 0
    rows[0, NAMES.index("around")] += 2.0
    return Example(rows, tuple(map(str, range(40))), frozenset("0"))


def test_a_user_unlike_those_trained_on_is_learned_and_twenty_wrong_clicks_cost_little(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(learning, "_conversations", lambda _: [[unlike_the_shipped(i) for i in range(200)]])
    steps: list[tuple[int, int]] = []
    figures = bench_learning(tmp_path, None, True, lambda done, total: steps.append((done, total))).figures
    assert figures["shipped.after.recall@5"] > figures["shipped.before.recall@5"]
    assert figures["shipped.poisoned.max_drop"] <= 0.05
    assert steps == [(1, 1)]


@pytest.mark.real
def test_documents_are_learned_too(tmp_path: Path, shared: Callable[[str], Path]) -> None:
    every = json.loads(shared("multihop/musique_train.json").read_text(encoding="utf-8"))[:12]
    questions, corpus = tmp_path / "questions.json", tmp_path / "corpus.json"
    passages = [{"title": p["title"], "text": p["paragraph_text"]} for q in every for p in q["paragraphs"]]
    questions.write_text(json.dumps(every))
    corpus.write_text(json.dumps(passages))
    locomo = write(tmp_path, [sample()])
    result = _bench(
        "--locomo", str(locomo), "--questions", str(questions), "--corpus", str(corpus), "--quick", "--json"
    )
    assert result.exit_code == 0, result.output
    assert 0 < json.loads(result.stdout)["figures"]["documents.after.recall@10"] <= 1
