"""The whole project on PostgreSQL: every table as on DuckDB, every test, and what can go wrong."""

import json
import runpy
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from random import Random

import duckdb
import pytest

import engines
import statistics_cases as statistics
import test_cohort_ad_hoc as cohorts
import test_funnel_macro as funnels
from cohorts import random_log
from exports import as_tables
from helpers import REPOSITORY, Failed, moment, thorough
from oracles import duration
from oracles.funnel import Funnel
from test_bi_clients import snippet

psycopg2 = pytest.importorskip("psycopg2")
pytest.importorskip("psycopg2.extras")

SCRIPT = runpy.run_path(str(REPOSITORY / "scripts" / "postgres.py"))
TYPES = {"varchar": "text", "double": "double precision"}
SCHEMA = "waymark"
# The configuration of the project, which the unit tests are written for.
OWN = {"sources": engines.CONFIG["sources"]}


class Server:
    """A server, and the role that builds: it owns nothing but what it makes."""

    def __init__(self, environment):
        self.administrator = environment
        self.environment = {
            **environment,
            "WAYMARK_POSTGRES_USER": "builder",
            "WAYMARK_POSTGRES_PASSWORD": "builds",
            "WAYMARK_SCHEMA": SCHEMA,
            "WAYMARK_READERS": "bi",
        }
        with self.connection(self.administrator) as connection:
            self.run(
                connection,
                "create role builder login password 'builds';"
                "create role reader login password 'reads';"
                "create role bi login password 'looks';"
                "create role analyst login password 'looks';"
                "grant create on database postgres to builder;"
                "create schema raw authorization builder;",
            )

    @contextmanager
    def connection(self, environment=None):
        environment = environment or self.environment
        connection = psycopg2.connect(
            host=environment["WAYMARK_POSTGRES_HOST"],
            port=environment["WAYMARK_POSTGRES_PORT"],
            user=environment["WAYMARK_POSTGRES_USER"],
            password=environment["WAYMARK_POSTGRES_PASSWORD"],
            dbname=environment["WAYMARK_POSTGRES_DATABASE"],
        )
        connection.autocommit = True
        try:
            yield connection
        finally:
            connection.close()

    @staticmethod
    def run(connection, sql, parameters=None):
        """Rows as dicts; none of what gives none."""
        with connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
            cursor.execute(sql, parameters)
            return [dict(row) for row in cursor.fetchall()] if cursor.description else []

    def rows(self, sql, parameters=None):
        with self.connection() as connection:
            return self.run(connection, sql, parameters)

    def load(self, path, folder):
        """The rows of a Parquet file into the table that the project reads."""
        columns = ", ".join(
            f'"{name}" {TYPES.get(kind, kind)}' for name, kind in engines.COLUMNS.items()
        )
        duckdb.sql(f"copy (from '{path}') to '{folder}/rows.csv' (format csv, header)")
        with self.connection() as connection, connection.cursor() as cursor:
            cursor.execute(f"create table if not exists {engines.RELATION} ({columns})")
            with (folder / "rows.csv").open(encoding="utf-8") as rows:
                copy = f"copy {engines.RELATION} from stdin (format csv, header)"
                cursor.copy_expert(copy, rows)

    def tables(self, folder):
        with self.connection() as connection:
            return {
                table: engines.normalised(self.run(connection, f'select * from {schema}."{table}"'))
                for table, schema in engines.tables_of(folder).items()
            }


@pytest.fixture(scope="module")
def server():
    if SCRIPT["programs"]() is None:
        pytest.skip("no PostgreSQL: python scripts/postgres.py install")
    with SCRIPT["server"]() as environment:
        yield Server(environment)


@pytest.fixture(scope="module")
def built(server, engine_input, tmp_path_factory):
    """All tables after each load, and dbt's results of the second build, which tests."""
    folder = tmp_path_factory.mktemp("postgres")
    tables = {}
    for load, chosen in zip(
        engines.LOADS,
        (
            ["--resource-type", "model", "--resource-type", "seed"],
            ["--exclude-resource-type", "unit_test"],
        ),
        strict=True,
    ):
        server.load(engine_input[load], folder)
        engines.dbt("postgres", folder, "build", *chosen, environment=server.environment)
        tables[load] = server.tables(folder)
    results = json.loads((folder / "target" / "run_results.json").read_text(encoding="utf-8"))
    return folder, tables, results["results"]


@pytest.fixture(scope="module")
def own_folder(tmp_path_factory):
    """dbt parses the project once for each configuration and folder."""
    return tmp_path_factory.mktemp("own")


@pytest.mark.parametrize(("load", "feature"), engines.FEATURES.items())
def test_every_table_is_that_of_duckdb(built, on_duckdb, load, feature):
    _, tables, _ = built
    engines.assert_same_tables(on_duckdb[load], tables[load])
    rows = sum(map(len, tables[load].values()))
    assert rows > 20_000
    engines.record("postgres", feature, "every table, row for row")


def test_all_data_tests_pass(built):
    _, _, results = built
    tests = [one for one in results if one["unique_id"].startswith("test.")]
    assert len(tests) > 300
    assert {one["status"] for one in tests} <= {"pass", "warn"}
    engines.record("postgres", "data tests", "all run on the engine")


@thorough
def test_all_unit_tests_pass(built, server, own_folder):
    """In a schema of their own, which is built with the configuration of the project."""
    here = {"variables": OWN, "environment": {**server.environment, "WAYMARK_SCHEMA": "own"}}
    models = ["--resource-type", "model", "--resource-type", "seed"]
    engines.dbt("postgres", own_folder, "build", *models, **here)
    engines.dbt("postgres", own_folder, "test", "--select", "test_type:unit", **here)
    results = json.loads((own_folder / "target" / "run_results.json").read_text(encoding="utf-8"))
    tests = [one for one in results["results"] if one["unique_id"].startswith("unit_test.")]
    assert len(tests) > 80
    assert {one["status"] for one in tests} == {"pass"}
    engines.record("postgres", "unit tests", "all run on the engine")


@thorough
def test_every_source_is_that_of_duckdb(server, all_sources, tmp_path):
    """Staging of all sources, from tables of which each column is JSON."""
    sources, readers = as_tables(all_sources.variables["sources"], 'raw."{}"')
    sources = {name: one for name, one in sources.items() if name != "ga4"}
    with server.connection() as connection, connection.cursor() as cursor:
        for relation, reader in readers.items():
            columns = ", ".join(f'"{name}" jsonb' for name in duckdb.sql(f"from {reader}").columns)
            cursor.execute(f"create table {relation} ({columns})")
            rows = duckdb.sql(f"select cast(to_json(read) as varchar) from {reader} as read")
            for (row,) in rows.fetchall():
                # PostgreSQL has no text with a zero in it.
                cursor.execute(
                    f"insert into {relation} select *"
                    f" from jsonb_populate_record(null::{relation}, %s)",
                    [row.replace("\\u0000", "")],
                )
    engines.dbt(
        "postgres", tmp_path, "build", "--select", "+events", "+rejected_events", "tag:staging",
        "--resource-type", "model", "--resource-type", "seed",
        variables={**all_sources.variables, "sources": sources},
        environment={**server.environment, "WAYMARK_SCHEMA": "sources"},
    )  # fmt: skip
    for name in {row["source_name"] for row in all_sources.rows("select source_name from events")}:
        # The id of a Swetrix row is a hash of it, and it had zeros.
        event_id = "" if name == "swetrix" else "event_id,"
        query = f"""
            select
                {event_id} event_name, event_at, source_property, anonymous_id, user_id, value,
                transaction_id, page_path, traffic_source, native_session_id, identity_scope
            from {{}}stg_{name}__events where reject_reason is null
        """
        if name in sources:
            found = engines.normalised(server.rows(query.format("sources.")))
            assert found == engines.normalised(all_sources.rows(query.format(""))), name


# Macros for any table


def compiled(server, built, calls):
    inline = "\n-- next\n".join(calls)
    sql = engines.dbt(
        "postgres", built[0], "compile", "--quiet", "--inline", inline,
        environment=server.environment,
    )  # fmt: skip
    return sql.split("-- next\n")


def test_funnel_of_any_table(server, built):
    """Random options, against brute force."""
    random = Random("postgres")
    definitions = [funnels.any_table(random, number) for number in range(funnels.COUNT)]
    calls = [funnels.macro_call(definition) for definition in definitions]
    queries = compiled(server, built, calls)
    with server.connection() as connection:
        server.run(
            connection,
            "create temp table log (visitor text, session text, event_name text,"
            " happened_at timestamp, plan text, device text, doc text, account text)",
        )
        for definition, sql in zip(definitions, queries, strict=True):
            funnel = Funnel(definition, funnels.GOALS, funnels.MAY_SHARE, funnels.ZONE, "monday")
            grid = duration(definition["window"]) // 6
            events = funnels.log_of(random, 25, grid, definition)
            server.run(connection, "truncate log")
            with connection.cursor() as cursor:
                psycopg2.extras.execute_values(
                    cursor, "insert into log values %s", [funnels.row_of(event) for event in events]
                )
            funnels.check(server.run(connection, sql), funnel, events, definition)
    engines.record("postgres", "`funnel()` of any table", "random options, against brute force")


def test_retention_of_any_table(server, built):
    """Each query of the test on DuckDB, against brute force."""
    random = Random("postgres")
    asked = [
        (query, cohorts.ZONES[number % len(cohorts.ZONES)])
        for number, query in enumerate(cohorts.QUERIES)
    ]
    calls = [
        cohorts.call({"week_start": "monday", **query}, timezone=zone) for query, zone in asked
    ]
    queries = compiled(server, built, calls)
    with server.connection() as connection:
        server.run(connection, "create temp table log (who text, happened timestamp, what text)")
        for (query, zone), sql in zip(asked, queries, strict=True):
            for persons in (1, 4, 30):
                events = random_log(random, persons)
                server.run(connection, "truncate log")
                with connection.cursor() as cursor:
                    psycopg2.extras.execute_values(
                        cursor,
                        "insert into log values %s",
                        [
                            (one["anonymous_id"], moment(one["at"]), one["event_name"])
                            for one in events
                        ],
                    )
                found = {
                    (row["cohort_start"], row["interval_number"]): (
                        row["cohort_size"],
                        row["units_returned"],
                        row["is_mature"],
                    )
                    for row in server.run(connection, sql)
                }
                assert found == cohorts.expected_matrix(query, events, zone), (query, zone)
    engines.record("postgres", "`retention()` of any table", "random logs, against brute force")


def test_statistics_are_those_of_scipy(server, own_folder, tmp_path):
    """Random tables, no and all successes, far tails: nothing overflows or divides by 0."""
    paths = statistics.parquet(tmp_path)
    inline = engines.dbt(
        "postgres", own_folder, "compile", "--quiet", "--inline", statistics.INLINE,
        variables=OWN, environment=server.environment,
    )  # fmt: skip
    with server.connection() as connection, connection.cursor() as cursor:
        for relation, path in paths.items():
            kinds = statistics.kinds(statistics.tables()[relation]).items()
            columns = ", ".join(f"{name} {TYPES.get(kind, kind)}" for name, kind in kinds)
            cursor.execute(f"create table {relation} ({columns})")
            duckdb.sql(f"copy (from '{path}') to '{tmp_path}/rows.csv' (format csv, header)")
            with (tmp_path / "rows.csv").open(encoding="utf-8") as rows:
                cursor.copy_expert(f"copy {relation} from stdin (format csv, header)", rows)
        for query, sql in statistics.compiled(inline).items():
            statistics.check(query, server.run(connection, sql))
    engines.record("postgres", "statistics", "random tables, against scipy and statsmodels")


# BI tools


def of_role(server, role):
    return {
        **server.environment,
        "WAYMARK_POSTGRES_USER": role,
        "WAYMARK_POSTGRES_PASSWORD": "looks",
    }


@pytest.fixture(scope="module")
def bi(built, server):
    """The environment of a role that WAYMARK_READERS names, and the tables of the schema."""
    server.rows(f"grant usage on schema {SCHEMA} to bi, analyst")
    tables = [name for name, schema in engines.tables_of(built[0]).items() if schema == SCHEMA]
    assert len(tables) > 80
    return of_role(server, "bi"), tables


def test_readers_may_read_and_not_write(built, bi, server):
    """After a build and an incremental refresh, all tables; later readers with the next run."""
    environment, tables = bi
    with server.connection(environment) as connection:
        for table in tables:
            server.run(connection, f'select count(*) from {SCHEMA}."{table}"')
        for statement in (
            f"insert into {SCHEMA}.goals select * from {SCHEMA}.goals",
            f"update {SCHEMA}.goals set label = ''",
            f"delete from {SCHEMA}.goals",
            f"truncate {SCHEMA}.goals",
            f"drop table {SCHEMA}.goals",
            f"create table {SCHEMA}.mine (a integer)",
        ):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                server.run(connection, statement)
    built_again = ("visitors", "goal_completions", "goal_tree")
    with server.connection(of_role(server, "analyst")) as connection:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            server.run(connection, f"select count(*) from {SCHEMA}.visitors")
        engines.dbt(
            "postgres", built[0], "run", "--select", *built_again,
            environment={**server.environment, "WAYMARK_READERS": "bi,analyst"},
        )  # fmt: skip
        for table in built_again:
            server.run(connection, f"select count(*) from {SCHEMA}.{table}")
    with server.connection(environment) as connection:
        server.run(connection, f"select count(*) from {SCHEMA}.visitors")


def test_descriptions_are_comments(built, bi, server):
    """Of every table and column, to the letter."""
    found = {
        (row["relname"], row["attname"]): row["description"]
        for row in server.rows(
            "select relname, attname, description from pg_description"
            " join pg_class on pg_class.oid = objoid"
            " left join pg_attribute on attrelid = objoid and attnum = objsubid and attnum > 0"
            f" where relnamespace = '{SCHEMA}'::regnamespace"
        )
    }
    wanted = engines.descriptions(built[0], set(bi[1]))
    assert len(wanted) > 1000
    assert {key: found.get(key) for key in wanted} == wanted


def test_psql(bi):
    if not shutil.which("psql"):
        pytest.skip("no psql: python scripts/postgres.py install")
    names = ("HOST", "PORT", "USER", "PASSWORD", "DATABASE")
    environment = {f"PG{name}": bi[0][f"WAYMARK_POSTGRES_{name}"] for name in names}

    def psql(command):
        return subprocess.run(
            ["sh", "-c", command], env={**environment, "PATH": "/usr/bin:/bin"},
            text=True, capture_output=True, check=True,
        ).stdout  # fmt: skip

    assert psql(snippet("psql")) == "revenue_per_visitor,1\n"
    listed = psql("psql --csv --tuples-only --command '\\dt+ waymark.*'")
    assert "goal_tree" in listed and "One row per goal" in listed
    assert "Goal of `goals`." in psql("psql --csv --command '\\d+ waymark.goal_status'")


def test_odbc(bi, server):
    """Names, types and values as a spreadsheet would ask for them."""
    pyodbc = pytest.importorskip("pyodbc", exc_type=ImportError)
    driver = SCRIPT["odbc_driver"]()
    if driver is None:
        pytest.skip("no ODBC driver: python scripts/postgres.py install")
    environment, tables = bi
    variables = {"driver": driver} | {
        name: environment[f"WAYMARK_POSTGRES_{name.upper()}"]
        for name in ("host", "port", "database", "user", "password")
    }
    exec(compile(snippet("ODBC"), "ODBC", "exec"), variables)
    assert [tuple(row) for row in variables["rows"]] == [("revenue_per_visitor", 1)]
    with variables["connection"].cursor() as cursor:
        listed = {row.table_name for row in cursor.tables(schema=SCHEMA)}
        assert set(tables) <= listed
        columns = {
            row.column_name: row.type_name
            for row in cursor.columns(schema=SCHEMA, table="goal_status")
        }
        types = {name: columns[name] for name in ("period_start", "value", "total_value", "tier")}
        assert types == {
            "period_start": "date", "value": "float8", "total_value": "numeric", "tier": "int4",
        }  # fmt: skip
        query = f"""
            select period_start, total_value, value, is_complete_period, 'größer, "日本" 🙂' as text
            from {SCHEMA}.goal_status
            where total_value is not null and value is not null
            order by goal_name, period_start
            limit 3
        """
        found = [tuple(row) for row in cursor.execute(query)]
        wanted = [tuple(row.values()) for row in server.rows(query)]
        assert len(wanted) == 3
        assert found == wanted
        assert [type(one) for one in found[0]] == [type(one) for one in wanted[0]]
        with pytest.raises(pyodbc.Error, match="permission denied"):
            cursor.execute(f"delete from {SCHEMA}.goals")
    variables["connection"].close()


# Bad input


def complaint(server, folder, command, *arguments, environment=None, **options):
    """What a dbt command that must fail says."""
    with pytest.raises(Failed) as failure:
        engines.dbt(
            "postgres", folder, command, *arguments,
            environment={**server.environment, **(environment or {})}, **options,
        )  # fmt: skip
    return str(failure.value)


def test_files_are_refused_with_the_key_and_what_to_do(server, own_folder):
    said = complaint(
        server, own_folder, "run", "--select", "stg_generic__events",
        variables={"sources": {"generic": {"files": "data/events.parquet"}}},
    )  # fmt: skip
    assert "waymark: sources.generic.files: postgres reads no files." in said
    assert "sources: {generic: {relation: <schema>.<table>}}" in said
    engines.record("postgres", "sources from files", "refused: load them into a table")


@thorough
def test_ga4_is_refused_with_the_alternative(server, own_folder):
    said = complaint(
        server, own_folder, "run", "--select", "stg_ga4__events",
        variables={"sources": {"ga4": {"relation": "raw.ga4_export"}}},
    )  # fmt: skip
    assert "waymark: sources.ga4: postgres cannot read the nested columns" in said
    assert "docs/warehouses.md has the view" in said
    engines.record("postgres", "GA4 export", "refused: a view makes it the source generic")


def test_view_of_the_documentation_reads_the_export(server):
    page = (REPOSITORY / "docs" / "warehouses.md").read_text(encoding="utf-8")
    view = page.partition("```sql\n")[2].partition("```")[0]
    event = {
        "event_name": "purchase",
        "event_timestamp": "1774000000000000",
        "user_pseudo_id": "1.2",
        "event_params": [
            {"key": "ga_session_id", "value": {"int_value": "1774000000"}},
            {"key": "page_location", "value": {"string_value": "https://shop.example/é"}},
            {"key": "value", "value": {"double_value": 19.9}},
        ],
        "device": {"category": "mobile"},
        "collected_traffic_source": {"manual_source": "google"},
    }
    with server.connection() as connection:
        server.run(connection, "create table raw.ga4_export (event jsonb, loaded_at timestamp)")
        server.run(connection, "insert into raw.ga4_export values (%s, now())", [json.dumps(event)])
        server.run(connection, view)
        (row,) = server.run(connection, "select * from raw.ga4_events")
    assert row["session_id"] == "1774000000"
    assert (row["value"], row["traffic_source"], row["device_category"]) == (
        "19.9",
        "google",
        "mobile",
    )
    assert json.loads(row["properties"])["page_location"] == row["page_url"]


@thorough
def test_a_role_without_privileges_is_told_which(built, server, tmp_path):
    folder, tables, _ = built
    reader = {"WAYMARK_POSTGRES_USER": "reader", "WAYMARK_POSTGRES_PASSWORD": "reads"}
    said = complaint(server, folder, "run", environment=reader)
    assert "the role reader may not create anything in the schema waymark" in said
    assert "grant usage, create on schema waymark to reader;" in said
    server.rows("grant usage, create on schema waymark to reader")
    said = complaint(server, folder, "run", environment=reader)
    assert "tables of the schema waymark belong to builder" in said
    with server.connection(server.administrator) as connection:
        server.run(connection, "grant create on database postgres to reader")
    reader["WAYMARK_SCHEMA"] = "of_reader"
    said = complaint(server, tmp_path, "run", environment=reader)
    assert f"sources.generic.relation: no column of {engines.RELATION} can be seen" in said
    server.rows("revoke all on schema waymark from reader")
    engines.assert_same_tables(tables[2], server.tables(folder))
    engines.record("postgres", "role without privileges", "stops with the missing grant")


def lock_holder(server):
    rows = server.rows("select pid from pg_locks where locktype = 'advisory' and granted")
    return rows[0]["pid"] if rows else None


@thorough
def test_a_second_run_at_once_stops(built, server, tmp_path):
    """While one run builds a model, here held up by a lock on its input, another one is refused."""
    folder, tables, _ = built
    shutil.copytree(folder / "target", tmp_path / "target")
    with server.connection() as connection:
        connection.autocommit = False
        server.run(connection, f"lock table {SCHEMA}.events in access exclusive mode")
        running = subprocess.Popen(
            engines.command("postgres", folder, "run"),
            **engines.settings(server.environment), stdout=subprocess.PIPE,
        )  # fmt: skip
        try:
            deadline = time.monotonic() + 120
            while not lock_holder(server) and time.monotonic() < deadline:
                time.sleep(0.05)
            said = complaint(server, tmp_path, "run")
        finally:
            connection.rollback()
            output, _ = running.communicate(timeout=120)
    assert running.returncode == 0, output
    assert "another run is building the schema waymark at this moment" in said
    engines.assert_same_tables(tables[2], server.tables(folder))
    engines.record("postgres", "two runs at once", "the second stops, nothing is changed")


@thorough
def test_a_killed_run_leaves_nothing_in_the_way(built, server):
    """The lock goes with the session, and the next run repairs what the killed one left."""
    folder, tables, _ = built
    with server.connection() as connection:
        connection.autocommit = False
        server.run(connection, f"lock table {SCHEMA}.events in access exclusive mode")
        running = subprocess.Popen(
            engines.command("postgres", folder, "run"),
            **engines.settings(server.environment), stdout=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 120
        while not lock_holder(server) and time.monotonic() < deadline:
            time.sleep(0.05)
        running.kill()
        running.wait()
        connection.rollback()
    deadline = time.monotonic() + 60
    while lock_holder(server) and time.monotonic() < deadline:
        time.sleep(0.05)
    engines.dbt("postgres", folder, "run", environment=server.environment)
    engines.assert_same_tables(tables[2], server.tables(folder))
    engines.record("postgres", "run after a killed run", "every table, row for row")


def test_server_is_gone_after_its_command(tmp_path):
    """What the script started, it stops, with its data."""
    if SCRIPT["programs"]() is None:
        pytest.skip("no PostgreSQL: python scripts/postgres.py install")
    done = subprocess.run(
        [
            sys.executable, REPOSITORY / "scripts" / "postgres.py", "run",
            sys.executable, "-c", "import os; print(os.environ['WAYMARK_POSTGRES_PORT'])",
        ],
        text=True, capture_output=True, check=True,
    )  # fmt: skip
    with pytest.raises(psycopg2.OperationalError, match="refused"):
        psycopg2.connect(host="127.0.0.1", port=int(done.stdout), user="waymark", dbname="postgres")
