"""`mneme bench archive --locomo FILE`: whether memory that went through an archive recalls the same.

Each conversation of the file is stored, embedded and cut, asked, written to an archive, taken into an empty store, and
asked there again. Nothing is embedded anew in between: an archive brings the vectors.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean

from app.archive.export import export
from app.archive.load import Loader
from app.archive.reader import Archive
from app.bench.locomo import Question, load_locomo
from app.bench.recall import UNANSWERABLE, named, stored
from app.bench.report import Report
from app.bootstrap import Assistant, build
from app.core.errors import InputError
from app.storage.store import Store

Progress = Callable[[int, int], None]
KS = (5, 10, 20)
_DEPTH = 100
_QUICK = 20


def bench_archive_recall(locomo: Path, quick: bool, progress: Progress) -> Report:
    """Recall before and after; `same` is the share of questions whose first hundred turns are the same in order."""
    samples = load_locomo(locomo)
    asked = {s.name: [q for q in s.questions if q.category != UNANSWERABLE and q.evidence] for s in samples}
    if quick:
        asked = {name: questions[::_QUICK] for name, questions in asked.items()}
    if not (total := sum(map(len, asked.values()))):
        raise InputError(f"{locomo} has no question with evidence.")
    scores: dict[str, list[float]] = defaultdict(list)
    same: list[float] = []
    for assistant, sample, turns in stored(samples):
        questions = asked[sample.name]
        with tempfile.TemporaryDirectory(prefix="mneme-bench-") as folder:
            before = _asked(assistant, questions, turns)
            path = Path(folder) / "memory.mneme"
            export(assistant.data.database, path, assistant.clock, assistant.settings)
            with build(Path(folder) / "other", background=False, embedder=assistant.embedder) as other:
                _load(other, path)
                after = _asked(other, questions, _turns(assistant, other, turns))
        for question, one, two in zip(questions, before, after, strict=True):
            same.append(float(one == two))
            _score(scores, question, {"before": one, "after": two})
        progress(len(same), total)
    figures = {name: fmean(values) for name, values in sorted(scores.items())} | {"same": fmean(same)}
    return Report("archive", {"locomo": locomo.name, "questions": total, "quick": quick}, figures)


def _asked(assistant: Assistant, questions: Sequence[Question], turns: Mapping[int, str]) -> list[list[str]]:
    """What is recalled for each question: turns by their names in the file, best first."""
    return [named(assistant.memory.recall(question.text, _DEPTH), dict(turns)) for question in questions]


def _load(other: Assistant, path: Path) -> None:
    with Archive(path) as archive:
        loader = Loader(other.memory, archive)
        loader.check()
        loader.load()


def _turns(assistant: Assistant, other: Assistant, turns: Mapping[int, str]) -> dict[int, str]:
    """The names of messages in the other store, where they have other ids."""
    keys = list(turns)
    uids = assistant.store.call(lambda store: [store.erasures.uids([key])[0] for key in keys])

    def there(store: Store) -> list[int]:
        return [store.erasures.ids([uid])[0] for uid in uids]

    return dict(zip(other.store.call(there), turns.values(), strict=True))


def _score(scores: dict[str, list[float]], question: Question, found: Mapping[str, list[str]]) -> None:
    for name, turns in found.items():
        for k in KS:
            scores[f"{name}.recall@{k}"].append(len(question.evidence & set(turns[:k])) / len(question.evidence))
