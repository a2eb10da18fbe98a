"""MetricFlow: every metric is its mart, or SQL that knows nothing of metrics, in every slice."""

import re
import shlex
from decimal import Decimal

import duckdb
import pytest

from helpers import REPOSITORY, rows_of

pytest.importorskip("dbt_metricflow", reason="no dbt-metricflow: requirements-dev.txt has it")

from metrics import Metrics  # noqa: E402

PAGE = REPOSITORY / "docs" / "semantic_layer.md"

# Completions and visits by local day; ids that only last a day are sessions, and nobody.
FACTS = """
with completed as (
    select
        goal_completions.*,
        case when visitor_key > 0 then visitor_key end as person,
        cast(completed_at as date) as day
    from goal_completions
),
active as (
    select distinct
        session_key,
        case when visitor_key > 0 then visitor_key end as person,
        event_date as day
    from events
    where session_key is not null and traffic_filter is null
)
"""
CASES = {
    "goals by week, as goal_status has them": (
        ["completions", "converters", "audience_visitors", "conversion_rate", "value_per_visitor"],
        ["goal__goal_name", "metric_time__reporting_week"],
        None,
        """
        select
            goal_name as goal__goal_name,
            period_start as metric_time__reporting_week,
            completions,
            completed_units as converters,
            eligible_units as audience_visitors,
            completed_units / eligible_units as conversion_rate,
            total_value / eligible_units as value_per_visitor
        from goal_status
        inner join goals using (goal_name)
        where
            goal_status.metric <> 'retention_rate'
            and goals.eligible_after_goal_name is null
        """,
    ),
    "goals by traffic source of the session": (
        ["converters", "audience_visitors", "conversion_rate", "completion_value", "currencies"],
        ["goal__goal_name", "session__traffic_source"],
        None,
        FACTS
        + """
        , converted as (
            select
                goal_id,
                coalesce(traffic_source, '(direct)') as traffic_source,
                count(distinct person) as converters,
                sum(value) as value,
                count(distinct currency) as currencies
            from completed
            left join sessions using (session_key)
            group by all
        )
        , audience as (
            select
                coalesce(traffic_source, '(direct)') as traffic_source,
                count(distinct person) as visitors
            from active
            left join sessions using (session_key)
            group by all
        )
        select
            goal_name as goal__goal_name,
            traffic_source as session__traffic_source,
            coalesce(converters, 0) as converters,
            visitors as audience_visitors,
            coalesce(converters, 0) / visitors as conversion_rate,
            value as completion_value,
            coalesce(currencies, 0) as currencies
        from goals
        cross join audience
        left join converted using (goal_id, traffic_source)
        """,
    ),
    "goals by first device of the visitor and month": (
        ["converting_sessions", "audience_sessions", "session_conversion_rate",
         "value_of_all_currencies", "value_per_completion"],
        ["goal__goal_name", "visitor__first_device_category", "metric_time__month"],
        None,
        FACTS
        + """
        , converted as (
            select
                goal_id,
                first_device_category as device,
                date_trunc('month', day) as month,
                count(distinct session_key) as sessions,
                sum(value) as value,
                count(*) as completions
            from completed
            left join visitors using (visitor_key)
            group by all
        )
        , audience as (
            select
                first_device_category as device,
                date_trunc('month', day) as month,
                count(distinct session_key) as sessions
            from active
            left join visitors on person = visitor_key
            group by all
        )
        select
            goal_name as goal__goal_name,
            audience.device as visitor__first_device_category,
            audience.month as metric_time__month,
            coalesce(converted.sessions, 0) as converting_sessions,
            audience.sessions as audience_sessions,
            coalesce(converted.sessions, 0) / audience.sessions as session_conversion_rate,
            value as value_of_all_currencies,
            value / completions as value_per_completion
        from goals
        cross join audience
        left join converted
            on
                goals.goal_id = converted.goal_id
                and audience.device is not distinct from converted.device
                and audience.month = converted.month
        """,
    ),
    "visitors by week": (
        ["active_visitors", "new_visitors"],
        ["metric_time__reporting_week"],
        None,
        """
        select
            period_start as metric_time__reporting_week,
            count(*) as active_visitors,
            count(case when date_trunc('week', first_seen_date) = period_start then 1 end)
                as new_visitors
        from int_visitor_periods
        inner join visitors using (visitor_key)
        group by all
        """,
    ),
    "visits by channel": (
        ["sessions", "page_views", "session_seconds", "page_views_per_session",
         "seconds_per_session"],
        ["session__channel"],
        None,
        """
        select
            channel as session__channel,
            count(*) as sessions,
            sum(page_views) as page_views,
            sum(duration_seconds) as session_seconds,
            sum(page_views) / count(*) as page_views_per_session,
            avg(duration_seconds) as seconds_per_session
        from sessions
        group by all
        """,
    ),
    "funnels, as funnel_steps has them": (
        ["funnel_entries", "funnel_reached", "funnel_previous_reached", "funnel_continued",
         "funnel_conversion_rate", "funnel_step_rate"],
        ["funnel__funnel_name", "funnel__step_number"],
        None,
        """
        select
            funnel_name as funnel__funnel_name,
            step_number as funnel__step_number,
            units_entered as funnel_entries,
            units_reached as funnel_reached,
            previous_units_reached as funnel_previous_reached,
            round(step_conversion_rate * previous_units_reached) as funnel_continued,
            conversion_rate as funnel_conversion_rate,
            step_conversion_rate as funnel_step_rate
        from funnel_steps
        where breakdown_name = 'all'
        """,
    ),
    "a funnel by first channel of the visitor": (
        ["funnel_entries", "funnel_reached"],
        ["visitor__first_channel", "funnel__step_number"],
        ["{{ Dimension('funnel__funnel_name') }} = 'checkout'"],
        """
        select
            first_channel as visitor__first_channel,
            number as funnel__step_number,
            count(*) as funnel_entries,
            count(case when depth >= number then 1 end) as funnel_reached
        from funnel_units
        inner join visitors on unit_key = visitor_key
        cross join range(1, 5) as steps (number)
        where funnel_name = 'checkout'
        group by all
        """,
    ),
    "a funnel of sessions by their device, without a step": (
        ["funnel_entries", "funnel_reached"],
        ["session__device_category"],
        ["{{ Dimension('funnel__funnel_name') }} = 'checkouts_by_session'"],
        """
        select
            device_category as session__device_category,
            count(*) as funnel_entries,
            count(*) as funnel_reached
        from funnel_units
        inner join sessions on unit_key = session_key
        where funnel_name = 'checkouts_by_session'
        group by all
        """,
    ),
    "retention, as cohort_averages has it": (
        ["cell_kinds", "cell_visitors", "cell_visitors_returned", "cell_visitors_active",
         "cohort_visitors", "retention_rate", "active_rate"],
        ["cohort__cohort_name", "cohort__breakdown_name", "cohort__breakdown_value",
         "cohort__interval_number"],
        None,
        """
        select
            cohort_name as cohort__cohort_name,
            breakdown_name as cohort__breakdown_name,
            breakdown_value as cohort__breakdown_value,
            interval_number as cohort__interval_number,
            1 as cell_kinds,
            cohort_size as cell_visitors,
            units_returned as cell_visitors_returned,
            units_active as cell_visitors_active,
            cohort_size as cohort_visitors,
            retention_rate,
            active_rate
        from cohort_averages
        where cohorts > 0
        """,
    ),
    "retention is not told of cohorts and intervals mixed": (
        ["cohort_visitors", "retention_rate", "active_rate"],
        ["cohort__cohort_name"],
        None,
        """
        select
            cohort_name as cohort__cohort_name,
            null as cohort_visitors,
            null as retention_rate,
            null as active_rate
        from cohort_averages
        group by all
        """,
    ),
}  # fmt: skip

# Of a shop and of advertising the demo has nothing: rows by hand.
MONEY = """
insert into orders by name
select * from (values
    (1, date '2026-01-05', 'EUR', 100, true),
    (2, date '2026-01-20', 'EUR', 50, true),
    (3, date '2026-01-21', 'EUR', 999, false),
    (4, date '2026-02-01', 'EUR', 10, true),
    (5, date '2026-02-02', 'USD', 20, true)
) as rows_ (order_key, order_date, currency, net, is_counted);
insert into goal_costs by name
select * from (values
    ('cart', 'spring', date '2026-01-05', 'EUR', 30, 10),
    ('order', 'spring', date '2026-01-05', 'EUR', 30, 2),
    ('order', 'spring', date '2026-01-06', null, 0, 1),
    ('order', 'autumn', date '2026-01-06', 'USD', 7, 0)
) as rows_ (goal_name, campaign, cost_date, currency, cost, completions);
"""
MONEY_CASES = [
    (
        ["orders", "net_of_all_currencies", "order_currencies", "net_revenue",
         "net_revenue_per_order"],
        ["metric_time__month"],
        {("2026-01-01",): (2, 150, 1, 150, 75), ("2026-02-01",): (2, 30, 2, None, None)},
    ),
    (
        ["net_revenue", "net_revenue_per_order"],
        ["order__currency"],
        {("EUR",): (160, Decimal(160) / 3), ("USD",): (20, 20)},
    ),
    (
        ["cost_goals", "cost_currencies", "cost_beside_goals", "campaign_completions", "ad_cost",
         "cost_per_completion"],
        ["spending__goal_name", "spending__campaign"],
        {
            ("cart", "spring"): (1, 1, 30, 10, 30, 3),
            ("order", "spring"): (1, 1, 30, 3, 30, 10),
            ("order", "autumn"): (1, 1, 7, 0, 7, None),
        },
    ),
    # The same money beside two goals, and money of two currencies.
    (["ad_cost"], ["spending__campaign"], {("spring",): (None,), ("autumn",): (7,)}),
    (["ad_cost"], ["spending__goal_name"], {("cart",): (30,), ("order",): (None,)}),
]  # fmt: skip


@pytest.fixture(scope="module")
def metrics(demo_project):
    return Metrics(demo_project)


@pytest.fixture(scope="module")
def money(metrics):
    """A database of the same tables, with orders and costs in place of those of the demo."""
    project = metrics.project
    name = project.database.stem
    with duckdb.connect() as connection:
        connection.execute(f"attach ':memory:' as {name}")
        connection.execute(f"attach '{project.database}' as built (read_only)")
        connection.execute(f"use {name}")
        for table in ("orders", "goal_costs", "time_spine"):
            connection.execute(f"create table {table} as from built.main.{table}")
        connection.execute(MONEY)
        yield connection


def comparable(value):
    if isinstance(value, (int, float, Decimal)):
        return float(f"{value:.9g}")
    return None if value is None else str(value).removesuffix(" 00:00:00")


def by_group(rows, groups, names):
    """{values of the groups: values of the metrics}"""
    found = {
        tuple(comparable(row[one]) for one in groups): tuple(comparable(row[one]) for one in names)
        for row in rows
    }
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("case", CASES)
def test_metrics_are_those_of_the_marts(metrics, case):
    names, groups, where, sql = CASES[case]
    found = by_group(metrics.project.rows(metrics.sql(names, groups, where)), groups, names)
    if case.endswith("goal_status has them"):
        # Goals with an audience of their own are measured otherwise there.
        others = metrics.project.values(
            "select goal_name from goals"
            " where eligible_after_goal_name is not null or metric = 'retention_rate'"
        )
        found = {key: row for key, row in found.items() if (key[0],) not in others}
    expected = by_group(metrics.project.rows(sql), groups, names)
    assert expected
    assert found == expected


@pytest.mark.parametrize(("names", "groups", "expected"), MONEY_CASES)
def test_money_of_a_shop_and_of_advertising(metrics, money, names, groups, expected):
    found = by_group(rows_of(money, metrics.sql(names, groups)), groups, names)
    assert found == {
        key: tuple(comparable(value) for value in row) for key, row in expected.items()
    }


def test_money_of_several_currencies_does_not_add_up(metrics, money):
    money.execute("create table goals as from built.main.goals")
    money.execute(
        "create table goal_conversions as from built.main.goal_conversions"
        " where value is not null limit 10"
    )
    sql = metrics.sql(["value_of_all_currencies", "completion_value"])
    both, one = money.execute(sql).fetchone()
    assert both == one > 0
    money.execute("update goal_conversions set currency = 'XXX' where event_id in ("
                  "select min(event_id) from goal_conversions)")  # fmt: skip
    assert money.execute(sql).fetchone() == (both, None)
    by_currency = metrics.sql(["completion_value"], ["conversion__currency"])
    assert sum(value for _, value in money.execute(by_currency).fetchall()) == both


def test_every_metric_is_compared(metrics):
    compared = {name for names, *_ in [*CASES.values(), *MONEY_CASES] for name in names}
    assert compared == metrics.names("metrics")


def test_every_saved_query_answers(metrics):
    without_rows = {"orders_by_month", "costs_by_campaign"}
    answered = {
        name
        for name in metrics.names("saved_queries")
        if metrics.project.rows(metrics.sql(saved_query=name))
    }
    assert answered == metrics.names("saved_queries") - without_rows


def test_configuration_is_valid(metrics, tmp_path):
    said, code = metrics.command(tmp_path, "validate-configs")
    assert code == 0, said
    found = re.findall(r"\(ERRORS: (\d+), FUTURE_ERRORS: (\d+), WARNINGS: (\d+)\)", said)
    assert len(found) == 6 and set(found) == {("0", "0", "0")}, said


def test_the_query_of_the_documentation_is_one_command(metrics, tmp_path):
    (command,) = re.findall(
        r"^mf (query --metrics converters (?:.*\\\n)*.*)$",
        PAGE.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    said, code = metrics.command(tmp_path, *shlex.split(command.replace("\\\n", " ")))
    assert code == 0, said
    found = re.findall(r"^(added_to_cart|order_placed) +(\S+) +(\d+)$", said, re.MULTILINE)
    expected = metrics.project.values(
        """
        select
            goal_name,
            coalesce(traffic_source, '(direct)'),
            count(distinct goal_completions.visitor_key)
        from goal_completions
        left join sessions using (session_key)
        where goal_name in ('added_to_cart', 'order_placed') and goal_completions.visitor_key > 0
        group by all
        """
    )
    assert len(expected) > 15
    assert sorted(found) == sorted((goal, source, str(count)) for goal, source, count in expected)
