"""The background jobs, as plain functions that know nothing of a scheduler.

Each is told when to stop (`keep_going`), says how far it got (`report`), and returns its figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from app.core.clock import Clock
from app.core.paths import DataDir
from app.core.settings import Settings
from app.memory import fade as fading
from app.memory.consolidation.consolidator import Consolidator
from app.memory.engine import Memory
from app.memory.episodes import EpisodeKeeper
from app.memory.erase import Eraser
from app.memory.facts.able import AbleReader
from app.memory.facts.keeper import FactKeeper
from app.memory.reembedding import Reembedding
from app.runtime.chooser import find_best
from app.runtime.kv_file import fingerprint
from app.runtime.tuning import Tuning, remember, this_machine
from app.storage.backups import keep_copies
from app.storage.owner import StoreOwner
from app.storage.verify import verified

Figures = Mapping[str, float]
KeepGoing = Callable[[], bool]
Report = Callable[[int, int], None]


class Unloadable(Protocol):
    """A model that can give its memory back."""

    def unload_if_idle(self, seconds: float) -> bool:
        """End it when nothing was asked of it for so long."""
        ...


def embed(memory: Memory, keep_going: KeepGoing, report: Report) -> Figures:
    """Give new spans their vectors."""
    return {"spans": memory.embed_pending(keep_going, report)}


def reembed(reembedding: Reembedding, keep_going: KeepGoing, report: Report) -> Figures:
    """Let another embedder take over, once there is a vector by it for everything."""
    return {"spans": reembedding.run(keep_going, report)}


def segment(episodes: EpisodeKeeper, keep_going: KeepGoing, report: Report) -> Figures:
    """Cut conversations that changed into episodes."""
    return {"conversations": episodes.segment_pending(keep_going, report)}


def consolidate(consolidator: Consolidator, keep_going: KeepGoing, report: Report, *, agreed: bool = False) -> Figures:
    """Fold, link and gather what is new. Raises ConsentNeeded unless it was `agreed` to beforehand."""
    return consolidator.sleep(keep_going, report, agreed=agreed)


def fade(
    store: StoreOwner,
    clock: Clock,
    most: Callable[[], float],
    keep_going: KeepGoing,
    report: Report,
    *,
    agreed: bool = False,
) -> Figures:
    """Let memories that are of no use fade, and those that are stay. Raises ConsentNeeded unless it was `agreed` to."""
    return fading.fade(store, clock.now(), keep_going, most=1.0 if agreed else most()).figures()


def expire(
    eraser: Eraser,
    settings: Callable[[], Settings],
    keep_going: KeepGoing,
    report: Report,
    *,
    agreed: bool = False,
) -> Figures:
    """Erase what has been archived for longer than its words are to be kept. Raises ConsentNeeded, as `fade` does."""
    chosen = settings()
    erased = eraser.expire(chosen.retention_days, 1.0 if agreed else chosen.sleep_most_retired)
    return {"erased": erased.messages} if erased is not None else {}


def read_facts(facts: FactKeeper, able: AbleReader, keep_going: KeepGoing, report: Report) -> Figures:
    """Read what was said for facts, where this version of the rules has not, and then where an able model has not."""
    return {"messages": facts.extract_pending(keep_going), "by model": able.read_pending(keep_going)}


def verify(store: StoreOwner, keep_going: KeepGoing, report: Report) -> Figures:
    """Look whether the store is sound, and mend the indexes of words and vectors. Raises StoreDamaged."""
    words = verified(store.call(lambda opened: opened.path, background=True))
    return {"mended": words + store.call(lambda opened: opened.vectors.verify(), background=True)}


def back_up(data: DataDir, clock: Clock, keep_going: KeepGoing, report: Report) -> Figures:
    """Copy the store as it is now, verify the copy, and keep one a day for a week and one a week for a month."""
    return {"copies": keep_copies(data.database, data.backups, clock.now(), keep_going)}


def tune(model: Path, data: DataDir, use: Callable[[Tuning], None], keep_going: KeepGoing, report: Report) -> Figures:
    """Find out how this machine runs the model fastest, remember it, and use it from the model's next start on."""
    if (found := find_best(model, data.weights, keep_going)) is None:
        return {}
    remember(data.tuning, fingerprint(model), this_machine(), found)
    use(found)
    return {"tuned": 1}


def unload(models: Sequence[Unloadable], idle_s: float) -> Figures:
    """End the processes of models that nobody has used for `idle_s` seconds."""
    return {"unloaded": sum(model.unload_if_idle(idle_s) for model in models)}
