"""Random tables for the macros of macros/statistics, and what scipy and statsmodels say of them.

A test of a database loads every table of `tables()`, runs each of QUERIES there as its dbt compiles
it, and hands the rows to `check()`.
"""

import math
from functools import cache

import duckdb
import numpy as np
from scipy import special, stats
from scipy.stats import contingency
from statsmodels.stats import contingency_tables, power, proportion

PART = "-- next"
SIDES = ("lower", "upper")
SCHEMA = "raw"
DEVIATES, PAIRS, STRATA, TESTS, POINTS = (
    f"{SCHEMA}.statistics_{name}" for name in ("deviates", "pairs", "strata", "tests", "points")
)
TYPES = {int: "bigint", float: "double", str: "varchar"}
# Two counts of two groups, as the columns of a mart.
GROUPS = "'x1', 'n1', 'x2', 'n2'"
TABLE = "'x1', 'n1 - x1', 'x2', 'n2 - x2'"

# {(relation, select)}: Jinja; every select has `row_id`.
EXPRESSIONS = {
    DEVIATES: {
        "normal_cdf": "normal_cdf('x')",
        "normal_p": "normal_p('x')",
        "normal_quantile": "normal_quantile('p')",
        "ln_gamma": "ln_gamma('positive')",
        "chi_square_p": "chi_square_p('positive', 'df')",
        "chi_square_p_1": "chi_square_p('positive', 1)",
        "chi_square_p_2": "chi_square_p('positive', 2)",
        "chi_square_p_7": "chi_square_p('positive', 7)",
        "chi_square_p_20": "chi_square_p('positive', 20)",
    },
    PAIRS: {
        "wilson_lower": "wilson_bound('x1', 'n1', 'lower')",
        "wilson_upper": "wilson_bound('x1', 'n1', 'upper')",
        "newcombe_lower": f"newcombe_bound({GROUPS}, 'lower')",
        "newcombe_upper": f"newcombe_bound({GROUPS}, 'upper')",
        "katz_lower": f"katz_bound({GROUPS}, 'lower')",
        "katz_upper": f"katz_bound({GROUPS}, 'upper')",
        "two_proportion_p": f"two_proportion_p({GROUPS})",
        "phi": f"phi({TABLE})",
        "sample_size": "two_proportion_sample_size('rate', 'changed_rate')",
        "robust_z": "robust_z('x1', 'rate', 'n2')",
    },
}
AGGREGATES = {
    "odds_ratio": "mantel_haenszel_odds_ratio('a', 'b', 'c', 'd')",
    "odds_lower": "mantel_haenszel_bound('a', 'b', 'c', 'd', 'lower')",
    "odds_upper": "mantel_haenszel_bound('a', 'b', 'c', 'd', 'upper')",
    "mantel_haenszel_p": "mantel_haenszel_p('a', 'b', 'c', 'd')",
}


# Numbers in place of columns, which a database may compute before it looks at any condition.
LITERALS = {
    "below": "normal_cdf('-1')",
    "quantile": "normal_quantile('0.975')",
    "no_quantile": "normal_quantile('0')",
    "factorial": "ln_gamma('6')",
    "no_factorial": "ln_gamma('0')",
    "fair_die": "chi_square_p('11.0705', '5')",
    "low": "wilson_bound('30', '100', 'lower')",
    "high": "wilson_bound('30', '100', 'upper')",
    "no_bound": "wilson_bound('0', '0', 'lower')",
    "ratio_low": "katz_bound('120', '1000', '60', '2000', 'lower')",
    "ratio_high": "katz_bound('120', '1000', '60', '2000', 'upper')",
    "no_ratio": "katz_bound('3', '100', '0', '100', 'lower')",
    "difference_low": "newcombe_bound('56', '70', '48', '80', 'lower')",
    "difference_high": "newcombe_bound('56', '70', '48', '80', 'upper')",
    "no_difference": "newcombe_bound('0', '0', '0', '0', 'lower')",
    "no_test": "two_proportion_p('0', '10', '0', '10')",
    "no_trials": "two_proportion_p('0', '0', '0', '0')",
    "same_answers": "phi('3', '0', '0', '2')",
    "no_answers": "phi('3', '2', '0', '0')",
    "units": "two_proportion_sample_size('0.1', '0.12')",
    "no_units": "two_proportion_sample_size('0.1', '0.1')",
    "no_deviation": "robust_z('3', '2', '0')",
}
# As published: tables of distributions, ln(120), examples of docs/macros.md, the first one of
# Newcombe (56 of 70 against 48 of 80).
PUBLISHED = {
    "below": 0.158655, "quantile": 1.959964, "factorial": 4.787492, "fair_die": 0.05,
    "low": 0.218949, "high": 0.395849, "ratio_low": 2.96192, "ratio_high": 5.401902,
    "difference_low": 0.0524, "difference_high": 0.3339, "same_answers": 1.0, "units": 3841,
}  # fmt: skip


def _calls(expressions):
    return ", ".join(f"{{{{ waymark.{call} }}}} as {name}" for name, call in expressions.items())


QUERIES = {
    "deviates": f"select row_id, {_calls(EXPRESSIONS[DEVIATES])} from {DEVIATES}",
    "pairs": f"select row_id, {_calls(EXPRESSIONS[PAIRS])} from {PAIRS}",
    "strata": f"select row_id, {_calls(AGGREGATES)} from {STRATA} group by row_id",
    "fisher": f"{{{{ waymark.fisher_p('{PAIRS}', ['row_id'], {TABLE}, limit=500) }}}}",
    "tests": "{{ waymark.benjamini_hochberg("
    f"'{TESTS}', ['row_id', 'family'], 'p', partition_by=['family']) }}}}",
    "all_tests": "{{ waymark.benjamini_hochberg("
    f"'{TESTS}', ['row_id'], 'p', name='q_of_all') }}}}",
    "slopes": f"{{{{ waymark.theil_sen('{POINTS}', ['row_id'], 'x', 'y') }}}}",
    "literals": f"select 1 as row_id, {_calls(LITERALS)}",
    "trends": f"{{{{ waymark.trend('{POINTS}', ['row_id'], 'x', 'y') }}}}",
    "deviations": f"{{{{ waymark.median_deviation('{POINTS}', ['row_id'], 'y') }}}}",
}
INLINE = f"\n{PART}\n".join(QUERIES.values())


def compiled(text):
    """{query: SQL} of what `dbt compile --inline` made of INLINE."""
    return dict(zip(QUERIES, text.split(PART), strict=True))


# ---------- input


def _rates(random, size, least):
    """Half of them anywhere, half of them small."""
    anywhere, small = random.random(size), 10 ** random.uniform(least, 0, size)
    return np.where(random.random(size) < 0.5, anywhere, small)


def _counts(random, size):
    """Successes of trials: any size, any rate, and the ends of both."""
    trials = np.rint(10 ** random.uniform(0, 6, size)).astype(int)
    trials[random.random(size) < 0.02] = 0
    successes = random.binomial(trials, _rates(random, size, -5))
    successes = np.where(random.random(size) < 0.05, 0, successes)
    return np.where(random.random(size) < 0.05, trials, successes), trials


def _with_nulls(random, values, share=0.01):
    return [None if random.random() < share else value for value in np.asarray(values).tolist()]


def _deviates(random):
    x = np.concatenate([random.uniform(-37, 37, 1500), random.normal(0, 2, 1480)])
    x = np.concatenate([x, [0, 37, -37, 38, -38, 50, -1000, 1e-9, -1e-300, 1.96]])
    size = len(x)
    p = _rates(random, size, -300)
    p[:8] = [0, 1, 0.5, 1e-300, 1 - 1e-16, 0.075, 0.925, -0.1]
    positive = 10 ** random.uniform(-6, 4, size)
    positive[:6] = [0, 1, 2, 1399.9, 1400.1, -1]
    df = random.integers(0, 23, size)
    columns = (x, p, positive, df)
    return {
        name: _with_nulls(random, column)
        for name, column in zip(("x", "p", "positive", "df"), columns, strict=True)
    }


def _pairs(random):
    x1, n1 = _counts(random, 3000)
    x2, n2 = _counts(random, 3000)
    # Small ones, every cell of which may be 0, and the ends of groups of one size.
    for first, (x, n) in enumerate(((x1, n1), (x2, n2))):
        n[:800] = random.integers(0, 15, 800)
        x[:800] = random.binomial(n[:800], random.choice([0, 0.1, 0.5, 0.9, 1], 800))
        n[800:810], x[800:810] = 500, 500 * first
    # More successes than trials.
    x1[810:820] = n1[810:820] + 1
    rate = _rates(random, 3000, -5)
    changed = rate * random.choice([0, 0.5, 0.8, 0.95, 1, 1.05, 1.1, 1.2, 2], 3000)
    rate[:3], changed[:3] = [0, 1, 0], [0.01, 0.9, 1]
    columns = {"x1": x1, "n1": n1, "x2": x2, "n2": n2, "rate": rate, "changed_rate": changed}
    return {name: _with_nulls(random, column) for name, column in columns.items()}


def _strata(random):
    columns = {name: [] for name in ("row_id", "a", "b", "c", "d")}
    for row_id in range(400):
        ratio = np.exp(random.normal(0, 1))
        for _ in range(random.integers(1, 12)):
            scale = random.choice([0, 1, 3, 30, 1000, 100_000])
            odds = np.exp(random.normal(-1, 1.5))
            exposed, unexposed = random.integers(0, 2 + scale, 2)
            a = random.binomial(exposed, ratio * odds / (1 + ratio * odds))
            c = random.binomial(unexposed, odds / (1 + odds))
            cells = (a, exposed - a, c, unexposed - c)
            for name, value in zip(columns, (row_id, *cells), strict=True):
                columns[name].append(int(value))
    return columns


def _tests(random):
    family = random.choice(["one", "two", "three", "four"], 500, p=[0.7, 0.25, 0.04, 0.01])
    p = _rates(random, 500, -30)
    # Ties, and the ends.
    p[:100] = np.round(p[:100], 2)
    return {"family": family.tolist(), "p": _with_nulls(random, p, 0.05)}


def _points(random):
    columns = {name: [] for name in ("row_id", "x", "y")}
    for row_id in range(200):
        size = random.integers(1, 25)
        x = random.integers(0, 20, size) if row_id % 2 else np.arange(size)
        y = random.normal(0, 1, size) + random.normal() * x
        y[random.random(size) < 0.2] = 7
        columns["row_id"] += [row_id] * int(size)
        columns["x"] += _with_nulls(random, x, 0.02)
        columns["y"] += _with_nulls(random, y, 0.02)
    return columns


@cache
def tables():
    """{relation: {column: values}}"""
    random = np.random.default_rng(6)
    made = {
        DEVIATES: _deviates(random), PAIRS: _pairs(random), STRATA: _strata(random),
        TESTS: _tests(random), POINTS: _points(random),
    }  # fmt: skip
    for columns in made.values():
        columns.setdefault("row_id", list(range(len(next(iter(columns.values()))))))
    return made


def kinds(columns):
    """{column: type} of DuckDB."""
    return {
        name: TYPES[type(next(value for value in values if value is not None))]
        for name, values in columns.items()
    }


def load(connection, given=None):
    """Tables into a DuckDB, if none are given the random ones."""
    connection.execute(f"create schema if not exists {SCHEMA}")
    for relation, columns in (given or tables()).items():
        lists = ", ".join(
            f"unnest(cast(${name} as {kind}[])) as {name}" for name, kind in kinds(columns).items()
        )
        connection.execute(f"create or replace table {relation} as select {lists}", columns)


def parquet(folder):
    """{relation: Parquet file} of all tables."""
    with duckdb.connect() as connection:
        load(connection)
        paths = {relation: folder / f"{relation}.parquet" for relation in tables()}
        for relation, path in paths.items():
            connection.execute(f"copy {relation} to '{path}'")
    return paths


# ---------- what it should be


def _rows(relation):
    columns = tables()[relation]
    rows = zip(*columns.values(), strict=True)
    return [dict(zip(columns, values, strict=True)) for values in rows]


def _groups_of(relation):
    groups = {}
    for row in _rows(relation):
        groups.setdefault(row["row_id"], []).append(row)
    return groups


def _known(row, *names):
    return all(row[name] is not None for name in names)


def _chi_square(x, df):
    if x is None or df is None or x < 0 or not 1 <= df <= 20:
        return None
    return float(stats.chi2.sf(x, df)) if x <= 1400 else 0.0


def _expected_deviates():
    for row in _rows(DEVIATES):
        x, p, positive = row["x"], row["p"], row["positive"]
        small = x is not None and abs(x) > 37.5
        yield (
            row["row_id"],
            {
                "normal_cdf": None if x is None else (x > 0) * 1.0 if small else stats.norm.cdf(x),
                "normal_p": None if x is None else 0.0 if small else 2 * stats.norm.sf(abs(x)),
                "normal_quantile": stats.norm.ppf(p) if p is not None and 0 < p < 1 else None,
                "ln_gamma": special.gammaln(positive) if positive and positive > 0 else None,
                "chi_square_p": _chi_square(positive, row["df"]),
                **{f"chi_square_p_{df}": _chi_square(positive, df) for df in (1, 2, 7, 20)},
            },
        )


def _interval(method, *arguments):
    return dict(zip(SIDES, method(*arguments), strict=True))


def _proportion(x, n):
    return proportion.proportion_confint(x, n, 0.05, "wilson")


def _difference(x1, n1, x2, n2):
    return proportion.confint_proportions_2indep(x1, n1, x2, n2, method="newcomb")


def _ratio(x1, n1, x2, n2):
    if x1 == n1 and x2 == n2:
        return 1, 1
    return contingency.relative_risk(x1, n1, x2, n2).confidence_interval(0.95)


def _sample_size(rate, changed):
    if not (0 <= rate <= 1 and 0 <= changed <= 1) or rate == changed:
        return None
    return math.ceil(
        power.normal_sample_size_one_tail(
            changed - rate, 0.8, 0.025,
            std_null=math.sqrt((rate + changed) * (1 - (rate + changed) / 2)),
            std_alternative=math.sqrt(rate * (1 - rate) + changed * (1 - changed)),
        )
    )  # fmt: skip


def _expected_pairs():
    for row in _rows(PAIRS):
        x1, n1, x2, n2 = groups = [row[name] for name in ("x1", "n1", "x2", "n2")]
        first = _known(row, "x1", "n1") and 0 < n1 >= x1
        both = first and _known(row, "x2", "n2") and 0 < n2 >= x2
        varied = both and 0 < x1 + x2 < n1 + n2
        wilson = _interval(_proportion, x1, n1) if first else {}
        newcombe = _interval(_difference, *groups) if both else {}
        katz = _interval(_ratio, *groups) if both and x1 and x2 else {}
        p = association = None
        if varied:
            table = [[x1, n1 - x1], [x2, n2 - x2]]
            p = stats.chi2_contingency(table, correction=False).pvalue
            association = math.copysign(contingency.association(table, "cramer"), x1 * n2 - x2 * n1)
        rates = row["rate"], row["changed_rate"]
        deviation = _known(row, "x1", "rate") and row["n2"]
        yield (
            row["row_id"],
            {
                **{f"wilson_{side}": wilson.get(side) for side in SIDES},
                **{f"newcombe_{side}": newcombe.get(side) for side in SIDES},
                **{f"katz_{side}": katz.get(side) for side in SIDES},
                "two_proportion_p": p,
                "phi": association,
                "sample_size": _sample_size(*rates) if None not in rates else None,
                "robust_z": (x1 - row["rate"]) / (1.4826 * n2) if deviation else None,
            },
        )


def _expected_strata():
    for row_id, rows in _groups_of(STRATA).items():
        tables_2x2 = [[[row["a"], row["b"]], [row["c"], row["d"]]] for row in rows]
        cells = [row for row in rows if row["a"] + row["b"] + row["c"] + row["d"]]
        sums = [
            sum(row[one] * row[two] / sum(row[name] for name in "abcd") for row in cells)
            for one, two in ("ad", "bc")
        ]
        tested = [
            table for table in np.array(tables_2x2) if table.sum(0).all() and table.sum(1).all()
        ]
        ratio = lower = upper = p = None
        if sums[1]:
            ratio = sums[0] / sums[1]
        if tested:
            found = contingency_tables.StratifiedTable([table.astype(float) for table in tested])
            # Its own p-value has no digits in the tail.
            p = stats.chi2.sf(found.test_null_odds(correction=False).statistic, 1)
            p = 0.0 if p < 1e-306 else p
            if all(sums):
                assert math.isclose(ratio, found.oddsratio_pooled)
                lower, upper = found.oddsratio_pooled_confint()
        yield row_id, {
            "odds_ratio": ratio, "odds_lower": lower, "odds_upper": upper, "mantel_haenszel_p": p,
        }  # fmt: skip


def _expected_fisher():
    for row in _rows(PAIRS):
        x1, n1, x2, n2 = (row[name] for name in ("x1", "n1", "x2", "n2"))
        p = None
        if _known(row, "x1", "n1", "x2", "n2") and x1 <= n1:
            possible = 1 + min(n1, n2, x1 + x2, n1 + n2 - x1 - x2)
            if possible <= 500:
                p = stats.fisher_exact([[x1, n1 - x1], [x2, n2 - x2]]).pvalue
        yield row["row_id"], {"p_value": p}


def _expected_tests(name, family=None):
    for one in {family and row[family] for row in _rows(TESTS)}:
        rows = [row for row in _rows(TESTS) if family is None or row[family] == one]
        tested = [row for row in rows if row["p"] is not None]
        found = stats.false_discovery_control([row["p"] for row in tested])
        q = {row["row_id"]: value for row, value in zip(tested, found, strict=True)}
        for row in rows:
            kept = {family: one} if family else {}
            yield row["row_id"], {**kept, name: q.get(row["row_id"])}


def _expected_slopes():
    for row_id, rows in _groups_of(POINTS).items():
        points = [(row["x"], row["y"]) for row in rows if _known(row, "x", "y")]
        if len({x for x, _ in points}) > 1:
            x, y = zip(*points, strict=True)
            yield row_id, {"slope": stats.theilslopes(y, x).slope}


def _expected_trends():
    for row_id, slope in _expected_slopes():
        rows = [row for row in _groups_of(POINTS)[row_id] if _known(row, "x", "y")]
        pairs = [(one, other) for one in rows for other in rows if one["x"] < other["x"]]
        rises = abs(sum(np.sign(other["y"] - one["y"]) for one, other in pairs))
        n = len(rows)
        yield (
            row_id,
            {
                **slope,
                "points": n,
                "first_x": min(row["x"] for row in rows),
                "trend_z": max(rises - 1, 0) / math.sqrt(n * (n - 1) * (2 * n + 5) / 18),
            },
        )


def _expected_deviations():
    for row_id, rows in _groups_of(POINTS).items():
        values = [row["y"] for row in rows if row["y"] is not None]
        if values:
            yield (
                row_id,
                {
                    "value_count": len(values),
                    "median_value": np.median(values),
                    "median_deviation": stats.median_abs_deviation(values),
                },
            )


@cache
def expected():
    """{query: {row_id: {column: value}}}"""
    with np.errstate(all="ignore"):
        return {
            "deviates": dict(_expected_deviates()),
            "pairs": dict(_expected_pairs()),
            "strata": dict(_expected_strata()),
            "fisher": dict(_expected_fisher()),
            "tests": dict(_expected_tests("q_value", "family")),
            "all_tests": dict(_expected_tests("q_of_all")),
            "slopes": dict(_expected_slopes()),
            "trends": dict(_expected_trends()),
            "deviations": dict(_expected_deviations()),
            "literals": {1: {name: PUBLISHED.get(name) for name in LITERALS}},
        }


def _same(name, one, other):
    if one is None or other is None:
        return one is other
    if name in PUBLISHED:
        return round(other, len(f"{one}".partition(".")[2])) == one
    if isinstance(one, str):
        return one == other
    # Nine digits; where a difference is next to nothing, what rounding leaves of it. A p-value has
    # all of its digits in the tail too.
    absolute = 1e-290 if "_p" in name or name in ("normal_cdf", "q_value") else 1e-13
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=absolute)


def check(query, rows):
    """Nine digits of every value that scipy and statsmodels give, and null where there is none."""
    found = {int(row["row_id"]): row for row in rows}
    assert len(found) == len(rows)
    wanted = expected()[query]
    assert sorted(found) == sorted(wanted), query
    wrong = [
        f"{query}.{name} of row {row_id}: {found[row_id][name]}, expected {value}"
        for row_id, values in wanted.items()
        for name, value in values.items()
        if not _same(name, value, found[row_id][name])
    ]
    assert not wrong, "\n".join([f"{len(wrong)} differ", *wrong[:20]])
