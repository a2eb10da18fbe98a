"""The demo data comes with what was planted in it; the marts must find exactly that."""

import json
import subprocess
import sys

import pytest
from helpers import REPOSITORY, Project


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The marts of the demo config on a demo of its own, and its truth."""
    folder = tmp_path_factory.mktemp("demo")
    subprocess.run(
        [
            sys.executable, REPOSITORY / "scripts" / "generate_demo.py",
            "--output", folder / "data", "--visitors", "3000", "--seed", "7",
        ],
        check=True,
    )  # fmt: skip
    project = Project(folder, sources={"ga4": {"files": str(folder / "data" / "events_*.parquet")}})
    project.build()
    return project, json.loads((folder / "data" / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture
def project(demo):
    return demo[0]


@pytest.fixture
def truth(demo):
    return demo[1]


def test_rows(project, truth):
    totals = truth["totals"]
    assert project.values("select count(*) from events") == [(totals["accepted_rows"],)]
    # 'duplicate of <event id>' counts as duplicate.
    rejected = dict(
        project.values(
            "select regexp_replace(reason, ' of .*', ''), count(*) from rejected_events group by 1"
        )
    )
    assert rejected == totals["rejected_rows"]
    assert sum(rejected.values()) + totals["accepted_rows"] == totals["raw_rows"]


def test_raw_is_accepted_and_rejected_in_every_file(project, truth):
    found = project.values(
        "select parse_filename(source_shard), count(*) from ("
        " select source_shard from events union all select source_shard from rejected_events)"
        " group by 1"
    )
    assert dict(found) == truth["rows_by_file"]


def test_visitors_sessions_and_money(project, truth):
    totals = truth["totals"]
    assert project.values(
        "select (select count(*) from visitors), (select count(*) from sessions)"
    ) == [(totals["visitors"], totals["sessions"])]
    money = {
        name: (count, float(value))
        for name, count, value in project.values(
            "select goal_name, count(*), sum(value) from goal_completions"
            " where visitor_key is not null group by 1"
        )
        if name in ("order_placed", "subscription_started")
    }
    assert money == {
        "order_placed": (totals["purchases"], pytest.approx(totals["purchase_revenue"])),
        "subscription_started": (
            totals["subscriptions"],
            pytest.approx(totals["subscription_revenue"]),
        ),
    }


def test_goal_completions(project, truth):
    found = {
        name: {"converting_visitors": visitors, "completions": completions}
        for name, visitors, completions in project.values(
            "select goal_name, count(distinct visitor_key), count(*) from goal_completions"
            " where visitor_key is not null group by 1"
        )
    }
    configured = {name for (name,) in project.values("select goal_name from goals")}
    expected = {name: counts for name, counts in truth["goals"].items() if name in configured}
    assert len(expected) >= 15
    # Goals of the demo config that truth counts otherwise or not at all.
    assert {name: counts for name, counts in found.items() if name in expected} == {
        name: counts for name, counts in expected.items() if counts["completions"]
    }


def reached(project, funnel, breakdown_name, breakdown_value):
    rows = project.values(
        "select units_reached from funnel_steps where funnel_name = ? and breakdown_name = ?"
        " and breakdown_value = ? order by step_number",
        [funnel, breakdown_name, breakdown_value],
    )
    return [row[0] for row in rows]


@pytest.mark.parametrize("funnel", ["checkout", "onboarding", "content_to_trial"])
def test_funnels(project, truth, funnel):
    planted = truth["funnels"][funnel]
    assert reached(project, funnel, "all", "all") == planted["units_reached"]
    for device, expected in (planted["units_reached_by_device_category"] or {}).items():
        assert reached(project, funnel, "device_category", device) == expected


def test_any_order_would_be_another_number(truth):
    """The planted decoys matter: a funnel without order and window finds more."""
    planted = truth["funnels"]["checkout"]
    assert planted["wrong_any_order_no_window"][-1] > planted["units_reached"][-1]


def test_cohorts(project, truth):
    rows = project.rows(
        "select * from cohort_retention where cohort_name = 'sign_ups_with_core_action'"
        " and breakdown_name = 'all'"
    )
    cells = {(str(row["cohort_start"]), row["interval_number"]): row for row in rows}
    mature = 0
    for cohort in truth["sign_up_cohorts"]:
        start, active = cohort["cohort_start"], cohort["active_users_by_week"]
        first = cells[start, 0]
        assert first["cohort_size"] == cohort["cohort_size"]
        assert first["units_returned_same_interval"] == active.get("0", 0)
        for number in range(1, 9):
            cell = cells[start, number]
            mature += cell["is_mature"]
            expected = active.get(str(number), 0) if cell["is_mature"] else None
            assert cell["units_returned"] == expected, (start, number)
    assert mature > 20


def test_broken_week(project, truth):
    planted = truth["broken_week"]
    assert planted["is_in_range"]
    found = project.values(
        "select date_trunc('week', event_date)::date::varchar as week,"
        " count(distinct visitor_key) filter (event_name = 'view_item'),"
        " count(distinct visitor_key) filter (event_name = 'add_to_cart' and visitor_key in ("
        "   select visitor_key from events as views where views.event_name = 'view_item'"
        "   and views.device_category = 'mobile'"
        "   and date_trunc('week', views.event_date) = date_trunc('week', events.event_date)))"
        " from events where device_category = 'mobile' and visitor_key is not null"
        " group by 1 order by 1"
    )
    assert found == [
        (week["week_start"], week["mobile_viewers"], week["mobile_adders"])
        for week in planted["weeks"]
    ]
    # And the mart shows it: of the whole weeks, the broken one is the worst.
    status = project.values(
        "select period_start::varchar from goal_status"
        " where goal_name = 'added_to_cart' and is_complete_period order by value limit 1"
    )
    assert status == [(planted["first_day"],)]


def test_channels(project, truth):
    found = dict(project.values("select channel, count(*) from sessions group by 1"))
    assert found == truth["channel_sessions"]


def test_bad_names_are_violations(project, truth):
    campaigns = {
        name
        for (name,) in project.values(
            "select object_name from taxonomy_violations where object_type = 'campaign'"
        )
    }
    assert {"Spring_Sale", "spring-sale", "Summer SALE 2026!"} <= campaigns
    assert set(truth["campaigns"]["badly_named"]) > {"Spring_Sale", "spring-sale"}
    events = {
        name
        for (name,) in project.values(
            "select object_name from taxonomy_violations where object_type = 'event'"
        )
    }
    assert set(truth["dirty_rows"]["malformed_event_names"]) <= events


def test_naive_lift_of_the_planted_edges(project, truth):
    """Exposed and converted visitors, counted from goal_completions alone."""
    configured = {name for (name,) in project.values("select goal_name from goals")}
    edges = [
        edge for edge in truth["edges"] if {edge["micro"], edge["macro"]} <= configured
    ]
    assert len(edges) >= 2
    for edge in edges:
        exposed, converted = (
            {
                key
                for (key,) in project.values(
                    "select visitor_key from goal_completions"
                    " where goal_name = ? and visitor_key is not null",
                    [edge[kind]],
                )
            }
            for kind in ("micro", "macro")
        )
        assert len(exposed) == edge["exposed"]
        assert len(exposed & converted) == edge["exposed_converted"]
        assert len(converted - exposed) == edge["unexposed_converted"]
