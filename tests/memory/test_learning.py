"""What is opened moves recall, on a store as it is; the switch and the way back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.bootstrap import Assistant, build
from app.core.types import Message, Recall
from app.memory.recall.features import STAGES
from app.runtime.host import EmbedHost
from tests.fakes import FakeClock, FakeModel

SHIPPED = dict.fromkeys(STAGES, 1.0)


def asked(assistant: Assistant, text: str = "Where is the spare key?") -> tuple[Message, Recall]:
    """A question that is shown two memories, as a session does it."""
    memory = assistant.memory
    for note in ("The spare key lies under the flower pot.", "Keys of old pianos are of ivory.", "It rained."):
        memory.remember(note)
    question = memory.begin(text, assistant.clock.now())[1]
    found = memory.recall(text, 3, without={question.id})
    memory.store.write(
        lambda store: store.recalls.log(question.id, found.hits, found.by_meaning, assistant.clock.now())
    )
    memory.learning.note_shown(question.id, found.hits)
    return question, found


def test_opening_a_memory_moves_what_counts_and_forgetting_it_moves_it_back(assistant: Assistant) -> None:
    learning = assistant.memory.learning
    question, found = asked(assistant)
    assert learning.factors() == SHIPPED
    assert learning.note_opened(question.id, found.hits[-1].span.id)
    moved = learning.factors()
    assert moved != SHIPPED
    assert learning.reranker() != assistant.memory.reranker
    assert learning.forget() == 1
    assert learning.factors() == SHIPPED
    assert learning.reranker() == assistant.memory.reranker


def test_a_dismissed_memory_speaks_against_what_brought_it(assistant: Assistant) -> None:
    learning = assistant.memory.learning
    question, found = asked(assistant)
    span = found.hits[0].span.id
    learning.note_opened(question.id, span)
    liked = learning.factors()
    learning.note_dismissed(question.id, span)
    assert learning.count() == 1
    disliked = learning.factors()
    assert any((liked[stage] - 1) * (disliked[stage] - 1) < 0 for stage in STAGES)


def test_a_reply_that_uses_a_memory_cites_it_unless_the_user_has_said_something(assistant: Assistant) -> None:
    learning = assistant.memory.learning
    question, found = asked(assistant)
    reply = "Look under the flower pot."
    assert learning.note_cited(question.id, question.text, reply) == 1
    assert learning.note_cited(question.id, question.text, "I do not know.") == 0
    cited = learning.factors()
    pot = next(hit.span.id for hit in found.hits if "pot" in hit.span.text)
    learning.note_dismissed(question.id, pot)
    assert learning.note_cited(question.id, question.text, reply) == 0
    assert learning.factors() != cited


def test_erasing_the_memory_takes_what_was_learned_from_it(assistant: Assistant) -> None:
    learning = assistant.memory.learning
    question, found = asked(assistant)
    opened = found.hits[0].span
    learning.note_opened(question.id, opened.id)
    assert learning.factors() != SHIPPED
    assistant.store.write(lambda store: store.spans.remove_of(opened.first_message_id))
    assert learning.factors() == SHIPPED


def test_another_process_that_learned_is_followed(assistant: Assistant, model: FakeModel, clock: FakeClock) -> None:
    question, found = asked(assistant)
    with build(assistant.data.root, background=False, clock=clock, model=model) as other:
        other.memory.learning.note_opened(question.id, found.hits[-1].span.id)
        assert assistant.memory.learning.factors() == other.memory.learning.factors() != SHIPPED


def test_off_means_that_nothing_is_noted_and_that_the_shipped_weights_rank(assistant: Assistant) -> None:
    learning = assistant.memory.learning
    question, found = asked(assistant)
    learning.note_opened(question.id, found.hits[-1].span.id)
    assistant.change(replace(assistant.settings, learn=False))
    assert learning.reranker() == assistant.memory.reranker
    other, shown = asked(assistant, "What did I say of the rain?")
    assert not learning.note_opened(other.id, shown.hits[0].span.id)
    assert not learning.note_dismissed(question.id, found.hits[0].span.id)
    assert learning.note_cited(question.id, question.text, "Under the flower pot.") == 0
    assistant.change(replace(assistant.settings, learn=True))
    assert learning.count() == 1


def test_what_was_never_shown_cannot_be_opened(assistant: Assistant) -> None:
    question, _ = asked(assistant)
    assert not assistant.memory.learning.note_opened(question.id, 999)
    assert not assistant.memory.learning.note_opened(999, 1)
    assert assistant.memory.learning.note_cited(999, "Where?", "Under the flower pot.") == 0


@pytest.mark.real
def test_one_click_is_learned_with_the_real_embedder_and_costs_nothing(
    assistant: Assistant, embed_host: EmbedHost, model: FakeModel, clock: FakeClock
) -> None:
    assistant.close()
    with build(assistant.data.root, background=False, clock=clock, model=model, embedder=embed_host) as real:
        question, before = asked(real)
        assert before.by_meaning
        real.memory.learning.note_opened(question.id, before.hits[-1].span.id)
        assert real.memory.learning.factors() != SHIPPED
        after = real.memory.recall(question.text, 3, without={question.id})
        assert [hit.span.id for hit in after.hits] == [hit.span.id for hit in before.hits]


def test_a_reply_in_a_chat_is_learned_from(assistant: Assistant, model: FakeModel) -> None:
    assistant.memory.remember("The spare key lies under the flower pot.")
    assistant.memory.remember("The car key hangs beside the door.")
    model.enqueue("Under the flower pot.")
    list(assistant.session.ask("Where is the spare key?"))
    assert assistant.memory.learning.count() == 1
