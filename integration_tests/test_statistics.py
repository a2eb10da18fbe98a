"""The macros of macros/statistics against scipy and statsmodels, and how often they are right."""

import duckdb
import pytest

import statistics_cases as cases
from helpers import Project, rows_of


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return Project(tmp_path_factory.mktemp("statistics"), sources={})


@pytest.fixture(scope="module")
def connection(project):
    """A database with the random tables, and the SQL of every query."""
    with duckdb.connect() as connection:
        cases.load(connection)
        yield connection


@pytest.fixture(scope="module")
def queries(project):
    (one,) = project.dbt("compile", "--inline", cases.INLINE).results
    return cases.compiled(one.node.compiled_code)


@pytest.mark.parametrize("query", cases.QUERIES)
def test_is_what_scipy_and_statsmodels_say(connection, queries, query):
    cases.check(query, rows_of(connection, queries[query]))
