"""Facts through the doors of memory: said, corrected, asked for, set right by hand, taken back, erased."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from app.bootstrap import Assistant
from app.core.errors import InputError
from app.core.types import NewMessage, Origin, Role
from app.memory.answer import By
from app.memory.facts import keeper
from app.memory.facts.keeper import FactKeeper
from tests.fakes import FakeClock

A_MONTH = timedelta(days=30)


def say(assistant: Assistant, clock: FakeClock, *texts: str) -> None:
    """Each in a conversation of its own, a month after the one before."""
    for text in texts:
        assistant.memory.begin(text, clock.now())
        clock.advance(A_MONTH)


def answer(assistant: Assistant, question: str, as_of: datetime | None = None) -> str:
    return assistant.memory.answer(question, as_of).words


def values(assistant: Assistant) -> list[str]:
    return [fact.value for fact in assistant.memory.facts.read()]


def test_a_correction_wins_from_that_moment(assistant: Assistant, clock: FakeClock) -> None:
    say(assistant, clock, "I live in Oslo.")
    assert answer(assistant, "Where do I live?") == "Oslo"
    moved = clock.now()
    say(assistant, clock, "No, I moved to Bergen.")
    assert answer(assistant, "Where do I live?") == "Bergen, since 13 April 2025"
    assert answer(assistant, "Where did I live?", moved - timedelta(days=1)).startswith("Oslo")
    assert answer(assistant, "Where did I live before Bergen?").startswith("Oslo")
    assert answer(assistant, "Where did I live before?").startswith("Oslo")
    assert answer(assistant, "Do I still live in Oslo?").startswith("no, Bergen")


def test_what_is_no_longer_so_is_marked_wherever_it_is_recalled(assistant: Assistant, clock: FakeClock) -> None:
    say(assistant, clock, "I live in Oslo.", "No, I moved to Bergen.")
    for found in (assistant.memory.recall("Oslo"), assistant.memory.search("Oslo")):
        remarks = {hit.span.text: hit.remark.words if hit.remark else "" for hit in found.hits}
        assert remarks["I live in Oslo."] == "no longer so since 13 April 2025; now: Bergen"
        assert remarks.get("No, I moved to Bergen.", "") == ""
    fact = assistant.memory.recall("Where do I live?").verdict.fact
    assert fact is not None and fact.words == "Bergen, since 13 April 2025"


@pytest.mark.parametrize(
    ("said", "question", "told"),
    [
        (["My sister's name is Anna.", "Anna works at Polaris."], "Where does my sister work?", "Polaris"),
        (["My sister Anna works at the library."], "Where does Anna work?", "the library"),
        (["Anna has a dog called Bella."], "What is Anna's dog called?", "Bella"),
        (["I work at Acme.", "I quit my job at Acme and joined Beta."], "Who did I work for before Beta?", "Acme"),
        (["I work as a nurse.", "I became a teacher."], "What was my job originally?", "nurse"),
        (["I drive a Volvo."], "Do I drive a Tesla?", "a Volvo"),
        (["I work at Acme.", "I quit my job at Acme."], "Where do I work?", "no longer Acme"),
        (["I'm allergic to nuts.", "I'm allergic to birch, too."], "What am I allergic to?", "birch and nuts"),
    ],
)
def test_questions_find_their_fact(
    assistant: Assistant, clock: FakeClock, said: list[str], question: str, told: str
) -> None:
    say(assistant, clock, *said)
    found = assistant.memory.answer(question)
    assert found.by is By.FACT
    assert found.words.startswith(told)


def test_a_month_is_asked_for(assistant: Assistant, clock: FakeClock) -> None:
    say(assistant, clock, "I work as a nurse.", "I became a teacher.", "I became a pilot.")
    assert answer(assistant, "What was my job in April?").startswith("teacher")


def test_without_a_fact_the_newest_memory_of_the_thing_answers(assistant: Assistant, clock: FakeClock) -> None:
    say(assistant, clock, "We use Trello boards for the allotment.", "The allotment now uses paper boards only.")
    found = assistant.memory.answer("Which boards do we use for the allotment?")
    assert (found.by, found.words) == (By.WORDS, "The allotment now uses paper boards only.")
    assert assistant.memory.answer("Which boards do we use for the allotment?", clock.now() - 2 * A_MONTH).words == (
        "We use Trello boards for the allotment."
    )


def test_a_colour_is_no_place(assistant: Assistant, clock: FakeClock) -> None:
    say(assistant, clock, "My bicycle is blue and stands behind the bakery.")
    assert assistant.memory.answer("Where does my bicycle stand?").by is not By.FACT
    assert answer(assistant, "What colour is my bicycle?").startswith("blue")


def test_a_question_for_a_date_is_answered_by_rule(assistant: Assistant, clock: FakeClock) -> None:
    say(assistant, clock, "We sailed to Bergen on 3 March 2025.")
    found = assistant.memory.answer("When did we sail to Bergen?")
    assert found.by is By.WHEN
    assert found.words.startswith("3 March 2025")


def test_an_empty_memory_has_no_answer(assistant: Assistant) -> None:
    assert (assistant.memory.answer("Where do I live?").by, answer(assistant, "Where do I live?")) == (By.NOTHING, "")


def test_only_the_person_states_facts_about_themselves(assistant: Assistant, clock: FakeClock) -> None:
    conversation, message = assistant.memory.begin("Hello there.", clock.now())
    for role in (Role.ASSISTANT, Role.TOOL, Role.SYSTEM):
        assistant.memory.record(NewMessage(conversation.id, role, "I live in Rome.", clock.now(), message.id))
    assistant.memory.record(
        NewMessage(conversation.id, Role.USER, "I live in Lund.", clock.now(), message.id, "Caroline", Origin.IMPORTED)
    )
    assert [fact.subject for fact in assistant.memory.facts.read()] == ["caroline"]
    assert FactKeeper(assistant.store, clock).extract_pending() == 0


def test_what_was_written_by_hand_outranks_what_is_derived(assistant: Assistant, clock: FakeClock) -> None:
    assistant.memory.remember("My dentist is Dr. Lunde.")
    clock.advance(A_MONTH)
    say(assistant, clock, "My dentist is Dr. Aas.")
    told = answer(assistant, "Who is my dentist?")
    assert told == "Dr. Lunde, as you wrote on 14 March 2025; on 13 April 2025 you said: Dr. Aas"
    assistant.memory.remember("My dentist is Dr. Vik.")
    assert answer(assistant, "Who is my dentist?").startswith("Dr. Vik")


def test_a_fact_is_set_right_by_hand_and_stays_so(assistant: Assistant, clock: FakeClock) -> None:
    say(assistant, clock, "I live in Oslo.")
    (fact,) = assistant.memory.facts.read()
    mended = assistant.memory.facts.correct(fact.id, "Bergen")
    assert mended.by_hand and mended.sources[-1].quote.endswith("Bergen")
    clock.advance(A_MONTH)
    say(assistant, clock, "I live in Oslo, as I said.")
    assert answer(assistant, "Where do I live?").startswith("Bergen")
    assert FactKeeper(assistant.store, clock).extract_pending() == 0
    with pytest.raises(InputError):
        assistant.memory.facts.correct(fact.id, "  ")
    with pytest.raises(InputError):
        assistant.memory.facts.correct(999, "Bergen")


def test_what_was_taken_back_does_not_come_back(
    assistant: Assistant, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(assistant, clock, "I live in Oslo.", "I moved to Bergen.")
    fact = next(fact for fact in assistant.memory.facts.read() if fact.value == "Bergen")
    assert assistant.memory.facts.forget(fact.id) == 1
    assert values(assistant) == ["Oslo"]
    monkeypatch.setattr(keeper, "VERSION", "rules of tomorrow")
    assert FactKeeper(assistant.store, clock).extract_pending() == 2
    assert values(assistant) == ["Oslo"]
    assistant.memory.facts.restore(fact.id)
    assert values(assistant) == ["Bergen"]


def test_reading_anew_gives_the_same_facts(
    assistant: Assistant, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(assistant, clock, "I drive a Volvo.", "I sold the Volvo and bought a Tesla.", "My sister Anna lives in Lund.")
    before = assistant.store.call(lambda store: store.facts.all())
    monkeypatch.setattr(keeper, "VERSION", "rules of tomorrow")
    stops = iter([True, False])
    job = FactKeeper(assistant.store, clock)
    assert job.waiting()
    assert job.extract_pending(lambda: next(stops)) == 3
    assert not job.waiting()
    assert assistant.store.call(lambda store: store.facts.all()) == before


def test_what_changed_in_the_background_is_in_the_diary_and_can_be_undone(
    assistant: Assistant, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("app.memory.recording.read_message", lambda store, message: [])
        say(assistant, clock, "I live in Oslo.", "I moved to Bergen.")
    assert values(assistant) == []
    assert FactKeeper(assistant.store, clock).extract_pending() == 2
    line = assistant.diary.lines()[0]
    assert line.text == "My home was “Oslo”; now it is “Bergen”."
    assert assistant.diary.undo(line.id)
    assert values(assistant) == ["Oslo"]


def test_a_fact_goes_with_the_last_of_its_words(assistant: Assistant, clock: FakeClock) -> None:
    say(assistant, clock, "I live in Oslo.", "I moved to Bergen.", "I live in Bergen.")

    def erase(message: int) -> None:
        assistant.store.write(lambda store: store._db.execute("DELETE FROM message WHERE id = ?", [message]))

    erase(2)
    assert values(assistant) == ["Bergen"]
    erase(3)
    assert values(assistant) == ["Oslo"]
    erase(1)
    assert values(assistant) == []
    assert assistant.store.call(lambda store: store._db.table("fact_reading").count) == 0


def test_a_fault_in_reading_loses_nobody_s_words(
    assistant: Assistant, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> list[object]:
        raise ZeroDivisionError

    monkeypatch.setattr("app.memory.facts.extract.Reader.read", fail)
    say(assistant, clock, "I live in Oslo.")
    assert assistant.memory.search("Oslo").hits[0].span.text == "I live in Oslo."


def test_facts_as_of_a_day_and_about_somebody(assistant: Assistant, clock: FakeClock) -> None:
    start = clock.now()
    say(assistant, clock, "I live in Oslo.", "I moved to Bergen.", "My sister Anna lives in Lund.")
    book = assistant.memory.facts
    assert [fact.value for fact in book.read(start + timedelta(days=1))] == ["Oslo"]
    assert [fact.value for fact in book.read(about="Anna")] == ["Anna"]
    assert [fact.value for fact in book.read(about="my sister")] == ["Lund", "Anna"]
    assert [fact.value for fact in book.read(past=True, about="home")] == ["Oslo", "Bergen", "Lund"]


def test_many_facts_do_not_slow_what_is_said(assistant: Assistant, clock: FakeClock) -> None:
    conversation, _ = assistant.memory.begin("Hello.", clock.now())
    said = [NewMessage(conversation.id, Role.USER, f"My locker number is {n}.", clock.now()) for n in range(300)]
    begun = time.process_time()
    assistant.memory.record_all(said)
    assert time.process_time() - begun < 30
    assert values(assistant) == ["299"]
    assert datetime.now(UTC) > clock.now()


def keys(assistant: Assistant) -> dict[str, int]:
    return {fact.value: fact.id for fact in assistant.memory.facts.read(past=True)}


def test_facts_that_say_the_same_become_one_and_part_again(assistant: Assistant, clock: FakeClock) -> None:
    say(assistant, clock, "I live in Oslo.", "My sister is called Anna.", "My favourite town is Oslo.")
    before = assistant.memory.facts.read(past=True)
    home, town = (next(fact for fact in before if fact.attribute == name) for name in ("home", "favourite town"))
    change = assistant.memory.facts.merge([home.id, town.id])
    after = assistant.memory.facts.read(past=True)
    assert {fact.attribute for fact in before} - {fact.attribute for fact in after} == {"favourite town"}
    assert [[source.id for source in fact.sources] for fact in after if fact.id == home.id] == [[home.id, town.id]]
    [line] = assistant.diary.lines(1)
    assert line.id == change and line.text.startswith("You merged") and "favourite town" in line.text
    assert answer(assistant, "Where do I live?").startswith("Oslo")
    assert assistant.diary.undo(change)
    assert assistant.memory.facts.read(past=True) == before


def test_a_merge_goes_with_what_it_was_merged_into(assistant: Assistant, clock: FakeClock) -> None:
    say(assistant, clock, "I live in Oslo.", "My favourite town is Oslo.")
    home, town = keys(assistant)["Oslo"], max(fact.id for fact in assistant.memory.facts.read())
    assistant.memory.facts.merge([home, town])
    source = next(fact for fact in assistant.memory.facts.read() if fact.id == home).sources[0].message_id
    assistant.eraser.erase([source])
    assert [fact.attribute for fact in assistant.memory.facts.read()] == ["favourite town"]


def test_merging_needs_two_facts_of_one_space(assistant: Assistant, clock: FakeClock) -> None:
    say(assistant, clock, "I live in Oslo.", "I work at Acme.")
    one, other = keys(assistant)["Oslo"], keys(assistant)["Acme"]
    with pytest.raises(InputError, match="two facts"):
        assistant.memory.facts.merge([one, one])
    with pytest.raises(InputError, match="no fact 99"):
        assistant.memory.facts.merge([one, 99])
    assistant.store.write(lambda store: store.spaces.create("Work"))
    source = next(fact for fact in assistant.memory.facts.read() if fact.id == other).sources[0].message_id
    assistant.steward.move([source], "Work")
    with pytest.raises(InputError, match="different spaces"):
        assistant.memory.facts.merge([one, other])


def test_many_are_taken_back_and_count_again(assistant: Assistant, clock: FakeClock) -> None:
    say(assistant, clock, "I live in Oslo.", "I work at Acme.")
    before = assistant.memory.facts.read()
    change = assistant.memory.facts.drop([fact.id for fact in before])
    assert assistant.memory.facts.read() == []
    assert "took back 2 facts" in assistant.diary.lines(1)[0].text
    assert assistant.diary.undo(change)
    assert assistant.memory.facts.read() == before
