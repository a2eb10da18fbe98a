"""Write what the documentation takes from the code.

    python scripts/generate_docs.py             # from the last dbt build, of the demo
    python scripts/generate_docs.py --check     # says which pages are not up to date

docs/marts/ has every mart with its columns, rows of the demo, and the question it answers; the
question and its query stand in the .yml of the mart, under config: meta. The tables of keys in
docs/configuration.md are from the macro that the validator asks.
"""

import argparse
import json
import os
import re
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import jinja2

REPOSITORY = Path(__file__).resolve().parents[1]
PAGES = REPOSITORY / "docs" / "marts"
CONFIGURATION = REPOSITORY / "docs" / "configuration.md"
HEAD = "<!-- Written by scripts/generate_docs.py from the .yml of the marts and the demo. -->\n"
TITLES = {
    "goals": "Goals",
    "funnels": "Funnels",
    "cohorts": "Cohorts",
    "experiments": "Experiments",
    "journeys": "Journeys and content",
    "activation": "Activation",
    "governance": "Governance",
}
INTRODUCTION = (
    "Each with the question it answers, a query and its answer on the demo, and its columns with"
    " three rows."
)
NOT_IN_THE_DEMO = "The demo has no such source, so the mart is empty there."
LONGEST = 60


def text_of(value):
    """A value as a cell of a table."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (float, Decimal)):
        return f"{value:.4g}" if abs(value) < 1e4 else f"{value:.0f}"
    if isinstance(value, (date, datetime)):
        return str(value)[:19]
    text = " ".join(str(value).split()).replace("|", "\\|")
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def table(names, rows):
    lines = [names, ["---"] * len(names), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def answer(connection, sql):
    """The rows of a query as a table."""
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return table(names, [[text_of(value) for value in row] for row in cursor.fetchall()])


def columns(connection, node):
    """Columns as the lines of a table, each with its values in three rows."""
    name = node["name"]
    cursor = connection.execute(f"select * from {node['schema']}.{name} order by all limit 3")
    types = {column[0]: str(column[1]).lower() for column in cursor.description}
    samples = list(zip(*cursor.fetchall())) or [()] * len(types)
    rows = [
        [
            f"`{column}`",
            types[column],
            " ".join(node["columns"][column]["description"].split()).replace("|", "\\|"),
            *map(text_of, values),
        ]
        for column, values in zip(types, samples)
    ]
    count = len(rows[0]) - 3
    heads = ["column", "type", "what it is", *(f"row {number + 1}" for number in range(count))]
    return table(heads, rows)


def section(connection, node):
    """A mart: what a row is, its question with a query and the answer, and its columns."""
    grain, _, rest = node["description"].strip().partition("\n")
    while not grain.endswith("."):
        line, _, rest = rest.partition("\n")
        grain += " " + line
    meta = node["config"]["meta"]
    query = meta["query"].strip()
    (rows,) = connection.execute(f"select count(*) from {node['schema']}.{node['name']}").fetchone()
    given = answer(connection, query) if rows else NOT_IN_THE_DEMO + "\n"
    parts = [
        f"## {node['name']}",
        f"**{meta['question']}** {grain}",
        " ".join(rest.split()),
        f"```sql\n{query}\n```",
        given,
        columns(connection, node),
    ]
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def pages(database, manifest):
    """{file name: text}, and the index of all marts."""
    nodes = [
        node
        for node in json.loads(Path(manifest).read_text(encoding="utf-8"))["nodes"].values()
        if node["resource_type"] == "model" and node["path"].startswith("marts/")
    ]
    written, index = {}, []
    with duckdb.connect(str(database), read_only=True) as connection:
        for folder, title in TITLES.items():
            marts = sorted(
                (node for node in nodes if node["path"].split("/")[1] == folder),
                key=lambda node: node["name"],
            )
            text = [f"{HEAD}# {title}\n", *(section(connection, mart) for mart in marts)]
            written[f"{folder}.md"] = "\n".join(text)
            for mart in marts:
                link = f"[{mart['name']}]({folder}.md#{mart['name']})"
                index.append([link, mart["config"]["meta"]["question"]])
    written["README.md"] = (
        f"{HEAD}# Marts\n\n{INTRODUCTION}\n\n{table(['mart', 'question'], index)}"
    )
    return written


def returned(macro, *arguments):
    """What a macro of macros/ returns that needs nothing but Jinja."""
    (path,) = REPOSITORY.glob(f"macros/**/{macro}.sql")
    result = []
    environment = jinja2.Environment()
    environment.globals["return"] = result.append
    call = f"{{{{ {macro}(*arguments) }}}}"
    environment.from_string(path.read_text(encoding="utf-8") + call).render(arguments=arguments)
    return result[0]


def kind_of(rule):
    """What a value may be."""
    if "choices" in rule:
        return ", ".join(f"`{choice}`" for choice in rule["choices"])
    if "most" in rule:
        return f"{rule['type']}, {rule['least']} to {rule['most']}"
    return f"{rule['type']} from {rule['least']}" if "least" in rule else rule["type"]


def default_of(rule):
    """What holds without the key."""
    if rule.get("required"):
        return "required"
    if "otherwise" in rule or "default" not in rule:
        return rule.get("otherwise", "none")
    return f"`{text_of(rule['default'])}`"


def keys_table(section):
    """The keys of a section of the configuration."""
    keys = returned("_configuration_keys", section)
    if section == "relations":
        heads = ["relation", "columns", "a row is"]
        rows = [["`" + ", ".join(rule["columns"]) + "`", rule["means"]] for rule in keys.values()]
    elif section == "operators":
        heads = ["operator", "value", "holds when the property"]
        rows = [[rule["type"], rule["means"]] for rule in keys.values()]
    elif any(rule.keys() & {"required", "default", "otherwise"} for rule in keys.values()):
        heads = ["key", "type", "default", "meaning"]
        rows = [[kind_of(rule), default_of(rule), rule["means"]] for rule in keys.values()]
    else:
        heads = ["key", "type", "meaning"]
        rows = [[kind_of(rule), rule["means"]] for rule in keys.values()]
    return table(heads, [[f"`{key}`", *row] for key, row in zip(keys, rows)])


def sources_table():
    """The sources, each with its tables."""
    rows = []
    for name, kind in returned("source_kinds").items():
        tables = ", ".join(f"`{one}`" for one in kind["tables"])
        rows.append([f"[`{name}`](sources/{name}.md)", kind["title"], tables])
    return table(["source", "reads", "tables"], rows)


def configuration():
    """docs/configuration.md with its tables made anew; a comment says where they stand."""

    def tables(found):
        section = found[2]
        return f"{found[1]}\n\n" + (keys_table(section) if section else sources_table())

    text = CONFIGURATION.read_text(encoding="utf-8")
    return re.sub(r"(<!-- (?:keys: (\w+)|sources) -->)\n\n(?:\|.*\n)*", tables, text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="only say what differs")
    check = parser.parse_args().check
    target = Path(os.environ.get("DBT_TARGET_PATH", "target"))
    database = os.environ.get("WAYMARK_DATABASE", "target/waymark.duckdb")
    texts = {PAGES / name: text for name, text in pages(database, target / "manifest.json").items()}
    texts[CONFIGURATION] = configuration()
    differing = []
    PAGES.mkdir(exist_ok=True)
    for path, text in texts.items():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        differing.append(path.name)
        if not check:
            path.write_text(text, encoding="utf-8")
    if check and differing:
        sys.exit("not up to date, run scripts/generate_docs.py: " + ", ".join(differing))


if __name__ == "__main__":
    main()
