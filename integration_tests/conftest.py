"""Shared fixtures. What a test needs of dbt and of input files is in helpers.py."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import engines
from exports import exports
from helpers import REPOSITORY, Project


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The marts of the demo config on a small demo of its own, and its truth."""
    folder = tmp_path_factory.mktemp("demo")
    subprocess.run(
        [
            sys.executable, REPOSITORY / "scripts" / "generate_demo.py",
            "--output", folder / "data", "--visitors", "3000", "--seed", "7",
        ],
        check=True,
    )  # fmt: skip
    project = Project(folder, sources={"ga4": {"files": str(folder / "data" / "events_*.parquet")}})
    project.comments = True
    project.build()
    return project, json.loads((folder / "data" / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def demo_project(demo):
    return demo[0]


@pytest.fixture(scope="session")
def truth(demo):
    return demo[1]


@pytest.fixture(scope="session")
def sample_data():
    """Real exports: WAYMARK_SAMPLE_DATA, else ../shared/data beside the repository."""
    folder = Path(os.environ.get("WAYMARK_SAMPLE_DATA") or REPOSITORY.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no sample data in {folder}; WAYMARK_SAMPLE_DATA names another")
    return folder


@pytest.fixture(scope="session")
def engine_input(tmp_path_factory):
    """{load: Parquet file} of the events that every engine reads."""
    return engines.events_parquet(tmp_path_factory.mktemp("engine_input"))


@pytest.fixture(scope="session")
def on_duckdb(engine_input, tmp_path_factory):
    """All tables after each load, as DuckDB builds them: [load][table]."""
    return engines.DuckDB(tmp_path_factory.mktemp("on_duckdb"), engine_input)


@pytest.fixture(scope="session")
def all_sources(tmp_path_factory):
    """One build of the exports of all sources at once, with every data test."""
    folder = tmp_path_factory.mktemp("exports")
    project = Project(
        folder,
        sources={name: module.write(folder / name) for name, module in exports().items()},
        goals=[{"name": "visited", "match": {"where": {"is_session_start": True}}}],
        funnels=[],
        cohorts=[],
    )
    # Unit tests are written for the configuration of the project.
    project.dbt("build", "--exclude-resource-type", "unit_test")
    return project


# The longest first, so that no process is left alone with one of them in the end.
LONGEST = (
    "test_spark", "test_refresh", "test_postgres", "test_clickhouse_project", "test_cloud_sql",
    "test_snowflake_emulator", "test_ducklake", "test_publish", "test_funnel_oracle",
)  # fmt: skip


def pytest_collection_modifyitems(items):
    last = len(LONGEST)
    items.sort(
        key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else last
    )
