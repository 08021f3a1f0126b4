"""One turn of the conversation as the window lives through it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.chat.events import Answered, Recalled, Stored, TurnEvent, Words
from app.core.errors import MnemeError
from app.core.types import Hit, Message, MessageState, Mode, ReplyStats, Verdict
from app.runtime.protocols import Reading, Running
from app.ui.chat.transcript import Transcript
from app.ui.engine import Engine
from app.ui.tasks import Tasks
from app.ui.words.phrases import told


class Turn(QObject):
    """Runs one question at a time off the UI thread and tells how it goes. Survives a change of conversation."""

    began = Signal()
    stored = Signal(object)
    recalled = Signal(object)
    words = Signal(str)
    progress = Signal(str)
    ended = Signal(object)
    failed = Signal(object)

    def __init__(self, engine: Engine, tasks: Tasks) -> None:
        super().__init__()
        self._engine = engine
        self._tasks = tasks
        self.running = False
        self.began_in: int | None = None
        self.conversation: int | None = None
        self.question: Message | None = None
        self.replaced = 0  # the message that the question stands in the place of
        self.beside = False  # whether another version stands beside what is said
        self._hits: Sequence[Hit] = ()
        self._verdict = Verdict()
        self._text = ""
        self._reply: Message | None = None
        self._stats: ReplyStats | None = None
        self.live = ""

    def ask(
        self, text: str, conversation_id: int | None, mode: Mode = Mode.REMEMBER, documents: Sequence[int] = ()
    ) -> None:
        """Ask in a conversation, or in a new one of this mode, and hand documents over."""
        if (assistant := self._engine.assistant) is not None and not self.running:
            self.began_in, self.conversation, self.question = conversation_id, None, None
            self.replaced, self.beside = 0, False
            self._run(assistant.session.ask(text, conversation_id, mode, documents))

    def ask_otherwise(self, message: Message, text: str) -> None:
        """Put another version beside a message of the user's, and ask that."""
        if (assistant := self._engine.assistant) is not None and not self.running:
            self.began_in, self.conversation, self.question = message.conversation_id, None, None
            self.replaced, self.beside = message.id, True
            self._run(assistant.session.ask_otherwise(message, text))

    def answer_again(self, question: Message) -> None:
        """Ask for another reply beside the one that is there."""
        if (assistant := self._engine.assistant) is not None and not self.running:
            self.began_in = self.conversation = question.conversation_id
            self.question, self.beside = question, True
            self._run(assistant.session.answer(question, anew=True))

    def retry(self) -> None:
        """Answer again the question whose reply failed."""
        question = self.question
        if (assistant := self._engine.assistant) is not None and question is not None and not self.running:
            self.beside = True
            self._run(assistant.session.answer(question))

    def stop(self) -> None:
        """End the reply; what it said is kept."""
        assistant = self._engine.assistant
        if self.running and assistant is not None:
            self._tasks.run(assistant.session.stop)

    def finished(self, thread: Sequence[Message]) -> list[Message]:
        """The messages that are not streaming right now."""
        return [m for m in thread if not (self.running and m.state is MessageState.STREAMING)]

    def show_live(self, transcript: Transcript, conversation_id: int, now: datetime) -> None:
        """Bring the reply that streams back on the page of its conversation."""
        if self.running and conversation_id == self.conversation:
            transcript.begin_after(self.question.id if self.question else 0, now)
            transcript.set_sources(self._hits, self._verdict, self.question.id if self.question else 0)
            transcript.add_words(self._text)

    def status(self) -> str:
        """The line under the composer: the model, its speed, the state of memory."""
        engine = self._engine
        if engine.assistant is None:
            return self.tr("Opening your memory…")
        parts = [engine.model.name if engine.model is not None else self.tr("The model is loading…")]
        if self.live:
            parts.append(told(self.live))
        elif engine.model is not None and engine.model.note:
            parts.append(told(engine.model.note))
        if not self.live and self._stats is not None and self._stats.tokens_per_second:
            parts.append(self.tr("{0} tokens/s").format(f"{self._stats.tokens_per_second:.0f}"))
        parts += _known(self._stats)
        if engine.assistant.settings.pause:
            parts.append(self.tr("memory is paused"))
        elif not engine.assistant.settings.recall:
            parts.append(self.tr("memory is not used in replies"))
        else:
            waiting = (
                self.tr("memory by words only")
                if engine.without_meaning
                else self.tr("memory by words, meaning is loading…")
            )
            parts.append(self.tr("memory ready") if engine.by_meaning else waiting)
        return " · ".join(parts)

    def _run(self, events: Iterator[TurnEvent]) -> None:
        self.running, self._hits, self._text, self._reply = True, (), "", None
        self._verdict, self.live = Verdict(), ""
        self.began.emit()
        self.progress.emit(self.tr("Thinking…"))
        self._tasks.stream(lambda: events, self._take, self._done, self._fail)

    def _take(self, event: TurnEvent) -> None:
        if isinstance(event, Stored):
            self.conversation, self.question = event.conversation.id, event.message
            self.stored.emit(event.conversation)
        elif isinstance(event, Recalled):
            self._hits, self._verdict = event.hits, event.verdict
            self.recalled.emit(event)
        elif isinstance(event, Words):
            self._text += event.text
            self.words.emit(event.text)
        elif isinstance(event, Reading) and event.total:
            words = self.tr("Reading… {0} of {1} tokens, {2} known")
            self.progress.emit(words.format(event.done, event.total, event.cached))
        elif isinstance(event, Running):
            self.live = event.line
            self.progress.emit(self.status())
        elif isinstance(event, Answered):
            self._reply, self._stats = event.message, event.stats
            self._engine.tokens_per_second = event.stats.tokens_per_second if event.stats is not None else 0.0

    def _done(self) -> None:
        self.running = False
        self.ended.emit(self._reply)
        if (assistant := self._engine.assistant) is not None:
            assistant.runner.soon("embed")

    def _fail(self, error: MnemeError) -> None:
        self.running = False
        self.failed.emit(error)


def _known(stats: ReplyStats | None) -> list[str]:
    """How much of the conversation the model knew already when it began to read."""
    if stats is None:
        return []
    known = QCoreApplication.translate("Turn", "{0} read before").format(f"{stats.reused:.0%}")
    return [_went_on().format(known) if stats.resumed else known]


def _went_on() -> str:
    return QCoreApplication.translate("Turn", "went on where you left off, {0}")
