"""Train the weights of segmentation, and say how well they do on dialogues they have not seen.

    python tools/train_segmentation.py LOCOMO.json DIALOGUES.json [DIALOGUES.json …]

The level "session" is trained on the sessions of LoCoMo conversations, "topic" on all dialogue files together. The
chat model reads the conversations and the first dialogues of each file, and a second step learns what that adds.
Scale, thresholds and the second step are fitted to predictions for dialogues that the first step was not trained on.
Figures are cross-validated around all of it: by conversation for sessions, by dialogue (5 folds) for topics, and once
more with each dialogue file left out whole.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from app.bench.boundaries import f1, pk, window_diff
from app.bench.dialogues import Dialogue, load_dialogues, load_sessions
from app.core.settings import Settings
from app.memory.segmentation.features import NAMES, READING_NAMES, gap_features, reading_features
from app.memory.segmentation.segment import highest
from app.memory.segmentation.weights import Head, ReadingHead, sigmoid
from app.runtime.host import ChatHost, EmbedHost
from app.runtime.messages import ChatConfig, EmbedConfig

TARGET = Path(__file__).resolve().parents[1] / "resources" / "segmentation.json"
STRENGTH, READING_STRENGTH = 0.003, 0.3  # of the regularisation, inverse: the same for both levels
APART = {"topic": 1, "session": 6}
READ = 100  # dialogues of each file
THRESHOLDS = np.arange(0.05, 0.61, 0.05)
Array = Any


@dataclass(frozen=True)
class Known:
    """A dialogue with the vectors of its turns and, where the model read it, their mean surprise and keys."""

    dialogue: Dialogue
    vectors: Array
    surprise: Array = None
    keys: Array = None

    @property
    def truth(self) -> Array:
        return np.isin(np.arange(1, len(self.dialogue.texts)), self.dialogue.boundaries)

    def inputs(self) -> Array:
        return np.hstack([gap_features(self.dialogue.texts, self.vectors), self.vectors[:-1], self.vectors[1:]])

    def reading(self) -> Array:
        return reading_features(self.surprise, self.keys)


def main(locomo: Path, files: list[Path]) -> None:
    host, model = (
        EmbedHost(EmbedConfig(str(Settings().embedder))),
        ChatHost(ChatConfig(str(Settings().chat_model), 512)),
    )
    sessions = [read(known(d, host), model) for d in load_sessions(locomo)]
    topics: list[Known] = []
    for path in files:
        found = [known(d, host) for d in load_dialogues(path) if len(d.texts) > 1]
        topics += [read(one, model) for one in found[:READ]] + found[READ:]
    names = {"embedder": host.identity.partition(":")[0], "reader": model.identity}
    host.close()
    model.close()
    levels = {"session": (sessions, list(range(len(sessions)))), "topic": (topics, folds_of(topics))}
    for level, (all_known, folds) in levels.items():
        validate(level, all_known, folds)
    if len({one.dialogue.group for one in topics}) > 1:
        print("with the whole set left out:")
        groups = sorted({one.dialogue.group for one in topics})
        validate("topic", topics, [groups.index(one.dialogue.group) for one in topics])
    trained_on = [one.dialogue.name for one in sessions] + [f"{p.stem} ({len(load_dialogues(p))})" for p in files]
    heads = {level: as_json(trained(level, *found)) for level, found in levels.items()}
    TARGET.write_text(json.dumps({**names, "trained_on": trained_on, "levels": heads}) + "\n", encoding="utf-8")
    print(f"wrote {TARGET.name}")


def known(dialogue: Dialogue, host: EmbedHost) -> Known:
    return Known(dialogue, host.embed(dialogue.texts))


def read(one: Known, model: ChatHost) -> Known:
    seen = model.observe(one.dialogue.texts)
    keys = [found.key for found in seen if found.key is not None]
    return replace(one, surprise=np.array([found.surprise.mean() for found in seen]), keys=np.stack(keys))


def folds_of(all_known: Sequence[Known]) -> list[int]:
    return [int(i) for i in np.random.default_rng(0).permutation(len(all_known)) % 5]


def validate(level: str, all_known: Sequence[Known], folds: Sequence[int]) -> None:
    """Train on all folds but one, cut the dialogues of that one, and print the mean figures of each set."""
    figures: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for fold in sorted(set(folds)):
        rest = [(one, f) for one, f in zip(all_known, folds, strict=True) if f != fold]
        ours = [one for one, _ in rest]
        inner = [f for _, f in rest] if len(set(folds)) > 3 else folds_of(ours)
        head = trained(level, ours, inner)
        for one, f in zip(all_known, folds, strict=True):
            if f == fold:
                logits, group = head.logits(one.dialogue.texts, one.vectors), one.dialogue.group
                figures[group].append(scores(level, one.dialogue, highest(sigmoid(logits), head.threshold, head.apart)))
                if one.surprise is not None and head.reading is not None:
                    chances = head.reading.probabilities(logits, one.surprise, one.keys)
                    found = highest(chances, head.reading.threshold, head.apart)
                    figures[f"{group}, read"].append(scores(level, one.dialogue, found))
                    figures[f"{group}, the same not read"].append(figures[group][-1])
    for group, rows in figures.items():
        f, p, w = np.mean(rows, axis=0)
        print(f"{level} {group}: f1 {f:.3f} pk {p:.3f} wd {w:.3f} over {len(rows)}", flush=True)


def scores(level: str, dialogue: Dialogue, found: Sequence[int]) -> tuple[float, float, float]:
    true, size = dialogue.boundaries, len(dialogue.texts)
    return f1(true, found, 1 if level == "session" else 0), pk(true, found, size), window_diff(true, found, size)


def trained(level: str, all_known: Sequence[Known], folds: Sequence[int]) -> Head:
    """Weights of both steps, with the scaling of the features folded in."""
    inputs, truth = [one.inputs() for one in all_known], [one.truth for one in all_known]
    unseen: list[Array] = [None] * len(all_known)
    for fold in sorted(set(folds)):
        rest = [i for i, f in enumerate(folds) if f != fold]
        bias, weights = fitted([inputs[i] for i in rest], [truth[i] for i in rest], STRENGTH)
        for i in (i for i, f in enumerate(folds) if f == fold):
            unseen[i] = bias + inputs[i] @ weights
    shift, [scale] = fitted([logits[:, None] for logits in unseen], truth, 1.0)
    bias, weights = fitted(inputs, truth, STRENGTH)
    unseen = [shift + scale * logits for logits in unseen]
    parts = np.split(scale * weights, [len(NAMES), len(NAMES) + all_known[0].vectors.shape[1]])
    threshold = best_threshold(level, all_known, [sigmoid(logits) for logits in unseen])
    head = Head(threshold, APART[level], shift + scale * bias, *parts)
    return replace(head, reading=trained_reading(level, all_known, unseen))


def trained_reading(level: str, all_known: Sequence[Known], logits: Sequence[Array]) -> ReadingHead | None:
    """The second step, on dialogues that the model read and their logits from a first step that had not seen them."""
    pairs = [(one, unseen) for one, unseen in zip(all_known, logits, strict=True) if one.surprise is not None]
    if not pairs:
        return None
    inputs = [np.column_stack([unseen, one.reading()]) for one, unseen in pairs]
    bias, weights = fitted(inputs, [one.truth for one, _ in pairs], READING_STRENGTH)
    head = ReadingHead(0.5, bias, float(weights[0]), weights[1:])
    chances = [head.probabilities(unseen, one.surprise, one.keys) for one, unseen in pairs]
    return replace(head, threshold=best_threshold(level, [one for one, _ in pairs], chances))


def fitted(inputs: Sequence[Array], truth: Sequence[Array], strength: float) -> tuple[float, Array]:
    scaler = StandardScaler().fit(np.vstack(inputs))
    scaler.scale_[scaler.scale_ < 1e-6] = 1.0  # a dimension that the embedder does not use
    model = LogisticRegression(C=strength, max_iter=500)
    model.fit(scaler.transform(np.vstack(inputs)), np.concatenate(truth))
    weights = model.coef_[0] / scaler.scale_
    return float(model.intercept_[0] - scaler.mean_ @ weights), weights


def best_threshold(level: str, all_known: Sequence[Known], chances: Sequence[Array]) -> float:
    """The threshold with the best F1 of sessions, or Pk of topics, as a mean over the sets."""

    def score(threshold: float) -> float:
        found: dict[str, list[float]] = defaultdict(list)
        for one, chance in zip(all_known, chances, strict=True):
            f, p, _ = scores(level, one.dialogue, highest(chance, threshold, APART[level]))
            found[one.dialogue.group].append(f if level == "session" else -p)
        return float(np.mean([np.mean(values) for values in found.values()]))

    return float(max(THRESHOLDS, key=score))


def as_json(head: Head) -> dict[str, Any]:
    found = {
        "threshold": round(head.threshold, 2),
        "apart": head.apart,
        "bias": round(head.bias, 4),
        "features": named(NAMES, head.features),
        "before": [round(float(w), 3) for w in head.before],
        "after": [round(float(w), 3) for w in head.after],
    }
    if head.reading is not None:
        found["reading"] = {
            "threshold": round(head.reading.threshold, 2),
            "bias": round(head.reading.bias, 4),
            "logit": round(head.reading.logit, 4),
            "features": named(READING_NAMES, head.reading.features),
        }
    return found


def named(names: Sequence[str], weights: Array) -> dict[str, float]:
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
