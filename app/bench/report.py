"""The form every benchmark reports in: name, machine, settings, figures."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import psutil

from app import __version__
from app.runtime.tuning import processor


@dataclass(slots=True)
class Report:
    """Shares are 0..1, times in ms, sizes in MB; `*.ratio` is ours against the baseline of the same run."""

    bench: str
    settings: dict[str, Any]
    figures: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The report as one JSON object."""
        figures = {name: round(float(value), 4) for name, value in self.figures.items()}
        return {"bench": self.bench, "machine": machine(), "settings": self.settings, "figures": figures}


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "mneme": __version__,
        "python": platform.python_version(),
        "system": platform.system(),
        "processor": processor(),
        "cores": psutil.cpu_count(),
        "ram_mb": round(psutil.virtual_memory().total / 1e6),
    }


def percentile(times: Sequence[float], share: float) -> float:
    """The value below which `share` percent of the times lie; 0 where there are none."""
    return float(np.percentile(times, share)) if times else 0.0
