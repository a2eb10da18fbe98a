"""The review of goals and events, against NumPy and plain Python on random visitors."""

import random
from collections import Counter
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy
import pytest

from helpers import Project, generic, write_rows

ZONE = ZoneInfo("America/New_York")
START = datetime(2026, 1, 20, tzinfo=timezone.utc)
DAYS = 120
VISITORS = 400
# More than one number has bits for.
GOALS = 66
# goal: the one that it copies, and for how many of 1000 visitors it does not
COPIES = {7: (3, 20), 65: (5, 20), 64: (5, 20), 20: (19, 0), 31: (30, 150)}
ONCE, NEVER, MISSPELT = 40, 41, 42


def completions(chance):
    """{goal: {visitor: number of completions}}; goal 0 is rare, goal 63 is of nearly everybody."""
    found = {}
    for goal in range(GOALS):
        original, differing = COPIES.get(goal, (None, 0))
        rate = 0.02 + 0.93 * goal / 63 if goal < 64 else 0.3
        found[goal] = {}
        for visitor in range(VISITORS):
            does = chance.random() < rate
            if original is not None and chance.random() * 1000 >= differing:
                does = visitor in found[original]
            if does and goal not in (NEVER, MISSPELT):
                found[goal][visitor] = chance.choice([1, 1, 2])
    found[ONCE] = {0: 1}
    return found


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory):
    chance = random.Random(11)
    done = completions(chance)
    rows = []

    def happened(name, visitor, at):
        rows.append({
            "event_id": f"e{len(rows)}", "event_name": name, "event_at": at.isoformat(),
            "anonymous_id": visitor,
        })  # fmt: skip

    def anytime():
        return START + timedelta(seconds=chance.randrange(DAYS * 86400))

    for visitor in range(VISITORS):
        happened("came", f"v{visitor}", START)
    for goal, visitors in done.items():
        for visitor, times in visitors.items():
            for _ in range(times):
                happened(f"event_{goal}", f"v{visitor}", anytime())
    # Nobody's events complete goals, but say nothing about visitors.
    for _ in range(50):
        happened("event_5", None, anytime())
    for _ in range(7):
        happened(f"event_{NEVER}", "v0", anytime())
    happened("waved", "v1", START + timedelta(days=DAYS))
    folder = tmp_path_factory.mktemp("goal_review")
    goals = []
    for goal in range(GOALS):
        match = {"event": f"event_{goal}"}
        if goal == NEVER:
            match["where"] = {"page_path": "/nowhere"}
        goals.append({"name": f"g{goal}", "tier": 2 if goal == 19 else 3, "match": match})
    goals.append({"name": "b5", "match": {"event": "event_5"}})
    project = Project(
        folder,
        **generic(write_rows(folder / "rows.parquet", rows)),
        goals=goals,
        funnels=[],
        cohorts=[],
        timezone=str(ZONE),
    )
    project.build("+goal_review")
    return project, done, rows


def phi(done, goal, other):
    sides = [[visitor in done[one] for visitor in range(VISITORS)] for one in (goal, other)]
    return numpy.corrcoef(numpy.array(sides, dtype=float))[0, 1]


def test_near_duplicates(reviewed):
    project, done, _ = reviewed
    expected = {}
    for goal in range(GOALS):
        for other in range(goal):
            if len(done[goal]) >= 10 and len(done[other]) >= 10:
                # Of the same tier the rarer is reviewed, then the later name.
                first, second = sorted(
                    (goal, other), key=lambda one: (one != 19, -len(done[one]), f"g{one}")
                )
                expected[f"g{second}", f"g{first}"] = phi(done, goal, other)
    found = {
        (goal, other): measured
        for goal, other, measured in project.values("""
            select goal_name, other_goal_name, measured_value from goal_review
            where rule_name = 'near_duplicate'
        """)
    }
    assert found == pytest.approx({pair: one for pair, one in expected.items() if one > 0.9})
    # What was planted: in one number, across two, in the second alone; and one that is too unlike.
    planted = [{"g3", "g7"}, {"g5", "g65"}, {"g64", "g65"}, {"g19", "g20"}]
    assert all(pair in [set(one) for one in found] for pair in planted)
    assert {"g30", "g31"} not in [set(one) for one in found]
    assert ("g20", "g19") in found


def test_volume(reviewed):
    """Goals that are completed too rarely, by months of the project zone."""
    project, _, rows = reviewed
    months = {}
    for row in rows:
        at = datetime.fromisoformat(row["event_at"]).astimezone(ZONE)
        months.setdefault(row["event_name"], Counter())[at.month] += 1
    # 19 January to 19 May in New York: February, March and April are complete.
    expected = {}
    for goal in range(GOALS):
        counts = months.get(f"event_{goal}", {})
        if goal != NEVER and counts:
            measured = [month for month in (2, 3, 4) if month >= min(counts)]
            completions = sum(counts[month] for month in measured)
            if measured and completions < 10 * len(measured):
                expected[f"g{goal}"] = completions / len(measured)
    assert len(expected) > 1
    assert dict(
        project.values("""
            select goal_name, measured_value from goal_review where rule_name = 'too_little_volume'
        """)
    ) == pytest.approx(expected)


def test_other_rules(reviewed):
    project, _, _ = reviewed
    counts = dict(project.values("select rule_name, count(*) from goal_review group by 1"))
    assert counts["no_owner"] == counts["no_decision"] == GOALS
    # Nothing is above tier 2 here either.
    assert counts["no_parent"] == GOALS
    assert dict(
        project.values("select goal_name, finding from goal_review where rule_name = 'never_seen'")
    ) == {
        "g41": '"g41" was never completed from 2026-01-19 to 2026-05-19: of 7 events named'
        " event_41 none meets its condition.",
        "g42": '"g42" was never completed from 2026-01-19 to 2026-05-19: not one event named'
        " event_42 came.",
    }


def test_event_usage(reviewed):
    """Which events are read, by whom, and how many there are."""
    project, _, rows = reviewed
    sent = Counter(row["event_name"] for row in rows)
    expected = {name: (count, False, None) for name, count in sent.items()}
    for goal in range(GOALS):
        names = "b5, g5" if goal == 5 else f"g{goal}"
        expected[f"event_{goal}"] = (sent[f"event_{goal}"], True, names)
    planned = "(select event_name from tracking_plan)"
    assert {
        name: tuple(rest)
        for name, *rest in project.values(f"""
            select event_name, events, is_used, goal_names from event_usage
            where events > 0 or event_name not in {planned}
        """)
    } == expected
    assert project.values("select sum(volume_rate) from event_usage") == [(pytest.approx(1),)]
