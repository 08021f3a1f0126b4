from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.bench.knowledge import bench_knowledge, load_script
from app.core.errors import InputError
from app.core.paths import resources_dir


def nothing(done: int, total: int) -> None:
    pass


def write(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "row",
    [
        {"at": "2024-01-01", "ask": "Where?"},
        {"say": "Hello."},
        {"at": "soon", "say": "Hello."},
        [],
        {"at": "2024-01-01", "say": ""},
    ],
)
def test_a_script_of_another_shape_is_refused_with_its_line(tmp_path: Path, row: object) -> None:
    with pytest.raises(InputError, match="Line 1"):
        load_script(write(tmp_path / "script.jsonl", row))


def test_a_script_that_asks_nothing_or_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="asks nothing"):
        load_script(write(tmp_path / "script.jsonl", {"at": "2024-01-01", "say": "Hello."}))
    with pytest.raises(InputError, match="cannot be read"):
        load_script(tmp_path / "none.jsonl")


def test_lines_are_in_order_of_time_and_days_have_their_ends(tmp_path: Path) -> None:
    ask = {"at": "2024-02-01T08:00:00Z", "ask": "Where?", "expect": 5, "as_of": "2024-01-05"}
    first, last = load_script(write(tmp_path / "script.jsonl", ask, {"at": "2024-01-01", "say": "Hello."}))
    assert (first.say, last.ask, last.expect) == ("Hello.", "Where?", "5")
    assert last.as_of is not None and (last.as_of.hour, last.as_of.minute) == (23, 59)


@pytest.mark.real
def test_the_script_that_comes_with_mneme_is_answered(tmp_path: Path) -> None:
    script = resources_dir() / "bench" / "knowledge.jsonl"
    lines = load_script(script)
    assert sum(bool(line.say) for line in lines) >= 100
    found = bench_knowledge(script, quick=True, progress=nothing).figures
    assert found["current"] >= 0.98
    assert found["as_of"] >= 0.95
