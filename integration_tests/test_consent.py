"""How far `consent_estimates` is from the truth, on demo data where everybody's truth is known.

Parts of its people are made to deny: their rows lose the ids, as in a GA4 export. In the property
`everybody` nobody does, so what is counted there is the truth, cell by cell.
"""

import math
import subprocess
import sys

import duckdb
import pytest

from helpers import REPOSITORY, Project

GOALS = {"ordered": "purchase", "added_to_cart": "add_to_cart", "viewed_product": "view_item"}

# Share of those who deny: in `alike` by device and by the way that they came, whatever they do
# then; in `buyers_differ` less of those who ever buy.
DENY = {
    "everybody": "0",
    "alike": """
        case device.category when 'desktop' then 0.25 when 'mobile' then 0.45 else 0.35 end
        + case when traffic_source.medium in ('cpc', 'paid_social') then 0.15 else 0 end""",
    "buyers_differ": "case when user_pseudo_id in (select * from buyers) then 0.1 else 0.4 end",
}
EXPORT = """
copy (
    with rows as (
        select *, md5_number_lower(user_pseudo_id) % 100000 / 100000 < {rate} as is_denied
        from read_parquet(?)
        where user_pseudo_id is not null
    )
    select * exclude (is_denied) replace (
        case when not is_denied then user_pseudo_id end as user_pseudo_id,
        case when not is_denied then user_id end as user_id,
        list_filter(event_params, lambda one: not (is_denied and one.key like 'ga_session_%'))
            as event_params,
        struct_pack(analytics_storage := {told}, ads_storage := null::varchar,
            uses_transient_token := null::varchar) as privacy_info)
    from rows
) to '{path}' (format parquet)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("consent")
    subprocess.run(
        [
            sys.executable, REPOSITORY / "scripts" / "generate_demo.py",
            "--output", folder / "demo", "--visitors", "4000", "--days", "30", "--seed", "7",
        ],
        check=True,
    )  # fmt: skip
    files, inputs = str(folder / "demo" / "events_*.parquet"), []
    with duckdb.connect() as connection:
        connection.execute(
            "create table buyers as select user_pseudo_id from read_parquet(?)"
            " where event_name = 'purchase' and user_pseudo_id is not null",
            [files],
        )
        for name, rate in DENY.items():
            path = folder / name / "events_20260601.parquet"
            path.parent.mkdir()
            told = "null::varchar" if rate == "0" else "if(is_denied, 'No', 'Yes')"
            connection.execute(EXPORT.format(rate=rate, told=told, path=path), [files])
            inputs.append({"property": name, "files": str(path)})
    project = Project(
        folder,
        sources={"ga4": inputs},
        identity="device",
        goals=[{"name": goal, "match": {"event": event}} for goal, event in GOALS.items()],
        funnels=[],
        cohorts=[],
    )
    project.build("+consent_estimates")
    return project


# Rows of the estimates of a property, each with what was true.
COMPARED = """
select
    estimates.*,
    coalesce(estimates.goal_name, estimates.measure) as what,
    coalesce(truth.observed_unknown, 0) as truth
from consent_estimates as estimates
left join consent_estimates as truth
    on truth.source_property = 'everybody'
    and estimates.event_date = truth.event_date
    and estimates.device_category = truth.device_category
    and estimates.channel = truth.channel
    and estimates.measure = truth.measure
    and estimates.goal_name is not distinct from truth.goal_name
where estimates.source_property = ?
"""
# The distances of rows are squared and added: chance differs from row to row.
TOTALS = f"""
with totals as (
    select
        what,
        sum(observed_consented) as seen,
        sum(modelled_count) as modelled,
        sqrt(sum((modelled_count - modelled_count_low) ** 2)) as below,
        sqrt(sum((modelled_count_high - modelled_count) ** 2)) as above,
        avg((truth between modelled_count_low and modelled_count_high)::int) as covered_rows
    from ({COMPARED}) group by 1
),
truth as (
    select coalesce(goal_name, measure) as what, sum(observed_unknown) as truth
    from consent_estimates where source_property = 'everybody' group by 1
)
select
    what, seen / truth - 1 as seen_error, modelled / truth - 1 as error, covered_rows,
    truth between modelled - below and modelled + above as is_covered
from totals join truth using (what)
"""
MEASURES = {"visitors", "sessions", *GOALS}


def totals(project, name):
    found = {row["what"]: row for row in project.rows(TOTALS, [name])}
    assert set(found) == MEASURES
    return found


def test_truth_is_what_the_export_holds(project):
    with duckdb.connect() as connection:
        (expected,) = connection.execute(
            "select count(distinct (user_pseudo_id, list_filter("
            "   event_params, lambda one: one.key = 'ga_session_id')[1].value.int_value))"
            " from read_parquet(?) where user_pseudo_id is not null",
            [str(project.directory / "demo" / "events_*.parquet")],
        ).fetchone()
    assert project.values(
        "select sum(observed_unknown), count(modelled_count), count(distinct not_modelled_because)"
        " from consent_estimates where source_property = 'everybody' and measure = 'sessions'"
    ) == [(expected, 0, 1)]


def test_those_who_deny_are_modelled_where_they_are_like_the_others(project):
    for what, found in totals(project, "alike").items():
        assert found["seen_error"] < -0.38, what
        assert abs(found["error"]) < (0.01 if what in ("visitors", "sessions") else 0.06), what
        assert found["covered_rows"] > 0.9, what
        assert found["is_covered"], what


def denied_and_modelled(project, name):
    """Orders that came without an id, and how many the model adds to those of the consenting."""
    return project.values(
        "select sum(observed_denied), sum(modelled_count - observed_consented)"
        " from consent_estimates where source_property = ? and goal_name = 'ordered'",
        [name],
    )[0]


def test_a_model_of_those_who_differ_is_wrong(project):
    """Visits are counted right. What the consenting do more often comes out too high."""
    found = totals(project, "buyers_differ")
    for what in ("visitors", "sessions"):
        assert abs(found[what]["error"]) < 0.01 and found[what]["is_covered"]
    assert found["ordered"]["error"] > 0.3
    assert not found["ordered"]["is_covered"]


def test_completions_without_an_id_tell_whether_the_assumption_holds(project):
    denied, modelled = denied_and_modelled(project, "alike")
    assert 0.8 * denied < modelled < 1.25 * denied
    denied, modelled = denied_and_modelled(project, "buyers_differ")
    assert modelled > 3 * denied


def test_data_tests_pass(project):
    project.dbt("test", "--select", "consent_estimates,test_type:data")


def test_intervals_are_those_of_the_definition(project):
    rows = project.rows("select * from consent_estimates where modelled_count is not null")
    assert {row["pooled_level"] for row in rows} >= {"all_days", "all"}
    z = 1.959963984540054
    for row in rows:
        n, seen = row["entrances"], row["observed_consented"]
        p = row["consented_entrances"] / n
        middle, half = p + z * z / 2 / n, z * math.sqrt(p * (1 - p) / n + z * z / 4 / n / n)
        scale = 1 + z * z / n
        low, high = (middle - half) / scale, (middle + half) / scale
        # the totals t for which `seen` of t is not further from t * p than z standard deviations
        b, root = 2 * seen * p + z * z * p * (1 - p), 2 * p * p
        spread = math.sqrt(max(b * b - 4 * p * p * seen * seen, 0))
        fewest, most = (b - spread) / root, (b + spread) / root
        count = seen / p
        expected = (
            max(seen, count - math.hypot(count - seen / high, count - fewest)),
            count + math.hypot(seen / low - count, most - count),
        )
        assert (row["consent_rate_low"], row["consent_rate_high"]) == pytest.approx((low, high))
        found = (row["modelled_count_low"], row["modelled_count_high"])
        assert found == pytest.approx(expected, abs=1e-6), row
