"""The words of time and number that the rules are built from."""

from __future__ import annotations

from app.memory.recall.periods import Granularity

MONTHS = "january february march april may june july august september october november december".split()  # noqa: SIM905
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()  # noqa: SIM905
SMALL_NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
NUMBERS = {word: n for n, word in enumerate(SMALL_NUMBERS, 1)} | {
    "a": 1, "an": 1, "couple": 2, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
}  # fmt: skip
VAGUE = {"few": (2, 5), "several": (3, 9), "some": (1, 9), "many": (5, 20)}

COUNT = rf"(?P<count>\d{{1,3}}|(?:a\s)?(?:couple(?:\sof)?|few)|{'|'.join([*NUMBERS, *VAGUE])})"
UNIT = r"(?P<unit>day|night|weekend|week|month|year|decade)"


def unit_of(word: str) -> Granularity:
    """The size that a unit of time gives an expression."""
    return Granularity.DAY if word.lower() == "night" else Granularity(word.lower())


def count_of(words: str) -> int | tuple[int, int]:
    """A number in digits or words; the least and the most that a vague one means. Raises ValueError."""
    last = next(w for w in reversed(words.lower().split()) if w != "of")
    if last in VAGUE:
        return VAGUE[last]
    return NUMBERS[last] if last in NUMBERS else int(last)
