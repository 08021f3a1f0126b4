from __future__ import annotations

from app.bench.forgetting import bench_forgetting


def test_a_short_life_reports_growth_recall_and_dead_weight() -> None:
    steps: list[tuple[int, int]] = []
    report = bench_forgetting(0.5, True, lambda done, total: steps.append((done, total)))
    figures = report.figures
    assert steps[-1] == (182, 182)
    assert {"growth_exponent", "recall@10.used2plus_over_never_forget", "dead_weight"} <= figures.keys()
    assert figures["recall@10.used2plus_over_never_forget"] >= 0.99
    assert 0 < figures["growth_exponent"] <= 1.05
    assert 0 <= figures["dead_weight"] <= 1
    assert figures["episodes.fading"] > 0
