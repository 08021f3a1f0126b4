from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.facts import NewStatement, Statement
from app.memory.facts.clauses import Scene
from app.memory.facts.extract import Reader

SAID = datetime(2024, 9, 4, 9, 0, tzinfo=UTC)  # a Wednesday


def read(*texts: str, speaker: str = "me") -> list[NewStatement]:
    """What the last of the texts states, each said on the same day as a message of its own."""
    known: list[Statement] = []
    found: list[NewStatement] = []
    reader = Reader(
        lambda owner: [s for s in known if s.subject == owner or s.subject.startswith(f"{owner}/")], Scene(speaker)
    )
    for number, text in enumerate(texts, 1):
        found = reader.read(number, text, SAID)
        fields = NewStatement.__dataclass_fields__
        known += [Statement(**{f: getattr(s, f) for f in fields}, id=100 * number + n) for n, s in enumerate(found)]
    return found


def told(*texts: str) -> list[str]:
    return [f"{s.subject} {s.attribute} {s.kind.value} {s.value}".strip() for s in read(*texts)]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("I live in Oslo, near the park.", ["me home holds Oslo"]),
        ("No, I moved to Bergen.", ["me home holds Bergen"]),
        ("So we packed up and relocated to York.", ["me home holds York"]),
        ("Moved to Graz last week!", ["me home holds Graz"]),
        ("I work as a nurse at St. Olav's Hospital.", ["me job holds nurse", "me employer holds St. Olav's Hospital"]),
        ("I'm an editor there.", ["me job holds editor"]),
        ("I've been promoted to project manager.", ["me job holds project manager"]),
        ("I no longer work at Acme, I'm with Beta now.", ["me employer ended Acme", "me employer holds Beta"]),
        ("I used to work for Acme.", ["me employer was Acme"]),
        ("My sister Anna works at Beta.", ["me/sister name holds Anna", "me/sister employer holds Beta"]),
        ("Anna now works at Polaris.", ["anna employer holds Polaris"]),
        ("My sister's dog is called Rex.", ["me/sister/dog name holds Rex"]),
        ("Karin is my new boss.", ["me/boss name holds Karin"]),
        ("We got a dog named Rex.", ["me/dog name holds Rex"]),
        ("My dentist is Dr. Lunde.", ["me/dentist name holds Dr. Lunde"]),
        ("I'm dating Tom.", ["me partner holds Tom"]),
        ("My rent is 9,500 kr a month.", ["me rent holds 9,500 kr a month"]),
        ("The rent went up to 11,000 kr.", ["me rent holds 11,000 kr"]),
        ("Broadband costs us £28 a month.", ["me broadband price holds £28 a month"]),
        ("I pay 399 kr a month for the gym.", ["me gym price holds 399 kr a month"]),
        ("My dentist appointment is on 14 May at 9:30.", ["me dentist appointment holds on 14 May at 9:30"]),
        ("They moved my dentist appointment to Friday.", ["me dentist appointment holds Friday"]),
        ("I'm not vegan any more, I eat fish again.", ["me diet ended vegan", "me diet holds fish"]),
        ("I'm allergic to birch pollen.", ["me allergy holds birch pollen"]),
        ("Please call me Mira from now on.", ["me name holds Mira"]),
        ("The wifi password is now greyseal77.", ["me wifi password holds greyseal77"]),
        ("My favorite color is burnt orange.", ["me favourite colour holds burnt orange"]),
        ("My son turned 7 yesterday.", ["me/son age holds 7"]),
        ("My son's teacher is Mrs. Berg.", ["me/son/teacher name holds Mrs. Berg"]),
    ],
)  # fmt: skip
def test_what_is_stated_is_read(text: str, facts: list[str]) -> None:
    assert told(text) == facts


@pytest.mark.parametrize(
    "text",
    [
        "Do I live in Oslo?",
        "If I moved to Oslo I would be happy.",
        "I wish I lived in Oslo.",
        "I dreamt I lived in Tokyo.",
        "Maybe I'll get a dog called Wolf someday.",
        "I might move to Rome.",
        "It's been tough, but I'm up for it!",
        "My laptop is like half of my lifeline.",
        "The gym is awesome.",
        "My job is tough at the moment.",
        "The room was electric with energy.",
        "> I live in Oslo\n```\nmy name is Bob\n```",
        'He shouted "I live in Oslo" at the crowd.',
        "I read an article about people who moved to Lisbon.",
        "No worries, John.",
        "Thankfully it's over now.",
        "I'm going to move out soon.",
        "We live here.",
        '"I am a doctor and I live in Paris", said the man in the film.',
        "If I had a million I would live in Monaco and drive a Ferrari.",
        "Write a short story in which I am a pilot with two cats called Salt and Pepper.",
    ],
)
def test_what_is_asked_supposed_or_merely_felt_states_nothing(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("before", "text", "fact"),
    [
        ("Our cat is called Misty.", "Actually it's Mistral, not Misty.", "me/cat name holds Mistral"),
        ("I drive a Volvo V60.", "I sold the Volvo and bought a Tesla.", "me car holds a Tesla"),
        ("I bank with Nordea.", "I moved from Nordea to Sbanken.", "me bank holds Sbanken"),
        ("I'm going to Greece this summer.", "We're going to Portugal instead of Greece.", "me trip holds Portugal"),
        ("My laptop is a ThinkPad.", "I replaced the ThinkPad with a MacBook.", "me laptop holds a MacBook"),
        ("My phone number is 555 0142.", "My number has changed to 555 0177.", "me phone number holds 555 0177"),
        ("I go to the Evo gym.", "I left Evo.", "me gym ended Evo"),
        ("The meeting is at 3pm.", "No, make it 4pm.", "me meeting holds 4pm"),
    ],
)
def test_a_correction_finds_what_it_corrects(before: str, text: str, fact: str) -> None:
    assert fact in told(before, text)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("I've lived in Oslo since 2019.", "2019-01-01", ""),
        ("We moved to Bergen in June.", "2024-06-01", ""),
        ("We're moving to Lund in November.", "2024-11-01", ""),
        ("I lived in Rome until 2020.", "", "2020-01-01"),
        ("I've worked at Acme for 3 years.", "2021-01-01", ""),
        ("I start at Acme on Monday.", "2024-09-09", ""),
        ("I live in Oslo.", "", ""),
    ],
)
def test_when_it_holds(text: str, since: str, until: str) -> None:
    (found,) = read(text)
    assert (f"{found.since:%F}" if found.since else "", f"{found.until:%F}" if found.until else "") == (since, until)


def test_who_speaks_is_the_subject() -> None:
    (found,) = read("I live in Oslo.", speaker="caroline")
    assert found.subject == "caroline"


def test_she_is_the_one_spoken_of_last() -> None:
    assert told("My sister lives in Paris. She works as a nurse.") == [
        "me/sister home holds Paris",
        "me/sister job holds nurse",
    ]


def test_a_long_paste_costs_little_and_states_what_its_beginning_says() -> None:
    found = read("I live in Oslo. " + "The quick brown fox jumps over the lazy dog. " * 5_000)
    assert [s.value for s in found] == ["Oslo"]


@given(st.text(max_size=300))
def test_any_text_can_be_read_and_every_value_stands_in_its_quote(text: str) -> None:
    for said in read(text):
        assert said.value in text[said.start : said.end]


@given(
    st.lists(
        st.sampled_from(
            [
                "I",
                "my",
                "sister",
                "moved",
                "to",
                "is",
                "Oslo",
                "the",
                "rent",
                "900",
                "euros",
                ",",
                ".",
                "not",
                "from",
                "work",
                "at",
                "Anna",
                "'s",
                "no",
                "longer",
                "was",
                "if",
            ]
        ),
        max_size=18,
    )
)
def test_any_order_of_telling_words_can_be_read(words: list[str]) -> None:
    text = " ".join(words)
    for said in read(text):
        assert 0 <= said.start < said.end <= len(text)
