"""Readers never see half of a refresh, whatever happens to the one who publishes."""

import json
import os
import random
import runpy
import shutil
import signal
import subprocess
import sys
import time

import duckdb
import pytest

from helpers import REPOSITORY

SCRIPTS = REPOSITORY / "scripts"
PUBLISHING = runpy.run_path(str(SCRIPTS / "publishing.py"))
ENVIRONMENTS = runpy.run_path(str(SCRIPTS / "environments.py"))
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(SCRIPTS), "DO_NOT_TRACK": "1"}

# What publisher and readers of these tests share: three tables that carry one number everywhere.
SHARED = """
import json, os, signal, sys
import duckdb

TABLES = ("goal_status", "goal_tree", "events")

def write(database, number):
    if os.path.exists(database):
        os.unlink(database)
    with duckdb.connect(database) as connection:
        for table in TABLES:
            connection.execute(
                f"create table {table} as select i, {number} as number from range(3000) as r(i)"
            )

def numbers(connection, of):
    return {
        connection.execute(f"select min(number), max(number), count(*) from {of(table)}").fetchone()
        for table in TABLES
    }

def read(folder):
    # The file, opened anew
    path = f"{folder}/waymark.duckdb"
    with duckdb.connect(path, read_only=True, config={"threads": 1}) as connection:
        found = numbers(connection, str)
        (version,) = connection.execute("select version from publication").fetchone()
        assert len(found) == 1, found
    # Parquet by the link and by the JSON, each looked up once
    with open(f"{folder}/latest.json") as file:
        manifest = json.load(file)
    for place in (
        os.path.realpath(f"{folder}/latest"), f"{folder}/versions/{manifest['version']}",
    ):
        with duckdb.connect(config={"threads": 1}) as connection:
            there = numbers(connection, lambda table: f"'{place}/{table}.parquet'")
            assert len(there) == 1, there
        with open(f"{place}/manifest.json") as file:
            manifest = json.load(file)
        assert set(manifest["tables"].values()) == {3000}
        assert manifest["number"] == next(iter(there))[0]
    return next(iter(found))[0], next(iter(there))[0]
"""

READER = (
    SHARED
    + """
folder, cycles, stop = sys.argv[1:]
seen = set()
while not os.path.exists(stop):
    seen.update(read(folder))
    with open(cycles, "a") as file:
        file.write(".")
print(json.dumps(sorted(seen)))
"""
)

# Publishes again and again and is killed before the 1st, 2nd, ... change of a name, then at random.
KILLED = (
    SHARED
    + """
import random, time
from publishing import publish

folder, staging = sys.argv[1:]
CHANGES = ("os.rename", "os.symlink", "os.remove", "os.rmdir", "os.mkdir", "os.chmod")

def child(work):
    process = os.fork()
    if process == 0:
        try:
            work()
        except BaseException as error:
            sys.stderr.write(repr(error) + "\\n")
            os._exit(1)
        os._exit(0)
    return process

def published(number, changes_left=None):
    write(staging, number)
    def before_a_change(event, arguments):
        nonlocal changes_left
        if changes_left is not None and event in CHANGES:
            changes_left -= 1
            if changes_left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(before_a_change)
    publish(staging, folder, [("main", table) for table in TABLES], {"number": number}, keep=2)

def check(number, last):
    in_file, in_parquet = read(folder)
    assert in_file == in_parquet
    assert last <= in_file <= number, (last, in_file, number)
    os.makedirs("seen", exist_ok=True)
    open(f"seen/{in_file}", "w").close()

number = last = 1
assert os.waitpid(child(lambda: published(1)), 0)[1] == 0
kills, finished = 0, False
while not finished or kills < 45:
    number += 1
    if not finished:
        process = child(lambda: published(number, changes_left=number - 2))
    else:
        process = child(lambda: published(number))
        time.sleep(random.uniform(0, 0.4))
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass
    status = os.waitpid(process, 0)[1]
    assert status in (0, signal.SIGKILL), status
    kills += status != 0
    finished = finished or status == 0
    assert os.waitpid(child(lambda: check(number, last)), 0)[1] == 0, number
    last = max(int(name) for name in os.listdir("seen"))
assert os.waitpid(child(lambda: published(number + 1)), 0)[1] == 0
assert os.waitpid(child(lambda: check(number + 1, number + 1)), 0)[1] == 0
print(kills)
"""
)


def program(text, *arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-c", text, *map(str, arguments)],
        env=ENVIRONMENT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )  # fmt: skip


def shared(folder):
    """The functions of SHARED, and one that publishes a number."""
    there = {}
    exec(SHARED, there)

    def published(number, **options):
        database = str(folder / "source.duckdb")
        there["write"](database, number)
        tables = [("main", table) for table in there["TABLES"]]
        PUBLISHING["publish"](
            database, folder / "published", tables, {"number": number}, **options
        )

    return there, published


def test_20_readers_see_20_publications_whole(tmp_path):
    """Each cycle of each reader sees one version, in all tables, and never an error."""
    there, published = shared(tmp_path)
    folder, stop = tmp_path / "published", tmp_path / "stop"
    published(0, keep=2)
    with duckdb.connect(str(folder / "waymark.duckdb"), read_only=True) as old:
        cycles = [tmp_path / f"cycles_{number}" for number in range(20)]
        readers = [program(READER, folder, one, stop) for one in cycles]

        def all_read_twice():
            """A whole cycle after this moment; or a reader has ended, which it must not."""
            before = [one.stat().st_size if one.exists() else 0 for one in cycles]
            while not all(
                one.exists() and one.stat().st_size >= size + 2
                for one, size in zip(cycles, before)
            ):
                if any(reader.poll() is not None for reader in readers):
                    return
                time.sleep(0.01)

        for number in range(1, 21):
            published(number, keep=2)
            all_read_twice()
        stop.touch()
        outcomes = [(*reader.communicate(), reader.returncode) for reader in readers]
        assert [error for _, error, code in outcomes if code or error] == []
        seen = [json.loads(output) for output, _, _ in outcomes]
        # They were there all the time.
        assert all(len(one) >= 20 for one in seen)
        # Who holds the first file, removed long ago, reads on.
        assert there["numbers"](old, str) == {(0, 0, 3000)}
        assert len(PUBLISHING["versions"](folder)) == 2


def test_killed_at_any_point_the_published_state_is_whole(tmp_path):
    folder = tmp_path / "published"
    process = program(KILLED, folder, tmp_path / "source.duckdb", cwd=tmp_path)
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    print(errors)
    assert int(output) >= 45
    assert sorted(path.name for path in folder.iterdir()) == [
        "latest", "latest.json", "versions", "waymark.duckdb",
    ]  # fmt: skip
    left = sorted(path.name for path in (folder / "versions").iterdir())
    assert left == PUBLISHING["versions"](folder) and len(left) == 2
    assert (folder / "latest").resolve().name == left[-1]


def test_only_versions_are_removed(tmp_path):
    _, published = shared(tmp_path)
    published(1)
    mine = tmp_path / "published" / "versions" / "99991231_backup"
    mine.mkdir()
    for number in range(2, 7):
        published(number, keep=3)
    assert mine.exists()
    assert len(PUBLISHING["versions"](tmp_path / "published")) == 3
    # A clock that goes back makes no version older than the last.
    last = PUBLISHING["versions"](tmp_path / "published")[-1]
    later = last.replace(last[:4], "2999", 1)
    (tmp_path / "published" / "versions" / last).rename(
        tmp_path / "published" / "versions" / later
    )
    PUBLISHING["_switch"](tmp_path / "published", later)
    published(7)
    assert PUBLISHING["current_version"](tmp_path / "published") > later


def test_types_comments_and_names_arrive(tmp_path):
    source, folder = tmp_path / "waymark.duckdb", tmp_path / "it's published"
    with duckdb.connect(str(source)) as connection:
        connection.execute("""
            create schema "other marts";
            create table "other marts"."it's" (
                "a ""quoted"" name" decimal(18, 4), day date, seen timestamp, is_on boolean,
                doc json
            );
            insert into "other marts"."it's" values
                (12.3456, '2026-02-28', '2026-02-28 23:59:59.999999', true, '{"ü": "日本"}');
            comment on table "other marts"."it's" is 'it''s "quoted", $$ and
            on two lines';
            comment on column "other marts"."it's"."a ""quoted"" name" is 'a column''s';
            create view seen as from "other marts"."it's";
        """)
        described = "select * exclude (database_name, database_oid, schema_oid, table_oid)"
        described += " from duckdb_columns() where table_name = 'it''s' order by column_name"
        columns = connection.execute(described).fetchall()
        comment = "select comment from duckdb_tables() where table_name = 'it''s'"
        comments = connection.execute(comment).fetchall()
        rows = connection.execute('from "other marts"."it\'s"').fetchall()
    tables = [("other marts", "it's"), ("main", "seen")]
    PUBLISHING["publish"](source, folder, tables)
    path = str(folder / "waymark.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        assert connection.execute(described).fetchall() == columns
        assert connection.execute(comment).fetchall() == comments
        assert connection.execute('from "other marts"."it\'s"').fetchall() == rows
        assert connection.execute("from seen").fetchall() == rows
        stored = "select tags['storage_version'] from duckdb_databases() where path is not null"
        assert connection.execute(stored).fetchone()[0].startswith("v1.0.0")
    assert not os.stat(path).st_mode & 0o222
    assert duckdb.read_parquet(str(folder / "latest" / "it's.parquet")).fetchall() == rows
    with pytest.raises(PUBLISHING["NotPublished"], match="has no table main.goals"):
        PUBLISHING["publish"](source, folder, [("main", "goals")])
    assert len(list((folder / "versions").iterdir())) == 1


# The whole script


class Refresher:
    """scripts/refresh.py with folders of its own, beginning with what the demo has built."""

    def __init__(self, folder, demo):
        self.staging, self.folder = folder / "staging", folder / "published"
        self.database = self.staging / "waymark.duckdb"
        self.staging.mkdir()
        shutil.copy(demo.database, self.database)
        self.demo = demo

    def start(self, *options):
        return subprocess.Popen(
            [
                sys.executable, SCRIPTS / "refresh.py",
                "--project-dir", REPOSITORY, "--publish", self.folder, "--staging", self.staging,
                "--vars", json.dumps(self.demo.variables), *options,
            ],
            # Unit tests look at no row that is refreshed, and `make test` has run them.
            env={**ENVIRONMENT, "DBT_EXCLUDE_RESOURCE_TYPES": "unit_test"},
            text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, *options):
        process = self.start(*options)
        output, errors = process.communicate()
        return process.returncode, output, errors

    def manifest(self):
        return json.loads((self.folder / "latest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def refreshed(demo_project, tmp_path_factory):
    """Refreshed once, after another refresh was refused beside one that was killed."""
    refresher = Refresher(tmp_path_factory.mktemp("refresh"), demo_project)
    first = refresher.start()
    assert "Building and testing" in first.stdout.readline()
    refresher.refused = refresher.run()
    time.sleep(random.uniform(0, 5))
    first.send_signal(signal.SIGKILL)
    first.communicate()
    refresher.after_kill = list(refresher.folder.glob("*"))
    refresher.outcome = refresher.run()
    return refresher


def test_a_second_refresh_stops(refreshed):
    code, _, errors = refreshed.refused
    assert code == 1
    assert "Another refresh (process " in errors and "start again when it has ended" in errors
    assert "Traceback" not in errors


def test_a_killed_refresh_publishes_nothing(refreshed):
    assert refreshed.after_kill == [refreshed.folder / ".refresh.lock"]


def test_a_refresh_publishes_what_was_built_and_tested(refreshed):
    code, output, errors = refreshed.outcome
    assert (code, errors) == (0, "")
    manifest = refreshed.manifest()
    assert f"Published {manifest['version']}" in output
    assert manifest["tests"]["failed"] == []
    assert len(manifest["tests"]["passed"]) > 700
    (source,) = manifest["sources"]
    assert source["source_name"] == "ga4"
    assert {"goal_tree", "funnel_steps", "events"} <= set(manifest["tables"])
    assert not {"refresh_state", "staged_events", "int_visitor_days"} & set(manifest["tables"])
    path = refreshed.folder / "waymark.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{refreshed.database}' as built (read_only)")
        connection.execute(f"attach '{path}' as read (read_only)")
        for table, rows in manifest["tables"].items():
            there = f"(from read.main.{table} except all from built.main.{table})"
            found = connection.execute(
                f"select (select count(*) from read.main.{table}), (select count(*) from {there})"
            ).fetchone()
            assert found == (rows, 0), table
            parquet = refreshed.folder / "latest" / f"{table}.parquet"
            assert duckdb.sql(f"select count(*) from '{parquet}'").fetchall() == [(rows,)]
        last = connection.execute("select max(last_event_at) from built.main.source_loads")
        (reached,) = last.fetchone()
        assert source["last_event_at"] == str(reached)
        (loads,) = connection.execute(
            "select count(distinct source_shard) from built.main.source_loads"
        ).fetchone()
        assert source["loads"] == loads
        publication = connection.execute("from read.publication").fetchone()
        assert publication[0] == manifest["version"]
        assert publication[2] == reached
        undescribed = connection.execute(
            "select table_name, column_name from duckdb_columns()"
            " where database_name = 'read' and comment is null"
        ).fetchall()
        assert undescribed == []


def test_older_duckdb_reads_the_file(refreshed):
    """DuckDB 1.5, which the environment of DuckLake has."""
    environment = ENVIRONMENTS["Environment"]("ducklake")
    if not environment.is_installed():
        pytest.skip("no DuckDB 1.5: python scripts/environments.py install")
    query = """
import duckdb, sys
assert duckdb.__version__.startswith("1."), duckdb.__version__
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    tables = connection.execute("select table_name from duckdb_tables()").fetchall()
    for (table,) in tables:
        connection.execute(f"from {table}").fetchall()
    print(len(tables))
"""
    done = subprocess.run(
        [environment.python, "-c", query, refreshed.folder / "waymark.duckdb"],
        text=True, capture_output=True, check=True,
    )  # fmt: skip
    # and the table publication
    assert int(done.stdout) == len(refreshed.manifest()["tables"]) + 1


def test_a_failing_test_publishes_nothing_and_is_told(refreshed):
    """Wrong rows in a table that this refresh does not even build."""
    before = refreshed.manifest()["version"]
    with duckdb.connect(str(refreshed.database)) as connection:
        connection.execute("""
            update funnel_steps set conversion_rate = 1.5
            where funnel_name = 'checkout' and breakdown_name = 'all' and step_number = 2
        """)
    code, output, errors = refreshed.run("--select", "naming_exceptions")
    assert code == 1
    assert "waymark: nothing was published." in errors
    failed = errors.partition("tests failed:")[2] or errors.partition("test failed:")[2]
    assert "    model  funnel_steps\n    rows   1 break it" in failed
    assert "models/marts/funnels/funnel_steps.yml" in failed
    assert f"Readers still see {before}." in errors
    assert "Traceback" not in errors
    assert refreshed.manifest()["version"] == before
    assert os.listdir(refreshed.folder / "versions") == [before]
    # The query that is named shows the rows.
    query = failed.partition(f"duckdb -readonly {refreshed.database} < ")[2].partition("\n")[0]
    sql = open(query, encoding="utf-8").read()
    with duckdb.connect(str(refreshed.database), read_only=True) as connection:
        assert connection.execute(sql).fetchall()


def limited_size():
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


def test_what_cannot_be_written_is_one_clear_error(refreshed, tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    code, _, errors = refreshed.run("--publish", in_the_way / "published")
    assert code == 1
    assert f"Not a directory: '{in_the_way}/published'" in errors and "Traceback" not in errors
    code, _, errors = refreshed.run("--publish", refreshed.staging)
    assert code == 1 and "use two folders" in errors
    profile = {"type": "duckdb", "path": str(tmp_path / "other.duckdb")}
    (tmp_path / "profiles.yml").write_text(
        json.dumps({"waymark": {"target": "other", "outputs": {"other": profile}}})
    )
    options = ("--profiles-dir", tmp_path, "--select", "naming_exceptions")
    code, _, errors = refreshed.run(*options)
    assert code == 1 and "dbt did not build in" in errors and "Traceback" not in errors
    code, _, errors = refreshed.run("--keep", "1")
    assert code == 2 and "--keep 1: at least 2" in errors


def test_a_full_disk_leaves_the_last_version(tmp_path):
    """The system refuses to write more, here by a limit on the size of a file."""
    _, published = shared(tmp_path)
    published(1)
    before = PUBLISHING["versions"](tmp_path / "published")
    text = f"""
from publishing import publish
publish({str(tmp_path / "source.duckdb")!r}, {str(tmp_path / "published")!r}, [("main", "events")])
"""
    process = program(text, preexec_fn=limited_size)
    _, errors = process.communicate()
    assert process.returncode == 1
    assert "File too large" in errors
    found = sorted(os.listdir(tmp_path / "published" / "versions"))
    assert found == before == PUBLISHING["versions"](tmp_path / "published")
