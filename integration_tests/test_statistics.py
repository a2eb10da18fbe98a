"""The macros of macros/statistics against scipy and statsmodels, and how often they are right."""

import duckdb
import numpy as np
import pytest
from scipy import stats

import statistics_cases as cases
from helpers import Project, rows_of

SIMULATIONS = 1000
# Enough that a share of 95 % is known to 0.2 points.
INTERVALS = 10_000


@pytest.fixture(scope="module")
def queries(tmp_path_factory):
    """The SQL of each query, compiled once."""
    project = Project(tmp_path_factory.mktemp("statistics"), sources={})
    (one,) = project.dbt("compile", "--inline", cases.INLINE).results
    return cases.compiled(one.node.compiled_code)


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as connection:
        cases.load(connection)
        yield connection


@pytest.mark.parametrize("query", cases.QUERIES)
def test_is_what_scipy_and_statsmodels_say(connection, queries, query):
    cases.check(query, rows_of(connection, queries[query]))


def test_the_random_tables_reach_everything():
    """Each value is there many times, and so are tables with a cell of 0."""
    for query, rows in cases.expected().items():
        for name in next(iter(rows.values())):
            values = [row[name] for row in rows.values()]
            known = [value for value in values if value is not None]
            assert query == "literals" or len(known) > 90, name
            assert not any(value != value for value in known), name
    pairs = cases.expected()["pairs"].values()
    zero_cells = [row for row in pairs if row["katz_lower"] is None]
    assert sum(row["newcombe_lower"] is not None for row in zero_cells) > 90


def measured(sql, relation, columns):
    """Columns of what a query says of other rows."""
    size = len(next(iter(columns.values())))
    columns = {"row_id": np.arange(size), **columns}
    given = {name: np.asarray(values).tolist() for name, values in columns.items()}
    with duckdb.connect() as connection:
        cases.load(connection, {relation: given})
        rows = sorted(rows_of(connection, sql), key=lambda row: row["row_id"])
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def groups(random, size, trials, rates):
    """Successes of two groups."""
    (n1, n2), (p1, p2) = trials, rates
    return {
        "x1": random.binomial(n1, p1, size), "n1": np.full(size, n1),
        "x2": random.binomial(n2, p2, size), "n2": np.full(size, n2),
        "rate": np.full(size, 0.1), "changed_rate": np.full(size, 0.2),
    }  # fmt: skip


def strata(random, size, ratio):
    """Cells of five strata a row, each with a rate and sizes of its own."""
    columns = {name: [] for name in ("row_id", "a", "b", "c", "d")}
    for exposed, unexposed, odds in (
        (90, 210, 0.1), (150, 160, 0.3), (200, 80, 0.5), (60, 300, 1), (120, 100, 2),
    ):  # fmt: skip
        a = random.binomial(exposed, ratio * odds / (1 + ratio * odds), size)
        c = random.binomial(unexposed, odds / (1 + odds), size)
        cells = (np.arange(size), a, exposed - a, c, unexposed - c)
        for name, values in zip(columns, cells, strict=True):
            columns[name] += values.tolist()
    return columns


def assert_uniform(p):
    assert len(p) == SIMULATIONS
    assert stats.kstest(p, "uniform").pvalue > 0.001
    assert 0.03 < np.mean(p < 0.05) < 0.075


def test_p_values_are_uniform_where_nothing_is_to_find(queries):
    random = np.random.default_rng(2)
    columns = groups(random, SIMULATIONS, (40_000, 25_000), (0.2, 0.2))
    assert_uniform(measured(queries["pairs"], cases.PAIRS, columns)["two_proportion_p"])
    columns = strata(random, SIMULATIONS, 1)
    assert_uniform(measured(queries["strata"], cases.STRATA, columns)["mantel_haenszel_p"])
    df = random.integers(1, 21, SIMULATIONS)
    deviates = {
        "x": random.normal(size=SIMULATIONS), "p": np.full(SIMULATIONS, 0.5),
        "positive": random.chisquare(df), "df": df,
    }  # fmt: skip
    found = measured(queries["deviates"], cases.DEVIATES, deviates)
    for name in ("normal_cdf", "normal_p", "chi_square_p"):
        assert_uniform(found[name])
    # Of small tables no test is exact: this one finds too little, never too much.
    columns = groups(random, SIMULATIONS, (20, 35), (0.2, 0.2))
    p = measured(queries["fisher"], cases.PAIRS, columns)["p_value"]
    for level in (0.01, 0.05, 0.2):
        assert 0 < np.mean(p <= level) < level * 1.1


def test_intervals_cover_what_is_true(queries):
    random = np.random.default_rng(3)
    for trials, rates in (((800, 1000), (0.12, 0.03)), ((400, 300), (0.5, 0.45))):
        columns = groups(random, INTERVALS, trials, rates)
        found = measured(queries["pairs"], cases.PAIRS, columns)
        truth = {"wilson": rates[0], "newcombe": rates[0] - rates[1], "katz": rates[0] / rates[1]}
        for name, value in truth.items():
            covers = (found[f"{name}_lower"] <= value) & (value <= found[f"{name}_upper"])
            assert 0.94 < covers.mean() < 0.96, (name, rates, covers.mean())
    for ratio in (1, 2.5):
        found = measured(queries["strata"], cases.STRATA, strata(random, INTERVALS, ratio))
        covers = (found["odds_lower"] <= ratio) & (ratio <= found["odds_upper"])
        assert 0.94 < covers.mean() < 0.96, (ratio, covers.mean())
        assert abs(np.median(found["odds_ratio"]) / ratio - 1) < 0.01


def test_sample_size_gives_the_power_it_promises(queries):
    random = np.random.default_rng(4)
    for rates in ((0.1, 0.12), (0.03, 0.02), (0.5, 0.55)):
        columns = groups(random, INTERVALS, (1000, 1000), rates)
        columns["rate"][:], columns["changed_rate"][:] = rates
        units = int(measured(queries["pairs"], cases.PAIRS, columns)["sample_size"][0])
        columns = groups(random, INTERVALS, (units, units), rates)
        p = measured(queries["pairs"], cases.PAIRS, columns)["two_proportion_p"]
        assert 0.785 < np.mean(p < 0.05) < 0.815, (rates, np.mean(p < 0.05))


def test_few_of_what_is_found_among_many_is_false(queries):
    """100 families of 20 tests, of which 15 have nothing to find."""
    random = np.random.default_rng(5)
    z = random.normal(size=(100, 20))
    z[:, :5] += 3.5
    family = np.repeat([f"family {number}" for number in range(100)], 20)
    columns = {"family": family, "p": 2 * stats.norm.sf(abs(z)).ravel()}
    found = measured(queries["tests"], cases.TESTS, columns)["q_value"].reshape(100, 20) < 0.05
    false, all_found = found[:, 5:].sum(1), found.sum(1)
    assert 0.01 < np.mean(false / np.maximum(all_found, 1)) < 0.05
    assert found[:, :5].mean() > 0.6


def test_outliers_move_neither_slope_nor_deviation(queries):
    """8 of 30 values are wrong: slope and deviation are still those of the others."""
    random = np.random.default_rng(6)
    x = np.tile(np.arange(30), 200)
    y = 0.5 * x + random.normal(size=x.size)
    y[x % 4 == 3] += 1000
    columns = {"row_id": np.repeat(np.arange(200), 30).tolist(), "x": x, "y": y}
    slopes = measured(queries["slopes"], cases.POINTS, columns)["slope"]
    assert abs(np.median(slopes) - 0.5) < 0.3
    columns["y"] = np.where(x % 4 == 3, 1000.0, random.normal(size=x.size))
    found = measured(queries["deviations"], cases.POINTS, columns)
    assert 0.8 < np.median(1.4826 * found["median_deviation"]) < 1.8
