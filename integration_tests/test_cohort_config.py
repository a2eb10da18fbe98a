# ruff: noqa: E501 - one mistake a line
"""Cohorts: a wrong definition is told about in one line, with the nearest name; odd ones work."""

import duckdb
import pytest

from helpers import Project, generic, write_rows

GOALS = [
    {"name": "sign_up", "match": {"event": "sign_up"}},
    {"name": "order_placed", "match": {"event": "purchase"}},
]
COHORT = {"start": "sign_up", "return": "order_placed"}

BROKEN = {
    "start_typo": ({"start": "sign_upp"}, "goals.sign_upp is used by cohorts.start_typo.start, but no such goal is defined. Did you mean sign_up?"),
    "start_seen": ({"start": "first_sen"}, "cohorts.start_seen.start|Did you mean first_seen?"),
    "start_none": ({"start": None}, "cohorts.start_none.start must be a goal name, first_seen or {property: <name>}, found null"),
    "start_list": ({"start": ["sign_up"]}, "cohorts.start_list.start must be a goal name|[\"sign_up\"]"),
    "start_key": ({"start": {"proprty": "plan", "property": "plan"}}, "cohorts.start_key.start has the unknown key proprty|Did you mean property?"),
    "start_empty": ({"start": {"property": ""}}, "cohorts.start_empty.start.property must be the name of a property"),
    "start_all": ({"start": {"property": "all"}}, "cohorts.start_all.start.property must be the name of a property, found \"all\""),
    "start_no_text": ({"start": {"property": 1}}, "cohorts.start_no_text.start.property must be the name of a property"),
    "return_typo": ({"return": "order_plced"}, "goals.order_plced is used by cohorts.return_typo.return|Did you mean order_placed?"),
    "return_any": ({"return": "any_evnt"}, "cohorts.return_any.return|Did you mean any_event?"),
    "return_seen": ({"return": "first_seen"}, "cohorts.return_seen.return, but no such goal"),
    "return_none": ({"return": None}, "cohorts.return_none.return must be a goal name or any_event, found null"),
    "first_typo": ({"first": "first_evr"}, "cohorts.first_typo.first: \"first_evr\"|Did you mean first_ever?"),
    "first_ever_seen": ({"start": "first_seen", "first": "first_ever"}, "cohorts.first_ever_seen.first: first_ever needs a goal as start"),
    "recurring_seen": ({"start": "first_seen", "first": "recurring"}, "cohorts.recurring_seen.first: recurring needs a goal as start"),
    "recurring_property": ({"start": {"property": "plan"}, "first": "recurring"}, "cohorts.recurring_property.first: recurring needs a goal as start"),
    "interval": ({"interval": "weekly"}, "cohorts.interval.interval: \"weekly\" is not one of hour, day, week, month. Did you mean week?"),
    "intervals": ({"intervals": 0}, "cohorts.intervals.intervals must be a whole number from 1 to 1000, found 0"),
    "intervals_true": ({"intervals": True}, "cohorts.intervals_true.intervals must be a whole number"),
    "criterion": ({"criterion": "on_or_befor"}, "cohorts.criterion.criterion: \"on_or_befor\" is not one of on, on_or_after"),
    "rolling": ({"rolling": "yes"}, "cohorts.rolling.rolling must be true or false, found \"yes\""),
    "least": ({"min_occurrences": 0}, "cohorts.least.min_occurrences must be a whole number from 1 to 1000000"),
    "window": ({"window": "a week"}, "cohorts.window.window: \"a week\" is not a duration"),
    "window_zero": ({"window": "0 days"}, "cohorts.window_zero.window: \"0 days\" is no time at all"),
    "window_negative": ({"window": "-1 days"}, "cohorts.window_negative.window: \"-1 days\" is not a duration"),
    "brackets_text": ({"brackets": "1-3"}, "cohorts.brackets_text.brackets must be a list of intervals"),
    "brackets_empty": ({"brackets": []}, "cohorts.brackets_empty.brackets must be a list of intervals"),
    "bracket_word": ({"brackets": ["one"]}, "cohorts.bracket_word.brackets[1]: \"one\" is not a bracket"),
    "bracket_zero": ({"brackets": [0]}, "cohorts.bracket_zero.brackets[1]: 0 is not a bracket"),
    "bracket_three": ({"brackets": [[1, 2, 3]]}, "cohorts.bracket_three.brackets[1]: [1, 2, 3] is not a bracket"),
    "bracket_far": ({"brackets": [[1, 1001]]}, "cohorts.bracket_far.brackets[1]: [1, 1001] is not a bracket"),
    "bracket_back": ({"brackets": [1, "3-2"]}, "cohorts.bracket_back.brackets[2]: 3-2 ends before it begins. Write 2-3."),
    "bracket_overlap": ({"brackets": ["1-3", "3-5"]}, "cohorts.bracket_overlap.brackets[2]: 3-5 begins before 1-3 has ended"),
    "bracket_order": ({"brackets": [4, 2]}, "cohorts.bracket_order.brackets[2]: 2 begins before 4 has ended"),
    "bracket_intervals": ({"brackets": [1], "intervals": 3}, "cohorts.bracket_intervals has both intervals and brackets"),
    "bracket_after": ({"brackets": [1], "criterion": "on_or_after"}, "cohorts.bracket_after has brackets and criterion on_or_after"),
    "limit": ({"breakdowns": ["plan"], "breakdown_limit": 0}, "cohorts.limit.breakdown_limit must be a whole number"),
    "breakdowns": ({"breakdowns": "plan"}, "cohorts.breakdowns.breakdowns must be a list"),
    "key": ({"intervall": "week"}, "cohorts.key has the unknown key intervall|Did you mean interval?"),
    "label": ({"label": 1}, "cohorts.label.label must be a text, found 1"),
}  # fmt: skip


@pytest.fixture(scope="module")
def complaints(tmp_path_factory):
    """What is said of a config in which everything is wrong, as lines."""
    project = Project(
        tmp_path_factory.mktemp("broken"),
        **generic("events.parquet"),
        goals=GOALS,
        funnels=[],
        cohorts=[{"name": name, **COHORT, **wrong} for name, (wrong, _) in BROKEN.items()],
    )
    lines = [line.strip() for line in project.error("parse").splitlines()]
    return [line for line in lines if line.startswith("waymark: ")]


@pytest.mark.parametrize("name", BROKEN)
def test_every_mistake_has_its_line(complaints, name):
    about = [
        line for line in complaints if f"cohorts.{name}." in line or f"cohorts.{name} " in line
    ]
    assert len(about) == 1, "\n".join(about or complaints)
    assert all(part in about[0] for part in BROKEN[name][1].split("|")), about[0]


def test_nothing_else_is_complained_about(complaints):
    assert len(complaints) == len(BROKEN)


def build(tmp_path, events, cohorts, goals=GOALS, **settings):
    columns = {
        "event_name": "varchar",
        "event_at": "timestamp",
        "anonymous_id": "varchar",
        "properties": "json",
    }
    files = write_rows(tmp_path / "events.parquet", events, columns)
    project = Project(
        tmp_path, **generic(files), goals=goals, funnels=[], cohorts=cohorts, **settings
    )
    project.build("+cohort_averages", "+visitor_lifecycle", "+visitor_stickiness")
    return project


def event(name, at, who="ann", **properties):
    return {"event_name": name, "event_at": at, "anonymous_id": who, "properties": properties}


def test_goals_win_over_reserved_names(tmp_path):
    """`first_seen` and `any_event` are words only while no goal is called so."""
    goals = [
        {"name": "first_seen", "match": {"event": "x"}},
        {"name": "any_event", "match": {"event": "y"}},
    ]
    project = build(
        tmp_path,
        [event("w", "2024-01-01 10:00"), event("x", "2024-01-02 10:00"), event("z", "2024-01-03 10:00"),
         event("y", "2024-01-04 10:00"), event("z", "2024-01-09 10:00")],
        [{"name": "c", "start": "first_seen", "return": "any_event", "interval": "day", "intervals": 2}],
        goals,
    )  # fmt: skip
    assert project.values(
        "select cast(cohort_start as varchar), interval_number, units_returned, units_active"
        " from cohort_retention order by 2"
    ) == [("2024-01-02", 0, 1, 1), ("2024-01-02", 1, 0, 1), ("2024-01-02", 2, 1, 1)]
    assert project.values("select distinct activity from visitor_lifecycle") == [("any_event",)]
    assert project.values(
        "select min(period_start)::varchar from visitor_lifecycle where period = 'day'"
    ) == [("2024-01-04",)]


def test_no_cohorts_and_nobody(tmp_path):
    """Marts are empty, or zero, and nothing breaks: events without any id belong to nobody."""
    project = build(tmp_path, [event("x", "2024-01-01 10:00", who=None, plan="pro")], [])
    assert project.values("select count(*) from cohort_retention") == [(0,)]
    assert project.values("select count(*) from cohort_averages") == [(0,)]
    assert project.values("select count(*) from visitor_lifecycle") == [(0,)]
    assert project.values("select count(*) from visitor_stickiness") == [(0,)]


def test_text_of_any_kind(tmp_path):
    """Names and values with quotes, commas and braces."""
    ugly = 'it\'s {{ "50%" }}, ok'
    project = build(
        tmp_path,
        [event("x", "2024-01-01 10:00", **{ugly: ugly}), event("x", "2024-01-02 10:00", **{"plan's": "x"})],
        [{"name": ugly, "start": ugly, "return": ugly, "interval": "day", "intervals": 1, "breakdowns": [[ugly, "plan's"]]},
         {"name": "p", "start": {"property": ugly}, "return": "any_event", "interval": "day", "intervals": 1}],
        [{"name": ugly, "match": {"event": "x"}}],
    )  # fmt: skip
    assert project.values(
        "select cohort_name, breakdown_name, breakdown_value, units_returned from cohort_retention"
        " where interval_number = 1 and breakdown_name <> 'all' order by 1"
    ) == [(ugly, f"{ugly}, plan's", f"{ugly}, (not set)", 1), ("p", ugly, ugly, 1)]


def test_bare_on_of_yaml(tmp_path):
    """YAML reads `criterion: on` as true."""
    project = build(
        tmp_path,
        [event("sign_up", "2024-01-01 10:00"), event("purchase", "2024-01-02 10:00")],
        [{"name": "c", **COHORT, "interval": "day", "intervals": 1, "criterion": True}],
    )
    assert project.values("select distinct criterion from cohort_retention") == [("on",)]


def test_many_starts_and_events_of_one_visitor(tmp_path):
    """100,000 events of one visitor, recurring by the hour: every plan stays near linear."""
    duckdb.sql(
        "select 'x' as event_name, 'bot' as anonymous_id,"
        " timestamp '2024-01-01' + to_seconds(n * 60) as event_at from range(100_000) as t(n)"
    ).write_parquet(str(tmp_path / "events.parquet"))
    more = {"start": "x", "return": "x", "interval": "hour", "intervals": 24, "first": "recurring"}
    project = Project(
        tmp_path,
        **generic(tmp_path / "events.parquet"),
        goals=[{"name": "x", "match": {"event": "x"}}],
        funnels=[],
        cohorts=[
            {"name": "calendar", **more},
            {"name": "twice", **more, "min_occurrences": 2},
            {"name": "rolling", **more, "rolling": True},
            {"name": "after", **more, "criterion": "on_or_after"},
            {"name": "window", **more, "criterion": "on_or_after", "window": "6 hours"},
        ],
    )
    project.build("+cohort_retention")
    # 1,667 hours, each with its cohort of one.
    assert project.values(
        "select cohort_name, sum(units_returned) from cohort_retention where interval_number = 1 group by 1 order by 1"
    ) == [("after", 1665), ("calendar", 1665), ("rolling", 1665), ("twice", 1665), ("window", 1665)]
