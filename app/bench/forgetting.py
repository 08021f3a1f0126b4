"""`mneme bench forgetting`: years of use, and what the forgetting curve makes of the store.

Made-up talk comes in day by day through the door that chat uses. Each day some of it is needed again, as people need
things: mostly what is recent or was needed before, and most of it never (need falls by a power law: Anderson and
Schooler, 1991). A need is a question of a few words of the turn it is about; what recall then shows and finds counts as
use. The baseline is the same store asked the same questions by a recall that never forgets. Meaning is a bag of hashed
words, so that five years take minutes; recall, episodes and fading are those of the app.
"""

from __future__ import annotations

import math
import re
import tempfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import fmean

import numpy as np
import numpy.typing as npt

from app.bench.report import Report
from app.bench.talk import Talk, talks
from app.bootstrap import Assistant, build
from app.core.types import EpisodeState, NewMessage, Role
from app.memory.episodes import EpisodeKeeper
from app.memory.fade import fade
from app.memory.forgetting import Use
from app.memory.recall.query import parse_query
from app.storage.store import Store

Progress = Callable[[int, int], None]
_START = datetime(2020, 1, 1, 9, tzinfo=UTC)
_A_DAY, _QUICK_A_DAY = 6, 1  # messages
_NEEDED, _AGAIN = 0.25, 0.5  # needs for each message, and how many of them are of what was needed before
_DEPTH, _SHOWN = 10, 4
_WEEK = 7
_RETENTION = timedelta(days=365)
_ASKED_AT_END = 400


class _Calendar:
    """A clock that stands where the simulation is."""

    def __init__(self) -> None:
        self.moment = _START

    def now(self) -> datetime:
        """The simulated moment."""
        return self.moment


class _Hashed:
    """An embedder whose meaning is the bag of words, hashed."""

    identity, dimension, running = "hashed-words-256", 256, True

    def load(self, wait_s: float | None = None) -> bool:
        """It is always there."""
        return True

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Unit vectors of counted words."""
        found = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()) or [""]:
                found[row, zlib.crc32(word.encode()) % self.dimension] += 1
        unit: npt.NDArray[np.float32] = found / np.linalg.norm(found, axis=1, keepdims=True)
        return unit


def bench_forgetting(years: float, quick: bool, progress: Progress, seed: int = 0) -> Report:
    """Live through so many years; ask again at the end for what was needed, with forgetting and without."""
    days, a_day = max(int(years * 365), 60), _QUICK_A_DAY if quick else _A_DAY
    calendar = _Calendar()
    with (
        tempfile.TemporaryDirectory(prefix="mneme-bench-") as folder,
        build(Path(folder), background=False, clock=calendar, embedder=_Hashed()) as assistant,
    ):
        life = _Life(assistant, calendar, days, a_day, seed)
        for day in range(days):
            life.live(day)
            progress(day + 1, days)
        figures = life.figures()
    settings = {
        "years": years,
        "messages": days * a_day,
        "needs_a_day": _NEEDED * a_day,
        "of_them_again": _AGAIN,
        "embedder": "hashed bag of words",
        "retention_days": _RETENTION.days,
    }
    return Report("forgetting", settings, figures)


class _Life:
    """The days of one person, and what their memory is asked for."""

    def __init__(self, assistant: Assistant, calendar: _Calendar, days: int, a_day: int, seed: int) -> None:
        self._assistant = assistant
        self._calendar = calendar
        self._rng = Random(seed)  # noqa: S311 - a life, not secrets
        self._talks = list(talks(days * a_day, seed))
        self._a_day = a_day
        self._keeper = EpisodeKeeper(assistant.store)
        self._said: list[tuple[int, str]] = []
        self._needed: dict[int, list[int]] = defaultdict(list)  # message -> days on which it was needed
        self._text: dict[int, str] = {}
        self._cited: Counter[int] = Counter()
        self._samples: list[tuple[int, int, int]] = []  # messages, live ones, those that a retention would keep
        self._next = 0

    def live(self, day: int) -> None:
        """One day: talk, needs, and once a week the nights of it."""
        self._calendar.moment = _START + timedelta(days=day)
        self._talk((day + 1) * self._a_day)
        if day % _WEEK == _WEEK - 1:
            self._assistant.memory.embed_pending()
            self._keeper.segment_pending()
            fade(self._assistant.store, self._calendar.now(), most=1.0)
        needs = _NEEDED * self._a_day
        for _ in range(int(needs) + (self._rng.random() < needs % 1)):
            self._need(day)
        if day % 30 == 29:
            self._samples.append(self._assistant.store.call(self._sample))

    def figures(self) -> dict[str, float]:
        """What became of the store, and what is still recalled."""
        found = self._recalled()
        counts = self._assistant.store.call(lambda store: store.strengths.counts())
        live = counts[EpisodeState.VIVID] + counts[EpisodeState.FADING]
        late = self._samples[len(self._samples) // 2 :]
        found |= {
            "growth_exponent": _slope([(said, live) for said, live, _ in late]),
            "raw.growth_exponent": 1.0,
            "retention.growth_exponent": _slope([(said, kept) for said, _, kept in late]),
            "live_share": live / max(sum(counts.values()), 1),
            "retention.kept_share": late[-1][2] / late[-1][0],
            "uses": float(sum(self._cited.values())),
        }
        found |= {f"episodes.{state}": float(count) for state, count in counts.items()}
        return found | self._dead()

    def _talk(self, until: int) -> None:
        while self._next < len(self._talks) and len(self._said) < until:
            talk = self._talks[self._next]
            self._next += 1
            now = self._calendar.now()

            def work(store: Store, talk: Talk = talk, now: datetime = now) -> list[int]:
                key, ids = store.conversations.create(talk.question, now).id, list[int]()
                for place, text in enumerate(talk.texts):
                    role = (Role.USER, Role.ASSISTANT)[place % 2]
                    moment = now + timedelta(minutes=place)
                    message = NewMessage(key, role, text, moment, ids[-1] if ids else None)
                    ids.append(self._assistant.memory.add_inside(store, [message])[0].id)
                return ids

            said = list(zip(self._assistant.store.write(work), talk.texts, strict=True))
            self._said += said
            self._text |= dict(said)

    def _need(self, day: int) -> None:
        """Something is needed; what recall shows and finds is used by that."""
        if not self._said:
            return
        target = self._again(day) if self._needed and self._rng.random() < _AGAIN else self._first_time()
        self._needed[target].append(day)
        question = _question(self._text[target], self._rng)
        hits = self._assistant.memory.recall(question, _DEPTH).hits
        messages = list(dict.fromkeys(hit.span.first_message_id for hit in hits))
        now = self._calendar.now()

        def use(store: Store) -> None:
            store.strengths.note_use([key for key in messages[:_SHOWN] if key != target], Use.SHOWN, now)
            if target in messages:
                store.strengths.note_use([target], Use.CITED, now)

        self._assistant.store.write(use)
        self._cited[target] += target in messages

    def _first_time(self) -> int:
        """Of what was said, the recent rather than the old: how long ago is drawn by a power law."""
        ago = int(len(self._said) ** self._rng.random()) - 1
        return self._said[len(self._said) - 1 - ago][0]

    def _again(self, day: int) -> int:
        """Of what was needed before, what was needed often and lately."""
        keys = list(self._needed)
        weights = [sum((day - then + 1) ** -0.5 for then in self._needed[key]) for key in keys]
        return self._rng.choices(keys, weights)[0]

    def _sample(self, store: Store) -> tuple[int, int, int]:
        before = self._calendar.now() - _RETENTION
        outlived = store.strengths.outlived(before, 1 << 30)
        return (
            len(self._said),
            len(self._said) - store.strengths.messages_in(EpisodeState.ARCHIVED),
            len(self._said) - store.strengths.messages_of(outlived),
        )

    def _recalled(self) -> dict[str, float]:
        """The share of needed messages that are among the first ten, by how often they were used."""
        memory = self._assistant.memory
        asked = self._rng.sample(sorted(self._needed), min(len(self._needed), _ASKED_AT_END))
        found: dict[str, list[float]] = defaultdict(list)
        for target in asked:
            question = _question(self._text[target], self._rng)
            kind = f"used{min(self._cited[target], 2)}{'plus' if self._cited[target] > 1 else ''}"
            for memory.forgetting, prefix in ((True, ""), (False, "never_forget.")):
                hits = memory.recall(question, _DEPTH).hits
                found[f"{prefix}recall@10.{kind}"].append(float(target in {h.span.first_message_id for h in hits}))
        memory.forgetting = True
        figures = {name: fmean(values) for name, values in sorted(found.items())}
        kept, all_ = figures.get("recall@10.used2plus", 0.0), figures.get("never_forget.recall@10.used2plus", 0.0)
        return figures | {"recall@10.used2plus_over_never_forget": kept / all_ if all_ else 1.0}

    def _dead(self) -> dict[str, float]:
        """The share of the live episodes that nobody ever needed, and of all of them."""
        used = [key for key, count in self._cited.items() if count]

        def work(store: Store) -> tuple[int, int, int, int]:
            holding = set(store.episodes.numbers(used).values())
            states = store.strengths.all_states()
            live = {key for key, state in states.items() if state is not EpisodeState.ARCHIVED}
            return len(live), len(live & holding), len(states), len(states.keys() & holding)

        live, live_used, all_, all_used = self._assistant.store.call(work)
        return {
            "dead_weight": 1 - live_used / max(live, 1),
            "never_forget.dead_weight": 1 - all_used / max(all_, 1),
            "live_used_share": live_used / max(all_used, 1),
        }


def _question(text: str, rng: Random) -> str:
    """A few of the telling words of a turn, in any order."""
    words = sorted(parse_query(text).words, key=len)[-8:]
    return " ".join(rng.sample(words, min(len(words), 5)))


def _slope(points: Sequence[tuple[int, int]]) -> float:
    """How fast the second grows with the first: the exponent of the power law that fits."""
    usable = [(math.log(x), math.log(y)) for x, y in points if x > 0 and y > 0]
    if len(usable) < 3:
        return 0.0
    x, y = np.array(usable).T
    return float(np.polyfit(x, y, 1)[0])
