from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.core.types import Origin, Role, Span
from app.memory.recall.candidates import Candidate
from app.memory.recall.explain import explained, matching_words, reasons
from app.memory.recall.query import parse_query

NOON = datetime(2023, 6, 5, 12, tzinfo=UTC)


def told(text: str, question: str, scores: dict[str, float] | None = None, **fields: object) -> tuple[str, ...]:
    span = Span(1, 1, 1, 0, len(text), id=1, text=text, said_at=NOON, **fields)
    query = parse_query(question, [span.speaker] if span.speaker else [], NOON)
    return reasons(Candidate(span, **(scores or {})), query)


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
    assert told("A puppy", "hound", {"cosine": 0.4}) == ("said by you", "close in meaning")


def test_a_person_who_is_asked_about_is_a_reason() -> None:
    assert "asked about Ann" in told("I sail", "Where does Ann sail?", speaker="Ann")


def test_what_came_with_its_neighbour_says_so() -> None:
    assert told("Yes.", "boats") == ("said by you", "said beside a match")


def test_no_word_matches_a_question_of_none() -> None:
    assert matching_words("anything", ()) == []


def test_a_fact_that_is_close_counts_as_close() -> None:
    assert told("A puppy. And more.", "hound", {"fact": 0.4}) == ("said by you", "close in meaning")


def test_meaning_may_come_from_what_was_said_before() -> None:
    assert told("Yes, two.", "hounds", {"context": 0.4})[1] == "close in meaning with what was said before it"


def test_a_time_that_is_asked_about_is_a_reason() -> None:
    assert told("We sailed last Friday.", "Where was I on 2 June 2023?")[1] == "tells of “last Friday”"
    assert told("We sailed.", "What happened on 5 June 2023?")[1] == "said on 5 June 2023"
    assert told("We sailed.", "What happened in May 2022?") == ("said by you", "said beside a match")


def test_a_name_that_led_here_is_a_reason() -> None:
    assert told("Ermengarde died in Tours.", "boats", {"graph": 0.01})[1].startswith("names somebody")


def test_the_parts_of_the_score_come_with_the_hit_the_most_telling_first() -> None:
    candidate = Candidate(Span(1, 1, 1, 0, 1, id=1), score=1.5, parts={"words": 0.5, "meaning": -1.0})
    assert explained(candidate, parse_query("boats")).parts == (("meaning", -1.0), ("words", 0.5))
