from __future__ import annotations

import pytest

from app.core.text import right_to_left


@pytest.mark.parametrize(
    ("text", "turned"),
    [("Hello", False), ("שלום", True), ("123 مرحبا", True), ("“Hi” שלום", False), ("", False), ("你好", False)],
)
def test_a_line_runs_as_its_first_letter_does(text: str, turned: bool) -> None:
    assert right_to_left(text) is turned
