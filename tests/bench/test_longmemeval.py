"""`mneme bench recall --longmemeval` on files of LongMemEval's shape."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.bench.longmemeval import load_longmemeval
from app.cli.commands import mneme
from app.core.errors import InputError
from app.core.types import Role

TALKS = {
    "degree": ["I graduated with a degree in Business Administration.", "Congratulations on your degree!"],
    "fox": ["A farmer takes a fox over a river.", "Then he goes back for the grain."],
    "tea": ["How do I brew green tea?", "With water that does not boil."],
    "empty": [" "],
}


def instance(*evidence: str, **fields: Any) -> dict[str, Any]:
    roles = ("user", "assistant")
    return {
        "question": "What degree did I graduate with?",
        "question_date": "2023/05/30 (Tue) 23:40",
        "answer_session_ids": list(evidence),
        "haystack_session_ids": list(TALKS),
        "haystack_dates": [f"2023/05/{day} (Sat) 02:21" for day in range(20, 20 + len(TALKS))],
        "haystack_sessions": [
            [{"role": role, "content": text} for role, text in zip(roles, texts, strict=False)]
            for texts in TALKS.values()
        ],
    } | fields


def write(tmp_path: Path, content: Any) -> Path:
    path = tmp_path / "instances.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.real
def test_the_chat_that_tells_is_found_first(tmp_path: Path) -> None:
    path = write(tmp_path, [instance("degree"), instance("nowhere")])
    result = CliRunner().invoke(mneme, ["bench", "recall", "--longmemeval", str(path), "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["bench"], found["settings"]["questions"]) == ("recall", 1)
    assert (found["figures"]["first_rank"], found["figures"]["session_recall@5"]) == (1.0, 1.0)
    assert {"session_hit@5", "p50_ms", "p95_ms"} <= found["figures"].keys()


def test_sessions_are_chats_of_their_day_between_the_user_and_the_assistant(tmp_path: Path) -> None:
    (one,) = load_longmemeval(write(tmp_path, instance("degree", "empty")))
    assert one.asked_at == datetime(2023, 5, 30, 23, 40, tzinfo=UTC)
    assert one.evidence == {"longmemeval:degree"}
    fox = one.sessions[1]
    assert fox.created_at == datetime(2023, 5, 21, 2, 21, tzinfo=UTC)
    assert [(m.role, m.speaker, m.parent_id) for m in fox.messages] == [
        (Role.USER, "", None),
        (Role.ASSISTANT, "", "0"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        [],
        "text",
        [instance("nowhere")],
        [{"question": "Who?"}],
        [instance("degree", haystack_dates=[])],
        [instance("degree", question_date="tomorrow")],
        [instance("degree", haystack_sessions=[[{"role": "ghost", "content": "boo"}]] * len(TALKS))],
    ],
)
def test_another_shape_is_told(tmp_path: Path, content: Any) -> None:
    with pytest.raises(InputError):
        load_longmemeval(write(tmp_path, content))


@pytest.mark.parametrize("both", [True, False])
def test_one_file_is_wanted(tmp_path: Path, both: bool) -> None:
    path = str(write(tmp_path, [instance("degree")]))
    files = ["--locomo", path, "--longmemeval", path] if both else []
    result = CliRunner().invoke(mneme, ["bench", "recall", *files, "--json"])
    assert result.exit_code == 5
    assert "Name one file" in json.loads(result.stdout)["message"]
