"""`funnel()` on a table that is not Waymark's: random options and logs against brute force."""

from random import Random

import duckdb
import pytest

from funnels import PLACES, random_definition, start_of
from helpers import Project, moment, rows_of
from logs import drawn_log
from oracles import duration
from oracles.funnel import Funnel, facts
from test_funnel_oracle import random_persons

ZONE, DAY, _ = PLACES[0]
GOALS = {
    **{name: {"match": {"event": name}} for name in "abc"},
    "a_or_b": {"match": {"events": ["a", "b"]}},
}
MAY_SHARE = [("a", "a_or_b"), ("b", "a_or_b")]
COLUMNS = ["visitor", "session", "event_name", "happened_at", "plan", "device", "doc", "account"]
COUNT = 40
SEPARATOR = "-- next funnel"


def any_table(random, number):
    """A random definition without what only goals of a configuration have, on plain values."""
    funnel = random_definition(random, f"drawn {number}", DAY)
    steps = [step if isinstance(step, dict) else {"goal": step} for step in funnel["steps"]]
    for step in steps:
        step["goal"] = step["goal"] if step["goal"] in GOALS else random.choice([*GOALS, "a_or_b"])
        # Without conditions the first event is the first that matches.
        if "occurrence" in step:
            step["occurrence"] = "first_matching"
    required = [number for number, step in enumerate(steps, 1) if not step.get("optional")]
    exclusions = []
    for exclusion in funnel.get("exclusions", []):
        start, end = exclusion.get("from_step", 1), exclusion.get("to_step", len(steps))
        passed = {steps[k - 1]["goal"] for k in required if start < k < end}
        free = [goal for goal in GOALS if goal not in passed]
        if free:
            exclusions.append({"goal": random.choice(free), "from_step": start, "to_step": end})
    funnel.update(steps=steps, exclusions=exclusions)
    if "breakdowns" in funnel:
        funnel["breakdowns"] = [random.choice(["plan", "device"])]
    return funnel


def value_of(goal):
    return GOALS[goal]["match"].get("events", goal)


def macro_call(funnel):
    """The same funnel as a person would write it."""
    unit = funnel.get("unit", "visitor")
    options = {
        **{key: value for key, value in funnel.items() if key not in ("name", "unit")},
        "steps": [{**step, "goal": value_of(step["goal"])} for step in funnel["steps"]],
        "exclusions": [{**one, "goal": value_of(one["goal"])} for one in funnel["exclusions"]],
        "unit": unit if isinstance(unit, str) else "nullif(account, '')",
        "time": "happened_at",
        "step": "event_name",
        "timezone": ZONE,
    }
    arguments = ", ".join(f"{key}={value!r}" for key, value in options.items())
    return f"{{{{ waymark.funnel('log', {arguments}) }}}}"


def compiled(project, definitions):
    inline = f"\n{SEPARATOR}\n".join(macro_call(funnel) for funnel in definitions)
    (one,) = project.dbt("compile", "--inline", inline).results
    return one.node.compiled_code.split(SEPARATOR)


@pytest.mark.parametrize("technique", ["asof", "window"])
def test_random_options(tmp_path, technique):
    random = Random(technique)
    definitions = [any_table(random, number) for number in range(COUNT)]
    queries = compiled(Project(tmp_path, join_technique=technique), definitions)
    with duckdb.connect() as connection:
        connection.execute(
            "create table log (visitor text, session text, event_name text,"
            " happened_at timestamp, plan text, device text, doc text, account text)"
        )
        for definition, sql in zip(definitions, queries, strict=True):
            funnel = Funnel(definition, GOALS, MAY_SHARE, ZONE, "monday")
            grid = duration(definition["window"]) // 6
            for persons in (1, 40):
                events = log_of(random, persons, grid, definition)
                connection.execute("delete from log")
                connection.executemany(
                    f"insert into log values ({', '.join('?' * len(COLUMNS))})",
                    [row_of(event) for event in events],
                )
                check(rows_of(connection, sql), funnel, events, definition)


def log_of(random, persons, grid, definition):
    log = drawn_log(random_persons(random, persons), start_of(ZONE, DAY, grid), grid, False, False)
    # The table has no ids: of tied rows the smallest value tells.
    (name,) = definition.get("breakdowns", ["plan"])
    for event in log:
        event["event_id"] = f"{event['properties'][name] or 'zzz'}_{event['event_id']}"
    return facts(log, GOALS)


def row_of(event):
    properties = [event.properties[name] for name in COLUMNS[4:]]
    return [event.visitor, event.session, event.event_name, moment(event.at), *properties]


def check(rows, funnel, events, definition):
    expected = {
        key: row for key, row in funnel.funnel_steps(events).items() if row["units_entered"]
    }
    found = {
        (
            row.get("breakdown_name", "all"),
            row.get("breakdown_value", "all"),
            row["step_number"],
        ): row
        for row in rows
    }
    assert found.keys() == expected.keys(), (definition, events)
    for key, row in expected.items():
        for column in found[key].keys() & row.keys():
            assert found[key][column] == pytest.approx(row[column]), (
                key,
                column,
                definition,
                events,
            )


BROKEN_CALLS = [
    ("steps=['a'], widow='1 day'", ["no argument widow", "Did you mean window?", "no window"]),
    ("steps=[], window='1 day'", ["funnel().steps"]),
    ("steps=['a', 'b'], window='-1 day'", ["funnel().window", "-1 day"]),
    ("steps=['a'], window='1 day', order='strikt'", ["Did you mean strict?"]),
    ("steps=['a', {'goal': 'b', 'min_gap': '2 days'}], window='1 day'", ["longer than the window"]),
]


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    return Project(tmp_path_factory.mktemp("asked"))


@pytest.mark.parametrize(("arguments", "said"), BROKEN_CALLS)
def test_wrong_call_is_one_clear_error(asked, capfd, arguments, said):
    call = f"{{{{ waymark.funnel('log', unit='u', time='t', step='s', {arguments}) }}}}"
    asked.error("compile", "--inline", call)
    message = capfd.readouterr().out
    assert all(part in message for part in said), message


def test_call_without_columns_names_each(asked, capfd):
    asked.error("compile", "--inline", "{{ waymark.funnel('log', steps=['a'], window='1 day') }}")
    message = capfd.readouterr().out
    assert all(f"funnel(): {name} must be" in message for name in ("unit", "time", "step"))
