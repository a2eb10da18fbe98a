"""BigQuery and Snowflake without either: their SQL compiles, is SQL of theirs and says the same.

Nothing runs on the services. Shown for each: all models compile with no connection, as a full
build and as a refresh; the SQL parses in the dialect and calls nothing that the service does not
have; and, translated to DuckDB, it builds every table as DuckDB's own SQL does, row for row.
"""

import copy
import json
import re
import subprocess
import sys
from collections import Counter
from contextlib import chdir
from functools import cache

import duckdb
import jinja2
import pytest
import sqlglot
from dbt.cli.main import dbtRunner
from sqlglot import exp, tokens

import engines
import statistics_cases as statistics
from cloud_sql import STAND_INS
from cloud_sql import on_duckdb as translated
from helpers import REPOSITORY, Project, rows_of, thorough

pytest.importorskip("dbt.adapters.bigquery")
pytest.importorskip("dbt.adapters.snowflake")

SERVICES = ["bigquery", "snowflake"]
COMMON = set("""
    abs all and any array_agg as avg between by cast ceil coalesce concat count dense_rank
    distinct else except exists exp extract first_value floor from greatest if in interval join
    lag last_value lead least left length ln lower lpad max md5 min mod not nullif on or over
    partition partition_by power replace right round row_number select sqrt stddev_samp strpos
    substr substring sum then trim union upper using values when where
""".split())  # fmt: skip
# Functions by the names in the reference of each service; anything else is refused.
FUNCTIONS = {
    "bigquery": COMMON | set("""
        array array_length bit_or current_timestamp date_add date_diff date_trunc datetime
        decimal div from_base64 generate_array generate_date_array is_inf is_nan json_keys
        json_object
        json_query json_query_array json_type json_value json_value_array numeric offset
        parse_json regexp_contains regexp_extract regexp_replace safe_cast safe_offset split
        string_agg struct timestamp timestamp_add timestamp_diff timestamp_micros
        timestamp_trunc to_hex to_json_string unix_micros unnest waymark_pass_beginnings
        week with
    """.split()),
    "snowflake": COMMON | set("""
        array_contains array_generate_range bitand bitor_agg bitshiftleft bitshiftright
        convert_timezone date_part date_trunc dateadd datediff dayofweekiso decimal flatten get
        group is_array is_null_value is_object listagg match_condition number object_agg
        object_construct object_construct_keep_null object_keys percentile_cont position
        regexp_instr regexp_like regexp_replace regexp_substr split_part sysdate table to_json
        to_number to_timestamp_ntz
        to_varchar to_variant try_cast try_parse_json try_to_timestamp_ntz try_to_timestamp_tz
        within
    """.split()),
}  # fmt: skip


@cache
def parsed(sql, dialect):
    """The tree of a statement, which several tests look at and none changes."""
    return sqlglot.parse_one(sql, read=dialect)


def faults(sql, dialect):
    """What the service would not take, as a set of words; empty if nothing is known against it."""
    found = set()
    stream = [
        token
        for token in sqlglot.Dialect.get_or_raise(dialect).tokenize(sql)
        if token.token_type != tokens.TokenType.HINT
    ]
    for before, token, following in zip([stream[0], *stream], stream, stream[1:]):
        name = token.text.lower()
        if following.token_type == tokens.TokenType.L_PAREN and re.fullmatch(r"[a-z_0-9]+", name):
            quoted = token.token_type in (tokens.TokenType.STRING, tokens.TokenType.NUMBER)
            alias = tokens.TokenType.IDENTIFIER == token.token_type or before.text.lower() == "as"
            if not quoted and not alias and name not in FUNCTIONS[dialect]:
                found.add(f"{name}()")
        if name == "interval" and following.token_type == tokens.TokenType.STRING:
            found.add("interval of a text")
    if dialect == "bigquery":
        texts = {token.text for token in stream if token.token_type != tokens.TokenType.STRING}
        found |= {sign for sign in ("%", "::") if sign in texts}
        if re.search(r"\bas (varchar|text|double)\b", sql, re.IGNORECASE):
            found.add("type")
    try:
        tree = parsed(sql, dialect)
    except sqlglot.ParseError as error:
        return found | {f"does not parse: {error}"}
    for node in tree.walk():
        if isinstance(node, exp.Distinct) and node.args.get("on"):
            found.add("distinct on")
        if isinstance(node, exp.Filter):
            found.add("filter")
        if isinstance(node, exp.Lambda):
            found.add("lambda")
        if isinstance(node, exp.Join) and node.method == "ASOF" and (
            dialect == "bigquery" or not node.args.get("match_condition")
        ):  # fmt: skip
            found.add("asof")
        if isinstance(node, exp.Values) and dialect == "bigquery":
            found.add("values")
        if isinstance(node, exp.WindowSpec) and node.text("kind").upper() == "RANGE":
            if node.find(exp.Interval):
                found.add("range of an interval")
        if isinstance(node, exp.Select) and node.args.get("where") and not node.args.get("from_"):
            found.add("where without from")
        if isinstance(node, exp.Union) and node.args.get("by_name"):
            found.add("union by name")
    return found


# SQL that one of the services refuses, and what must be found in it.
REFUSED = {
    "bigquery": {
        "select distinct on (a) a, b from t": "distinct on",
        "select * from t asof left join u on t.a = u.a and t.b >= u.b": "asof",
        "select sum(a) filter (where b) from t": "filter",
        "select sum(a) over (order by b range between interval 1 day preceding and current row)"
        " from t": "range of an interval",
        "select a::string from t": "::",
        "select a // 2 from t": "does not parse",
        "select a % 2 from t": "%",
        "select cast(a as varchar) from t": "type",
        "select cast(a as double) from t": "type",
        "select * from (values (1), (2)) as t (a)": "values",
        "select null as a where 1 = 0": "where without from",
        "select a from t union select a from u": "does not parse",
        "select a + interval '1 day' from t": "interval of a text",
        "select * from read_parquet('x.parquet')": "read_parquet()",
        "select strftime(a, '%Y') from t": "strftime()",
        "select strptime(a, '%Y') from t": "strptime()",
        "select epoch_us(a) from t": "epoch_us()",
        "select arg_min(a, b) from t": "arg_min()",
        "select arg_max(a, (b, c)) from t": "arg_max()",
        "select list_filter(a, lambda x: x > 1) from t": "list_filter()",
        "select unnest(generate_series(1, 2))": "generate_series()",
        "select try_cast(a as int64) from t": "try_cast()",
        "select percentile_cont(0.5) within group (order by a) from t": "percentile_cont()",
        "select json_extract_string(a, '/b') from t": "json_extract_string()",
        "select split_part(a, '.', 1) from t": "split_part()",
        "select concat_ws('|', a, b) from t": "concat_ws()",
        "select timezone('UTC', a) from t": "timezone()",
        "select regexp_matches(a, 'b') from t": "regexp_matches()",
        "select position('a' in b) from t": "position()",
        "select * from t union all by name select * from u": "union by name",
    },
    "snowflake": {
        "select distinct on (a) a, b from t": "distinct on",
        "select * from t asof left join u on t.a = u.a and t.b >= u.b": "asof",
        "select sum(a) filter (where b) from t": "filter",
        "select * from read_parquet('x.parquet')": "read_parquet()",
        "select strftime(a, '%Y') from t": "strftime()",
        "select epoch_us(a) from t": "epoch_us()",
        "select arg_min(a, b) from t": "arg_min()",
        "select unnest(generate_series(1, 2))": "generate_series()",
        "select list_extract(a, 1) from t": "list_extract()",
        "select json_extract_string(a, '/b') from t": "json_extract_string()",
        "select json_merge_patch(a, b) from t": "json_merge_patch()",
        "select to_seconds(a) from t": "to_seconds()",
        "select make_timestamp(a) from t": "make_timestamp()",
        "select bit_or(a) from t": "bit_or()",
        "select safe_cast(a as integer) from t": "safe_cast()",
    },
}


@pytest.mark.parametrize(
    "dialect, sql", [(dialect, sql) for dialect in SERVICES for sql in REFUSED[dialect]]
)
def test_what_a_service_refuses_is_found(dialect, sql):
    expected = REFUSED[dialect][sql]
    found = faults(sql, dialect)
    assert any(expected in fault for fault in found), found


class Compiled:
    """The nodes of one compilation, sources first."""

    def __init__(self, manifest):
        self.nodes = [
            node for node in manifest["nodes"].values() if node["package_name"] == "waymark"
        ]
        self.statements = {
            node["unique_id"]: node["compiled_code"]
            for node in self.nodes
            if node.get("compiled_code") and node["resource_type"] != "operation"
        }

    def tables(self):
        """Seeds and models in an order in which they can be built."""
        nodes = {
            node["unique_id"]: node
            for node in self.nodes
            if node["resource_type"] in ("seed", "model") and "fixtures" not in node["fqn"]
        }
        done = {}

        def visit(name):
            if name in nodes and name not in done:
                done[name] = None
                for upstream in nodes[name]["depends_on"].get("nodes", []):
                    visit(upstream)
                done[name] = done.pop(name) or nodes[name]

        for name in nodes:
            visit(name)
        return list(done.values())


def compiled(dialect, folder, *select, forms=(False, True), variables=engines.CONFIG):
    """{refresh: Compiled} for each form, with no connection; the project is parsed once."""

    def dbt(command, *options, refresh, manifest=None):
        arguments = engines.command(
            dialect, folder, command, *options, "--quiet",
            variables={**variables, "assume_incremental": refresh},
        )[2:]  # fmt: skip
        with chdir(REPOSITORY):
            outcome = dbtRunner(manifest=manifest).invoke([str(one) for one in arguments])
        assert outcome.success, outcome.exception or [one.message for one in outcome.result]
        return outcome.result

    project = dbt("parse", refresh=forms[0])
    found = {}
    for refresh in forms:
        offline = ["--no-introspect", "--no-populate-cache", *select]
        # Compiling writes into the manifest. A copy of it takes metrics for models.
        manifest = copy.deepcopy(project)
        manifest.rebuild_ref_lookup()
        dbt("compile", *offline, refresh=refresh, manifest=manifest)
        manifest = json.loads((folder / "target" / "manifest.json").read_text(encoding="utf-8"))
        found[refresh] = Compiled(manifest)
    return found


@pytest.fixture(scope="module", params=SERVICES)
def service(request, tmp_path_factory):
    """(dialect, {refresh: Compiled})"""
    return request.param, compiled(request.param, tmp_path_factory.mktemp("compiled"))


def test_every_statement_is_sql_of_the_service(service):
    dialect, forms = service
    wrong = {}
    checked = set()
    for refresh, project in forms.items():
        assert len(project.statements) > 300
        for name, sql in project.statements.items():
            # Most are the same in both forms.
            found = faults(sql, dialect) if sql not in checked else None
            checked.add(sql)
            if found:
                wrong[f"{name} ({'refresh' if refresh else 'full'})"] = sorted(found)
    assert not wrong, json.dumps(wrong, indent=2)
    engines.record(dialect, "compiles, full build and refresh", "compiled offline, checked SQL")


@cache
def source_tables():
    """{source: {table: a name}} of every source that is read from tables."""
    text = (REPOSITORY / "macros" / "sources" / "source_kinds.sql").read_text(encoding="utf-8")
    call = "{{ return(_.source_kinds()) }}"
    returned = []
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals["return"] = lambda value: returned.append(value) or ""
    template = environment.from_string(text + call.replace("_.", ""))
    template.render()
    return {
        name: {table: f"raw.{name}_{table}" for table in kind["tables"]}
        for name, kind in returned[0].items()
    }


@thorough
@pytest.mark.parametrize("dialect", SERVICES)
def test_every_source_is_sql_of_the_service(dialect, tmp_path):
    """Staging of all sources at once, each from tables."""
    variables = {
        **engines.CONFIG,
        "sources": {
            name: {"relation": tables}
            for name, tables in source_tables().items()
            if name != "ga4" and (REPOSITORY / "models" / "staging" / name).is_dir()
        },
    }
    project = compiled(
        dialect, tmp_path, "--select", "tag:staging", forms=(False,), variables=variables
    )[False]
    staged = {name: sql for name, sql in project.statements.items() if ".stg_" in name}
    assert len(staged) > 10
    wrong = {name: sorted(found) for name, sql in staged.items() if (found := faults(sql, dialect))}
    assert not wrong, json.dumps(wrong, indent=2)


STRATEGIES = {
    "bigquery": {"merge", "insert_overwrite", "microbatch"},
    "snowflake": {"append", "merge", "delete+insert", "microbatch", "insert_overwrite"},
}
# Day of the partition (BigQuery) or of the cluster (Snowflake), and what rows are sorted by.
LAYOUT = {
    "stg_generic__events": ("event_at", ["source_shard"]),
    "events": ("event_date", ["visitor_key"]),
    "sessions": ("session_date", ["visitor_key"]),
    "goal_completions": ("completed_at", ["goal_id", "visitor_key"]),
    "int_funnel_unit_days": ("entry_date", ["funnel_name", "unit_key"]),
}


def test_strategies_are_those_of_the_adapter(service):
    dialect, forms = service
    strategies = {
        node["name"]: node["config"].get("incremental_strategy") or "merge"
        for node in forms[False].tables()
        if node["config"]["materialized"] == "incremental"
    }
    assert {"refresh_log", "refresh_state", "stg_generic__events"} <= {*strategies}
    assert {*strategies.values()} <= STRATEGIES[dialect], strategies


def test_large_tables_are_laid_out_by_day(service):
    dialect, forms = service
    nodes = {node["name"]: node["config"] for node in forms[False].tables()}
    for name, (day, sorted_by) in LAYOUT.items():
        found = nodes[name]
        if dialect == "bigquery":
            assert found["partition_by"]["field"] == day
            assert found["partition_by"]["granularity"] == "day"
            assert found["cluster_by"] == sorted_by
        elif name != "stg_generic__events":
            assert day in found["cluster_by"][0]
            assert found["cluster_by"][1:] == sorted_by


def reads_after_inlining(sql, dialect):
    """How many tables a query reads if each use of a CTE is a copy of it, as on BigQuery."""

    def reads(node, known):
        scope = dict(known)
        with_ = node.args.get("with_")
        for cte in with_.expressions if with_ else []:
            scope[cte.alias.lower()] = reads(cte.this, scope)
        total = 0
        skipped = {id(with_)} if with_ else set()
        stack = [child for child in node.iter_expressions() if id(child) not in skipped]
        while stack:
            child = stack.pop()
            if isinstance(child, exp.Query) and child.args.get("with_"):
                total += reads(child, scope)
            elif isinstance(child, exp.Table):
                total += 1 if child.db else scope.get(child.name.lower(), 0)
                stack.extend(child.iter_expressions())
            else:
                stack.extend(child.iter_expressions())
        return total

    return reads(parsed(sql, dialect), {})


def test_no_query_grows_when_its_ctes_are_copied(service):
    """BigQuery runs a CTE again for each use: a chain of doublings would be millions of reads.

    Models only: a funnel written into an analysis may be copied a few thousand times.
    """
    dialect, forms = service
    if dialect != "bigquery":
        pytest.skip("Snowflake computes a CTE once that is read several times")
    most = Counter()
    for project in forms.values():
        for name, sql in project.statements.items():
            if not name.startswith("model."):
                continue
            for part in re.split(r"(?m)^\s*union all -- next part\s*$", sql):
                most[name] = max(most[name], reads_after_inlining(part, dialect))
    assert most.most_common(1)[0][1] < 1000, most.most_common(5)


def seeded(connection, node, name):
    types = {
        column: {"text": "varchar", "string": "varchar"}.get(kind, kind)
        for column, kind in (node["config"].get("column_types") or {}).items()
    }
    path = REPOSITORY / node["original_file_path"]
    connection.execute(
        f"create table {name} as from read_csv('{path}', header = true, types = {types or '{}'})"
        if types
        else f"create table {name} as from read_csv('{path}', header = true, all_varchar = true)"
    )


def test_builds_the_tables_of_duckdb(service, engine_input, on_duckdb):
    dialect, forms = service
    found = {}
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for stand_in in STAND_INS[dialect]:
            connection.execute(f"create macro {stand_in}")
        connection.execute("create schema raw")
        names = connection.execute(f"describe from '{engine_input[1]}'").fetchall()
        # A name without quotes is in capitals on Snowflake.
        listed = ", ".join(
            f'"{name}" as "{name.upper() if dialect == "snowflake" and " " not in name else name}"'
            for name, *_ in names
        )
        connection.execute(
            f"create table {engines.RELATION} as select {listed} from '{engine_input[1]}'"
        )
        for node in forms[False].tables():
            connection.execute(f"create schema if not exists {node['schema']}")
            name = f"{node['schema']}.{node['name']}"
            if node["resource_type"] == "seed":
                seeded(connection, node, name)
            else:
                tree = parsed(node["compiled_code"], dialect)
                connection.execute(f"create table {name} as\n{translated(tree, dialect)}")
            if node["name"] not in engines.BOOKKEEPING:
                found[node["name"]] = engines.normalised(rows_of(connection, f"from {name}"))
        expected = {name: rows for name, rows in on_duckdb[1].items() if name in found}
        assert len(expected) > 30
        engines.assert_same_tables(expected, found)

        # The other form of each model at least runs on them.
        for node in forms[True].tables():
            if node["resource_type"] == "model":
                tree = parsed(node["compiled_code"], dialect)
                sql = translated(tree, dialect)
                connection.execute(f"create or replace temp table refreshed as {sql}")
    proof = "translated to DuckDB, not run on the service"
    engines.record(dialect, "every table row for row", proof)


def test_reads_the_export_of_ga4_as_duckdb_does(tmp_path):
    """A day table and an intraday table of the demo, under the names that the export gives them."""
    subprocess.run(
        [
            sys.executable, REPOSITORY / "scripts" / "generate_demo.py",
            "--output", tmp_path / "demo", "--visitors", "60", "--seed", "3",
        ],
        check=True,
    )  # fmt: skip
    files = sorted((tmp_path / "demo").glob("events_*.parquet"))
    export = 'analytics_123456789."events_*"'
    settings = {"goals": [], "funnels": [], "cohorts": []}
    project = Project(tmp_path, sources={"ga4": {"relation": export}}, **settings)
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("create schema analytics_123456789")
        connection.execute(
            f"create table {export} as select *, case when event_date = '{files[-1].stem[-8:]}'"
            " then 'intraday_' else '' end || event_date as _table_suffix"
            " from read_parquet(?, union_by_name = true)",
            [list(map(str, files))],
        )
    project.build("stg_ga4__events")

    sources = {"ga4": {"relation": "shop.analytics_123456789.events_*"}}
    forms = compiled(
        "bigquery", tmp_path / "bigquery", "--select", "stg_ga4__events",
        forms=[False], variables={"sources": sources, **settings},
    )  # fmt: skip
    sql = forms[False].statements["model.waymark.stg_ga4__events"]
    assert not faults(sql, "bigquery")
    # Every reading says which day tables, even the first; no other node reads any.
    readings = [
        table.find_ancestor(exp.Select)
        for table in parsed(sql, "bigquery").find_all(exp.Table)
        if table.name == "events_*"
    ]
    assert readings
    for reading in readings:
        days = [column.name for column in reading.args["where"].find_all(exp.Column)]
        assert days == ["_table_suffix"] * 3
    readers = {node["name"] for node in forms[False].nodes if "ga4_rows(" in node["raw_code"]}
    assert readers == {"stg_ga4__events"}
    # Every column of the export costs.
    assert "select\n        *" not in sql[: sql.index("with_payload")]
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("set timezone = 'UTC'")
        for stand_in in STAND_INS["bigquery"]:
            connection.execute(f"create macro {stand_in}")
        tree = parsed(sql, "bigquery")
        connection.execute(f"create table on_bigquery as {translated(tree, 'bigquery')}")
        # There the dataset tells the property, a payload is the columns that were read, and the
        # time of loading is that of the run.
        ours = (
            "select * exclude (source_property, event_id, event_key, loaded_at, raw_payload),"
            " raw_payload is null as has_no_payload"
        )
        expected, found = (
            engines.normalised(rows_of(connection, f"{ours} from {table}"))
            for table in ("stg_ga4__events", "on_bigquery")
        )
        properties = connection.execute("select distinct source_property from on_bigquery")
        assert properties.fetchall() == [("123456789",)]
    assert len(found) > 1_000
    assert engines.differences(expected, found, "stg_ga4__events") == []
    engines.record("bigquery", "GA4 export, nested", "translated to DuckDB, not run on the service")


@pytest.mark.parametrize("dialect", SERVICES)
def test_statistics_are_those_of_scipy(dialect, tmp_path):
    arguments = engines.command(
        dialect, tmp_path, "compile", "--quiet", "--no-introspect", "--no-populate-cache",
        "--inline", statistics.INLINE, variables={"sources": engines.CONFIG["sources"]},
    )[2:]  # fmt: skip
    with chdir(REPOSITORY):
        outcome = dbtRunner().invoke([str(one) for one in arguments])
    assert outcome.success, outcome.exception
    (one,) = outcome.result.results
    with duckdb.connect() as connection:
        statistics.load(connection)
        for function in STAND_INS[dialect]:
            connection.execute(f"create macro {function}")
        for query, sql in statistics.compiled(one.node.compiled_code).items():
            assert not faults(sql, dialect)
            statistics.check(query, rows_of(connection, translated(parsed(sql, dialect), dialect)))
    engines.record(dialect, "statistics", "translated to DuckDB, against scipy and statsmodels")


def test_a_funnel_of_twenty_steps_reads_each_step_a_few_times(tmp_path):
    """With a join that reads the chain so far twice, it would be a million times."""
    goals = [
        {"name": f"goal {number}", "match": {"event": f"event {number}"}} for number in range(20)
    ]
    funnel = {"name": "long", "steps": [goal["name"] for goal in goals], "window": "3 days"}
    settings = {"goals": goals, "funnels": [funnel], "cohorts": []}
    forms = compiled(
        "bigquery", tmp_path, "--select", "int_funnel_unit_days",
        forms=[False], variables={"sources": engines.CONFIG["sources"], **settings},
    )  # fmt: skip
    sql = forms[False].statements["model.waymark.int_funnel_unit_days"]
    assert not faults(sql, "bigquery")
    assert reads_after_inlining(sql, "bigquery") < 100
