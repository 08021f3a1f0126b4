from __future__ import annotations

from datetime import timedelta

import pytest

from app.bootstrap import Assistant
from app.memory.answer import By
from app.memory.telling.choose import SIGNALS, chosen
from app.memory.telling.features import FEATURES
from app.memory.telling.heirs import tells_change
from app.memory.telling.kin import stem
from app.memory.telling.lines import names_in
from app.memory.telling.wanted import Sort, holds, wanted
from tests.fakes import FakeClock
from tests.memory.test_facts import say


@pytest.mark.parametrize(
    ("question", "sort"),
    [
        ("When does the shop open?", Sort.TIME),
        ("Which day is choir?", Sort.DAY),
        ("How much is the gym?", Sort.MONEY),
        ("How old is Teo?", Sort.AGE),
        ("What time does the bus go?", Sort.CLOCK),
        ("How often does the nurse come?", Sort.OFTEN),
        ("What is the alarm code?", Sort.CODE),
        ("How much do I weigh?", Sort.LENGTH),
        ("What colour is the van?", Sort.COLOUR),
        ("Who looks after Mum?", Sort.WHO),
        ("Where is the spare key?", Sort.PLACE),
        ("What do I play in the band?", Sort.ANY),
    ],
)
def test_what_sort_of_value_a_question_asks_for(question: str, sort: Sort) -> None:
    assert wanted(question) is sort


@pytest.mark.parametrize(
    ("sort", "words", "held"),
    [
        (Sort.TIME, "Choir has swapped to Wednesdays.", True),
        (Sort.TIME, "The choir sings Bach.", False),
        (Sort.NUMBER, "They raised it to 35.", True),
        (Sort.NUMBER, "He works thirty hours.", True),
        (Sort.MONEY, "I take 50 mg at night.", False),
        (Sort.MONEY, "They raised it to 35.", True),
        (Sort.AGE, "Teo is nine years old.", True),
        (Sort.AGE, "The gym is 35 quid a month.", False),
        (Sort.CLOCK, "He comes at half past eight.", True),
        (Sort.CLOCK, "He comes on Mondays.", False),
        (Sort.CODE, "The alarm code is 7719.", True),
        (Sort.WHO, "My coach is Sunniva.", True),
        (Sort.WHO, "The coach is new.", False),
        (Sort.PLACE, "It hangs behind the door.", True),
        (Sort.COLOUR, "We painted it sage green.", True),
        (Sort.ANY, "", True),
    ],
)
def test_whether_words_hold_a_value_of_a_sort(sort: Sort, words: str, held: bool) -> None:
    assert holds(sort, words) is held


def test_names_and_verbs_are_read_as_they_are_written() -> None:
    assert names_in("We sold the Trek on Monday, Ines helped.") == {"Trek", "Ines"}
    assert stem("living") == stem("live") == stem("lived")
    assert tells_change("The gym has raised its price") and not tells_change("The gym is on the corner")


def test_no_lines_tell_nothing_and_every_feature_has_one_name() -> None:
    assert chosen("Where do I live?", None, []) is None
    assert len(set(FEATURES)) == len(FEATURES) and len(set(SIGNALS)) == len(SIGNALS)


@pytest.mark.parametrize(
    ("said", "question", "told", "before"),
    [
        (["GP put me on 50 mg of sertraline.", "The doctor put my sertraline up to 100 mg."],
         "How much sertraline do I take?", "100 mg", "50 mg"),
        (["The gym costs 29 pounds.", "The gym has raised its price to 35 pounds, cheeky."],
         "How much is the gym?", "35 pounds", "29"),
        (["Our wifi is with Plusnet.", "Ditched Plusnet, our wifi comes from Zen now."],
         "Who is our wifi with?", "Zen", "Plusnet"),
    ],
)  # fmt: skip
def test_what_was_said_of_a_change_since_answers(
    assistant: Assistant,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    said: list[str],
    question: str,
    told: str,
    before: str,
) -> None:
    monkeypatch.setattr("app.memory.answer.least", lambda: 0.0)  # made-up vectors have no meaning
    say(assistant, clock, *said)
    assert told in assistant.memory.answer(question).words
    earlier = assistant.memory.answer(question, clock.now() - timedelta(days=32)).words
    assert before in earlier and told not in earlier


def test_what_was_never_spoken_of_is_not_answered(assistant: Assistant, clock: FakeClock) -> None:
    say(assistant, clock, "The hens lay well this spring.", "I painted the fence white.")
    for question in ("Who is my dentist?", "What does Graham do for a living?", "How much is our broadband?"):
        assert assistant.memory.answer(question).by is By.NOTHING


def test_a_later_word_on_another_thing_leaves_a_fact_alone(assistant: Assistant, clock: FakeClock) -> None:
    say(assistant, clock, "My favourite colour is green.", "I work at Acme.", "We painted the kitchen orange.")
    found = assistant.memory.answer("What is my favourite colour?")
    assert (found.by, found.words) == (By.FACT, "green")


def test_words_that_state_what_is_no_longer_so_say_it(
    assistant: Assistant, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.memory.answer.least", lambda: 0.0)
    say(assistant, clock, "I live in Oslo with two cats.", "I moved to Bergen.")
    told = assistant.memory.answer("With how many cats?")
    assert told.by is By.WORDS and "two cats" in told.words and "now: Bergen" in told.words
