"""The whole project on ClickHouse, embedded: every table as on DuckDB, and the data tests."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest
import yaml

import engines
import statistics_cases as statistics
from exports import as_tables
from helpers import REPOSITORY, Failed, rows_of, thorough

# In a process of its own: the engine brings its own memory allocator.
RUN = """
import chdb, json, sys
run = chdb.connect(sys.argv[1]).query
for statement in json.load(sys.stdin):
    run(statement)
"""
DBT = Path(__file__).with_name("chdb_dbt.py")


class Embedded:
    """ClickHouse in a folder, and dbt on it."""

    def __init__(self, folder):
        self.folder = folder
        self.data = folder / "clickhouse"

    def run(self, *statements):
        done = subprocess.run(
            [sys.executable, "-c", RUN, self.data],
            input=json.dumps(statements), text=True, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def dbt(self, *arguments, profiles=REPOSITORY, variables=None):
        command = engines.command("clickhouse", self.folder, *arguments, variables=variables)[2:]
        done = subprocess.run(
            [sys.executable, DBT, *command, "--profiles-dir", profiles],
            **engines.settings({"WAYMARK_CHDB": str(self.data)}),
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise Failed(done.stdout + done.stderr)
        return done.stdout

    def load(self, path):
        """The rows of a Parquet file into the table that the project reads."""
        rows = f"select * from file('{path}', Parquet)"
        self.run(
            "create database if not exists raw",
            f"create table if not exists {engines.RELATION} order by tuple() empty as {rows}",
            f"insert into {engines.RELATION} {rows}",
        )

    def tables(self):
        tables = engines.tables_of(self.folder)
        files = {table: self.folder / f"{table}.parquet" for table in tables}
        self.run(
            *[
                f"insert into function file('{files[table]}', Parquet)"
                f" select * from `{schema}`.`{table}`"
                " settings engine_file_truncate_on_insert = 1"
                for table, schema in tables.items()
            ]
        )
        with duckdb.connect() as connection:
            return {
                table: engines.normalised(rows_of(connection, f"from '{file}'"))
                for table, file in files.items()
            }

    def results(self):
        path = self.folder / "target" / "run_results.json"
        return json.loads(path.read_text(encoding="utf-8"))["results"]


@pytest.fixture(scope="module")
def built(engine_input, tmp_path_factory):
    """All tables after each load; the second build tests too."""
    if find_spec("dbt.adapters.clickhouse") is None:
        pytest.skip("no dbt-clickhouse")
    embedded = Embedded(tmp_path_factory.mktemp("clickhouse_project"))
    tables = {}
    for load, chosen in zip(
        engines.LOADS,
        (
            ["--resource-type", "model", "--resource-type", "seed"],
            ["--exclude-resource-type", "unit_test"],
        ),
        strict=True,
    ):
        embedded.load(engine_input[load])
        embedded.dbt("build", *chosen)
        tables[load] = embedded.tables()
    return embedded, tables


@pytest.mark.parametrize(("load", "feature"), engines.FEATURES.items())
def test_every_table_is_that_of_duckdb(built, on_duckdb, load, feature):
    _, tables = built
    engines.assert_same_tables(on_duckdb[load], tables[load])
    assert sum(map(len, tables[load].values())) > 20_000
    engines.record("clickhouse", feature, "every table, row for row")


def test_all_data_tests_pass(built):
    embedded, _ = built
    tests = [one for one in embedded.results() if one["unique_id"].startswith("test.")]
    assert len(tests) > 300
    assert {one["status"] for one in tests} <= {"pass", "warn"}
    engines.record("clickhouse", "data tests", "all run on the engine")


def test_descriptions_are_comments(built):
    """Of tables and columns, to the letter, after a refresh."""
    embedded, _ = built
    found = embedded.folder / "comments.parquet"
    embedded.run(
        f"insert into function file('{found}', Parquet)"
        " select name, null as column_name, comment from system.tables where database = 'waymark'"
        " union all select table, name, comment from system.columns where database = 'waymark'"
        " settings engine_file_truncate_on_insert = 1"
    )
    with duckdb.connect() as connection:
        rows = connection.execute(f"from '{found}'").fetchall()
    comments = {(table, column): comment for table, column, comment in rows}
    schemas = engines.tables_of(embedded.folder)
    here = {table for table, schema in schemas.items() if schema == "waymark"}
    wanted = engines.descriptions(embedded.folder, here)
    assert len(wanted) > 1000
    assert {key: comments.get(key) for key in wanted} == wanted


@thorough
def test_every_source_is_that_of_duckdb(all_sources, tmp_path):
    """Staging of all sources, from tables of texts; that of Matomo is too long a query there."""
    if find_spec("dbt.adapters.clickhouse") is None:
        pytest.skip("no dbt-clickhouse")
    sources, readers = as_tables(all_sources.variables["sources"], "raw.{}")
    sources = {name: one for name, one in sources.items() if name not in ("ga4", "matomo")}
    embedded = Embedded(tmp_path)
    loads = ["create database if not exists raw"]
    for relation, reader in readers.items():
        path = tmp_path / f"{relation}.parquet"
        texts = ", ".join(
            f"""json_extract_string(to_json("{name}"), '$') as "{name}\""""
            for name in duckdb.sql(f"from {reader}").columns
        )
        duckdb.sql(f"copy (select {texts} from {reader}) to '{path}' (format parquet)")
        rows = f"select * from file('{path}', Parquet)"
        loads.append(f"create table {relation} order by tuple() as {rows}")
    embedded.run(*loads)
    embedded.dbt(
        "run", "--select", "tag:staging",
        variables={**all_sources.variables, "sources": sources},
    )  # fmt: skip
    for name in {row["source_name"] for row in all_sources.rows("select source_name from events")}:
        if name not in sources:
            continue
        # A decimal is another text there, and a hash of it another id.
        event_id = "" if name == "plausible" else "event_id,"
        query = f"""
            select
                {event_id} event_name, event_at, source_property, anonymous_id, user_id, value,
                transaction_id, page_path, traffic_source, native_session_id, identity_scope
            from {{}} where reject_reason is null
        """
        path = tmp_path / f"{name}.parquet"
        embedded.run(
            f"insert into function file('{path}', Parquet)"
            f" select * from `waymark`.`stg_{name}__events`"
        )
        with duckdb.connect() as connection:
            found = engines.normalised(rows_of(connection, query.format(f"'{path}'")))
        expected = all_sources.rows(query.format(f"stg_{name}__events"))
        assert found == engines.normalised(expected), name
    engines.record("clickhouse", "every source", "staged from tables, event for event")


def test_statistics_are_those_of_scipy(tmp_path):
    """Random tables, no and all successes, far tails: null and never NaN."""
    if find_spec("dbt.adapters.clickhouse") is None:
        pytest.skip("no dbt-clickhouse")
    embedded = Embedded(tmp_path)
    inline = embedded.dbt("compile", "--quiet", "--inline", statistics.INLINE)
    queries = statistics.compiled(inline)
    profile = yaml.safe_load((REPOSITORY / "profiles.yml").read_text(encoding="utf-8"))
    settings = profile["waymark"]["outputs"]["clickhouse"]["custom_settings"]
    embedded.run(
        *[f"set {name} = '{value}'" for name, value in settings.items()],
        # Else NaN would be written as null.
        "set output_format_json_quote_denormals = 1",
        f"create database if not exists {statistics.SCHEMA}",
        *[
            f"create table {relation} order by tuple() as select * from file('{path}', Parquet)"
            for relation, path in statistics.parquet(tmp_path).items()
        ],
        *[
            f"insert into function file('{tmp_path / query}.json', JSONEachRow) {sql}"
            for query, sql in queries.items()
        ],
    )
    with duckdb.connect() as connection:
        for query in queries:
            file = tmp_path / f"{query}.json"
            # Quoted are NaN and infinity.
            assert ':"' not in file.read_text(encoding="utf-8").replace('"family":"', "")
            statistics.check(query, rows_of(connection, f"from read_json('{file}')"))
    engines.record("clickhouse", "statistics", "random tables, against scipy and statsmodels")


def test_without_its_settings_nothing_is_built(built, tmp_path):
    """A left join would give zeros, and every funnel would look complete."""
    embedded, _ = built
    profiles = (REPOSITORY / "profiles.yml").read_text(encoding="utf-8")
    assert "join_use_nulls: 1" in profiles
    without = profiles.replace("join_use_nulls: 1", "join_use_nulls: 0")
    (tmp_path / "profiles.yml").write_text(without, encoding="utf-8")
    with pytest.raises(Failed) as failure:
        embedded.dbt("run", "--select", "goals", profiles=tmp_path)
    said = str(failure.value)
    assert "waymark: ClickHouse would count wrong." in said
    assert "custom_settings:\n" in said
    assert "join_use_nulls: 1" in said
    assert "cast_keep_nullable" not in said
    engines.record("clickhouse", "settings that change results", "refused before the first model")


@thorough
def test_ga4_is_refused_with_the_alternative(built):
    embedded, _ = built
    with pytest.raises(Failed) as failure:
        embedded.dbt(
            "run", "--select", "stg_ga4__events",
            variables={"sources": {"ga4": {"relation": "raw.ga4_export"}}},
        )  # fmt: skip
    said = str(failure.value)
    assert "waymark: sources.ga4: clickhouse cannot read the nested columns" in said
    engines.record("clickhouse", "GA4 export", "refused: bring it as the source generic")
