"""Time Waymark's funnels, cohorts and sessions beside other engines on one generated event log.

Each contestant runs in a process of its own, so that its memory is its own, and takes its turn in
every round. Waymark's SQL is what dbt makes of the macros and models of this repository.
"""

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import duckdb
from benchmark import WORK, machine, write_figures
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

THREADS = 2
LIMIT_MB = 4096
LONG = 60  # seconds: what takes longer runs once
DAYS = 90
START = datetime(2026, 1, 5)  # a Monday
WEEKS = 8
DAY_US = 86_400_000_000

# Per mille of the events that are not on the way to a purchase.
WEIGHTS = {
    "page_view": 408, "scroll": 140, "user_engagement": 120, "session_start": 80, "view_item": 70,
    "view_search_results": 30, "view_cart": 25, "first_visit": 22, "add_to_cart": 20,
    "add_shipping_info": 14, "add_payment_info": 12, "login": 12, "begin_checkout": 10,
    "select_promotion": 10, "sign_up": 6, "video_start": 6, "newsletter_subscribed": 5, "share": 4,
    "file_download": 4, "purchase": 2,
}  # fmt: skip
GOALS = {name: number for number, name in enumerate(WEIGHTS, 1)}

STEPS = ["view_item", "add_to_cart", "begin_checkout", "purchase"]
WINDOW = "7 days"
WINDOW_US = 7 * DAY_US
FUNNELS = [
    line.split()
    for line in """
        session_start view_item add_to_cart
        session_start view_item add_to_cart begin_checkout purchase
        view_item add_to_cart begin_checkout purchase
        view_item add_to_cart purchase
        view_item view_cart add_shipping_info purchase
        first_visit view_item add_to_cart purchase
        first_visit sign_up login
        first_visit sign_up newsletter_subscribed share
        view_search_results view_item add_to_cart
        view_search_results view_item add_to_cart begin_checkout purchase
        select_promotion view_item add_to_cart purchase
        add_to_cart view_cart begin_checkout purchase
        add_to_cart begin_checkout add_shipping_info add_payment_info purchase
        begin_checkout add_shipping_info add_payment_info purchase
        begin_checkout add_payment_info purchase
        video_start sign_up login view_item
        video_start file_download newsletter_subscribed
        login view_item add_to_cart
        newsletter_subscribed select_promotion view_item purchase
        share first_visit sign_up
    """.strip().splitlines()
]


# ---------- input


def name_case(number):
    """SQL that gives an event name to a number below 1,000."""
    below, branches = 0, []
    for name, weight in WEIGHTS.items():
        below += weight
        branches.append(f"when {number} < {below} then '{name}'")
    return f"case {' '.join(branches)} end"


def log_of_day(rows, day):
    """CTEs of one day: sessions of 1 to 9 events, some of which go shopping."""
    a_day = rows // DAYS // 5
    return f"""
        sessions as (
            select
                i,
                (hash(i * 7 + 1) % {rows // 30})::bigint as visitor_id,
                timestamp '{START}' + interval {day} day
                + to_microseconds((hash(i * 7 + 2) % {DAY_US})::bigint) as started_at,
                1 + (hash(i * 7 + 3) % 9)::int as size,
                -- how far into the shop: half of them not at all, one in 16 to the till
                least(4, 5 - floor(log2(1 + (hash(i * 7 + 4) % 63)::int))::int - 1) as intent
            from range({day * a_day}, {(day + 1) * a_day}) as numbers(i)
        ),

        events as (
            select *, i * 16 + k as event_id
            from (select *, unnest(range(size)) as k from sessions)
        ),

        log as (
            select
                * exclude (size, intent),
                substr(md5(visitor_id::text), 1, 20) || '.' || (1700000000 + visitor_id)
                    as client_id,
                started_at
                + to_seconds(k * 60)
                + to_microseconds((hash(event_id * 7 + 5) % 60000000)::bigint) as event_at,
                case
                    when k between 1 and intent then {STEPS}[k]
                    else {name_case("(hash(event_id * 7 + 6) % 1000)")}
                end as event_name
            from events
        )
    """


def generate(rows, folder):
    """A file a day, sorted by time."""
    if folder.is_dir():
        return
    unfinished = folder.with_suffix(".unfinished")
    unfinished.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(
        config={"threads": THREADS, "memory_limit": f"{LIMIT_MB}MiB"}
    ) as connection:
        for day in range(DAYS):
            connection.execute(f"""
                copy (
                    with {log_of_day(rows, day)}
                    select event_id, visitor_id, client_id, event_at, event_name
                    from log
                    order by event_at
                ) to '{unfinished}/events_{day:02}.parquet' (format parquet)
            """)
    unfinished.rename(folder)


def prepare(events, database):
    """A table of goal completions as the model stores them; returns the seconds it took."""
    database.unlink(missing_ok=True)
    goals = " ".join(f"when '{name}' then {number}" for name, number in GOALS.items())
    with duckdb.connect(str(database), config={"memory_limit": f"{LIMIT_MB}MiB"}) as connection:
        connection.execute(f"set temp_directory = '{WORK}/spill'; set threads = {THREADS}")
        started = time.perf_counter()
        connection.execute(f"""
            create table goal_completions as
            select
                case event_name {goals} end::bigint as goal_id,
                (hash(visitor_id) >> 1)::bigint as visitor_key,
                event_at as completed_at,
                epoch_us(event_at) * 1000 as event_order
            from {events}
            order by goal_id, visitor_key, event_order
        """)
        return time.perf_counter() - started


def one_visitor(rows, path):
    """One visitor, a step every ten seconds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.sql(f"""
        copy (
            select
                1::bigint as visitor_id,
                timestamp '{START}' + to_seconds(i * 10) as event_at,
                {STEPS}[1 + (hash(i) % 4)::int] as event_name
            from range({rows}) as numbers(i)
        ) to '{path}' (format parquet)
    """)


# ---------- contestants: what a child runs


def compiled(calls, database, **variables):
    """{key: SQL}: the macro calls as dbt compiles them."""
    separator = "\n-- next query\n"
    os.environ["WAYMARK_DATABASE"] = str(database)
    outcome = dbtRunner().invoke(
        [
            "compile",
            "--log-level",
            "none",
            "--target-path",
            str(WORK),
            "--vars",
            json.dumps(variables),
        ]
        + ["--inline", separator.join(calls.values())]
    )
    # The contestants open the file in processes of their own.
    DuckDBConnectionManager.close_all_connections()
    if not outcome.success:
        sys.exit(f"dbt could not compile the queries: {outcome.exception}")
    parts = outcome.result.results[0].node.compiled_code.split(separator.strip())
    return dict(zip(calls, parts, strict=True))


def session_sql(events):
    """The CTEs of the model `events` that find sessions, on the generated log."""
    os.environ["WAYMARK_DATABASE"] = str(WORK / "compile.duckdb")
    outcome = dbtRunner().invoke(
        ["compile", "--log-level", "none", "--target-path", str(WORK), "--select", "events"]
    )
    if not outcome.success:
        sys.exit(f"dbt could not compile the model events: {outcome.exception}")
    code = outcome.result.results[0].node.compiled_code
    found = re.search(r"\ngaps as \(.*?\n\),\n\ninferred_sessions as \(.*?\n\)", code, re.S)
    return f"""
        with scoped as (
            select event_id, visitor_id as visitor_key, event_at, '' as source_name,
                null as native_session_id
            from {events}
        ), {found[0]},
        per_event as (
            select gaps.visitor_key, inferred_sessions.session_started_at
            from inferred_sessions inner join gaps using (event_id)
        )
        select count(*), sum(events) from (
            select count(*) as events from per_event group by visitor_key, session_started_at
        )
    """


# A relation of the database that dbt is connected to: there the macro knows that it is a table.
TABLE = "api.Relation.create(target.database, target.schema, 'goal_completions')"


def call(macro, relation, **arguments):
    listed = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    relation = relation if relation == TABLE else repr(relation)
    return f"{{{{ waymark.{macro}({relation}, {listed}) }}}}"


RAW = {"unit": "visitor_id", "time": "event_at", "step": "event_name"}
STORED = {"unit": "visitor_key", "event_order": "event_order", "step": "goal_id"}


def funnel_call(relation, **arguments):
    return call("funnel", relation, **{**RAW, "steps": STEPS, "window": WINDOW, **arguments})


def stored_funnel_call(steps):
    goals = [GOALS[name] for name in steps]
    return call("funnel", TABLE, **STORED, steps=goals, window=WINDOW)


def retention_call(relation, columns, start, back):
    cohort = {"start": start, "return": back, "interval": "week", "intervals": WEEKS}
    return call("retention", relation, **columns, **cohort)


def names_in(names):
    return f"event_name in ({', '.join(map(repr, names))})"


def window_funnels(files, funnels, unit):
    levels = ", ".join(
        f"windowFunnel({WINDOW_US})(t, {', '.join(f'event_name = {step!r}' for step in steps)})"
        f" as level_{number}"
        for number, steps in enumerate(funnels)
    )
    reached = ", ".join(
        f"countIf(level_{number} >= {step})"
        for number, steps in enumerate(funnels)
        for step in range(1, len(steps) + 1)
    )
    names = sorted({step for steps in funnels for step in steps})
    return f"""
        select {reached} from (
            select {levels} from (
                select {unit} as unit, event_name, toUInt64(toUnixTimestamp64Micro(event_at)) as t
                from file('{files}', Parquet) where {names_in(names)}
            ) group by unit
        )
    """


def self_joins(events, unit):
    """Every start, each next step by a join: exact, and what many a blog post shows."""
    ctes = [
        f"rows as materialized (select {unit} as u, event_at as t, event_name as e"
        f" from {events} where {names_in(STEPS)})",
        f"reached_1 as (select u, t as t1 from rows where e = '{STEPS[0]}')",
    ]
    for number, step in enumerate(STEPS[1:], 2):
        known = [f"t{earlier}" for earlier in range(1, number)]
        columns = ", ".join(f"a.{name}" for name in ["u", *known])
        ctes.append(
            f"reached_{number} as (select {columns}, min(b.t) as t{number} from"
            f" reached_{number - 1} as a left join (select * from rows where e = '{step}') as b"
            f" on a.u = b.u and b.t between a.{known[-1]} and a.t1 + interval {WINDOW}"
            f" group by {columns})"
        )
    depth = " + ".join(f"(t{number} is not null)::int" for number in range(1, len(STEPS) + 1))
    counts = ", ".join(
        f"count(*) filter (depth >= {number})" for number in range(1, len(STEPS) + 1)
    )
    return (
        f"with {', '.join(ctes)} select {counts} from"
        f" (select u, max({depth}) as depth from reached_{len(STEPS)} group by u)"
    )


def polars_funnel(polars, files, unit):
    """From the last step back, one as-of join a step."""
    events = (
        polars.scan_parquet(files)
        .filter(polars.col("event_name").is_in(STEPS))
        .select(unit, "event_at", "event_name")
        .collect(engine="streaming")
        .sort("event_at")
    )
    later = None
    for number, step in reversed(list(enumerate(STEPS, 1))):
        here = events.filter(polars.col("event_name") == step).select(
            unit, "event_at", polars.col("event_at").alias(f"t{number}")
        )
        if later is not None:
            here = here.join_asof(later, on="event_at", by=unit, strategy="forward")
        later = here
    window = polars.duration(microseconds=WINDOW_US)
    depth = sum(
        (polars.col(f"t{number}") - polars.col("t1") <= window).fill_null(False).cast(polars.Int8)
        for number in range(1, len(STEPS) + 1)
    )
    best = later.group_by(unit).agg(depth.max().alias("depth"))["depth"]
    return [[int((best >= number).sum()) for number in range(1, len(STEPS) + 1)]]


RETURNED = ", ".join(f"countIf(bitTest(mask, cohort + {n}))" for n in range(1, WEEKS + 1))
CLICKHOUSE_WEEK = (
    f"toUInt8(intDiv(dateDiff('day', toDate('{START:%Y-%m-%d}'), toDate(event_at)), 7))"
)


def clickhouse_masks(files):
    """Week of the first start, and a bit for each week with a return."""
    return f"""
        select cohort, count(), {RETURNED} from (
            select
                minIf({CLICKHOUSE_WEEK}, event_name = 'session_start') as cohort,
                groupBitOrIf(bitShiftLeft(toUInt64(1), {CLICKHOUSE_WEEK}), event_name = 'view_item')
                    as mask
            from file('{files}', Parquet)
            where {names_in(["session_start", "view_item"])}
            group by visitor_id having countIf(event_name = 'session_start') > 0
        ) group by cohort order by cohort
    """


def clickhouse_retention(files):
    conditions = ", ".join(
        f"event_name = 'view_item' and week = cohort + {n}" for n in range(1, WEEKS + 1)
    )
    sums = ", ".join(f"sum(cells[{n}])" for n in range(1, WEEKS + 2))
    rows = f"""
        select visitor_id, assumeNotNull(event_name) as event_name,
            assumeNotNull({CLICKHOUSE_WEEK}) as week
        from file('{files}', Parquet) where {names_in(["session_start", "view_item"])}
    """
    return f"""
        select cohort, {sums} from (
            select
                cohort,
                retention(event_name = 'session_start' and week = cohort, {conditions}) as cells
            from ({rows}) as rows
            inner join (
                select visitor_id, min(week) as cohort from ({rows})
                where event_name = 'session_start' group by visitor_id
            ) as members using (visitor_id)
            group by visitor_id, cohort
        ) group by cohort order by cohort
    """


def naive_retention(events):
    week = f"date_diff('day', date '{START:%Y-%m-%d}', event_at::date) // 7"
    cells = ", ".join(
        f"count(distinct case when week = cohort + {n} then members.visitor_id end)"
        for n in range(1, WEEKS + 1)
    )
    return f"""
        with rows as (
            select visitor_id, event_name, {week} as week from {events}
            where {names_in(["session_start", "view_item"])}
        ),
        members as (
            select visitor_id, min(week) as cohort from rows
            where event_name = 'session_start' group by visitor_id
        )
        select cohort, count(distinct members.visitor_id), {cells}
        from members left join (select * from rows where event_name = 'view_item') as returns
            on members.visitor_id = returns.visitor_id
        group by cohort order by cohort
    """


def peak_mb():
    """Of this process alone: on Linux ru_maxrss starts with what the parent had."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def ask_duckdb(queries, database=":memory:"):
    connection = duckdb.connect(
        database,
        read_only=database != ":memory:",
        config={
            "threads": THREADS,
            "memory_limit": f"{LIMIT_MB}MiB",
            "temp_directory": str(WORK / "spill"),
        },
    )
    return lambda: [row for sql in queries for row in connection.execute(sql).fetchall()]


def ask_clickhouse(query):
    import chdb

    query = f"{query} settings max_threads = {THREADS}"
    return lambda: json.loads(str(chdb.query(query, "JSONCompact")))["data"]


def ask_polars(files, unit):
    import polars

    return lambda: polars_funnel(polars, files, unit)


def run_child(engine, **job):
    """What one contestant does, timed from the first query to the last row."""
    ask = {"duckdb": ask_duckdb, "clickhouse": ask_clickhouse, "polars": ask_polars}[engine](**job)
    started, cpu = time.perf_counter(), time.process_time()
    answer = ask()
    return {
        "seconds": time.perf_counter() - started,
        "cpu": time.process_time() - cpu,
        "peak_mb": peak_mb(),
        "answer": answer,
    }


# ---------- what the answers say, so that they can be compared


def flat(answer):
    return [int(value) for row in answer for value in row]


def funnel_rows(answer):
    """units_reached, the fourth column of the macro."""
    return [int(row[3]) for row in answer]


def retention_rows(answer):
    """units_returned by cohort and interval, null where an interval is not over yet."""
    return [row[3] for row in answer]


def as_matrix(answer):
    """The same from one row a cohort: its number, its size, then a column an interval."""
    return [int(value) for row in answer for value in row[1:]]


# ---------- cases


def duck(*queries, **more):
    return {"engine": "duckdb", "queries": list(queries), **more}


def clickhouse(query):
    return {"engine": "clickhouse", "query": query}


def cases(events, files, database, bots):
    """{title: {contestant: (job, how to read its answer or None)}}; ClickHouse comes first."""
    calls = {
        "funnel": funnel_call(events),
        "text": funnel_call(events, unit="client_id"),
        "stored": stored_funnel_call(STEPS),
        "retention": retention_call(events, RAW, "session_start", "view_item"),
        "stored retention": retention_call(
            TABLE,
            {"unit": "visitor_key", "time": "completed_at", "step": "goal_id"},
            GOALS["session_start"],
            GOALS["view_item"],
        ),
        **{f"funnel {number}": stored_funnel_call(f) for number, f in enumerate(FUNNELS)},
        **{f"bot {rows}": funnel_call(f"read_parquet('{path}')") for rows, path in bots.items()},
        **{
            f"{order} bot {rows}": funnel_call(f"read_parquet('{path}')", order=order)
            for rows, path in bots.items()
            for order in ("strict", "any")
        },
    }
    sql = compiled(calls, database)
    portable = compiled({"funnel": calls["funnel"]}, database, join_technique="window")
    stored = {"database": str(database)}

    def floor(unit, names=None):
        where = f" where {names_in(names)}" if names else ""
        return duck(
            f"select count(*) from (select {unit}, count(*), min(event_at)"
            f" from {events}{where} group by all)"
        )

    def funnel(unit, key):
        return {
            "ClickHouse windowFunnel": (clickhouse(window_funnels(files, [STEPS], unit)), flat),
            "floor: scan and group by visitor": (floor(unit, STEPS), None),
            "Waymark, from raw": (duck(sql[key]), funnel_rows),
            "polars, as-of joins": ({"engine": "polars", "files": files, "unit": unit}, flat),
            "self joins": (duck(self_joins(events, unit)), flat),
        }

    integer = funnel("visitor_id", "funnel")
    integer["Waymark, from raw, portable SQL"] = (duck(portable["funnel"]), funnel_rows)
    integer["Waymark, from goal_completions"] = (duck(sql["stored"], **stored), funnel_rows)
    gap = 30 * 60 * 1_000_000
    return {
        "One funnel of 4 steps, integer visitor ids": integer,
        "One funnel of 4 steps, text visitor ids": funnel("client_id", "text"),
        "20 funnels of 3 to 5 steps": {
            "ClickHouse, one query of 20 windowFunnel over raw": (
                clickhouse(window_funnels(files, FUNNELS, "visitor_id")),
                flat,
            ),
            "floor: scan and group by visitor": (floor("visitor_id"), None),
            "Waymark, 20 queries of goal_completions": (
                duck(*(sql[f"funnel {number}"] for number in range(len(FUNNELS))), **stored),
                funnel_rows,
            ),
        },
        "Weekly retention": {
            "ClickHouse groupBitOr": (clickhouse(clickhouse_masks(files)), as_matrix),
            "floor: scan and group by visitor": (
                floor("visitor_id", ["session_start", "view_item"]),
                None,
            ),
            "Waymark, from raw": (duck(sql["retention"]), retention_rows),
            "Waymark, from goal_completions": (
                duck(sql["stored retention"], **stored),
                retention_rows,
            ),
            "ClickHouse retention()": (clickhouse(clickhouse_retention(files)), as_matrix),
            "count(distinct)": (duck(naive_retention(events)), as_matrix),
        },
        "Sessions": {
            "ClickHouse arrays, counts only": (
                clickhouse(f"""
                    select sum(sessions), sum(events) from (
                        select
                            count() as events,
                            1 + arrayCount(x -> x > {gap}, arrayDifference(
                                arraySort(groupArray(toUnixTimestamp64Micro(event_at)))
                            )) as sessions
                        from file('{files}', Parquet) group by visitor_id
                    )
                """),
                flat,
            ),
            "floor: scan and group by visitor": (floor("visitor_id"), None),
            "Waymark, a session for each event": (duck(session_sql(events)), flat),
        },
        **{
            f"One visitor with {rows:,} events": {
                "ClickHouse windowFunnel": (
                    clickhouse(window_funnels(path, [STEPS], "visitor_id")),
                    flat,
                ),
                "Waymark": (duck(sql[f"bot {rows}"]), funnel_rows),
                "Waymark, `order: strict`": (duck(sql[f"strict bot {rows}"]), None),
                "Waymark, `order: any`": (duck(sql[f"any bot {rows}"]), None),
            }
            for rows, path in bots.items()
        },
    }


# ---------- rounds and report


def in_child(job):
    with tempfile.NamedTemporaryFile("r", suffix=".json") as result:
        command = [sys.executable, __file__, "--child", result.name]
        environment = {**os.environ, "POLARS_MAX_THREADS": str(THREADS)}
        done = subprocess.run(
            command, input=json.dumps(job), text=True, capture_output=True, env=environment
        )
        if done.returncode:
            return {"error": (done.stderr.strip() or "killed").splitlines()[-1][:200]}
        return json.load(result)


def differs(found, expected):
    """Nulls are cells that are not over; only Waymark says so."""
    return len(found) != len(expected) or any(
        one is not None and one != other for one, other in zip(found, expected)
    )


def measure(contestants, repeats):
    """Rows (contestant, seconds, CPU seconds, peak MB, verdict), from rounds of everybody."""
    runs = {name: [] for name in contestants}
    for _ in range(repeats):
        for name, (job, _) in contestants.items():
            if not runs[name] or runs[name][0].get("seconds", LONG) < LONG:
                runs[name].append(in_child(job))
    expected = None
    for name, (_, read) in contestants.items():
        done = [run for run in runs[name] if "error" not in run]
        if not done:
            yield name, None, None, None, runs[name][0]["error"]
            continue
        verdict = ""
        if read:
            answer = read(done[0]["answer"])
            expected = expected or answer
            verdict = "differs" if differs(answer, expected) else "same"
        medians = [statistics.median(run[key] for run in done) for key in ("seconds", "cpu")]
        yield name, *medians, max(run["peak_mb"] for run in done), verdict


def table(measured):
    yield "| contestant | s | of ClickHouse | of floor | CPU s | of its | MB | of 4 GB | counts |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---|"
    _, *reference = measured[0]
    floor = next((row[1] for row in measured if row[0].startswith("floor")), None)
    for name, seconds, cpu, peak, verdict in measured:
        if seconds is None:
            yield f"| {name} | | | | | | | | {verdict} |"
            continue
        yield (
            f"| {name} | {seconds:.2f} | {times(seconds, reference[0])} | {times(seconds, floor)} "
            f"| {cpu:.1f} | {times(cpu, reference[1])} | {peak:,.0f} | {peak / LIMIT_MB:.0%} "
            f"| {verdict} |"
        )


def times(one, other):
    return f"{one / other:.2f}x" if other else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=lambda text: int(text.replace("_", "")), default=10_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", default="", help="cases whose title contains this; no report")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        options.child.write_text(json.dumps(run_child(**json.load(sys.stdin)), default=str))
        return

    folder = WORK / f"events_{options.rows}"
    generate(options.rows, folder)
    files = str((folder / "*.parquet").resolve())
    events = f"read_parquet('{files}')"
    database = WORK / f"completions_{options.rows}.duckdb"
    prepared = prepare(events, database)
    bots = {rows: WORK / "bots" / f"{rows}.parquet" for rows in (250_000, 500_000, 1_000_000)}
    for rows, path in bots.items():
        one_visitor(rows, path)
    bots = {rows: str(path.resolve()) for rows, path in bots.items()}

    lines, wrong = [f"### {options.rows:,} events\n\nMachine: {machine('chdb', 'polars')}"], 0
    lines.append(
        f"\nThe table of goal completions, all 20 goals, was written in {prepared:.1f} s; "
        f"{options.repeats} rounds, medians."
    )
    for title, contestants in cases(events, files, database, bots).items():
        if options.only not in title:
            continue
        part = list(table(list(measure(contestants, options.repeats))))
        wrong += sum("| differs |" in line for line in part)
        lines += [f"\n#### {title}\n", *part]
        print("\n".join([f"\n{title}", *part]), flush=True)
    if not options.only:
        write_figures(f"{options.rows:,} events", lines)
    if wrong:
        sys.exit(f"{wrong} contestants disagree with the first of their table.")


if __name__ == "__main__":
    main()
