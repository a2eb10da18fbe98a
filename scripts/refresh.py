"""A refresh that BI tools never see half of: build beside, run all tests, publish in one rename.

    python scripts/refresh.py --publish /srv/waymark --keep 3

docs/publishing.md says what comes out, and how to run it on a schedule.
"""

import argparse
import fcntl
import json
import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from publishing import FEWEST_KEPT, STORAGE, NotPublished, current_version, publish

TESTS = ("test", "unit_test")
STATES = {"pass": "passed", "warn": "warned"}


class Stopped(Exception):
    """Nothing was published, for a reason that is told in plain words."""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add = parser.add_argument
    add("--publish", default="published", metavar="FOLDER", help="what BI reads (published)")
    add("--keep", type=int, default=3, metavar="N", help="versions that are kept (3)")
    add(
        "--staging", default="target/staging", metavar="FOLDER",
        help="what is built in, kept from refresh to refresh (target/staging)",
    )  # fmt: skip
    add("--project-dir", default=".", metavar="FOLDER", help="the dbt project (.)")
    add("--profiles-dir", metavar="FOLDER", help="of profiles.yml (the project)")
    for name in ("target", "vars", "select", "exclude", "threads"):
        add(f"--{name}", help="passed on to dbt")
    add("--full-refresh", action="store_true", help="passed on to dbt")
    given = parser.parse_args()
    if given.keep < FEWEST_KEPT:
        parser.error(f"--keep {given.keep}: at least {FEWEST_KEPT}, for those who read the last")
    return given


@contextmanager
def alone(folder):
    """No other refresh in this folder; the system gives the lock back, however this one ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".refresh.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Stopped(
                f"Another refresh ({lock.read().strip()}) works in {folder}."
                " Nothing was changed: start again when it has ended."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, since {now()}")
        lock.flush()
        yield


def now():
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


class Refresh:
    """One run of dbt in the staging folder, and what it says."""

    def __init__(self, given):
        self.given = given
        self.project = Path(given.project_dir).resolve()
        self.staging = Path(given.staging).resolve()
        self.folder = Path(given.publish).resolve()
        self.database = self.staging / "waymark.duckdb"
        self.started_at = now()
        self.results = []
        self.said = []

    def run(self):
        """Build and test; then publish. Returns the manifest."""
        given = self.given
        narrowed = [f"--{name}={getattr(given, name)}" for name in ("select", "exclude")
                    if getattr(given, name)]  # fmt: skip
        anew = ["--full-refresh"] if given.full_refresh else []
        self.dbt("build", *narrowed, *anew)
        tables = self.tables()
        if narrowed:
            # What was left out is published, too: it must hold beside what was built now.
            self.dbt("test")
        return publish(self.database, self.folder, tables, self.facts(), given.keep)

    def dbt(self, command, *options):
        given = self.given
        passed_on = [
            f"--{name}={getattr(given, name)}"
            for name in ("target", "vars", "threads")
            if getattr(given, name)
        ]
        os.environ["WAYMARK_DATABASE"] = str(self.database)
        try:
            # In this process: killed with it, dbt leaves no process behind that holds the database.
            outcome = dbtRunner(callbacks=[self.listen]).invoke(
                [
                    command, "--log-level", "none", "--log-level-file", "debug",
                    *options, *passed_on,
                    "--project-dir", str(self.project),
                    "--profiles-dir", str(Path(given.profiles_dir or self.project).resolve()),
                    "--target-path", str(self.staging / "dbt"),
                    "--log-path", str(self.staging / "logs"),
                ]
            )  # fmt: skip
        finally:
            DuckDBConnectionManager.close_all_connections()
        results = getattr(outcome.result, "results", None) or []
        self.results += results
        if outcome.exception or not outcome.success:
            raise Stopped(self.complaints(outcome.exception))

    def listen(self, event):
        """What the project itself says to its users."""
        if event.info.msg.startswith("waymark: "):
            self.said.append(event.info.msg)

    def complaints(self, exception):
        failed = [one for one in self.results if one.status in ("fail", "error")]
        errors = {}
        for one in failed:
            if one.status == "error":
                errors.setdefault(str(one.message).strip(), []).append(one.node.name)
        lines = [explained(str(exception).strip(), self.staging)] if exception else []
        for message, names in errors.items():
            message = explained(message, self.staging)
            lines.append(f"error in {', '.join(names)}:\n    " + message.replace("\n", "\n    "))
        tests = [one for one in failed if one.status == "fail"]
        if tests:
            count = "1 test failed" if len(tests) == 1 else f"{len(tests)} tests failed"
            lines.append(f"{count}:")
            lines += [self.describe(one) for one in tests]
        lines += self.said
        return "\n".join(lines or ["dbt did not succeed"])

    def describe(self, result):
        """A failed test: its name, the model, the rows and where to look."""
        node = result.node
        ids = [getattr(node, "attached_node", None) or ""]
        ids += getattr(getattr(node, "depends_on", None), "nodes", [])
        model = next((one.rpartition(".")[2] for one in ids if one), getattr(node, "model", "-"))
        rows = result.message if result.failures is None else f"{result.failures} break it"
        lines = [
            f"  {node.name}",
            f"    model  {model}",
            f"    rows   {rows}",
            f"    rule   {self.project / node.original_file_path}",
        ]
        compiled = getattr(node, "compiled_path", None)
        if compiled:
            query = self.staging / "dbt" / Path(compiled).relative_to(self._target_of(compiled))
            lines.append(f"    look   duckdb -readonly {self.database} < {query}")
        return "\n".join(lines)

    @staticmethod
    def _target_of(path):
        """dbt gives the path from the project or from the root, whatever --target-path was."""
        parts = Path(path).parts
        return Path(*parts[: parts.index("compiled")])

    def tables(self):
        """What has `meta: {publish: true}`, as (schema, name)."""
        manifest = json.loads((self.staging / "dbt" / "manifest.json").read_text(encoding="utf-8"))
        nodes = [
            node
            for node in manifest["nodes"].values()
            if node["config"].get("meta", {}).get("publish")
            and node["resource_type"] in ("model", "seed", "snapshot")
            and node["config"]["materialized"] != "ephemeral"
        ]
        if not nodes:
            raise Stopped("No model has meta: {publish: true}: there is nothing to publish.")
        elsewhere = {node["database"] for node in nodes} - {self.database.stem}
        if manifest["metadata"]["adapter_type"] != "duckdb" or elsewhere:
            raise Stopped(
                f"dbt did not build in {self.database}. The output of profiles.yml must be of type"
                " duckdb and take its path from env_var('WAYMARK_DATABASE')."
            )
        return sorted((node["schema"], node["alias"]) for node in nodes)

    def facts(self):
        """What the manifest says beside its version and rows."""
        return {
            "started_at": self.started_at,
            "git": git_state(self.project),
            "dbt_version": version("dbt-core"),
            "adapter_version": version("dbt-duckdb"),
            "duckdb_version": duckdb.__version__,
            "storage_version": STORAGE,
            "selected": self.given.select,
            "sources": self.sources(),
            "tests": self.tests(),
        }

    def tests(self):
        """Names by outcome; of a test that ran twice, the last."""
        last = {one.node.unique_id: one for one in self.results if one.node.resource_type in TESTS}
        names = {"passed": [], "warned": [], "failed": []}
        for one in last.values():
            names[STATES.get(str(one.status), "failed")].append(one.node.name)
        return {outcome: sorted(listed) for outcome, listed in names.items()}

    def sources(self):
        """How far the data of each source reaches."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            there = connection.execute(
                "select schema_name from duckdb_tables() where table_name = 'source_loads'"
            ).fetchone()
            if not there:
                return []
            # Of each file or day, what was read last.
            cursor = connection.execute(f"""
                with loads as (
                    from "{there[0]}".source_loads
                    qualify row_number() over (
                        partition by source_name, source_shard order by revision desc
                    ) = 1
                )
                select
                    source_name,
                    count(*) as loads,
                    sum(staged_rows)::bigint as rows,
                    max(last_event_at)::varchar as last_event_at,
                    max(loaded_at)::varchar as last_loaded_at
                from loads
                where not is_gone
                group by source_name
                order by source_name
            """)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row)) for row in cursor.fetchall()]


def explained(message, folder):
    if any(words in message for words in ("No space left", "File too large")):
        return f"The disk is full: make room for {folder}. {message}"
    return message


def git_state(project):
    """Commit, and whether files differ from it; None outside of a repository, or without git."""

    def git(*words):
        command = ["git", "-C", project, *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    try:
        commit = git("rev-parse", "HEAD")
        return {"commit": commit, "is_dirty": bool(git("status", "--porcelain"))}
    except (OSError, subprocess.CalledProcessError):
        return None


def refresh(given):
    run = Refresh(given)
    if run.folder == run.staging:
        raise Stopped(f"--publish and --staging are both {run.folder}: use two folders.")
    try:
        with ExitStack() as locks:
            # Before the long build: whoever may not write there is told now.
            for folder in (run.folder, run.staging):
                locks.enter_context(alone(folder))
            print(f"Building and testing in {run.database}", flush=True)
            manifest = run.run()
    except NotPublished as error:
        raise Stopped(str(error)) from None
    except (OSError, duckdb.Error) as error:
        raise Stopped(explained(f"Reading or writing failed: {error}", run.folder)) from None
    tests = manifest["tests"]
    print(f"{len(tests['passed'])} tests passed, {len(tests['warned'])} warned")
    for line in [*run.said, *(f"warned: {name}" for name in tests["warned"])]:
        print(f"  {line}")
    print(f"Published {manifest['version']}: {len(manifest['tables'])} tables in {run.folder}")


def main():
    given = arguments()
    try:
        refresh(given)
    except Stopped as reason:
        version = current_version(given.publish)
        still = f"Readers still see {version}." if version else "Nothing was published before."
        sys.exit(f"waymark: nothing was published.\n{reason}\n{still}")


if __name__ == "__main__":
    main()
