"""cohort_retention against brute force, on random logs."""

from collections import defaultdict
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import EXAMPLES, CompiledModels, Project, generic, write_rows
from logs import generic_row, random_logs, staged_row, with_duplicates
from oracles import DAY, HOUR
from oracles import retention as oracle

KEYS = ("start", "return", "interval", "intervals", "criterion", "min_occurrences")
COHORTS = [
    ("a", "b", "day", 5, "on", 1),
    ("a", "a", "day", 5, "on_or_after", 1),
    ("a", "a", "week", 4, "on", 1),
    ("b", "a", "week", 4, "on_or_after", 1),
    ("a", "c", "week", 3, "on", 2),
    ("a", "c", "week", 3, "on_or_after", 2),
    ("a", "b", "month", 3, "on", 1),
    ("c", "a", "month", 3, "on_or_after", 1),
]
# Times every six hours over 75 days: days, weeks and months of their own.
SPREAD = {"grid": 6 * HOUR, "slots": 300}
NARROW = {"grid": 6 * HOUR, "slots": 40}


def name_of(cohort):
    return "_".join(map(str, cohort))


def definitions(timezone, week_start):
    return {
        "timezone": timezone,
        "week_start": week_start,
        "goals": [{"name": name, "match": {"event": name}} for name in "abc"],
        "funnels": [],
        "cohorts": [
            {
                "name": name_of(cohort),
                **dict(zip(KEYS, cohort)),
                "breakdowns": ["person"],
            }
            for cohort in COHORTS
        ],
    }


def times_by_person(events):
    """{goal: {person: [microseconds]}}; a duplicate row is one event."""
    times = defaultdict(lambda: defaultdict(list))
    for event in {event["event_id"]: event for event in events}.values():
        times[event["event_name"]][event["properties"]["person"]].append(event["at"])
    return times


def expected_cells(events, timezone, week_start, retention=oracle.cohort_retention):
    times = times_by_person(events)
    last = max(event["at"] for event in events)
    cells = {}
    for cohort in COHORTS:
        start, back, interval, intervals, criterion, least = cohort
        everybody = times[start]
        for breakdown, members in [
            (("all", "all"), everybody),
            *((("person", person), {person: own}) for person, own in everybody.items()),
        ]:
            found = retention(
                members, times[back], interval, intervals, criterion, last, timezone, week_start,
                least,
            )  # fmt: skip
            for cell, counts in found.items():
                cells[name_of(cohort), *breakdown, *cell] = counts
    return cells


def check_cells(rows, events, timezone, week_start):
    found = {}
    for row in rows("select * from cohort_retention"):
        returned = row["units_returned"]
        rate = None if returned is None else returned / row["cohort_size"]
        assert row["retention_rate"] == (rate if rate is None else pytest.approx(rate))
        key = (
            row["cohort_name"],
            row["breakdown_name"],
            row["breakdown_value"],
            row["cohort_start"],
            row["interval_number"],
        )
        assert key not in found
        found[key] = (
            row["cohort_size"],
            returned,
            row["is_mature"],
            row["units_returned_same_interval"],
        )
    expected = expected_cells(events, timezone, week_start)
    wrong = {
        cell: (found.get(cell), expected.get(cell))
        for cell in {*found, *expected}
        if found.get(cell) != expected.get(cell)
    }
    assert not wrong, "(found, expected)"


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("retention")
    write_rows(folder / "events.parquet", map(generic_row, random_logs(Random(1), 2)))
    project = Project(
        folder,
        **generic(folder / "events.parquet"),
        **definitions("America/New_York", "sunday"),
    )
    built = project.build("+cohort_retention")
    return CompiledModels(project, built, "stg_generic__events")


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.randoms(), st.sampled_from([SPREAD, NARROW]))
def test_random_logs(models, random, density):
    events = random_logs(random, random.randint(1, 4), **density)
    models.run(map(staged_row, with_duplicates(random, events)))
    check_cells(models.rows, events, "America/New_York", "sunday")


@pytest.mark.parametrize(
    ("timezone", "week_start"), [("UTC", "monday"), ("Asia/Kolkata", "sunday")]
)
def test_large_batch_through_dbt(tmp_path, timezone, week_start):
    random = Random(timezone)
    events = random_logs(random, 1000, **SPREAD)
    write_rows(tmp_path / "events.parquet", map(generic_row, with_duplicates(random, events)))
    project = Project(
        tmp_path, **generic(tmp_path / "events.parquet"), **definitions(timezone, week_start)
    )
    project.build("+cohort_retention")
    check_cells(project.rows, events, timezone, week_start)


# Wrong rules, each met in the field, as changes of what the oracle is given or gives.


def rolling_days(starts, returns, interval, intervals, criterion, last, *rest):
    """Multiples of 24 hours since the start in place of calendar intervals."""
    length = {"day": DAY, "week": 7 * DAY, "month": 30 * DAY}[interval]
    right = oracle.cohort_retention(starts, returns, interval, intervals, criterion, last, *rest)
    changed = dict(right)
    for (cohort, number), (size, returned, *more) in right.items():
        if number > 0 and returned is not None:
            returned = sum(
                any((at - min(times)) // length == number for at in returns.get(unit, []))
                for unit, times in starts.items()
                if _bucket(times, interval, rest) == cohort
            )
            changed[cohort, number] = (size, returned, *more)
    return changed


def _bucket(times, interval, rest):
    zone, week_start, _ = rest
    return oracle.period_start(min(times), interval, zone, week_start)


def zone_ignored(starts, returns, interval, intervals, criterion, last, zone, *rest):
    return oracle.cohort_retention(
        starts, returns, interval, intervals, criterion, last, "UTC", *rest
    )


def week_start_ignored(starts, returns, interval, intervals, criterion, last, zone, _, least):
    return oracle.cohort_retention(
        starts, returns, interval, intervals, criterion, last, zone, "monday", least
    )


def last_start(starts, *rest):
    """Last touch: the cohort of the latest start."""
    return oracle.cohort_retention({unit: [max(own)] for unit, own in starts.items()}, *rest)


def every_start(starts, *rest):
    """A unit in the cohort of each of its starts."""
    return oracle.cohort_retention(
        {(unit, at): [at] for unit, own in starts.items() for at in own}, *rest
    )


def returns_are_starts(starts, returns, *rest):
    """The return goal ignored, as a published macro does with its first action."""
    return oracle.cohort_retention(starts, starts, *rest)


def immature_is_zero(*given):
    return {
        cell: (size, returned or 0, *rest)
        for cell, (size, returned, *rest) in oracle.cohort_retention(*given).items()
    }


def mature_at_once(starts, returns, interval, intervals, criterion, last, *rest):
    return oracle.cohort_retention(
        starts, returns, interval, intervals, criterion, last + 400 * DAY, *rest
    )


def mature_a_day_late(starts, returns, interval, intervals, criterion, last, *rest):
    """The data's last day not counted as over."""
    return oracle.cohort_retention(
        starts, returns, interval, intervals, criterion, last - DAY, *rest
    )


def always_bounded(starts, returns, interval, intervals, criterion, *rest):
    return oracle.cohort_retention(starts, returns, interval, intervals, "on", *rest)


def min_occurrences_ignored(*given):
    return oracle.cohort_retention(*given[:-1], 1)


MUTANTS = [
    rolling_days,
    zone_ignored,
    week_start_ignored,
    last_start,
    every_start,
    returns_are_starts,
    immature_is_zero,
    mature_at_once,
    mature_a_day_late,
    always_bounded,
    min_occurrences_ignored,
]


@pytest.mark.parametrize("mutant", MUTANTS)
def test_wrong_rule_is_seen(mutant):
    events = random_logs(Random(2), 100, **SPREAD)
    right = expected_cells(events, "America/New_York", "sunday")
    wrong = expected_cells(events, "America/New_York", "sunday", mutant)
    assert right != wrong


def test_clocks_going_forward():
    """In New York, 4:30 UTC is still the evening before in winter and past midnight in summer."""
    winter, summer = datetime(2024, 3, 9, 4, 30), datetime(2024, 3, 11, 4, 30)
    days = [
        oracle.local_date(int((when - datetime(1970, 1, 1)) / timedelta(microseconds=1)), zone)
        for when, zone in [(winter, "America/New_York"), (summer, "America/New_York")]
    ]
    assert [str(day) for day in days] == ["2024-03-08", "2024-03-11"]
