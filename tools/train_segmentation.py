"""Train the weights of segmentation, and say how well they do on dialogues they have not seen.

    python tools/train_segmentation.py LOCOMO.json DIALOGUES.json [DIALOGUES.json …]

The level "session" is trained on the sessions of LoCoMo conversations, "topic" on all dialogue files together.
Figures are cross-validated: by conversation for sessions, by dialogue (5 folds) for topics, and once more with each
dialogue file left out whole. The threshold is chosen on the training part of each fold.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from app.bench.boundaries import f1, pk, window_diff
from app.bench.dialogues import Dialogue, load_dialogues, load_sessions
from app.core.settings import Settings
from app.memory.segmentation.features import NAMES, gap_features
from app.memory.segmentation.segment import highest
from app.memory.segmentation.weights import Head
from app.runtime.host import EmbedHost
from app.runtime.messages import EmbedConfig

TARGET = Path(__file__).resolve().parents[1] / "resources" / "segmentation.json"
STRENGTH = 0.003  # of the regularisation, inverse: the same for both levels
APART = {"topic": 1, "session": 6}
THRESHOLDS = np.arange(0.05, 0.61, 0.05)
Known = tuple[Dialogue, Any]  # with the vectors of its turns
Score = Callable[[Dialogue, Sequence[int]], float]


def main(locomo: Path, files: list[Path]) -> None:
    host = EmbedHost(EmbedConfig(str(Settings().embedder)))
    sessions = [(d, host.embed(d.texts)) for d in load_sessions(locomo)]
    topics = [(d, host.embed(d.texts)) for path in files for d in load_dialogues(path) if len(d.texts) > 1]
    embedder = host.identity.partition(":")[0]
    host.close()
    validate("session", sessions, list(range(len(sessions))), session_f1)
    validate("topic", topics, list(np.random.default_rng(0).permutation(len(topics)) % 5), topic_score)
    groups = sorted({d.group for d, _ in topics})
    if len(groups) > 1:
        print("with the whole set left out:")
        validate("topic", topics, [groups.index(d.group) for d, _ in topics], topic_score)
    levels = {
        "topic": as_json(trained("topic", topics, topic_score)),
        "session": as_json(trained("session", sessions, session_f1)),
    }
    trained_on = [d.name for d, _ in sessions] + [f"{path.stem} ({len(load_dialogues(path))})" for path in files]
    found = {"embedder": embedder, "trained_on": trained_on, "levels": levels}
    TARGET.write_text(json.dumps(found) + "\n", encoding="utf-8")
    print(f"wrote {TARGET.name}")


def session_f1(dialogue: Dialogue, found: Sequence[int]) -> float:
    return f1(dialogue.boundaries, found, tolerance=1)


def topic_score(dialogue: Dialogue, found: Sequence[int]) -> float:
    return 1 - pk(dialogue.boundaries, found, len(dialogue.texts))


def validate(level: str, known: Sequence[Known], folds: Sequence[int], score: Score) -> None:
    """Train on all folds but one, cut the dialogues of that one, and print the mean figures of each set."""
    figures: dict[str, list[tuple[float, float, float]]] = {}
    for fold in sorted(set(folds)):
        head = trained(level, [k for k, f in zip(known, folds, strict=True) if f != fold], score)
        for (dialogue, vectors), f in zip(known, folds, strict=True):
            if f == fold:
                found = cut(head, dialogue, vectors)
                size, true = len(dialogue.texts), dialogue.boundaries
                tolerance = 1 if level == "session" else 0
                row = (f1(true, found, tolerance), pk(true, found, size), window_diff(true, found, size))
                figures.setdefault(dialogue.group, []).append(row)
    for group, rows in figures.items():
        f, p, w = np.mean(rows, axis=0)
        print(f"{level} {group}: f1 {f:.3f} pk {p:.3f} wd {w:.3f} over {len(rows)}")


def trained(level: str, known: Sequence[Known], score: Score) -> Head:
    """Weights, with the scaling of the features folded in, and the threshold that scores best in training."""
    gaps = np.vstack([np.hstack([gap_features(d.texts, v), v[:-1], v[1:]]) for d, v in known])
    truth = np.concatenate([np.isin(np.arange(1, len(d.texts)), d.boundaries) for d, _ in known])
    scaler = StandardScaler().fit(gaps)
    model = LogisticRegression(C=STRENGTH, max_iter=500).fit(scaler.transform(gaps), truth)
    weights = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - scaler.mean_ @ weights)
    features, before, after = np.split(weights, [len(NAMES), len(NAMES) + known[0][1].shape[1]])
    heads = [Head(float(t), APART[level], bias, features, before, after) for t in THRESHOLDS]
    return max(heads, key=lambda head: _mean_over_sets(head, known, score))


def _mean_over_sets(head: Head, known: Sequence[Known], score: Score) -> float:
    scores: dict[str, list[float]] = {}
    for dialogue, vectors in known:
        scores.setdefault(dialogue.group, []).append(score(dialogue, cut(head, dialogue, vectors)))
    return float(np.mean([np.mean(values) for values in scores.values()]))


def cut(head: Head, dialogue: Dialogue, vectors: Any) -> list[int]:
    return highest(head.probabilities(dialogue.texts, vectors), head.threshold, head.apart)


def as_json(head: Head) -> dict[str, Any]:
    return {
        "threshold": round(head.threshold, 2),
        "apart": head.apart,
        "bias": round(head.bias, 4),
        "features": {name: round(float(w), 4) for name, w in zip(NAMES, head.features, strict=True)},
        "before": [round(float(w), 3) for w in head.before],
        "after": [round(float(w), 3) for w in head.after],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
