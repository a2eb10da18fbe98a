"""Waymark as a package of somebody else's dbt project: own events, own goals, own thresholds."""

from datetime import datetime

import pytest

from helpers import REPOSITORY, Project

FILES = {
    "dbt_project.yml": """
name: shop
profile: shop
flags: {send_anonymous_usage_stats: false, require_generic_test_arguments_property: true}
models:
  shop:
    +materialized: table
vars:
  waymark:
    sources:
      generic:
        relation: "{{ ref('shop', 'my_events') }}"
        columns: {event_name: action, event_at: happened, anonymous_id: cookie, value: total}
    relations:
      goal_thresholds: "{{ ref('shop', 'my_thresholds') }}"
    goals:
      - {name: revenue, tier: 1, match: {event: bought}, metric: value_per_unit}
      - {name: looked, tier: 2, parent: revenue, match: {event: looked}}
    funnels:
      - {name: shopping, steps: [looked, revenue], window: 1 day}
    cohorts:
      - {name: lookers, start: looked, return: revenue, interval: day, intervals: 1}
""",
    "packages.yml": f"packages: [{{local: '{REPOSITORY}'}}]\n",
    "profiles.yml": """
shop:
  target: duckdb
  outputs:
    duckdb: {type: duckdb, path: "{{ env_var('WAYMARK_DATABASE') }}", threads: 2}
""",
    "models/my_events.sql": """
select
    'ann' as cookie,
    'looked' as action,
    timestamp '2024-01-01 10:00:00' as happened,
    cast(null as integer) as total
union all
select 'ann', 'bought', timestamp '2024-01-01 11:00:00', 30
union all
select 'ben', 'looked', timestamp '2024-01-01 12:00:00', null
""",
    "models/my_metrics.yml": """
metrics:
  - name: look_rate
    label: Look rate
    type: ratio
    type_params:
      numerator:
        name: converters
        filter: "{{ Dimension('goal__goal_name') }} = 'looked'"
      denominator: active_visitors
""",
    "models/my_thresholds.sql": """
select
    'looked' as goal_name,
    date '2023-01-01' as effective_from,
    0.1 as problem,
    0.2 as baseline,
    0.3 as target,
    1 as min_volume,
    'me' as decided_by,
    '' as note
""",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    project = Project(folder, project_dir=folder)
    project.dbt("deps")
    return project, project.dbt("build")


def test_build_is_green(shop):
    _, result = shop
    # The advice about names and tiers may warn.
    assert {str(one.status) for one in result.results} <= {"success", "pass", "warn", "no-op"}


def test_demo_stays_off(shop):
    """No demo seed, no unit test, no singular test of ours runs in somebody else's project."""
    _, result = shop
    ours = [one.node for one in result.results if one.node.package_name == "waymark"]
    assert {node.name for node in ours if node.resource_type == "seed"} == {
        "channel_rules",
        "traffic_source_categories",
    }
    assert not [node.name for node in ours if node.resource_type == "unit_test"]
    assert not [
        node.name
        for node in ours
        if node.resource_type == "test" and not hasattr(node, "test_metadata")
    ]


def test_marts_are_those_of_the_importing_project(shop):
    project, _ = shop
    assert project.values("select goal_name from goals order by 1") == [("looked",), ("revenue",)]
    assert project.values(
        "select units_reached from funnel_steps where breakdown_name = 'all' order by step_number"
    ) == [(2,), (1,)]
    assert project.values(
        "select sum(value) from goal_completions where goal_name = 'revenue'"
    ) == [(30,)]
    assert project.values(
        "select distinct problem, baseline, target from goal_status where goal_name = 'looked'"
    ) == [(0.1, 0.2, 0.3)]
    assert project.values(
        "select cohort_name, cohort_size from cohort_retention where interval_number = 0"
        " and breakdown_name = 'all'"
    ) == [("lookers", 2)]


def test_metrics_are_those_of_the_importing_project(shop):
    """Ours by its goals, and one of its own on top of ours; of the demo's nothing."""
    pytest.importorskip("dbt_metricflow", reason="no dbt-metricflow: requirements-dev.txt has it")
    from metrics import Metrics

    project, _ = shop
    metrics = Metrics(project)
    assert project.values(
        metrics.sql(["converters", "conversion_rate", "value_per_visitor"], ["goal__goal_name"])
        + " order by 1"
    ) == [("looked", 2, 1.0, None), ("revenue", 1, 0.5, 15.0)]
    assert project.values(metrics.sql(["look_rate"], ["metric_time__day"])) == [
        (datetime(2024, 1, 1), 1.0)
    ]
    assert not [name for name in metrics.names("saved_queries") if "carts" in name]
