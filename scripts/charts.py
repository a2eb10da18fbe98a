"""Render all boards of charts/ to target/site/, with an index page and the documentation of dbt.

`dbt docs generate --static` comes first: it writes the manifest, in which boards look up ref().
"""

import os
import shutil
import sys
from pathlib import Path

import pages
import yaml
from dbt_charts.agent_api import InMemoryBoard, ProjectSession
from lxml.html import builder as html

REPOSITORY = Path(__file__).resolve().parents[1]
# The page has margins of its own. It is wider than what is drawn, so that letters grow.
WIDE = {"width": 980, "margin": 0, "card_padding": 0}
# What a phone shows: one column.
NARROW = {"width": 366, "margin": 0, "card_padding": 0}
# A chart of one figure without a row is no error: the page says why there is none.
NO_DATA = "ERR-KPI-NO-DATA"


def boards(folder):
    return sorted(path for path in folder.glob("*.yml") if path.stem != "meta")


def stacked(layout):
    """A layout in one column."""
    if not isinstance(layout, dict):
        return layout
    layout = {key: value for key, value in layout.items() if key not in ("width", "height")}
    items = [*layout.pop("rows", []), *layout.pop("cols", [])]
    return layout | ({"rows": [stacked(item) for item in items]} if items else {})


def phone_row(template):
    """Pixels of a row of a drawing on a phone; none for a template that is only drawn wide."""
    text = (REPOSITORY / "templates" / f"{template}.svg.j2").read_text(encoding="utf-8")
    header = yaml.safe_load(text.partition("{#---")[2].partition("---#}")[0])
    return header.get("options", {}).get("phone_row", {}).get("default")


def untitled(definition, frame):
    """A board without the titles of its charts, which are text of the page."""
    style = definition.get("style", {})
    charts = {
        name: {key: value for key, value in chart.items() if key not in ("title", "subtitle")}
        for name, chart in definition["charts"].items()
    }
    return definition | {"charts": charts, "style": style | {"frame": frame}}


def narrow(definition, rows):
    """The same board for a phone; `rows` says how many rows a chart has."""
    result = stacked(untitled(definition, NARROW))
    for name, chart in result["charts"].items():
        style = dict(chart.get("style", {}))
        if chart["type"] == "custom":
            height = (phone_row(chart["template"]) or 40) * max(rows(chart), 2)
            style |= {"min_height": height, "aspect_ratio": 10}
        elif "aspect_ratio" in style:
            style["aspect_ratio"] = min(style["aspect_ratio"], 1.2)
        result["charts"][name] = chart | {"style": style}
    return result


class Board:
    """A board of the project, drawn for one choice of its variables."""

    def __init__(self, session, path):
        self.session = session
        self.path = path
        self.location = session.project.path_for_fspath(path)
        self.definition = yaml.safe_load(path.read_text(encoding="utf-8"))
        self.title = self.definition["title"]

    def choices(self):
        """The variable that is required, which has a page for each value; default first."""
        for name, variable in self.definition.get("variables", {}).items():
            options = variable.get("options", {})
            if variable.get("required") and "query" in options:
                found = self.session.query_board(options["query"], self.path, limit=50)
                if not found.success:
                    sys.exit(f"{self.path.name}, query {options['query']}: {found.errors}")
                values = [row[options["column"]] for row in found.data]
                return name, sorted(values, key=lambda value: value != variable.get("default"))
        return None, [None]

    def draw(self, kind, variables, definition):
        text = yaml.safe_dump(definition, sort_keys=False)
        result = self.session.render_board(
            InMemoryBoard(text, path=self.location),
            format=kind,
            variables=variables,
            use_cache=False,
            standalone=True,
        )
        errors = [*result.validation_errors, *result.chart_errors, result.board_error]
        if errors := [error for error in errors if error and error.code != NO_DATA]:
            sys.exit("\n".join(f"{self.path.name}: {error.message}" for error in errors))
        return result.data

    def render(self, variables):
        """(fonts, elements) of its page."""
        data = self.draw("data", variables, self.definition)
        for name, query in self.definition["queries"].items():
            if isinstance(query, dict) and name in data["queries"]:
                data["queries"][name]["notes"] = query.get("notes")

        def rows(chart):
            return len(data["queries"][chart["query"]]["rows"])

        for name, chart in self.definition["charts"].items():
            is_wide = chart["type"] == "custom" and not phone_row(chart["template"])
            data["charts"][name]["is_wide"] = is_wide
        frame = WIDE | self.definition.get("style", {}).get("frame", {})
        wide = pages.parsed(self.draw("svg", variables, untitled(self.definition, frame)))
        phone = pages.parsed(self.draw("svg", variables, narrow(self.definition, rows)))
        return pages.fonts(wide, phone), pages.content(wide, phone, data)


def write(board, site, navigation):
    """A page for each value of the variable that has several; gives the fonts of the last."""
    variable, values = board.choices()
    files = {
        value: board.path.stem + ("" if number == 0 else f"_{number}") + ".html"
        for number, value in enumerate(values)
    }
    for value, file in files.items():
        faces, elements = board.render({variable: value} if variable else {})
        body = [html.P(board.definition.get("notes", ""))]
        if variable:
            titles = {files[value]: value.replace("_", " ") for value in values}
            body.append(pages.links(variable.capitalize(), titles, file))
        title = board.title if value is None else f"{board.title}: {value.replace('_', ' ')}"
        text = pages.page(
            title,
            pages.links("Boards", navigation, files[values[0]]),
            [*body, *elements],
            faces,
            ("For filters on dates and segments, run ", html.CODE("dct serve"), "."),
        )
        (site / file).write_bytes(text)
    return faces


def main():
    target = REPOSITORY / os.environ.get("DBT_TARGET_PATH", "target")
    documentation = target / "static_index.html"
    if not documentation.is_file():
        sys.exit(f"{documentation} does not exist yet. `dbt docs generate --static` makes it.")
    site = target / "site"
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir()
    shutil.copy(documentation, site / "dbt_docs.html")
    with ProjectSession.open(REPOSITORY) as session:
        all_boards = [Board(session, path) for path in boards(REPOSITORY / "charts")]
        # The overview is where to begin.
        all_boards.sort(key=lambda board: board.path.stem != "overview")
        navigation = {f"{board.path.stem}.html": board.title for board in all_boards}
        navigation = {"index.html": "Start"} | navigation
        for board in all_boards:
            faces = write(board, site, navigation)
    entries = []
    for board in all_boards:
        link = html.A(board.title, href=f"{board.path.stem}.html")
        entries.append(html.LI(html.H2(link), html.P(board.definition.get("notes", ""))))
    link = html.A("Tables and columns", href="dbt_docs.html")
    entries.append(html.LI(html.H2(link), html.P("What each table and column means, by dbt.")))
    text = pages.page(
        "Boards", pages.links("Boards", navigation, "index.html"), [html.UL(*entries)], faces
    )
    (site / "index.html").write_bytes(text)
    print(f"The site is {site / 'index.html'}")


if __name__ == "__main__":
    main()
