"""funnel_bottlenecks against statsmodels, counted from units, and against the planted truth."""

import json

import pytest
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint, proportions_ztest

FUNNEL = "checkout"
STEPS = 4


@pytest.fixture(scope="module")
def rows(demo_project):
    found = demo_project.rows("select * from funnel_bottlenecks")
    return {
        (row["funnel_name"], row["breakdown_value"], row["step_number"]): row
        for row in found
        if row["breakdown_name"] in ("all", "device_category")
    }


@pytest.fixture(scope="module")
def reached(demo_project):
    """{segment: mature units at each step} of the checkout, from its units alone."""
    counts = {}
    for depth, dimensions in demo_project.values(
        "select depth, dimensions from funnel_units where funnel_name = ? and not is_immature",
        [FUNNEL],
    ):
        for segment in ("all", json.loads(dimensions)["device_category"]):
            at = counts.setdefault(segment, [0] * (STEPS + 1))
            for step in range(1, depth + 1):
                at[step] += 1
    return counts


def wilson(successes, trials):
    return proportion_confint(successes, trials, method="wilson")


def test_gains_agree_with_the_reference(rows, reached):
    assert set(reached) == {"all", "desktop", "mobile", "tablet"}
    judged = 0
    for step in range(2, STEPS + 1):
        candidates = {
            segment: wilson(at[step], at[step - 1])[0]
            for segment, at in reached.items()
            if segment != "all" and at[step - 1] >= 100
        }
        best = max(candidates, key=candidates.get)
        best_rate = reached[best][step] / reached[best][step - 1]
        for segment, at in reached.items():
            row = rows[FUNNEL, segment, step]
            before, here, end = at[step - 1], at[step], at[STEPS]
            assert (row["units_before"], row["units_reached"]) == (before, here)
            if before < 100:
                assert row["not_judged_because"] == "fewer than 100 units"
                assert row["gained_by_one_point"] is None and row["gain_rank"] is None
                continue
            judged += 1
            low, high = wilson(here, before)
            assert (row["interval_low"], row["interval_high"]) == pytest.approx((low, high))
            gains = [
                before * max(0, best_rate - rate) * end / here
                for rate in (here / before, high, low)
            ]
            names = ["gained_by_best_segment" + part for part in ("", "_low", "_high")]
            assert row["best_breakdown_value"] == best
            assert [row[name] for name in names] == pytest.approx(gains)
            onward = (1, 1) if step == STEPS else wilson(end, here)
            names = ["gained_by_one_point" + part for part in ("", "_low", "_high")]
            assert [row[name] for name in names] == pytest.approx(
                [before * 0.01 * rate for rate in (end / here, *onward)]
            )
    assert judged >= 9


def test_money_is_that_of_the_last_goal(rows, demo_project):
    ((mean, currency),) = demo_project.values(
        "select sum(value)::double / count(*), min(currency) from goal_completions"
        " where goal_name = 'order_placed'"
    )
    for (funnel, *_), row in rows.items():
        if funnel == FUNNEL and row["not_judged_because"] is None:
            assert row["value_per_completion"] == pytest.approx(mean)
            assert row["currency"] == currency
            assert row["value_by_one_point"] == pytest.approx(row["gained_by_one_point"] * mean)


def test_segments_are_compared_with_everybody_else(demo_project):
    """The two-proportion test and Benjamini-Hochberg over all funnels at once."""
    found = demo_project.rows("select * from funnel_bottlenecks order by 1, 2, 3, 4")
    whole = {
        (row["funnel_name"], row["step_number"]): row
        for row in found
        if row["breakdown_name"] == "all"
    }
    tested = [row for row in found if row["p_value"] is not None]
    assert len(tested) > 15 and all(row["breakdown_name"] != "all" for row in tested)
    for row in tested:
        everybody = whole[row["funnel_name"], row["step_number"]]
        counts = [row["units_reached"], everybody["units_reached"] - row["units_reached"]]
        trials = [row["units_before"], everybody["units_before"] - row["units_before"]]
        assert row["p_value"] == pytest.approx(proportions_ztest(counts, trials)[1], rel=1e-6)
    corrected = multipletests([row["p_value"] for row in tested], method="fdr_bh")[1]
    assert [row["q_value"] for row in tested] == pytest.approx(list(corrected))


def test_excess_adds_up(demo_project):
    """What some segments lose beyond the average, others lose less; shares are of one whole."""
    found = demo_project.values(
        "select funnel_name, breakdown_name, step_number, sum(excess_lost_units),"
        " sum(share_of_units_rate), sum(share_of_loss_rate), sum(units_lost)"
        " from funnel_bottlenecks group by all"
    )
    assert len({breakdown for _, breakdown, *_ in found}) >= 3
    for *_, excess, units, loss, lost in found:
        assert excess == pytest.approx(0, abs=1e-6)
        assert units == pytest.approx(1)
        assert not lost or loss == pytest.approx(1)


def test_phones_are_where_the_cart_is_lost(rows, truth):
    """Planted: phones are the worst at every step, and no cart for most of a week."""
    rates = truth["planted"]["cart_rates"]
    assert min(rates, key=rates.get) == truth["broken_week"]["device_category"] == "mobile"
    row = rows[FUNNEL, "all", 2]
    assert row["concentrated_in_value"] == "mobile"
    assert row["concentrated_share_of_loss_rate"] > row["concentrated_share_of_units_rate"]
    assert row["best_breakdown_value"] == "desktop"
    assert row["is_first_to_fix"] and row["ranked_by"] == "best_segment"
    assert row["finding"].startswith("Fix first. ")
    first = [key for key, row in rows.items() if row["is_first_to_fix"] and key[0] == FUNNEL]
    assert (FUNNEL, "mobile", 2) in first
