"""Lets a chat model read facts where the rules are silent, if it was measured to be able to, while nobody waits."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from app.core.clock import Clock
from app.core.errors import ModelError, ModelStopped
from app.core.facts import BY_MODEL, ME
from app.core.types import Message, ModelInfo
from app.memory.facts import by_model, keeper
from app.memory.facts.kinds import changes_of
from app.memory.facts.probe import hopeless, judged, probes
from app.runtime.protocols import ShapedWriter
from app.storage.fact_readers import Ability
from app.storage.owner import StoreOwner
from app.storage.store import Store

_log = logging.getLogger(__name__)
_AT_ONCE = 4  # messages that lie with the model at a time
_A_RUN = 16


class AbleReader:
    """Reads with the loaded model, if there is one. Thread-safe and blocking; one run at a time."""

    def __init__(self, store: StoreOwner, clock: Clock, model: ShapedWriter | None) -> None:
        self._store = store
        self._clock = clock
        self._model = model
        self._answers: dict[str, list[str]] = {}  # to the probe, so far
        self._broke = False

    def waiting(self) -> bool:
        """Whether a model is there that has not been judged, or is able and has something to read: a cheap look."""
        model = self._idle()
        if model is None:
            return False
        version = _version(model)

        def look(store: Store) -> bool:
            found = store.fact_readers.ability(version)
            return found is None or (found.able and bool(store.fact_readers.silent(keeper.VERSION, version, 1)))

        return self._store.call(look, background=True)

    def ability(self) -> Ability | None:
        """How able the loaded model was found; None where it has not been asked, or none is loaded."""
        info = self._model.info if self._model is not None else None
        return self._store.call(lambda store: store.fact_readers.ability(_version(info))) if info else None

    def read_pending(self, keep_going: Callable[[], bool] = lambda: True) -> int:
        """Judge the model if it has not been, and let it read a few messages if it is able; how many it read.

        Ends within a moment when `keep_going` says no or a person asks; what was read until then is kept.
        Raises StoreError.
        """
        info = self._idle()
        try:
            if info is None or not keep_going() or (found := self.judge(keep_going)) is None or not found.able:
                return 0
            return self._read(info, keep_going)
        except ModelStopped as error:  # it must not end in the same place again and again
            self._broke = True
            _log.warning("no model reads facts until the next start: %s", error.message)
            return 0
        except ModelError as error:  # the rules have read; a model that is short of memory today reads another day
            _log.warning("no model reads facts for now: %s", error.message)
            return 0

    def judge(self, keep_going: Callable[[], bool] = lambda: True, *, thoroughly: bool = False) -> Ability | None:
        """What was measured of the loaded model, or is now; None when stopped, or where none is loaded.

        A probe that was stopped goes on where it was. It ends as soon as the model cannot turn out able any more, but
        for one that is done `thoroughly`, which begins anew. Raises ModelError or StoreError.
        """
        info = self._model.info if self._model is not None else None
        if info is None:
            return None
        version = _version(info)
        known = self._store.call(lambda store: store.fact_readers.ability(version), background=True)
        if known is not None and not thoroughly:
            return known
        answers = [] if thoroughly else self._answers.setdefault(version, [])
        while len(answers) < len(probes()) and (thoroughly or not hopeless(answers)):
            asked = [probe.message for probe in probes()[len(answers) :][:_AT_ONCE]]
            if not (said := self._ask(asked, keep_going)):
                return None
            answers += said
        found = judged(answers)
        self._store.write(partial(_keep_verdict, info=info, found=found), background=True)
        return found

    def _read(self, info: ModelInfo, keep_going: Callable[[], bool]) -> int:
        done = 0
        while done < _A_RUN and keep_going() and self._idle() == info:
            work = partial(_silent, version=_version(info))
            messages = self._store.call(work, background=True)
            asked = [message for message in messages if by_model.states(message.text)]
            said = self._ask([message.text for message in asked], keep_going) if asked else []
            answers = {message.id: "[]" for message in messages if message not in asked}
            answers |= {message.id: answer for message, answer in zip(asked, said, strict=False)}
            self._store.write(partial(self._keep, info=info, messages=messages, answers=answers), background=True)
            done += len(answers)
            if len(answers) < _AT_ONCE:
                break
        return done

    def _keep(self, store: Store, info: ModelInfo, messages: Sequence[Message], answers: dict[int, str]) -> None:
        """What was read, and in the change log what took the place of what was known."""
        here = {message.id for message in _silent(store, _version(info))}
        for message in messages:
            if message.id in here and message.id in answers:  # what was erased meanwhile is not
                speaker = message.speaker.casefold() or ME
                said = by_model.believed(
                    answers[message.id], message.text, message.created_at, speaker, message_id=message.id
                )
                named = [replace(one, method=_method(info)) for one in said]
                for change in changes_of(store, store.fact_readers.put(message.id, named, _version(info))):
                    store.changes.note(change, self._clock.now())

    def _ask(self, texts: Sequence[str], keep_going: Callable[[], bool]) -> list[str]:
        assert self._model is not None
        prompts = [by_model.prompt(text) for text in texts]
        return self._model.write_shaped(prompts, by_model.grammar(), by_model.MOST_TOKENS, keep_going)

    def _idle(self) -> ModelInfo | None:
        return self._model.info if self._model is not None and not self._model.busy and not self._broke else None


def told(found: Ability) -> str:
    """What was measured, in a line."""
    who = "this model may read facts" if found.able else "facts are read by rule alone: this model is not able enough"
    return f"{who} (of {found.asked} probes: precision {found.precision:.2f}, recall {found.recall:.2f})"


def _silent(store: Store, version: str) -> list[Message]:
    return [store.conversations.message(key) for key in store.fact_readers.silent(keeper.VERSION, version, _AT_ONCE)]


def _keep_verdict(store: Store, info: ModelInfo, found: Ability) -> None:
    store.fact_readers.judge(_version(info), found)
    if not found.able:
        store.fact_readers.drop(_method(info))


def _version(info: ModelInfo) -> str:
    return f"{info.fingerprint} {info.llama} {by_model.version()}"


def _method(info: ModelInfo) -> str:
    return f"{BY_MODEL}{info.fingerprint}"
