"""Made-up talk is the same for the same seed, as much as was asked for, and spread as words are."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from app.bench.talk import talks


@settings(max_examples=20)
@given(st.integers(0, 400), st.integers(0, 5))
def test_there_are_as_many_messages_as_asked_for_and_the_same_each_time(messages: int, seed: int) -> None:
    found = list(talks(messages, seed))
    assert sum(len(talk.texts) for talk in found) == messages
    assert found == list(talks(messages, seed))


def test_talk_is_varied_in_order_of_time_and_keeps_to_its_subject() -> None:
    found = list(talks(5_000))
    texts = [text for talk in found for text in talk.texts]
    assert len(set(texts)) > 0.97 * len(texts)
    assert not any("{" in text for text in texts)
    assert [talk.began for talk in found] == sorted(talk.began for talk in found)
    names = [len(set(re.findall(r"(?<=[a-z] )[A-Z]\w+", " ".join(talk.texts)))) for talk in found]
    assert max(names) < 60  # days, months and qualities among them


def test_names_have_a_long_tail() -> None:
    words = Counter(re.findall(r"(?<=[a-z] )[A-Z]\w+", " ".join(text for talk in talks(20_000) for text in talk.texts)))
    counts = sorted(words.values(), reverse=True)
    assert len(counts) > 2_000
    assert counts[60] > 5 * counts[1_000] > 0
