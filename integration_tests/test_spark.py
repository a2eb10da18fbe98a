"""The whole project on a Spark cluster: every table as on DuckDB, even if a worker dies."""

import json
import os
import runpy
import shutil
import signal
import subprocess
import time

import pytest

import engines
import statistics_cases as statistics
from helpers import REPOSITORY, thorough

pytest.importorskip("pyspark", reason="no pyspark: requirements-dev.txt has it")
pytest.importorskip("pyhive", reason="no dbt-spark[PyHive]: requirements-dev.txt has it")
SCRIPT = runpy.run_path(str(REPOSITORY / "scripts" / "spark_cluster.py"))
# What a run tells the next one, which builds everything here.
HISTORY = {"source_loads", "visitor_changes"}
# Spark plans these for minutes, whatever the number of rows: `make test-full`.
DOCTOR = {"int_doctor_rows", "doctor_events", "doctor_parameters"}
LEFT_OUT = [] if os.environ.get("WAYMARK_THOROUGH") else ["--exclude", "int_doctor_rows+"]
OWN = {"sources": {"generic": {"files": "data/events.parquet"}}}


class Spark:
    """A cluster, the folder of dbt, and the tables that it built."""

    def __init__(self, cluster, folder):
        self.cluster = cluster
        self.folder = folder

    def rows(self, sql):
        with self.cluster.connect() as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            names = [column[0].rpartition(".")[2] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def load(self, path):
        """The rows of a Parquet file into the table that the project reads."""
        self.rows("create schema if not exists raw")
        rows = f"select * from parquet.`{path}`"
        self.rows(f"create table if not exists {engines.RELATION} as {rows} limit 0")
        self.rows(f"insert into {engines.RELATION} {rows}")

    def dbt(self, *arguments, **options):
        environment = {**self.cluster.environment, **options.pop("environment", {})}
        return engines.dbt("spark", self.folder, *arguments, environment=environment, **options)

    def results(self):
        """{node: status} of the last command."""
        path = self.folder / "target" / "run_results.json"
        results = json.loads(path.read_text(encoding="utf-8"))["results"]
        return {one["unique_id"]: one["status"] for one in results}

    def tables(self):
        """What the last command built."""
        built = {name.split(".")[2] for name in self.results()}
        return {
            table: engines.normalised(self.rows(f"select * from {schema}.{table}"))
            for table, schema in engines.tables_of(self.folder).items()
            if table in built
        }


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    if not shutil.which("java"):
        pytest.skip("no Java on the path: Spark needs version 17 or newer")
    # The output of profiles.yml asks for UTC.
    with SCRIPT["spark_cluster"](settings={"spark.sql.session.timeZone": "Asia/Tokyo"}) as cluster:
        groups = {str(process.pid) for process in cluster.processes.values()}
        yield Spark(cluster, tmp_path_factory.mktemp("spark"))
    # What it started is gone, and what that started: executors.
    for _ in range(60):
        left = subprocess.run(["ps", "-eo", "pgid="], text=True, capture_output=True, check=True)
        if not groups & {*left.stdout.split()}:
            break
        time.sleep(1)
    assert not groups & {*left.stdout.split()}
    assert not cluster.folder.exists()


@pytest.fixture(scope="module")
def built(spark, engine_input):
    """All tables after a build of the first load."""
    spark.load(engine_input[1])
    spark.dbt("build", "--resource-type", "model", "--resource-type", "seed", *LEFT_OUT)
    return spark.tables()


@pytest.fixture(scope="module")
def rebuilt(built, spark, engine_input):
    """Tables up to `goal_completions` after the second load: meanwhile one of two workers dies.

    What follows them is built whole, as before.
    """
    run = ["run", "--select", "+goal_completions", "sessions"]
    spark.load(engine_input[2])
    running = subprocess.Popen(
        engines.command("spark", spark.folder, *run),
        **engines.settings(spark.cluster.environment),
        stdout=subprocess.PIPE,
    )
    said = []
    for line in running.stdout:
        said.append(line)
        if "START" in line and "waymark.goal_completions " in line:
            # The machine is gone: the worker, its executor, and all that they had computed.
            spark.cluster.stop("worker_1", signal.SIGKILL)
            break
    else:
        raise AssertionError("".join(said))
    said += running.stdout.readlines()
    outcome = "the build goes on with the other one"
    if running.wait():
        outcome = "the build fails, the next run repairs it"
        spark.dbt(*run)
    return spark.tables(), outcome


def test_every_table_is_that_of_duckdb(built, on_duckdb):
    assert {*on_duckdb[1]} - {*built} == (DOCTOR if LEFT_OUT else set())
    engines.assert_same_tables({name: on_duckdb[1][name] for name in built}, built)
    assert sum(map(len, built.values())) > 20_000
    engines.record("spark", engines.FEATURES[1], "every table, row for row")


def test_singular_tests_pass(built, spark):
    spark.dbt("test", "--select", "test_type:singular", *LEFT_OUT)
    statuses = {name: one for name, one in spark.results().items() if name.startswith("test.")}
    assert {*statuses.values()} <= {"pass", "warn"}, statuses
    assert len(statuses) > 20
    engines.record("spark", "data tests", "the singular ones run on the engine")


def test_a_worker_that_dies_changes_nothing(rebuilt, spark, on_duckdb):
    tables, outcome = rebuilt
    assert "Lost executor" in spark.cluster.log("server").read_text(errors="replace")
    compared = {*tables} - HISTORY
    assert len(compared) > 10
    expected, found = ({name: one[name] for name in compared} for one in (on_duckdb[2], tables))
    engines.assert_same_tables(expected, found)
    engines.record(
        "spark", engines.FEATURES[2],
        "staging by shard, all else whole; tables up to `goal_completions`, row for row",
    )  # fmt: skip
    engines.record("spark", "one of two workers killed in a build", f"{outcome}: the same tables")


def test_statistics_are_those_of_scipy(spark, tmp_path):
    spark.rows(f"create schema if not exists {statistics.SCHEMA}")
    for relation, path in statistics.parquet(tmp_path).items():
        spark.rows(f"create table {relation} as select * from parquet.`{path}`")
    inline = spark.dbt("compile", "--quiet", "--inline", statistics.INLINE)
    for query, sql in statistics.compiled(inline).items():
        statistics.check(query, spark.rows(sql))
    engines.record("spark", "statistics", "random tables, against scipy and statsmodels")


def test_files_are_refused_with_the_key_and_what_to_do(spark):
    with pytest.raises(engines.Failed) as failure:
        spark.dbt("run", "--select", "stg_generic__events", variables=OWN)
    assert "waymark: sources.generic.files: spark reads no files." in str(failure.value)
    engines.record("spark", "sources from files", "refused: load them into a table")


@thorough
def test_a_session_in_another_zone_is_refused(spark, tmp_path):
    """As in a profile that names the setting without its prefix."""
    profiles = (REPOSITORY / "profiles.yml").read_text(encoding="utf-8")
    (tmp_path / "profiles.yml").write_text(profiles.replace("set:hiveconf:", ""), encoding="utf-8")
    done = subprocess.run(
        [
            *engines.command("spark", spark.folder, "run", "--select", "goals"),
            "--profiles-dir", tmp_path,
        ],
        **engines.settings(spark.cluster.environment),
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode
    assert "spark.sql.session.timeZone is Asia/Tokyo and must be UTC" in done.stdout
    engines.record("spark", "session in another time zone", "refused, with what to set")
