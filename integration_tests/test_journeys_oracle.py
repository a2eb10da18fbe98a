"""journey_paths and content_value against brute force, on random logs."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import CONTRACT, CompiledModels, Project, examples, generic, micros, write_rows
from logs import generic_row, key, staged_row
from oracles import DAY, journeys

GOALS = {
    "won": {"tier": 1, "match": {"events": ["buy", "subscribe"]}},
    "bought_twice": {
        "tier": 2, "parent": "won", "match": {"event": "buy"}, "min_occurrences": 2,
    },
    "subscribed": {
        "tier": 2, "parent": "won", "match": {"event": "subscribe"}, "counting": "once_per_visitor",
    },
    "bought": {"tier": 3, "parent": "won", "match": {"event": "buy"}},
    "tried": {
        "tier": 3, "parent": "won", "match": {"event": "try"}, "kind": "process_milestone",
    },
    "tried_after_buying": {
        "tier": 3, "parent": "won", "match": {"event": "try"}, "after": {"goal": "bought"},
    },
    "read": {"match": {"event": "page_view", "where": {"page_path": "/a"}}},
    "compared": {"match": {"event": "page_view", "where": {"page_path": "/b"}}},
    "unused": {"match": {"event": "page_view"}},
}  # fmt: skip
FUNNEL = ["read", "compared", "subscribed"]
VARS = {
    "goals": [{"name": name, **goal} for name, goal in GOALS.items()],
    "funnels": [{"name": "any", "steps": FUNNEL, "window": "7 days", "order": "any"}],
    "cohorts": [],
}
MARTS = ["+journey_paths", "+content_value"]
START = micros("2026-01-05 10:00")
NAMES = [*["page_view"] * 5, "buy", "buy", "subscribe", "try", "click"]


def random_log(random, persons, pages, size=9):
    """Days apart, so that windows of 7 days end exactly on events, and many are tied."""
    events = []
    for person in range(persons):
        sequenced = random.choice([True, False])
        for number in range(random.randint(1, size)):
            events.append(
                {
                    "event_id": f"{random.randint(0, 9)}_{person}_{number}",
                    "event_name": random.choice(NAMES),
                    "at": START + DAY * random.randint(0, 12) + random.choice([0, 0, 0, 1, -1]),
                    "sequence": random.choice("012") if sequenced else None,
                    "anonymous_id": f"p{person}" if random.random() < 0.95 else None,
                    "user_id": None,
                    "native_session_id": None,
                    "page_path": random.choice(pages),
                    "value": random.choice([None, 10, 25]),
                    "properties": {},
                }
            )
            events[-1]["visitor"] = events[-1]["anonymous_id"]
    return events


def check_comparisons(rows, columns):
    for row in rows:
        counts = [row[name] for name in columns]
        if row["not_compared_because"] is None:
            difference = counts[0] / counts[1] - counts[2] / counts[3]
            assert row["difference"] == pytest.approx(difference)
        if row["ratio"] is not None:
            assert (row["ratio"], row["ratio_low"], row["ratio_high"]) == pytest.approx(
                journeys.interval(*counts)
            )


def check(rows, events):
    found = {
        (
            row["goal_name"], row["path_kind"], row["path_steps"], row["from_step"], row["path"],
        ): row
        for row in rows("from journey_paths")
    }  # fmt: skip
    expected = journeys.paths(events, GOALS, FUNNEL)
    columns = ["converters", "all_converters", "others", "all_others"]
    assert {
        place: tuple(row[name] for name in columns) for place, row in found.items()
    } == expected
    check_comparisons(found.values(), columns)

    columns = [
        "page_rank", "viewers", "immature_viewers", "converters", "baseline_visitors",
        "baseline_converters", "touched_conversions", "first_touch_conversions",
        "any_touch_conversions", "first_touch_value", "any_touch_value",
    ]  # fmt: skip
    found = {
        (row["goal_name"], row["page_path"]): row
        for row in rows(
            "select * replace (first_touch_value::double as first_touch_value) from content_value"
        )
    }
    expected = journeys.content(events, GOALS, lambda event: key("generic", event["event_id"]))
    assert {*found} == {*expected}
    check_comparisons(
        found.values(), ["converters", "viewers", "baseline_converters", "baseline_visitors"]
    )
    for place, numbers in expected.items():
        assert tuple(found[place][name] for name in columns) == pytest.approx(numbers), place


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("journeys")
    rows = map(row_of, random_log(Random(1), 3, ["/a"]))
    write_rows(folder / "events.parquet", rows, CONTRACT)
    project = Project(folder, **generic(folder / "events.parquet"), **VARS)
    return CompiledModels(project, project.build(*MARTS), "stg_generic__events")


def row_of(event):
    return {**generic_row(event), "value": event["value"]}


@settings(max_examples=examples(30), deadline=None)
@given(st.randoms(), st.integers(1, 6))
def test_random_logs(models, random, persons):
    events = random_log(random, persons, ["/a", "/a", "/b", "/c"])
    if all(event["visitor"] is None for event in events):
        events[0]["anonymous_id"] = events[0]["visitor"] = "p0"
    models.run({**staged_row(event), "value": event["value"]} for event in events)
    check(models.rows, events)


@settings(max_examples=2, deadline=None)
@given(st.integers(0, 1000))
def test_large_log_has_others(models, seed):
    """More pages and paths than are told, and enough visitors to compare."""
    pages = [*["/a"] * 30, *["/b"] * 20, *(f"/p{number}" for number in range(70))]
    events = random_log(Random(seed), 150, pages, size=14)
    models.run({**staged_row(event), "value": event["value"]} for event in events)
    check(models.rows, events)
    for table, column in [("journey_paths", "path"), ("content_value", "page_path")]:
        sql = f"select count(*) as n from {table} where {column} = '(other)'"
        assert models.rows(sql) != [{"n": 0}]
        assert models.rows(f"select count(ratio) as n from {table}")[0]["n"] > 3
