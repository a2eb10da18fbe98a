"""goal_lift against one visitor at a time, scipy and statsmodels, and what the demo has planted."""

from random import Random

import numpy
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from helpers import CompiledModels, Project, examples, generic, write_rows
from logs import START, generic_row, staged_row
from oracles import DAY, HOUR, lift

LANDMARK, HORIZON = 12 * HOUR, 3 * DAY
GOALS = [
    {"name": "star", "tier": 1, "match": {"event": "order"}},
    {"name": "order", "tier": 2, "parent": "star", "match": {"event": "order"}},
    {"name": "trial", "tier": 2, "parent": "star", "match": {"event": "trial"}},
    {"name": "cause", "tier": 3, "parent": "order", "match": {"event": "cause"}},
    {"name": "bystander", "tier": 3, "parent": "order", "match": {"event": "bystander"}},
    {"name": "complaint", "tier": 3, "parent": "trial", "match": {"event": "bystander"},
     "direction": "decrease"},
    {"name": "twice", "tier": 3, "parent": "trial", "match": {"event": "cause"},
     "min_occurrences": 2},
]  # fmt: skip
NAMES = [goal["name"] for goal in GOALS]
SETTINGS = {
    "goals": GOALS, "funnels": [], "cohorts": [], "evidence_landmark": "12 hours",
    "evidence_horizon": "3 days",
}  # fmt: skip


def people(seed, count=600):
    """Events of visitors on a grid of six hours, so that ends of landmark and horizon are met."""
    random = Random(seed)
    events = []
    for person in range(count):
        first = random.randint(0, 20)
        device = random.choice(["mobile", "desktop", None])
        names = ["visit", *random.choices(
            ["visit", "cause", "bystander", "trial", "order"],
            [6, 2, 3, 1, 2 if person % 3 else 1],
            k=random.choice([0, 1, 2, 3, 5, 9]),
        )]  # fmt: skip
        for number, name in enumerate(names):
            slot = first if number == 0 else first + random.choice([0, 0, 1, 2, 3, 4, 8, 14, 15])
            events.append({
                "event_id": f"{person}_{random.randint(0, 99):02}_{number}",
                "event_name": name,
                # Now and then one microsecond beside the grid.
                "at": START + slot * 6 * HOUR + random.choice([0, 0, 0, 0, 1, -1]) * (number > 0),
                "sequence": None,
                "anonymous_id": None if person % 50 == 49 else f"p{person}",
                "user_id": None,
                "native_session_id": None,
                "page_path": "/",
                "properties": {},
                "device_category": device,
            })  # fmt: skip
    return events


def row(event):
    return {**generic_row(event), "device_category": event["device_category"]}


def staged(events):
    return ({**staged_row(one), "device_category": one["device_category"]} for one in events)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lift")
    columns = {name: "varchar" for name in row(people(1, 1)[0])}
    columns |= {"event_at": "timestamp", "properties": "json"}
    write_rows(folder / "events.parquet", map(row, people(1, 20)), columns)
    project = Project(folder, **generic(folder / "events.parquet"), **SETTINGS)
    return CompiledModels(project, project.build("+goal_lift"), "stg_generic__events")


def known_from(rows):
    """Visitors and their completions, out of the tables that the mart stands on."""
    visitors = {
        visitor["visitor_key"]: {
            "first": visitor["first"],
            "device": visitor["first_device_category"],
            "channel": visitor["first_channel"],
            "moments": [],
        }
        for visitor in rows("select *, epoch_us(first_seen_at) as first from visitors")
    }
    moments = rows(
        "select visitor_key, epoch_us(event_at) as at from events where visitor_key is not null"
    )
    for event in moments:
        visitors[event["visitor_key"]]["moments"].append(event["at"])
    completions = {}
    for done in rows(
        "select visitor_key, goal_name, epoch_us(completed_at) as at, event_order"
        " from goal_completions where visitor_key is not null"
    ):
        key = done["visitor_key"], done["goal_name"]
        completions.setdefault(key, []).append((done["at"], done["event_order"]))
    ((last,),) = [tuple(one.values()) for one in rows("select epoch_us(max(event_at)) from events")]
    return visitors, completions, last


def close(found, expected):
    return found is not None and found == pytest.approx(expected, rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("seed", range(examples(4)))
def test_every_number(models, seed):
    models.run(staged(people(seed)))
    visitors, completions, last = known_from(models.rows)
    mart = {
        (one["micro_goal_name"], one["macro_goal_name"], one["reading"]): one
        for one in models.rows("select * from goal_lift")
    }
    tiers = {goal["name"]: goal["tier"] for goal in GOALS}
    pairs = [
        (micro, macro)
        for micro in NAMES for macro in NAMES
        if 1 < tiers[micro] > tiers[macro] < 3
    ]  # fmt: skip
    assert {key[:2] for key in mart} == set(pairs) and len(mart) == 3 * len(pairs)
    p_values = {reading: {} for reading in lift.READINGS}
    for micro, macro in pairs:
        found = lift.tables(visitors, completions, micro, macro, LANDMARK, HORIZON, last)
        for reading, strata in found.items():
            got = mart[micro, macro, reading]
            (a, b), (c, d) = table = numpy.sum(list(strata.values()), axis=0)
            assert (got["exposed_converted"], got["exposed_units"]) == (a, a + b), got
            assert (got["unexposed_converted"], got["unexposed_units"]) == (c, c + d), got
            left_out = got["immature_units"] + got["already_converted_units"]
            assert table.sum() + left_out == len(visitors)
            if not got["not_judged_because"]:
                check_statistics(got, table, list(strata.values()))
                p_values[reading][micro, macro] = got["p_value"]
    for reading, tested in p_values.items():
        q_values = multipletests(list(tested.values()), method="fdr_bh")[1]
        for (micro, macro), expected in zip(tested, q_values):
            assert close(mart[micro, macro, reading]["q_value"], expected)
    assert min(len(tested) for tested in p_values.values()) >= 5


def check_statistics(got, table, strata):
    (a, b), (c, d) = table
    # A stratum of one unit says nothing, and statsmodels divides by zero there.
    strata = [stratum for stratum in strata if numpy.sum(stratum) > 1]
    pooled = StratifiedTable([numpy.array(stratum, dtype=float) for stratum in strata])
    assert close(got["odds_ratio"], pooled.oddsratio_pooled)
    low, high = pooled.oddsratio_pooled_confint()
    assert close(got["odds_ratio_low"], low) and close(got["odds_ratio_high"], high)
    assert close(got["p_value"], pooled.test_null_odds(correction=False).pvalue)
    low, high = proportion_confint(a, a + b, method="wilson")
    assert close(got["exposed_rate_low"], low) and close(got["exposed_rate_high"], high)
    for measure, compare, method in (("difference", "diff", "newcomb"), ("ratio", "ratio", "log")):
        low, high = confint_proportions_2indep(a, a + b, c, c + d, compare=compare, method=method)
        assert close(got[f"{measure}_low"], low), (measure, table)
        assert close(got[f"{measure}_high"], high), (measure, table)
    assert close(got["phi"], numpy.corrcoef(*expanded(table))[0, 1])


def expanded(table):
    """One exposure and one outcome per unit."""
    (a, b), (c, d) = table
    return [1] * (a + b) + [0] * (c + d), [1] * a + [0] * b + [1] * c + [0] * d


def test_the_same_event_predicts_nothing(models):
    models.run(staged(people(5)))
    ((verdict, reason),) = {
        (one["verdict"], one["verdict_reason"])
        for one in models.rows("select * from goal_lift where micro_goal_name = 'order'")
    }
    assert (verdict, reason) == (
        "not_enough_data", "both goals are completed by the same event",
    )  # fmt: skip


def verdicts(project):
    return {
        (micro, macro): verdict
        for micro, macro, verdict in project.values(
            "select distinct micro_goal_name, macro_goal_name, verdict from goal_lift"
        )
    }


def test_planted_causes_and_confounding(demo_project, truth):
    """3,000 people hold the cause that many meet; those who come back are only engaged."""
    found = verdicts(demo_project)
    assert found["scrolled_pricing_page", "trial_started"] == "predictive"
    assert found["returned_within_48_hours", "order_placed"] in ("noise", "not_enough_data")
    for edge, counts in truth["edges"].items():
        micro, macro = edge.split(" > ")
        ((naive,),) = demo_project.values(
            "select [exposed_units, exposed_converted, unexposed_units, unexposed_converted]"
            " from goal_lift"
            " where micro_goal_name = ? and macro_goal_name = ? and reading = 'naive'",
            [micro, macro],
        )
        assert naive == [
            counts["exposed"], counts["exposed_converted"],
            counts["unexposed"], counts["unexposed_converted"],
        ]  # fmt: skip
