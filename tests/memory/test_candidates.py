"""Gathering over a real store with a real index."""

from __future__ import annotations

from app.bootstrap import Assistant
from app.core.types import Role
from app.memory.recall.candidates import Candidate
from app.memory.recall.query import parse_query


def gathered(assistant: Assistant, question: str) -> dict[str, Candidate]:
    memory = assistant.memory
    memory.embed_pending()
    query = parse_query(question, (), assistant.clock.now())
    return {c.span.text: c for c in memory.gather(query, memory.embedded(query))}


def test_what_holds_an_asked_word_is_found_with_its_neighbours(assistant: Assistant) -> None:
    for text in ("First.", "The ferry leaves at nine.", "Good.", "Far away.", "Nothing."):
        assistant.memory.remember(text)
    found = gathered(assistant, "When does the ferry leave?")
    ferry = found["The ferry leaves at nine."]
    assert ferry.bm25 > 0
    assert ferry.coverage == 1.0
    assert ferry.before == "First."
    assert found["Good."].bm25 == 0
    assert found["Good."].around > 0
    assert found["Good."].coverage == 0.5


def test_words_are_matched_by_their_stems(assistant: Assistant) -> None:
    assistant.memory.remember("We adopted two dogs.")
    assert gathered(assistant, "adopting a dog")["We adopted two dogs."].coverage == 1.0


def test_each_sentence_is_a_fact_of_its_own(assistant: Assistant) -> None:
    assistant.memory.remember("It rained all day in Bergen and the sheep got wet. The blue kettle broke.")
    (found,) = gathered(assistant, "the blue kettle broke").values()
    assert found.fact > found.cosine > 0
    assert found.vector is not None


def test_a_question_of_a_time_alone_finds_what_was_said_then(assistant: Assistant) -> None:
    assistant.memory.remember("Sourdough.")
    assert "Sourdough." in gathered(assistant, "today")


def test_a_shared_name_leads_from_one_document_to_another(assistant: Assistant) -> None:
    memory = assistant.memory
    memory.remember("Ilkley mill\nThe founder of the Ilkley mill was Ermengarde Holt.")
    for number in range(40):
        memory.remember(f"Something else altogether, number {number}.")
    memory.remember("Ermengarde Holt\nAs a girl Ermengarde Holt lived in Whitby.")
    found = gathered(assistant, "Where did the founder of the Ilkley mill grow up?")
    assert found["Ermengarde Holt\nAs a girl Ermengarde Holt lived in Whitby."].graph > 0


def test_in_talk_names_lead_nowhere(assistant: Assistant) -> None:
    assistant.memory.remember("The founder of the Ilkley mill was Ermengarde Holt.")
    assistant.memory.remember("As a girl Ermengarde Holt lived in Whitby.")
    found = gathered(assistant, "Where did the founder of the Ilkley mill grow up?")
    assert {candidate.graph for candidate in found.values()} == {0.0}


def test_without_vectors_there_are_words(assistant: Assistant) -> None:
    assistant.memory.remember("The ferry leaves at nine.")
    query = parse_query("ferry", (), assistant.clock.now())
    (found,) = assistant.memory.gather(query, None)
    assert (found.cosine, found.fact, found.vector) == (0.0, 0.0, None)
    assert found.bm25 > 0
    assert found.span.role is Role.USER


def test_an_empty_store_has_no_candidates(assistant: Assistant) -> None:
    assert gathered(assistant, "anything at all in May") == {}
