"""Print what the doctor found in the last raw rows, the worst first; asks dbt, on any database."""

import sys
from datetime import datetime, timezone
from decimal import Decimal

from after_build import print_table
from dbt.cli.main import dbtRunner

EVENTS = """
select
    status, event_name, last_seen_at, raw_rows, rejected_rows, duplicate_rate,
    median_delay_seconds, skewed_rate, message, window_started_at, window_ended_at
from {{ ref('doctor_events') }}
order by
    case status
        when 'missing' then 1 when 'rejected' then 2 when 'unplanned' then 3 when 'ok' then 4 else 5
    end,
    event_name
"""
PARAMETERS = """
select
    status, event_name, parameter_name, event_rows, fill_rate, min_fill_rate, wrong_type_rows,
    last_seen_at, message
from {{ ref('doctor_parameters') }}
where message is not null
order by
    case status
        when 'missing' then 1 when 'wrong_type' then 2 when 'below_fill_rate' then 3 else 4
    end,
    event_name,
    parameter_name
"""


def plain(value):
    """Numbers as Python's own, times to the second."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.strftime("%Y-%m-%d %H:%M:%S") if isinstance(value, datetime) else value


def answers(*queries):
    """The rows of each query as dicts, asked through dbt."""
    dbt = dbtRunner(manifest=dbtRunner().invoke(["--log-level", "none", "parse"]).result)
    for sql in queries:
        outcome = dbt.invoke(["--log-level", "none", "show", "--inline", sql, "--limit", "-1"])
        if not outcome.success:
            sys.exit(f"{outcome.exception or outcome.result}\n`make doctor` builds the tables.")
        table = outcome.result.results[0].agate_table
        yield [dict(zip(table.column_names, map(plain, row))) for row in table.rows]


def show(title, rows, hidden=()):
    print(f"\n{title}\n")
    names = [name for name in rows[0] if name not in hidden] if rows else []
    if rows:
        print_table(names, [[row[name] for name in names] for row in rows])
    else:
        print("  none")


def main():
    events, parameters = answers(EVENTS, PARAMETERS)
    if not events:
        sys.exit("There is no event, neither planned nor sent.")
    begin, end = events[0]["window_started_at"], events[0]["window_ended_at"]
    if end:
        age = datetime.now(timezone.utc) - datetime.fromisoformat(f"{end}+00:00")
        print(f"Raw rows from {begin} to {end} UTC, {str(age).partition('.')[0]} ago")
    else:
        print("There are no raw rows.")
    show("Events", events, hidden=("message", "window_started_at", "window_ended_at"))
    show("Parameters that are not as planned", parameters, hidden=("message",))
    messages = [row["message"] for row in events + parameters if row["message"]]
    print("\nWhat is wrong\n", *(messages or ["nothing"]), sep="\n  ")


if __name__ == "__main__":
    main()
