"""All sources at once: nothing is lost, and a table gives what its files give."""

import duckdb
import pytest

from exports import as_tables, exports
from helpers import Project

# What tells where and when a row was read.
OF_THE_READING = {"source_shard", "shard_version", "loaded_at", "raw_payload"}

EVENT_SOURCES = [name for name, module in exports().items() if hasattr(module, "ROWS")]


@pytest.mark.parametrize("name", EVENT_SOURCES)
def test_raw_rows_are_accepted_or_rejected(all_sources, name):
    """Row by row: what came in is in `events`, or in `rejected_events` with a reason."""
    [(accepted,)] = all_sources.values(f"select count(*) from events where source_name = '{name}'")
    rejected = all_sources.values(f"""
        select count(*), count(reason), count(raw_payload) from rejected_events
        where source_name = '{name}'
    """)
    [(rows, reasons, payloads)] = rejected
    assert accepted + rows == exports()[name].ROWS
    assert rows == reasons == payloads
    assert accepted > 0


def test_every_event_source_is_there(all_sources):
    assert all_sources.values("select distinct source_name from events order by 1") == [
        (name,) for name in sorted(EVENT_SOURCES)
    ]


def staged(project, columns, name):
    return project.values(f"""
        select {", ".join(columns)} from stg_{name}__events
        where reject_reason is null order by all
    """)


def test_tables_give_what_files_give(all_sources, tmp_path):
    """The same exports, loaded into tables of the database first."""
    sources, readers = as_tables(
        {
            name: configured
            for name, configured in all_sources.variables["sources"].items()
            if name in EVENT_SOURCES
        }
    )
    project = Project(tmp_path, sources=sources, goals=[], funnels=[], cohorts=[])
    with duckdb.connect(str(project.database)) as database:
        for table, reader in readers.items():
            database.execute(f'create table {table} as from {reader}')
    project.build("tag:staging")
    columns = [
        column
        for (column,) in all_sources.values(
            "select column_name from (describe staged_events) where column_name not like '%_key'"
        )
        if column not in OF_THE_READING | {"properties"}
    ]
    for name in sources:
        assert staged(project, columns, name) == staged(all_sources, columns, name), name
