from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.types import Message, Role
from app.memory.segmentation.turns import MAX_PASSAGE, by_turn, passages

TEXTS = st.text(st.sampled_from("ab é猫👩‍🚀.!。\n \t"), max_size=400)


@given(TEXTS, st.integers(2, 60))
def test_passages_hold_every_character_in_order_within_the_limit(text: str, limit: int) -> None:
    cut = list(passages(text, limit))
    assert all(0 < end - start <= limit for start, end in cut)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(cut))
    joined = "".join(text[start:end] for start, end in cut)
    assert "".join(joined.split()) == "".join(text.split())


@given(TEXTS)
def test_no_passage_is_only_white_space(text: str) -> None:
    assert all(text[start:end].strip() for start, end in passages(text, 10))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One sentence. Another one follows. And a third, too", "One sentence. Another one follows. "),
        ("Some words here\nand a line. More of the same line", "Some words here\nand a line. "),
        ("First paragraph is long\n\nsecond. Third sentence here", "First paragraph is long\n\n"),
        ("これは長い文章です。次の文章です。" * 3, "これは長い文章です。次の文章です。" * 2),
        ("x" * 60, "x" * 40),
    ],
)
def test_a_long_text_is_cut_at_its_widest_break(text: str, first: str) -> None:
    start, end = next(passages(text, 40))
    assert text[start:end] == first


def test_a_long_paste_is_cut_whole() -> None:
    text = "word " * 200_000
    assert sum(end - start for start, end in passages(text)) == len(text)


def message(text: str, role: Role = Role.USER) -> Message:
    return Message(7, role, text, datetime(2025, 1, 1, tzinfo=UTC), id=3)


def test_a_turn_is_one_span_of_its_message() -> None:
    [span] = by_turn([message("Hello there")])
    assert (span.conversation_id, span.first_message_id, span.last_message_id) == (7, 3, 3)
    assert (span.start, span.end) == (0, 11)


def test_a_long_turn_becomes_several_spans() -> None:
    assert len(by_turn([message("A sentence of words. " * 120)])) >= 120 * 21 // MAX_PASSAGE


def test_prompts_and_empty_messages_are_no_memories() -> None:
    assert by_turn([message("Be brief.", Role.SYSTEM), message(" \n ")]) == []


def test_words_of_tools_and_assistants_are_memories() -> None:
    assert len(by_turn([message("42", Role.TOOL), message("It is 42.", Role.ASSISTANT)])) == 2
