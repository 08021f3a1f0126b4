"""`mneme bench multihop` on files of MuSiQue's shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.bench.multihop import Passage, load_multihop
from app.cli.commands import mneme
from app.core.errors import InputError

CORPUS = [
    {"title": "Hello Love (song)", "text": '"Hello Love" is a single by Hank Snow.'},
    {"title": "Hank Snow", "text": "Snow spent his last years in the state of Tennessee."},
    {"title": "Tennessee", "text": "It is bordered by North Carolina to the east."},
    {"title": "Bubye River", "text": "A tributary of the Limpopo in Zimbabwe."},
    {"title": "Victoria Falls", "text": "A waterfall on the Zambezi."},
    {"title": "Canon law", "text": "The church courts of England."},
]
ASKED = "In which state did the singer of Hello Love spend his last years?"


def question(*titles: str, text: str = ASKED) -> dict[str, Any]:
    paragraphs = [
        {"title": p["title"], "paragraph_text": p["text"], "is_supporting": p["title"] in titles} for p in CORPUS
    ]
    return {"question": text, "answer": "Tennessee", "paragraphs": paragraphs}


def files(tmp_path: Path, questions: Any, corpus: Any = CORPUS) -> tuple[Path, Path]:
    for name, content in (("questions", questions), ("corpus", corpus)):
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return tmp_path / "questions.json", tmp_path / "corpus.json"


def run(questions: Path, corpus: Path, *more: str) -> Any:
    arguments = ["bench", "multihop", "--questions", str(questions), "--corpus", str(corpus), *more, "--json"]
    return CliRunner().invoke(mneme, arguments)


@pytest.mark.real
def test_every_figure_is_printed_beside_both_baselines(tmp_path: Path) -> None:
    result = run(*files(tmp_path, [question("Hello Love (song)", "Hank Snow")]))
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    kinds = ("", "no_graph.", "dense.", "bm25.")
    assert found["figures"].keys() == {f"{kind}recall@{k}" for kind in kinds for k in (2, 5)} | {"p50_ms", "p95_ms"}
    assert (found["settings"]["questions"], found["settings"]["passages"]) == (1, 6)
    assert found["figures"]["recall@5"] == 1.0


def test_passages_of_one_title_are_told_apart_and_given_twice_are_one(tmp_path: Path) -> None:
    corpus = [*CORPUS, {"title": "Canon law", "text": "Another part of it."}, CORPUS[0]]
    (asked,), passages = load_multihop(*files(tmp_path, [question("Canon law")], corpus))
    assert len(passages) == 7
    assert asked.support == {Passage("Canon law", "The church courts of England.")}


@pytest.mark.parametrize(
    ("questions", "corpus"),
    [
        ({}, CORPUS),
        ([], CORPUS),
        ([question("Hank Snow")], [{"title": "Hank Snow"}]),
        ([{"question": "Who?"}], CORPUS),
        ([question()], CORPUS),
        ([question("Hank Snow")], CORPUS[:1]),
        ("who", "what"),
    ],
)
def test_another_shape_is_told(tmp_path: Path, questions: Any, corpus: Any) -> None:
    with pytest.raises(InputError):
        load_multihop(*files(tmp_path, questions, corpus))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    result = run(tmp_path / "none.json", tmp_path / "none.json")
    assert result.exit_code == 5
    assert json.loads(result.stdout)["error"] == "InputError"
