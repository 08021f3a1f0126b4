from __future__ import annotations

import pytest

from app.core.text import ends_sentence, right_to_left


@pytest.mark.parametrize(
    ("text", "turned"),
    [("Hello", False), ("שלום", True), ("123 مرحبا", True), ("“Hi” שלום", False), ("", False), ("你好", False)],
)
def test_a_line_runs_as_its_first_letter_does(text: str, turned: bool) -> None:
    assert right_to_left(text) is turned


@pytest.mark.parametrize(
    ("text", "ends"), [("Is it?", True), ("好。", True), ("Is it", False), ("e.g. this", False), ("", False)]
)
def test_a_sentence_ends_with_its_mark(text: str, ends: bool) -> None:
    assert ends_sentence(text) is ends
