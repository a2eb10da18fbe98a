"""dbt on an emulator of Snowflake: what surrounds the models runs too, and refreshes do.

Not Snowflake: the emulator is a DuckDB, and accepts more than the service does.
"""

import runpy
import subprocess
from urllib.parse import urlencode
from urllib.request import urlopen

import duckdb
import pytest
import yaml

import engines
from helpers import REPOSITORY, Failed, rows_of, thorough

connector = pytest.importorskip("snowflake.connector")
pytest.importorskip("dbt.adapters.snowflake")
SCRIPT = runpy.run_path(str(REPOSITORY / "scripts" / "environments.py"))
PROOF = "on an emulator (fakesnow), every table row for row; not run on the service"


class Emulator:
    """A server, and dbt on it."""

    def __init__(self, port, folder):
        self.folder = folder
        self.port = port
        self.account = {
            "account": "fakesnow", "host": "localhost", "port": port, "protocol": "http",
            "user": "waymark", "password": "none", "database": "shop", "schema": "waymark",
        }  # fmt: skip
        # Threads that read their first rows at one moment may wait for each other for ever.
        output = {"type": "snowflake", "role": "r", "warehouse": "w", "threads": 1, **self.account}
        profile = {"waymark": {"target": "snowflake", "outputs": {"snowflake": output}}}
        (folder / "profiles.yml").write_text(yaml.safe_dump(profile), encoding="utf-8")

    def load(self, path):
        """The rows of a Parquet file into the table that the project reads."""
        types = {"double": "float", "timestamp": "timestamp_ntz"}
        columns = ", ".join(
            (f'"{name}" ' if " " in name else f"{name} ") + types.get(kind, kind)
            for name, kind in engines.COLUMNS.items()
        )
        rows = duckdb.sql(f"from '{path}'").fetchall()
        with connector.connect(**self.account) as connection:
            cursor = connection.cursor()
            cursor.execute("create schema if not exists raw")
            cursor.execute(f"create table if not exists {engines.RELATION} ({columns})")
            values = ", ".join(f"({', '.join(map(literal, row))})" for row in rows)
            cursor.execute(f"insert into {engines.RELATION} values {values}")

    def dbt(self, *arguments):
        done = subprocess.run(
            [
                *engines.command("snowflake", self.folder, *arguments),
                "--profiles-dir", self.folder,
            ],
            **engines.settings(), capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise Failed(done.stdout + done.stderr)

    def tables(self):
        found = {}
        with duckdb.connect() as connection:
            for table, schema in engines.tables_of(self.folder).items():
                path = self.folder / f"{table}.parquet"
                query = urlencode({"relation": f"shop.{schema}.{table}", "path": path})
                urlopen(f"http://localhost:{self.port}/export?{query}").close()
                found[table] = engines.normalised(rows_of(connection, f"from '{path}'"))
        return found


def literal(value):
    if value is None or isinstance(value, (bool, int, float)):
        return "null" if value is None else str(value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    environment = SCRIPT["Environment"]("emulators")
    if not environment.is_installed():
        pytest.skip("no emulators: python scripts/environments.py install")
    folder = tmp_path_factory.mktemp("snowflake")
    program = REPOSITORY / "integration_tests" / "fakesnow_server.py"
    with SCRIPT["server"](environment.python, program, folder / "log") as port:
        yield Emulator(port, folder)


@pytest.fixture(scope="module")
def built(emulator, engine_input):
    """All tables after each load."""
    tables = {}
    for load in engines.LOADS:
        emulator.load(engine_input[load])
        emulator.dbt("build", "--resource-type", "model", "--resource-type", "seed")
        tables[load] = emulator.tables()
    return tables


@thorough
@pytest.mark.parametrize(("load", "feature"), engines.FEATURES.items())
def test_every_table_is_that_of_duckdb(built, on_duckdb, load, feature):
    expected, found = (
        {
            table: [
                # A time inside an object is written with a T there.
                {name: value for name, value in row.items() if name != "raw_payload"}
                for row in rows
            ]
            for table, rows in tables.items()
        }
        for tables in (on_duckdb[load], built[load])
    )
    engines.assert_same_tables(expected, found)
    assert sum(map(len, found.values())) > 20_000
    engines.record("snowflake", feature, PROOF)
