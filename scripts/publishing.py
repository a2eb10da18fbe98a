"""Publishing: tables of a DuckDB file as a version that BI tools read, switched in one rename.

    <folder>/latest            -> versions/<id>             the only thing that ever changes
    <folder>/waymark.duckdb    -> latest/waymark.duckdb     read-only, for DuckDB 1.0 and newer
    <folder>/latest.json       -> latest/manifest.json
    <folder>/versions/<id>/<table>.parquet

A version is written under a hidden name, brought to disk and renamed; then `latest` is replaced.
Whoever calls sees to it that nobody else publishes to the folder at the same time.
"""

import json
import os
import re
import shutil
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path

import duckdb

STORAGE = "v1.0.0"
DATABASE = "waymark.duckdb"
MANIFEST = "manifest.json"
LINKS = {DATABASE: f"latest/{DATABASE}", "latest.json": f"latest/{MANIFEST}"}
# The link that is about to replace another.
BESIDE = ".latest"
# Who has found the way to a version before the switch must be able to read it after the switch.
FEWEST_KEPT = 2
ID = "%Y%m%dT%H%M%S%fZ"
# Of a version, or hidden: being written, or being removed. Other names are none of ours.
OURS = re.compile(r"\.?\d{8}T\d{12}Z")


class NotPublished(Exception):
    """What to publish is not there, or cannot be: a sentence for people."""


def current_version(folder):
    """The id of the version that readers see; None where there is none."""
    latest = Path(folder, "latest")
    return os.path.basename(os.readlink(latest)) if latest.is_symlink() else None


def versions(folder):
    """Ids of all whole versions, oldest first."""
    return sorted(one.name for one in _ours(folder) if not one.name.startswith("."))


def _ours(folder):
    return [one for one in Path(folder, "versions").glob("*") if OURS.fullmatch(one.name)]


def clean(folder):
    """Remove what a killed publication has left: versions unfinished, or never switched to."""
    current = current_version(folder)
    Path(folder, BESIDE).unlink(missing_ok=True)
    for path in _ours(folder):
        if path.name.startswith(".") or (current and path.name > current):
            _remove(path)


def publish(database, folder, tables, facts=None, keep=3):
    """Publish `tables`, a list of (schema, name), of a DuckDB file; returns the manifest.

    `facts` is what else the manifest should say. The last `keep` versions are kept.
    """
    folder = Path(folder)
    names = [name for _, name in tables]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise NotPublished(f"Two published tables have the name {twice[0]}: give one an alias.")
    if keep < FEWEST_KEPT:
        raise NotPublished(f"keep is {keep}, and must be {FEWEST_KEPT} or more.")
    (folder / "versions").mkdir(parents=True, exist_ok=True)
    clean(folder)
    version = _next_id(folder)
    facts = {"version": version, **(facts or {})}
    hidden = folder / "versions" / f".{version}"
    hidden.mkdir()
    try:
        rows = _write_tables(database, hidden, tables, facts)
        finished_at = datetime.now(timezone.utc).isoformat(timespec="seconds")
        manifest = {**facts, "finished_at": finished_at, "tables": rows}
        (hidden / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        _to_disk(hidden)
        hidden.rename(folder / "versions" / version)
        _sync(folder / "versions")
        _switch(folder, version)
    except BaseException:
        clean(folder)
        raise
    for old in versions(folder)[:-keep]:
        # Published is published; the next publication removes what stays.
        with suppress(OSError):
            _remove(folder / "versions" / old)
    return manifest


def _next_id(folder):
    """Now, and later than any version: a clock may go back."""
    now = datetime.now(timezone.utc)
    newest = max(versions(folder), default="")
    if newest and newest >= now.strftime(ID):
        now = datetime.strptime(newest, ID) + timedelta(microseconds=1)
    return now.strftime(ID)


def _write_tables(database, hidden, tables, facts):
    """Both formats, from one snapshot of the source; returns {table: number of rows}."""
    rows = {}
    settings = {"temp_directory": str(hidden / "spilled")}
    if os.environ.get("WAYMARK_MEMORY_LIMIT"):
        settings["memory_limit"] = os.environ["WAYMARK_MEMORY_LIMIT"]
    with duckdb.connect(config=settings) as connection:
        run = connection.execute
        # By its own name: views name the database that they read.
        source = _quoted(Path(database).stem)
        run(f"attach {_text(database)} as {source} (read_only)")
        run(f"attach {_text(hidden / DATABASE)} as _published (storage_version '{STORAGE}')")
        there = {
            (schema, name): comment
            for schema, name, comment in run(
                "select schema_name, table_name, comment from duckdb_tables()"
                " where database_name = ? union all"
                " select schema_name, view_name, comment from duckdb_views()"
                " where database_name = ?",
                [Path(database).stem] * 2,
            ).fetchall()
        }
        for schema, name in tables:
            if (schema, name) not in there:
                raise NotPublished(
                    f"{database} has no table {schema}.{name}. Refresh once without --select."
                )
            table = f"_published.{_quoted(schema)}.{_quoted(name)}"
            run(f"create schema if not exists _published.{_quoted(schema)}")
            run(f"create table {table} as from {source}.{_quoted(schema)}.{_quoted(name)}")
            if there[schema, name]:
                run(f"comment on table {table} is {_text(there[schema, name])}")
            described = run(
                "select column_name, comment from duckdb_columns() where database_name = ?"
                " and schema_name = ? and table_name = ? and comment is not null",
                [Path(database).stem, schema, name],
            ).fetchall()
            for column, comment in described:
                run(f"comment on column {table}.{_quoted(column)} is {_text(comment)}")
            rows[name] = run(f"select count(*) from {table}").fetchone()[0]
            _write_parquet(run, table, hidden / f"{name}.parquet")
        _write_publication(run, hidden, facts)
        run("detach _published")
    shutil.rmtree(hidden / "spilled", ignore_errors=True)
    return rows


def _write_publication(run, hidden, facts):
    """One row that says which version this is, for a dashboard to show."""
    run(
        "create table _published.main.publication as select ?::varchar as version,"
        " strptime(?, ?)::timestamp as published_at, ?::timestamp as last_event_at,"
        " ?::varchar as git_commit",
        [
            facts["version"], facts["version"], ID,
            max((one["last_event_at"] or "" for one in facts.get("sources", [])), default="")
            or None,
            (facts.get("git") or {}).get("commit"),
        ],
    )  # fmt: skip
    comments = {
        "table _published.main.publication": "One row: the version of everything in this file.",
        "column _published.main.publication.version": "Its id, as in the folder `versions`.",
        "column _published.main.publication.published_at": "When it was written, UTC.",
        "column _published.main.publication.last_event_at": "How far the data reaches, UTC.",
        "column _published.main.publication.git_commit": "Of the project that built it.",
    }
    for thing, comment in comments.items():
        run(f"comment on {thing} is {_text(comment)}")
    _write_parquet(run, "_published.main.publication", hidden / "publication.parquet")


def _write_parquet(run, table, path):
    run(f"copy {table} to {_text(path)} (format parquet, compression zstd)")


def _switch(folder, version):
    for name, leads_to in LINKS.items():
        if not (folder / name).is_symlink() or os.readlink(folder / name) != leads_to:
            _link(folder, name, leads_to)
    _link(folder, "latest", f"versions/{version}")


def _link(folder, name, leads_to):
    """A symbolic link in place of whatever has this name."""
    beside = folder / BESIDE
    beside.symlink_to(leads_to)
    os.replace(beside, folder / name)
    _sync(folder)


def _to_disk(folder):
    """What was written survives a loss of power, and nobody writes into it by mistake."""
    for path in folder.iterdir():
        path.chmod(path.stat().st_mode & ~0o222)
        _sync(path)
    _sync(folder)


def _sync(path):
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path):
    """First out of sight: nobody finds half of it. Who has a file open can read on."""
    hidden = path.with_name(f".{path.name.lstrip('.')}")
    if hidden != path:
        path.rename(hidden)
    shutil.rmtree(hidden)


def _quoted(name):
    return '"' + str(name).replace('"', '""') + '"'


def _text(value):
    return "'" + str(value).replace("'", "''") + "'"
