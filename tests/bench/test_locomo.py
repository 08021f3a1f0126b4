"""Reading LoCoMo as its annotators left it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.bench.locomo import evidence_ids, load_locomo
from app.core.errors import InputError
from tests.bench.samples import sample, write


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        (["D1:3"], {"D1:3"}),
        (["D8:6; D9:17"], {"D8:6", "D9:17"}),
        (["D9:1 D4:4"], {"D9:1", "D4:4"}),
        (["D"], set()),
        (["D:11:26"], {"D11:26"}),
        (["D30:05"], {"D30:5"}),
        (["D1:3", "D1:3"], {"D1:3"}),
        ([None, 7, "", ["D1:3"]], {"D1:3"}),
        (["D99:1"], set()),
    ],
)
def test_evidence_ids_are_understood_however_they_were_written(raw: list[Any], meant: set[str]) -> None:
    known = {"D1:3", "D8:6", "D9:17", "D9:1", "D4:4", "D11:26", "D30:5"}
    assert evidence_ids(raw, known) == meant


def test_sessions_come_in_their_order_with_their_dates(tmp_path: Path) -> None:
    (found,) = load_locomo(write(tmp_path, [sample()]))
    assert [session.external_id for session in found.sessions] == ["locomo:conv-1:1", "locomo:conv-1:2"]
    assert [session.created_at for session in found.sessions] == [
        datetime(2023, 5, 8, 13, 56, tzinfo=UTC),
        datetime(2023, 5, 25, 1, 14, tzinfo=UTC),
    ]


def test_turns_keep_their_speaker_and_order_and_hang_together(tmp_path: Path) -> None:
    session = load_locomo(write(tmp_path, [sample()]))[0].sessions[0]
    assert [(m.external_id, m.parent_id, m.speaker) for m in session.messages] == [
        ("D1:1", None, "Ann"),
        ("D1:2", "D1:1", "Ben"),
        ("D1:3", "D1:2", "Ann"),
    ]
    assert session.messages[2].created_at - session.messages[0].created_at == timedelta(seconds=2)


def test_the_caption_of_a_photo_is_part_of_what_was_said(tmp_path: Path) -> None:
    session = load_locomo(write(tmp_path, [sample()]))[0].sessions[0]
    assert session.messages[1].text == "Look at this! [photo: a photo of a wooden cabin by a lake]"
    assert session.messages[0].text == "My dog Biscuit is afraid of thunder."


def test_questions_keep_category_and_sound_evidence_also_with_an_answer_that_is_a_number(tmp_path: Path) -> None:
    questions = load_locomo(write(tmp_path, [sample()]))[0].questions
    assert [question.category for question in questions] == [4, 1, 2, 3, 5, 4]
    assert questions[1].evidence == {"D2:2", "D1:2"}
    assert questions[2].text == "When does the ferry leave?"
    assert questions[5].evidence == frozenset()


@pytest.mark.parametrize(
    "content", [b"", b"Dear diary", b"[1]", b'[{"sample_id": "a"}]', b"7", b"\xff\xfe\x80", b"[" * 100_000]
)
def test_a_file_of_another_shape_is_told_as_such(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match="is not a LoCoMo file"):
        load_locomo(path)


def test_a_date_of_another_form_is_told(tmp_path: Path) -> None:
    odd = sample()
    odd["conversation"]["session_1_date_time"] = "yesterday"
    with pytest.raises(InputError, match="yesterday"):
        load_locomo(write(tmp_path, [odd]))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing\.json"):
        load_locomo(tmp_path / "missing.json")


def test_every_question_of_the_real_file_has_sound_evidence(shared: Callable[[str], Path]) -> None:
    samples = load_locomo(shared("locomo/conversations.json"))
    assert len(samples) == 5
    for found in samples:
        turns = {message.external_id for session in found.sessions for message in session.messages}
        assert all(question.evidence <= turns for question in found.questions)
        asked = [question for question in found.questions if question.category in (1, 2, 3, 4)]
        assert sum(bool(question.evidence) for question in asked) > 0.95 * len(asked)
