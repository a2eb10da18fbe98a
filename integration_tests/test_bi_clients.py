"""What BI tools are made of reads what is published: names, types, descriptions and values.

Each client runs the code that docs/bi/clients.md shows. PostgreSQL: test_postgres.py.
"""

import datetime
import decimal
import json
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml

import engines
from helpers import REPOSITORY

PAGE = (REPOSITORY / "docs" / "bi" / "clients.md").read_text(encoding="utf-8")
PUBLISHING = runpy.run_path(str(REPOSITORY / "scripts" / "publishing.py"))
# What the snippets ask, by the name of the result.
GOALS = "select goal_name, value from goal_tree where tier = 1"
# Kinds of values that clients get wrong, in columns of our types.
KINDS = """
    select
        goal_name,
        period_start,
        total_value,
        value,
        is_complete_period,
        'größer, "日本" ''🙂''' as text
    from goal_status
    where total_value is not null
    order by goal_name, period_start
    limit 3
"""


@pytest.fixture(scope="module")
def published(demo_project, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bi") / "published"
    manifest = json.loads((demo_project.directory / "target" / "manifest.json").read_text("utf-8"))
    tables = [
        (node["schema"], node["alias"])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["meta"].get("publish")
    ]
    PUBLISHING["publish"](demo_project.database, folder, tables)
    return folder


@pytest.fixture(scope="module")
def expected(demo_project):
    """(rows of GOALS, rows of KINDS, descriptions of goal_status by column)"""
    described = (
        "select column_name, comment from duckdb_columns() where table_name = 'goal_status'"
    )
    with duckdb.connect(str(demo_project.database), read_only=True) as connection:
        goals, kinds, columns = (
            connection.execute(sql).fetchall() for sql in (GOALS, KINDS, described)
        )
    assert len(goals) == 1 and len(kinds) == 3
    assert all(comment for _, comment in columns)
    types = [type(value) for value in kinds[0]]
    assert types == [str, datetime.date, decimal.Decimal, float, bool, str]
    return goals, kinds, dict(columns)


def snippet(client):
    """The code under the heading of this client."""
    section = PAGE.partition(f"\n## {client}\n")[2].partition("\n## ")[0]
    return re.search(r"^```(?:python|bash)\n(.*?)^```", section, re.DOTALL | re.MULTILINE)[1]


def shown(client, folder):
    """What the Python of the page leaves in its variables, with the folder of this test."""
    code = snippet(client).replace("published/", f"{folder}/")
    assert str(folder) in code
    variables = {}
    exec(compile(code, client, "exec"), variables)
    return variables


def test_python(published, expected):
    found = shown("Python", published)
    assert found["rows"] == expected[0]
    found["connection"].close()


def test_descriptions_are_comments(demo_project):
    """Of every table and column that dbt builds, to the letter: quotes, lines and all."""
    with duckdb.connect(str(demo_project.database), read_only=True) as connection:
        rows = connection.execute("""
            select table_name, null, comment from duckdb_tables()
            union all select view_name, null, comment from duckdb_views() where not internal
            union all select table_name, column_name, comment from duckdb_columns()
        """).fetchall()
    found = {(table, column): comment for table, column, comment in rows}
    wanted = engines.descriptions(demo_project.directory, {table for table, _ in found})
    assert len(wanted) > 1400
    assert sum("'" in text for text in wanted.values()) > 20
    assert {key: found.get(key) for key in wanted} == wanted


def test_duckdb_refuses_to_write(published):
    with duckdb.connect(str(published / "waymark.duckdb"), read_only=True) as connection:
        with pytest.raises(duckdb.Error, match="read-only"):
            connection.execute("create table mine as select 1")


def test_command_line(published, expected):
    if not (Path(sys.executable).with_name("duckdb").exists() or shutil.which("duckdb")):
        pytest.skip("no duckdb command: pip install duckdb-cli")
    paths = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    command = snippet("Command line").replace("published/", f"{published}/")
    done = subprocess.run(
        ["sh", "-c", command], env=paths, text=True, capture_output=True, check=True
    )
    (row,) = json.loads(done.stdout)
    assert [tuple(row.values())] == expected[0]


def test_sqlalchemy(published, expected):
    sqlalchemy = pytest.importorskip("sqlalchemy")
    pytest.importorskip("duckdb_sqlalchemy")
    with duckdb.connect(str(published / "waymark.duckdb"), read_only=True) as connection:
        tables = {name for (name,) in connection.execute("show tables").fetchall()}
    found = shown("SQLAlchemy, and tools built on it", published)
    goals, kinds, comments = expected
    assert found["rows"] == goals
    engine = found["engine"]
    inspector = sqlalchemy.inspect(engine)
    assert set(inspector.get_table_names(schema="main")) == tables
    assert "One row per goal and week" in inspector.get_table_comment("goal_status")["text"]
    columns = {one["name"]: one for one in inspector.get_columns("goal_status")}
    assert {name: one["comment"] for name, one in columns.items()} == comments
    reflected = sqlalchemy.Table("goal_status", sqlalchemy.MetaData(), autoload_with=engine)
    wanted = {
        "goal_name": sqlalchemy.String, "period_start": sqlalchemy.Date,
        "value": sqlalchemy.Double, "is_complete_period": sqlalchemy.Boolean,
        "eligible_units": sqlalchemy.BigInteger, "tier": sqlalchemy.Integer,
        "total_value": sqlalchemy.Numeric,
    }  # fmt: skip
    for name, kind in wanted.items():
        assert isinstance(reflected.c[name].type, kind), (name, reflected.c[name].type)
    everything = sqlalchemy.MetaData()
    everything.reflect(engine)
    assert {table.name for table in everything.tables.values()} == tables
    with engine.connect() as connection:
        assert [tuple(row) for row in connection.execute(sqlalchemy.text(KINDS))] == kinds
        query = (
            sqlalchemy.select(reflected.c.goal_name, sqlalchemy.func.count())
            .where(reflected.c.period_start >= datetime.date(2026, 6, 1))
            .group_by(reflected.c.goal_name)
        )
        assert len(connection.execute(query).all()) > 10
    engine.dispose()


def test_adbc(published, expected):
    pytest.importorskip("adbc_driver_manager")
    found = shown("ADBC", published)
    goals, kinds, comments = expected
    assert found["table"].to_pylist() == [dict(zip(("goal_name", "value"), goals[0]))]
    connection = found["connection"]
    schema = connection.adbc_get_table_schema("goal_status")
    assert schema.names == list(comments)
    types = {name: str(schema.field(name).type) for name in ("period_start", "value", "tier")}
    assert types == {"period_start": "date32[day]", "value": "double", "tier": "int32"}
    with connection.cursor() as cursor:
        cursor.execute(KINDS)
        assert cursor.fetchall() == kinds
    connection.close()


def test_pandas(published, expected):
    pytest.importorskip("pandas")
    frame = shown("pandas", published)["goals"]
    found = frame.loc[frame.tier == 1, ["goal_name", "value"]]
    assert [tuple(row) for row in found.to_numpy()] == expected[0]


def test_polars(published, expected):
    polars = pytest.importorskip("polars")
    found = shown("polars", published)
    assert found["rows"].rows() == expected[0]
    status = polars.read_parquet(found["folder"] / "goal_status.parquet")
    kinds = status.sql(KINDS.replace("goal_status", "self")).rows()
    assert kinds == expected[1]


def test_every_client_is_in_a_test_and_an_exposure():
    """A section of the page, a test that runs it, an exposure that names it."""
    # "Superset" is asked by scripts/superset.py.
    sections = set(re.findall(r"^## (.*)$", PAGE, re.MULTILINE))
    tests = Path(__file__).read_text("utf-8")
    tests += Path(__file__).with_name("test_postgres.py").read_text("utf-8")
    assert len(sections) >= 7
    assert {name for name in sections if f'"{name}"' not in tests} == set()
    exposures = {
        one["label"]: one
        for path in (REPOSITORY / "models" / "exposures").glob("bi_*.yml")
        for one in yaml.safe_load(path.read_text("utf-8"))["exposures"]
    }
    assert set(exposures) == sections
    for one in exposures.values():
        assert one["owner"]["name"] and one["depends_on"]


# The dashboard of Superset; scripts/superset.py asks a real one (make superset-test)


def test_superset_asks_for_columns_that_are_there(published):
    """And shows their descriptions: datasets are those of the marts, charts name nothing else."""
    bundle = REPOSITORY / "docs" / "bi" / "superset"

    def read(pattern):
        return [yaml.safe_load(path.read_text("utf-8")) for path in sorted(bundle.glob(pattern))]

    (database,) = read("databases/*.yaml")
    datasets = {one["uuid"]: one for one in read("datasets/*/*.yaml")}
    charts = {one["uuid"]: one for one in read("charts/*.yaml")}
    assert len(charts) >= 6
    with duckdb.connect(str(published / "waymark.duckdb"), read_only=True) as connection:
        for dataset in datasets.values():
            assert dataset["database_uuid"] == database["uuid"]
            found = connection.execute(
                "select column_name, data_type, comment from duckdb_columns()"
                " where table_name = ? order by column_index",
                [dataset["table_name"]],
            ).fetchall()
            described = [
                (one["column_name"], one["type"], one["description"]) for one in dataset["columns"]
            ]
            assert described == found, dataset["table_name"]
    for chart in charts.values():
        names = {one["column_name"] for one in datasets[chart["dataset_uuid"]]["columns"]}
        (query,) = json.loads(chart["query_context"])["queries"]
        asked = [one if isinstance(one, str) else one["label"] for one in query["columns"]]
        asked += [one["col"] for one in query["filters"]] + [name for name, _ in query["orderby"]]
        assert asked and set(asked) <= names, chart["slice_name"]
    (dashboard,) = read("dashboards/*.yaml")
    position = [one for one in dashboard["position"].values() if isinstance(one, dict)]
    shown = {one["meta"]["uuid"] for one in position if one["type"] == "CHART"}
    assert shown == set(charts)
