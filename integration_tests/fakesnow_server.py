"""fakesnow, an emulator of Snowflake on DuckDB, with what dbt and the project need beside it.

    python fakesnow_server.py PORT       # the Python of scripts/environments.py

Queries get the stand-ins of cloud_sql.py first. What fakesnow has not: comments on columns, a `$`
in a text, temporary tables in a schema, an answer to a statement that fails (clients try again).
"""

import sys

import duckdb
import fakesnow.conn
import fakesnow.cursor
import fakesnow.server
import uvicorn
from fakesnow.cursor import FakeSnowflakeCursor
from snowflake.connector.errors import ProgrammingError
from sqlglot import exp
from starlette.responses import JSONResponse
from starlette.routing import Route

from cloud_sql import STAND_INS, with_stand_ins

COMMENTS = [r"(?s)\s*alter +(table|view) \S+ alter\s+\S+ comment ", r"(?s)\s*comment on "]
parsed = fakesnow.cursor.parse_one
connected = fakesnow.conn.FakeSnowflakeConnection.__init__
executed = FakeSnowflakeCursor.execute


def parse_one(command):
    tree = parsed(command)
    for node in list(tree.find_all(exp.TemporaryProperty)):
        node.pop()
    if isinstance(tree, exp.Create) and isinstance(tree.this, exp.Schema) and tree.expression:
        kinds = [column.args.get("kind") for column in tree.this.expressions]
        if not any(kinds):
            # Only names, and comments on them.
            tree.set("this", tree.this.this)
    return with_stand_ins(tree, "snowflake") if tree.find(exp.Query) else tree


def connect(self, duck_conn, *arguments, **options):
    connected(self, duck_conn, *arguments, **options)
    for stand_in in STAND_INS["snowflake"]:
        duck_conn.execute(f"create or replace temp macro {stand_in}")


def execute(self, *arguments, **options):
    try:
        return executed(self, *arguments, **options)
    except (duckdb.Error, AttributeError, RuntimeError, TypeError, ValueError) as error:
        if isinstance(error, ProgrammingError):
            raise
        raise ProgrammingError(msg=f"{type(error).__name__}: {error}", errno=1) from error


def export(request):
    """A table as a Parquet file: over the wire a time that is null becomes 1970."""
    relation, path = request.query_params["relation"], request.query_params["path"]
    with fakesnow.server.shared_fs.duck_conn.cursor() as cursor:
        cursor.execute(f"copy (from {relation}) to '{path}'")
    return JSONResponse({})


fakesnow.cursor.parse_one = parse_one
fakesnow.conn.FakeSnowflakeConnection.__init__ = connect
FakeSnowflakeCursor.execute = execute
FakeSnowflakeCursor._inline_variables = lambda self, sql: sql
# It describes a query by its text.
exp.Expression.__str__ = lambda self: self.sql("duckdb")
fakesnow.server.shared_fs.nop_regexes = COMMENTS
fakesnow.server.app.router.routes.append(Route("/export", export))

if __name__ == "__main__":
    uvicorn.run(fakesnow.server.app, port=int(sys.argv[1]), log_level="warning")
