"""Refreshing a database step by step gives what building it at once gives, row for row."""

import json
import os
import shutil
import subprocess
import time
from functools import cache
from random import Random

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from helpers import (
    DBT,
    REPOSITORY,
    Failed,
    Project,
    generic,
    micros,
    rows_of,
    thorough,
    write_rows,
)  # fmt: skip
from histories import (
    COLUMNS,
    EXTRA_GOALS,
    START,
    Batch,
    Play,
    Step,
    input_row,
    random_batch,
)  # fmt: skip
from oracles import DAY

# What tells about refreshes and not about the input.
BOOKKEEPING = {"refresh_state", "refresh_log", "source_loads", "visitor_changes"}
VOLATILE = {"shard_version", "shard_state"}
HISTORIES = int(os.environ.get("WAYMARK_HISTORIES", 4))
BATCH = 10
# These follow what changed; all others are built whole, or not at all.
FOLLOWERS = {
    "source_loads", "duplicate_events", "visitor_changes", "events", "sessions", "visitors",
    "goal_completions", "int_visitor_days", "int_activity_days", "int_shard_parameters",
    "int_funnel_unit_days", "funnel_units", "int_funnel_stops",
}  # fmt: skip
# And these stand for all the others, which one rule builds (`rebuild_plan()`), so that a refresh
# takes a third of the time; the histories have every table.
TOTALS = {"funnel_steps", "goal_days", "goal_status", "cohort_retention", "visitor_stickiness"}


# ---------- refresh, rebuild, compare


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    """A database with nothing but the seeds and the tables that `relations` names."""
    project = Project(tmp_path_factory.mktemp("seeded"))
    project.dbt("seed", "--exclude", "path:seeds/fixtures")
    manifest = json.loads((project.directory / "target" / "manifest.json").read_text("utf-8"))
    names = {key: node["name"] for key, node in manifest["nodes"].items()}
    models = [key for key in names if key.startswith("model.")]
    kept = {key for key in models if names[key] in FOLLOWERS | TOTALS | BOOKKEEPING}
    for _ in models:
        kept |= {one for key in kept for one in manifest["parent_map"][key]}
    Database.left_out = [names[key] for key in models if key not in kept]
    with duckdb.connect(str(project.database)) as database:
        database.execute("create table thresholds as from goal_thresholds limit 0")
        database.execute("create table aliases as from campaign_aliases")
        database.execute("create table renamed as from event_aliases limit 0")
        database.execute(
            "create table filters as from traffic_filters where filter_name = 'crawler'"
        )
    return project.database


class Database:
    """A database that is refreshed, and the same built at once."""

    left_out = ()

    def __init__(self, folder, seeded, **variables):
        self.seeded = seeded
        self.project = Project(folder, **variables)
        self.path = self.project.database
        self.sql = []
        shutil.copy(seeded, self.path)

    def execute(self, *statements):
        """On this database and on every rebuilt one."""
        self.sql += statements
        self.by_hand(*statements)

    def by_hand(self, *statements):
        with duckdb.connect(str(self.path)) as database:
            for statement in statements:
                database.execute(statement)

    def refresh(self, *arguments):
        return self.project.dbt("run", "--no-write-json", *self.selected(*arguments))

    def selected(self, *arguments):
        """Arguments of dbt that leave out what this database has not."""
        exclude = [] if "--exclude" in arguments or not self.left_out else ["--exclude"]
        return [*arguments, *exclude, *self.left_out]

    def rebuilt(self):
        """Path of a database of the same input and configuration built at once, and its tables."""
        here = self.path
        kept, fresh = here.with_name("kept.duckdb"), here.with_name("rebuilt.duckdb")
        here.rename(kept)
        try:
            # At the same place dbt needs not parse the project again.
            shutil.copy(self.seeded, here)
            self.by_hand(*self.sql)
            results = self.refresh().results
            here.rename(fresh)
        finally:
            here.unlink(missing_ok=True)
            kept.rename(here)
        models = [one.node for one in results if one.node.resource_type == "model"]
        tables = [node.name for node in models if node.config.materialized != "view"]
        return fresh, [table for table in tables if table not in BOOKKEEPING]

    def difference(self, ignored=frozenset()):
        return difference(self.path, *self.rebuilt(), ignored)


def difference(found, expected, tables, ignored=frozenset()):
    """The first row of the first table, in building order, that a rebuild has otherwise."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{found}' as found (read_only)")
        connection.execute(f"attach '{expected}' as expected (read_only)")
        wrong = [text for table in tables if (text := table_difference(connection, table, ignored))]
    if wrong:
        others = ", ".join(text.partition(":")[0] for text in wrong[1:])
        return wrong[0] + (f"\nalso different: {others}" if others else "")
    return None


def table_difference(connection, table, ignored):
    columns = [
        # The order of a sum is nobody's promise.
        f"round({name}, 9) as {name}" if kind == "DOUBLE" else name
        for name, kind in connection.execute(
            f"select column_name, column_type from (describe expected.{table})"
        ).fetchall()
        if name not in VOLATILE | ignored
    ]
    sides = [f"select {', '.join(columns)} from {side}.{table}" for side in ("found", "expected")]
    extra = rows_of(connection, f"{sides[0]} except all {sides[1]} order by all")
    missing = rows_of(connection, f"{sides[1]} except all {sides[0]} order by all")
    if not extra and not missing:
        return None
    lines = [f"{table}: {len(extra)} rows that a rebuild has not, {len(missing)} that it has"]
    if extra and missing:
        row = extra[0]
        nearest = max(missing, key=lambda other: sum(row[name] == other[name] for name in row))
        unlike = {name: (row[name], nearest[name]) for name in row if row[name] != nearest[name]}
        lines += [f"  (found, rebuilt): {unlike}", f"  in {nearest}"]
    else:
        lines += [f"  found only: {row}" for row in extra[:1]]
        lines += [f"  missing: {row}" for row in missing[:1]]
    return "\n".join(lines)


# ---------- random histories


def outcome(batch, folder, seeded):
    """What differs from a rebuild, and where; None if nothing does."""
    (folder / "in").mkdir()
    play = Play(batch, folder / "in")
    database = Database(folder, seeded, **play.configuration.variables())
    database.left_out = ()
    database.refresh()
    for number in range(len(batch.steps)):
        step = play.take(number)
        database.project.variables = play.configuration.variables()
        database.execute(*play.configuration.sql)
        play.configuration.sql.clear()
        if play.configuration.is_refused:
            assert "--full-refresh" in database.project.error("run")
            database.refresh("--full-refresh")
        else:
            database.refresh()
        if step.is_compared:
            wrong = database.difference()
            if wrong:
                return f"after step {number + 1}, {wrong}"
    return None


@pytest.fixture(scope="module")
def played(tmp_path_factory, seeded):
    """`outcome` of the batch of a seed; with a failure comes a batch that is hardly larger."""

    def at_work(batch):
        folder = tmp_path_factory.mktemp("batch")
        try:
            return outcome(batch, folder, seeded)
        finally:
            shutil.rmtree(folder)

    @cache
    def play(seed):
        batch = random_batch(seed, BATCH)
        wrong = at_work(batch)
        if wrong is None:
            return None
        said = [str(batch), wrong]
        for _ in range(int(os.environ.get("WAYMARK_REDUCTIONS", 0))):
            for smaller in batch.smaller():
                try:
                    less = at_work(smaller)
                except Failed:
                    continue
                if less:
                    batch, said = smaller, [*said[:2], f"already in {smaller}", less]
                    break
            else:
                break
        return "\n".join(said)

    return play


@settings(max_examples=max(HISTORIES // BATCH, 1), deadline=None, database=None,
          phases=[Phase.generate])  # fmt: skip
@given(st.integers(0, 2**32))
def test_histories(played, seed):
    wrong = played(seed)
    assert wrong is None, wrong


# ---------- what else may happen between two refreshes


class Story:
    """One input that arrives in three loads; a database after the first, and the end of the story.

    Whatever happens to the database on the way, its end is the same.
    """

    def __init__(self, folder, seeded):
        self.folder = folder
        self.inbox = folder / "in"
        self.inbox.mkdir()
        play = Play(Batch("story", (Step({"h1": "new_day", "h2": "new_day"}, ()),)), self.inbox)
        for name, definitions in EXTRA_GOALS.items():
            play.configuration.goals[name] = definitions[0]
        self.variables = play.configuration.variables()
        self.database = Database(folder, seeded, **self.variables)
        first, second = play.histories["h1"], play.histories["h2"]
        first.new_day()
        second.login_joins_two()
        # One who comes once, whose file is emptied; one who logs in at last.
        passer = first.event(START + DAY, "passer", anonymous_id="passer_phone", user_id=None)
        visits = [
            first.event(START + day * DAY, "late", anonymous_id="late_phone", user_id=user)
            for day, user in ((1, None), (0, None), (3, "late_login"))
        ]
        first.put("passer", [passer])
        first.put("late1", visits[:1])
        self.keep(1)
        self.database.refresh()
        shutil.copy(self.database.path, folder / "first.duckdb")
        play.clock.tick(DAY)
        first.restated_day()
        first.late_outside_look_back()
        second.new_day()
        first.put("passer", [])
        first.put("late2", visits[1:2])
        self.keep(2)
        play.clock.tick(DAY)
        first.login_joins_two()
        first.the_copy_that_counted_goes()
        second.logins_taken_back()
        second.rejected_and_mended()
        second.new_day()
        first.put("late3", visits[2:])
        self.keep(3)
        end, tables = self.database.rebuilt()
        # A test may build another one at its place.
        self.end = end.rename(folder / "end.duckdb"), tables

    def keep(self, load):
        shutil.copytree(self.inbox, self.folder / f"load{load}")

    def arrive(self, load):
        """The files as they are after that load; their times go with them."""
        shutil.rmtree(self.inbox)
        shutil.copytree(self.folder / f"load{load}", self.inbox)

    def begin(self):
        self.arrive(1)
        self.database.project.variables = self.variables
        self.database.path.with_suffix(".duckdb.wal").unlink(missing_ok=True)
        shutil.copy(self.folder / "first.duckdb", self.database.path)
        return self

    def refresh(self, *arguments):
        return self.database.refresh(*arguments)

    def assert_end(self):
        wrong = difference(self.database.path, *self.end)
        assert wrong is None, wrong

    def command(self, *arguments):
        """dbt in a process of its own, as a scheduler starts it."""
        return [
            *DBT, *self.database.selected(*arguments),
            "--project-dir", str(REPOSITORY), "--profiles-dir", str(REPOSITORY),
            "--target-path", str(self.folder / "own_target"),
            "--log-path", str(self.folder / "logs"), "--no-use-colors",
            "--vars", json.dumps(self.database.project.variables),
        ]  # fmt: skip

    def start(self, *arguments):
        return subprocess.Popen(
            self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "WAYMARK_DATABASE": str(self.database.path)},
        )  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory, seeded):
    return Story(tmp_path_factory.mktemp("story"), seeded)


@pytest.fixture
def story(told):
    return told.begin()


def test_three_loads(story):
    for load in (2, 3):
        story.arrive(load)
        story.refresh()
        built = story.database.project.values(
            "select model_name, max(sequence_number) filter (definition = ':whole')"
            " > max(sequence_number) filter (definition = '') from refresh_state group by 1"
        )
        assert FOLLOWERS <= {name for name, _ in built}
        assert not FOLLOWERS & {name for name, is_whole in built if is_whole}
    story.assert_end()


def test_all_loads_in_one_refresh(story):
    story.arrive(3)
    story.refresh()
    story.assert_end()


def test_nothing_new(story):
    story.arrive(3)
    story.refresh()
    story.refresh()
    story.assert_end()


def test_a_mart_knows_its_own_sql(told):
    """Totals whose SQL was edited are built again, though nothing that they read changed."""
    plan = "select '{{ waymark.rebuild_plan([], ['goals']).definitions.settings }}' as hash"
    first, again, edited = (
        told.database.project.dbt("compile", "--inline", sql).results[0].node.compiled_code
        for sql in (plan, plan, f"{plan}, 1 as edited")
    )
    assert first == again
    assert edited != f"{first}, 1 as edited"


@pytest.mark.parametrize("number", [0, pytest.param(1, marks=thorough)])
def test_killed(story, number):
    """Twice, each time with new rows, at any moment while models are built."""
    random = Random(f"killed {number}")
    models = len(story.end[1])
    for load in (2, 3):
        story.arrive(load)
        process = story.start("run")
        seen = []
        last = random.randint(1, models)
        for line in process.stdout:
            seen.append(line)
            if f" {last} of " in line and " START " in line:
                break
        else:
            raise AssertionError("".join(seen))
        time.sleep(random.choice([0, 0.02, 0.1]))
        process.kill()
        process.communicate()
    story.refresh()
    story.assert_end()


def test_two_at_once(story):
    """DuckDB has one writer: the second run stops at once and says who holds the database."""
    story.arrive(3)
    processes = [story.start("run") for _ in range(2)]
    said = [process.communicate()[0] for process in processes]
    codes = [process.returncode for process in processes]
    assert 0 in codes, said
    for code, text in zip(codes, said):
        assert code == 0 or "Conflicting lock is held in" in text, text
    story.refresh()
    story.assert_end()


@thorough
def test_clock_steps_back(story):
    """Files that were written earlier than those that were read, or so their times say."""
    story.arrive(3)
    for number, path in enumerate(sorted(story.inbox.iterdir())):
        if number % 2:
            os.utime(path, (1_600_000_000, 1_600_000_000))
    story.refresh()
    wrong = story.database.difference()
    assert wrong is None, wrong


# None is built from another of its line: what is, is built whole after it.
DROPPED = [
    ("stg_generic__events", "visitors", "int_activity_days", "funnel_units"),
    pytest.param(("duplicate_events", "goal_completions", "int_visitor_days"), marks=thorough),
    pytest.param(("visitor_aliases", "events"), marks=thorough),
]


@pytest.mark.parametrize("tables", DROPPED, ids="-".join)
def test_table_dropped_by_hand(story, tables):
    story.database.by_hand(*(f"drop table {table}" for table in tables))
    story.arrive(3)
    story.refresh()
    story.assert_end()


@thorough
def test_table_emptied_and_view_dropped_by_hand(story):
    story.database.by_hand("delete from stg_generic__events", "drop view staged_events")
    story.arrive(3)
    story.refresh()
    story.assert_end()


# What is run after the second load, and after the third.
PARTS = [
    ([["goal_completions"], ["stg_generic__events"], ["tag:marts"]],
     [["events", "sessions"], ["tag:intermediate"]]),
    pytest.param(
        ([["+goal_completions"]], [["stg_generic__events+1", "+events"]]), marks=thorough,
    ),
    pytest.param(
        ([["tag:staging", "tag:core"]], [["tag:marts"], ["tag:staging", "tag:core"]]),
        marks=thorough,
    ),
]  # fmt: skip


@pytest.mark.parametrize("parts", PARTS, ids=range(len(PARTS)))
def test_parts_first_and_then_all(story, parts):
    for load, selections in zip((2, 3), parts):
        story.arrive(load)
        for selection in selections:
            story.refresh("--select", *selection)
    story.refresh()
    story.assert_end()


@pytest.mark.parametrize(
    "parts",
    [
        ("stg_generic__events", "int_funnel_unit_days"),
        pytest.param(("goal_completions", "events"), marks=thorough),
    ],
)
def test_full_refresh_of_a_part(story, parts):
    for load, part in zip((2, 3), parts):
        story.arrive(load)
        story.refresh("--full-refresh", "--select", part)
        story.refresh()
    story.assert_end()


@pytest.mark.parametrize(
    "part",
    [["--full-refresh", "--select", "stg_generic__events", "events"],
     ["--exclude", "visitor_aliases", "visitors", "int_visitor_days"]],
    ids=["events whole", "without aliases"],
)  # fmt: skip
def test_part_with_data_and_then_all(story, part):
    """Rows that went, moved to another visitor or came while some tables were left out."""
    story.arrive(3)
    story.refresh(*part)
    story.refresh()
    story.assert_end()


@thorough
def test_part_with_definitions_and_then_all(story):
    """A table may not count as built by definitions that a table before it had not yet."""
    database = story.database
    variables = database.project.variables
    other = {"c": {"match": {"event": "d"}}}
    goals = [{**one, **other.get(one["name"], {})} for one in variables["goals"]]
    funnels = [{**one, "window": "50 hours"} for one in variables["funnels"]]
    goals.append({"name": "new", "match": {"event": "a"}})
    changed = {**variables, "goals": goals, "funnels": funnels}
    database.project.variables = changed
    database.refresh("--select", "goal_completions")
    database.refresh()
    expected = database.rebuilt()
    assert difference(database.path, *expected) is None
    database.project.variables = variables
    database.refresh("--select", "tag:marts")
    database.refresh()
    assert database.difference() is None
    database.project.variables = changed
    database.refresh("--select", "tag:intermediate")
    database.refresh()
    assert difference(database.path, *database.rebuilt()) is None


TAMPERED = {
    "loads dropped": ["drop table source_loads"],
    "load deleted": ["delete from source_loads where source_shard like '%passer%'"],
    "states deleted": ["delete from refresh_state where model_name like '%e%'"],
    "states huge": [
        f"update refresh_state set revision = {2**63 - 1}",
        f"update refresh_log set revision = {2**63 - 1}",
    ],
    "states low": ["update refresh_state set revision = 1 where model_name <> 'source_loads'"],
}


@pytest.mark.parametrize("statements", TAMPERED.values(), ids=TAMPERED)
def test_bookkeeping_changed_by_hand(story, statements):
    """And a file has lost all its rows, the last rows of its persons among them."""
    story.database.by_hand(*statements)
    story.arrive(3)
    story.refresh()
    story.assert_end()


def test_devices_move_while_changes_wait(story):
    """Events of visitors that changed go, and to one who is not yet among the changes."""
    story.arrive(2)
    story.refresh("--select", "+visitor_changes")
    story.arrive(3)
    story.refresh("--select", "stg_generic__events", "source_loads", "visitor_aliases")
    story.refresh("--select", "events")
    story.refresh()
    story.assert_end()


@thorough
def test_unfinished_changes_changed_by_hand(story):
    """The changes that no table has followed yet are deleted."""
    story.arrive(3)
    story.refresh("--select", "stg_generic__events", "staged_events", "+visitor_changes")
    story.database.by_hand("delete from visitor_changes")
    story.refresh()
    story.assert_end()


@thorough
def test_empty_over_a_filled_database(story):
    story.arrive(2)
    story.refresh("--empty")
    story.arrive(3)
    story.refresh()
    story.assert_end()


def test_failed_model_and_then_all(story):
    """A model in the middle fails: what follows is skipped, and made good by the next run."""
    story.arrive(2)
    variables = story.database.project.variables
    story.database.project.variables = {
        **variables,
        "funnels": [
            *variables["funnels"],
            {"name": "typo", "steps": ["a"], "window": "1 hours", "breakdowns": ["no such key"]},
        ],
    }
    with pytest.raises(Failed, match="no such key"):
        story.refresh()
    story.database.project.variables = variables
    story.arrive(3)
    story.refresh()
    story.assert_end()


@thorough
def test_definitions_go_and_come_back(story):
    variables = story.database.project.variables
    story.database.project.variables = {**variables, "goals": [], "funnels": [], "cohorts": []}
    # Without new rows, nothing else makes the tables look.
    story.refresh()
    assert story.database.project.values("select count(*) from goal_completions") == [(0,)]
    story.database.project.variables = variables
    story.arrive(3)
    story.refresh()
    story.assert_end()


# ---------- tables as sources: only the days of the look-back are read again


@thorough
def test_table_as_source(tmp_path, seeded):
    """Days by load time: new, re-stated inside the look-back, and a backfill of an older range."""
    play = Play(Batch("table", ()), tmp_path)
    events = [event for day in range(9) for event in play.histories["base"].visits(day)]
    rows = write_rows(tmp_path / "rows.parquet", map(input_row, events), COLUMNS)
    variables = {
        **play.configuration.variables(),
        "sources": {"generic": {"relation": "raw.shop_events"}},
    }
    database = Database(tmp_path, seeded, **variables)

    def load(day, third):
        return (
            "insert into raw.shop_events"
            f" select * exclude (number), timestamp '2025-01-{day} 12:00'"
            f" from (select *, row_number() over (order by event_at, event_id) as number"
            f" from '{rows}') where number % 4 = {third}"
        )

    database.execute(
        "create schema raw",
        f"create table raw.shop_events as select *, now()::timestamp as loaded_at from '{rows}'"
        " limit 0",
        load(10, 0),
    )
    database.refresh()
    database.execute(load(12, 1))
    database.refresh()
    assert database.difference() is None
    database.execute(
        load(13, 2),
        "delete from raw.shop_events where loaded_at::date = '2025-01-10' and page_path = '/x'",
        "insert into raw.shop_events select * replace (event_id || '_new' as event_id)"
        " from raw.shop_events where loaded_at::date = '2025-01-12' and page_path = '/y'",
        "update raw.shop_events set event_name = 'c', anonymous_id = 'base_p1_phone'"
        " where loaded_at::date = '2025-01-12' and page_path = '/x'",
    )
    database.refresh()
    assert database.difference() is None
    database.execute("delete from raw.shop_events where loaded_at::date = '2025-01-12'")
    database.refresh()
    assert database.difference() is None
    database.execute(load("02", 3))
    database.refresh()
    assert "missing" in (database.difference() or "nothing is"), "older than the look-back"
    database.project.variables = {**variables, "lookback_days": 30}
    database.refresh()
    assert database.difference() is None


@thorough
def test_load_time_in_the_future(tmp_path, seeded):
    """One row loaded by a clock that is years ahead does not hide those that come after it."""
    database = Database(
        tmp_path, seeded, sources={"generic": {"relation": "raw.shop_events"}},
        goals=[], funnels=[], cohorts=[],
    )  # fmt: skip
    database.execute(
        "create schema raw",
        "create table raw.shop_events as select 'a' as event_name, 'ann' as user_id,"
        " timestamp '2025-01-01' as event_at, timestamp '2099-01-01' as loaded_at",
    )
    database.refresh()
    database.execute(
        "insert into raw.shop_events select 'b', 'ben', timestamp '2025-01-02',"
        " timestamp '2025-01-02'"
    )
    database.refresh()
    assert database.difference() is None
    assert database.project.values("select count(*) from events") == [(2,)]


@thorough
def test_some_rows_without_load_times(tmp_path, seeded):
    """They are read again whole, and do not move the look-back of the others."""
    database = Database(
        tmp_path, seeded, sources={"generic": {"relation": "raw.shop_events"}},
        goals=[], funnels=[], cohorts=[],
    )  # fmt: skip

    def insert(name, loaded_at):
        return (
            f"insert into raw.shop_events select '{name}', 'ann',"
            f" timestamp '2025-01-01', {loaded_at}"
        )

    database.execute(
        "create schema raw",
        "create table raw.shop_events (event_name varchar, user_id varchar, event_at timestamp,"
        " loaded_at varchar)",
        insert("a", "'2025-01-10 12:00'"),
        insert("b", "null"),
        insert("c", "'soon'"),
    )
    database.refresh()
    for statement in (
        insert("d", "'2025-01-12 12:00'"),
        insert("e", "null"),
        "delete from raw.shop_events where event_name = 'b'",
        "update raw.shop_events set loaded_at = '2025-01-13' where loaded_at is null",
        "update raw.shop_events set loaded_at = null where event_name = 'd'",
    ):
        database.execute(statement)
        database.refresh()
    assert database.difference(ignored={"loaded_at"}) is None
    assert database.project.values("select event_name from events order by 1") == [
        ("a",), ("c",), ("d",), ("e",),
    ]  # fmt: skip


@thorough
def test_table_without_load_times(tmp_path, seeded):
    """It is read again whole."""
    variables = {
        "sources": {"generic": {"relation": "raw.shop_events"}},
        "goals": [{"name": name, "match": {"event": name}} for name in "ab"],
        "funnels": [{"name": "f", "steps": ["a", "b"], "window": "1 hours"}],
        "cohorts": [{"name": "k", "start": "a", "return": "b", "interval": "day", "intervals": 3}],
    }
    database = Database(tmp_path, seeded, **variables)
    database.execute(
        "create schema raw",
        "create table raw.shop_events as select event_name, event_at::timestamp as event_at,"
        " anonymous_id, user_id from (values ('a', '2025-01-01 10:00', 'phone', null),"
        " ('b', '2025-01-01 10:10', 'phone', null), ('a', '2025-01-02 10:00', 'laptop', 'ann'))"
        " as rows (event_name, event_at, anonymous_id, user_id)",
    )
    database.refresh()
    for statement in (
        "update raw.shop_events set user_id = 'ann' where event_name = 'b'",
        "delete from raw.shop_events where event_name = 'b'",
        "delete from raw.shop_events",
        "insert into raw.shop_events values ('b', '2025-01-01 10:20', 'phone', 'ben')",
    ):
        database.execute(statement)
        database.refresh()
        assert database.difference(ignored={"loaded_at"}) is None, statement


@thorough
def test_ga4_table_with_restated_days(tmp_path, seeded):
    """GA4 changes the days before yesterday; a day outside the look-back stays as it was read."""
    variables = {
        "sources": {"ga4": {"relation": "raw.ga4"}},
        "goals": [{"name": name, "match": {"event": name}} for name in "ab"],
        "funnels": [{"name": "f", "steps": ["a", "b"], "window": "3 days"}],
        "cohorts": [{"name": "k", "start": "a", "return": "b", "interval": "day", "intervals": 3}],
    }
    database = Database(tmp_path, seeded, **variables)

    def day(number, persons):
        """Two events of each person, in one session of the export."""
        return (
            "insert into raw.ga4 select"
            f" '202501{number:02}', epoch_us(timestamp '2025-01-{number:02} 10:00')"
            " + person * 60000000 + event * 1000000, ['a', 'b'][event + 1], 'device ' || person,"
            " case when event = 1 and person % 3 = 0 then 'user ' || person end,"
            " [{'key': 'ga_session_id', 'value': {'string_value': null::varchar,"
            f" 'int_value': {number}::bigint, 'double_value': null::double}}}}]"
            f" from range({persons}) as persons (person), range(2) as events (event)"
        )

    database.execute(
        "create schema raw",
        "create table raw.ga4 (event_date varchar, event_timestamp bigint, event_name varchar,"
        " user_pseudo_id varchar, user_id varchar, event_params struct(key varchar,"
        " value struct(string_value varchar, int_value bigint, double_value double))[])",
        *(day(number, 9) for number in (1, 2, 6, 7)),
    )
    database.refresh()
    for statements in (
        [day(8, 12)],
        ["delete from raw.ga4 where event_date = '20250107' and event_name = 'a'", day(9, 3)],
        ["update raw.ga4 set user_pseudo_id = 'device 1' where event_date = '20250108'"],
        ["delete from raw.ga4 where event_date = '20250108'", day(10, 3)],
    ):
        database.execute(*statements)
        database.refresh()
        assert database.difference(ignored={"loaded_at"}) is None, statements
    database.execute(day(3, 7), "delete from raw.ga4 where event_date = '20250101'")
    database.refresh()
    assert database.difference(ignored={"loaded_at"}), "older than the look-back"
    database.project.variables = {**variables, "lookback_days": 30}
    database.refresh()
    assert database.difference(ignored={"loaded_at"}) is None


# ---------- what the log tells


def test_log(tmp_path, seeded):
    """One row a run, with the numbers that were planted."""
    inbox = tmp_path / "in"
    variables = generic(inbox / "*.parquet")
    variables |= {"goals": [{"name": "a", "match": {"event": "a"}}], "funnels": [], "cohorts": []}
    database = Database(tmp_path, seeded, **variables)
    runs = 0

    def arrive(name, day, *rows):
        """A file of that day of January."""
        names = ("event_id", "user_id", "event_at", "event_name")
        path = write_rows(inbox / f"{name}.parquet", (dict(zip(names, row)) for row in rows))
        at = micros(f"2025-01-{day}") // 1_000_000
        os.utime(path, (at, at))

    def logged(*arguments, is_failed=False):
        """The row of a run: status, watermarks, and what was counted."""
        nonlocal runs
        if is_failed:
            built = None
            assert "no such key" in database.project.error("run")
        else:
            nodes = [one.node for one in database.refresh(*arguments).results]
            built = {one.name for one in nodes if one.resource_type == "model"}
        runs += 1
        rows = database.project.rows("select * from refresh_log order by started_at")
        assert len(rows) == len({row["invocation_id"] for row in rows}) == runs
        row = rows[-1]
        seconds = json.loads(row["model_seconds"])
        assert built is None or set(seconds) == built
        assert "source_loads" not in seconds or seconds["source_loads"] > 0
        elapsed = (row["finished_at"] - row["started_at"]).total_seconds()
        assert 0 <= max(seconds.values()) <= elapsed
        assert row["is_full_refresh"] == ("--full-refresh" in arguments)
        counts = ("shards_read", "rows_read", "rows_accepted", "rows_rejected", "rows_late")
        return (
            row["status"], f"{row['last_event_at']:%d %H}", f"{row['last_loaded_at']:%d}",
            *(row[name] for name in (*counts, "visitors_changed")),
        )  # fmt: skip

    one = ("1", "ann", "2025-01-10 10:00", "a")
    arrive(
        "one", 12, one, ("2", "ben", "2025-01-11 11:00", "a"),
        ("2", "ben", "2025-01-11 11:00", "b"), ("3", "ben", "2025-01-11 12:00", None),
    )  # fmt: skip
    assert logged() == ("success", "11 11", "12", 1, 4, 2, 2, 0, 2)
    nothing = ("success", "11 11", "12", 0, 0, 0, 0, 0, 0)
    assert logged("--select", "tag:marts") == nothing
    assert logged() == nothing
    # Two days and ten days before the latest event.
    arrive(
        "two", 20, ("4", "ann", "2025-01-19 10:00", "a"), ("5", "cat", "2025-01-01 10:00", "a"),
        ("6", "dan", "2025-01-09 12:00", "a"),
    )  # fmt: skip
    assert logged() == ("success", "19 10", "20", 1, 3, 3, 0, 1, 3)
    # Ben is gone, and ann's first event is late by now.
    arrive("one", 21, one)
    assert logged() == ("success", "19 10", "21", 1, 1, 1, 0, 1, 2)
    arrive("three", 22, ("7", "eve", "2025-01-21 10:00", "a"))
    typo = {"name": "typo", "steps": ["a"], "window": "1 hours", "breakdowns": ["no such key"]}
    database.project.variables = {**variables, "funnels": [typo]}
    assert logged(is_failed=True) == ("error", "21 10", "22", 1, 1, 1, 0, 0, 1)
    database.project.variables = variables
    assert logged() == ("success", "21 10", "22", 0, 0, 0, 0, 0, 0)
    assert logged("--full-refresh") == ("success", "21 10", "22", 3, 5, 5, 0, 0, 4)
