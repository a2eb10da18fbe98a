"""Time full builds and refreshes of the whole project on a generated GA4 export.

Writes what it measures into docs/performance.md, which says what it means.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from bisect import bisect_left
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
from benchmark import WORK, machine, write_figures
from benchmark_engine import DAYS, FUNNELS, START, log_of_day, peak_mb

REPORT = Path("docs/performance.md")
CORES = 2
LIMIT = "4GB"
RESTATED = 3
LATE = 100  # one event in so many of a day reaches its file when GA4 writes it again
BASE_FUNNELS = 5
FUNNEL_MODELS = ["funnel_definitions", "int_funnel_unit_days+"]
COHORT_MODELS = [
    "int_activity_days", "int_visitor_periods", "cohort_retention", "cohort_averages",
    "visitor_lifecycle", "visitor_stickiness",
]  # fmt: skip

MACRO = ["purchase", "sign_up", "newsletter_subscribed", "login"]
MICRO = [
    "view_item", "add_to_cart", "view_search_results", "view_cart", "add_shipping_info",
    "add_payment_info", "begin_checkout", "select_promotion", "video_start", "file_download",
    "share", "pricing",
]  # fmt: skip


# ---------- input


def day_file(day, late):
    """SQL of one day of the export, with or without the events that come late."""
    date = f"{START + timedelta(days=day):%Y%m%d}"
    return lambda rows: (
        f"""
        with {log_of_day(rows, day)},

        described as (
            select
                *,
                epoch_us(event_at) as event_us,
                visitor_id % 33 = 0 as has_account,
                -- people with an account use a second device for one session in three
                client_id || case when visitor_id % 33 = 0 and i % 3 = 0 then '.2' else '' end
                    as device_id,
                'https://shop.example.com/' || case
                    when event_name in ('page_view', 'scroll', 'user_engagement') then
                        ['', 'pricing', 'blog/how-to', 'services/fitting', 'about', 'contact']
                            [1 + (hash(event_id * 7 + 8) % 6)::int]
                    when event_name like '%cart' then 'cart'
                    when event_name in ('begin_checkout', 'purchase') or event_name like 'add_%'
                        then 'checkout'
                    else 'products/' || (hash(event_id * 7 + 8) % 400)
                end as page_location,
                ['(direct)', 'google', 'google', 'newsletter', 'facebook.com', 'partner.example']
                    [1 + (hash(i * 7 + 9) % 6)::int] as source,
                ['(none)', 'organic', 'cpc', 'email', 'referral', 'referral']
                    [1 + (hash(i * 7 + 9) % 6)::int] as medium,
                ['desktop', 'desktop', 'mobile', 'mobile', 'mobile', 'tablet']
                    [1 + (hash(visitor_id * 7 + 2) % 6)::int] as category,
                round(5 + (hash(event_id) % 20000)::int / 100.0, 2) as amount
            from log
            where {late} or hash(event_id * 7 + 9) % {LATE} > 0
        )

        select
            '{date}' as event_date,
            event_us as event_timestamp,
            event_name,
            list_filter([
                {parameter("ga_session_id", number="epoch_us(started_at) // 1000000")},
                {parameter("ga_session_number", number="1 + i % 6")},
                {parameter("page_location", text="page_location")},
                {parameter("page_title", text="'Page ' || event_name")},
                {parameter("engagement_time_msec", number="(hash(event_id) % 90000)::bigint")},
                case when event_name = 'scroll' then
                    {parameter("percent_scrolled", number="90")} end,
                case when event_name = 'purchase' then
                    {parameter("value", real="amount")} end,
                case when event_name = 'purchase' then
                    {parameter("currency", text="'EUR'")} end
            ], lambda p: p is not null) as event_params,
            i as event_bundle_sequence_id,
            case when has_account and i % 2 = 0 then 'user-' || visitor_id end as user_id,
            device_id as user_pseudo_id,
            {{
                'category': category,
                'operating_system': case category when 'desktop' then 'Windows' else 'Android' end,
                'language': 'en-gb',
                'browser': 'Chrome',
                'web_info': {{'browser': 'Chrome', 'hostname': 'shop.example.com'}}
            }} as device,
            {{
                'country': ['Germany', 'France', 'Poland', 'Spain', 'Italy']
                    [1 + (hash(visitor_id * 7 + 3) % 5)::int],
                'region': 'Region ' || (hash(visitor_id * 7 + 3) % 40),
                'city': 'City ' || (hash(visitor_id * 7 + 3) % 300)
            }} as geo,
            'WEB' as platform,
            '1234567890' as stream_id,
            {{'name': '', 'source': source, 'medium': medium}} as traffic_source,
            case when k = 0 then {{
                'manual_source': source,
                'manual_medium': medium,
                'manual_campaign_name': case when medium in ('cpc', 'email')
                    then 'campaign_' || (hash(i * 7 + 9) % 40) end
            }} end as collected_traffic_source,
            case when event_name = 'purchase' then {{
                'purchase_revenue': amount, 'transaction_id': 'T' || event_id
            }} end as ecommerce
        from described
        order by event_at
    """
    )


def parameter(key, text="null::varchar", number="null::bigint", real="null::double"):
    return (
        f"{{'key': '{key}', 'value': {{'string_value': {text}, 'int_value': {number},"
        f" 'float_value': null::double, 'double_value': {real}}}}}"
    )


def file_name(day):
    return f"events_{START + timedelta(days=day):%Y%m%d}.parquet"


def export(rows):
    """90 days and two more; of the last of the 90, `fresh` files come before the complete ones."""
    folder = WORK / f"export_{rows}"
    if folder.is_dir():
        return folder
    unfinished = folder.with_suffix(".unfinished")
    for part in ("complete", "fresh"):
        (unfinished / part).mkdir(parents=True, exist_ok=True)
    config = {"threads": CORES, "memory_limit": LIMIT, "temp_directory": str(WORK / "spill")}
    with duckdb.connect(config=config) as connection:
        for day in range(DAYS + 2):
            for part, late in (("complete", "true"), ("fresh", "false")):
                path = unfinished / part / file_name(day)
                if path.exists() or part == "fresh" and not DAYS - RESTATED < day <= DAYS:
                    continue
                connection.execute(
                    f"copy ({day_file(day, late)(rows)}) to '{path}.part' (format parquet)"
                )
                Path(f"{path}.part").rename(path)
    unfinished.rename(folder)
    return folder


def arrive(source, run, days, part="complete"):
    for day in days:
        path = run / "raw" / file_name(day)
        path.unlink(missing_ok=True)
        os.link(source / part / file_name(day), path)


# ---------- configuration


def variables(run, funnels):
    goals = [{"name": "revenue", "tier": 1, "match": {"event": "purchase"}, "metric": "value"}]
    special = {
        "pricing": {
            "match": {"event": "page_view", "where": {"page_path": {"starts_with": "/pricing"}}},
            "counting": "once_per_session",
        },
        "begin_checkout": {"after": {"goal": "add_to_cart", "within": "7 days"}},
        "file_download": {"counting": "once_per_session"},
        "share": {"counting": "once_per_visitor"},
        "login": {"counting": "once_per_session"},
    }
    for tier, parent, names in ((2, "revenue", MACRO), (3, "purchase", MICRO)):
        for name in names:
            goals.append(
                {
                    "name": name,
                    "tier": tier,
                    "parent": parent,
                    "match": {"event": name},
                    **special.get(name, {}),
                }  # fmt: skip
            )
    goals += [
        {"name": "session_start", "match": {"event": "session_start"}},
        {"name": "first_visit", "match": {"event": "first_visit"}},
        {
            "name": "engaged_often",
            "match": {"event": "user_engagement"},
            "min_occurrences": 3,
            "within": "7 days",
            "counting": "once_per_visitor",
        },
    ]
    week = {"interval": "week", "intervals": 8}
    return {
        "sources": {"ga4": {"files": str(run / "raw" / "events_*.parquet")}},
        "goals": goals,
        "funnels": [
            {
                "name": f"funnel_{number:02}",
                "steps": steps,
                "window": "30 days" if number % 5 == 1 else "7 days",
                **({"breakdowns": ["device_category"]} if number % 4 == 2 else {}),
            }
            for number, steps in enumerate(FUNNELS[:funnels], 1)
        ],
        "cohorts": [
            {"name": "visits", "start": "session_start", "return": "session_start", **week},
            {"name": "sign_ups", "start": "sign_up", "return": "view_item", **week},
            {
                "name": "buyers", "start": "purchase", "return": "purchase", **week,
                "criterion": "on_or_after",
            },
            {
                "name": "newcomers", "start": "first_seen", "return": "any_event",
                "interval": "day", "brackets": [1, "2-3", "4-7", "8-14"],
                "breakdowns": ["channel"],
            },
            {
                "name": "active", "start": "view_item", "return": "view_item",
                "first": "recurring", "interval": "week", "intervals": 4,
            },
        ],
    }  # fmt: skip


# ---------- a run


def size_mb(*paths):
    total = 0
    for path in paths:
        for file in path.rglob("*") if path.is_dir() else [path]:
            try:
                total += file.stat().st_size
            except FileNotFoundError:
                pass
    return total / 2**20


class Watch(threading.Thread):
    """CPU seconds of a process while it runs, and what it spills."""

    def __init__(self, process, spill):
        super().__init__(daemon=True)
        self.process, self.spill = process, spill
        self.spill_mb, self.moments, self.seconds = 0.0, [], []
        self.start()

    def run(self):
        with suppress(FileNotFoundError, ProcessLookupError):
            while True:
                with open(f"/proc/{self.process.pid}/stat") as file:
                    ticks = file.read().rpartition(")")[2].split()[11:13]
                self.moments.append(time.time())
                self.seconds.append(sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK"))
                self.spill_mb = max(self.spill_mb, size_mb(self.spill))
                time.sleep(0.05)

    def cpu(self, part):
        """Of a part of the timing of a node."""
        spent = []
        for edge in ("started_at", "completed_at"):
            moment = datetime.fromisoformat(part[edge]).timestamp()
            at = bisect_left(self.moments, moment)
            spent.append(self.seconds[min(at, len(self.seconds) - 1)])
        return spent[1] - spent[0]


def dbt(run, *arguments, funnels=BASE_FUNNELS):
    """One dbt command in a process of its own."""
    database = run / "waymark.duckdb"
    command = [
        str(Path(sys.executable).with_name("dbt")),
        *arguments, "--quiet", "--vars", json.dumps(variables(run, funnels)),
    ]  # fmt: skip
    environment = {
        **os.environ,
        "WAYMARK_DATABASE": str(database),
        "WAYMARK_MEMORY_LIMIT": LIMIT,
        "WAYMARK_THREADS": "1",  # one model at a time, so that its seconds are its own
        "DBT_TARGET_PATH": str(run / "target"),
        "DBT_LOG_PATH": str(run / "logs"),
    }
    process = subprocess.Popen(command, env=environment)
    watch = Watch(process, Path(f"{database}.tmp"))
    _, status, usage = os.wait4(process.pid, 0)
    watch.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"dbt {' '.join(arguments)} failed: see {run}/logs/dbt.log")
    results = json.loads((run / "target" / "run_results.json").read_text())
    models = {
        node["unique_id"].split(".")[2]: {
            "seconds": node["execution_time"],
            **{f"{part['name']}_cpu": watch.cpu(part) for part in node["timing"]},
        }
        for node in results["results"]
        if node["unique_id"].startswith("model.")
    }
    return {
        "seconds": sum(model["seconds"] for model in models.values()),
        "cpu": sum(model["compile_cpu"] + model["execute_cpu"] for model in models.values()),
        "compiling_cpu": sum(model["compile_cpu"] for model in models.values()),
        "elapsed": results["elapsed_time"],
        "all_cpu": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10),
        "spill_mb": watch.spill_mb,
        "database_mb": size_mb(database),
        "models": models,
    }


def lift_query():
    """How much likelier each macro goal is after each micro goal: no mart has it yet."""
    goals = {
        name: f"(select goal_id from goals where goal_name = '{name}')" for name in MICRO + MACRO
    }
    firsts = ", ".join(
        f"min(event_order) filter (goal_id = {goals[name]}) as {name}" for name in goals
    )
    cells = ", ".join(
        f"count({micro}), count(*) filter ({macro} > {micro}),"
        f" count(*) filter ({micro} is null and {macro} is not null)"
        for micro in MICRO
        for macro in MACRO
    )
    return f"""
        select count(*), {cells}
        from (
            select visitor_key, {firsts} from goal_completions
            where goal_id in ({", ".join(goals.values())})
            group by visitor_key
        )
    """


def run_query(database, sql):
    config = {"threads": CORES, "memory_limit": LIMIT}
    with duckdb.connect(database, read_only=True, config=config) as connection:
        started = time.perf_counter()
        connection.execute(sql).fetchall()
        return {"seconds": time.perf_counter() - started, "peak_mb": peak_mb()}


def query(run, sql):
    done = subprocess.run(
        [sys.executable, __file__, "--child"],
        input=json.dumps([str(run / "waymark.duckdb"), sql]),
        text=True,
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)


# Columns that say when a run was, not what is so.
OF_THE_RUN = ["loaded_at", "last_loaded_at", "shard_version", "revision", "sequence_number"]


def contents(run):
    """{table: number of rows and a sum over them}, whatever their order."""
    found = {}
    with duckdb.connect(
        str(run / "waymark.duckdb"), read_only=True, config={"memory_limit": LIMIT}
    ) as connection:
        tables = connection.execute("""
            select table_name, list(column_name) from duckdb_columns()
            where not internal and schema_name = 'main' and table_name not like 'refresh%'
                and table_name not in ('visitor_changes', 'source_loads', 'staged_events')
            group by table_name order by table_name
        """).fetchall()
        for table, columns in tables:
            kept = ", ".join(f'"{name}"' for name in columns if name not in OF_THE_RUN)
            found[table] = connection.execute(
                f'select count(*), sum(hash({kept})::hugeint) from "{table}"'
            ).fetchone()
    return found


def measure(rows, compare):
    """{what was run: its figures}, which also stay in a file for the next size to compare with."""
    source = export(rows)
    run = WORK / f"run_{rows}"
    shutil.rmtree(run, ignore_errors=True)
    (run / "raw").mkdir(parents=True)
    complete = DAYS - RESTATED + 1
    arrive(source, run, range(complete))
    arrive(source, run, range(complete, DAYS), "fresh")
    runs = {}

    def note(name, result):
        runs[name] = result
        figures = [f"{key} {value:,.1f}" for key, value in result.items() if key != "models"]
        print(f"{rows:,}, {name}: {', '.join(figures)}", flush=True)
        results_of(rows).write_text(json.dumps(runs, indent=1))

    dbt(run, "seed")
    note("full build", dbt(run, "run"))
    note("no change", dbt(run, "run"))
    arrive(source, run, [DAYS], "fresh")
    note("+1 day", dbt(run, "run"))
    arrive(source, run, range(complete, DAYS + 2))
    note("+1 day, 3 days re-stated", dbt(run, "run"))
    note("lift, 12 x 4", query(run, lift_query()))
    for funnels in (1, 20, BASE_FUNNELS):
        note(
            f"{funnels} funnels" if funnels > 1 else "1 funnel",
            dbt(run, "run", "--full-refresh", "--select", *FUNNEL_MODELS, funnels=funnels),
        )
    if compare:
        refreshed = contents(run)
        note("full build again", dbt(run, "run", "--full-refresh"))
        built = contents(run)
        differing = [table for table in built if built[table] != refreshed.get(table)]
        if differing:
            sys.exit(f"A refresh and a full build differ in {', '.join(differing)}.")
    return runs


def results_of(rows):
    return WORK / f"refresh_{rows}.json"


# ---------- report


def report(rows, runs):
    full = runs["full build"]
    yield f"### {rows:,} events\n\nMachine: {machine()}\n"
    yield "| run | models, s | CPU s | of the full build | peak MB | spill, MB | database, MB |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for name, run in runs.items():
        if "models" in run:
            yield (
                f"| {name} | {run['seconds']:.1f} | {run['cpu']:.1f} "
                f"| {run['cpu'] / full['cpu']:.1%} | {run['peak_mb']:,.0f} "
                f"| {run['spill_mb']:,.0f} | {run['database_mb']:,.0f} |"
            )
        else:
            yield f"| {name} | {run['seconds']:.1f} | | | {run['peak_mb']:,.0f} | | |"
    compared = [name for name in ("full build", "+1 day", "+1 day, 3 days re-stated", "no change")]
    smaller = results_of(rows // 10)
    smaller = json.loads(smaller.read_text())["full build"] if smaller.is_file() else None
    yield "\nCPU seconds of each model, without those in which dbt makes its SQL:\n"
    yield f"| model | {' | '.join(compared)} |" + (f" of {rows // 10:,} |" if smaller else "")
    yield "|---|" + "---:|" * (len(compared) + bool(smaller))
    models = {
        name: [runs[run]["models"][name]["execute_cpu"] for run in compared]
        for name in full["models"]
    }
    models["all"] = [
        sum(model["execute_cpu"] for model in runs[run]["models"].values()) for run in compared
    ]
    for name, seconds in sorted(models.items(), key=lambda item: -item[1][0]):
        if max(seconds) >= models["all"][0] / 500:
            before = smaller and (
                sum(model["execute_cpu"] for model in smaller["models"].values())
                if name == "all"
                else smaller["models"].get(name, {}).get("execute_cpu")
            )
            slope = f" {seconds[0] / before:.1f}x |" if before else " |" if smaller else ""
            yield f"| {name} | {' | '.join(f'{value:.2f}' for value in seconds)} |{slope}"
    branches = {
        "sessions": ["sessions"],
        "goals": ["goal_completions"],
        "retention": COHORT_MODELS,
    }
    parts = [
        f"{branch} {sum(full['models'][name]['execute_cpu'] for name in names):.1f}"
        for branch, names in branches.items()
    ]
    yield f"\nParts of the full build, CPU s: {', '.join(parts)}."


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--no-compare", action="store_true", help="no full build to compare with")
    parser.add_argument("--generate", action="store_true", help="only the export")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(run_query(*json.load(sys.stdin))))
        return
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    for rows in options.rows:
        if options.generate:
            export(rows)
        else:
            runs = measure(rows, compare=not options.no_compare)
            write_figures(f"{rows:,} events", report(rows, runs), REPORT)


if __name__ == "__main__":
    main()
