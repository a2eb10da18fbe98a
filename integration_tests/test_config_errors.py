# ruff: noqa: E501 - one mistake a line
"""A wrong config is told about in one go; an unusual one works."""

import json
import re

import pytest

from helpers import Project, generic, thorough, write_rows

GOALS = [
    {"name": "viewed_product", "match": {"event": "view_item"}},
    {"name": "add_to_cart", "match": {"event": "add_to_cart"}},
    {"name": "order_placed", "match": {"event": "purchase"}},
]
FUNNEL = {"name": "checkout", "steps": ["viewed_product", "add_to_cart"], "window": "7 days"}
RIGHT_FUNNELS = [
    {**FUNNEL, "name": "open", "entry": "any_step"}, {**FUNNEL, "name": "by session", "unit": "session"},
]  # fmt: skip
COHORT = {"name": "buyers", "start": "order_placed", "return": "order_placed", "interval": "week"}

ROW = {"event_name": "x", "event_at": "2024-01-01 00:00:00", "anonymous_id": "ann"}

MARTS = [
    "funnel_steps",
    "funnel_trends",
    "funnel_units",
    "funnel_time_to_convert",
    "funnel_drop_offs",
    "cohort_retention",
    "cohort_averages",
    "visitor_lifecycle",
    "visitor_stickiness",
    "goal_status",
    "goal_tree",
    "tracking_plan_coverage",
    "taxonomy_violations",
    "sample_size_plan",
    "experiment_results",
    "experiment_days",
    "experiment_checks",
]


def goal(name, **definition):
    return {"name": name, "match": {"event": "x"}, **definition}


# One definition with one mistake each: what the line about it must hold.
BROKEN_GOALS = [
    (goal("g_key", evnt="x"), ["goals.g_key", "evnt"]),
    (goal("g_match_key", match={"evnt": "x"}), ["goals.g_match_key.match", "evnt", "Did you mean event?"]),
    ({"name": "g_no_match"}, ["goals.g_no_match", "match"]),
    (goal("g_within", min_occurrences=2, within="7 dayz"), ["goals.g_within.within", "7 dayz"]),
    (goal("g_zero", min_occurrences=2, within="0 days"), ["goals.g_zero.within", "0 days"]),
    (goal("g_negative", after={"goal": "add_to_cart", "within": "-1 days"}), ["goals.g_negative.after.within", "-1 days"]),
    (goal("g_number", min_occurrences=2, within=7), ["goals.g_number.within", "7"]),
    (goal("g_after", after={"goal": "add_to_crat", "within": "1 day"}), ["goals.add_to_crat", "goals.g_after.after", "Did you mean add_to_cart?"]),
    (goal("g_parent", parent="order_place"), ["goals.g_parent.parent", "order_place", "Did you mean order_placed?"]),
    (goal("g_operator", match={"where": {"page_path": {"begins_with": "/"}}}), ["goals.g_operator.match.where.page_path", "begins_with", "starts_with"]),
    (goal("g_gt", match={"where": {"amount": {"gt": "many"}}}), ["goals.g_gt.match.where.amount", "gt", "many"]),
    (goal("g_severity", severity="eror"), ["goals.g_severity.severity", '"eror" is not one of warn, error', "Did you mean error?"]),
    (goal("g_counting", counting="once_per_sesion"), ["goals.g_counting.counting", "once_per_sesion", "Did you mean once_per_session?"]),
    (goal("g_metric", metric="conversion"), ["goals.g_metric.metric", "conversion_rate"]),
    (goal("g_kind", kind="outcom"), ["goals.g_kind.kind", "Did you mean outcome?"]),
    (goal("g_tier", tier=4), ["goals.g_tier.tier", "4"]),
    (goal("g_times", min_occurrences=0), ["goals.g_times.min_occurrences", "0"]),
    (goal("g_circle_1", parent="g_circle_2"), ["goals.g_circle_1.parent", "g_circle_2"]),
    (goal("g_circle_2", parent="g_circle_1"), ["goals.g_circle_2.parent", "g_circle_1"]),
    (goal("g_self", after={"goal": "g_self", "within": "1 day"}), ["goals.g_self.after", "g_self"]),
    (goal("g_made_typo", match={"goal": "add_to_crat"}), ["goals.add_to_crat", "goals.g_made_typo.match.goal", "Did you mean add_to_cart?"]),
    (goal("g_made_list", match={"goal": ["add_to_cart"]}), ["goals.g_made_list.match.goal", "must be a goal name"]),
    (goal("g_made_both", match={"goal": "add_to_cart", "event": "x"}), ["goals.g_made_both.match", "both event and goal"]),
    (goal("g_made_1", match={"any": [{"event": "x"}, {"goal": "g_made_2"}]}), ["goals.g_made_1.match: g_made_1 -> g_made_2 -> g_made_3 -> g_made_1 is a circle"]),
    (goal("g_made_2", match={"goal": "g_made_3", "where": {"plan": "pro"}}), ["g_made_1 -> g_made_2 -> g_made_3 -> g_made_1 is a circle"]),
    (goal("g_made_3", match={"goal": "g_made_1"}), ["g_made_1 -> g_made_2 -> g_made_3 -> g_made_1 is a circle"]),
    (goal("g_made_of_circle", match={"goal": "g_made_2"}), ["g_made_1 -> g_made_2 -> g_made_3 -> g_made_1 is a circle"]),
    (goal("g_made_of_itself", match={"goal": "g_made_of_itself"}), ["goals.g_made_of_itself.match: g_made_of_itself -> g_made_of_itself is a circle"]),
    (goal("g_made_of_mistake", match={"goal": "g_operator"}), ["goals.g_operator.match.where.page_path", "begins_with"]),
    (goal("g_never", match={"event": "x", "any": [{"event": "y"}]}), ["goals.g_never.match.any[1] can never hold"]),
    (goal("g_made_never", match={"goal": "add_to_cart", "any": [{"plan": "pro"}, {"event": "x"}]}), ["goals.g_made_never.match.any[2] can never hold"]),
    (goal("add_to_cart"), ["add_to_cart", "twice"]),
]  # fmt: skip

BROKEN_FUNNELS = [
    ({**FUNNEL, "name": "f_typo", "steps": ["viewed_product", "add_to_crat"]}, ["goals.add_to_crat is used by funnels.f_typo.steps[2], but no such goal is defined. Did you mean add_to_cart?"]),
    ({"name": "f_no_window", "steps": ["add_to_cart"]}, ["funnels.f_no_window", "window"]),
    ({**FUNNEL, "name": "f_window", "window": "a week"}, ["funnels.f_window.window", "a week"]),
    ({**FUNNEL, "name": "f_empty", "steps": []}, ["funnels.f_empty.steps"]),
    ({**FUNNEL, "name": "f_key", "windw": "7 days"}, ["funnels.f_key", "windw", "Did you mean window?"]),
    ({**FUNNEL, "name": "f_negative", "window": "-7 days"}, ["funnels.f_negative.window", "-7 days"]),
    ({**FUNNEL, "name": "f_zero", "window": "0 days"}, ["funnels.f_zero.window", "0 days"]),
    ({**FUNNEL, "name": "f_label", "label": 7}, ["funnels.f_label.label must be a text, found 7."]),
    ({**FUNNEL, "name": "f_step_label", "steps": [{"goal": "viewed_product", "label": True}]}, ["funnels.f_step_label.steps[1].label", "true"]),
    ({**FUNNEL, "name": "f_many", "steps": ["add_to_cart"] * 21}, ["funnels.f_many.steps", "21", "20"]),
    ({**FUNNEL, "name": "f_order", "order": "strikt"}, ["funnels.f_order.order", "strikt", "Did you mean strict?"]),
    ({**FUNNEL, "name": "f_entry", "entry": "any"}, ["funnels.f_entry.entry", "any", "any_step"]),
    ({**FUNNEL, "name": "f_mode", "mode": "total"}, ["funnels.f_mode.mode", "total", "Did you mean totals?"]),
    ({**FUNNEL, "name": "f_ties", "ties": "loose"}, ["funnels.f_ties.ties", "loose", "strict"]),
    ({**FUNNEL, "name": "f_unit", "unit": "sesion"}, ["funnels.f_unit.unit", "sesion", "Did you mean session?"]),
    ({**FUNNEL, "name": "f_unit_key", "unit": {"proprety": "plan"}}, ["funnels.f_unit_key.unit", "proprety", "Did you mean property?"]),
    ({**FUNNEL, "name": "f_hold", "hold_constant": ["order_id"]}, ["funnels.f_hold.hold_constant", "order_id"]),
    ({**FUNNEL, "name": "f_first", "steps": [{"goal": "viewed_product", "optional": True}, "add_to_cart"]}, ["funnels.f_first.steps[1].optional"]),
    ({**FUNNEL, "name": "f_optional", "steps": ["viewed_product", {"goal": "add_to_cart", "optional": "yes"}]}, ["funnels.f_optional.steps[2].optional", "yes"]),
    ({**FUNNEL, "name": "f_occurrence", "steps": [{"goal": "viewed_product", "occurrence": "first_evr"}]}, ["funnels.f_occurrence.steps[1].occurrence", "Did you mean first_ever?"]),
    ({**FUNNEL, "name": "f_step_key", "steps": ["viewed_product", {"goal": "add_to_cart", "max_gpa": "1 day"}]}, ["funnels.f_step_key.steps[2]", "max_gpa", "Did you mean max_gap?"]),
    ({**FUNNEL, "name": "f_target", "steps": ["viewed_product", {"goal": "add_to_cart", "target": 50}]}, ["funnels.f_target.steps[2].target", "found 50"]),
    ({**FUNNEL, "name": "f_first_target", "steps": [{"goal": "viewed_product", "target": 0.5}, "add_to_cart"]}, ["funnels.f_first_target.steps[1].target", "first step"]),
    ({**FUNNEL, "name": "f_no_gate", "steps": ["viewed_product", {"goal": "add_to_cart", "optional": True, "target": 0.5}]}, ["funnels.f_no_gate.steps[2].target", "optional"]),
    ({**FUNNEL, "name": "f_open_target", "entry": "any_step", "steps": ["viewed_product", {"goal": "add_to_cart", "target": 0.5}]}, ["funnels.f_open_target", "target means nothing"]),
    ({**FUNNEL, "name": "f_first_gap", "steps": [{"goal": "viewed_product", "min_gap": "1 day"}, "add_to_cart"]}, ["funnels.f_first_gap.steps[1].min_gap"]),
    ({**FUNNEL, "name": "f_max_gap", "steps": ["viewed_product", {"goal": "add_to_cart", "max_gap": "8 days"}]}, ["funnels.f_max_gap.steps[2].max_gap", "8 days", "longer than the window"]),
    ({**FUNNEL, "name": "f_gaps", "steps": ["viewed_product", {"goal": "add_to_cart", "min_gap": "2 days", "max_gap": "1 day"}]}, ["funnels.f_gaps.steps[2].min_gap", "2 days", "1 day"]),
    ({**FUNNEL, "name": "f_excluded", "exclusions": [{"goal": "order_plced"}]}, ["goals.order_plced", "funnels.f_excluded.exclusions[1]", "Did you mean order_placed?"]),
    ({**FUNNEL, "name": "f_bounds", "exclusions": [{"goal": "order_placed", "from_step": 2, "to_step": 1}]}, ["funnels.f_bounds.exclusions[1]", "from_step 2", "to_step 1"]),
    ({**FUNNEL, "name": "f_same", "exclusions": [{"goal": "order_placed", "from_step": 2, "to_step": 2}]}, ["funnels.f_same.exclusions[1]", "from_step 2", "to_step 2"]),
    ({**FUNNEL, "name": "f_outside", "exclusions": [{"event": "refund", "to_step": 3}]}, ["funnels.f_outside.exclusions[1].to_step", "from 1 to 2", "3"]),
    ({**FUNNEL, "name": "f_both", "exclusions": [{"goal": "order_placed", "event": "refund"}]}, ["funnels.f_both.exclusions[1]", "both goal and event"]),
    ({**FUNNEL, "name": "f_itself", "steps": ["viewed_product", "add_to_cart", "order_placed"], "exclusions": [{"goal": "add_to_cart"}]}, ["funnels.f_itself.exclusions[1]", "add_to_cart is step 2"]),
    ({**FUNNEL, "name": "f_loose", "steps": ["viewed_product", {"goal": "add_to_cart", "optional": True}, "order_placed"], "exclusions": [{"event": "refund", "to_step": 2}]}, ["funnels.f_loose.exclusions[1].to_step", "optional"]),
    ({**FUNNEL, "name": "f_where", "exclusions": [{"event": "refund", "where": {"plan": {"equal": "pro"}}}]}, ["funnels.f_where.exclusions[1].where.plan", "equal", "Did you mean equals?"]),
    ({**FUNNEL, "name": "f_by", "breakdown_by": "last_touch"}, ["funnels.f_by.breakdown_by", "no breakdowns"]),
    ({**FUNNEL, "name": "f_anchor", "breakdowns": ["country"], "breakdown_by": "first_tuch"}, ["funnels.f_anchor.breakdown_by", "Did you mean first_touch?"]),
    ({**FUNNEL, "name": "f_step_3", "breakdowns": ["country"], "breakdown_by": {"step": 3}}, ["funnels.f_step_3.breakdown_by.step", "from 1 to 2", "3"]),
    ({**FUNNEL, "name": "f_four", "breakdowns": ["country", "city", ["browser", "region"]]}, ["funnels.f_four.breakdowns", "4 properties", "At most 3"]),
    ({**FUNNEL, "name": "f_limit", "breakdowns": ["country"], "breakdown_limit": 0}, ["funnels.f_limit.breakdown_limit", "0"]),
    ({**FUNNEL, "name": "f_date", "date_from": "January"}, ["funnels.f_date.date_from", "January"]),
    ({**FUNNEL, "name": "f_dates", "date_from": "2026-02-01", "date_to": "2026-01-31"}, ["funnels.f_dates.date_from", "2026-02-01", "2026-01-31"]),
    ({**FUNNEL, "name": "f_open", "entry": "any_step", "mode": "totals"}, ["funnels.f_open", "entry: any_step", "mode: totals"]),
    ({**FUNNEL, "name": "f_open_held", "entry": "any_step", "hold_constant": "order_id"}, ["funnels.f_open_held", "hold_constant"]),
    ({**FUNNEL, "name": "f_any", "order": "any", "ties": "strict"}, ["funnels.f_any", "order: any", "ties: strict"]),
    ({**FUNNEL, "name": "f_any_gap", "order": "any", "steps": ["viewed_product", {"goal": "add_to_cart", "max_gap": "1 day"}]}, ["funnels.f_any_gap", "min_gap or max_gap"]),
]  # fmt: skip

BROKEN_COHORTS = [
    ({**COHORT, "name": "c_goal", "return": "order_plced"}, ["goals.order_plced", "cohorts.c_goal.return", "Did you mean order_placed?"]),
    ({**COHORT, "name": "c_interval", "interval": "weekly"}, ["cohorts.c_interval.interval", "weekly", "Did you mean week?"]),
    ({**COHORT, "name": "c_criterion", "criterion": "on_or_befor"}, ["cohorts.c_criterion.criterion", "on_or_after"]),
    ({**COHORT, "name": "c_count", "intervals": -1}, ["cohorts.c_count.intervals", "-1"]),
    ({**COHORT, "name": "c_rolling", "rolling": "yes"}, ["cohorts.c_rolling.rolling", "yes"]),
    ({**COHORT, "name": "c_first", "first": "first_evr"}, ["cohorts.c_first.first", "first_evr", "Did you mean first_ever?"]),
    ({**COHORT, "name": "c_key", "intervall": "week"}, ["cohorts.c_key", "intervall", "Did you mean interval?"]),
]  # fmt: skip

EXPERIMENT = {
    "exposure": {"goal": "viewed_product"},
    "variant_property": "variant",
    "variants": ["control", "green"],
    "window": "7 days",
    "primary": "order_placed",
}
BROKEN_EXPERIMENTS = [
    ({**EXPERIMENT, "name": "e_key", "windw": "7 days"}, ["experiments.e_key", "windw", "Did you mean window?"]),
    ({**EXPERIMENT, "name": "e_label", "label": 7}, ["experiments.e_label.label", "7"]),
    ({**EXPERIMENT, "name": "e_exposure", "exposure": {"goal": "viewed_prodct"}}, ["goals.viewed_prodct is used by experiments.e_exposure.exposure", "Did you mean viewed_product?"]),
    ({**EXPERIMENT, "name": "e_no_exposure", "exposure": None}, ["experiments.e_no_exposure.exposure", "must be a goal name"]),
    ({**EXPERIMENT, "name": "e_exposure_key", "exposure": {"goal": "viewed_product", "where": {}}}, ["experiments.e_exposure_key.exposure", "where"]),
    ({**EXPERIMENT, "name": "e_property", "variant_property": ["variant"]}, ["experiments.e_property.variant_property", "variant"]),
    ({**EXPERIMENT, "name": "e_one", "variants": ["control"]}, ["experiments.e_one.variants", "2 to 20"]),
    ({**EXPERIMENT, "name": "e_twice", "variants": ["control", "green", "green"]}, ["experiments.e_twice.variants", "green", "twice"]),
    ({**EXPERIMENT, "name": "e_number", "variants": ["control", 1]}, ["experiments.e_number.variants", "1", "quotes"]),
    ({**EXPERIMENT, "name": "e_share", "variants": {"control": 50, "green": "half"}}, ["experiments.e_share.variants.green", "half"]),
    ({**EXPERIMENT, "name": "e_nothing", "variants": {"control": 50, "green": 0}}, ["experiments.e_nothing.variants.green", "0"]),
    ({**EXPERIMENT, "name": "e_control", "control": "contrl"}, ["experiments.e_control.control", "contrl", "Did you mean control?"]),
    ({**EXPERIMENT, "name": "e_default", "variants": ["old", "new"]}, ["experiments.e_default.control", "control", "old, new"]),
    ({**EXPERIMENT, "name": "e_no_window", "window": None}, ["experiments.e_no_window", "no window"]),
    ({**EXPERIMENT, "name": "e_window", "window": "a week"}, ["experiments.e_window.window", "a week"]),
    ({**EXPERIMENT, "name": "e_lookback", "lookback": "0 days"}, ["experiments.e_lookback.lookback", "0 days"]),
    ({**EXPERIMENT, "name": "e_from", "from": "2026-01-31 10:00"}, ["experiments.e_from.from", "2026-01-31 10:00"]),
    ({**EXPERIMENT, "name": "e_dates", "from": "2026-02-01", "until": "2026-01-31"}, ["experiments.e_dates.from", "2026-02-01", "2026-01-31"]),
    ({**EXPERIMENT, "name": "e_no_primary", "primary": None}, ["experiments.e_no_primary", "no primary"]),
    ({**EXPERIMENT, "name": "e_primary", "primary": "order_plced"}, ["goals.order_plced", "experiments.e_primary.primary", "Did you mean order_placed?"]),
    ({**EXPERIMENT, "name": "e_micro", "primary": "tier_3"}, ["experiments.e_micro.primary", "tier_3", "micro-conversion"]),
    ({**EXPERIMENT, "name": "e_goals", "goals": "order_placed"}, ["experiments.e_goals.goals", "order_placed"]),
    ({**EXPERIMENT, "name": "e_goal", "goals": ["add_to_crat"]}, ["goals.add_to_crat", "experiments.e_goal.goals[1]", "Did you mean add_to_cart?"]),
    ({**EXPERIMENT, "name": "e_funnel", "funnel": "f_typ"}, ["experiments.e_funnel.funnel", "f_typ", "is not a funnel"]),
    ({**EXPERIMENT, "name": "e_open", "funnel": "open"}, ["experiments.e_open.funnel", "open", "entry: any_step"]),
    ({**EXPERIMENT, "name": "e_session", "funnel": "by session"}, ["experiments.e_session.funnel", "by session", "has unit"]),
]  # fmt: skip

BROKEN_SETTINGS = {
    "timezone": "Berlin time",
    "week_start": "sunnday",
    "segment_properties": ["plan", "channel"],
    "identity": "cookie",
    "session_timeout": "half an hour",
    "max_events_per_minute": 0,
    "lookback_days": -1,
    "exclude_filtered_traffic": "no",
    "relations": {"goal_threshold": "main.limits", "tracking_plan": ["main.plan"]},
    "sources": {
        "ga5": {"files": "x.parquet"},
        "generic": {"files": "events.xlsx", "columns": {"event_tme": "ts"}},
    },
}
SETTINGS_SAY = [
    ["timezone", "Berlin time"],
    ["week_start", "sunnday", "Did you mean sunday?"],
    ["segment_properties", "channel", "without being named"],
    ["identity", "cookie"],
    ["session_timeout", "half an hour"],
    ["max_events_per_minute must be a whole number from 1, found 0."],
    ["lookback_days must be a whole number from 0, found -1."],
    ['exclude_filtered_traffic must be true or false, found "no".'],
    ["relations has the unknown key goal_threshold", "Did you mean goal_thresholds?"],
    ["relations.tracking_plan must be a text", '["main.plan"]'],
    ["sources", "ga5", "Did you mean ga4?"],
    ["sources.generic.files", "events.xlsx", ".parquet"],
    ["sources.generic.columns", "event_tme"],
]

BROKEN = [
    *(says for _, says in BROKEN_GOALS + BROKEN_FUNNELS + BROKEN_COHORTS + BROKEN_EXPERIMENTS),
    *SETTINGS_SAY,
]


@pytest.fixture(scope="module")
def complaint(tmp_path_factory):
    """The answer to a config in which everything is wrong, as lines."""
    project = Project(
        tmp_path_factory.mktemp("broken"),
        goals=[*GOALS, goal("tier_3", tier=3), *(definition for definition, _ in BROKEN_GOALS)],
        funnels=[*RIGHT_FUNNELS, *(definition for definition, _ in BROKEN_FUNNELS)],
        cohorts=[definition for definition, _ in BROKEN_COHORTS],
        experiments=[definition for definition, _ in BROKEN_EXPERIMENTS],
        **BROKEN_SETTINGS,
    )
    return [line.strip() for line in project.error("parse").splitlines()]


@pytest.mark.parametrize("says", BROKEN, ids=lambda says: re.sub(r"\W+", "_", says[0]))
def test_every_mistake_has_its_line(complaint, says):
    lines = [line for line in complaint if line.startswith("waymark: ")]
    assert any(all(part in line for part in says) for line in lines), "\n".join(lines)


def test_nothing_else_is_complained_about(complaint):
    """One line per mistake: a wrong definition makes no noise about right ones."""
    lines = [line for line in complaint if line.startswith("waymark: ")]
    unexplained = [
        line for line in lines if not any(all(part in line for part in says) for says in BROKEN)
    ]
    assert not unexplained
    assert len(lines) == len(set(lines))
    assert sum("g_made_1 -> g_made_2" in line for line in lines) == 1


def test_documented_shape(tmp_path):
    project = Project(
        tmp_path,
        **generic("events.parquet"),
        goals=GOALS,
        funnels=[{**FUNNEL, "steps": ["viewed_product", "add_to_crat"]}],
        cohorts=[],
    )
    assert (
        "waymark: goals.add_to_crat is used by funnels.checkout.steps[2],"
        " but no such goal is defined. Did you mean add_to_cart?"
    ) in project.error("parse")


def test_property_that_nobody_has(tmp_path):
    """Only the data knows it: said with the nearest name when the completions are built."""
    row = {
        "event_name": "view_item",
        "event_at": "2026-01-01 10:00:00",
        "anonymous_id": "phone",
        "properties": {"plan": "pro"},
    }
    funnel = {
        **FUNNEL,
        "unit": {"property": "plan"},
        "breakdowns": ["plna", "country", "browsr"],
    }
    cohort = {**COHORT, "start": {"property": "pln"}}
    project = Project(
        tmp_path,
        **generic(write_rows(tmp_path / "events.parquet", [row])),
        goals=GOALS,
        funnels=[funnel],
        cohorts=[cohort],
        segment_properties=["plan", "paln"],
    )
    message = project.error("build", "--select", "+goal_completions")
    assert [line.strip() for line in message.splitlines() if "waymark: " in line] == [
        'waymark: funnels.checkout.breakdowns: no event has a property "plna". Did you mean plan?',
        'waymark: funnels.checkout.breakdowns: no event has a property "browsr".'
        " Did you mean browser?",
        'waymark: cohorts.buyers.start: no event has a property "pln". Did you mean plan?',
    ]
    log = (tmp_path / "logs" / "dbt.log").read_text(encoding="utf-8")
    assert 'segment_properties: no event has a property "paln". Did you mean plan?' in log


# Unusual, but right.

UGLY = [
    "$pageview",
    "user signed up",
    "50%_completion",
    'it\'s "quoted" `twice`',
    "caf\u00e9 \U0001f389 \u65e5\u672c",
    "<script>alert(1)</script>",
    "back\\slash \\n",
    "a--b /* c */ ; drop table events",
    "{{ ref('events') }} {% raw %}",
    "tab\tand\nnew line",
    "a" * 300,
    "select",
]


def test_empty_lists_give_empty_marts(tmp_path):
    files = write_rows(
        tmp_path / "events.parquet",
        [ROW],
    )
    project = Project(tmp_path, **generic(files), goals=[], funnels=[], cohorts=[])
    project.build()
    empty = ("sample_size_plan", "experiment_results", "experiment_days", "experiment_checks")
    for mart in ("goals", "funnel_definitions", "goal_completions", *MARTS[:5], *empty):
        assert project.values(f"select count(*) from {mart}") == [(0,)], mart
    assert project.values("select count(*) from events") == [(1,)]
    # The marts of governance are about events, not about goals: they exist.
    for mart in MARTS[5:]:
        project.values(f"select count(*) from {mart}")


def test_ugly_names(tmp_path):
    """Any text is an event, property, goal, funnel and cohort name."""
    rows = [
        {
            "event_name": name,
            "event_at": f"2024-01-0{day} 00:00:00",
            "anonymous_id": name,
            "properties": {name: name},
        }
        for name in UGLY
        for day in (1, 2)
    ]
    project = Project(
        tmp_path,
        **generic(write_rows(tmp_path / "events.parquet", rows)),
        goals=[
            {
                "name": name,
                "label": name,
                "owner": name,
                "match": {"event": name, "where": {name: {"equals": name, "contains": name[-1]}}},
            }
            for name in UGLY
        ],
        funnels=[
            {"name": name, "steps": [name, name], "window": "1 day", "breakdowns": [name]}
            for name in UGLY
        ],
        cohorts=[
            {"name": name, "start": name, "return": name, "interval": "day", "breakdowns": [name]}
            for name in UGLY
        ],
        experiments=[
            {"name": name, "exposure": name, "variant_property": name, "window": "1 day",
             "variants": [name, "other"], "control": name, "primary": name, "funnel": name}
            for name in UGLY
        ],
    )  # fmt: skip
    project.build()
    everything = {name: 2 for name in UGLY}
    assert dict(project.values("select event_name, count(*) from events group by 1")) == everything
    assert (
        dict(project.values("select goal_name, count(*) from goal_completions group by 1"))
        == everything
    )
    assert dict(project.values("select goal_name, label from goals")) == {n: n for n in UGLY}
    # Each property name is a breakdown, and each value a row of it.
    assert sorted(
        project.values(
            "select funnel_name, breakdown_name, breakdown_value, units_reached from funnel_steps"
            " where step_number = 2"
        )
    ) == sorted([(n, "all", "all", 1) for n in UGLY] + [(n, n, n, 1) for n in UGLY])
    assert sorted(
        project.values(
            "select cohort_name, breakdown_name, breakdown_value, units_returned"
            " from cohort_retention where interval_number = 1"
        )
    ) == sorted([(n, "all", "all", 1) for n in UGLY] + [(n, n, n, 1) for n in UGLY])
    # Who is exposed by the first event completes the goal and step 1 with the second.
    assert sorted(
        project.values(
            "select experiment_name, sum(control_units), sum(control_completed_units)"
            " from experiment_results where measure = 'conversion_rate' group by 1"
        )
    ) == sorted((n, 3, 2) for n in UGLY)


def test_names_that_differ_in_case_are_different_goals(tmp_path):
    """Above each other, after each other, and in a circle."""
    names = ["x", "A", "a", "B", "b"]
    chain = [
        goal(name, **({"parent": above, "after": {"goal": above}} if above else {}))
        for name, above in zip(names, [*names[1:], None])
    ]
    files = generic(write_rows(tmp_path / "events.parquet", [ROW]))
    project = Project(tmp_path, **files, goals=chain, funnels=[], cohorts=[], experiments=[])
    project.build("+goals", "refresh_state")
    assert project.values("select path, depth from goals where goal_name = 'x'") == [
        ("b > B > a > A > x", 4)
    ]
    chain[-1] |= {"parent": "A", "after": {"goal": "A"}}
    said = Project(tmp_path, **files, goals=chain, funnels=[], cohorts=[]).error("parse")
    assert "goals.x.parent: x -> A -> a -> B -> b -> A is a circle" in said
    assert "goals.x.after: x -> A -> a -> B -> b -> A is a circle" in said


def test_dates_without_quotes(tmp_path):
    """YAML makes dates of them, which are no JSON."""
    days = ["2024-01-01", "2024-01-02", "2024-01-03"]
    files = write_rows(
        tmp_path / "events.parquet",
        [{**ROW, "anonymous_id": day, "properties": json.dumps({"day": day})} for day in days],
    )
    project = Project(tmp_path)
    project.yaml = f"""
        sources: {{generic: {{files: {files}}}}}
        goals:
          - {{name: one, label: 2024-01-01, match: {{event: x, where: {{day: 2024-01-01}}}}}}
          - {{name: other, match: {{event: x, where: {{day: {{not_equals: 2024-01-01}}}}}}}}
          - {{name: listed, match: {{event: x, where: {{day: [2024-01-01, 2024-01-03]}}}}}}
        funnels:
          - {{name: f, steps: [other, one], window: 7 days, date_from: 2023-12-31, date_to: 2024-01-01}}
        cohorts: []
        experiments: []
    """
    project.build("+funnel_steps", "+goal_completions", "funnel_definitions")
    assert project.values(
        "select goal_name, count(*) from goal_completions group by 1 order by 1"
    ) == [("listed", 2), ("one", 1), ("other", 2)]
    assert project.values("select label from goals where goal_name = 'one'") == [(days[0],)]
    assert project.values("select distinct definition ->> 'date_from' from funnel_definitions") == [
        ("2023-12-31",)
    ]


@thorough
def test_hundreds_of_goals_and_funnels(tmp_path):
    """300 goals, 100 funnels and 30 cohorts at once, each with a right answer."""
    rows = [
        {
            "event_name": f"event {number}",
            "event_at": f"2024-01-0{1 + number // 100} 00:{number // 60:02}:{number % 60:02}",
            "anonymous_id": "ann" if number % 2 else "ben",
        }
        for number in range(300)
    ]
    project = Project(
        tmp_path,
        **generic(write_rows(tmp_path / "events.parquet", rows)),
        goals=[{"name": f"goal {n}", "match": {"event": f"event {n}"}} for n in range(300)],
        funnels=[
            # Same person (two apart), then another: the third step is never reached.
            {
                "name": f"funnel {n}",
                "steps": [f"goal {n}", f"goal {n + 2}", f"goal {n + 3}"],
                "window": "5 days",
            }
            for n in range(100)
        ],
        cohorts=[
            {"name": f"cohort {n}", "start": f"goal {n}", "return": f"goal {n + 100}",
             "interval": "day", "intervals": 2}
            for n in range(30)
        ],
    )  # fmt: skip
    project.build()
    assert project.values("select count(*), count(distinct goal_name) from goal_completions") == [
        (300, 300)
    ]
    assert project.values(
        "select step_number, min(units_reached), max(units_reached), count(*) from funnel_steps"
        " group by 1 order by 1"
    ) == [(1, 1, 1, 100), (2, 1, 1, 100), (3, 0, 0, 100)]
    assert project.values(
        "select interval_number, min(units_returned), max(units_returned), count(*)"
        " from cohort_retention where interval_number < 2 group by 1 order by 1"
    ) == [(0, 1, 1, 30), (1, 1, 1, 30)]
