"""Names are found by how they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.memory.entities import heading, names_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("We met Ann Lee and Ben in Graz.", ["Ann Lee and Ben", "Ann Lee", "Ben", "Graz"]),
        ("However, I was in the University of Graz's garden.", ["University of Graz"]),
        ("Is The Terminal by Steven Spielberg?", ["Terminal", "Steven Spielberg"]),
        ("where Hello Love's singer lived", ["Hello Love"]),
        ("It was 1999. He said so.", []),
        ("Brand (play)\nA play by Henrik Ibsen.", ["Brand", "Henrik Ibsen"]),
        ("canon law\nthe courts of England", ["canon law", "England"]),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize("text", ["", "One line only", "A sentence.\nAnother.", "x" * 200 + "\nmore", "\n\n"])
def test_what_is_no_heading(text: str) -> None:
    assert heading(text) == ""


@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(["Ann", "and", "the", "Of", "'s", ".", "\n", "(", "é", "9"])).map(" ".join)
)
def test_any_text_has_few_names_each_once(text: str) -> None:
    names = names_in(text)
    assert len(names) == len(set(names)) <= 60
    assert all(names)


def test_a_very_long_text_has_a_bounded_number() -> None:
    assert len(names_in(" said ".join(f"Anna{n} Bell" for n in range(50_000)))) == 60
