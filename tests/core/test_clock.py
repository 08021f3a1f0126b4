from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.clock import SystemClock, friendly_date, from_text, to_text

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=ZONES)


@given(MOMENTS)
def test_a_moment_survives_being_written(moment: datetime) -> None:
    assert from_text(to_text(moment)) == moment
    assert from_text(to_text(moment)).tzinfo is UTC


@given(MOMENTS, MOMENTS)
def test_written_moments_sort_as_time_does(one: datetime, other: datetime) -> None:
    assert (one < other) == (to_text(one) < to_text(other))


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_text(datetime(2025, 1, 1))


def test_the_system_clock_tells_aware_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


@pytest.mark.parametrize(
    ("days_ago", "said"),
    [(0, "today"), (1, "yesterday"), (2, "12 March"), (400, "8 February 2024"), (-1, "15 March")],
)
def test_a_date_reads_as_people_say_it(days_ago: int, said: str) -> None:
    now = datetime(2025, 3, 14, 12, tzinfo=UTC)
    assert friendly_date(now - timedelta(days=days_ago), now) == said
