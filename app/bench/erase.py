"""`mneme bench erase`: random erasures, some of them killed in the middle, and a search for what they left.

A store is filled with made-up talk through the doors that chat and nights use, with replies that were shown memories,
backups, a draft and a log. Then messages, episodes, conversations and what a search finds are erased, one after the
other. Every fourth erasure runs in a process that is killed at a random moment (SIGKILL), and is finished by the next
start. What is left is searched by plain `find` over the bytes of every file, which shares no code with the app's probe:
each text whole, windows of 20 bytes of it, and its rarest words.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from statistics import fmean, median

from app.bench.report import Report, percentile
from app.bench.talk import talks
from app.bootstrap import Assistant, build
from app.core.settings import Settings
from app.core.types import NewMessage, Recall, Role
from app.memory.erasure import Target
from app.runtime.host import EmbedHost
from app.runtime.messages import EmbedConfig
from app.runtime.protocols import Embedder
from app.storage.migrations import back_up
from app.storage.store import Store

Progress = Callable[[int, int], None]
_EACH = 8  # messages in the store for each erasure
_ASKED = 0.05  # questions that were asked about it, for each message
_KILLED_EVERY = 4
_WINDOW = 20
_WORD = 7
_COPIES_EVERY = 20


def bench_erase(n: int, quick: bool, progress: Progress, embedder: Embedder | None = None, seed: int = 0) -> Report:
    """Erase `n` times, and look for what is left."""
    host = EmbedHost(EmbedConfig(str(Settings().embedder))) if embedder is None else None
    lasting = _Lasting(host or embedder)  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory(prefix="mneme-bench-") as name:
        trial = _Trial(Path(name), n, Random(seed), lasting)  # noqa: S311 - chance, not secrets
        try:
            trial.fill()
            for number in range(n):
                trial.erase(number)
                progress(number + 1, n)
            figures = trial.figures()
        finally:
            trial.close()
            if host is not None:
                host.close()
    settings = {"n": n, "messages": n * _EACH, "killed_every": _KILLED_EVERY, "quick": quick, "window_bytes": _WINDOW}
    return Report("erase", settings, figures)


class _Lasting:
    """An embedder that outlives the store, which is opened anew after each kill."""

    def __init__(self, host: Embedder) -> None:
        self._host = host
        self.load, self.embed = host.load, host.embed

    @property
    def running(self) -> bool:
        """Whether it answers at once."""
        return self._host.running

    @property
    def identity(self) -> str:
        """Name and content hash of the weights."""
        return self._host.identity

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return self._host.dimension


class _Trial:
    """A store, what was erased from it, and what was found of that."""

    def __init__(self, folder: Path, n: int, rng: Random, embedder: Embedder) -> None:
        self._folder = folder
        self._n = n
        self._rng = rng
        self._embedder = embedder
        self._assistant = self._open()
        self._ms: list[float] = []
        self._found = self._recalled = self._by_probe = self._erased = self._killed = self._cut_off = 0

    def fill(self) -> None:
        """Talk, questions that were shown memories, a night, and files beside the store."""
        self._assistant.embedder.load()
        keys = []
        for talk in talks(self._n * _EACH, 1):
            keys += self._talk(talk.question, talk.texts)
        self._assistant.memory.embed_pending()
        for key in self._rng.sample(keys, max(int(len(keys) * _ASKED), 1)):
            self._ask(key)
        for job in self._assistant.night(agreed=True):
            self._assistant.runner.run(job)
        self._copy("before-update-20250101-000000")
        (self._folder / "window.ini").write_text("[General]\ndraft=Something that was not sent yet\n", encoding="utf-8")

    def erase(self, number: int) -> None:
        """One random erasure, and the search for what it left."""
        if number % _COPIES_EVERY == 0:
            self._copy(f"before-update-2025{1 + number // _COPIES_EVERY:04}-000000")
        ids = self._some()
        if not ids:
            return
        texts = self._assistant.store.call(lambda store: store.words.said(ids))
        begun = time.perf_counter()
        if number % _KILLED_EVERY == _KILLED_EVERY - 1:
            self._killed += 1
            self._kill(ids)
        else:
            erased = self._assistant.eraser.erase(ids)
            self._by_probe += erased.bytes_found
            self._ms.append((time.perf_counter() - begun) * 1000)
        self._erased += len(ids)
        self._look(set(ids), texts)

    def close(self) -> None:
        """Let the store go."""
        self._assistant.close()

    def figures(self) -> dict[str, float]:
        """What was found, and how long an erasure took."""
        return {
            "bytes_found": float(self._found),
            "recalled": float(self._recalled),
            "ms": median(self._ms) if self._ms else 0.0,
            "p95_ms": percentile(self._ms, 95),
            "mean_ms": fmean(self._ms) if self._ms else 0.0,
            "erasures": float(self._n),
            "messages_erased": float(self._erased),
            "killed": float(self._killed),
            "killed_in_the_middle": float(self._cut_off),
            "probe.bytes_found": float(self._by_probe),
            "store_mb": sum(path.stat().st_size for path in self._folder.rglob("*") if path.is_file()) / 1e6,
        }

    def _open(self) -> Assistant:
        return build(self._folder, background=False, embedder=self._embedder)

    def _talk(self, title: str, texts: Sequence[str]) -> list[int]:
        now = self._assistant.clock.now()

        def work(store: Store) -> list[int]:
            conversation = store.conversations.create(title, now).id
            keys: list[int] = []
            for place, text in enumerate(texts):
                role = (Role.USER, Role.ASSISTANT)[place % 2]
                message = NewMessage(conversation, role, text, now, keys[-1] if keys else None)
                keys.append(self._assistant.memory.add_inside(store, [message])[0].id)
            return keys

        return self._assistant.store.write(work)

    def _ask(self, about: int) -> None:
        """A question about a message, with a record of what was shown, and a reply that takes words from it."""
        [text] = self._assistant.store.call(lambda store: store.words.said([about]))
        words = re.findall(r"\w+", text)
        conversation, question = self._assistant.memory.begin(
            f"What about {' '.join(words[-4:])}?", self._assistant.clock.now()
        )
        recall: Recall = self._assistant.memory.recall(question.text, 6, without={question.id})
        now = self._assistant.clock.now()
        self._assistant.store.write(
            lambda store: store.recalls.log(question.id, recall.hits, recall.by_meaning, now, recall.verdict)
        )
        reply = NewMessage(conversation.id, Role.ASSISTANT, " ".join(words[:9]), now, question.id)
        self._assistant.memory.record(reply)

    def _some(self) -> list[int]:
        """A random unit: messages, an episode, a conversation, or what a search finds; with what repeats it."""
        target = self._assistant.store.call(self._target)
        if target is None:
            return []
        ids = self._assistant.eraser.find(target)
        return sorted({*ids, *(again.id for again in self._assistant.eraser.preview(ids).repeats)})

    def _target(self, store: Store) -> Target | None:
        talks_left = store.conversations.recent(10_000)
        if not talks_left:
            return None
        talk = self._rng.choice(talks_left)
        thread = store.conversations.thread(talk.id)
        message = self._rng.choice(thread)
        episode = store.episodes.episode_of([message.id]).get(message.id)
        words = sorted(set(re.findall(r"[^\W\d_]+", message.text)), key=len)[-2:]
        choices = [
            Target(messages=(message.id,)),
            Target(messages=tuple(m.id for m in self._rng.sample(thread, min(len(thread), 3)))),
            Target(words=" ".join(words), messages=(message.id,)),
            Target(conversations=(talk.id,)) if len(thread) < _EACH else Target(messages=(message.id,)),
            Target(episodes=(episode.uid,)) if episode is not None else Target(messages=(message.id,)),
        ]
        return self._rng.choice(choices)

    def _kill(self, ids: Sequence[int]) -> None:
        """Let a process erase, kill it somewhere in the middle, and open the store again."""
        usual = median(self._ms) / 1000 if self._ms else 0.3
        self._assistant.close()
        command = [sys.executable, "-m", "app.bench.erase_once", str(self._folder), *map(str, ids)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            with suppress(subprocess.TimeoutExpired):
                process.wait(self._rng.random() * usual)
            process.kill()
        self._cut_off += process.returncode != 0
        self._assistant = self._open()
        if left := self._assistant.store.call(lambda store: len(store.erasures.messages(ids))):
            self._assistant.eraser.erase(ids)  # killed before it was begun: nothing was promised yet
            self._erased -= left
            self._erased += left

    def _look(self, ids: set[int], texts: Sequence[str]) -> None:
        kept = self._assistant.store.call(lambda store: store.words.kept())
        low = kept.casefold()
        wanted = {part for text in texts for part in self._parts(text) if part not in kept}
        wanted |= {word for text in texts for word in _rare(text, low)}
        files = [path.read_bytes() for path in self._folder.rglob("*") if path.is_file()]
        for part in wanted:
            needle = part.encode()
            self._found += sum(len(needle) for data in files if needle in data)
        for text in texts:
            hits = self._assistant.memory.recall(text, 10, wait_s=0).hits
            self._recalled += sum(h.span.first_message_id in ids or h.span.text == text for h in hits)

    def _parts(self, text: str) -> list[str]:
        """The text whole, and windows of it."""
        starts = range(0, max(len(text) - _WINDOW, 0), 7)
        return [text, *(text[i : i + _WINDOW] for i in starts)]

    def _copy(self, name: str) -> None:
        back_up(self._assistant.data.database, self._assistant.data.backups / f"{name}.db")


def _rare(text: str, kept: str) -> list[str]:
    """The long words of a text that are nowhere in what was kept."""
    return [word for word in re.findall(r"[^\W\d_]+", text.casefold()) if len(word) >= _WORD and word not in kept]
