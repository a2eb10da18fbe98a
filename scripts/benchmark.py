"""Time whole builds and write the figures into docs/benchmarks.md, which says what they mean."""

import glob
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import duckdb

WORK = Path("target/bench")
REPORT = Path("docs/benchmarks.md")
SAMPLE = Path(os.environ.get("WAYMARK_SAMPLE_DATA", "../shared/data")) / "ga4_sample_ecommerce"
INPUTS = {
    "demo, 60 days": "data/demo/events_*.parquet",
    "GA4 sample export": str(SAMPLE / "*.parquet"),
}
SLOWEST_MODELS = 12
PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb")


def build(directory, files):
    """One `dbt build`: seconds and peak memory of the process, and what dbt says of each node."""
    command = [
        str(Path(sys.executable).with_name("dbt")),
        *("build", "--quiet", "--vars", json.dumps({"sources": {"ga4": {"files": files}}})),
    ]
    environment = {
        **os.environ,
        "WAYMARK_DATABASE": str(directory / "waymark.duckdb"),
        "DBT_TARGET_PATH": str(directory),
    }
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    results = directory / "run_results.json"
    if not results.is_file():
        sys.exit(f"dbt stopped before it ran anything (exit code {process.returncode}).")
    results = json.loads(results.read_text())
    bytes_per_unit = 1 if sys.platform == "darwin" else 1024
    return {
        "seconds": seconds,
        "start_up": seconds - results["elapsed_time"],
        "peak_mb": usage.ru_maxrss * bytes_per_unit / 2**20,
        "nodes": results["results"],
    }


def node_kind(node):
    return node["unique_id"].split(".")[0]


def summary_row(name, run, result):
    seconds = {kind: 0.0 for kind in ("model", "test", "seed", "unit_test")}
    for node in result["nodes"]:
        seconds[node_kind(node)] = seconds.get(node_kind(node), 0) + node["execution_time"]
    failed = sum(node["status"] in ("fail", "error", "skipped") for node in result["nodes"])
    return (
        f"| {name} | {run} | {result['seconds']:.1f} | {result['start_up']:.1f} "
        f"| {seconds['model']:.1f} | {seconds['test'] + seconds['unit_test']:.1f} "
        f"| {result['peak_mb']:,.0f} | {len(result['nodes'])} | {failed} |"
    )


def model_table(first, second):
    again = {node["unique_id"]: node["execution_time"] for node in second["nodes"]}
    models = [node for node in first["nodes"] if node_kind(node) == "model"]
    models.sort(key=lambda node: -node["execution_time"])
    yield "| model | first build, s | no-change build, s |"
    yield "|---|---:|---:|"
    for node in models[:SLOWEST_MODELS]:
        name = node["unique_id"].split(".")[-1]
        yield f"| `{name}` | {node['execution_time']:.2f} | {again[node['unique_id']]:.2f} |"


def row_counts(directory):
    with duckdb.connect(str(directory / "waymark.duckdb"), read_only=True) as connection:
        return connection.execute(
            "select (select count(*) from events), (select count(*) from rejected_events), "
            "(select count(*) from visitors)"
        ).fetchone()


def measure():
    summary, details = [], []
    for name, files in INPUTS.items():
        if not glob.glob(files):
            print(f"{name}: skipped, no file matches {files}", flush=True)
            summary.append(f"| {name} | skipped: no data | | | | | | | |")
            continue
        directory = WORK / re.sub(r"\W+", "_", name)
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        runs = {}
        for run in ("first build", "no-change build"):
            runs[run] = build(directory, files)
            summary.append(summary_row(name, run, runs[run]))
            print(f"{name}, {run}: {runs[run]['seconds']:.1f} s", flush=True)
        accepted, rejected, visitors = row_counts(directory)
        details += [
            f"\n### {name}\n",
            f"{accepted:,} events, {rejected:,} rejected rows, {visitors:,} visitors. "
            f"The {SLOWEST_MODELS} slowest models:\n",
            *model_table(*runs.values()),
        ]
    return summary, details


def machine(*more):
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in (*PACKAGES, *more))
    return (
        f"{os.cpu_count()} cores, {gigabytes:.0f} GiB of memory, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}, {packages}; "
        f"{time.strftime('%Y-%m-%d', time.gmtime())}."
    )


def write_figures(section, lines, report=REPORT):
    """Replace what stands between the two marks of a section of the report."""
    start, end = (f"<!-- {section}: {edge} -->\n" for edge in ("start", "end"))
    before, _, rest = report.read_text().partition(start)
    after = rest.partition(end)[2]
    report.write_text(before + start + "\n".join(lines) + "\n" + end + after)
    print(f"The figures are in {report}.")


def main():
    summary, details = measure()
    lines = [
        f"Machine: {machine()}\n",
        "| input | run | wall, s | start-up, s | models, s | tests, s | peak MB | nodes | failed |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
        *summary,
        *details,
    ]
    write_figures("builds", lines)


if __name__ == "__main__":
    main()
