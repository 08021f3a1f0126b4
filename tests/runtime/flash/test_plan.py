from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runtime.flash.device import CHUNKS, DEPTHS, Device
from app.runtime.flash.model_map import ModelMap, held, map_model
from app.runtime.flash.plan import Machine, Mode, Surroundings, hit_rate, main_kind, make_plan
from app.runtime.flash.ring import spread
from app.runtime.gguf_check import GgufHeader, TensorInfo

MB = 10**6
MACHINE = Machine(Device({(chunk, depth): 2e9 for chunk in CHUNKS for depth in DEPTHS}, 2e9), 10e9)
Q4_0 = 2


def model(layers: int, experts: int = 0) -> ModelMap:
    """About 40 MB a layer."""
    offset, tensors = 4096, []

    def add(name: str, *shape: int) -> None:
        nonlocal offset
        count = 1
        for size in shape:
            count *= size
        tensors.append(TensorInfo(name, shape, Q4_0, offset, count // 32 * 18))
        offset += count // 32 * 18

    add("token_embd.weight", 2048, 1000)
    for layer in range(layers):
        add(f"blk.{layer}.attn_norm.weight", 2048)
        add(f"blk.{layer}.attn_q.weight", 2048, 2048)
        for part in ("gate", "up", "down"):
            if experts:
                add(f"blk.{layer}.ffn_{part}_exps.weight", 2048, 8192 // experts * 2, experts)
            else:
                add(f"blk.{layer}.ffn_{part}.weight", 2048, 10240)
    metadata = {"general.architecture": "x", "x.expert_count": experts, "x.expert_used_count": 8}
    return map_model(GgufHeader(dict(metadata), offset, tuple(tensors)))


DENSE, MOE = model(20), model(20, 64)


@pytest.mark.parametrize("found", [DENSE, MOE], ids=["dense", "moe"])
def test_what_fits_stays_in_memory(found: ModelMap) -> None:
    plan = make_plan(found, Surroundings(2_000 * MB, 100 * MB), MACHINE)
    assert plan.mode is Mode.RAM
    assert plan.token_bytes == 0
    assert plan.tokens_per_second > 0


@pytest.mark.parametrize("found", [DENSE, MOE], ids=["dense", "moe"])
@given(budget=st.integers(1, 2_000), taken=st.integers(1, 500))
def test_no_plan_exceeds_its_budget(found: ModelMap, budget: int, taken: int) -> None:
    plan = make_plan(found, Surroundings(budget * MB, taken * MB), MACHINE)
    if plan.mode is Mode.MAPPED:
        assert "cannot be kept" in plan.reason
    else:
        assert plan.weights + plan.taken <= plan.budget


@given(st.integers(200, 900))
def test_more_memory_is_never_slower(budget: int) -> None:
    less, more = (make_plan(MOE, Surroundings(size * MB, 100 * MB), MACHINE) for size in (budget, budget + 50))
    assert more.tokens_per_second >= less.tokens_per_second * 0.999


def test_without_a_measured_drive_nothing_is_moved() -> None:
    assert make_plan(MOE, Surroundings(300 * MB, 100 * MB), None).mode is Mode.MAPPED


def test_too_little_says_how_much_it_takes() -> None:
    plan = make_plan(MOE, Surroundings(150 * MB, 100 * MB), MACHINE)
    assert plan.mode is Mode.MAPPED
    assert "at least 2" in plan.reason


def test_experts_are_told_from_what_every_token_needs() -> None:
    assert (MOE.expert_count, MOE.used_count, len(MOE.experts)) == (64, 8, 20)
    assert {tensor.name.split(".")[2] for tensors in MOE.layers.values() for tensor in tensors} == {"attn_q"}
    assert not DENSE.experts
    assert main_kind(MOE) == Q4_0
    assert MOE.token_bytes < MOE.layer_bytes + MOE.always_bytes + MOE.expert_bytes / 7


@given(st.floats(0.05, 1.0))
def test_streamed_tensors_are_spread_evenly(share: float) -> None:
    chosen = spread(DENSE.layers, share)
    assert 0 not in chosen
    total = sum(held(tensor) for tensors in DENSE.layers.values() for tensor in tensors)
    moving = [sum(tensor.size for tensor in chosen.get(layer, ())) for layer in range(1, 20)]
    assert sum(moving) == pytest.approx(min(share * total, total * 19 / 20), rel=0.1, abs=12 * MB)
    assert max(moving) - min(moving) <= 24 * MB


def test_locality_finds_more_in_memory() -> None:
    assert hit_rate(0.5, 0.125, 0.0) == 0.5
    assert 0.5 < hit_rate(0.5, 0.125, 0.4) < 1
    assert hit_rate(1.0, 0.125, 0.4) == 1
