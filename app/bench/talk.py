"""Made-up talk in any amount, for benchmarks of size: varied, Zipfian, and the same for the same seed.

Frequent words are English; the long tail (people, places, makers) is put together from syllables. Each
conversation keeps to a few people, one place and a few things, as people's conversations do.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

_TAIL = 6_000  # distinct names of each kind; how often one is used falls with its rank (Zipf)
_FLATTER = 8.0  # Mandelbrot's shift of Zipf's law: the first few ranks are not everything
_FIRST_DAY = datetime(2000, 1, 1, 8, tzinfo=UTC)

_NOUNS = """
lamp bicycle kettle violin passport garden invoice cabin ferry recipe jacket printer guitar blanket camera tent mirror
wallet piano bookshelf dentist lecture contract mortgage vaccine puppy kitten parrot tomato bread cheese coffee teapot
engine battery charger ladder hammer carpet curtain window balcony cellar roof fence gate bridge tunnel museum library
theatre concert festival marathon tournament interview meeting deadline report spreadsheet budget server laptop
keyboard password backup database compiler novel poem painting sculpture photograph postcard letter parcel suitcase
ticket visa hostel hotel harbour island mountain glacier forest meadow river lake beach lighthouse orchard vineyard
greenhouse beehive tractor harvest mushroom blueberry pumpkin lasagne curry dumpling pancake cake wedding birthday
anniversary funeral reunion choir orchestra rehearsal costume helmet racket canoe snowboard telescope microscope
thermometer prescription allergy migraine knee shoulder surgery pregnancy nursery school exam scholarship thesis
professor colleague landlord neighbour plumber electrician tenant insurance pension lottery
""".split()  # noqa: SIM905 - reads as the list it is
_QUALITIES = """
old new red green blue yellow grey broken borrowed cheap expensive wooden copper silver tiny huge heavy second-hand
leaking noisy quiet favourite spare missing stolen rusty antique folding electric portable local annual weekly
Norwegian Japanese Italian Portuguese Turkish Irish early late final first last difficult lovely dreadful
""".split()  # noqa: SIM905 - reads as the list it is
_DEEDS = """
repaired sold painted lost found bought borrowed cancelled moved cleaned ordered photographed measured returned forgot
finished postponed inherited rebuilt unpacked insured designed tested recommended tasted booked hid packed drew
catalogued weighed polished sharpened planted watered translated rehearsed reported
""".split()  # noqa: SIM905 - reads as the list it is
_FEELINGS = """
proud tired relieved worried delighted annoyed curious nervous grateful jealous calm homesick hopeful confused
disappointed excited lonely surprised bored content
""".split()  # noqa: SIM905 - reads as the list it is
_DAYS = """
Monday Tuesday Wednesday Thursday Friday Saturday Sunday
""".split()  # noqa: SIM905 - reads as the list it is
_MONTHS = """
January February March April May June July August September October November December
""".split()  # noqa: SIM905 - reads as the list it is

_WORDS = {"deed": _DEEDS, "feeling": _FEELINGS, "day": _DAYS, "month": _MONTHS}
_NUMBERS = {"dom": (1, 28), "hour": (6, 22), "minute": (10, 59), "number": (2, 999)}

_SAID = [
    "I {deed} the {thing} in {place} on {day}.",
    "{person} {deed} a {thing} last {month}, and I was {feeling} about it.",
    "Did I tell you that {person} moved to {place}?",
    "We met {person} at the {maker} {noun} near {place}, it was {feeling} company.",
    "My {noun} cost {number} euros at {maker}, can you believe that?",
    "{person} says the {thing} will be ready by {month} {dom}.",
    "I feel {feeling} since the {noun} in {place} closed.",
    "The {thing} from {maker} stopped working after {number} days.",
    "Remind me that {person} wants the {thing} back before {day}.",
    "On {month} {dom} I travelled from {place} to {place2} with {person}.",
    "I never liked the {thing}, but {person} {deed} it anyway.",
    "The appointment about my {noun} is at {hour}:{minute} on {day}.",
    "{person} and {person2} argued about the {noun} all evening.",
    "My phone number in {place} ends with {number}.",
    "I put the {thing} behind the {noun} so that {person} does not see it.",
    "Our flight to {place} leaves at {hour}:{minute}.",
    "What should I do about the {thing}?",
    "Could you help me write to {maker} about the {noun}?",
    "They {deed} {number} of the {noun}s before lunch.",
    "Honestly, {place} in {month} makes me {feeling}.",
]
_REPLIED = [
    "That sounds like a good plan for the {thing}.",
    "You could ask {person} whether the {noun} is still free on {day}.",
    "I would write to {maker} first, and keep the receipt of the {thing}.",
    "No wonder that you feel {feeling}; {number} days is a long time.",
    "For a {thing} in {place}, {month} is usually the best month.",
    "Let us make a list: the {noun}, the tickets to {place}, and a gift for {person}.",
    "If {person} {deed} it, the {noun} should be fine by {day}.",
    "There is a train from {place} to {place2} at {hour}:{minute}.",
    "I have noted that {person} needs the {thing} by {month} {dom}.",
    "Congratulations, that must make you {feeling}!",
]
_ASKED = [
    "What did {person} say about the {thing}?",
    "When did I travel from {place} to {place2}?",
    "Where did I put the {thing}?",
    "Who {deed} the {noun} in {place}?",
    "How much did the {noun} from {maker} cost?",
    "When is the appointment about my {noun} on {day}?",
    "Why was I {feeling} about {place}?",
    "What happened with {person} and {person2}?",
    "What is wrong with the {thing} from {maker}?",
    "What do I know about {person}?",
]


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation: when it began, its messages in turn (the person first), and a question about it."""

    began: datetime
    texts: tuple[str, ...]
    question: str


def talks(messages: int, seed: int = 0) -> Iterator[Talk]:
    """Conversations of 4 to 60 messages until there are exactly so many messages; oldest first."""
    rng, left, began = Random(seed), messages, _FIRST_DAY  # noqa: S311 - talk, not secrets
    names = _Names(rng)
    while left > 0:
        count = min(left, rng.randint(4, 60))
        about = names.subject()
        texts = tuple(_message(rng, about, _REPLIED if i % 2 else _SAID) for i in range(count))
        yield Talk(began, texts, rng.choice(_ASKED).format_map(_Slots(rng, about)))
        began += timedelta(minutes=rng.expovariate(1 / 400))
        left -= count


class _Names:
    """Names by Zipf's law."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._tail = _coined(rng, 3 * _TAIL)
        self._weights = list(accumulate(1 / (rank + _FLATTER) for rank in range(_TAIL)))

    def subject(self) -> dict[str, list[str]]:
        """What one conversation is about: a few of each kind."""
        return {
            "person": self._some(0, 3),
            "place": self._some(1, 2),
            "maker": self._some(2, 2),
            "noun": self._rng.sample(_NOUNS, 6),
        }

    def _some(self, kind: int, count: int) -> list[str]:
        names = self._tail[kind * _TAIL : (kind + 1) * _TAIL]
        return self._rng.choices(names, cum_weights=self._weights, k=count)


class _Slots(dict[str, str]):
    """The slots of one sentence, each filled when it is first asked for."""

    def __init__(self, rng: Random, about: dict[str, list[str]]) -> None:
        super().__init__()
        self._rng = rng
        self._about = about

    def __missing__(self, slot: str) -> str:
        choose = self._rng.choice
        if slot == "thing":
            value = f"{choose(_QUALITIES)} {self['noun']}"
        elif slot in _NUMBERS:
            value = str(self._rng.randint(*_NUMBERS[slot]))
        else:
            value = choose(self._about.get(slot.rstrip("2")) or _WORDS[slot])
        self[slot] = value
        return value


def _coined(rng: Random, count: int) -> list[str]:
    """So many different pronounceable names."""
    consonants, vowels = [c for c in string.ascii_lowercase if c not in "aeiouqxy"], "aeiou"
    found: dict[str, None] = {}
    while len(found) < count:
        syllables = [rng.choice(consonants) + rng.choice(vowels) for _ in range(rng.randint(2, 3))]
        found["".join(syllables).capitalize() + rng.choice(["", "n", "r", "l", "s"])] = None
    return list(found)


def _message(rng: Random, about: dict[str, list[str]], forms: Sequence[str]) -> str:
    return " ".join(rng.choice(forms).format_map(_Slots(rng, about)) for _ in range(rng.randint(1, 3)))
