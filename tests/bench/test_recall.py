"""`mneme bench recall` measures recall and both baselines in one run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli.commands import mneme
from app.memory.recall.features import STAGES
from tests.bench.samples import ask, sample, write


def _bench(*arguments: str) -> Any:
    return CliRunner().invoke(mneme, ["bench", "recall", *arguments])


def _figures(*arguments: str) -> dict[str, float]:
    result = _bench(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, float] = json.loads(result.stdout)["figures"]
    return found


@pytest.mark.real
def test_it_prints_one_object_with_every_figure(tmp_path: Path) -> None:
    path = write(tmp_path, [sample()])
    result = _bench("--locomo", str(path), "--json")
    assert result.exit_code == 0
    assert result.stderr == ""
    found = json.loads(result.stdout)
    assert (found["bench"], found["settings"]["questions"], found["settings"]["k"]) == ("recall", 5, [5, 10, 20])
    names = {
        f"{kind}recall@{k}" for k in (5, 10, 20) for kind in ("", "cat1.", "cat2.", "cat3.", "cat4.", "dense.", "bm25.")
    }
    names |= {f"{kind}budget{budget}" for budget in (500, 1000, 2000) for kind in ("", "dense.")}
    names |= {"hit@5", "hit@10", "hit@20", "p50_ms", "p95_ms", "unanswerable_auc"}
    assert names == set(found["figures"]) - {"when_f1"}
    assert found["figures"]["recall@5"] == 1.0  # five turns a conversation
    assert "machine" in found


@pytest.mark.real
def test_conversations_do_not_see_each_other(tmp_path: Path) -> None:
    other = sample("conv-2")
    other["conversation"]["session_1"][0]["text"] = "We moved to Graz."
    other["qa"] = [ask("Where did Ann move?", 4, "D1:1")]
    figures = _figures("--locomo", str(write(tmp_path, [sample(), other])), "--k", "5")
    assert figures["recall@5"] == 1.0


@pytest.mark.real
def test_the_parts_of_recall_can_be_taken_away_one_by_one(tmp_path: Path) -> None:
    figures = _figures("--locomo", str(write(tmp_path, [sample()])), "--k", "1,2", "--ablate", "--limit", "2")
    parts = {name.split(".")[1] for name in figures if name.startswith("without.")}
    assert parts == set(STAGES)


@pytest.mark.real
def test_a_person_may_read_it(tmp_path: Path) -> None:
    result = _bench("--locomo", str(write(tmp_path, [sample()])), "--k", "1")
    assert result.exit_code == 0
    assert "mneme bench recall" in result.stdout
    assert "bm25.recall@1" in result.stdout


@pytest.mark.parametrize("depths", ["", "five", "5,", "0", "-1,5", "1.5"])
def test_depths_that_are_none_are_told(tmp_path: Path, depths: str) -> None:
    result = _bench("--locomo", str(write(tmp_path, [sample()])), f"--k={depths}")
    assert result.exit_code == 5
    assert "such as 5,10,20" in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_a_file_of_another_shape_is_told_as_json(tmp_path: Path) -> None:
    result = _bench("--locomo", str(write(tmp_path, {"not": "locomo"})), "--json")
    assert result.exit_code == 5
    assert json.loads(result.stdout)["error"] == "InputError"


def test_a_file_without_a_question_that_has_evidence_is_told(tmp_path: Path) -> None:
    silent = sample() | {"qa": [ask("What did nobody say?", 4, "D"), ask("Who?", 5, "D1:1")]}
    result = _bench("--locomo", str(write(tmp_path, [silent])))
    assert result.exit_code == 5
    assert "no question with evidence" in " ".join(result.stderr.split())


@pytest.mark.real
def test_on_a_real_conversation_recall_beats_meaning_alone_and_words_alone(
    shared: Callable[[str], Path], tmp_path: Path
) -> None:
    shortest = min(json.loads(shared("locomo/conversations.json").read_text(encoding="utf-8")), key=_turns)
    figures = _figures("--locomo", str(write(tmp_path, [shortest])), "--k", "5,10", "--limit", "60")
    for k in (5, 10):
        assert figures[f"recall@{k}"] > figures[f"dense.recall@{k}"]
        assert figures[f"recall@{k}"] > figures[f"bm25.recall@{k}"]


def _turns(conversation: dict[str, Any]) -> int:
    return sum(len(turns) for turns in conversation["conversation"].values() if isinstance(turns, list))
