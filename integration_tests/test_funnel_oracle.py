"""Funnel marts against brute force, on random logs."""

from collections import defaultdict
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import CONTRACT, EXAMPLES, CompiledModels, Project, generic, write_rows
from logs import generic_row, random_logs, staged_row, with_duplicates
from oracles import HOUR
from oracles.funnel import (
    Completion,
    attempts,
    funnel_steps,
    funnel_trends,
    orders,
    result,
    unit_result,
)

GOALS = {
    "a": lambda event: event["event_name"] == "a",
    "b": lambda event: event["event_name"] == "b",
    "c": lambda event: event["event_name"] == "c",
    # Overlaps with a: one event may match two steps and serves one.
    "a_on_x": lambda event: event["event_name"] == "a" and event["page_path"] == "/x",
}

FUNNELS = [
    (["a", "b", "c"], "step_order"),
    (["a", "b", "c"], "strict"),
    (["a", "a", "b"], "step_order"),
    (["a", "b", "a"], "step_order"),
    (["a", "a_on_x"], "step_order"),
    (["a_on_x", "a", "b", "a"], "step_order"),
    (["a_on_x", "a_on_x"], "strict"),
    (["b"], "step_order"),
]
WINDOW = HOUR


def name_of(steps, ties):
    return f"{'_'.join(steps)}_{ties}"


def definitions(timezone, week_start):
    return {
        "timezone": timezone,
        "week_start": week_start,
        "goals": [
            *({"name": name, "match": {"event": name}} for name in "abc"),
            {"name": "a_on_x", "match": {"event": "a", "where": {"page_path": "/x"}}},
        ],
        "funnels": [
            {
                "name": name_of(steps, ties),
                "steps": steps,
                "window": "1 hour",
                "ties": ties,
                "breakdowns": ["person"],
            }
            for steps, ties in FUNNELS
        ],
        "cohorts": [],
    }


def completions(events):
    """{person: [Completion]}; a duplicate row is one event."""
    units = defaultdict(list)
    for event in {event["event_id"]: event for event in events}.values():
        goals = frozenset(name for name, matches in GOALS.items() if matches(event))
        units[event["properties"]["person"]].append(
            Completion(event["at"], event["sequence"], event["event_id"], goals)
        )
    return units


def check_steps(rows, events):
    """funnel_steps for everybody, and for every person as a breakdown value."""
    units = completions(events)
    last = max(event["at"] for event in events)
    found = defaultdict(list)
    for row in rows("select * from funnel_steps order by step_number"):
        found[row["funnel_name"], row["breakdown_name"], row["breakdown_value"]].append(row)
    wrong = []
    for steps, ties in FUNNELS:
        name = name_of(steps, ties)
        # Persons before everybody: of what is wrong the smallest case comes first.
        for scope, members in [
            *((("person", person), {person: own}) for person, own in units.items()),
            (("all", "all"), units),
        ]:
            expected = funnel_steps(members, steps, WINDOW, last, ties)
            got = found.pop((name, *scope), [])
            # A person that never entered has no rows; everybody always has.
            if expected[0]["units_entered"] or scope == ("all", "all"):
                assert len(got) == len(steps), (name, scope)
            for row, wanted in zip(got, expected):
                for column, value in wanted.items():
                    if row[column] != pytest.approx(value):
                        wrong.append(
                            (name, *scope, wanted["step_number"], column, row[column], value)
                        )
    assert not wrong, "funnel, breakdown, value, step, column, found, expected"
    assert not found


def check_trends(rows, events, timezone, week_start):
    units = completions(events)
    last = max(event["at"] for event in events)
    found = {
        (row["funnel_name"], row["period"], row["period_start"], row["step_number"]): (
            row["units_entered"],
            row["units_reached"],
            row["is_mature"],
        )
        for row in rows("select * from funnel_trends")
    }
    expected = {
        (name_of(steps, ties), period, *cell): counts
        for steps, ties in FUNNELS
        for period in ("day", "week", "month")
        for cell, counts in funnel_trends(
            units, steps, WINDOW, period, last, ties, timezone, week_start
        ).items()
    }
    # Periods that nobody entered in may be listed, with zeros.
    assert {key: counts for key, counts in found.items() if counts[0]} == expected


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("funnels")
    write_rows(folder / "events.parquet", map(generic_row, random_logs(Random(1), 2)))
    project = Project(
        folder,
        **generic(folder / "events.parquet"),
        **definitions("America/New_York", "sunday"),
    )
    built = project.build("+funnel_steps", "+funnel_trends")
    return CompiledModels(project, built, "stg_generic__events")


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.randoms())
def test_random_logs(models, random):
    events = random_logs(random, random.randint(1, 4))
    models.run(map(staged_row, with_duplicates(random, events)))
    check_steps(models.rows, events)
    check_trends(models.rows, events, "America/New_York", "sunday")


@pytest.mark.parametrize(
    ("timezone", "week_start"), [("UTC", "monday"), ("Asia/Kolkata", "sunday")]
)
def test_large_batch_through_dbt(tmp_path, timezone, week_start):
    random = Random(timezone)
    events = random_logs(random, 1000)
    write_rows(tmp_path / "events.parquet", map(generic_row, with_duplicates(random, events)))
    project = Project(
        tmp_path, **generic(tmp_path / "events.parquet"), **definitions(timezone, week_start)
    )
    project.build("+funnel_steps", "+funnel_trends")
    check_steps(project.rows, events)
    check_trends(project.rows, events, timezone, week_start)


def test_date_range_and_breakdown_are_of_the_entry(tmp_path):
    """Entries of one local day, either side of midnight in New York (05:00 UTC)."""
    rows = [
        # who, event, UTC, device
        ("day before", "a", "2024-03-09 04:59:59.999999", "phone"),
        ("first moment", "a", "2024-03-09 05:00:00", "phone"),
        ("last moment", "a", "2024-03-10 04:59:59.999999", "phone"),
        ("last moment", "b", "2024-03-10 05:59:59.999999", "laptop"),
        ("day after", "a", "2024-03-10 05:00:00", "phone"),
        ("day after", "b", "2024-03-10 05:10:00", "phone"),
        # The deepest attempt began too early, so the other one counts.
        ("twice", "a", "2024-03-09 04:50:00", "phone"),
        ("twice", "b", "2024-03-09 05:40:00", "phone"),
        ("twice", "a", "2024-03-09 06:00:00", "laptop"),
        # Entered on the phone in vain, and on the laptop with success.
        ("switches", "a", "2024-03-09 10:00:00", "phone"),
        ("switches", "a", "2024-03-09 12:00:00", "laptop"),
        ("switches", "b", "2024-03-09 12:10:00", "tablet"),
    ]
    names = ("anonymous_id", "event_name", "event_at", "device_category")
    columns = {**CONTRACT, "device_category": "varchar"}
    write_rows(tmp_path / "events.parquet", [dict(zip(names, row)) for row in rows], columns)
    project = Project(
        tmp_path,
        **generic(tmp_path / "events.parquet"),
        timezone="America/New_York",
        goals=[{"name": name, "match": {"event": name}} for name in "ab"],
        funnels=[
            {
                "name": "day",
                "steps": ["a", "b"],
                "window": "1 hour",
                "date_from": "2024-03-09",
                "date_to": "2024-03-09",
                "breakdowns": ["device_category"],
            }
        ],
        cohorts=[],
    )
    project.build("+funnel_steps")
    found = project.values(
        "select breakdown_value, list(units_reached order by step_number)"
        " from funnel_steps group by 1"
    )
    assert dict(found) == {"all": [4, 2], "phone": [2, 1], "laptop": [2, 1]}


# Wrong rules, each met in the field. The logs above must be able to tell them from the right one.


def search(events, steps, fits):
    """The unit's result when `fits(event, walk)` says what may come next."""

    def walk(path):
        if len(path) == len(steps):
            return path
        longer = [
            walk([*path, event])
            for event in events
            if steps[len(path)] in event.goals and fits(event, path)
        ]
        return min(longer, key=lambda found: (-len(found), orders(found)), default=path)

    return result([walk([event]) for event in events if steps[0] in event.goals])


def one_event_serves_all_steps(events, steps, window, ties):
    """A -> A with one A."""
    return search(
        events,
        steps,
        lambda event, walk: event.order >= walk[-1].order and event.at <= walk[0].at + window,
    )


def first_entry_only(events, steps, window, ties):
    tried = attempts(events, steps, window, ties)
    return min(tried, key=lambda walk: walk[0].order, default=None)


def last_entry_only(events, steps, window, ties):
    tried = attempts(events, steps, window, ties)
    return max(tried, key=lambda walk: walk[0].order, default=None)


def first_ever_timestamps(events, steps, window, ties):
    """Compares the first time of each step, whatever came before it."""
    walk = []
    for step in steps:
        done = [event for event in events if step in event.goals]
        if not done:
            break
        first = min(done, key=lambda event: event.order)
        if walk and (first.order < walk[-1].order or first.at > walk[0].at + window):
            break
        walk.append(first)
    return walk or None


def window_between_neighbours(events, steps, window, ties):
    """Each step within the window of the one before it."""
    return search(
        events,
        steps,
        lambda event, walk: (
            event not in walk and event.order >= walk[-1].order and event.at <= walk[-1].at + window
        ),
    )


def steps_in_any_order(events, steps, window, ties):
    return search(
        events,
        steps,
        lambda event, walk: event not in walk and abs(event.at - walk[0].at) <= window,
    )


def window_in_clock_hours(events, steps, window, ties):
    """Counts boundaries, as datediff does: 10:59 to 12:01 is two hours, 10:01 to 11:59 one."""
    return search(
        events,
        steps,
        lambda event, walk: (
            event not in walk
            and event.order >= walk[-1].order
            and event.at // HOUR - walk[0].at // HOUR <= window // HOUR
        ),
    )


def window_exclusive_at_the_end(events, steps, window, ties):
    return unit_result(events, steps, window - 1, ties)


def no_window(events, steps, window, ties):
    return unit_result(events, steps, 10**15, ties)


def ties_never_serve_in_step_order(events, steps, window, ties):
    return unit_result(events, steps, window, "strict")


def ties_always_serve_in_step_order(events, steps, window, ties):
    return unit_result(events, steps, window, "step_order")


def ties_broken_by_id(events, steps, window, ties):
    ordered = sorted(events, key=lambda event: (event.order, event.event_id))
    spread = [event._replace(sequence=f"{number:04}") for number, event in enumerate(ordered)]
    return unit_result(spread, steps, window, ties)


def sequence_ignored(events, steps, window, ties):
    return unit_result([event._replace(sequence=None) for event in events], steps, window, ties)


def earliest_entry_of_the_deepest(events, steps, window, ties):
    tried = attempts(events, steps, window, ties)
    depth = max(map(len, tried), default=0)
    deepest = [walk for walk in tried if len(walk) == depth]
    return min(deepest, key=lambda walk: walk[0].order, default=None)


def last_to_reach_the_depth(events, steps, window, ties):
    tried = attempts(events, steps, window, ties)
    depth = max(map(len, tried), default=0)
    deepest = [walk for walk in tried if len(walk) == depth]
    return max(deepest, key=lambda walk: walk[-1].order, default=None)


MUTANTS = [
    one_event_serves_all_steps,
    first_entry_only,
    last_entry_only,
    first_ever_timestamps,
    window_between_neighbours,
    window_exclusive_at_the_end,
    no_window,
    window_in_clock_hours,
    ties_never_serve_in_step_order,
    ties_always_serve_in_step_order,
    ties_broken_by_id,
    sequence_ignored,
    earliest_entry_of_the_deepest,
    last_to_reach_the_depth,
    steps_in_any_order,
]


@pytest.mark.parametrize("mutant", MUTANTS)
def test_wrong_rule_is_seen(mutant):
    """What the marts can show of a unit: its depth and its times."""

    def shown(walk):
        return walk and [event.at for event in walk]

    units = completions(random_logs(Random(2), 500))
    different = sum(
        shown(mutant(events, steps, WINDOW, ties))
        != shown(unit_result(events, steps, WINDOW, ties))
        for events in units.values()
        for steps, ties in FUNNELS
    )
    assert different >= 10


def test_wrong_trend_is_seen():
    """Each unit once per period: counting attempts, or only the unit's best entry, is different."""
    units = completions(random_logs(Random(3), 200, grid=2 * HOUR, slots=24))
    steps = ["a", "b", "c"]
    right = funnel_trends(units, steps, 12 * HOUR, "day", 0)
    entries = defaultdict(int)
    best = defaultdict(int)
    for events in units.values():
        for walk in attempts(events, steps, 12 * HOUR):
            entries[walk[0].at // (24 * HOUR)] += 1
        if walk := unit_result(events, steps, 12 * HOUR):
            best[walk[0].at // (24 * HOUR)] += 1
    entered = sorted(counts[0] for (_, number), counts in right.items() if number == 1)
    assert entered != sorted(entries.values())
    assert entered != sorted(best.values())


def test_grid_is_coarse_enough():
    """Ties and exact window ends are common in the logs, not one in a thousand."""
    units = completions(random_logs(Random(4), 500)).values()
    tied = sum(len({event.at for event in events}) < len(events) for events in units)
    exact = sum(
        any(one.at + WINDOW == other.at for one in events for other in events) for events in units
    )
    assert tied > 100 and exact > 100
