"""All sources at once: nothing is lost, and a table gives what its files give."""

import duckdb
import pytest

from exports import exports
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


def tables(configured, database, name):
    """The configuration of a source with a table in place of each of its files."""
    files = configured["files"]
    files = files if isinstance(files, dict) else {"": files}
    relation = {}
    for table, listed in files.items():
        relation[table] = []
        for number, path in enumerate([listed] if isinstance(listed, str) else listed):
            made = f"raw_{name}_{configured.get('property') or ''}_{table}_{number}"
            reader = (
                f"read_parquet('{path}', union_by_name = true)"
                if ".parquet" in path
                else f"read_csv('{path}', union_by_name = true, all_varchar = true)"
                if ".csv" in path
                else f"read_json('{path}', ignore_errors = true, format = 'newline_delimited')"
            )
            database.execute(f'create table "{made}" as from {reader}')
            relation[table].append(f'"{made}"')
    kept = {key: value for key, value in configured.items() if key != "files"}
    return {**kept, "relation": relation[""] if "" in relation else relation}


def test_tables_give_what_files_give(all_sources, tmp_path):
    """The same exports, loaded into tables of the database first."""
    project = Project(tmp_path, goals=[], funnels=[], cohorts=[])
    compared = []
    with duckdb.connect(str(project.database)) as database:
        for name, configured in all_sources.variables["sources"].items():
            if name not in EVENT_SOURCES or name == "ga4":
                continue
            listed = configured if isinstance(configured, list) else [configured]
            made = [tables(one, database, name) for one in listed]
            project.variables.setdefault("sources", {})[name] = (
                made if isinstance(configured, list) else made[0]
            )
            compared.append(name)
    project.build("tag:staging")
    columns = [
        column
        for (column,) in all_sources.values(
            "select column_name from (describe staged_events) where column_name not like '%_key'"
        )
        if column not in OF_THE_READING | {"properties"}
    ]
    for name in compared:
        sql = f"""
            select {", ".join(columns)} from stg_{name}__events
            where reject_reason is null order by all
        """
        assert project.values(sql) == all_sources.values(sql), name
