from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.memory.recall.periods import Granularity, moved
from app.memory.recall.times import Anchor, TimeSpan, anchors_in, local_day, overlap, times_asked, times_in

SAID = date(2023, 5, 25)  # a Thursday
WORDS = """last this past next coming two a few couple of weeks ago weekend month years spring summer in on the since before
after may 31 29th february 2023 friday sat christmas eve new year's from now early end 2023-02-30 yesterday , . june""".split()  # noqa: SIM905


@pytest.mark.parametrize(
    ("text", "first", "last", "granularity"),
    [
        ("I went yesterday.", "2023-05-24", "2023-05-24", "day"),
        ("last Friday", "2023-05-19", "2023-05-19", "day"),
        ("last Tues", "2023-05-23", "2023-05-23", "day"),
        ("last Thursday", "2023-05-18", "2023-05-18", "day"),
        ("see you on Friday, I won", "2023-05-19", "2023-05-19", "day"),
        ("We'll meet on Friday", "2023-05-26", "2023-05-26", "day"),
        ("two weeks ago", "2023-05-08", "2023-05-14", "week"),
        ("a few years ago", "2018-01-01", "2021-12-31", "year"),
        ("ten years ago", "2013-01-01", "2013-12-31", "year"),
        ("last spring", "2022-03-01", "2022-05-31", "season"),
        ("this past winter", "2022-12-01", "2023-02-28", "season"),
        ("in the summer of 2021", "2021-06-01", "2021-08-31", "season"),
        ("last weekend", "2023-05-20", "2023-05-21", "weekend"),
        ("the weekend before last", "2023-05-13", "2023-05-14", "weekend"),
        ("next month", "2023-06-01", "2023-06-30", "month"),
        ("in May", "2023-05-01", "2023-05-31", "month"),
        ("last August", "2022-08-01", "2022-08-31", "month"),
        ("in late August 2021", "2021-08-21", "2021-08-31", "month"),
        ("the first weekend of August 2023", "2023-08-05", "2023-08-06", "weekend"),
        ("the past three months", "2023-02-01", "2023-05-25", "month"),
        ("the 7th of May", "2023-05-07", "2023-05-07", "day"),
        ("Sept. 3, 2021", "2021-09-03", "2021-09-03", "day"),
        ("on 2021-12-03", "2021-12-03", "2021-12-03", "day"),
        ("on the 28th", "2023-04-28", "2023-04-28", "day"),
        ("on February 29", "2020-02-29", "2020-02-29", "day"),
        ("since 2016", "2016-01-01", "2016-12-31", "year"),
        ("on Christmas Eve", "2022-12-24", "2022-12-24", "day"),
        ("last Thanksgiving", "2022-11-24", "2022-11-24", "day"),
        ("Easter 2022", "2022-04-17", "2022-04-17", "day"),
        ("the week before 9 June 2023", "2023-05-29", "2023-06-04", "week"),
        ("two days after Christmas", "2022-12-27", "2022-12-27", "day"),
        ("the Friday before 15 July 2023", "2023-07-14", "2023-07-14", "day"),
        ("the trip is in two weeks", "2023-06-05", "2023-06-11", "week"),
    ],
)
def test_an_expression_is_resolved_against_the_day_it_was_said(
    text: str, first: str, last: str, granularity: str
) -> None:
    (found,) = times_in(text, SAID)
    assert (str(found.first), str(found.last), found.granularity) == (first, last, granularity)
    assert text[found.start : found.end] == found.text


@pytest.mark.parametrize(
    "text",
    ["", "You may go.", "March on!", "I sat in the sun.", "every Friday", "5/7/2023", "2000 people", "room 2016",
     "June said so.", "I want my weekend back.", "over 2000 people came", "I learned it in two weeks.", "30 February", "Springfield", "at 10:30"],
)  # fmt: skip
def test_what_is_no_time_or_could_be_two_is_left_out(text: str) -> None:
    assert times_in(text, SAID) == []


def test_expressions_come_in_their_order_and_never_overlap() -> None:
    text = "Last week I planned the trip of next month; in 2019 and on 3 May 2021 we only talked."
    assert [t.text for t in times_in(text, SAID)] == ["Last week", "next month", "in 2019", "3 May 2021"]


@given(st.one_of(st.text(max_size=300), st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)), st.dates())
def test_no_text_and_no_day_make_it_fail(text: str, said: date) -> None:
    found = times_in(text, said)
    assert all(t.first <= t.last and text[t.start : t.end] == t.text for t in found)
    assert all(0 <= overlap([t], [u], said) <= 1 for t in found for u in found)


@given(st.dates(date(2, 1, 1), date(9990, 1, 1)), st.sampled_from(Granularity))
def test_periods_tile_the_calendar(day: date, unit: Granularity) -> None:
    here, after = moved(unit, day, 0), moved(unit, day, 1)
    assert here.first <= here.last < after.first
    if unit is not Granularity.WEEKEND:
        assert here.first <= day <= here.last
        assert (after.first - here.last).days == 1


def test_a_very_long_text_is_read_in_bounded_steps() -> None:
    assert len(times_in("last week, " * 9_000, SAID)) == 9_000
    assert times_in("the end of the " * 7_000, SAID) == []


def test_the_day_of_a_moment_is_that_of_the_wall_clock() -> None:
    moment = datetime(2023, 5, 25, 23, 30, tzinfo=UTC)
    assert local_day(moment) == moment.astimezone().date()
    assert local_day(datetime.max.replace(tzinfo=UTC)).year == 9999


def test_a_turn_lies_in_the_time_asked_about_when_it_was_said_or_speaks_of_it() -> None:
    june = times_in("in June 2023", SAID)
    assert overlap(june, [], date(2023, 6, 9)) == 1
    assert overlap(june, times_in("in June 2023", SAID), date(2023, 9, 1)) == 1
    assert overlap(june, [], date(2023, 7, 1)) == 0
    assert overlap([], [], SAID) == 0
    year = TimeSpan(date(2023, 1, 1), date(2023, 12, 31), "2023", Granularity.YEAR)
    assert overlap(june, [year], date(2020, 1, 1)) == pytest.approx(30 / 365)


def test_a_question_may_mean_any_year() -> None:
    junes = times_asked("What did we do in June?", SAID)
    assert [t.first.year for t in junes] == list(range(2022, 2012, -1))
    assert overlap(junes, [], date(2019, 6, 9)) == 1
    assert len(times_asked("last June", SAID)) == len(times_asked("in June 2021", SAID)) == 1
    assert [str(t.last) for t in times_asked("on 29 February", SAID)][:2] == ["2020-02-29", "2019-02-28"]
    assert len(times_asked("in June", date(3, 1, 1))) == 2


def test_an_event_is_left_as_an_anchor() -> None:
    assert anchors_in("I sold it before we moved to Bergen, I think.") == [Anchor("before", "we moved to Bergen", 10)]
    assert anchors_in("When did you move?") == []
