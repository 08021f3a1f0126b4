"""The only place where parts are built and wired. Every part can be replaced by argument."""

from __future__ import annotations

import logging
import platform
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from app.chat.session import Session
from app.chat.working_memory import WorkingMemory
from app.core.clock import Clock, SystemClock
from app.core.errors import InputError, StoreError
from app.core.log import log_to
from app.core.paths import EMBEDDER, DataDir, default_data_dir, models_dir
from app.core.settings import OF_THIS_MACHINE, Settings, load_settings, save_settings
from app.core.types import Place
from app.memory.consolidation.consolidator import Consolidator
from app.memory.consolidation.kinds import JOB, KINDS
from app.memory.diary import Diary
from app.memory.documents.keeper import DocumentKeeper
from app.memory.engine import Memory
from app.memory.episodes import EpisodeKeeper
from app.memory.erase import EXPIRE, Eraser
from app.memory.facts import kinds as facts_kinds
from app.memory.facts.able import AbleReader
from app.memory.facts.keeper import FactKeeper
from app.memory.fade import FADE
from app.memory.fade_kinds import fading_kinds
from app.memory.recall.buffers import CHOICES
from app.memory.recall.features import STAGES
from app.memory.reembedding import Reembedding
from app.memory.steward import Steward
from app.memory.steward import kinds as by_hand
from app.runtime.host import ChatHost, EmbedHost
from app.runtime.kv_file import fingerprint
from app.runtime.messages import ChatConfig, EmbedConfig
from app.runtime.protocols import ChatModel, Embedder
from app.runtime.switch import EmbedderSwitch
from app.runtime.tuning import Tuning, remembered, this_machine
from app.schedule.conditions import Need, Presence, holder, lives
from app.schedule.jobs import (
    back_up,
    consolidate,
    embed,
    expire,
    fade,
    read_facts,
    reembed,
    segment,
    tune,
    unload,
    verify,
)
from app.schedule.runner import Job, Runner
from app.storage.owner import StoreOwner
from app.storage.store import open_store

_EMBED_EVERY = timedelta(minutes=2)
_SEGMENT_EVERY = timedelta(minutes=3)
_FACTS_EVERY = timedelta(minutes=4)
_TUNE = "tune"  # no part of a night: it is about the machine, not about memory
_KEEP_EVERY = timedelta(seconds=20)
_UNLOAD_EVERY = timedelta(minutes=1)
_NIGHT_EVERY = timedelta(minutes=5)  # how often it is looked whether a night may begin
_A_DAY = timedelta(hours=20)  # between one night's work and the next, whenever in the day the machine is left alone


@dataclass(slots=True)
class Assistant:
    """The whole engine without a surface. Use as a context manager, or call `close`."""

    data: DataDir
    clock: Clock
    settings: Settings
    store: StoreOwner
    memory: Memory
    model: ChatModel
    embedder: Embedder
    session: Session
    eraser: Eraser
    runner: Runner
    consolidator: Consolidator
    diary: Diary
    able: AbleReader
    steward: Steward
    documents: DocumentKeeper
    reembedding: Reembedding
    saved_model: str = ""
    model_at_start: str = ""  # named for this start alone, and never saved

    def change(self, settings: Settings) -> None:
        """Keep new settings and use them from the next question on. Model paths take effect at the next start."""
        settings = settings.checked()
        named_at_start = self.model_at_start and settings.model_path == self.model_at_start
        kept = replace(settings, model_path=self.saved_model) if named_at_start else settings
        save_settings(self.data.settings, kept)
        _tune(self.memory, settings)
        self.settings = self.session.settings = settings

    def took_over(self, folder: str) -> None:
        """Keep in the settings that another embedder serves now."""
        usual = folder == str(models_dir() / EMBEDDER)
        self.change(replace(self.settings, embedder_path="" if usual else folder, next_embedder=""))

    def adopt(self, found: Mapping[str, object]) -> None:
        """Use the settings of an archive, but for those that are about a machine. Raises InputError."""
        known = {field.name for field in fields(Settings)} - set(OF_THIS_MACHINE)
        values: dict[str, Any] = {name: value for name, value in found.items() if name in known}
        self.change(replace(self.settings, **values))

    def night(self, *, agreed: bool = False) -> list[Job]:
        """The jobs of a night in their order; `agreed` lets them retire more than the settings allow unasked."""
        night = [job for job in self.runner.jobs.values() if job.need is not Need.NOTHING and job.name != _TUNE]
        return [
            replace(job, work=_agreed(job.work, agreed)) if job.name in (JOB, FADE, EXPIRE) else job for job in night
        ]

    def rebuilding(self) -> Job:
        """The job that drops what nights have made and makes it anew."""
        return Job(JOB, self.consolidator.rebuild, _NIGHT_EVERY)

    def close(self) -> None:
        """Stop the jobs, end the model processes, and close the store. Idempotent."""
        self.session.stop()
        self.runner.end()
        self.session.working.keep()
        for model in (self.model, self.embedder):
            if isinstance(model, ChatHost | EmbedderSwitch):
                model.close()  # a job that waits for one fails at once, so that closing never waits for it
        self.runner.close()
        self.store.close()

    def __enter__(self) -> Assistant:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def place_here(space: str = "", device: str | None = None) -> Place:
    """Where something is said to this Mneme; the device is the machine's own name unless another is given."""
    return Place(space, "Mneme", platform.node() if device is None else device)


def build(  # noqa: PLR0913 - every part can be replaced
    data_dir: Path | None = None,
    *,
    model_path: Path | None = None,
    memory_budget: int = 0,
    meaning_wait_s: float = 20.0,
    background: bool = True,
    clock: Clock | None = None,
    model: ChatModel | None = None,
    embedder: Embedder | None = None,
    here: Place | None = None,
    presence: Presence | None = None,
    make_embedder: Callable[[str], Embedder] | None = None,
) -> Assistant:
    """Build an assistant on a data folder (default: the user's own) and open its store.

    `background` starts the scheduler. `meaning_wait_s` is how long a question waits for an embedder
    that is still loading. What is said is kept as said `here` (default: in no space). Models load when
    first asked; `memory_budget`, in bytes, goes before that of the settings. Raises StoreError or InputError.
    """
    clock = clock or SystemClock()
    data = DataDir(data_dir or default_data_dir())
    store, saved = _opened(data, clock)
    settings = saved if model_path is None else replace(saved, model_path=str(model_path))
    chat = model or ChatHost(_chat_config(data, settings, memory_budget))
    vectors = EmbedderSwitch(embedder or _embedder(str(settings.embedder)))
    memory = Memory(store, vectors, clock, here=here or place_here())
    try:
        _tune(memory, settings)
    except BaseException:
        store.close()
        raise
    eraser = Eraser(memory, data, clock, holder("erase"))
    _mend(eraser, memory)
    presence = presence or Presence()
    host = chat if isinstance(chat, ChatHost) else None
    working = WorkingMemory(store, host, clock, lambda: session.settings)
    session = Session(memory, chat, settings, clock, meaning_wait_s, presence, working)
    eraser.on_erased.append(session.forget)
    runner = Runner(clock, store, lambda: session.settings, presence)
    consolidator = Consolidator(store, clock, vectors, lambda: session.settings)
    able = AbleReader(store, clock, host)
    episodes = EpisodeKeeper(store, host)
    for job in _jobs(memory, episodes, able, consolidator, eraser, data, clock, lambda: session.settings):
        runner.add(job)
    hosts = [part for part in (chat, vectors) if isinstance(part, ChatHost | EmbedderSwitch)]
    if host is not None and not (memory_budget or settings.memory_budget):
        runner.add(_tuning(data, settings, host))
    runner.add(Job("keep", working.keep, _KEEP_EVERY, Need.CALM, due=working.waiting, recorded=False))
    runner.add(Job("unload", partial(_let_go, hosts, session), _UNLOAD_EVERY, Need.NOTHING, recorded=False))
    if background:
        runner.start()
    assistant: Assistant
    reembedding = Reembedding(
        store,
        vectors,
        make_embedder or _embedder,
        lambda: session.settings.next_embedder,
        lambda folder: assistant.took_over(folder),  # noqa: PLW0108 - built below,
    )
    runner.add(Job("re-embed", partial(reembed, reembedding), _EMBED_EVERY, Need.CALM, due=reembedding.waiting))
    diary = Diary(store, clock, {**KINDS, **facts_kinds.KINDS, **fading_kinds(clock), **by_hand(clock)})
    at_start = str(model_path) if model_path is not None else ""
    parts = (data, clock, settings, store, memory, chat, vectors, session, eraser, runner, consolidator, diary, able)
    hands = (Steward(memory, clock), DocumentKeeper(memory, clock), reembedding)
    assistant = Assistant(*parts, *hands, saved_model=saved.model_path, model_at_start=at_start)
    return assistant


def _embedder(folder: str) -> Embedder:
    return EmbedHost(EmbedConfig(folder))


def _opened(data: DataDir, clock: Clock) -> tuple[StoreOwner, Settings]:
    """The store, opened, and the settings beside it."""
    store = StoreOwner(lambda: open_store(data, clock))
    try:
        store.call(lambda opened: opened.spans.speakers())
        log_to(data.logs)
        return store, load_settings(data.settings)
    except BaseException:
        store.close()
        raise


def _chat_config(data: DataDir, settings: Settings, memory_budget: int) -> ChatConfig:
    return ChatConfig(
        str(settings.chat_model),
        settings.context_tokens,
        load_anyway=settings.load_anyway,
        memory_budget=memory_budget or settings.memory_budget * 10**6,
        devices=str(data.drives),
        tuning=_found_best(data, settings.chat_model),
    )


def _found_best(data: DataDir, model: Path) -> Tuning | None:
    """How this machine runs the model fastest, if that was measured."""
    if not data.tuning.is_file() or not model.is_file():
        return None
    return remembered(data.tuning, fingerprint(model), this_machine())


def _tuning(data: DataDir, settings: Settings, host: ChatHost) -> Job:
    """Find out once how this machine runs the chat model fastest."""
    work = partial(tune, settings.chat_model, data, host.tune)
    return Job(_TUNE, work, _NIGHT_EVERY, rest=_A_DAY, due=partial(_not_tuned, data, settings.chat_model))


def _not_tuned(data: DataDir, model: Path) -> bool:
    return model.is_file() and _found_best(data, model) is None


def _mend(eraser: Eraser, memory: Memory) -> None:
    """Finish what an earlier end of the app cut off: first erasures, before anything is read, then replies."""
    log = logging.getLogger(__name__)
    try:
        if count := eraser.resume(lambda other: other != holder("erase") and lives(other)):
            log.info("finished %d erasures that were cut off", count)
    except StoreError as error:  # it stays in the journal
        log.warning("an erasure is not finished yet: %s", error.message)
    try:
        memory.mend()
    except StoreError as error:  # a full disk must not keep anyone from reading
        log.warning("torn replies stay torn for now: %s", error.message)


def _jobs(
    memory: Memory,
    episodes: EpisodeKeeper,
    able: AbleReader,
    consolidator: Consolidator,
    eraser: Eraser,
    data: DataDir,
    clock: Clock,
    settings: Callable[[], Settings],
) -> Iterator[Job]:
    """The work of a night, in its order, with its conditions."""
    yield Job("embed", partial(embed, memory), _EMBED_EVERY, Need.CALM, due=memory.waiting)
    yield Job("segment", partial(segment, episodes), _SEGMENT_EVERY, Need.CALM, due=episodes.waiting)
    facts = FactKeeper(memory.store, clock)
    reading = partial(read_facts, facts, able)
    yield Job("facts", reading, _FACTS_EVERY, Need.CALM, due=lambda: facts.waiting() or able.waiting())
    yield Job(JOB, partial(consolidate, consolidator), _NIGHT_EVERY, rest=_A_DAY)
    letting_go = partial(fade, memory.store, clock, lambda: settings().sleep_most_retired)
    yield Job(FADE, letting_go, _NIGHT_EVERY, rest=_A_DAY)
    yield Job(EXPIRE, partial(expire, eraser, settings), _NIGHT_EVERY, rest=_A_DAY)
    yield Job("verify", partial(verify, memory.store), _NIGHT_EVERY, rest=_A_DAY)
    yield Job("back up", partial(back_up, data, clock), _NIGHT_EVERY, rest=_A_DAY)


def _agreed(work: Callable[..., Mapping[str, float]], agreed: bool) -> Callable[..., Mapping[str, float]]:
    return partial(work, agreed=agreed)


def _let_go(hosts: Sequence[ChatHost | EmbedderSwitch], session: Session, *_: object) -> Mapping[str, float]:
    return unload(hosts, session.settings.unload_after_minutes * 60)


def _tune(memory: Memory, settings: Settings) -> None:
    """Learn or not, switch stages of recall off, and choose its buffers, as the settings say."""
    memory.learning.on = settings.learn and not settings.pause
    memory.paused = settings.pause
    memory.forgetting = settings.forgetting
    memory.without = frozenset(re.findall(r"\w+", settings.recall_without))
    if (strange := memory.without - STAGES.keys()) or settings.recall_buffers not in CHOICES:
        known = f"Stages are {', '.join(STAGES)}; buffers are {', '.join(CHOICES)}."
        named = ", ".join(sorted(strange)) or settings.recall_buffers
        raise InputError("The settings name {0!r}, which recall does not have. {1}", named, known)
    memory.choice = CHOICES[settings.recall_buffers]
