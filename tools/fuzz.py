"""Mutates archives, exports of other assistants and GGUF headers, and sees that nothing but a clear word comes of it.

    python tools/fuzz.py [--count 10000 | --minutes 10] [--seed 0] [--kind archive,sealed,import,gguf]

A kind is also how a seed in `tests/fuzz` begins ("chatgpt", "talk.md"): then that reader alone.

Each case is one file: bytes flipped, cut, moved, doubled or put in; for archives also rows and manifests changed with
checksums that are right again, so that the checks behind the checksums are met. A case fails when anything but a
MnemeError escapes, when an archive that was refused left a row behind, or when the store is not sound afterwards.
Prints one JSON object; exits with 1 when a case failed, and keeps its file in `--keep`.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import itertools
import json
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.archive import crypto
from app.archive.export import export
from app.archive.importers import bring_in, detect
from app.archive.load import Loader
from app.archive.reader import Archive
from app.bootstrap import Assistant, build
from app.core.errors import MnemeError
from app.runtime.gguf_check import check_gguf
from tests.fakes import FakeClock, FakeEmbedder, FakeModel

SEEDS = Path(__file__).resolve().parents[1] / "tests" / "fuzz"
PASSPHRASE = "four words are enough"
STRANGE = [None, -1, 0, 1 << 70, 1.5, "", "x" * 50, "../../etc/passwd", [], {}, [[[]]], True, "\ud800", "\x00", 1e308]


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Bytes with a few things done to them, that changed them."""
    whole = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        if not whole:
            break
        at, length = rng.randrange(len(whole)), rng.randrange(1, 40)
        what = rng.randrange(6)
        if what == 0:
            whole[at] ^= 1 << rng.randrange(8)
        elif what == 1:
            del whole[at : at + length]
        elif what == 2:
            whole[at:at] = whole[at : at + length]
        elif what == 3:
            whole[at : at + length] = rng.randbytes(length)
        elif what == 4:
            del whole[at:]
        else:
            whole[at : at + 8] = rng.choice((b"\xff" * 8, b"\x00" * 8, b"\x7f" + b"\xff" * 7))
    return bytes(whole) if whole != data else mutated(data, rng)


def changed(found: Any, rng: random.Random) -> Any:
    """JSON with one value somewhere in it replaced, taken out, or doubled."""
    if isinstance(found, dict) and found:
        key = rng.choice(list(found))
        if rng.random() < 0.25:
            return {name: value for name, value in found.items() if name != key}
        return {**found, key: changed(found[key], rng)}
    if isinstance(found, list) and found:
        at = rng.randrange(len(found))
        if rng.random() < 0.3:
            return [*found[:at], *found[at + rng.randrange(2) :], *found[at : at + 1]]
        return [*found[:at], changed(found[at], rng), *found[at + 1 :]]
    return rng.choice(STRANGE)


def rebuilt(data: bytes, rng: random.Random) -> bytes:
    """An archive with a row, an array or its manifest changed, whose checksums fit again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    name = rng.choice([name for name in parts if parts[name]])
    if name.endswith(".jsonl"):
        lines = parts[name].splitlines()
        at = rng.randrange(len(lines))
        lines[at] = json.dumps(changed(json.loads(lines[at]), rng)).encode()
        parts[name] = b"\n".join(lines) + b"\n"
        manifest["parts"][name]["rows"] = len(lines)
    else:
        parts[name] = mutated(parts[name], rng)
    for part, content in parts.items():
        manifest["parts"][part] |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    if rng.random() < 0.3:
        manifest = changed(manifest, rng)
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
        archive.writestr("manifest.json", json.dumps(manifest))
    return found.getvalue()


def of_json(data: bytes, rng: random.Random) -> bytes:
    """An export with a value changed, or its bytes."""
    try:
        found = json.loads(data)
    except ValueError:
        return of_lines(data, rng)
    for _ in range(rng.randrange(1, 4)):
        found = changed(found, rng)
    return json.dumps(found).encode() if rng.random() < 0.7 else mutated(json.dumps(found).encode(), rng)


def of_lines(data: bytes, rng: random.Random) -> bytes:
    """JSON Lines with a value of a line changed, or the bytes of what is none."""
    lines = data.splitlines()
    at = rng.randrange(len(lines)) if lines else 0
    try:
        lines[at] = json.dumps(changed(json.loads(lines[at]), rng)).encode()
    except (ValueError, IndexError):
        return mutated(data, rng)
    return b"\n".join(lines) + b"\n" if rng.random() < 0.7 else mutated(b"\n".join(lines), rng)


class Fuzz:
    """One run over one store that is filled first and then met by every case."""

    def __init__(self, assistant: Assistant, folder: Path, seed: int) -> None:
        self.assistant, self.folder, self.rng = assistant, folder, random.Random(seed)
        self.outcomes: Counter[str] = Counter()
        self.failures: list[str] = []

    def case(self, kind: str, name: str, data: bytes, work: Callable[[Path], None]) -> None:
        path = self.folder / name
        path.write_bytes(data)
        before = self.rows() if kind in ("archive", "sealed") else {}
        try:
            work(path)
            self.outcomes[f"{kind}: taken"] += 1
        except MnemeError as error:
            self.outcomes[f"{kind}: refused"] += 1
            if not error.message.endswith((".", ")")) or len(error.message) < 15:
                self.failed(kind, data, f"unclear: {error.message}")
            if before and before != self.rows():
                self.failed(kind, data, "rows were left behind")
        except Exception as error:
            self.failed(kind, data, f"{type(error).__name__}: {error}")

    def failed(self, kind: str, data: bytes, why: str) -> None:
        digest = hashlib.sha256(data).hexdigest()[:12]
        self.failures.append(f"{kind} {digest}: {why}")
        (self.folder / f"failed-{kind}-{digest}").write_bytes(data)

    def rows(self) -> dict[str, int]:
        return self.assistant.store.call(lambda store: store.erasures.rows())

    def load(self, path: Path, passphrase: str = "") -> None:
        with Archive(path, passphrase) as archive:
            loader = Loader(self.assistant.memory, archive)
            loader.check()
            loader.load()

    def bring(self, path: Path) -> None:
        kind = "jan" if path.name.startswith("jan.") else detect(path)
        bring_in(self.assistant.memory, kind, path)


def seeds(assistant: Assistant, folder: Path, passphrase: str = "") -> bytes:
    """An archive of a small store."""
    target = folder / "seed.mneme"
    export(assistant.data.database, target, assistant.clock, assistant.settings, passphrase=passphrase)
    return target.read_bytes()


def run(count: int, seed: int, kinds: list[str], folder: Path, minutes: float = 0) -> dict[str, Any]:
    from tests.archive.test_archive import lived
    from tests.runtime.gguf import sound

    def assistant(name: str) -> Assistant:
        return build(folder / name, background=False, clock=FakeClock(), model=FakeModel(), embedder=FakeEmbedder())

    begun = time.process_time()
    crypto._COST = 10  # what is sealed is to be opened ten thousand times
    with assistant("source") as source:
        lived(source)
        plain, sealed = seeds(source, folder), seeds(source, folder, PASSPHRASE)
    exports = sorted(path for path in SEEDS.iterdir() if path.suffix in (".json", ".jsonl", ".chat", ".md"))
    with assistant("target") as target:
        fuzz = Fuzz(target, folder, seed)
        rng = fuzz.rng
        for number in itertools.count():
            if time.process_time() - begun > minutes * 60 if minutes else number == count:
                break
            kind = kinds[number % len(kinds)]
            if kind == "archive":
                data = rebuilt(plain, rng) if rng.random() < 0.7 else mutated(plain, rng)
                fuzz.case(kind, "case.mneme", data, fuzz.load)
            elif kind == "sealed":
                fuzz.case(kind, "case.mneme", mutated(sealed, rng), lambda path: fuzz.load(path, PASSPHRASE))
            elif kind == "gguf":
                fuzz.case(kind, "case.gguf", mutated(sound(), rng), check_gguf)
            else:
                path = rng.choice([path for path in exports if kind == "import" or path.name.startswith(kind)])
                fuzz.case(kind, path.name, of_json(path.read_bytes(), rng), fuzz.bring)
        verdict = target.store.call(lambda store: store.check())
        readable = len(
            target.store.call(
                lambda store: [store.conversations.thread(c.id) for c in store.conversations.recent(5_000)]
            )
        )
    if verdict != "ok":
        fuzz.failures.append(f"the store is not sound: {verdict}")
    return {
        **{
            "cases": sum(fuzz.outcomes.values()) + len(fuzz.failures),
            "seed": seed,
            "outcomes": dict(sorted(fuzz.outcomes.items())),
            "conversations": readable,
        },
        **{"failures": fuzz.failures, "seconds": round(time.process_time() - begun, 1)},
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=0, help="so long, of processor time, instead of so many")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", default="archive,import,gguf,sealed")
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mneme-fuzz-") as name:
        found = run(chosen.count, chosen.seed, chosen.kind.split(","), Path(name), chosen.minutes)
        if chosen.keep and found["failures"]:
            chosen.keep.mkdir(parents=True, exist_ok=True)
            for path in Path(name).glob("failed-*"):
                (chosen.keep / path.name).write_bytes(path.read_bytes())
    print(json.dumps(found, indent=1))
    return 1 if found["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
