"""The only place where parts are built and wired. Every part can be replaced by argument."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import TracebackType

from app.chat.session import Session
from app.core.clock import Clock, SystemClock
from app.core.log import log_to
from app.core.paths import DataDir, default_data_dir
from app.core.settings import Settings, load_settings, save_settings
from app.memory.engine import Memory
from app.runtime.host import ChatHost, EmbedHost
from app.runtime.messages import ChatConfig, EmbedConfig
from app.runtime.protocols import ChatModel, Embedder
from app.schedule.jobs import embed, unload
from app.schedule.runner import Runner
from app.storage.owner import StoreOwner
from app.storage.store import open_store

_EMBED_EVERY = timedelta(minutes=2)
_UNLOAD_EVERY = timedelta(minutes=1)


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
    runner: Runner

    def change(self, settings: Settings) -> None:
        """Keep new settings and use them from the next question on. Model paths take effect at the next start."""
        settings = settings.checked()
        save_settings(self.data.settings, settings)
        self.settings = self.session.settings = settings

    def close(self) -> None:
        """Stop the jobs, end the model processes, and close the store. Idempotent."""
        self.session.stop()
        self.runner.close()
        for model in (self.model, self.embedder):
            if isinstance(model, ChatHost | EmbedHost):
                model.close()
        self.store.close()

    def __enter__(self) -> Assistant:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def build(
    data_dir: Path | None = None,
    *,
    model_path: Path | None = None,
    meaning_wait_s: float = 20.0,
    background: bool = True,
    clock: Clock | None = None,
    model: ChatModel | None = None,
    embedder: Embedder | None = None,
) -> Assistant:
    """Build an assistant on a data folder (default: the user's own) and open its store.

    `background` starts the scheduler. `meaning_wait_s` is how long a question waits for an embedder
    that is still loading. Models load when first asked. Raises StoreError or InputError.
    """
    clock = clock or SystemClock()
    data = DataDir(data_dir or default_data_dir())
    store = StoreOwner(lambda: open_store(data, clock))
    try:
        store.call(lambda opened: opened.spans.speakers())
        log_to(data.logs)
        settings = load_settings(data.settings)
    except BaseException:
        store.close()
        raise
    if model_path is not None:
        settings = replace(settings, model_path=str(model_path))
    chat = model or ChatHost(
        ChatConfig(str(settings.chat_model), settings.context_tokens, load_anyway=settings.load_anyway)
    )
    vectors = embedder or EmbedHost(EmbedConfig(str(settings.embedder)))
    memory = Memory(store, vectors, clock)
    memory.mend()
    session = Session(memory, chat, settings, clock, meaning_wait_s)
    runner = Runner(clock)
    runner.add("embed", partial(embed, memory, runner.keep_going), _EMBED_EVERY)
    hosts = [part for part in (chat, vectors) if isinstance(part, ChatHost | EmbedHost)]
    runner.add("unload", lambda: unload(hosts, session.settings.unload_after_minutes * 60), _UNLOAD_EVERY)
    if background:
        runner.start()
    return Assistant(data, clock, settings, store, memory, chat, vectors, session, runner)
