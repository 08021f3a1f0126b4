"""Where weights must not be moved, the model runs as it always did, and says why in one line."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import llama_cpp as native
import numpy as np
import pytest

from app.core.errors import ModelUnreachable
from app.runtime.flash import guard, layout, weights
from app.runtime.flash.guard import FlashRefused, check_system
from app.runtime.flash.survey import Survey, Surveyor
from app.runtime.gguf_check import BLOCKS, GgufHeader, check_gguf
from app.runtime.native_log import forward_native_log
from tests.runtime.flash.models import EXPERTS, LAYERS, flash, logits, opened, some_tokens, write

pytestmark = pytest.mark.real
TOKENS = some_tokens(12)


@pytest.fixture(autouse=True)
def _silent() -> None:
    forward_native_log(lambda *_: None)


@pytest.fixture(scope="module")
def moe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("moe"), EXPERTS[0])


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("dense"), LAYERS[0])


def refuse(*_: object) -> None:
    raise FlashRefused("the moon is full")


def run_short(*_: object, **__: object) -> None:
    raise MemoryError("no room")


Patch = Callable[[pytest.MonkeyPatch], None]
DOUBTS: dict[str, tuple[Patch, str]] = {
    "another version": (lambda patch: patch.setattr(native, "__version__", "0.4.0"), "0.4.0, and 0.3.36"),
    "a GPU": (lambda patch: patch.setattr(native, "llama_supports_gpu_offload", lambda: True), "GPU"),
    "another struct": (lambda patch: patch.setattr(weights, "layout", refuse), "moon"),
    "another order": (lambda patch: patch.setattr(weights, "verify_experts", refuse), "moon"),
    "no memory": (lambda patch: patch.setattr(weights, "anonymous", run_short), "no room"),
}


@pytest.mark.parametrize("doubt", DOUBTS)
def test_on_any_doubt_it_runs_mapped(moe: Path, monkeypatch: pytest.MonkeyPatch, doubt: str) -> None:
    plain = opened(moe)
    expected = logits(plain, TOKENS, (10, 1, 1))
    plain.close()
    act, words = DOUBTS[doubt]
    act(monkeypatch)
    strategy = flash(moe)
    llama = opened(moe, strategy)
    assert strategy.refusal.startswith("The memory budget cannot be kept: ")
    assert words in strategy.refusal
    assert strategy.status() is None
    np.testing.assert_array_equal(logits(llama, TOKENS, (10, 1, 1)), expected)
    llama.close()


def test_a_graph_of_another_kind_is_refused(moe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    look = Surveyor.look

    def strange(self: Surveyor, context: object) -> Survey:
        found = look(self, context)
        for node in found.graphs[1]:
            if node.name == "ffn_moe_weights-2":
                node.name = "ffn_moe_odds-2"
        return found

    monkeypatch.setattr(Surveyor, "look", strange)
    strategy = flash(moe)
    opened(moe, strategy).close()
    assert "in an order that Mneme does not know" in strategy.refusal


def test_a_reader_of_the_true_numbers_behind_the_router_is_refused(moe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    look = Surveyor.look

    def strange(self: Surveyor, context: object) -> Survey:
        found = look(self, context)
        graph = found.graphs[0]
        chosen = next(node for node in graph if node.name == "ffn_moe_weights-1").sources[1]
        graph[-1].sources.append(chosen)
        return found

    monkeypatch.setattr(Surveyor, "look", strange)
    strategy = flash(moe)
    opened(moe, strategy).close()
    assert "in an order" in strategy.refusal


def test_a_header_that_is_not_what_llama_cpp_holds_is_refused(dense: Path) -> None:
    strategy = flash(dense)
    wrong = [tensor for tensor in strategy._header.tensors if tensor.name.startswith("blk.3.ffn_up")]
    object.__setattr__(wrong[0], "offset", wrong[0].offset + 32)
    opened(dense, strategy).close()
    assert "blk.3.ffn_up.weight otherwise than the file does" in strategy.refusal


def test_systems_and_files_that_rule_it_out(dense: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    header = check_gguf(dense)
    check_system(dense, header)
    split = GgufHeader(header.metadata | {"split.count": 3}, header.size_bytes, header.tensors)
    with pytest.raises(FlashRefused, match="several files"):
        check_system(dense, split)
    if Path("/dev/shm").is_dir():
        shared = Path("/dev/shm") / f"mneme-test-{os.getpid()}"
        shared.write_bytes(bytes(8192))
        try:
            guard.check_direct(shared)  # newer kernels do offer it
        except FlashRefused as refused:
            assert "direct reads" in refused.reason
        finally:
            shared.unlink()
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(FlashRefused, match="direct reads"):
        check_system(dense, header)


@pytest.mark.parametrize("kind", ["experts", "layers"])
def test_a_drive_that_is_gone_ends_the_reply(moe: Path, dense: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes((moe if kind == "experts" else dense).read_bytes())
    llama = opened(path, strategy := flash(path))
    assert strategy.refusal == ""
    list(llama.read(TOKENS))
    file = strategy.reader._file  # type: ignore[union-attr]
    kept = os.dup(file)
    os.dup2(os.open(os.devnull, os.O_WRONLY), file)
    with pytest.raises(ModelUnreachable, match="connected"):
        for _ in range(4):
            list(llama.read(some_tokens(30, 9)))
            llama.forget()
    os.dup2(kept, file)
    llama.close()


def test_the_offsets_are_found() -> None:
    found = layout.layout()
    assert found.sizes < found.strides < found.op < found.sources < found.data < found.name
    assert len({found.get_rows, found.mul_mat_id, found.add_id}) == 3


def test_block_sizes_are_those_of_gguf() -> None:
    import gguf

    assert {int(kind): sizes for kind, sizes in gguf.GGML_QUANT_SIZES.items()} == BLOCKS
