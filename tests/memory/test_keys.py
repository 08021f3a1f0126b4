from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.memory.recall.keys import facts, key_texts


@pytest.mark.parametrize(
    ("said", "fact"),
    [
        ("I moved here from Sweden.", "Ann moved here from Sweden."),
        ("I'm a counsellor now.", "Ann is a counsellor now."),
        ("I’ve got two cats, they love me.", "Ann has got two cats, they love Ann."),
        ("My sister lives in Lund.", "Ann's sister lives in Lund."),
        ("You told me about your dog.", "Ben told Ann about Ben's dog."),
        ("Your idea is yours, not mine.", "Ben's idea is Ben's, not Ann's."),
        ("In May it rained in Ilkley.", "In May it rained in Ilkley."),
    ],
)
def test_i_and_you_become_names(said: str, fact: str) -> None:
    assert facts(said, "Ann", "Ben") == [fact]


def test_a_turn_has_a_fact_for_each_sentence_that_says_something() -> None:
    assert facts("Hi! I sing. \nYou dance a lot, don't you?", "Ann", "Ben") == ["Ben dance a lot, don't Ben?"]


def test_people_without_a_name_stay_i_and_you() -> None:
    assert facts("I told you about my dog.") == ["I told you about my dog."]


def test_the_first_key_is_the_turn_after_what_was_said_before_it() -> None:
    assert key_texts("Yes, in June.", "Did you sail?", "", "")[0] == "Did you sail? Yes, in June."
    assert key_texts("Yes, in June.", "", "", "")[0] == "Yes, in June."


@given(st.text(max_size=3_000), st.sampled_from(["", "Ann", r"A\1{}"]), st.sampled_from(["", "Ben"]))
def test_any_text_has_at_most_twelve_facts(text: str, speaker: str, listener: str) -> None:
    found = facts(text, speaker, listener)
    assert len(found) <= 12
    assert all(found)
