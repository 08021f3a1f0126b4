from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.bench.when import when_f1
from app.bootstrap import build
from app.core.types import Hit, Span
from app.memory.recall.when import answer_when, asks_when
from app.runtime.host import EmbedHost
from tests.fakes import FakeClock, FakeModel

SAID = datetime(2023, 6, 9, 12, 0, tzinfo=UTC)  # a Friday


def hit(text: str, said: datetime = SAID, speaker: str = "", message: int = 1) -> Hit:
    span = Span(1, message, message, 0, len(text), id=message, text=text, said_at=said, speaker=speaker)
    return Hit(span, 1.0, ())


@pytest.mark.parametrize(
    ("question", "text", "words"),
    [
        ("When did I see the doctor?", "I saw the doctor yesterday.", "8 June 2023"),
        ("When did she give the talk?", "She gave a talk at school last week!", "the week before 9 June 2023"),
        ("When did we hike?", "We hiked two weekends ago", "two weekends before 9 June 2023"),
        ("When did I join?", "I joined last Saturday.", "the Saturday before 9 June 2023"),
        ("What day did I join?", "I joined last Saturday.", "3 June 2023"),
        ("When are you going to Rome?", "We fly to Rome next month.", "July 2023"),
        ("What year did I begin to surf?", "I began to surf five years ago", "2018"),
        ("In which month was the fair?", "The fair was on 3 May.", "May 2023"),
        ("When was the camp?", "I ran the camp last summer.", "summer 2022"),
        ("When was it built?", "It was built in early 2019", "early 2019"),
        ("When did I get the tattoo?", "I got the tattoo a few years ago", "a few years before 9 June 2023"),
        ("How long ago was my birthday?", "It was for my 18th birthday ten years ago", "10 years ago"),
        ("How long have I known them?", "I've known them for 4 years now", "4 years, since 2019"),
        ("When did I get the dog?", "We've had the dog for 3 years now", "2020"),
        ("When did I open the shop?", "My shop is open!", "9 June 2023"),
    ],
)
def test_a_date_is_told_as_a_person_would_tell_it(question: str, text: str, words: str) -> None:
    found = answer_when(question, [hit(text)])
    assert found is not None
    assert found.words == words
    assert found.text in text


def test_the_time_that_speaks_of_the_event_is_taken_from_among_the_hits() -> None:
    hits = [
        hit("Hi! I lost my keys yesterday.", message=1),
        hit("Last week my grandmother died.", message=20, speaker="Ada"),
        hit("Tomorrow I bake.", message=40),
    ]
    found = answer_when("When did Ada's grandmother die?", hits)
    assert found is not None
    assert (found.hit, found.text) == (hits[1], "Last week")
    assert (found.first, found.last) == (date(2023, 5, 29), date(2023, 6, 4))


def test_a_time_said_one_message_away_counts_for_what_it_belongs_to() -> None:
    hits = [hit("The hike to Galdhøpiggen was great", message=7), hit("I was away last weekend.", message=5)]
    found = answer_when("When was the hike to Galdhøpiggen?", hits)
    assert found is not None
    assert found.words == "the weekend before 9 June 2023"


def test_a_time_in_the_question_chooses_between_two_events() -> None:
    hits = [hit("We camped yesterday"), hit("We camped yesterday", datetime(2023, 3, 2, tzinfo=UTC), message=50)]
    found = answer_when("When did we camp in March?", hits)
    assert found is not None
    assert found.first == date(2023, 3, 1)


def test_how_long_ago_is_counted_from_the_moment_of_asking() -> None:
    found = answer_when("How long ago did I move?", [hit("I moved last year")], datetime(2026, 1, 1, 12, tzinfo=UTC))
    assert found is not None
    assert found.words == "4 years ago"


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?",
        "What did I cook?",
        "When I was in Rome, what did I eat?",
        "How long did it take?",
        "Where was I when it rained?",
    ],
)
def test_other_questions_get_no_date(question: str) -> None:
    assert not asks_when(question)
    assert answer_when(question, [hit("I cooked yesterday")]) is None


@pytest.mark.real
def test_what_is_recalled_with_the_real_embedder_gives_the_date(data_dir: Path, embed_host: EmbedHost) -> None:
    clock = FakeClock(SAID)
    with build(data_dir, background=False, clock=clock, model=FakeModel(), embedder=embed_host) as assistant:
        assistant.memory.remember("I gave the talk about lighthouses in Oslo last Saturday.")
        assistant.memory.remember("My sister was here yesterday, and we repaired the boat.")
        clock.advance(timedelta(days=300))
        recall = assistant.memory.recall("When did I speak about lighthouses?")
        found = answer_when(recall.query, recall.hits, clock.now())
    assert found is not None
    assert (found.words, found.first) == ("the Saturday before 9 June 2023", date(2023, 6, 3))


def test_nothing_recalled_is_nothing_answered() -> None:
    assert answer_when("When did I move?", []) is None


def test_f1_counts_words_as_squad_does() -> None:
    assert when_f1("the week before 9 June 2023", "The week before 9June, 2023.") == 1
    assert when_f1("June 2023", "7 June 2023") == pytest.approx(0.8)
    assert when_f1("2022", "2023") == 0
    assert when_f1("", "") == 1
