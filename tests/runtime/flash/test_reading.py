"""Reader, window and ring on a file whose every byte is known."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import ModelUnreachable
from app.runtime.flash.memory import anonymous
from app.runtime.flash.model_map import ExpertPart
from app.runtime.flash.policy import policy
from app.runtime.flash.reader import Piece, Reader
from app.runtime.flash.ring import Ring
from app.runtime.flash.window import Window
from app.runtime.gguf_check import TensorInfo

SIZE = 3_000_000
EXPERTS, ROWS = 8, 3


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("file") / "bytes"
    path.write_bytes(np.random.default_rng(0).bytes(SIZE))
    return path


@pytest.fixture
def reader(file: Path) -> Iterator[Reader]:
    made = Reader(file, 4, 65536)
    yield made
    made.close()


def content(file: Path, start: int, size: int) -> bytes:
    return file.read_bytes()[start : start + size]


@pytest.mark.parametrize("start", [0, 4096, 70_001, SIZE - 5_000])
@pytest.mark.parametrize("at", [0, 1, 4096 + 17])
def test_bytes_come_to_lie_where_they_are_wanted(file: Path, reader: Reader, start: int, at: int) -> None:
    region = anonymous(400_000)
    size = min(200_003, SIZE - start)
    where = 8192 + (at if at != 1 else start % 4096)  # at the file's place in a page, and at others
    reader.read([Piece(start, size, region, where)]).wait()
    assert bytes(region.view[where : where + size]) == content(file, start, size)


def test_a_file_that_ends_too_early_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cut"
    path.write_bytes(bytes(300_000))
    reader = Reader(path, 2, 65536)
    os.truncate(path, 100_000)
    latch = reader.read([Piece(0, 300_000, anonymous(400_000), 0)])
    with pytest.raises(ModelUnreachable, match="cut from its drive failed"):
        latch.wait()
    reader.close()


def test_a_read_error_is_told(file: Path) -> None:
    reader = Reader(file, 1, 65536)
    own = os.dup(reader._file)
    os.dup2(os.open(os.devnull, os.O_WRONLY), reader._file)
    with pytest.raises(ModelUnreachable, match="See that the drive is connected"):
        reader.read([Piece(0, 10, anonymous(8192), 0)]).wait()
    os.dup2(own, reader._file)
    reader.close()


def parts(size: int, phase: int) -> list[list[ExpertPart]]:
    """Two tensors a layer, each expert of `size` bytes in them."""
    made, offset = [], 4096 + phase
    for row in range(ROWS):
        layer: list[ExpertPart] = []
        for name in ("gate", "down"):
            info = TensorInfo(f"{name}{row}", (1, 1, EXPERTS), 0, offset, size * EXPERTS)
            at = layer[-1].at + layer[-1].room if layer else 0
            layer.append(ExpertPart(info, EXPERTS, at))
            offset += size * EXPERTS
        made.append(layer)
    return made


@pytest.mark.parametrize(("size", "phase"), [(8192, 0), (8192, 224), (9216, 32), (700, 4)])
@pytest.mark.parametrize("name", ["recent", "frequent"])
def test_every_expert_that_was_asked_for_is_there(file: Path, reader: Reader, size: int, phase: int, name: str) -> None:
    rows = parts(size, phase)
    window = Window(rows, EXPERTS, 11, reader, policy(name, ROWS * EXPERTS, ROWS))
    whole, draw = file.read_bytes(), random.Random(1)
    for step in range(120):
        row = step % ROWS
        tokens = draw.choice([1, 1, 1, 20])
        wanted = np.array(sorted(draw.sample(range(EXPERTS), 3 if tokens == 1 else EXPERTS)))
        window.bring(row, wanted, np.ones(len(wanted), np.intp), tokens).wait()
        for expert in wanted.tolist():
            slot = int(window.slots_of(row)[expert])
            for part in rows[row]:
                start = slot * window.stride + part.at + part.phase
                place = part.info.offset + expert * size
                assert bytes(window.pool.view[start : start + size]) == whole[place : place + size]
        window.expect((row + 1) % ROWS, np.array(draw.sample(range(EXPERTS), 3)), tokens)
    tally = window.tally
    assert tally.found > 0
    assert tally.ahead > 0
    assert tally.missed > 0


def test_what_is_used_stays(reader: Reader) -> None:
    window = Window(parts(4096, 0), EXPERTS, 8, reader, policy("frequent", ROWS * EXPERTS, ROWS))
    once = np.ones(1, np.intp)
    for i in range(40):
        window.bring(0, np.array([2]), once, 1).wait()
        window.bring(1, np.array([i % EXPERTS]), once, 1).wait()
    assert window.tally.found == 39
    assert window.slots_of(0)[2] >= 0


def test_layers_pass_in_turn_also_after_a_break(file: Path, reader: Reader) -> None:
    whole, where = file.read_bytes(), {}
    layers = {
        layer: [TensorInfo(f"{layer}.{i}", (1,), 0, 4096 * layer * 20 + 100 * i + 32, 30_000 + i) for i in range(2)]
        for layer in (1, 2, 4, 5, 7)
    }
    ring = Ring(layers, 2, reader, lambda name, address: where.update({name: address}))

    def check(layer: int) -> None:
        for tensor in layers.get(layer, ()):
            region = next(bank.region for bank in ring._banks.values() if _within(bank.region, where[tensor.name]))
            start = where[tensor.name] - region.address
            assert bytes(region.view[start : start + tensor.size]) == whole[tensor.offset : tensor.offset + tensor.size]

    for passes in (8, 3, 8, 6, 8, 8):  # some are broken off
        for layer in range(passes):
            ring.after(layer, (layer + 1) % 8)
            check((layer + 1) % 8)


def _within(region: object, address: int) -> bool:
    return region.address <= address < region.address + region.size  # type: ignore[attr-defined]
