"""The cohort marts against brute force, on random logs."""

from collections import defaultdict
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohorts import (
    GOALS,
    PROJECTS,
    definitions,
    expected_cells,
    last_at,
    named,
    random_log,
    units_of,
)
from helpers import EXAMPLES, CompiledModels, Project, generic, micros, thorough, write_rows
from logs import generic_row, staged_row, with_duplicates
from oracles import activity, retention
from oracles.calendar_periods import local_date, local_time
from oracles.retention import Retention, averages

MARTS = ["+cohort_averages", "+visitor_lifecycle", "+visitor_stickiness"]
CELL = ["cohort_name", "breakdown_name", "breakdown_value", "cohort_start_at", "interval_number"]
POOL = ["cohort_name", "breakdown_name", "breakdown_value", "interval_number"]


def compare(found, expected, what):
    wrong = {
        key: (found.get(key), expected.get(key))
        for key in {*found, *expected}
        if found.get(key) != expected.get(key)
    }
    assert not wrong, f"{what}: (found, expected)"


def keyed(rows, keys, columns):
    """{values of the keys: {column: value}}, each key once."""
    found = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        assert key not in found
        found[key] = {name: row[name] for name in columns}
    return found


def check_cells(rows, events, zone, week_start):
    expected = expected_cells(events, zone, week_start)
    cells = rows("select * from cohort_retention")
    for row in cells:
        assert row["cohort_start"] == row["cohort_start_at"].date()
        for part, rate in [("units_returned", "retention_rate"), ("units_active", "active_rate")]:
            part = row[part]
            part = None if part is None else pytest.approx(part / row["cohort_size"])
            assert row[rate] == part
    columns = next(iter(expected.values()), {})
    compare(keyed(cells, CELL, columns), expected, "cohort_retention")


def expected_averages(cells):
    matrices = defaultdict(dict)
    for (cohort, *key), cell in cells.items():
        matrices[cohort][tuple(key)] = cell
    return {
        (cohort, *key): pool
        for cohort, matrix in matrices.items()
        for key, pool in averages(matrix).items()
    }


def check_averages(rows, events, zone, week_start):
    expected = expected_averages(expected_cells(events, zone, week_start))
    columns = next(iter(expected.values()), {})
    found = keyed(rows("select * from cohort_averages"), POOL, columns)
    for pools in (found, expected):
        for pool in pools.values():
            for rate in ("retention_rate", "active_rate"):
                pool[rate] = None if pool[rate] is None else round(pool[rate], 9)
    compare(found, expected, "cohort_averages")


def check_activity(rows, events, zone, week_start):
    """Lifecycle and stickiness of any event and of every return."""
    cohorts = PROJECTS[zone, week_start]
    days = [local_date(event["at"], zone) for event in events]
    first, last = min(days), max(days)
    lifecycle, stickiness = {}, {}
    for name in {"any_event", *(cohort["return"] for cohort in cohorts)}:
        units = [
            {
                local_date(event["at"], zone)
                for event in own
                if name == "any_event" or GOALS[name]["matches"](event)
            }
            for own in units_of(events)
        ]
        units = [days for days in units if days]
        if not units:
            continue
        for period in ("day", "week", "month"):
            for key, cell in activity.lifecycle(units, period, first, last, week_start).items():
                lifecycle[name, period, *key] = cell
        for period in ("week", "month"):
            for key, cell in activity.stickiness(units, period, first, last, week_start).items():
                stickiness[name, period, *key] = cell
    found = {
        tuple(row[name] for name in ("activity", "period", "period_start", "lifecycle_status")): (
            row["visitors"],
            row["is_complete_period"],
        )
        for row in rows("select * from visitor_lifecycle")
    }
    compare(found, lifecycle, "visitor_lifecycle")
    found = {
        tuple(row[name] for name in ("activity", "period", "period_start", "days_active")): (
            row["visitors"],
            row["share"],
            row["visitors_at_least"],
            row["is_complete_period"],
        )
        for row in rows("select * from visitor_stickiness")
    }
    compare(found, stickiness, "visitor_stickiness")


def check(rows, events, zone, week_start):
    check_cells(rows, events, zone, week_start)
    check_averages(rows, events, zone, week_start)
    check_activity(rows, events, zone, week_start)


@pytest.fixture(scope="module", params=list(PROJECTS), ids=lambda project: project[0])
def project(request, tmp_path_factory):
    """One zone, with all of its cohorts in one build."""
    folder = tmp_path_factory.mktemp("retention")
    write_rows(folder / "events.parquet", map(generic_row, random_log(Random(1), 3)))
    project = Project(folder, **generic(folder / "events.parquet"), **definitions(*request.param))
    return request.param, CompiledModels(project, project.build(*MARTS), "stg_generic__events")


@settings(max_examples=max(EXAMPLES // len(PROJECTS), 5), deadline=None)
@given(st.randoms(), st.integers(1, 4))
def test_random_logs(project, random, persons):
    place, models = project
    events = random_log(random, persons)
    models.run(map(staged_row, with_duplicates(random, events)))
    check(models.rows, events, *place)


def test_large_batch_through_dbt(tmp_path):
    place = "Australia/Lord_Howe", "sunday"
    random = Random(3)
    events = random_log(random, 300)
    write_rows(tmp_path / "events.parquet", map(generic_row, with_duplicates(random, events)))
    project = Project(tmp_path, **generic(tmp_path / "events.parquet"), **definitions(*place))
    project.build(*MARTS)
    check(project.rows, events, *place)


# Wrong rules, each met in the field, as changes of the right ones.


class UtcIntervals(Retention):
    """Calendar intervals of UTC in place of the project zone."""

    def __init__(self, cohort, goals, zone, week_start):
        super().__init__(cohort, goals, "UTC", week_start)


class MondayWeeks(Retention):
    """week_start ignored."""

    def __init__(self, cohort, goals, zone, week_start):
        super().__init__(cohort, goals, zone, "monday")


class ElapsedHours(Retention):
    """Days of 24 hours from local midnight, whatever the clocks do."""

    def calendar_number(self, event, start):
        if self.cohort["interval"] in ("month", "week"):
            return super().calendar_number(event, start)
        begins = self.calendar_interval(start["at"])
        offset = local_time(start["at"], self.zone) - begins
        since = event["at"] - start["at"] + offset // timedelta(microseconds=1)
        return since // retention.LENGTHS[self.cohort["interval"]]


class ImmatureIsZero(Retention):
    def cell(self, people, cell, is_mature):
        right = super().cell(people, cell, is_mature)
        return {name: 0 if value is None and name != "units_returned_same_interval" else value
                for name, value in right.items()}  # fmt: skip


class MatureAtOnce(Retention):
    def is_mature(self, starts, cell, last_at):
        return True


class MatureByFirstStart(Retention):
    """Rolling: over as soon as the first member has had its time."""

    def is_mature(self, starts, cell, last_at):
        return super().is_mature([min(starts, key=lambda one: one["at"])], cell, last_at)


class MatureADayLate(Retention):
    """The data's last day not counted as over."""

    def is_mature(self, starts, cell, last_at):
        return super().is_mature(starts, cell, last_at - retention.DAY)


class StartIsReturn(Retention):
    """The start itself, or what is tied with it, counts as a return."""

    def is_after(self, event, start):
        return event["order"] >= start["order"]


class AnyTimeIsReturn(Retention):
    """What came before the start counts too."""

    def is_after(self, event, start):
        return event["event_id"] != start["event_id"]


class OrAfterIsOn(Retention):
    """on_or_after read as on."""

    def falls_in(self, number, cell):
        return cell[0] <= number <= cell[1]


class OnIsOrAfter(Retention):
    def falls_in(self, number, cell):
        return number >= cell[0] if cell[0] else number == 0


class MinOccurrencesIgnored(Retention):
    def returned(self, events, start, cell):
        return any(
            self.falls_in(self.number(event, start), cell)
            for event in events
            if self.is_return(event, start)
        )


class MinOccurrencesOfTheStart(Retention):
    """Who has not completed start so often is left out."""

    def starts(self, events):
        enough = len(self.candidates(events)) >= self.cohort["min_occurrences"]
        return super().starts(events) if enough else []


class MinOccurrencesOverall(Retention):
    """Enough returns over all history, one of them in the cell."""

    def returned(self, events, start, cell):
        back = [event for event in events if self.is_return(event, start)]
        inside = any(self.falls_in(self.number(event, start), cell) for event in back)
        return inside and len(back) >= self.cohort["min_occurrences"]


class FirstEverIsMatching(Retention):
    """The first event ever with the goal's condition, so first_matching."""

    def __init__(self, cohort, *rest):
        if cohort.get("first") == "first_ever":
            cohort = {**cohort, "first": "first_matching"}
        super().__init__(cohort, *rest)


class RecurringIsFirst(Retention):
    def __init__(self, cohort, *rest):
        if cohort.get("first") == "recurring":
            cohort = {**cohort, "first": "first_matching"}
        super().__init__(cohort, *rest)


class EveryStart(Retention):
    """first_matching with a unit in the cohort of each of its starts."""

    def starts(self, events):
        return self.candidates(events)


class LastStart(Retention):
    def earliest(self, events):
        return max(events, key=lambda event: (event["order"], event["event_id"]))


class RollingIsCalendar(Retention):
    def number(self, event, start):
        return self.calendar_number(event, start)


class BracketIsItsFirst(Retention):
    def falls_in(self, number, cell):
        return super().falls_in(number, (cell[0], cell[0]))


class BracketMatureAtItsFirst(Retention):
    def is_mature(self, starts, cell, last_at):
        return super().is_mature(starts, (cell[0], cell[0]), last_at)


class BracketNeedsOneInterval(Retention):
    """min_occurrences within one interval of the bracket."""

    def returned(self, events, start, cell):
        return any(
            super(BracketNeedsOneInterval, self).returned(events, start, (number, number))
            for number in range(cell[0], cell[1] + 1)
        )


class WindowIgnored(Retention):
    def __init__(self, cohort, *rest):
        super().__init__({**cohort, "window": None}, *rest)


class WindowExclusive(Retention):
    """The last moment of the window left out."""

    def is_return(self, event, start):
        window = self.cohort["window"]
        return super().is_return(event, start) and (
            window is None or event["at"] - start["at"] < retention.duration(window)
        )


class AnyEventIsStart(Retention):
    """Any event read as the core action of the cohort, its start."""

    def is_return(self, event, start):
        begins = self.cohort["start"]
        if isinstance(begins, dict) or begins not in self.goals:
            return super().is_return(event, start)
        return super().is_return(event, start) and (
            self.cohort["return"] != "any_event" or self.goals[begins]["matches"](event)
        )


class ActiveIsReturned(Retention):
    """Retained by any event read as retained by the return."""

    def active(self, events, start, cell):
        return self.returned(events, start, cell)


class EmptyIsAValue(Retention):
    def value_of(self, event, name):
        value = event["properties"].get(name)
        return "empty" if value == "" else value


class LimitPerCohort(Retention):
    """The most common values of each start on its own."""

    def matrix(self, units, last_at):
        members = [(events, start) for events in units for start in self.starts(events)]
        right = super().matrix(units, last_at)
        found = {}
        for interval in {self.calendar_interval(start["at"]) for _, start in members}:
            alone = [
                (own, start)
                for own, start in members
                if self.calendar_interval(start["at"]) == interval
            ]
            keep = self.most_common(alone)
            for key, cell in right.items():
                if key[2] == interval and (key[1] in keep[key[0]] or key[1] == "(other)"):
                    found[key] = cell
        return found


class NoLimit(Retention):
    def __init__(self, cohort, *rest):
        super().__init__({**cohort, "breakdown_limit": 1000}, *rest)


MUTANTS = [
    UtcIntervals,
    MondayWeeks,
    ElapsedHours,
    ImmatureIsZero,
    MatureAtOnce,
    MatureByFirstStart,
    MatureADayLate,
    StartIsReturn,
    AnyTimeIsReturn,
    OrAfterIsOn,
    OnIsOrAfter,
    MinOccurrencesIgnored,
    MinOccurrencesOfTheStart,
    MinOccurrencesOverall,
    FirstEverIsMatching,
    RecurringIsFirst,
    EveryStart,
    LastStart,
    RollingIsCalendar,
    BracketIsItsFirst,
    BracketMatureAtItsFirst,
    BracketNeedsOneInterval,
    WindowIgnored,
    WindowExclusive,
    AnyEventIsStart,
    ActiveIsReturned,
    EmptyIsAValue,
    LimitPerCohort,
    NoLimit,
]


@pytest.fixture(scope="module")
def small_logs():
    """Logs as hypothesis draws them, each with what is right about it in every project."""
    logs = []
    for seed in range(200):
        random = Random(seed)
        events = random_log(random, random.randint(1, 4))
        logs.append((events, {place: expected_cells(events, *place) for place in PROJECTS}))
    return logs


@pytest.mark.parametrize(
    "mutant",
    [pytest.param(one, marks=thorough if place % 3 else ()) for place, one in enumerate(MUTANTS)],
    ids=lambda mutant: mutant.__name__,
)
def test_wrong_rule_is_seen(small_logs, mutant):
    """A random log tells the wrong rule from the right one, at least one in twenty."""
    seen = sum(
        any(expected_cells(events, *place, mutant) != right[place] for place in PROJECTS)
        for events, right in small_logs
    )
    assert seen >= 10, f"{seen} of {len(small_logs)}"


def unweighted(matrix):
    """The mean of the rates."""
    rates = defaultdict(list)
    for (name, value, _, number), cell in matrix.items():
        if cell["is_mature"]:
            rates[name, value, number].append(cell["units_returned"] / cell["cohort_size"])
    return {key: sum(own) / len(own) for key, own in rates.items()}


def with_immature(matrix):
    """Immature cohorts pulled into the average with what they have so far."""
    sizes, returned = defaultdict(int), defaultdict(int)
    for (name, value, _, number), cell in matrix.items():
        sizes[name, value, number] += cell["cohort_size"]
        returned[name, value, number] += cell["units_returned"] or 0
    return {key: returned[key] / sizes[key] for key in sizes}


@pytest.mark.parametrize("mutant", [unweighted, with_immature])
def test_wrong_average_is_seen(small_logs, mutant):
    seen = 0
    for events, _ in small_logs:
        different = False
        for (zone, week_start), project in PROJECTS.items():
            for cohort in named(project):
                matrix = Retention(cohort, GOALS, zone, week_start).matrix(
                    units_of(events), last_at(events)
                )
                right = {key: pool["retention_rate"] for key, pool in averages(matrix).items()}
                wrong = mutant(matrix)
                different |= any(
                    right[key] is None or right[key] != pytest.approx(wrong[key]) for key in wrong
                )
        seen += different
    assert seen >= 10, f"{seen} of {len(small_logs)}"


def test_clocks_going_forward():
    """In New York, 4:30 UTC is still the evening before in winter and past midnight in summer."""
    zone = "America/New_York"
    starts = [micros("2024-03-09 04:30"), micros("2024-03-11 04:30")]
    assert [str(local_date(at, zone)) for at in starts] == ["2024-03-08", "2024-03-11"]
