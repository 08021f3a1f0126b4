from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.memory.gist import LONGEST, gist
from app.memory.salience import Signs, salience, signs_of

shares = st.floats(-2, 3)


def test_small_talk_stands_out_by_nothing() -> None:
    assert salience(signs_of(["Good morning.", "What is the weather like?"])) == 0


@pytest.mark.parametrize(
    "text",
    [
        "Remember that the key is under the pot.",
        "Please don't forget: Tuesday.",
        "Note that I am allergic.",
        "Nicht vergessen: Milch!",
    ],
)
def test_being_asked_to_remember_counts_most(text: str) -> None:
    assert salience(signs_of([text])) >= 0.6


@pytest.mark.parametrize("text", ["I remember the beach.", "Do you remember?", "I forget his name."])
def test_to_speak_of_remembering_is_not_to_ask_for_it(text: str) -> None:
    assert signs_of([text]).asked == 0


def test_feeling_surprise_and_repetition_count() -> None:
    plain = salience(signs_of(["My cousin got a new flat."]))
    assert salience(signs_of(["My grandmother died, I cried all night!"])) > plain
    assert salience(signs_of(["My cousin got a new flat."], surprise=2.5)) > plain
    assert salience(signs_of(["My cousin got a new flat."], repeated=2)) > plain


@given(shares, shares, shares, shares, st.sampled_from(["surprise", "feeling", "asked", "repeated"]))
def test_more_of_any_sign_never_lowers_it(a: float, b: float, c: float, d: float, name: str) -> None:
    signs = Signs(a, b, c, d)
    more = Signs(**{field: getattr(signs, field) + 0.5 * (field == name) for field in Signs.__slots__})
    assert 0 <= salience(signs) <= salience(more) <= 1


def test_a_short_text_is_its_own_gist() -> None:
    assert gist("  The key is\n under the pot. ") == "The key is under the pot."


def test_the_gist_of_a_long_text_is_what_tells_most() -> None:
    text = (
        "Well, you know how it goes. We talked and talked and did not get anywhere at all with it, as so often. "
        "Ida moves to Graz on 14 September 2024. And then we had some tea, and it was late when we got home. "
        "Her phone number there is 0316 4711."
    )
    assert gist(text) == "Ida moves to Graz on 14 September 2024. … Her phone number there is 0316 4711."


@given(st.text(max_size=2_000))
def test_a_gist_is_never_much_longer_than_told_and_its_own_gist(text: str) -> None:
    found = gist(text)
    assert len(found) <= LONGEST + 60
    assert gist(text) == found
    assert bool(found) == bool(text.split())
