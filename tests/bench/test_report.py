"""The form of a report."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from app.bench.report import Report, percentile


def test_a_report_is_one_json_object_with_the_machine_in_it() -> None:
    found = json.loads(json.dumps(Report("recall", {"k": [5]}, {"recall@5": 0.123456}).as_dict()))
    assert list(found) == ["bench", "machine", "settings", "figures"]
    assert found["figures"] == {"recall@5": 0.1235}
    assert {"mneme", "python", "system", "processor", "cores", "ram_mb"} <= set(found["machine"])


def test_no_times_have_the_percentile_zero() -> None:
    assert percentile([], 95) == 0.0


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_a_percentile_lies_among_the_times(times: list[float]) -> None:
    assert min(times) <= percentile(times, 50) <= percentile(times, 95) <= max(times)
