"""Ids that last a day: sessions count, and nothing that needs the same person on another day."""

import pytest

from helpers import Project, write_rows

GOALS = [
    {"name": "viewed", "match": {"event": "page_view"}},
    {"name": "ordered", "match": {"event": "purchase"}, "eligible_after": {"goal": "viewed"}},
]
STEPS = ["viewed", "ordered"]


def row(number, who, event, at, **more):
    return {
        "event_id": f"{who}-{number}", "event_name": event, "event_at": f"2026-03-{at}",
        "anonymous_id": who, **more,
    }  # fmt: skip


# The blog's ids are new each day: d1 and d2 may be one person, and nobody can know.
BLOG = [
    row(1, "d1", "page_view", "02 10:00"),
    row(2, "d1", "purchase", "02 10:20"),
    row(3, "d1", "page_view", "02 15:00"),
    row(4, "d2", "page_view", "03 10:00"),
    row(5, "d3", "page_view", "03 11:00"),
    # whoever logs in is somebody on any day
    row(6, "d3", "purchase", "03 11:05", user_id="ann"),
    row(7, None, "page_view", "03 12:00"),
]
APP = [
    row(1, "p1", "page_view", "02 09:00"),
    row(2, "p1", "purchase", "09 09:00"),
    row(3, "p2", "page_view", "02 09:00"),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("identity")
    cohort = {"return": "viewed", "interval": "week", "intervals": 2}
    project = Project(
        folder,
        sources={
            "generic": [
                {
                    "property": "blog",
                    "files": str(write_rows(folder / "blog.parquet", BLOG)),
                    "identity_scope": "day",
                },
                {"property": "app", "files": str(write_rows(folder / "app.parquet", APP))},
            ]
        },
        goals=GOALS,
        funnels=[
            {"name": "by_visitor", "steps": STEPS, "window": "30 days"},
            {"name": "by_session", "steps": STEPS, "window": "1 day", "unit": "session"},
        ],
        cohorts=[
            {"name": "seen", "start": "first_seen", **cohort},
            {"name": "views", "start": "viewed", **cohort},
            {"name": "days", "start": "first_seen", **cohort, "return": "any_event"},
        ],
    )
    project.build()
    return project


def test_sessions_of_a_day_are_sessions(built):
    assert built.values("""
        select source_property, visitor_key > 0, count(*), sum(events)
        from sessions group by 1, 2 order by 1, 2
    """) == [("app", True, 3, 3), ("blog", False, 3, 4), ("blog", True, 1, 2)]


def test_visitors_are_those_who_can_come_back(built):
    found = built.values("select visitor_id from visitors order by 1")
    assert found == [("ann",), ("p1",), ("p2",)]


def test_no_id_of_a_day_reaches_a_cohort(built):
    sizes = built.values("""
        select cohort_name, sum(cohort_size) from cohort_retention
        where interval_number = 0 and breakdown_name = 'all' group by 1 order by 1
    """)
    assert sizes == [("days", 3), ("seen", 3), ("views", 3)]


def test_funnels_of_visitors_leave_them_out_and_those_of_sessions_do_not(built):
    reached = built.values("""
        select funnel_name, step_number, units_reached from funnel_steps
        where breakdown_name = 'all' order by 1, 2
    """)
    assert reached == [
        ("by_session", 1, 6), ("by_session", 2, 2), ("by_visitor", 1, 3), ("by_visitor", 2, 2),
    ]  # fmt: skip
    # views of d1 (two), d2 and the row without an id; the order of d1
    assert built.values("""
        select step_number, completions_without_unit from funnel_steps
        where funnel_name = 'by_visitor' and breakdown_name = 'all' order by 1
    """) == [(1, 4), (2, 1)]


def test_goals_count_their_completions_but_not_them(built):
    assert built.values("""
        select goal_name, sum(eligible_units), sum(completed_units), sum(completions)
        from goal_status group by 1 order by 1
    """) == [("ordered", 3, 2, 2), ("viewed", 4, 3, 7)]


def test_coverage_says_why(built):
    assert built.values("""
        select source_property, identity_scope, events, sessions, visitors, left_out_because is null
        from identity_coverage order by 1, 2
    """) == [
        ("app", "person", 3, 3, 2, True),
        ("blog", "day", 4, 3, 0, False),
        ("blog", "none", 1, 0, 0, False),
        ("blog", "person", 2, 1, 1, True),
    ]
