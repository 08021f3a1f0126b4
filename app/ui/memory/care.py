"""Forgetting, privacy and the pause in the window: asks the engine off the UI thread and shows what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.core.clock import Clock
from app.core.errors import MnemeError
from app.core.types import Conversation, Mode, is_private
from app.ui.engine import Engine
from app.ui.memory.forget_panel import ForgetPanel
from app.ui.memory.mode_bar import ModeBar
from app.ui.tasks import Tasks
from app.ui.words import phrases

if TYPE_CHECKING:  # the window paints before the engine is imported
    from app.bootstrap import Assistant
    from app.memory.erasure import Erased, Preview


class Care(QObject):
    """Owns the forget panel and the mode bar. `panel_wanted` asks for the panel to be shown, `erased` says that
    conversations changed, `opened` that a conversation is now under another id, `pausing` that settings are to change,
    `mode_changed` whether the page is a private one now, `paused` whether memory is."""

    panel_wanted = Signal()
    erased = Signal()
    opened = Signal(int)
    pausing = Signal(object)
    mode_changed = Signal(bool)
    paused = Signal(bool)

    def __init__(self, engine: Engine, tasks: Tasks, clock: Clock, failed: Callable[[MnemeError], None]) -> None:
        super().__init__()
        self._engine, self._tasks, self._clock, self._failed = engine, tasks, clock, failed
        self.panel = ForgetPanel()
        self.bar = ModeBar()
        self.mode = Mode.REMEMBER  # of what is said next
        self._conversation: int | None = None
        self._message = 0
        self._episodes: list[int] = []
        self.panel.scope_wanted.connect(self._look)
        self.panel.erase_wanted.connect(self._erase)
        self.panel.archive_wanted.connect(self._archive)
        self.panel.undo_wanted.connect(self._undo)
        self.bar.chosen.connect(self._choose)
        self.bar.keep_wanted.connect(self.keep)
        self.bar.resume_wanted.connect(lambda: self.pause(False))

    @property
    def private(self) -> Sequence[Conversation]:
        """The private conversations that there are."""
        assistant = self._engine.assistant
        return assistant.session.private.all() if assistant is not None else ()

    def forget(self, message_id: int) -> None:
        """Show what would go with a message."""
        self._message = message_id
        self.panel.begin()
        self.panel_wanted.emit()
        self._look("message")

    def forget_conversation(self, conversation_id: int) -> None:
        """Show what would go with a whole conversation, or a document."""
        first = lambda store: next((m.id for m in store.conversations.thread(conversation_id)), 0)  # noqa: E731

        def show(message_id: int) -> None:
            self._message = message_id
            self.panel.begin("conversation")
            self.panel_wanted.emit()
            self._look("conversation")

        self._ask(lambda assistant: assistant.store.call(first), show)

    def pin(self, message_id: int, on: bool) -> None:
        """Never let the episode of a message fade, or let it fade again."""

        def work(assistant: Assistant) -> None:
            from app.core.errors import InputError
            from app.memory.fade import pin
            from app.memory.steward import TOO_NEW

            found = assistant.store.call(lambda store: list(store.episodes.numbers([message_id]).values()))
            if not assistant.store.write(lambda store: pin(store, found, self._clock.now(), on=on)):
                raise InputError(TOO_NEW)

        self._ask(work, lambda _: None)

    def show_conversation(self, conversation_id: int | None) -> None:
        """Show the mode of a conversation; None is a new chat, which is remembered unless it is chosen otherwise."""
        self._conversation = conversation_id
        if conversation_id is None:
            self._show(Mode.REMEMBER)
            return

        def work(assistant: Assistant) -> Mode:
            if is_private(conversation_id):
                found = assistant.session.private.get(conversation_id)
            else:
                found = assistant.store.call(lambda store: store.conversations.get(conversation_id))
            return found.mode if found is not None else Mode.REMEMBER

        self._ask(work, lambda mode: self._show(mode) if self._conversation == conversation_id else None)

    def begin(self, mode: Mode) -> None:
        """What is said next begins a conversation of this mode."""
        self._conversation = None
        self._show(mode)

    def refresh(self) -> None:
        """Show the mode again, after settings changed."""
        self._show(self.mode)

    def pause(self, on: bool) -> None:
        """Pause memory everywhere, or end the pause."""
        if (assistant := self._engine.assistant) is not None:
            self.pausing.emit(replace(assistant.settings, pause=on))

    def _look(self, scope: str) -> None:
        self.panel.wait()
        message_id = self._message

        def work(assistant: Assistant) -> Preview:
            from app.memory.erasure import Target

            def target(store: Any) -> Target:
                if scope == "conversation":
                    return Target(conversations=(store.conversations.message(message_id).conversation_id,))
                episode = store.episodes.episode_of([message_id]).get(message_id) if scope == "episode" else None
                return Target(episodes=(episode.uid,)) if episode else Target(messages=(message_id,))

            return assistant.eraser.preview(assistant.eraser.find(assistant.store.call(target)))

        def show(preview: Preview) -> None:
            if self._message == message_id:
                self.panel.show_preview(preview, self._clock.now())

        self._ask(work, show, self._problem)

    def _erase(self, ids: Sequence[int], stay: Sequence[int]) -> None:
        self.panel.show_progress(self.tr("Erasing, and looking for traces…"))

        def done(erased: Erased) -> None:
            self.panel.show_erased(erased)
            self.erased.emit()

        self._ask(lambda assistant: assistant.eraser.erase(ids, stay), done, self._problem)

    def _archive(self) -> None:
        messages = [self._message]

        def work(assistant: Assistant) -> list[int]:
            from app.memory.fade import archive

            found = assistant.store.call(lambda store: sorted(set(store.episodes.numbers(messages).values())))
            if found:
                assistant.store.write(lambda store: archive(store, found, self._clock.now()))
            return found

        def done(episodes: list[int]) -> None:
            self._episodes = episodes
            self.panel.show_archived(len(episodes))

        self._ask(work, done, self._problem)

    def _undo(self) -> None:
        def work(assistant: Assistant) -> None:
            from app.memory.fade import bring_back

            assistant.store.write(lambda store: bring_back(store, self._episodes, self._clock.now()))

        self._ask(work, lambda _: self.panel.show_undone(), self._problem)

    def _choose(self, mode: Mode) -> None:
        key = self._conversation
        if key is not None and is_private(key) and mode is Mode.REMEMBER:
            self.keep()
            return

        def work(assistant: Assistant) -> None:
            if key is not None and is_private(key):
                assistant.session.private.set_mode(key, mode)
            elif key is not None:
                assistant.store.write(lambda store: store.conversations.set_mode(key, mode))

        self._ask(work, lambda _: self._show(mode))

    def keep(self) -> None:
        """Write the private conversation that is open, or the last one, after all."""
        key = self._conversation if is_private(self._conversation) else next((t.id for t in self.private), None)
        if key is None:
            self._show(Mode.REMEMBER)
            return
        self._ask(lambda assistant: assistant.session.private.keep(key), lambda kept: self.opened.emit(kept.id))

    def _show(self, mode: Mode) -> None:
        self.mode = mode
        assistant = self._engine.assistant
        paused = assistant is not None and assistant.settings.pause
        self.bar.show_mode(mode, private=is_private(self._conversation), paused=paused)
        self.paused.emit(paused)
        self.mode_changed.emit(paused or mode is not Mode.REMEMBER)

    def _problem(self, error: MnemeError) -> None:
        self.panel.show_problem(phrases.message(error))

    def _ask(
        self,
        work: Callable[[Assistant], Any],
        done: Callable[[Any], None],
        failed: Callable[[MnemeError], None] | None = None,
    ) -> None:
        if (assistant := self._engine.assistant) is not None:
            self._tasks.run(lambda: work(assistant), done, failed or self._failed)
