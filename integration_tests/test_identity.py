"""Ids that last a day, and of people who denied consent: sessions count, and no lasting visitor."""

import pytest

from helpers import Project, write_rows

GOALS = [
    {"name": "viewed", "match": {"event": "page_view"}},
    {"name": "ordered", "match": {"event": "purchase"}, "eligible_after": {"goal": "viewed"}},
]
STEPS = ["viewed", "ordered"]
READ = [
    "+visitors", "+sessions", "+funnel_steps", "+cohort_retention", "+goal_status",
    "+identity_coverage", "+consent_estimates",
]  # fmt: skip


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


def project_of(folder, *inputs):
    cohort = {"return": "viewed", "interval": "week", "intervals": 2}
    return Project(
        folder,
        sources={"generic": list(inputs)},
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


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("identity")
    blog, app = (write_rows(folder / f"{name}.parquet", rows)
                 for name, rows in (("blog", BLOG), ("app", APP)))  # fmt: skip
    project = project_of(
        folder,
        {"property": "blog", "files": str(blog), "identity_scope": "day"},
        {"property": "app", "files": str(app)},
    )
    project.build(*READ)
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


# ---------- consent


def asked(number, who, event, at, consent_state, **more):
    return row(number, who, event, at, consent_state=consent_state, **more)


SHOP = [
    # s1 denies, grants in the same visit, and denies again on the next day
    asked(1, "s1", "page_view", "02 10:00", "denied"),
    asked(2, "s1", "purchase", "02 10:05", "denied"),
    asked(3, "s1", "page_view", "02 10:10", "granted"),
    asked(4, "s1", "page_view", "03 10:00", "denied"),
    asked(5, "s2", "page_view", "02 10:00", "granted"),
    asked(6, "s2", "purchase", "04 10:00", "granted"),
    # a login without consent joins nothing, not even what nobody was asked about
    asked(7, "s3", "page_view", "02 11:00", "denied", user_id="bea"),
    asked(8, "s3", "page_view", "02 11:05", "denied"),
    asked(9, "s3", "page_view", "02 11:10", None),
    asked(10, None, "page_view", "02 12:00", "denied", user_id="cem"),
    asked(11, "s4", "page_view", "02 12:00", "denied"),
    asked(12, "s4", "page_view", "09 12:00", "denied"),
    asked(13, None, "page_view", "02 12:00", "denied"),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("consent")
    project = project_of(folder, {"files": str(write_rows(folder / "shop.parquet", SHOP))})
    project.build(*READ)
    return project


def consented(project):
    """Visitors, sizes of cohorts, units of the first steps, eligible and completed units."""
    return [
        project.values(sql)
        for sql in (
            "select visitor_id, events, sessions from visitors order by 1",
            "select cohort_name, sum(cohort_size) from cohort_retention"
            " where interval_number = 0 and breakdown_name = 'all' group by 1 order by 1",
            "select step_number, units_reached from funnel_steps"
            " where funnel_name = 'by_visitor' and breakdown_name = 'all' order by 1",
            "select goal_name, sum(eligible_units), sum(completed_units), sum(completions)"
            " from goal_status group by 1 order by 1",
        )
    ]


def test_without_consent_there_are_sessions(shop):
    assert shop.values("""
        select consent_state, visitor_id, visitor_key > 0, session_number, events
        from sessions order by 1, 2, started_at
    """) == [
        ("denied", "cem", False, 1, 1),
        ("denied", "s1", False, 1, 2),
        ("denied", "s1", False, 1, 1),
        ("denied", "s3", False, 1, 2),
        ("denied", "s4", False, 1, 1),
        ("denied", "s4", False, 1, 1),
        ("granted", "s1", True, 1, 1),
        ("granted", "s2", True, 1, 1),
        ("granted", "s2", True, 2, 1),
        (None, "s3", True, 1, 1),
    ]
    assert shop.values("select count(*) from events") == [(len(SHOP),)]
    assert shop.values("select count(*) from visitor_aliases") == [(0,)]


def test_without_consent_there_is_no_visitor(shop):
    assert consented(shop) == [
        [("s1", 1, 1), ("s2", 2, 2), ("s3", 1, 1)],
        [("days", 3), ("seen", 3), ("views", 3)],
        [(1, 3), (2, 1)],
        # all completions, and the one of s2, which follows a view
        [("ordered", 3, 1, 1), ("viewed", 3, 3, 11)],
    ]


def test_consent_is_covered_and_estimated(shop):
    assert shop.values("""
        select identity_scope, events, sessions, visitors, left_out_because is null
        from identity_coverage order by 1
    """) == [("denied", 8, 6, 0, False), ("none", 1, 0, 0, False), ("person", 4, 4, 3, True)]
    assert shop.values("""
        select measure, sum(observed_consented), sum(observed_denied), sum(observed_unknown)
        from consent_estimates where coalesce(goal_name, 'viewed') = 'viewed' group by 1 order by 1
    """) == [("completions", 2, 8, 1), ("sessions", 3, 6, 1), ("visitors", 3, 6, 1)]


def test_consent_that_comes_later_is_a_visitor(shop, tmp_path):
    """The file is written again, with the consent that was corrected since."""
    corrected = [
        {**one, "consent_state": "granted"} if one["anonymous_id"] in ("s3", "s4") else one
        for one in SHOP
    ]
    write_rows(shop.directory / "shop.parquet", corrected)
    shop.build(*READ)
    again = project_of(tmp_path, {"files": str(write_rows(tmp_path / "shop.parquet", corrected))})
    again.build(*READ)
    assert consented(shop) == consented(again)
    assert consented(shop)[0] == [("bea", 3, 1), ("s1", 1, 1), ("s2", 2, 2), ("s4", 2, 2)]
