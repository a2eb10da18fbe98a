"""Running dbt against a database of its own, and writing the input that it reads."""

import gc
import json
import os
import sys
from contextlib import chdir, nullcontext
from datetime import datetime, timezone
from pathlib import Path
from unittest.mock import patch

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.context.providers import RuntimeConfigObject
from hypothesis import currently_in_test_context, note
from jinja2 import Environment

from quick_dbt import quickly

REPOSITORY = Path(__file__).resolve().parents[1]
# dbt in a process of its own, as a scheduler starts it.
DBT = [sys.executable, str(REPOSITORY / "integration_tests" / "quick_dbt.py")]


# Takes a minute and more, and says little beyond what its neighbours say.
thorough = pytest.mark.skipif(
    not os.environ.get("WAYMARK_THOROUGH"), reason="WAYMARK_THOROUGH is not set: make test-full"
)


def examples(default):
    """Random cases of a test: its own number, or WAYMARK_EXAMPLES for all."""
    return int(os.environ.get("WAYMARK_EXAMPLES", default))


EXAMPLES = examples(60)


def remembered(method):
    """A method of jinja2.Environment that does the same work only once for the same text.

    dbt compiles all macros anew in every command, and here a process runs hundreds of commands.
    """
    known = {}

    def remember(self, source, *arguments, **settings):
        key = (type(self), source, arguments, tuple(settings.items()), tuple(self.extensions))
        if key not in known:
            known[key] = method(self, source, *arguments, **settings)
        return known[key]

    return remember


Environment.compile = remembered(Environment.compile)
Environment.parse = remembered(Environment.parse)

# Asking a table for its columns costs dbt more than making it.
WITHOUT_COMMENTS = patch.object(RuntimeConfigObject, "persist_column_docs", lambda _: False)

# A manifest is millions of objects, none of which is garbage.
gc.set_threshold(200_000, 50, 1_000)

# The generic event contract as this test-suite writes it.
CONTRACT = {
    "event_id": "varchar",
    "event_name": "varchar",
    "event_at": "timestamp",
    "anonymous_id": "varchar",
    "user_id": "varchar",
    "session_id": "varchar",
    "source_sequence": "varchar",
    "page_path": "varchar",
    "value": "double",
    "consent_state": "varchar",
    "properties": "json",
}


def micros(text):
    """'2024-01-31 10:00' (UTC) as microseconds since the epoch."""
    moment = datetime.fromisoformat(text).replace(tzinfo=timezone.utc)
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def moment(at):
    """The other way round, as a timestamp without a zone, as the marts carry it."""
    return datetime.fromtimestamp(at // 1_000_000, timezone.utc).replace(
        microsecond=at % 1_000_000, tzinfo=None
    )


def write_rows(path, rows, columns=CONTRACT):
    """Rows as Parquet, CSV or newline-delimited JSON, by the ending of `path`."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = path.with_suffix(".lines")
    with lines.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, default=str) + "\n")
    if path.suffix in (".json", ".ndjson", ".jsonl"):
        lines.rename(path)
        return path
    source = "read_json(?, format = 'newline_delimited', columns = {})".format(
        "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items()) + "}"
    )
    kind = "csv, header" if path.suffix == ".csv" else "parquet"
    with duckdb.connect() as connection:
        sql = f"copy (select * from {source}) to '{path}' (format {kind})"
        connection.execute(sql, [str(lines)])
    lines.unlink()
    return path


def rows_of(connection, sql, parameters=None):
    cursor = connection.execute(sql, parameters or [])
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor.fetchall()]


def assert_equal(found, expected, what="rows"):
    """Row for row; says which columns of the first row that differs."""
    for one, other in zip(found, expected):
        wrong = {name: (one[name], other[name]) for name in one if one[name] != other[name]}
        assert not wrong, f"{what}: (found, expected) {wrong} in {other}"
    assert len(found) == len(expected), f"{what}: {len(found)} rows in place of {len(expected)}"


class Failed(Exception):
    """A dbt command that did not succeed, with all that it said."""


class Project:
    """One database, one target folder and one set of vars."""

    def __init__(self, directory, project_dir=REPOSITORY, **variables):
        self.directory = Path(directory)
        self.project_dir = Path(project_dir)
        self.database = self.directory / "waymark_test.duckdb"
        self.variables = variables
        self.yaml = None  # the same as text, for what JSON cannot say
        self.comments = False  # whether tables get comments on their columns

    def dbt(self, command, *arguments):
        """Run a dbt command; returns dbt's own result, raises Failed with its messages."""
        os.environ["WAYMARK_DATABASE"] = str(self.database)
        # `dbt deps` knows no target.
        target = [] if command == "deps" else ["--target-path", str(self.directory / "target")]
        try:
            # dbt may change the working directory, and keeps the database open.
            with (
                chdir(self.project_dir),
                nullcontext() if self.comments else WITHOUT_COMMENTS,
                quickly([command, *arguments]) as arguments,
            ):
                outcome = dbtRunner().invoke(
                    [
                        *arguments,
                        "--quiet",
                        "--project-dir", str(self.project_dir),
                        "--profiles-dir", str(self.project_dir),
                        *target,
                        "--log-path", str(self.directory / "logs"),
                        "--vars", self.yaml or json.dumps(self.variables, ensure_ascii=False),
                    ]
                )  # fmt: skip
        finally:
            DuckDBConnectionManager.close_all_connections()
        if not outcome.success:
            complaints = self._complaints(outcome)
            # The traceback of a failure holds on to the database.
            del outcome
            gc.collect()
            raise Failed(complaints)
        return outcome.result

    def build(self, *select):
        """Seeds and models without tests: what the test-suite looks at are the rows."""
        chosen = ["--select", *select] if select else []
        return self.dbt("build", *chosen, "--resource-type", "model", "--resource-type", "seed")

    def error(self, command, *arguments):
        """The message of a command that must fail."""
        try:
            self.dbt(command, *arguments)
        except Failed as failure:
            return str(failure)
        raise AssertionError(f"dbt {command} succeeded")

    def rows(self, sql, parameters=None):
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return rows_of(connection, sql, parameters)

    def values(self, sql, parameters=None):
        """Rows as tuples."""
        return [tuple(row.values()) for row in self.rows(sql, parameters)]

    @staticmethod
    def _complaints(outcome):
        nodes = getattr(outcome.result, "results", None) or []
        messages = [str(node.message) for node in nodes if node.status in ("error", "fail")]
        return "\n".join([str(outcome.exception or ""), *messages])


def generic(files, **settings):
    """The vars of a project that reads one generic source."""
    return {"sources": {"generic": {"files": str(files), **settings}}}


class CompiledModels:
    """The SQL of a build, run again and again in memory on rows put in place of one model.

    One dbt run for each example would cost seconds; this costs milliseconds and runs the same SQL.
    """

    def __init__(self, project, result, start):
        models = {one.node.name: one.node for one in result.results}
        below = {models[start].unique_id}
        self.steps = []
        for node in (one.node for one in result.results):
            if node.resource_type == "model" and below & set(node.depends_on.nodes):
                below.add(node.unique_id)
                if node.config.materialized != "ephemeral":
                    self.steps.append((node.relation_name, node.compiled_code))
        self.start = models[start].relation_name
        self.connection = duckdb.connect()
        self.connection.execute(f"attach ':memory:' as {project.database.stem}")
        self.connection.execute(f"attach '{project.database}' as built (read_only)")
        for node in (one for one in models.values() if one.relation_name):
            here = node.relation_name
            there = here.replace(f'"{project.database.stem}"', "built", 1)
            self.connection.execute(f"create schema if not exists {here.rpartition('.')[0]}")
            self.connection.execute(f"create table {here} as from {there}")
        self.connection.execute("detach built")
        self.connection.execute(f"use {project.database.stem}")
        self.columns = dict(
            self.connection.execute(
                f"select column_name, column_type from (describe {self.start})"
            ).fetchall()
        )

    def run(self, rows):
        """Replace the rows of the starting model and build what stands on it."""
        rows = list(rows)
        if currently_in_test_context():
            note(f"rows: {rows}")
        self.fill(self.start, rows, self.columns)
        for relation, sql in self.steps:
            self.connection.execute(f"create or replace table {relation} as {sql}")

    def fill(self, relation, rows, columns):
        """Replace the rows of a table; what they do not name is null."""
        self.connection.execute(f"delete from {relation}")
        if not rows:
            return
        names = list(rows[0])
        kind = json.dumps([{name: columns[name] for name in names}])
        listed = ", ".join(f'"{name}"' for name in names)
        self.connection.execute(
            f"insert into {relation} ({listed})"
            f" select {listed} from (select unnest(from_json(?, '{kind}'), recursive := true))",
            [json.dumps(rows, default=str)],
        )

    def rows(self, sql, parameters=None):
        return rows_of(self.connection, sql, parameters)
