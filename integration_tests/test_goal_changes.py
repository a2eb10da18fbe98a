"""Changes and leads of goals against numpy and scipy, and thresholds as tests."""

import json
import subprocess
import sys
from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats

from helpers import REPOSITORY, CompiledModels, Project, generic, write_rows

FIRST = date(2024, 1, 1)  # a Monday
SALES = {"name": "sales", "match": {"event": "page_view"}}
EDGES = [
    {"name": name, "parent": "sales", "match": {"event": "page_view"}}
    for name in (
        "leads_by_three", "moves_with_it", "goes_against_it", "shares_the_trend", "never_moves",
    )
]  # fmt: skip


def day_of(number):
    return FIRST + timedelta(days=number)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """The models below `goal_completions`, to run on any completions of any goals."""
    folder = tmp_path_factory.mktemp("changes")
    row = {"event_id": "a", "event_name": "page_view", "event_at": "2024-01-01", "user_id": "u"}
    write_rows(folder / "events.parquet", [row])
    project = Project(
        folder, **generic(folder / "events.parquet"), goals=[SALES, *EDGES], funnels=[], cohorts=[]
    )
    return CompiledModels(project, project.build("+goal_leads"), "goal_completions")


def run(models, series, direction="increase"):
    """Goals by the sum of their values, from {goal: value of each day}."""
    columns = {
        table: dict(
            models.connection.execute(
                f"select column_name, column_type from (describe {table})"
            ).fetchall()
        )
        for table in ("goals", "events", "goal_completions")
    }
    goals = [
        {"goal_id": number, "goal_name": name, "metric": "value", "direction": direction}
        for number, name in enumerate(series)
    ]
    models.fill("goals", goals, columns["goals"])
    days = max(map(len, series.values()))
    events = [
        {"event_date": day, "event_at": f"{day} 12:00"} for day in (day_of(0), day_of(days - 1))
    ]
    models.fill("events", events, columns["events"])
    completions = [
        {
            "goal_id": number,
            "goal_name": name,
            "event_id": f"{number} {day}",
            "completed_at": f"{day_of(day)} 12:00",
            "value": round(float(value), 4),
        }
        for number, (name, values) in enumerate(series.items())
        for day, value in enumerate(values)
    ]
    models.fill("goal_completions", completions, columns["goal_completions"])
    for relation, sql in models.steps:
        models.connection.execute(f"create or replace table {relation} as {sql}")


def reference(values):
    """Of each week (sudden z, share of its days that way), change, trend and Theil-Sen slope."""
    values = np.round(values, 4)
    errors, expected = {}, {}
    for day in range(21, len(values)):
        before = values[day % 7 : day : 7][-8:]
        expected[day] = np.median(before)
        errors[day] = values[day] - expected[day]
    weeks = []
    off = {}
    for week in range(len(values) // 7):
        days = [day for day in range(7 * week, 7 * week + 7) if day in errors]
        past = [abs(errors[day]) for day in range(7 * (week - 8), 7 * week) if day in errors]
        z = change = None
        if days:
            off[week] = np.mean([errors[day] for day in days])
            change = off[week] / np.mean([expected[day] for day in days])
        if days and len(past) >= 14:
            same_way = sum(errors[day] * off[week] > 0 for day in days) / len(days)
            usual = 1.4826 * np.median(past) / np.sqrt(len(days))
            past_weeks = [abs(off[one]) for one in range(week - 8, week) if one in off]
            if len(past_weeks) >= 4:
                usual = max(usual, 1.4826 * np.median(past_weeks))
            z = (off[week] / usual, same_way)
        sums = values[: 7 * week + 7].reshape(-1, 7).sum(axis=1)[-8:]
        trend = slope = None
        if len(sums) >= 6:
            slope = stats.theilslopes(sums).slope
            n = len(sums)
            pairs = n * (n - 1) / 2
            rises = stats.kendalltau(np.arange(n), sums).statistic * pairs
            trend = max(abs(rises) - 1, 0) / np.sqrt(n * (n - 1) * (2 * n + 5) / 18)
            trend = (trend, 7 * abs(slope) / abs(np.median(sums)))
        weeks.append((z, change, trend, slope))
    return weeks


def weeks_of(models, name):
    return models.rows(
        "select * from goal_status where goal_name = ? order by period_start", [name]
    )


def test_changes_agree_with_numpy_and_scipy(models):
    random = np.random.default_rng(1)
    pattern = np.tile([100, 90, 95, 100, 120, 150, 60], 20)
    noise = random.normal(0, 6, (6, 140))
    series = {
        "stationary": pattern + noise[0],
        "broken": pattern * np.where(np.arange(140) // 7 == 15, 0.7, 1) + noise[1],
        "new_level": pattern * np.where(np.arange(140) // 7 >= 15, 1.3, 1) + noise[2],
        "drift": pattern * (1 - 0.005 * np.arange(140)) + noise[3],
        "weekly_shocks": pattern + noise[4] + np.repeat(random.normal(0, 20, 20), 7),
        "outliers": pattern + np.where(np.arange(140) % 11 == 0, 400, 0) + noise[5],
    }
    run(models, series)
    flags = {}
    for name, values in series.items():
        found = weeks_of(models, name)
        expected = reference(values)
        assert len(found) == len(expected) == 20
        for row, (z, change, trend, slope) in zip(found, expected):
            if z is None:
                assert row["sudden_z"] is None
            else:
                z, same_way = z
                assert row["sudden_z"] == pytest.approx(z, rel=1e-9)
                assert row["sudden_change_rate"] == pytest.approx(change, rel=1e-9)
                is_sudden = abs(z) >= 3.5 and abs(change) >= 0.05 and same_way >= 2 / 3
                assert (row["sudden_change"] is not None) == is_sudden
            assert row["trend_per_week"] == (
                slope if slope is None else pytest.approx(slope, rel=1e-9)
            )
            is_slow = trend is not None and trend[0] >= 2.5758 and trend[1] >= 0.1
            assert (row["slow_change"] is not None) == is_slow
        flags[name] = [
            [(str(row["period_start"]), row[what], str(row[since])) for row in found if row[what]]
            for what, since in (("sudden_change", "sudden_since"), ("slow_change", "slow_since"))
        ]
    broken = str(day_of(15 * 7))
    assert flags["stationary"] == [[], []]
    assert flags["broken"] == [[(broken, "worse", broken)], []]
    sudden, _ = flags["new_level"]
    assert sudden[0] == (broken, "better", broken)
    assert all(flag[1:] == ("better", broken) for flag in sudden)
    sudden, slow = flags["drift"]
    assert not sudden and len(slow) > 8
    assert {flag[1] for flag in slow} == {"worse"}
    # one day is not the week, and where weeks always differ, it takes more
    assert flags["outliers"][0] == []
    assert [flag for flag in flags["weekly_shocks"][0] if flag[0] > str(day_of(8 * 7))] == []


def test_stationary_goals_are_left_alone(models):
    """Weeks of 100 goals in which nothing happens: flags as rare as the documentation says."""
    random = np.random.default_rng(2)
    pattern = np.tile([100, 90, 95, 100, 120, 150, 60], 40)
    run(models, {f"goal_{n}": random.poisson(pattern) for n in range(100)})
    ((weeks, sudden, trends, slow),) = [
        tuple(row.values())
        for row in models.rows(
            "select count(sudden_z), count(sudden_change), count(trend_weeks), count(slow_change)"
            " from goal_status"
        )
    ]
    assert (weeks, trends) == (3500, 3500)
    assert sudden / weeks < 0.005
    # most trends that are sure are less than 10 % in eight weeks
    assert slow / trends < 0.006
    ((days, unusual),) = [
        tuple(row.values())
        for row in models.rows("select count(robust_z), count(unusual) from goal_days")
    ]
    assert 0.0005 < unusual / days < 0.01


def reference_lead(goal, ancestor, lag):
    """(n, effective n, correlation, low, high, p) of weekly values."""
    moves, ups = np.diff(goal), np.diff(ancestor)
    x, y = moves[: len(moves) - lag], ups[lag:]
    persistences = []
    for move in (moves, ups):
        centred = move - move.mean()
        persistences.append((centred[1:] * centred[:-1]).sum() / (centred**2).sum())
    effective = len(x) / (1 + 2 * max(0, persistences[0] * persistences[1]))
    r = stats.pearsonr(x, y).statistic
    z, error = np.arctanh(r), 1 / np.sqrt(effective - 3)
    low, high = np.tanh([z - 1.959963984540054 * error, z + 1.959963984540054 * error])
    return len(x), effective, r, low, high, 2 * stats.norm.sf(abs(z) / error)


def test_leads_agree_with_numpy_and_find_the_planted_lag(models):
    random = np.random.default_rng(3)
    weeks = 60
    moves = random.normal(0, 10, weeks + 3)
    trend = 1000 + 15 * np.arange(weeks)
    weekly = {
        "sales": trend + moves[:weeks] + random.normal(0, 3, weeks),
        "leads_by_three": trend + moves[3:] + random.normal(0, 3, weeks),
        "moves_with_it": trend + 2 * moves[:weeks] + random.normal(0, 3, weeks),
        "goes_against_it": 2000 - moves[:weeks] + random.normal(0, 3, weeks),
        "shares_the_trend": trend + random.normal(0, 10, weeks),
        "never_moves": np.full(weeks, 7.0),
    }
    series = {
        name: np.ravel([[value] + [0] * 6 for value in values]) for name, values in weekly.items()
    }
    run(models, series)
    rows = models.rows("select * from goal_leads")
    verdicts = {}
    p_values, q_values = [], []
    for row in rows:
        goal, lag = row["goal_name"], row["lag_weeks"]
        assert row["ancestor_goal_name"] == "sales" and row["is_parent"]
        if row["is_best_lag"]:
            verdicts[goal] = (lag, row["verdict"])
        if goal == "never_moves":
            assert row["not_enough_because"] == "one of the two never moves"
            continue
        n, effective, r, low, high, p = reference_lead(
            np.round(weekly[goal], 4), np.round(weekly["sales"], 4), lag
        )
        assert row["weeks"] == n
        found = [
            row[name]
            for name in ("effective_weeks", "correlation", "correlation_low", "correlation_high")
        ]
        assert found == pytest.approx([effective, r, low, high], rel=1e-6, abs=1e-9)
        assert row["p_value"] == pytest.approx(p, rel=1e-6)
        p_values.append(row["p_value"])
        q_values.append(row["q_value"])
    assert q_values == pytest.approx(list(stats.false_discovery_control(p_values)), rel=1e-6)
    assert verdicts["leads_by_three"] == (3, "leads")
    assert verdicts["moves_with_it"] == (0, "moves_together")
    assert verdicts["goes_against_it"] == (0, "opposite")
    assert verdicts["shares_the_trend"][1] == "no_relation"
    assert verdicts["never_moves"] == (0, "not_enough_data")
    # twelve weeks make eleven moves; of four some lags have two, and two less three has no root
    for few in (12, 4):
        run(models, {name: values[: few * 7] for name, values in series.items()})
        rows = models.rows("select distinct verdict, not_enough_because from goal_leads")
        assert {row["verdict"] for row in rows} == {None, "not_enough_data"}
        assert {row["not_enough_because"] for row in rows} == {"fewer than 12 weeks"}


def test_broken_week_of_the_demo(tmp_path):
    """What was planted is found, on that goal alone, in that week, and on most of its days."""
    subprocess.run(
        [
            sys.executable, REPOSITORY / "scripts" / "generate_demo.py",
            "--output", tmp_path / "data",
        ],
        check=True,
    )  # fmt: skip
    files = str(tmp_path / "data" / "events_*.parquet")
    project = Project(tmp_path, sources={"ga4": {"files": files}})
    project.build("+goal_status")
    planted = json.loads((tmp_path / "data" / "truth.json").read_text(encoding="utf-8"))
    week = planted["broken_week"]["first_day"]
    assert project.values(
        "select goal_name, period_start::varchar, sudden_change, sudden_since::varchar"
        " from goal_status where sudden_change is not null"
    ) == [("added_to_cart", week, "worse", week)]
    unusual = project.values(
        "select goal_name, period_start::varchar, unusual from goal_days"
        " where unusual is not null and tier is not null"
    )
    assert unusual and set(unusual) == {("added_to_cart", week, "worse")}


GOALS = [
    {
        "name": "bought",
        "tier": 2,
        "owner": "head of store",
        "severity": "error",
        "match": {"event": "purchase"},
    },
    {"name": "read", "tier": 3, "match": {"event": "page_view"}, "metric": "converters"},
]


def test_thresholds_are_tests(tmp_path):
    """A goal of severity error in `problem` fails dbt, any other warns; both say what is wrong."""
    events = [
        {
            "event_id": f"{day} {user} {name}",
            "event_name": name,
            "event_at": f"{day_of(day)} 10:00",
            "user_id": f"{user}",
        }
        for day in range(14)
        for user in range(200)
        for name in (["page_view", "purchase"] if user == 0 and day > 6 else ["page_view"])
    ]
    write_rows(tmp_path / "events.parquet", events)
    thresholds = tmp_path / "thresholds.csv"
    thresholds.write_text(
        "goal_name,effective_from,problem,baseline,target,min_volume,decided_by,note\n"
        "bought,2024-01-01,0.05,0.06,0.07,10,,\nread,2024-01-01,300,400,500,10,,\n",
        encoding="utf-8",
    )
    settings = generic(tmp_path / "events.parquet")
    settings["relations"] = {"goal_thresholds": f"read_csv('{thresholds}')"}
    project = Project(tmp_path, **settings, goals=GOALS, funnels=[], cohorts=[])
    project.build("+goal_status")
    message = project.error("test", "--select", "tag:thresholds")
    assert "Got 1 result" in message
    log = (tmp_path / "logs" / "dbt.log").read_text(encoding="utf-8")
    said = {line.split("waymark: ")[1] for line in log.splitlines() if "waymark: goals_in" in line}
    assert said == {
        "goals_in_problem_fail: goal bought is 0.5 % (95 % interval 0.1 % to 2.8 %) in the week of"
        " 2024-01-08: problem, below 5.0 % since the week of 2024-01-01; owner head of store",
        "goals_in_problem_warn: goal read is 200 in the week of 2024-01-08: problem, below 300"
        " since the week of 2024-01-01; nobody owns it",
    }
    # who only warns never fails
    project.variables["goals"] = [{**GOALS[0], "severity": "warn"}, GOALS[1]]
    project.build("+goal_status")
    project.dbt("test", "--select", "tag:thresholds")
