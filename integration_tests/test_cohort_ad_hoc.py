# ruff: noqa: E501 - one mistake a line
"""The macro retention() on any relation, against brute force and against the mart."""

from random import Random

import duckdb
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from cohorts import definitions, last_at, random_log
from helpers import EXAMPLES, Project, generic, moment, rows_of, write_rows
from logs import generic_row
from oracles.retention import Retention

ZONES = ("America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
PART = "-- next part"
# Arguments of the macro, named as in the configuration; `start` none is first_seen, `return` none
# any event.
QUERIES = [
    # The plain case.
    {"start": "a", "return": "b", "interval": "day", "intervals": 4},
    {"intervals": 3, "week_start": "sunday"},
    {"start": "a", "return": "a", "intervals": 3},
    {"start": "a", "interval": "hour", "intervals": 5},
    {"start": ["a", "b"], "return": ["b", "c"], "interval": "month", "intervals": 2},
    {"return": "b", "interval": "day", "intervals": 70},
    # Everything else.
    {"start": "a", "return": "b", "intervals": 3, "criterion": "on_or_after"},
    {"start": "a", "return": "a", "interval": "day", "intervals": 3, "first": "recurring",
     "min_occurrences": 2},
    {"start": "a", "return": "b", "interval": "day", "intervals": 3, "rolling": True},
    {"start": "a", "interval": "day", "brackets": [1, "2-3", [5, 9]]},
    {"start": "a", "return": ["a", "b"], "interval": "hour", "intervals": 3, "rolling": True,
     "criterion": "on_or_after", "first": "recurring", "window": "3 hours", "min_occurrences": 2},
    {"interval": "hour", "intervals": 4, "rolling": True, "criterion": "on_or_after"},
    {"start": "b", "return": "a", "intervals": 3, "first": "recurring",
     "criterion": "on_or_after", "min_occurrences": 2, "week_start": "sunday"},
    {"start": "a", "interval": "month", "intervals": 2, "rolling": True, "window": "40 days"},
]  # fmt: skip


def call(query, relation="'log'", **more):
    """The macro call as a person would write it."""
    arguments = {**query, **more}
    listed = "".join(f", {name}={value!r}" for name, value in arguments.items())
    columns = "unit='who', time='happened', step='what'"
    return f"{{{{ waymark.retention({relation}, {columns}{listed}) }}}}"


def named_goal(value):
    names = [value] if isinstance(value, str) else value
    return {"names": names, "matches": lambda event: event["event_name"] in names}


def expected_matrix(query, events, zone):
    goals = {"start": named_goal(query.get("start")), "return": named_goal(query.get("return"))}
    cohort = {
        **query,
        "start": "start" if "start" in query else "first_seen",
        "return": "return" if "return" in query else "any_event",
    }
    units = {}
    for event in events:
        if event["anonymous_id"]:
            # Nothing but the time orders the events of any table.
            own = units.setdefault(event["anonymous_id"], [])
            own.append({**event, "order": event["at"]})
    rules = Retention(cohort, goals, zone, query.get("week_start", "monday"))
    return {
        (cohort_start if query.get("interval") == "hour" else cohort_start.date(), number): (
            cell["cohort_size"],
            cell["units_returned"],
            cell["is_mature"],
        )
        for (_, _, cohort_start, number), cell in rules.matrix(
            list(units.values()), last_at(events)
        ).items()
    }


@pytest.fixture(scope="module")
def queries(tmp_path_factory):
    """[(arguments, zone, SQL)], all compiled in one go."""
    project = Project(tmp_path_factory.mktemp("ad_hoc"), goals=[], funnels=[], cohorts=[])
    asked = [(query, ZONES[number % len(ZONES)]) for number, query in enumerate(QUERIES)]
    asked += [(query, ZONES[(number + 1) % len(ZONES)]) for number, query in enumerate(QUERIES)]
    calls = [
        call(query, relation, timezone=zone)
        for (query, zone), relation in zip(asked, ["'log'", "'(select * from log)'"] * len(QUERIES))
    ]
    compiled = project.dbt("compile", "--inline", f"\n{PART}\n".join(calls))
    parts = compiled.results[0].node.compiled_code.split(PART)
    return [(*one, sql) for one, sql in zip(asked, parts, strict=True)]


@settings(max_examples=max(EXAMPLES // 2, 5), deadline=None)
@given(st.randoms(), st.integers(1, 4))
def test_random_logs(queries, random, persons):
    events = random_log(random, persons)
    note(f"events: {events}")
    with duckdb.connect() as connection:
        connection.execute("create table log (who varchar, happened timestamp, what varchar)")
        connection.executemany(
            "insert into log values (?, ?, ?)",
            [(one["anonymous_id"], moment(one["at"]), one["event_name"]) for one in events],
        )
        for query, zone, sql in queries:
            rows = rows_of(connection, sql)
            found = {
                (row["cohort_start"], row["interval_number"]): (
                    row["cohort_size"],
                    row["units_returned"],
                    row["is_mature"],
                )
                for row in rows
            }
            assert len(found) == len(rows)
            assert found == expected_matrix(query, events, zone), (query, zone)
            for row in rows:
                returned = row["units_returned"]
                rate = None if returned is None else returned / row["cohort_size"]
                assert row["retention_rate"] == rate


def test_same_as_the_mart(tmp_path):
    """Of `events` in one line, by the settings of the project."""
    events = [
        # The mart knows an order of events of one time, and any table does not.
        {**event, "sequence": None}
        for event in random_log(Random(5), 200)
    ]
    write_rows(tmp_path / "events.parquet", map(generic_row, events))
    settings = definitions("America/New_York", "sunday")
    project = Project(tmp_path, **generic(tmp_path / "events.parquet"), **settings)
    project.build("+cohort_retention")
    compared = 0
    for cohort in settings["cohorts"]:
        if isinstance(cohort["start"], dict) or cohort.get("first") == "first_ever":
            continue
        query = {
            key: value
            for key, value in cohort.items()
            if key not in ("name", "breakdowns", "breakdown_limit")
            and value not in ("first_seen", "any_event")
        }
        line = call(query, "ref('events')").replace("'who'", "'visitor_key'")
        line = line.replace("'happened'", "'event_at'").replace("'what'", "'event_name'")
        shown = project.dbt("show", "--limit", "-1", "--inline", line).results[0].agate_table
        found = [
            (str(row["cohort_start"])[:10], row["interval_number"], row["cohort_size"],
             row["units_returned"], row["is_mature"])
            for row in shown.rows
        ]  # fmt: skip
        expected = project.values(
            "select strftime(cohort_start, '%Y-%m-%d'), interval_number, cohort_size,"
            " units_returned, is_mature from cohort_retention"
            " where cohort_name = ? and breakdown_name = 'all'"
            " order by cohort_start_at, interval_number",
            [cohort["name"]],
        )
        assert found == expected
        compared += len(found)
    assert compared


# Calls with several mistakes each, and a part of every line that they are answered with.
MISTAKES = [
    (
        "'', step='what', start=[], return={'a': 1}, intervall='week', interval='weekly',"
        " criterion='on_or_befor', first='recuring', intervals=0, min_occurrences=1.5, rolling='yes',"
        " window='a week', week_start='tuesday'",
        [
            " has no argument intervall. It takes relation, unit, time, step, start, return, interval,",
            ".relation must be ref('...'), the name of a table or a query in parentheses, found \"\".",
            ".unit must be the column of who comes back",
            ".time must be the column of when it happened",
            ".start must be a value of step, a list of them or none for any event, found [].",
            ".return must be a value of step",
            '.interval: "weekly" is not one of hour, day, week, month. Did you mean week?',
            '.criterion: "on_or_befor" is not one of on, on_or_after.',
            '.first: "recuring" is not one of first_matching, first_ever, recurring. Did you mean recurring?',
            ".intervals must be a whole number from 1 to 1000, found 0.",
            ".min_occurrences must be a whole number from 1 to 1000000, found 1.5.",
            '.rolling must be true or false, found "yes".',
            '.window: "a week" is not a duration.',
            '.week_start: "tuesday" is not one of monday, sunday.',
        ],
    ),
    (
        "none, unit='who', time='happened', start='a', return=true, first='first_ever',"
        " criterion='on_or_after', brackets=['3-2'], intervals=3",
        [
            ".relation must be",
            ".step must be the column that start is a value of",
            ".return must be a value of step",
            ".first: first_ever needs a goal with conditions",
            ".brackets[1]: 3-2 ends before it begins. Write 2-3.",
            " has both intervals and brackets.",
            " has brackets and criterion on_or_after",
        ],
    ),
    (
        "'log', unit='who', time='happened', first='recurring'",
        [".first: recurring needs a start."],
    ),
    (
        "'log', unit='who', time='happened', timezone='America/New_Yrok'",
        [
            ".timezone: America/New_Yrok is not a time zone that the database knows."
            " Did you mean America/New_York?"
        ],
    ),
]


@pytest.mark.parametrize(("arguments", "says"), MISTAKES, ids=["many", "pairs", "first", "zone"])
def test_mistakes_are_explained(tmp_path, capfd, arguments, says):
    """All at once, a line each."""
    project = Project(tmp_path, goals=[], funnels=[], cohorts=[])
    complaint = project.error("compile", "--inline", f"{{{{ waymark.retention({arguments}) }}}}")
    # What an inline query is told while it is parsed is not in dbt's exception.
    output = capfd.readouterr().out + complaint
    lines = {line.strip() for line in output.splitlines() if line.strip().startswith("waymark: ")}
    assert all(any(f"retention(){part}" in line for line in lines) for part in says)
    assert len(lines) == len(says), "\n".join(sorted(lines))
