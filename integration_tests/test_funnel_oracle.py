"""Funnels against brute force: random definitions on random logs.

The 60 definitions are drawn once, so that each pair of options that can go together occurs. A case
is one definition and the log of a few visitors; WAYMARK_EXAMPLES=20000 runs ten times as many.
"""

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funnels import (
    GOALS,
    GRIDS,
    PLACES,
    FunnelParts,
    assert_same_rows,
    filters,
    oracles,
    pairs_of,
    project_vars,
    random_definitions,
    read_units,
    start_of,
    units_sql,
)
from helpers import Project, examples, generic, thorough, write_rows
from logs import Drawn, drawn_log, generic_row, with_duplicates
from oracles import duration
from oracles.funnel import facts

CASES = examples(2000)
COUNT = 60

logs = st.lists(
    st.lists(st.integers(0, Drawn.LIMIT - 1), min_size=1, max_size=9), min_size=1, max_size=4
)


class Compiled:
    """The parts of the 60 definitions at each place, compiled by dbt."""

    def __init__(self, folder, technique=None):
        self.models = None
        self.parts = []
        self.funnels = []
        for zone, day, week_start in PLACES:
            definitions = random_definitions(day, COUNT)
            # Only for the schema, and because a property that no event has is an error.
            log = large_log(Random(1), zone, day, 20)
            files = write_rows(folder / "events.parquet", map(generic_row, log))
            project = Project(
                folder,
                **generic(files),
                **project_vars(definitions, zone, week_start),
                **({"join_technique": technique} if technique else {}),
            )
            if self.models is None:
                self.models = FunnelParts(project, project.build("+int_funnel_unit_days"))
                self.parts.append(self.models.parts)
            else:
                # The form that reads all rows.
                result = project.dbt("compile", "--full-refresh", "--select", "intermediate")
                self.parts.append(self.models.parts_of(result))
            self.funnels.append(oracles(definitions, zone, week_start))

    def check(self, place, number, persons, sequenced, native):
        zone, day, _ = PLACES[place]
        funnel = self.funnels[place][number]
        grid = duration(funnel.config["window"]) // 6
        events = facts(
            drawn_log(persons, start_of(zone, day, grid), grid, sequenced, native), GOALS
        )
        self.models.load(events, lambda event: filters(funnel, event))
        found = self.models.unit_days(self.parts[place][number], funnel)
        if funnel.totals:
            found = with_units_excluded_once(found)
        assert_same_rows(found, funnel.unit_days(events), funnel, events)


def with_units_excluded_once(rows):
    """In totals a unit is excluded when it has no pass; on which days says nothing."""
    passes = [row for row in rows if not row["is_excluded"]]
    without = {row["unit_id"] for row in rows} - {row["unit_id"] for row in passes}
    return passes + [
        {"unit_id": unit, "entry_date": None, "is_excluded": True, "depth": 0} for unit in without
    ]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    return Compiled(tmp_path_factory.mktemp("funnels"))


@pytest.fixture(scope="module")
def portable(tmp_path_factory):
    return Compiled(tmp_path_factory.mktemp("portable"), "window")


def test_all_pairs_of_options_occur():
    day = PLACES[0][1]
    chosen = random_definitions(day, COUNT)
    assert len(chosen) == COUNT
    # Another pool of definitions has hardly a pair that these lack.
    others = random_definitions(day, COUNT, seed=6)
    chosen_pairs = set().union(*map(pairs_of, chosen))
    assert len(set().union(*map(pairs_of, others)) - chosen_pairs) <= 5


@settings(max_examples=CASES, deadline=None)
@given(
    st.integers(0, len(PLACES) - 1), st.integers(0, COUNT - 1), logs, st.booleans(), st.booleans()
)
def test_random_logs(compiled, place, number, persons, sequenced, native):
    compiled.check(place, number, persons, sequenced, native)


@thorough
@settings(max_examples=max(CASES // 4, 1), deadline=None)
@given(
    st.integers(0, len(PLACES) - 1), st.integers(0, COUNT - 1), logs, st.booleans(), st.booleans()
)
def test_random_logs_with_window_functions(portable, place, number, persons, sequenced, native):
    """The SQL for engines without as-of joins gives the same rows."""
    portable.check(place, number, persons, sequenced, native)


def random_persons(random, persons):
    return [
        [random.randrange(Drawn.LIMIT) for _ in range(random.randint(1, 9))] for _ in range(persons)
    ]


def large_log(random, zone, day, persons):
    """Logs on all grids, so that the windows of all funnels end on them."""
    events = []
    for number in range(persons):
        grid = random.choice(GRIDS)
        log = drawn_log(
            random_persons(random, 1),
            start_of(zone, day, grid),
            grid,
            random.choice([True, False]),
            random.choice([True, False]),
        )
        for event in log:
            for key in ("anonymous_id", "user_id", "event_id"):
                if event[key]:
                    event[key] = f"{number}_{event[key]}"
        events += log
    return events


def check_steps(rows, funnel, events):
    found = {
        (row["breakdown_name"], row["breakdown_value"], row["step_number"]): row
        for row in rows("select * from funnel_steps where funnel_name = ?", [funnel.name])
    }
    expected = funnel.funnel_steps(events)
    assert found.keys() == expected.keys(), funnel.config
    wrong = [
        (key, column, found[key][column], value)
        for key, row in expected.items()
        for column, value in row.items()
        if found[key][column] != pytest.approx(value)
    ]
    assert not wrong, f"(key, column, found, expected) of {json.dumps(funnel.config)}"


def check_trends(rows, funnel, events):
    for period in ("day", "week", "month"):
        found = {
            (row["period_start"], row["step_number"]): (
                row["units_entered"],
                row["units_reached"],
                row["is_mature"],
            )
            for row in rows(
                "select * from funnel_trends where funnel_name = ? and period = ?",
                [funnel.name, period],
            )
            # Periods that nobody entered in may be listed, with zeros.
            if row["units_entered"]
        }
        assert found == funnel.funnel_trends(events, period), (period, json.dumps(funnel.config))


def check_marts(rows, funnel, events):
    found = rows(units_sql("funnel_units") + " where funnel_name = ?", [funnel.name])
    expected = [without_day(row) for row in funnel.funnel_units(events)]
    assert_same_rows(read_units(found, funnel), expected, funnel, events)
    check_steps(rows, funnel, events)
    check_trends(rows, funnel, events)


def without_day(row):
    return {name: row[name] for name in row if name not in ("entry_date", "is_excluded")}


@pytest.mark.parametrize(
    "place",
    [1, 3, pytest.param(0, marks=thorough), pytest.param(2, marks=thorough)],
    ids=lambda place: " ".join(PLACES[place]),
)
def test_large_batch_through_dbt(tmp_path, place):
    """From raw rows to the marts, all definitions at once."""
    zone, day, week_start = PLACES[place]
    random = Random(place)
    definitions = random_definitions(day, COUNT)
    log = large_log(random, zone, day, 150)
    write_rows(tmp_path / "events.parquet", map(generic_row, with_duplicates(random, log)))
    project = Project(
        tmp_path,
        **generic(tmp_path / "events.parquet"),
        **project_vars(definitions, zone, week_start),
        # The portable SQL once too.
        **({"join_technique": "window"} if place == 1 else {}),
    )
    project.build("+funnel_units", "+funnel_steps", "+funnel_trends")
    events = facts(log, GOALS)
    for funnel in oracles(definitions, zone, week_start):
        check_marts(project.rows, funnel, events)


def test_logs_are_dense():
    """Ties, exact window ends, missing values and rows without ids are common in the logs."""
    random = Random(4)
    zone, day, _ = PLACES[0]
    found = {"tie": 0, "exact": 0, "no id": 0, "no document": 0, "midnight": 0}
    for _ in range(500):
        start = start_of(zone, day, GRIDS[1])
        log = drawn_log(random_persons(random, 1), start, GRIDS[1], False, False)
        times = [event["at"] for event in log]
        found["tie"] += len(set(times)) < len(times)
        found["exact"] += any(one + 6 * GRIDS[1] == other for one in times for other in times)
        found["no id"] += any(
            event["anonymous_id"] is None and event["user_id"] is None for event in log
        )
        found["no document"] += any(event["properties"]["doc"] is None for event in log)
        found["midnight"] += any(time == start + 6 * GRIDS[1] for time in times)
    assert min(found.values()) >= 100, found
