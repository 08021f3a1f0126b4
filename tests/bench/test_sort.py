"""`mneme bench sort` on a folder of Book-SORT's shape."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.bench.booksort import load_booksort
from app.cli.commands import mneme
from app.core.errors import InputError

BOOK = "\n\n".join(f"Chapter {n}. The traveller {word} and\nwent on to {place}." for n, (word, place) in enumerate(
    [("slept", "Graz"), ("ate bread", "Linz"), ("lost a shoe", "Wels"), ("sang", "Steyr"), ("turned back", "Enns")] * 9
))  # fmt: skip
COLUMNS = ["book_idx", "segment_1", "segment_2", "seg1_pos", "seg2_pos", "present_seg1_first"]


def folder(tmp_path: Path, rows: list[list[str]], book: str = BOOK) -> Path:
    (tmp_path / "7.txt").write_text(book, encoding="utf-8")
    with (tmp_path / "segments.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return tmp_path


def run(*arguments: str) -> Any:
    return CliRunner().invoke(mneme, ["bench", "sort", *arguments])


def test_every_figure_is_printed_and_right(tmp_path: Path) -> None:
    rows = [
        ["7", "*Chapter 2. The traveller lost a shoe*", "*Chapter 30. The traveller slept*", "20", "300", "0"],
        ["7", "*Chapter 4. The traveller turned back and went on to Enns.*", "*Chapter 9. The*", "40", "90", "1"],
    ]
    result = run("--data", str(folder(tmp_path, rows)), "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["bench"], found["settings"]["pairs"], found["figures"]["accuracy"]) == ("sort", 2, 1.0)
    assert {"p50_ms", "p95_ms"} <= found["figures"].keys()


def test_a_wrong_order_in_the_data_counts_against_it(tmp_path: Path) -> None:
    rows = [["7", "*Chapter 30. The traveller slept*", "*Chapter 2. The traveller lost*", "20", "300", "1"]]
    assert json.loads(run("--data", str(folder(tmp_path, rows)), "--json").stdout)["figures"]["accuracy"] == 0.0


def test_a_message_is_some_whole_paragraphs(tmp_path: Path) -> None:
    (book,), _ = load_booksort(folder(tmp_path, [["7", "*a*", "*b*", "1", "2", "0"]]))
    assert len(book.messages) > 1
    assert "\n\n".join(message.text for message in book.messages) == BOOK
    assert all(len(message.text) <= 1_000 for message in book.messages)


@pytest.mark.parametrize(
    "rows", [[], [["8", "*a*", "*b*", "1", "2", "0"]], [["7", "*a*", "*b*", "one", "2", "0"]], [["7"]]]
)
def test_another_shape_is_told(tmp_path: Path, rows: list[list[str]]) -> None:
    with pytest.raises(InputError, match="Book-SORT"):
        load_booksort(folder(tmp_path, rows))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    result = run("--data", str(tmp_path / "nowhere"), "--json")
    assert result.exit_code == 5
    assert "Book-SORT" in result.stdout


def test_a_part_of_the_real_set_is_told_without_a_mistake(shared: Callable[[str], Path]) -> None:
    result = run("--data", str(shared("booksort")), "--limit", "60", "--json")
    assert json.loads(result.stdout)["figures"]["accuracy"] >= 0.98
