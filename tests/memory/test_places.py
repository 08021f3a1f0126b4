from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.types import Place
from app.memory.recall.places import Cues, place_cues, told

LAPTOP = Place("Bergen", "Mneme", "anna-laptop", "")
EXPORT = Place("", "ChatGPT", "", "notes on tides.pdf")
KNOWN = [LAPTOP, EXPORT, Place("", "Mneme", "tower", "")]


@pytest.mark.parametrize(
    ("question", "cues"),
    [
        ("What did I note in the Bergen project?", Cues(space=frozenset({"Bergen"}))),
        ("What did I say on the laptop?", Cues(device=frozenset({"anna-laptop"}))),
        ("what did chatgpt say about it?", Cues(app=frozenset({"ChatGPT"}))),
        ("What stood in the tides file?", Cues(document=frozenset({"notes on tides.pdf"}))),
        ("On my laptop, in ChatGPT?", Cues(app=frozenset({"ChatGPT"}), device=frozenset({"anna-laptop"}))),
        ("I climbed towers and bought laptops", Cues()),
        ("", Cues()),
    ],
)
def test_a_question_names_places_in_its_own_words(question: str, cues: Cues) -> None:
    assert place_cues(question, KNOWN) == cues
    assert bool(cues) == (cues != Cues())


def test_a_place_agrees_with_the_parts_that_were_named() -> None:
    cues = place_cues("on my laptop, in ChatGPT", KNOWN)
    assert [cues.match(place) for place in KNOWN] == [0.5, 0.5, 0.0]
    assert Cues().match(LAPTOP) == 0.0


def test_a_place_is_told_in_words() -> None:
    assert told(LAPTOP) == "in the space Bergen, on anna-laptop, in Mneme"
    assert told(Place()) == ""


@given(st.text(max_size=80), st.lists(st.builds(Place, *[st.text(max_size=12)] * 4), max_size=4))
def test_no_text_and_no_name_make_it_fail(text: str, known: list[Place]) -> None:
    cues = place_cues(text, known)
    assert all(0 <= cues.match(place) <= 1 for place in known)
