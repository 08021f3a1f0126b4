"""Folding, linking and gathering as rules, without a store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.types import Origin, Role, Span
from app.memory.consolidation.folding import exemplar, says_the_same
from app.memory.consolidation.gathering import Line, gist, label, lines_of, middle, sentence, telling, theme_for
from app.memory.consolidation.linking import ALIKE, EACH, alike, faded, together
from app.storage.links import Link, Reason

NOW = datetime(2025, 3, 14, 9, 0, tzinfo=UTC)


def span(text: str, key: int = 1, day: int = 0, **fields: object) -> Span:
    made = {"conversation_id": 1, "first_message_id": key, "last_message_id": key, "start": 0, "end": len(text)}
    return Span(**made | {"id": key, "text": text, "said_at": NOW + timedelta(days=day)} | fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("My sister Ida plays the cello.", "My sister Ida plays the cello!", True),
        ("My sister Ida plays the cello.", "my sister Ida plays the cello", True),
        ("I have two cats and a dog.", "I have three cats and a dog.", False),
        ("The code is 4711.", "The code is 4712.", False),
        ("I like the cello very much.", "I don't like the cello very much.", False),
        ("I do eat meat.", "I do not eat meat.", False),
        ("My sister Ida plays the cello.", "My sister Eva plays the cello.", False),
        ("I ran five miles today.", "I ran five miles today.", False),
        ("I was born on 3 May 1990.", "I was born on 3 May 1990.", True),
    ],
)
def test_only_what_says_the_same_is_folded(one: str, other: str, same: bool) -> None:
    assert says_the_same(span(one), span(other, 2, day=1)) is same


def test_another_voice_or_a_note_by_hand_stands_for_itself() -> None:
    said = span("The key is under the pot.")
    for fields in ({"role": Role.ASSISTANT}, {"speaker": "Ida"}, {"origin": Origin.REMEMBERED}):
        assert not says_the_same(said, span("The key is under the pot.", 2, **fields))
        assert not says_the_same(span("The key is under the pot.", 2, **fields), said)


def test_the_nearest_is_the_exemplar_and_of_equals_the_first() -> None:
    new = span("The key is under the pot.", 9)
    earlier = [(span("The key is under the pot.", key), cosine) for key, cosine in ((3, 0.97), (2, 0.99), (5, 0.99))]
    assert exemplar(new, earlier) == (2, 0.99)
    assert exemplar(new, [(span("The key is under the pot."), 0.9)]) is None


def test_links_lead_to_the_nearest_of_other_conversations() -> None:
    earlier = [(span("a", key, conversation_id=2), ALIKE + key / 100) for key in range(1, 7)]
    earlier += [(span("b", 8, conversation_id=1), 0.9), (span("c", 7, conversation_id=2), ALIKE - 0.01)]
    found = alike(span("new", 9, conversation_id=1), earlier, NOW)
    assert [link.a_id for link in found] == [6, 5, 4][:EACH]
    assert {link.b_id for link in found} == {9}


def test_what_is_recalled_together_is_linked_more_firmly_and_fades_otherwise() -> None:
    first = together([], [3, 1, 3], NOW)
    assert first == [Link(1, 3, Reason.TOGETHER, 0.25, NOW)]
    again = together(first, [1, 3], NOW)
    assert again[0].weight == pytest.approx(0.4375)
    assert faded(again[0], NOW + timedelta(days=60)) == pytest.approx(0.21875)
    assert faded(Link(1, 3, Reason.ALIKE, 0.7, NOW), NOW + timedelta(days=600)) == 0.7


@given(st.lists(st.integers(0, 400), max_size=30))
def test_a_weight_stays_between_0_and_1(gaps: list[int]) -> None:
    links, at = [Link(1, 2, Reason.TOGETHER, 0.0, NOW)], NOW
    for gap in gaps:
        at += timedelta(days=gap)
        links = together(links, [1, 2], at)
        assert 0 < links[0].weight < 1


def _line(key: int, *values: float) -> Line:
    vector = np.array(values, dtype=np.float32)
    return Line(key, vector / np.linalg.norm(vector))


def test_lines_are_central_and_do_not_repeat_each_other() -> None:
    lines = [_line(1, 1, 0, 0), _line(2, 1, 0.01, 0), _line(3, 1, 1, 0), _line(4, 1, 0, 1)]
    chosen = [line.span_id for line in lines_of(lines, 3)]
    assert len({1, 2} & set(chosen)) == 1
    assert {3, 4} <= set(chosen)
    assert len(gist(lines * 3)) == 3
    assert lines_of([]) == []


def test_an_episode_goes_to_the_nearest_theme_or_to_none() -> None:
    themes = {7: middle([_line(1, 1, 0)]), 8: middle([_line(2, 0, 1)])}
    found = theme_for(middle([_line(3, 1, 0.1)]), themes)
    assert found is not None
    assert found[0] == 7
    assert theme_for(middle([_line(3, -1, 0)]), themes) is None
    assert theme_for(middle([_line(3, 1, 0)]), {}) is None


def test_a_summary_quotes_and_a_label_names_what_is_rare() -> None:
    assert sentence("Really? I paint every Sunday in the park. Yes.") == "I paint every Sunday in the park."
    assert sentence("word " * 100, 30).endswith("…")
    assert sentence("") == ""
    assert not telling("Why did you do that to me?")
    assert (
        label(["pottery", "really", "pottery", "clay"], lambda word: 90 if word == "really" else 2, 100, 2)
        == "pottery and clay"
    )
