"""`mneme fit`: how a model would run here in so much memory; and the option --ram."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import psutil
import typer

from app.cli.output import DataDir, Json, console, explained, print_json
from app.core import paths
from app.core.errors import InputError
from app.core.settings import load_settings
from app.runtime.gguf_check import check_gguf

if TYPE_CHECKING:
    from app.runtime.flash.plan import Plan

Ram = Annotated[
    str, typer.Option("--ram", help="Memory that the model may take in all, such as 3GB.", show_default=False)
]
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_SHARE_OF_FREE = 0.85


def fit(
    model: Annotated[Path, typer.Argument(help="A GGUF file.")],
    ram: Ram = "",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Say how a model would run in so much memory (what is free, if not told), without loading it."""
    from app.runtime.flash.fit import fit as plan_for  # brings llama.cpp, which no other command needs

    with explained(as_json):
        data = paths.DataDir(data_dir or paths.default_data_dir())
        budget = as_bytes(ram) if ram else int(psutil.virtual_memory().available * _SHARE_OF_FREE)
        header = check_gguf(model)
        context = load_settings(data.settings).context_tokens
        devices = data.drives if data.root.is_dir() else None
        plan = plan_for(model, header, budget, context, devices)
        if as_json:
            print_json(as_dict(plan))
        else:
            _print(model, plan)


def as_dict(plan: Plan) -> dict[str, Any]:
    """A plan for a program: the tensors that move as their number."""
    found = asdict(plan) | {"streamed": sum(map(len, plan.streamed.values()))}
    return found | {"tokens_per_second": round(plan.tokens_per_second, 2), "hit_rate": round(plan.hit_rate, 3)}


def as_bytes(text: str) -> int:
    """A size as people write it: 3GB, 2.5 g, 800MB. Raises InputError."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?\s*", text, re.IGNORECASE)
    if found is None or float(found[1]) <= 0:
        raise InputError(f"{text!r} is no amount of memory. Write it as 3GB or 800MB.")
    unit = _UNITS[found[2].lower()]
    binary = 1024 ** list(_UNITS).index(found[2].lower())
    return int(float(found[1]) * (binary if found[3] else unit))


def _print(model: Path, plan: Plan) -> None:
    budget = f"in {plan.budget / 1e9:.1f} GB"
    if plan.tokens_per_second:
        speed = f"about {plan.tokens_per_second:.1f} tokens/s"
        console.print(f"{model.name} {budget}: {plan.mode}, {speed}.", style="bold", soft_wrap=True)
    else:
        console.print(f"{model.name} {budget}: {plan.mode}.", style="bold", soft_wrap=True)
    console.print(plan.reason, soft_wrap=True)
    console.print(
        f"Weights take {plan.weights / 1e9:.2f} GB, the rest {plan.taken / 1e9:.2f} GB; "
        f"{plan.token_bytes / 1e6:.0f} MB are read for each token.",
        style="dim",
        soft_wrap=True,
    )
