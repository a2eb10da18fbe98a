"""segment_comparison: counts, statistics, planted paradoxes, and no news from noise."""

from collections import Counter
from datetime import timedelta

import duckdb
import numpy as np
import pytest
from scipy.stats import fisher_exact
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportions_ztest,
)

from helpers import micros, rows_of

DIMENSIONS = {
    "device_category": "first_device_category",
    "channel": "first_channel",
    "campaign": "first_campaign",
    "country": "first_country",
    "cohort": None,
}
HORIZON = timedelta(days=14)


class Comparison:
    """The SQL of the mart, run in memory on visitors made up for the purpose."""

    def __init__(self, project):
        models = project.directory / "target/compiled/waymark/models"
        self.counts = (models / "intermediate/int_segment_counts.sql").read_text()
        self.sql = (models / "marts/goals/segment_comparison.sql").read_text()
        self.connection = duckdb.connect()
        self.connection.execute(f"attach ':memory:' as {project.database.stem}")
        self.connection.execute(f"use {project.database.stem}")
        self.connection.execute(f"attach '{project.database}' as built (read_only)")
        self.connection.execute("create table goals as from built.goals")
        self.connection.execute("detach built")
        self.connection.execute(
            "create table goal_completions"
            " (visitor_key bigint, event_order bigint, dimensions varchar)"
        )
        self.connection.execute("create table events as select timestamp '2026-06-01' as event_at")
        self.goals = dict(
            self.connection.execute(
                "select goal_name, goal_id from goals"
                " where tier is not null and eligible_after_goal_name is null"
            ).fetchall()
        )

    def rows(self, visitors, completed):
        """`visitors`: {dimension: values}; `completed`: {goal: who did, on the first day}."""
        values = {name: visitors.get(name) for name in DIMENSIONS.values() if name}
        size = len(next(value for value in values.values() if value is not None))
        self.connection.execute(
            "create or replace table visitors as select range + 1 as visitor_key,"
            " timestamp '2026-01-10 12:00' as first_seen_at, date '2026-01-10' as first_seen_date,"
            + ", ".join(
                f"{name}[range + 1] as {name}" if value is not None else f"null::varchar as {name}"
                for name, value in values.items()
            )
            + f" from range({size})"
            + "".join(
                f", (select ?::varchar[] as {name}) as of_{name}"
                for name, value in values.items()
                if value is not None
            ),
            [list(map(str, value)) for value in values.values() if value is not None],
        )
        self.connection.execute(
            "create or replace table int_visitor_goals"
            " (visitor_key bigint, goal_id bigint, first_event_order bigint)"
        )
        moment = micros("2026-01-10 13:00") * 1000
        for goal, keys in completed.items():
            self.connection.execute(
                "insert into int_visitor_goals select unnest(?::bigint[]), ?, ?",
                [[int(key) + 1 for key in keys], self.goals[goal], moment],
            )
        self.connection.execute(f"create or replace table int_segment_counts as {self.counts}")
        return rows_of(self.connection, self.sql)


@pytest.fixture(scope="module")
def comparison(demo_project):
    return Comparison(demo_project)


@pytest.fixture(scope="module")
def rows(demo_project):
    return demo_project.rows(
        "select * from segment_comparison order by goal_id, dimension, segment"
    )


def test_counts_are_those_of_the_visitors(demo_project, rows):
    """Counted again in Python, from completions and first events, the 12 largest told apart."""
    ((last,),) = demo_project.values("select max(event_at) from events")
    people = {
        row["visitor_key"]: row
        for row in demo_project.rows(
            "select *, strftime(first_seen_date, '%Y-%m') as cohort from visitors"
        )
    }
    plans = {}
    for key, plan in demo_project.values(
        "select visitor_key, dimensions ->> 'plan' from goal_completions order by event_order"
    ):
        if plan:
            plans.setdefault(key, plan)
    assert set(plans.values()) == {"starter", "business"}
    top = {}
    for dimension, column in DIMENSIONS.items():
        counts = Counter(row[column or "cohort"] or "(not set)" for row in people.values())
        top[dimension] = sorted(counts, key=lambda segment: (-counts[segment], segment))[:12]
    first = {}
    for name, key, at in demo_project.values(
        "select goal_name, visitor_key, min(completed_at) from goal_completions"
        " where visitor_key > 0 group by all"
    ):
        first.setdefault(name, {})[key] = at
    expected = {}
    goals = demo_project.rows("select * from goals where tier is not null")
    for goal in goals:
        done = first.get(goal["goal_name"], {})
        entry = goal["eligible_after_goal_name"]
        window = HORIZON
        if goal["eligible_after_within_seconds"]:
            window = timedelta(seconds=goal["eligible_after_within_seconds"])
        starts = (
            first.get(entry, {}) if entry else {k: v["first_seen_at"] for k, v in people.items()}
        )
        for key, start in starts.items():
            if start + window > last or (entry and key in done and done[key] <= start):
                continue
            converted = key in done and done[key] <= start + window
            for dimension, column in DIMENSIONS.items():
                segment = people[key][column or "cohort"] or "(not set)"
                segment = segment if segment in top[dimension] else "(other)"
                cell = expected.setdefault((goal["goal_name"], dimension, segment), [0, 0])
                cell[0] += 1
                cell[1] += converted
            if key in plans:
                cell = expected.setdefault((goal["goal_name"], "plan", plans[key]), [0, 0])
                cell[0] += 1
                cell[1] += converted
    found = {
        (row["goal_name"], row["dimension"], row["segment"]): [row["units"], row["converters"]]
        for row in rows
    }
    assert len({goal["eligible_after_goal_name"] for goal in goals}) > 2
    assert found == expected


def test_statistics_agree_with_the_reference(rows):
    judged = [row for row in rows if row["not_judged_because"] is None]
    assert len(judged) > 100
    assert {row["test"] for row in judged} == {"two proportions", "fisher"}
    for row in judged:
        a, n, c, m = (
            row[name] for name in ("converters", "units", "rest_converters", "rest_units")
        )
        assert (row["interval_low"], row["interval_high"]) == pytest.approx(
            proportion_confint(a, n, method="wilson"), abs=1e-12
        )
        assert (row["difference_low"], row["difference_high"]) == pytest.approx(
            confint_proportions_2indep(a, n, c, m, compare="diff", method="newcomb"), rel=1e-9
        )
        if a and c:
            assert (row["ratio_low"], row["ratio_high"]) == pytest.approx(
                confint_proportions_2indep(a, n, c, m, compare="ratio", method="log"), rel=1e-9
            )
        all_, done = n + m, a + c
        least = min(n, m) * min(done, all_ - done) / all_
        assert row["test"] == ("fisher" if least < 5 else "two proportions")
        if least < 5:
            expected = fisher_exact([[a, n - a], [c, m - c]])[1]
        else:
            expected = proportions_ztest([a, c], [n, m])[1]
        assert row["p_value"] == pytest.approx(expected, rel=1e-6)
    corrected = multipletests([row["p_value"] for row in judged], method="fdr_bh")[1]
    assert [row["q_value"] for row in judged] == pytest.approx(list(corrected), rel=1e-6)
    for row in judged:
        assert row["differs"] == (row["q_value"] < 0.05)


def test_phones_order_less(rows, truth):
    """Planted: at every step of the checkout phones do worst and desktops best."""
    for name in ("cart_rates", "purchase_rates"):
        rates = truth["planted"][name]
        assert rates["mobile"] < rates["tablet"] < rates["desktop"]
    found = {
        (row["goal_name"], row["segment"]): row
        for row in rows
        if row["dimension"] == "device_category"
    }
    for goal in ("added_to_cart", "order_placed"):
        mobile, desktop = found[goal, "mobile"], found[goal, "desktop"]
        assert (mobile["direction"], mobile["is_better"]) == ("lower", False)
        assert not mobile["is_reversed"] and mobile["finding"].endswith("others: lower.")
        # So few desktops need not be more than chance once all rows are counted.
        assert desktop["difference_low"] > 0 and desktop["direction"] in ("higher", None)


# Admissions to Berkeley, 1973: (department, men who applied, were admitted, women who did, were).
BERKELEY = [
    ("A", 825, 512, 108, 89),
    ("B", 560, 353, 25, 17),
    ("C", 325, 120, 593, 202),
    ("D", 417, 138, 375, 131),
    ("E", 191, 53, 393, 94),
    ("F", 373, 22, 341, 24),
]


def berkeley(times):
    visitors = {"first_device_category": [], "first_campaign": []}
    admitted = []
    for department, men, men_in, women, women_in in BERKELEY:
        for sex, people, taken in (("men", men, men_in), ("women", women, women_in)):
            start = len(visitors["first_campaign"])
            visitors["first_device_category"] += [sex] * people * times
            visitors["first_campaign"] += [department] * people * times
            admitted += range(start, start + taken * times)
    return visitors, {"order_placed": admitted}


@pytest.mark.parametrize("times, reversed_by", [(1, None), (10, "campaign")])
def test_simpsons_paradox(comparison, times, reversed_by):
    """More men were admitted; department by department rather more women, which ten times as many
    applications make more than chance."""
    found = {
        (row["dimension"], row["segment"]): row
        for row in comparison.rows(*berkeley(times))
        if row["goal_name"] == "order_placed"
    }
    men = found["device_category", "men"]
    assert (men["units"], men["converters"]) == (2691 * times, 1198 * times)
    assert men["direction"] == "higher"
    assert (men["is_reversed"], men["reversed_by"]) == (reversed_by is not None, reversed_by)
    women = found["device_category", "women"]
    assert (women["direction"], women["reversed_by"]) == ("lower", reversed_by)
    # The departments themselves differ in the same way for both.
    assert found["campaign", "A"]["direction"] == "higher"
    assert not any(row["is_reversed"] for key, row in found.items() if key[0] == "campaign")
    if reversed_by:
        table = StratifiedTable(
            [
                times * np.array([[men_in, men - men_in], [women_in, women - women_in]])
                for _, men, men_in, women, women_in in BERKELEY
            ]
        )
        assert men["adjusted_odds_ratio"] == pytest.approx(table.oddsratio_pooled)
        assert (
            men["adjusted_odds_ratio_low"], men["adjusted_odds_ratio_high"]
        ) == pytest.approx(table.oddsratio_pooled_confint())  # fmt: skip
        assert men["finding"].endswith("of the same campaign it is the other way round.")


@pytest.mark.parametrize("alone, reversed_by", [(900, None), (400, "channel")])
def test_most_of_a_segment_has_somebody_to_be_compared_with(comparison, alone, reversed_by):
    """A campaign does well where nobody else is, and badly where the others are: the latter says
    something about it only if most of its visitors came that way."""
    beside = 1000 - alone
    visitors = {
        "first_campaign": ["spring"] * 1000 + ["others"] * 1000,
        "first_channel": ["Paid Search"] * alone + ["Email"] * (beside + 1000),
    }
    # Alone 90 % complete it, beside others 2 %, of the others 20 %.
    completed = [*range(alone * 9 // 10), *range(alone, alone + beside // 50), *range(1000, 1200)]
    (found,) = (
        row
        for row in comparison.rows(visitors, {"order_placed": completed})
        if (row["goal_name"], row["segment"]) == ("order_placed", "spring")
    )
    assert found["direction"] == "higher"
    assert found["reversed_by"] == reversed_by


def test_the_rest_is_other(comparison):
    """13 campaigns: of the equally frequent ones the last by name is not told apart."""
    campaigns = [f"c{number:02}" for number in range(13) for _ in range(100 + (number == 12))]
    found = comparison.rows({"first_campaign": campaigns}, {"order_placed": [0, 1100, 1200]})
    units = {
        row["segment"]: (row["units"], row["converters"])
        for row in found
        if row["dimension"] == "campaign" and row["goal_name"] == "order_placed"
    }
    assert units == {
        **{f"c{number:02}": (100, int(number == 0)) for number in range(11)},
        "c12": (101, 1),
        "(other)": (100, 1),
    }


def test_what_is_not_judged(comparison):
    size = 1000
    found = comparison.rows(
        {
            "first_device_category": ["few"] * 99 + ["many"] * (size - 99),
            "first_channel": ["one"] * size,
            "first_country": ["here"] * 500 + ["there"] * 500,
        },
        {"order_placed": range(100), "added_to_cart": range(size)},
    )
    reasons = {
        (row["goal_name"], row["segment"]): row["not_judged_because"]
        for row in found
        if row["segment"] in ("few", "many", "one", "here")
    }
    assert reasons["order_placed", "few"] == "fewer than 100 units"
    assert reasons["order_placed", "many"] == "fewer than 100 others"
    assert reasons["order_placed", "one"] == "fewer than 100 others"
    assert reasons["order_placed", "here"] is None
    assert reasons["added_to_cart", "here"] == "everybody completed the goal"
    assert reasons["trial_started", "here"] == "nobody completed the goal"


def test_noise_makes_no_news(comparison):
    """Nothing depends on any dimension: findings are as rare as 5 % allow, p-values uniform."""
    random = np.random.default_rng(20260110)
    size, runs = 4000, 40
    alarms, p_values = 0, []
    for _ in range(runs):
        visitors = {
            "first_device_category": random.choice(["a", "b", "c"], size, p=[0.5, 0.4, 0.1]),
            "first_channel": random.choice(list("pqrstu"), size),
            "first_country": random.choice(["x", "y"], size, p=[0.8, 0.2]),
        }
        completed = {
            goal: np.flatnonzero(random.random(size) < rate)
            for goal, rate in zip(sorted(comparison.goals), random.uniform(0.01, 0.5, 20))
        }
        found = [row for row in comparison.rows(visitors, completed) if row["p_value"] is not None]
        alarms += any(row["differs"] for row in found)
        assert not any(row["is_reversed"] for row in found)
        p_values += [row["p_value"] for row in found if row["test"] == "two proportions"]
    assert alarms <= 6, f"{alarms} of {runs}: more than 5 % can explain"
    assert len(p_values) > 2000
    # Rows of one run share their visitors, so the bounds are wider than of independent tests.
    assert 0.035 < np.mean(np.array(p_values) < 0.05) < 0.065
    assert 0.45 < np.mean(np.array(p_values) < 0.5) < 0.55
