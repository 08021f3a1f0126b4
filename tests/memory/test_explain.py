from __future__ import annotations

import pytest

from app.core.types import Origin, Role, Span
from app.memory.recall.candidates import Candidate
from app.memory.recall.explain import matching_words, reasons
from app.memory.recall.query import parse_query


def told(text: str, question: str, cosine: float = 0.0, **fields: object) -> tuple[str, ...]:
    span = Span(1, 1, 1, 0, len(text), id=1, text=text, **fields)
    query = parse_query(question, [span.speaker] if span.speaker else [])
    return reasons(Candidate(1, 1, span.speaker, span.role, (), cosine), span, query)


@pytest.mark.parametrize(
    ("fields", "who"),
    [
        ({}, "said by you"),
        ({"speaker": "Ann"}, "said by Ann"),
        ({"origin": Origin.REMEMBERED}, "you asked me to remember it"),
        ({"origin": Origin.IMPORTED}, "said by you · imported"),
        ({"role": Role.ASSISTANT}, "said by the assistant"),
        ({"role": Role.TOOL, "speaker": "python"}, "output of python"),
        ({"role": Role.TOOL}, "output of a tool"),
        ({"role": Role.ASSISTANT, "origin": Origin.IMPORTED}, "said by the assistant · imported"),
    ],
)
def test_the_first_reason_is_who_said_it(fields: dict[str, object], who: str) -> None:
    assert told("Boats sail", "boats", **fields)[0] == who


def test_shared_words_are_named_as_they_stand() -> None:
    assert told("The dogs were running fast", "Does the dog run?") == ("said by you", "has dogs, running")


def test_closeness_in_meaning_is_a_reason() -> None:
    assert told("A puppy", "hound", cosine=0.4) == ("said by you", "close in meaning")


def test_a_person_who_is_asked_about_is_a_reason() -> None:
    assert "asked about Ann" in told("I sail", "Where does Ann sail?", speaker="Ann")


def test_what_came_with_its_neighbour_says_so() -> None:
    assert told("Yes.", "boats") == ("said by you", "said beside a match")


def test_no_word_matches_a_question_of_none() -> None:
    assert matching_words("anything", ()) == []
