"""What the documentation says is there, and what is there is documented."""

import importlib.util
import json
import re
import runpy
import shlex

import duckdb
import pytest
import yaml
from dbt.cli.main import cli as dbt

from helpers import REPOSITORY, Project

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


NAMES = {
    path.stem
    for folder in ("models", "seeds", "analyses")
    for path in (REPOSITORY / folder).rglob("*")
}
MAKEFILE = text_of(REPOSITORY / "Makefile")


def commands(page):
    """Commands of this project that a page shows, as lists of words."""
    text = text_of(page)
    fenced = re.findall(r"^```bash\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    lines = "".join(fenced).replace("\\\n", " ").splitlines()
    lines += re.findall(r"^    (\S.*)$", prose, re.MULTILINE)
    lines += re.findall(r"(?<!`)`([^`\n]+)`(?!`)", prose)
    for line in lines:
        known = r"(?:\.venv/bin/)?(?:dbt|make|mf|python3?|pip|uv) [\w-]"
        if not re.match(rf"(?:\w+=\S+ )*{known}", line):
            continue
        words = shlex.split(line, comments=True)
        while "=" in words[0]:
            words.pop(0)
        yield [words[0].removeprefix(".venv/bin/"), *words[1:]]


def options(words):
    return {word.partition("=")[0] for word in words if word.startswith("--") and word != "--"}


def unknown_of_click(group, words):
    """What a command line of click does not know: a command, or options."""
    name = next((word for word in words if not word.startswith("-")), None)
    command = group.commands.get(name)
    if not command:
        return {name} - {None}
    if hasattr(command, "commands"):
        return unknown_of_click(command, words[words.index(name) + 1 :])
    params = [*group.params, *command.params]
    return options(words) - {name for one in params for name in one.opts + one.secondary_opts}


def unknown_of_dbt(words):
    unknown = unknown_of_click(dbt, words)
    if words[0] == "run-operation":
        macro = next(word for word in words[1:] if not word.startswith("--"))
        unknown |= {macro} - {path.stem for path in MACROS}
    if "--select" in words:
        selected = re.split(r"[ ,]", words[words.index("--select") + 1])
        unknown |= {name.strip("+@") for name in selected if not re.search("[:<]", name)} - NAMES
    return unknown


def unknown_of_make(words):
    variables = [word.partition("=")[0] for word in words if "=" in word]
    targets = [word for word in words if "=" not in word]
    return {name for name in targets if not re.search(rf"^{name}:", MAKEFILE, re.MULTILINE)} | {
        name for name in variables if name not in MAKEFILE
    }


def unknown_of_python(words):
    if words[0].startswith("-"):
        return set()
    script = REPOSITORY / words[0]
    if not script.exists():
        return {words[0]}
    # What follows is a command of its own.
    end = next((at for at, word in enumerate(words) if word in ("--", "run")), len(words))
    return {name for name in options(words[:end]) if f'"{name}"' not in text_of(script)}


def unknown_of_requirements(words):
    files = [word for word in words if word.endswith((".in", ".txt"))]
    return {name for name in files if not (REPOSITORY / name).exists()}


def test_commands_that_are_shown_exist():
    check = {
        "dbt": unknown_of_dbt,
        "make": unknown_of_make,
        "pip": unknown_of_requirements,
        "python": unknown_of_python,
        "python3": unknown_of_python,
        "uv": unknown_of_requirements,
    }
    if importlib.util.find_spec("dbt_metricflow"):
        from dbt_metricflow.cli.main import cli as mf

        check["mf"] = lambda words: unknown_of_click(mf, words)
    shown = [(page, words) for page in PAGES for words in commands(page) if words[0] in check]
    unknown = {
        f"{page.name}: {shlex.join(words)}": found
        for page, words in shown
        if (found := check[words[0]](words[1:]))
    }
    assert not unknown
    assert {words[0] for _, words in shown} == check.keys()
    assert len(shown) > 80


# Sections of docs/configuration.md, and where the validator looks for their keys.
KEYS = {
    "Goals": r"goals\.x",
    "match": r"goals\.x\.match",
    "Funnels": r"funnels\.x(\.steps\[1\]|\.exclusions\[1\])?",
    "Cohorts": r"cohorts\.x",
    "Experiments": r"experiments\.x",
}


def keys_of_the_page(heading):
    """Keys in the tables of a section of docs/configuration.md that say what a key means."""
    page = text_of(REPOSITORY / "docs" / "configuration.md")
    section = re.split(rf"^#+ {heading}\n", page, flags=re.MULTILINE)[1]
    section = re.split(r"^#", section, flags=re.MULTILINE)[0]
    tables = re.findall(r"^\| key\b.*\n\|[- |]+\|\n((?:\|.*\n)+)", section, re.MULTILINE)
    cells = [row.split("|")[1] for table in tables for row in table.splitlines()]
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def test_configuration_page_has_the_keys_of_the_validator(tmp_path):
    """An unknown key makes the validator tell the known ones."""
    wrong = {"name": "x", "zzz": 1}
    project = Project(
        tmp_path,
        goals=[{**wrong, "match": {"event": "a", "zzz": 1}}],
        funnels=[{**wrong, "window": "1 day", "steps": [{"goal": "x", "zzz": 1}, "x"],
                  "exclusions": [{"goal": "x", "zzz": 1}]}],
        cohorts=[{**wrong, "start": "x", "return": "x"}],
        experiments=[{**wrong, "exposure": "x", "variant_property": "p", "primary": "x",
                      "variants": ["control", "b"], "window": "1 day"}],
        waymark={"zzz": 1},
    )  # fmt: skip
    said = project.error("compile", "--select", "goals")
    found = re.findall(r"(\S+) has the unknown key zzz\. Known keys: ([\w, ]+)\.", said)
    told = {path: set(keys.split(", ")) for path, keys in found}
    for heading, path in KEYS.items():
        known = [keys for name, keys in told.items() if re.fullmatch(path, name)]
        assert known, (heading, said)
        assert keys_of_the_page(heading) == set().union(*known), heading
    (settings,) = re.findall(r"zzz is not a setting\. Known: ([\w, ]+)\.", said)
    assert keys_of_the_page("Settings") == set(settings.split(", "))


def test_configuration_page_is_up_to_date():
    script = runpy.run_path(str(REPOSITORY / "scripts" / "generate_docs.py"))
    page = script["configuration"]()
    assert page == text_of(script["CONFIGURATION"]), "run scripts/generate_docs.py"
    assert page.count("<!-- keys: ") == 11


def test_pages_of_the_marts_are_up_to_date():
    """On the demo of `make`: every mart with a query that gives rows, if the demo has any."""
    target = REPOSITORY / "target" / "test"
    if not (target / "waymark.duckdb").exists():
        pytest.skip("no build of the whole demo: make test makes one first")
    script = runpy.run_path(str(REPOSITORY / "scripts" / "generate_docs.py"))
    pages = script["pages"](target / "waymark.duckdb", target / "manifest.json")
    answers = 0
    for name, text in pages.items():
        assert text == text_of(script["PAGES"] / name), f"{name}: run scripts/generate_docs.py"
        answered = re.findall(r"^```\n\n((?:\|.*\n)+)", text, re.MULTILINE)
        assert all(len(rows.splitlines()) > 2 for rows in answered), name
        answers += len(answered)
    marts = list((REPOSITORY / "models" / "marts").rglob("*.sql"))
    empty = "".join(pages.values()).count(script["NOT_IN_THE_DEMO"])
    assert (answers + empty, empty) == (len(marts), 4)
