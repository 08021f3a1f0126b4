from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.memory.recall.query import parse_query

PEOPLE = ["Caroline", "Melanie", "Will", "José García"]


def test_the_words_are_those_that_mean_something() -> None:
    assert parse_query("What is the name of my DOG, the dog?").words == ("name", "dog")


def test_a_question_of_small_words_keeps_them() -> None:
    assert parse_query("Who are you?").words == ("who", "are", "you")


@pytest.mark.parametrize(
    ("text", "names", "meaning"),
    [
        ("What did Caroline paint?", {"Caroline"}, "What did paint?"),
        ("what did caroline paint", {"Caroline"}, "what did paint"),
        ("What is Melanie's job?", {"Melanie"}, "What is job?"),
        ("What is Melanie’s job?", {"Melanie"}, "What is job?"),
        ("Did Caroline meet Melanie?", {"Caroline", "Melanie"}, "Did meet ?"),
        ("When will it rain?", set(), "When will it rain?"),
        ("What does Will like?", {"Will"}, "What does like?"),
        ("Where does José live?", {"José García"}, "Where does live?"),
        ("A carolinean thing", set(), "A carolinean thing"),
        ("Caroline", {"Caroline"}, "Caroline"),
    ],
)
def test_people_who_are_asked_about_leave_the_meaning(text: str, names: set[str], meaning: str) -> None:
    query = parse_query(text, PEOPLE)
    assert (query.names, query.meaning) == (names, meaning)


def test_a_name_is_no_word_to_look_up_unless_it_is_all_there_is() -> None:
    assert parse_query("What did Caroline paint?", PEOPLE).words == ("paint",)
    assert parse_query("Caroline?", PEOPLE).words == ("caroline",)


@given(st.text(), st.lists(st.text(), max_size=3))
def test_any_text_and_any_names_can_be_taken_apart(text: str, names: list[str]) -> None:
    query = parse_query(text, names)
    assert query.text == text
    assert query.names <= set(names)
    assert all(word == word.lower() and word.strip() for word in query.words)
    assert len(set(query.words)) == len(query.words)
