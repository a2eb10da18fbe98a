"""What the documentation says is there, and what is there is documented."""

import json
import re
import runpy

import duckdb
import pytest
import yaml

from helpers import REPOSITORY

PAGES = [REPOSITORY / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
PAGES += sorted((REPOSITORY / "docs").rglob("*.md"))
MACROS = sorted((REPOSITORY / "macros").rglob("*.sql"))
SIGNATURE = re.compile(r"{%-?\s*macro\s+(\w+)\s*\((.*?)\)\s*-?%}", re.DOTALL)
ARGUMENT = re.compile(r"`(\w+)(?:=[^`]*)?`")
ROW = re.compile(r"^\| `(\w+)`( \*d\*)? \|.*?\|(.*)\|$", re.MULTILINE)


def text_of(path):
    return path.read_text(encoding="utf-8")


def signature(path):
    """Names of the arguments of the macro of this file."""
    found = {name: given for name, given in SIGNATURE.findall(text_of(path))}
    return re.findall(r"(\w+)(?:=[^,]*)?(?:,|$)", re.sub(r"\[.*?\]|{.*?}", "", found[path.stem]))


def test_macros_are_described_beside_their_files():
    for path in MACROS:
        (macro,) = yaml.safe_load(text_of(path.with_suffix(".yml")))["macros"]
        assert macro["description"].strip(), path
        if macro["name"].startswith("materialization_"):
            continue
        arguments = macro.get("arguments", [])
        assert macro["name"] == path.stem
        assert [one["name"] for one in arguments] == signature(path), path
        assert all(one["type"] and one["description"].strip() for one in arguments), path


def test_public_macros_are_in_the_list():
    sections = re.split(r"^## ", text_of(REPOSITORY / "docs" / "macros.md"), flags=re.MULTILINE)
    listed = {
        (section.split("\n")[0], name): (bool(dispatched), ARGUMENT.findall(arguments))
        for section in sections
        for name, dispatched, arguments in ROW.findall(section)
    }
    public = {
        (path.parent.name, path.stem): ("adapter.dispatch" in text_of(path), signature(path))
        for path in MACROS
        if not path.stem.startswith("_") and path.parent.name != "materializations"
    }
    # The rest of its arguments are options of the configuration.
    public["funnels", "funnel"] = (False, public["funnels", "funnel"][1][:6])
    assert listed == public


def test_tests_are_in_the_list():
    page = text_of(REPOSITORY / "docs" / "tests.md")
    tests = [path.name for path in (REPOSITORY / "integration_tests").glob("test_*.py")]
    generic = [path.stem for path in (REPOSITORY / "tests" / "generic").glob("*.sql")]
    assert sorted(re.findall(r"^\| `(test_\w+\.py)` \|", page, re.MULTILINE)) == sorted(tests)
    assert sorted(re.findall(r"^\| \[(\w+)\]\(#\1\) \|", page, re.MULTILINE)) == sorted(generic)


def test_columns_are_described(demo_project):
    manifest = json.loads(text_of(demo_project.directory / "target" / "manifest.json"))
    with duckdb.connect(str(demo_project.database), read_only=True) as connection:
        rows = connection.execute(
            "select table_name, column_name from information_schema.columns"
        ).fetchall()
    described = {
        (node["alias"], name)
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
        for name, column in node["columns"].items()
        if column["description"].strip()
    }
    assert len(rows) > 500
    assert set(rows) == described


def anchors(path):
    """As GitHub makes them of headings."""
    lines = re.sub(r"^```.*?^```", "", text_of(path), flags=re.DOTALL | re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", lines, re.MULTILINE)
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        name, _, anchor = link.partition("#")
        # The catalogue of dbt has addresses of its own.
        if "://" in link or anchor.startswith("!"):
            continue
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_yaml_that_is_shown_parses(page):
    for snippet in re.findall(r"^```yaml\n(.*?)^```", text_of(page), re.DOTALL | re.MULTILINE):
        assert yaml.safe_load(snippet)


def test_the_kind_of_database_is_asked_only_where_it_may_be():
    folders = ("adapters", "sources", "materializations")
    files = [path for path in MACROS if path.parent.name not in folders]
    for folder in ("models", "tests", "analyses"):
        files += (REPOSITORY / folder).rglob("*.sql")
    assert [path for path in files if "target.type" in text_of(path)] == []


def test_readme_shows_what_the_demo_gives(capsys):
    """Each query in README.md has the answer that stands below it, on the demo of `make`."""
    database = REPOSITORY / "target" / "test" / "waymark.duckdb"
    if not database.exists():
        pytest.skip("no build of the whole demo: make test makes one first")
    print_table = runpy.run_path(str(REPOSITORY / "scripts" / "after_build.py"))["print_table"]
    shown = re.findall(
        r"^```sql\n(.+?)```\n\n((?:    [^\n]+\n)+)", text_of(REPOSITORY / "README.md"), re.M | re.S
    )
    assert len(shown) == 3
    for sql, expected in shown:
        with duckdb.connect(str(database), read_only=True) as connection:
            answer = connection.execute(sql)
            print_table([column[0] for column in answer.description], answer.fetchall())
        printed = [line.strip() for line in capsys.readouterr().out.splitlines()]
        assert printed == [line.strip() for line in expected.splitlines()], sql
