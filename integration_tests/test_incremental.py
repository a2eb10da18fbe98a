"""Building in steps gives what building at once gives, row for row."""

import os
from itertools import zip_longest
from random import Random

import duckdb
import pytest

from helpers import Project, assert_equal, generic, write_rows
from logs import generic_row, random_log, random_logs, several_ids

TABLES = [
    "visitor_aliases",
    "events",
    "rejected_events",
    "sessions",
    "visitors",
    "goal_completions",
    "funnel_steps",
    "funnel_trends",
    "cohort_retention",
]
CONFIG = {
    "goals": [
        *({"name": name, "match": {"event": name}} for name in "abc"),
        {"name": "b_after_a", "match": {"event": "b"}, "after": {"goal": "a", "within": "1 hour"}},
        {"name": "first_c", "match": {"event": "c"}, "counting": "once_per_visitor"},
        {"name": "second_session", "match": {"where": {"is_session_start": True}},
         "min_occurrences": 2, "within": "2 hours"},
    ],
    "funnels": [
        {"name": "a_b_c", "steps": ["a", "b", "c"], "window": "1 hour", "breakdowns": ["person"]}
    ],
    "cohorts": [{"name": "a_to_b", "start": "a", "return": "b", "interval": "day", "intervals": 3}],
}  # fmt: skip
SELECT = [f"+{table}" for table in TABLES]


class Inbox:
    """The files of one story, with load times in the order of writing."""

    clock = 1_735_000_000

    def __init__(self, folder, story):
        self.folder = folder
        self.story = story

    def put(self, name, events):
        path = self.folder / f"{self.story}_{name}.parquet"
        write_rows(path, [generic_row(event) for event in events])
        Inbox.clock += 60
        os.utime(path, (Inbox.clock, Inbox.clock))


# Each story has persons of its own. It gets three parts of their events, of which the first is
# already in the file day1, and changes the files in two steps.


def add_files(put, early, middle, late):
    """Two more days, one after the other."""
    put("day2", middle)
    yield
    put("day3", late)


def late_file(put, early, middle, late):
    """Old events that come last."""
    put("day3", late)
    yield
    put("day2_late", middle)


def duplicates_across_files(put, early, middle, late):
    """Rows that an earlier file had already, some of them with another content."""
    put("day2", middle + early[:50])
    yield
    put("day3", late + [{**event, "page_path": "/moved"} for event in early[25:75]])


def restated_file(put, early, middle, late):
    """A daily file written again: rows gone, rows changed, rows new."""
    put("day2", middle)
    yield
    put("day1", [{**event, "event_name": "c"} for event in early[50:100]] + early[100:] + late[:50])


def restated_file_frees_a_duplicate(put, early, middle, late):
    """The copy that counted goes away, so that the other copy counts."""
    put("day2", middle + [{**event, "page_path": "/copy"} for event in early[:100]])
    yield
    put("day1", early[100:])


def login_that_stitches(put, early, middle, late):
    """Two devices become one person, and an earlier login changes who that is."""
    put("day3", with_login(late, "late"))
    yield
    put("day2", with_login(middle, "early"))


def login_taken_back(put, early, middle, late):
    """A re-stated file without the login takes the stitching apart again."""
    put("day2", with_login(middle, "somebody"))
    yield
    put("day2", middle)


def rejected_then_mended(put, early, middle, late):
    """Rows without a name, delivered again with one; and the other way round."""
    put("day2", [{**event, "event_name": None} for event in middle[:100]])
    yield
    put("day2", middle)
    put("day1", [{**event, "event_name": None} for event in early[:20]] + early[20:])


STORIES = [
    add_files,
    late_file,
    duplicates_across_files,
    restated_file,
    restated_file_frees_a_duplicate,
    login_that_stitches,
    login_taken_back,
    rejected_then_mended,
]


def with_login(events, user):
    """A login on every device, shared by the persons of a story whose numbers begin alike."""
    return [
        {**event, "user_id": f"{event['properties']['person'][:-1]}_{user}"}
        if event["anonymous_id"]
        else event
        for event in events
    ]


def contents(project):
    """All rows; `shard_version` tells which reading of a file or table a row is of."""
    return {
        table: [
            {name: value for name, value in row.items() if name != "shard_version"}
            for row in project.rows(f"from {table} order by all")
        ]
        for table in TABLES
    }


def of_story(tables, story):
    """Rows that any id or value puts in this story."""
    mark = f"{story}_p"
    return {
        table: [row for row in rows if any(mark in str(value) for value in row.values())]
        for table, rows in tables.items()
    }


def assert_same(found, expected):
    for table in TABLES:
        assert_equal(found[table], expected[table], table)


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    """The project after all steps of all stories, and the same input built at once."""
    folder = tmp_path_factory.mktemp("steps")
    running = []
    for story in STORIES:
        name = story.__name__
        random = Random(name)
        events = [
            event
            for number in range(100)
            for event in random_log(random, f"{name}_p{number:02}", ids=several_ids)
        ]
        events.sort(key=lambda event: event["at"])
        third = len(events) // 3
        parts = [events[:third], events[third : 2 * third], events[2 * third :]]
        inbox = Inbox(folder / "in", name)
        inbox.put("day1", parts[0])
        running.append(story(inbox.put, *parts))
    project = Project(folder, **generic(folder / "in" / "*.parquet"), **CONFIG)
    project.build(*SELECT)
    for _ in zip_longest(*running):
        project.build(*SELECT)
    project.build(*SELECT)
    fresh = Project(tmp_path_factory.mktemp("fresh"), **project.variables)
    fresh.build(*SELECT)
    return project, contents(project), contents(fresh)


@pytest.mark.parametrize("story", [story.__name__ for story in STORIES])
def test_story_equals_full_refresh(steps, story):
    _, found, expected = steps
    expected = of_story(expected, story)
    assert len(expected["events"]) > 100
    assert_same(of_story(found, story), expected)


def test_everything_equals_full_refresh(steps):
    _, found, expected = steps
    assert_same(found, expected)


def test_build_without_change_changes_nothing(steps):
    project, before, _ = steps
    project.build(*SELECT)
    assert_same(contents(project), before)


def test_table_as_source(tmp_path):
    """A table with load times: new rows, late rows and logins are taken in."""
    events = random_logs(Random(2), 60, ids=several_ids)
    write_rows(tmp_path / "rows.parquet", map(generic_row, events))
    project = Project(tmp_path, sources={"generic": {"relation": "raw.shop_events"}}, **CONFIG)
    (tmp_path / "full").mkdir()
    fresh = Project(tmp_path / "full", **project.variables)

    def load(database, day):
        """Every third row, loaded at noon of that day."""
        rows = f"select *, timestamp '2025-01-0{day} 12:00:00' as loaded_at from numbered"
        with duckdb.connect(str(database)) as connection:
            connection.execute("create schema if not exists raw")
            connection.execute(
                "create temp view numbered as select * exclude (number) from ("
                "select *, row_number() over (order by event_id) as number"
                f" from '{tmp_path}/rows.parquet') where number % 3 = {day - 1}"
            )
            connection.execute(f"create table if not exists raw.shop_events as {rows} limit 0")
            connection.execute(f"insert into raw.shop_events {rows}")

    for day in (1, 2, 3):
        load(project.database, day)
        load(fresh.database, day)
        project.build(*SELECT)
    fresh.build(*SELECT)
    assert len(project.rows("from events")) == len(events)
    assert_same(contents(project), contents(fresh))


def test_a_new_campaign_alias_reaches_old_events(tmp_path):
    events = tmp_path / "events.parquet"
    duckdb.sql(
        "copy (select 'a' as event_name, timestamp '2024-01-01' as event_at, 'ann' as user_id,"
        f" 'spring-sale' as campaign) to '{events}'"
    )
    project = Project(
        tmp_path, **generic(events), **CONFIG, relations={"campaign_aliases": "main.aliases"}
    )
    with duckdb.connect(str(project.database)) as database:
        database.execute("create table aliases (alias varchar, campaign varchar)")
    project.build("+events")
    assert project.values("select campaign from events") == [("spring-sale",)]
    with duckdb.connect(str(project.database)) as database:
        database.execute("insert into aliases values ('spring-sale', 'spring_sale')")
    project.build("+events")
    assert project.values("select campaign from events") == [("spring_sale",)]
