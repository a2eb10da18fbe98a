"""The project in a DuckLake: a catalogue in a file, tables as Parquet files in a folder."""

import json
import runpy
import subprocess

import duckdb
import pytest
import yaml

import engines
from helpers import REPOSITORY, Failed, rows_of, thorough

SCRIPT = runpy.run_path(str(REPOSITORY / "scripts" / "environments.py"))
CONFIG = {
    **engines.CONFIG,
    "sources": {
        "generic": {**engines.CONFIG["sources"]["generic"], "relation": f"lake.{engines.RELATION}"}
    },
}
# In a process of its own: the extension is for another version of DuckDB.
RUN = """
import duckdb, json, sys
with duckdb.connect(config={"extension_directory": sys.argv[1]}) as connection:
    for statement in json.load(sys.stdin):
        connection.execute(statement)
"""


class Lake:
    """A catalogue and its data, and dbt on it."""

    def __init__(self, environment, folder):
        self.environment = environment
        self.folder = folder
        self.catalog = f"ducklake:{folder}/catalog.ducklake"
        self.data = f"{folder}/data"
        self.extensions = str(folder / "extensions")
        (wheel,) = environment.folder.glob("lib/*/site-packages/duckdb_extension_ducklake")
        (extension,) = wheel.rglob("ducklake.duckdb_extension")
        self.run(f"install '{extension}'", attached=False)
        output = {
            "type": "duckdb", "path": ":memory:", "database": "lake", "schema": "waymark",
            "threads": 1,
            "config_options": {"extension_directory": self.extensions},
            "extensions": ["ducklake"],
            "attach": [
                {"path": self.catalog, "alias": "lake", "options": {"data_path": self.data}}
            ],
        }  # fmt: skip
        profile = {"waymark": {"target": "duckdb", "outputs": {"duckdb": output}}}
        (folder / "profiles.yml").write_text(yaml.safe_dump(profile), encoding="utf-8")

    def run(self, *statements, attached=True):
        attach = f"attach '{self.catalog}' as lake (data_path '{self.data}')"
        subprocess.run(
            [self.environment.python, "-c", RUN, self.extensions],
            input=json.dumps([*(["load ducklake", attach, "use lake"] * attached), *statements]),
            text=True, check=True,
        )  # fmt: skip

    def load(self, path):
        """The rows of a Parquet file into the table that the project reads."""
        self.run(
            "create schema if not exists raw",
            f"create table if not exists {engines.RELATION} as from '{path}' limit 0",
            f"insert into {engines.RELATION} from '{path}'",
        )

    def dbt(self, *arguments):
        command = engines.command("duckdb", self.folder, *arguments, variables=CONFIG)[2:]
        done = subprocess.run(
            [self.environment.programs / "dbt", *command, "--profiles-dir", self.folder],
            **engines.settings(),
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise Failed(done.stdout + done.stderr)

    def tables(self):
        tables = engines.tables_of(self.folder)
        files = {table: self.folder / f"{table}.parquet" for table in tables}
        self.run(
            *[f"copy {schema}.{table} to '{files[table]}'" for table, schema in tables.items()]
        )
        with duckdb.connect() as connection:
            return {
                table: engines.normalised(rows_of(connection, f"from '{file}'"))
                for table, file in files.items()
            }


@pytest.fixture(scope="module")
def built(engine_input, tmp_path_factory):
    """All tables after each load."""
    environment = SCRIPT["Environment"]("ducklake")
    if not environment.is_installed():
        pytest.skip("no DuckLake: python scripts/environments.py install")
    lake = Lake(environment, tmp_path_factory.mktemp("ducklake"))
    tables = {}
    for load in engines.LOADS:
        lake.load(engine_input[load])
        lake.dbt("build", "--resource-type", "model", "--resource-type", "seed")
        tables[load] = lake.tables()
    assert list((lake.folder / "data").rglob("*.parquet"))
    return tables


@thorough
@pytest.mark.parametrize(("load", "feature"), engines.FEATURES.items())
def test_every_table_is_that_of_duckdb(built, on_duckdb, load, feature):
    engines.assert_same_tables(on_duckdb[load], built[load])
    assert sum(map(len, built[load].values())) > 20_000
    engines.record("ducklake", feature, "every table, row for row")
