"""Rows as ClickHouse dumps them: CSVWithNames, JSONEachRow and Parquet."""

import csv
import json

import duckdb


def _csv_value(value):
    r"""Null is \N, a list is ['it\'s','b']."""
    if value is None:
        return "\\N"
    if isinstance(value, list):
        texts = [text.replace("\\", "\\\\").replace("'", "\\'") for text in value]
        return "[" + ",".join(f"'{text}'" for text in texts) + "]"
    return value


def write_csv(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        writer.writerow(rows[0].keys())
        writer.writerows([_csv_value(value) for value in row.values()] for row in rows)
    return str(path)


def write_lines(path, rows):
    """A row that is a text is written as it is: a line that was cut off."""
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return str(path)


def write_parquet(path, rows, types):
    """`types`: {column: type in DuckDB}."""
    lines = path.with_suffix(".lines")
    write_lines(lines, rows)
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select * from read_json('{lines}', format = 'newline_delimited',"
            f" columns = {{{columns}}})) to '{path}' (format parquet)"
        )
    lines.unlink()
    return str(path)
