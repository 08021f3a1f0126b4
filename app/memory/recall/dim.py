"""Let what has faded step back a little: in order first, and in size after that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.core.types import EpisodeState
from app.memory.recall.candidates import Candidate

STEP_BACK: Mapping[EpisodeState, float] = {EpisodeState.FADING: 0.15, EpisodeState.ARCHIVED: 0.5}
"""Points of score: enough to let the fresher of two near equals come first, too little to hide what fits far better."""


def dimmed(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The candidates with what has faded a step further back, best first. Pure; nothing moves where all is vivid."""
    if all(c.state is EpisodeState.VIVID for c in ranked):
        return list(ranked)
    found = [
        replace(c, score=c.score - step, parts={**c.parts, "fading": -step}) if (step := STEP_BACK.get(c.state)) else c
        for c in ranked
    ]
    return sorted(found, key=lambda c: -c.score)
