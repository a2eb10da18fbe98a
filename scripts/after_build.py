"""Say where the marts are, and print the five queries that people ask first with their answers."""

import os
import sys
from pathlib import Path

import duckdb

DATABASE = os.environ.get("WAYMARK_DATABASE", "target/waymark.duckdb")
SCHEMA = os.environ.get("WAYMARK_SCHEMA", "main")
SHOWN_ROWS = 25

QUERIES = {
    "How is each branch of the goal tree doing?": """
select
    repeat('  ', depth) || label as goal,
    owner,
    metric,
    value,
    zone,
    change_rate,
    worst_child_goal_name
from goal_tree
order by tier is null, path
""",
    "Where do people leave?": """
select funnel_name, step_number, step_name, units_reached, conversion_rate, drop_off_rate
from funnel_steps
where breakdown_name = 'all'
order by funnel_name, step_number
""",
    "Do they come back?": """
select
    cohort_name,
    cohort_start,
    max(cohort_size) as size,
    max(retention_rate) filter (interval_number = 1) as "+1",
    max(retention_rate) filter (interval_number = 2) as "+2",
    max(retention_rate) filter (interval_number = 3) as "+3",
    max(retention_rate) filter (interval_number = 4) as "+4"
from cohort_retention
where breakdown_name = 'all' and cohort_name = (select min(cohort_name) from cohort_retention)
group by cohort_name, cohort_start
order by cohort_start
""",
    "Which goals need somebody to look at them?": """
select period_start, goal_name, value, baseline, zone, change_rate
from goal_status
where needs_investigation
order by period_start desc, goal_name
limit 10
""",
    "Which names break the taxonomy?": """
select rule_name, object_type, object_name, suggestion
from taxonomy_violations
order by rule_name, object_name
limit 10
""",
}


def as_text(value):
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def print_table(names, rows):
    columns = []
    for name, *values in zip(names, *rows):
        texts = [name, *map(as_text, values)]
        width = max(map(len, texts))
        is_number = any(isinstance(value, (int, float)) for value in values)
        align = str.rjust if is_number else str.ljust
        columns.append([align(text, width) for text in texts])
    for line in zip(*columns):
        print("  " + "  ".join(line).rstrip())


def answer(connection, sql):
    try:
        cursor = connection.execute(sql)
    except duckdb.CatalogException as error:
        print(f"  not available: {str(error).splitlines()[0]}")
        return
    rows = cursor.fetchall()
    if not rows:
        print("  no rows")
        return
    print_table([column[0] for column in cursor.description], rows[:SHOWN_ROWS])
    if len(rows) > SHOWN_ROWS:
        print(f"  ... {len(rows) - SHOWN_ROWS} more rows")


def main():
    if not Path(DATABASE).is_file():
        sys.exit(f"{DATABASE} does not exist yet. `dbt build` makes it.")
    with duckdb.connect(DATABASE, read_only=True) as connection:
        connection.execute(f'use "{SCHEMA}"')
        for question, sql in QUERIES.items():
            print(f"\n{question}\n{sql}")
            answer(connection, sql)
    print(f"""
The marts are tables in {DATABASE} (schema {SCHEMA}). To ask something else:

  duckdb -readonly {DATABASE}
  python -c "import duckdb; duckdb.connect('{DATABASE}', True).sql('from goal_tree').show()"
""")


if __name__ == "__main__":
    main()
