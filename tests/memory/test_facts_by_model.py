"""Facts that a chat model reads: what is believed of its answers, whether it is able, and when it is asked at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from app.bootstrap import Assistant
from app.core.errors import ModelStopped, ModelTooLarge
from app.core.facts import ME
from app.core.types import NewMessage, Role
from app.memory.facts import by_model, keeper
from app.memory.facts.able import AbleReader, told
from app.memory.facts.clauses import Scene
from app.memory.facts.extract import Reader
from app.memory.facts.keeper import FactKeeper
from app.memory.facts.probe import hopeless, judged, probes
from app.runtime.host import ChatHost
from tests.fakes import FakeClock, FakeWriter

THEN = datetime(2025, 1, 1, tzinfo=UTC)
ATTIC = "Home, for three winters now, is a creaky attic in Reykjavik."
VET = "The vet laughed at Pickles, my hedgehog. Is there a better one?"


def fact(subject: str, predicate: str, value: str, quote: str) -> dict[str, str]:
    return {"subject": subject, "predicate": predicate, "object": value, "quote": quote}


def able(text: str) -> str:
    """Answers the probe as it should be, and knows what ATTIC and VET state."""
    known = {
        ATTIC: [fact("me", "home", "Reykjavik", "a creaky attic in Reykjavik")],
        VET: [fact("me", "pet", "Pickles", "Pickles, my hedgehog")],
    }
    for probe in probes():
        known[probe.message] = [
            fact(
                f"my {subject[3:]}" if "/" in subject else subject,
                predicate,
                value.split("|")[0],
                probe.message.rstrip("."),
            )
            for subject, predicate, value in probe.states
        ]
    return json.dumps(known.get(text, []))


def lying(text: str) -> str:
    return json.dumps([fact("me", "home", "Atlantis", "I live in Atlantis")])


def reader(assistant: Assistant, clock: FakeClock, model: FakeWriter) -> AbleReader:
    return AbleReader(assistant.store, clock, model)


def values(assistant: Assistant) -> list[str]:
    return [fact.value for fact in assistant.memory.facts.read()]


def believed(text: str, *facts: dict[str, str]) -> list[tuple[str, str, str]]:
    said = by_model.believed(json.dumps(facts), text, THEN, ME)
    return [(one.subject, one.attribute, one.value) for one in said]


def test_what_stands_there_is_believed_as_it_stands() -> None:
    text = "Long day.\nMy sister keeps  bees and earns her bread at Brioche & Co. Bye!"
    quote = "my SISTER keeps bees and earns her bread at brioche & co"
    (said,) = by_model.believed(json.dumps([fact("my sister", "employer", "brioche & co", quote)]), text, THEN, ME)
    assert (said.subject, said.attribute, said.value) == ("me/sister", "employer", "brioche & co")
    assert text[said.start : said.end] == "My sister keeps  bees and earns her bread at Brioche & Co."
    assert said.by_model


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (ATTIC, fact("me", "home", "Reykjavik", "I live in Reykjavik")),
        (ATTIC, fact("me", "home", "Oslo", "a creaky attic in Reykjavik")),
        (ATTIC, fact("me", "home", "Reyk", "a creaky attic in Reykjavik")),
        (ATTIC, fact("me", "mood", "creaky", "a creaky attic in Reykjavik")),
        (ATTIC, fact("my sister", "home", "Reykjavik", "a creaky attic in Reykjavik")),
        (ATTIC, fact("me", "home", "", "")),
        (ATTIC, {"subject": "me"}),
        ("Is home a creaky attic in Reykjavik?", fact("me", "home", "Reykjavik", "a creaky attic in Reykjavik")),
        ("> home is an attic in Reykjavik", fact("me", "home", "Reykjavik", "an attic in Reykjavik")),
        ('He wrote "home is Reykjavik" there.', fact("me", "home", "Reykjavik", "home is Reykjavik")),
        ("If home were Reykjavik I'd freeze.", fact("me", "home", "Reykjavik", "home were Reykjavik")),
        ("Home isn't Reykjavik.", fact("me", "home", "Reykjavik", "Home isn't Reykjavik")),
        ("Home is where Mum is.", fact("me", "home", "where Mum is", "Home is where Mum is")),
    ],
)
def test_whatever_fails_a_check_is_dropped(text: str, wrong: dict[str, str]) -> None:
    assert believed(text, wrong) == []


@pytest.mark.parametrize("answer", ["", "[", "{}", "null", "[1, [], null]", '"words"', "\\u0000"])
def test_an_answer_that_is_no_list_of_facts_is_dropped(answer: str) -> None:
    assert by_model.believed(answer, ATTIC, THEN, ME) == []


def test_the_predicates_are_those_of_the_rules() -> None:
    from app.memory.facts.rules import CHANGES, RULES

    groups = {name for rule in (*RULES, *CHANGES) for name in rule.pattern.groupindex}
    known = {name.removeprefix("add_").replace("_", " ") for name in groups}
    assert set(by_model.KINDS) <= known


def test_the_rules_are_silent_on_the_probe_and_half_of_it_states_nothing() -> None:
    for probe in probes():
        assert Reader(lambda _: [], Scene(ME)).read(1, probe.message, THEN) == []
    assert sum(not probe.states for probe in probes()) == len(probes()) / 2 == 8
    assert "Reykjavik" not in json.dumps(by_model.prompt("")[0].text)


def test_the_probe_tells_the_able_from_the_inept() -> None:
    good = [able(probe.message) for probe in probes()]
    assert (judged(good).able, judged(good).precision, judged(good).recall) == (True, 1.0, 1.0)
    assert not judged(good[:-1]).able
    assert not hopeless(good[:3])
    silent = ["[]"] * len(probes())
    assert (judged(silent).able, judged(silent).recall) == (False, 0.0)
    assert hopeless(silent[:8])
    question = probes()[1].message
    false = json.dumps([fact("me", "home", "Helsinki", "cold in Helsinki")])
    assert question.endswith("?") and judged([good[0], false]).precision == 1.0  # the checks catch it
    opinion = next(n for n, probe in enumerate(probes()) if probe.message.startswith("Honestly"))
    wrong = [*good]
    wrong[opinion] = json.dumps([fact("me", "reading", "Honestly", "Honestly, remote work")])
    assert not judged(wrong).able
    assert hopeless(wrong[: opinion + 1])


def test_an_able_model_reads_where_the_rules_are_silent(assistant: Assistant, clock: FakeClock) -> None:
    model = FakeWriter(able)
    for text in (ATTIC, VET, "I drive a Volvo.", "Nice weather?"):
        assistant.memory.begin(text, clock.now())
    assert values(assistant) == ["a Volvo"]
    job = reader(assistant, clock, model)
    assert job.waiting()
    assert job.read_pending() == 3
    assert not job.waiting()
    assert sorted(values(assistant)) == ["Pickles", "Reykjavik", "a Volvo"]
    assert set(model.asked[len(probes()) :]) == {ATTIC, VET}
    assert job.read_pending() == 0
    found = job.ability()
    assert found is not None and told(found).startswith("this model may read facts (of 16 probes: precision 1.00")
    assert assistant.memory.facts.read(about="Reykjavik")[0].by_model
    assert [one.method for one in assistant.memory.facts.read(about="Reykjavik")[0].sources] == ["model fake"]


def test_a_lying_model_puts_nothing_into_the_store(assistant: Assistant, clock: FakeClock) -> None:
    model = FakeWriter(lambda text: able(text) if text in {probe.message for probe in probes()} else lying(text))
    assistant.memory.begin(ATTIC, clock.now())
    assert reader(assistant, clock, model).read_pending() == 1
    assert values(assistant) == []


def test_an_inept_model_is_found_out_once_and_never_asked_again(assistant: Assistant, clock: FakeClock) -> None:
    model = FakeWriter(lambda _: "[]")
    assistant.memory.begin(ATTIC, clock.now())
    assert reader(assistant, clock, model).read_pending() == 0
    asked = len(model.asked)
    assert 0 < asked < len(probes())
    again = reader(assistant, clock, model)
    assert not again.waiting()
    assert again.read_pending() == 0
    assert len(model.asked) == asked
    assert values(assistant) == []
    found = again.judge(thoroughly=True)
    assert found is not None and (found.able, found.asked) == (False, 16)


def test_a_probe_that_is_stopped_goes_on_where_it_was(assistant: Assistant, clock: FakeClock) -> None:
    model = FakeWriter(able)
    assistant.memory.begin(ATTIC, clock.now())
    job = reader(assistant, clock, model)
    left = iter([True] * 7)
    assert job.read_pending(lambda: next(left, False)) == 0
    assert 0 < len(model.asked) < 16
    assert job.ability() is None
    assert job.read_pending() == 1
    assert len(model.asked) == 17


def test_no_model_a_busy_one_or_one_without_memory_reads_nothing(assistant: Assistant, clock: FakeClock) -> None:
    assistant.memory.begin(ATTIC, clock.now())
    assert not AbleReader(assistant.store, clock, None).waiting()
    assert AbleReader(assistant.store, clock, None).judge() is None
    model = FakeWriter(able)
    job = reader(assistant, clock, model)
    model.busy = True
    assert (job.waiting(), job.read_pending()) == (False, 0)
    model.busy, model.error = False, ModelTooLarge("There is no room.")
    assert job.read_pending() == 0
    model.error = ModelStopped("The model's process ended in the middle.")
    assert job.waiting()
    assert job.read_pending() == 0
    model.error = None
    assert (job.waiting(), job.read_pending()) == (False, 0)
    job, model.info = reader(assistant, clock, model), None
    assert (job.waiting(), job.read_pending(), job.ability()) == (False, 0, None)


def test_what_was_taken_back_stays_so_and_another_model_reads_anew(assistant: Assistant, clock: FakeClock) -> None:
    for text in (ATTIC, VET):
        assistant.memory.begin(text, clock.now())
    reader(assistant, clock, FakeWriter(able)).read_pending()
    (home,) = assistant.memory.facts.read(about="Reykjavik")
    assistant.memory.facts.forget(home.id)
    assert reader(assistant, clock, FakeWriter(able, "other")).read_pending() == 2
    assert values(assistant) == ["Pickles"]
    assert [s.method for s in assistant.memory.facts.read()[0].sources] == ["model other"]


def test_a_model_that_is_no_longer_able_loses_what_it_read(
    assistant: Assistant, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant.memory.begin(ATTIC, clock.now())
    reader(assistant, clock, FakeWriter(able)).read_pending()
    reader(assistant, clock, FakeWriter(lying, "small")).read_pending()
    assert values(assistant) == ["Reykjavik"]  # what an able one read stays
    monkeypatch.setattr(by_model, "version", lambda: "another probe")
    reader(assistant, clock, FakeWriter(lying)).read_pending()
    assert values(assistant) == []


def test_rules_that_learn_to_read_a_message_win_over_the_model(
    assistant: Assistant, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("app.memory.facts.extract.Reader.read", lambda *_: [])
        assistant.memory.begin("I live in Oslo, at home with Pickles.", clock.now())
        told_wrong = json.dumps([fact("me", "home", "Pickles", "at home with Pickles")])
        model = FakeWriter(lambda text: told_wrong if "Oslo" in text else able(text))
        reader(assistant, clock, model).read_pending()
    assert values(assistant) == ["Pickles"]
    monkeypatch.setattr(keeper, "VERSION", "rules of tomorrow")
    FactKeeper(assistant.store, clock).extract_pending()
    assert values(assistant) == ["Oslo"]
    assert not reader(assistant, clock, model).waiting()


def test_only_the_person_s_own_words_are_read(assistant: Assistant, clock: FakeClock) -> None:
    conversation, message = assistant.memory.begin("Hello there.", clock.now())
    assistant.memory.record(NewMessage(conversation.id, Role.ASSISTANT, ATTIC, clock.now(), message.id))
    model = FakeWriter(able)
    reader(assistant, clock, model).read_pending()
    assert ATTIC not in model.asked


def test_what_is_erased_while_the_model_reads_leaves_nothing(assistant: Assistant, clock: FakeClock) -> None:
    _, message = assistant.memory.begin(ATTIC, clock.now())
    model = FakeWriter(able)

    def erase(text: str) -> None:
        if text == ATTIC:
            assistant.store.write(lambda s: s._db.execute("DELETE FROM message WHERE id = ?", [message.id]))

    model.on_ask = erase
    reader(assistant, clock, model).read_pending()
    assert assistant.store.call(lambda store: store.facts.all()) == []


@pytest.mark.real
def test_the_embedded_model_is_found_unable_and_nothing_of_it_gets_into_the_store(
    assistant: Assistant, clock: FakeClock, chat_host: ChatHost
) -> None:
    chat_host.load()
    for text in (ATTIC, VET, "Being a dentist is how I earn my living."):
        assistant.memory.begin(text, clock.now())
    job = AbleReader(assistant.store, clock, chat_host)
    assert job.waiting()
    assert job.read_pending() == 0
    found = job.ability()
    assert found is not None and not found.able
    assert not job.waiting()
    assert assistant.store.call(lambda store: store.facts.all()) == []
