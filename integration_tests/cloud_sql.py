"""SQL of BigQuery and Snowflake on a DuckDB: sqlglot translates what it knows, the rest is here.

Every function below stands in for one of the service that DuckDB lacks or understands otherwise;
its name begins with the service's (bq_, sf_). What a stand-in says about a service is what its
documentation says: nothing here has run there.
"""

import logging

import sqlglot
from sqlglot import exp

# "does not support ..." of the generator: whatever it leaves undone, DuckDB refuses.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

STAND_INS = {
    "bigquery": [
        # div() truncates, and its arguments need no brackets.
        "bq_div(a, b) as a // b",
        # SAFE.PARSE_JSON: null for what is no JSON.
        "bq_parse_json(text) as case when json_valid(text) then cast(text as json) end",
        # json['key']: null if it is missing, a JSON null if it is null.
        "bq_member(object, name) as json_extract("
        "object, '/' || replace(replace(name, '~', '~0'), '/', '~1'))",
        "bq_json_type(value) as lower(json_type(value))",
        # JSON_KEYS(json, 1); keys that are no plain words come quoted.
        "bq_json_keys(value) as list_transform(json_keys(value), lambda key: "
        "case when regexp_full_match(key, '[A-Za-z_][A-Za-z0-9_]*') then key"
        " else cast(to_json(key) as varchar) end)",
        # JSON_VALUE is null for objects and arrays, JSON_QUERY of a text is null for a JSON null.
        "bq_json_value(value, path) as case when json_type(value, path) not in ('OBJECT', 'ARRAY')"
        " then json_extract_string(value, path) end",
        "bq_json_query(value, path) as case when json_type(value, path) <> 'NULL'"
        " then cast(json_extract(value, path) as varchar) end",
        # JSON_OBJECT of an array of keys and one of values.
        "bq_json_object(names, members) as cast('{' || array_to_string(list_transform("
        "range(1, len(names) + 1), lambda i: cast(to_json(names[i]) as varchar) || ':' ||"
        " coalesce(cast(members[i] as varchar), 'null')), ',') || '}' as json)",
        # The function that prepare_database() makes, a walk in JavaScript there.
        "waymark_pass_beginnings(attempts) as list_reduce("
        "list_transform(attempts, lambda one: {'ends': cast(split_part(one, ' ', 2) as bigint),"
        " 'passes': [split_part(one, ' ', 1)]}), lambda walked, one: case"
        " when cast(one.passes[1] as bigint) > walked.ends"
        " then {'ends': one.ends, 'passes': list_concat(walked.passes, one.passes)}"
        " else walked end).passes",
    ],
    "snowflake": [
        "sf_get(object, name) as json_extract("
        "object, '/' || replace(replace(name, '~', '~0'), '/', '~1'))",
        # A VARIANT as a text: null for a JSON null.
        "sf_text(value) as case when json_type(value) <> 'NULL'"
        " then json_extract_string(value, '$') end",
        "sf_is_null_value(value) as json_type(value) = 'NULL'",
        "sf_is_object(value) as json_type(value) = 'OBJECT'",
        # TO_NUMBER with a format of X.
        "sf_hex(text) as cast('0x' || text as bigint)",
        "sf_try_to_timestamp_tz(text) as try_cast(text as timestamptz)",
        "sf_try_to_timestamp_ntz(text) as try_cast(text as timestamp)",
    ],
}


def on_duckdb(tree, dialect):
    """A parsed query of the service as SQL of DuckDB."""
    tree = with_stand_ins(tree.copy(), dialect)
    for table in tree.find_all(exp.Table):
        table.set("catalog", None)
    return tree.sql("duckdb")


def with_stand_ins(tree, dialect):
    """A parsed query of the service, its nodes replaced where DuckDB has nothing like them."""
    # Children first: what replaces a parent keeps them.
    for node in list(tree.bfs())[::-1]:
        replacement = _any(node) or {"bigquery": _bigquery, "snowflake": _snowflake}[dialect](node)
        if replacement is not None:
            if node is tree:
                tree = replacement
            else:
                node.replace(replacement)
    return tree


def _call(name, *arguments):
    return exp.Anonymous(this=name, expressions=list(arguments))


def _without_nulls(aggregate, order):
    """array_agg() of what is not null, as BigQuery's `ignore nulls` and always on Snowflake."""
    value = order.this.copy()
    return exp.Paren(
        this=exp.Filter(
            this=_call("list", order),
            expression=exp.Where(this=exp.Not(this=exp.Is(this=value, expression=exp.Null()))),
        )
    )


def _any(node):
    # A date plus an interval, and a truncated date, are timestamps on DuckDB.
    if isinstance(node, (exp.DateAdd, exp.DateTrunc, exp.TimestampTrunc)):
        unit = node.args["unit"]
        if isinstance(unit, exp.WeekStart) or unit.name.lower() in ("day", "week", "month"):
            return exp.cast(node.copy(), "date")
    return None


def _bigquery(node):
    if isinstance(node, exp.SafeFunc) and isinstance(node.this, exp.ParseJSON):
        return _call("bq_parse_json", node.this.this)
    if isinstance(node, exp.Dot):
        if node.expression.name.lower() == "parse_json":
            return _call("bq_parse_json", node.expression.expressions[0])
        if isinstance(node.expression, exp.Anonymous):
            return node.expression
    if isinstance(node, exp.Bracket) and "offset" not in node.args:
        return _call("bq_member", node.this, node.expressions[0])
    if isinstance(node, exp.IgnoreNulls) and isinstance(node.this, exp.ArrayAgg):
        order = node.this.this
        return _without_nulls(node.this, order.this if isinstance(order, exp.Limit) else order)
    if isinstance(node, exp.IntDiv):
        return _call("bq_div", node.this, node.expression)
    if isinstance(node, exp.DataType) and node.this == exp.DataType.Type.DECIMAL:
        # NUMERIC without a scale has nine decimals.
        return None if node.expressions else exp.DataType.build("decimal(38, 9)")
    if isinstance(node, exp.JSONType):
        return _call("bq_json_type", node.this)
    if isinstance(node, exp.JSONKeysAtDepth):
        return _call("bq_json_keys", node.this)
    if isinstance(node, (exp.JSONExtractScalar, exp.JSONExtract)):
        keys = node.expression.expressions[1:]
        path = exp.Literal.string("$" + "".join(f'."{key.this}"' for key in keys))
        scalar = isinstance(node, exp.JSONExtractScalar)
        return _call("bq_json_value" if scalar else "bq_json_query", node.this, path)
    if isinstance(node, exp.JSONObject) and len(node.expressions) == 1:
        pair = node.expressions[0]
        if not isinstance(pair.this, exp.Literal):
            return _call("bq_json_object", pair.this, pair.expression)
    return None


def _snowflake(node):
    if isinstance(node, (exp.Lateral, exp.TableFromRows)) and isinstance(node.this, exp.Explode):
        return _flattened(node)
    if isinstance(node, exp.GetExtract):
        if isinstance(node.this, exp.WithinGroup):
            aggregate, order = node.this.this, node.this.expression
            order = exp.Order(this=aggregate.this, expressions=order.expressions)
            first = [exp.Literal.number(0)]
            return exp.Bracket(
                this=_without_nulls(aggregate, order), expressions=first, offset=0
            )
        return _call("sf_get", node.this, node.expression)
    if isinstance(node, exp.ToChar):
        return _call("sf_text", node.this)
    if isinstance(node, exp.ToNumber) and node.args.get("format"):
        return _call("sf_hex", node.this)
    if isinstance(node, exp.IsNullValue):
        return _call("sf_is_null_value", node.this)
    if isinstance(node, exp.ObjectAgg):
        return _call("json_group_object", node.this, node.expression)
    if isinstance(node, exp.ToVariant):
        return node.this
    if isinstance(node, exp.ArrayContains):
        return _call("list_contains", node.this, node.expression)
    if isinstance(node, exp.RegexpInstr):
        flags = node.args["parameters"]
        found = _call("regexp_matches", node.this, node.expression, flags)
        return exp.cast(found, "integer")
    if isinstance(node, exp.Anonymous) and node.name.lower() in (
        "try_to_timestamp_tz", "try_to_timestamp_ntz", "is_object",
    ):  # fmt: skip
        return _call(f"sf_{node.name.lower()}", *node.expressions)
    if isinstance(node, exp.Join) and node.args.get("match_condition"):
        node.set("on", exp.and_(node.args["match_condition"], node.args["on"]))
        node.set("match_condition", None)
        node.set("side", "LEFT")
    if isinstance(node, exp.JSONObject) and len(node.expressions) == 1:
        star = node.expressions[0]
        if isinstance(star, exp.Star):
            rows = node.find_ancestor(exp.Select).args["from_"].this.alias_or_name
            return _call("to_json", exp.column(rows))
        if isinstance(star, exp.Column):
            return _call("to_json", exp.column(star.table))
    return None


def _flattened(node):
    """FLATTEN of a JSON value or of a range of numbers."""
    explode = node.this
    given = explode.this.expression
    value = given.sql("duckdb")
    if isinstance(given, exp.GenerateSeries):
        rows = f"select unnest({value}) as value"
    else:
        rows = f"select key, try_cast(key as integer) as index, value from json_each({value})"
        if explode.expressions:
            (mode,) = explode.expressions
            rows += f" where json_type({value}) = '{mode.expression.name}'"
    alias = node.args["alias"].this.name
    return sqlglot.parse_one(f"from ({rows}) as {alias}", read="duckdb").args["from_"].this
