"""Bots and internal traffic are flagged, kept out by default, and counted."""

import duckdb
import pytest

from helpers import Project, write_rows

PERSON = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
CONTRACT = {
    "event_id": "varchar", "event_name": "varchar", "event_at": "timestamp",
    "anonymous_id": "varchar", "user_agent": "varchar", "hostname": "varchar",
}  # fmt: skip


def row(who, at, agent=PERSON, host="shop.example", event="purchase"):
    return {
        "event_id": f"{who} {at}", "event_name": event, "event_at": f"2026-03-{at}",
        "anonymous_id": who, "user_agent": agent, "hostname": host,
    }  # fmt: skip


ROWS = [
    row("ann", "02 10:00"),
    row("ann", "02 10:05"),
    row("ben", "02 10:00", agent="Mozilla/5.0 (Linux; Android 14; CUBOT X30)"),
    row("crawler", "02 10:00", agent="Mozilla/5.0 (compatible; Googlebot/2.1)"),
    row("office", "02 10:00", host="staging.shop.example"),
    # one of ann's, from the office: hers are the others
    row("ann", "02 10:07", host="staging.shop.example"),
    # 6 in a minute, and one in an earlier session
    row("fast", "02 08:00"),
    *(row("fast", f"02 10:00:{second:02}") for second in range(0, 60, 10)),
    # 6 in a bit more than a minute
    *(row("busy", f"02 10:{at // 60:02}:{at % 60:02}") for at in range(0, 78, 13)),
]
READ = ["+visitors", "+sessions", "+funnel_steps"]
FILTERS = [
    ("crawler", "user_agent", "matches", ".*[^u]bot.*"),
    ("office", "hostname", "starts_with", "staging."),
]


class Filtered(Project):
    def set_filters(self, filters):
        with duckdb.connect(str(self.database)) as database:
            database.execute(
                "create or replace table filters (filter_name varchar, column_name varchar,"
                " operator varchar, pattern varchar)"
            )
            database.executemany("insert into filters values (?, ?, ?, ?)", filters)

    def counts(self):
        """{visitor: (events, sessions, completions)} of whom the marts know."""
        return {
            visitor: tuple(rest)
            for visitor, *rest in self.values("""
                select visitor_id, events, sessions,
                    (select count(*) from goal_completions
                     where goal_completions.visitor_key = visitors.visitor_key)
                from visitors
            """)
        }


def project(folder, **settings):
    made = Filtered(
        folder,
        sources={"generic": {"files": str(write_rows(folder / "rows.parquet", ROWS, CONTRACT))}},
        goals=[{"name": "ordered", "match": {"event": "purchase"}}],
        funnels=[{"name": "order", "steps": ["ordered"], "window": "1 day"}],
        cohorts=[],
        relations={"traffic_filters": "main.filters"},
        max_events_per_minute=5,
        **settings,
    )
    made.set_filters(FILTERS)
    made.build(*READ)
    return made


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return project(tmp_path_factory.mktemp("filters"))


PEOPLE = {"ann": (2, 1, 2), "ben": (1, 1, 1), "fast": (1, 1, 1), "busy": (6, 1, 6)}


def test_events_are_flagged_and_counted(built):
    assert built.values("""
        select traffic_filter, count(*) from events where traffic_filter is not null
        group by 1 order by 1
    """) == [("crawler", 1), ("impossible_rate", 6), ("office", 2)]
    assert built.values("select count(*) from events") == [(len(ROWS),)]


def test_people_are_what_is_left(built):
    assert built.counts() == PEOPLE
    assert built.values("select sum(events) from sessions") == [(10,)]
    assert built.values("select units_reached from funnel_steps") == [(4,)]


def test_a_session_starts_with_a_person(built):
    """A flagged event that comes first does not take the session's start with it."""
    assert built.values("""
        select count(*) from events where is_session_start and traffic_filter is not null
    """) == [(0,)]
    assert built.values("select count(*) from events where is_session_start") == [(4,)]


def test_they_may_be_kept(tmp_path):
    kept = project(tmp_path, exclude_filtered_traffic=False)
    assert kept.values("select sum(events) from visitors") == [(len(ROWS),)]
    assert kept.values("select count(*) from events where traffic_filter is not null") == [(9,)]


def test_another_filter_reaches_old_events(tmp_path):
    changed = project(tmp_path)
    changed.set_filters([("tester", "hostname", "equals", "shop.example")])
    changed.build(*READ)
    assert changed.counts() == {"ann": (1, 1, 1), "office": (1, 1, 1)}
    changed.set_filters(FILTERS)
    changed.build(*READ)
    assert changed.counts() == PEOPLE
