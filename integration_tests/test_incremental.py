"""Building in steps gives what building at once gives, row for row."""

import os
from random import Random

import pytest
from helpers import Project, duckdb, generic, write_rows
from logs import generic_row, random_logs, several_ids

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
    """A folder of files with load times in the order of writing: file times have whole seconds."""

    def __init__(self, folder):
        self.folder = folder
        self.clock = 1_735_000_000

    def put(self, name, events):
        path = write_rows(self.folder / name, [generic_row(event) for event in events])
        self.clock += 60
        os.utime(path, (self.clock, self.clock))


def contents(project):
    """All rows; `shard_version` tells which reading of a file or table a row is of."""
    return {
        table: [
            {name: value for name, value in row.items() if name != "shard_version"}
            for row in project.rows(f"from {table} order by all")
        ]
        for table in TABLES
    }


def assert_equal(found, expected):
    """Row for row; says which columns of the first row that differs."""
    for table in TABLES:
        assert len(found[table]) == len(expected[table]), table
        for one, other in zip(found[table], expected[table]):
            wrong = {name: (one[name], other[name]) for name in one if one[name] != other[name]}
            assert not wrong, (table, other)


def assert_same(project, folder):
    """What stands in `project` is what a database that never saw the steps before gets."""
    fresh = Project(folder, **project.variables)
    fresh.build(*SELECT)
    assert_equal(contents(project), contents(fresh))


def login(event, user):
    return {**event, "user_id": user}


def split(events):
    """Three days of deliveries, by time."""
    ordered = sorted(events, key=lambda event: event["at"])
    third = len(ordered) // 3
    return ordered[:third], ordered[third : 2 * third], ordered[2 * third :]


def add_files(inbox, days):
    """Two more days, one after the other."""
    inbox.put("day2.parquet", days[1])
    yield
    inbox.put("day3.parquet", days[2])
    yield


def late_file(inbox, days):
    """Old events that come last."""
    inbox.put("day3.parquet", days[2])
    yield
    inbox.put("day2_late.parquet", days[1])
    yield


def duplicates_across_files(inbox, days):
    """Rows that an earlier file had already, some of them with another content."""
    moved = [{**event, "page_path": "/moved"} for event in days[0][:50]]
    inbox.put("day2.parquet", days[1] + days[0][50:150])
    yield
    inbox.put("day3.parquet", days[2] + moved)
    yield


def restated_file(inbox, days):
    """A daily file written again: rows gone, rows changed, rows new."""
    inbox.put("day2.parquet", days[1])
    yield
    changed = [{**event, "event_name": "c"} for event in days[0][100:200]]
    inbox.put("day1.parquet", days[0][200:] + changed + days[2][:50])
    yield


def restated_file_frees_a_duplicate(inbox, days):
    """The copy that counted goes away, so that the other copy counts."""
    copies = [{**event, "page_path": "/copy"} for event in days[0][:100]]
    inbox.put("day2.parquet", days[1] + copies)
    yield
    inbox.put("day1.parquet", days[0][100:])
    yield


def login_that_stitches(inbox, days):
    """Two devices become one person, and an earlier login changes who that is."""
    inbox.put("day3.parquet", [login(event, "late " + event["properties"]["person"][:2])
                               if event["anonymous_id"] else event for event in days[2][:200]])  # fmt: skip
    yield
    inbox.put("day2.parquet", [login(event, "early " + event["properties"]["person"][:2])
                               if event["anonymous_id"] else event for event in days[1][:200]])  # fmt: skip
    yield


def login_taken_back(inbox, days):
    """A re-stated file without the login takes the stitching apart again."""
    inbox.put("day2.parquet", [login(event, "somebody") for event in days[1][:100]])
    yield
    inbox.put("day2.parquet", days[1][:100])
    yield


def rejected_then_mended(inbox, days):
    """Rows without a name, delivered again with one; and the other way round."""
    inbox.put("day2.parquet", [{**event, "event_name": None} for event in days[1][:100]])
    yield
    inbox.put("day2.parquet", days[1])
    inbox.put("day1.parquet", [{**event, "event_name": None} for event in days[0][:20]] + days[0][20:])
    yield


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


@pytest.mark.parametrize("story", STORIES)
def test_steps_equal_full_refresh(tmp_path, story):
    days = split(random_logs(Random(story.__name__), 150, ids=several_ids))
    inbox = Inbox(tmp_path / "in")
    inbox.put("day1.parquet", days[0])
    project = Project(tmp_path / "steps", **generic(tmp_path / "in" / "*.parquet"), **CONFIG)
    project.directory.mkdir()
    (tmp_path / "full").mkdir()
    project.build(*SELECT)
    for _ in story(inbox, days):
        project.build(*SELECT)
    assert_same(project, tmp_path / "full")


def test_second_build_changes_nothing(tmp_path):
    inbox = Inbox(tmp_path / "in")
    inbox.put("day1.parquet", random_logs(Random(1), 100, ids=several_ids))
    project = Project(tmp_path, **generic(tmp_path / "in" / "*.parquet"), **CONFIG)
    project.build(*SELECT)
    before = contents(project)
    project.build(*SELECT)
    assert_equal(contents(project), before)


def test_table_as_source(tmp_path):
    """A table with load times: new rows, a late row and a login are taken in."""
    days = split(random_logs(Random(2), 60, ids=several_ids))
    write_rows(tmp_path / "rows.parquet", map(generic_row, [*days[0], *days[1], *days[2]]))
    project = Project(
        tmp_path, sources={"generic": {"relation": "raw.shop_events"}}, **CONFIG
    )
    (tmp_path / "full").mkdir()

    def load(database, first, last):
        with duckdb.connect(str(database)) as connection:
            connection.execute("create schema if not exists raw")
            connection.execute(
                "create table if not exists raw.shop_events as"
                f" select *, null::timestamp as loaded_at from '{tmp_path}/rows.parquet' limit 0"
            )
            for number in range(first, last):
                # Day by day, each loaded a day later; the rows of a day are every third.
                connection.execute(
                    "insert into raw.shop_events"
                    f" select *, timestamp '2025-01-0{number + 1} 12:00:00'"
                    f" from '{tmp_path}/rows.parquet' where file_row_number % 3 = {number}"
                )

    for number in range(3):
        load(project.database, number, number + 1)
        project.build(*SELECT)
    fresh = Project(tmp_path / "full", **project.variables)
    load(fresh.database, 0, 3)
    fresh.build(*SELECT)
    assert_equal(contents(project), contents(fresh))
